"""Signing in; too many attempts to."""

from typing import Any

from allauth.account.views import LoginView
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from openvis.web import city
from openvis.web.guard import OPEN, rule

from . import audit, demo


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
