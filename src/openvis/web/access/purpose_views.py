"""The question what for: asked before personal data open."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from openvis.web import city
from openvis.web.guard import SIGNED_IN, rule

from . import acting, audit, purposes


@rule(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def purpose(request: HttpRequest) -> HttpResponse:
    """Choose the purpose for which a file or a page is opened, from those that one's roles allow."""
    given = request.POST if request.method == "POST" else request.GET
    key, file, back = given.get("compartiment", ""), given.get("dossier", "")[:200], given.get("next", "")
    compartment = next((item for item in city.profile().compartments if item.id == key), None)
    choices = purposes.allowed(request.user, key) if compartment is not None else []
    if compartment is None or not choices:
        audit.refuse(request, purposes.ABILITY, file)
        raise Http404
    problem = ""
    if request.method == "POST":
        try:
            purposes.state(request.user, key, file, given.get("doel", ""), session=acting.current().session)  # type: ignore[arg-type]
        except purposes.NotAllowedError:
            problem = _("Choose what you open this for. The list holds the purposes that your roles allow.")
        else:
            safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
            return redirect(back if safe else "today")
    lang = get_language()
    context = {
        "compartment": compartment.name.get(lang), "key": key, "file": file, "next": back, "problem": problem,
        "choices": [
            {"id": item.id, "name": item.name.get(lang), "ground": item.ground.get(lang)} for item in choices
        ],
    }
    return render(request, "access/purpose.html", context, status=422 if problem else 200)


@rule(SIGNED_IN)
@require_POST
def end_purposes(request: HttpRequest) -> HttpResponse:
    """Close all files of this session."""
    purposes.end(request.user, acting.current().session)  # type: ignore[arg-type]
    return redirect("today")
