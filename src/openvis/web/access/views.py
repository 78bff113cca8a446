"""Who has which role; my own roles; too many attempts to sign in."""

from typing import Any

from allauth.account.views import LoginView
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from openvis.profile import Ability
from openvis.web import city
from openvis.web.guard import OPEN, SIGNED_IN, rule

from . import audit, demo, registry, selectors
from .models import User
from .words import ABILITIES


@rule(OPEN)
class SignIn(LoginView):
    """Signing in; a demonstration shows its accounts."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "oidc_name": settings.OPENVIS_OIDC.get("name"),
            "home": city.profile().municipality.home.get(get_language()),
            "demo_accounts": demo.shown_accounts(),
            "demo_password": demo.PASSWORD,
        }


@rule("people.view")
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with an account."""
    audit.record(request.user, "people.view", request=request)  # type: ignore[arg-type]
    rows = [
        {"person": person, "roles": [item for item in held if item.state != "ended"]}
        for person, held in selectors.people_with_roles()
    ]
    registry.shown([row["person"] for row in rows], "administration", "people.view")
    return render(request, "access/people.html", {"rows": rows})


@rule("people.view")
@require_GET
def person(request: HttpRequest, pk: Any) -> HttpResponse:
    """One person, with all roles of now and before."""
    shown = get_object_or_404(User.objects.select_related("organisation"), pk=pk)
    audit.record(request.user, "people.view", str(shown.pk), request=request)  # type: ignore[arg-type]
    registry.shown([shown], "administration", "people.view")
    return render(request, "access/person.html", {"shown": shown, "holdings": selectors.holdings(shown)})


@rule(SIGNED_IN)
@require_GET
def my_roles(request: HttpRequest) -> HttpResponse:
    """What I may do, where, until when, and who decided that."""
    held = selectors.holdings(request.user)  # type: ignore[arg-type]
    may = [(ABILITIES[ability], request.may(ability)) for ability in Ability]  # type: ignore[attr-defined]
    return render(request, "access/my_roles.html", {"holdings": held, "may": may})


@rule(OPEN)
def locked(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """Too many wrong passwords for this account from here, or from everywhere."""
    response = render(request, "access/locked.html", status=429)
    response["Retry-After"] = str(int(settings.AXES_COOLOFF_TIME * 3600))
    return response


@rule(OPEN)
def too_often(request: HttpRequest) -> HttpResponse:
    """More attempts than anybody makes by hand."""
    audit.refuse(request, "too-often")
    return render(request, "429.html", status=429)
