"""The pages that say that something went wrong, in our look. The last one works without a database."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from openvis.web.guard import OPEN, rule


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    return render(request, "ui/error.html", {"title": title, "text": text, "status": status}, status=status)


@rule(OPEN)
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400, _("This request could not be read"),
                 _("Go back, check what you filled in or the address, and try again."))


@rule(OPEN)
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404, _("This page does not exist"),
                 _("Or you may not see it with your roles. Check the address, or look for it in the search box."))


@rule(OPEN)
def refused(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """A form that is too old, or was sent from elsewhere (CSRF)."""
    return _page(request, 403, _("This form has expired"),
                 _("Nothing was changed. Go back, load the page again and send the form once more."))


def broken(request: HttpRequest) -> HttpResponse:
    """Something failed in the program itself. Uses nothing that may be what failed."""
    return _bare(500, _("Something went wrong on our side"), _(
        "It was written down. What you last saved is kept. Try again in a minute; call the administrator if it stays."
    ))


def no_database(request: HttpRequest) -> HttpResponse:
    """The database does not answer: nothing was changed by this request."""
    title = _("OpenVIS cannot reach its database")
    text = _("Nothing of what you just did was saved; what was saved before is kept. Try again in a minute. "
             "Call the administrator if it stays.")
    if request.path_info.startswith("/api/"):
        body = {"type": "about:blank", "title": title, "status": 503, "detail": text}
        answer: HttpResponse = JsonResponse(body, status=503, content_type="application/problem+json")
    else:
        answer = _bare(503, title, text)
    answer["Retry-After"] = "30"
    return answer


def _bare(status: int, title: str, text: str) -> HttpResponse:
    """A page that uses nothing that may be what failed."""
    context = {"title": title, "text": text, "home": _("To the start page")}
    return HttpResponse(render_to_string("ui/500.html", context), status=status)
