"""The second factor (tweede factor): who must have one, and that nothing else opens until they have.

A role says in the profile whether it needs one. Whoever holds such a role and has none is led to set one up; whoever has
one is asked for it at each sign-in. The provider of the municipality may have asked already: see `oidc`.
"""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect

from openvis.web import guard

from . import audit, lifecycle, people
from .middleware import is_operation
from .models import User

KINDS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
"""What counts: recovery codes stand in for one of these, and are none by themselves."""

PROVED = "openvis.second_factor"
"""Key of the session: for whom the municipality's provider proved a second factor."""

SET_UP = {
    "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate", "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
}
"""The pages that open without one."""


def needed(user: Any) -> bool:
    """Whether a role this person holds now asks for a second factor."""
    if settings.OPENVIS_SECOND_FACTOR == "off":
        return False
    return any(standing.role.second_factor for standing in people.standings(user))


def has(user: Any) -> bool:
    """Whether the person has set one up."""
    return is_mfa_enabled(user, KINDS)


def missing(request: HttpRequest) -> bool:
    """Whether whoever is signed in must have a second factor and shows none."""
    if not request.user.is_authenticated or not needed(request.user):
        return False
    return not proved(request, request.user) and not has(request.user)


def proved(request: HttpRequest, user: Any) -> bool:
    """Whether the municipality's provider asked this very person for a second factor in this session."""
    return user is not None and request.session.get(PROVED) == str(user.pk)


@transaction.atomic
def reset(user: User, *, by: User | None = None) -> int:
    """Take all of somebody's second factors away, because they lost them; they set one up anew. Ends their sessions.

    Do it only after seeing who asks: their password alone signs in until they have one again.
    """
    taken = Authenticator.objects.filter(user=user).delete()[0]
    audit.record(by, "second-factor.reset", str(user.pk), taken=taken)
    lifecycle.end_sessions(user, by=by, why="second factor")
    return taken


class SecondFactorMiddleware:
    """Lead whoever must have a second factor and has none to the page where one is set up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponseBase | None:
        name = request.resolver_match.url_name if request.resolver_match else None
        if name in SET_UP or guard.declared(view) == guard.OPEN or not missing(request):
            return None
        if is_operation(view):
            problem = {"type": "about:blank", "title": "Set up a second factor first", "status": 401, "detail": ""}
            return JsonResponse(problem, status=401, content_type="application/problem+json")
        return redirect("mfa_index")


class CodeStage(AuthenticateStage):
    """The step of signing in that asks for the second factor, unless the municipality's provider just did."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return not proved(request, self.login.user) and bool(super()._should_handle(request))
