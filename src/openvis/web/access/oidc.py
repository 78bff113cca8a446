"""Signing in with the municipality's own provider: whose account it is, and which roles its groups give.

At each sign-in the grants with source `oidc` follow the groups: new ones give, those that are gone end. Grants that
somebody gave stay as they are.
"""

from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.adapter import _build_apps_from_settings as apps_of_settings
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from requests import RequestException

from openvis.web import city
from openvis.web.guard import OPEN, rule
from openvis.web.oidc import PROVIDER

from . import audit, oidc_roles, second_factor, services
from .models import User
from .provider import Adapter, Callback

SOURCE = "oidc"
"""The source of grants that groups give: only these are taken away again."""


@rule(OPEN)
@never_cache
@require_GET
def login(request: HttpRequest) -> HttpResponseBase:
    """Send the browser to the provider."""
    if not settings.OPENVIS_OIDC:
        return redirect("account_login")
    provider = get_adapter(request).get_provider(request, PROVIDER)
    try:
        answer: HttpResponseBase = provider.redirect(request, AuthProcess.LOGIN, get_next_redirect_url(request))
    except (OAuth2Error, RequestException):
        return refused(request, "unreachable")
    return answer


@rule(OPEN)
@never_cache
@require_GET
def callback(request: HttpRequest) -> HttpResponseBase:
    """The browser comes back from the provider."""
    if not settings.OPENVIS_OIDC:
        return redirect("account_login")
    answer: HttpResponseBase = Callback.adapter_view(Adapter(request, PROVIDER))(request)
    return answer


def refused(request: HttpRequest, why: str, user: User | None = None) -> HttpResponse:
    """The page that says why somebody does not come in, and the entry in the audit log."""
    audit.record(user, "sign-in", str(user.pk) if user else "", result="refused", request=request, method=SOURCE, why=why)
    status = 502 if why == "unreachable" else 403
    return render(request, "access/oidc_refused.html", {"why": why, "name": settings.OPENVIS_OIDC["name"]}, status=status)


class Accounts(DefaultSocialAccountAdapter):
    """Whom the provider's word lets in."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """From the settings only: no row in the database adds a provider."""
        found = apps_of_settings(provider=provider, client_id=client_id)
        return [app for apps in found.values() for app in apps]

    def on_authentication_error(self, request: HttpRequest, provider: Any, **rest: Any) -> None:
        cancelled = str(rest.get("error") or "") == "cancelled"
        why = "cancelled" if cancelled else "unreachable" if isinstance(rest.get("exception"), RequestException) else "wrong"
        raise ImmediateHttpResponse(refused(request, why))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if request.user.is_authenticated:
            account_adapter(request).logout(request)
        claims: dict[str, Any] = sociallogin.claims
        wanted = oidc_roles.wanted(claims)
        user: User = sociallogin.user if sociallogin.is_existing else _account(request, sociallogin, claims, bool(wanted))
        if not user.is_active or user.lapsed:
            raise ImmediateHttpResponse(refused(request, "closed", user))
        follow(user, wanted)
        if _proves(claims):
            request.session[second_factor.PROVED] = str(user.pk)


def _account(request: HttpRequest, sociallogin: SocialLogin, claims: dict[str, Any], known: bool) -> User:
    """The account of somebody who comes this way for the first time: the one with their e-mail address, or a new one.

    Raises ImmediateHttpResponse: the provider does not vouch for the address, or no group of theirs gives a role.
    """
    email = str(claims.get("email") or "").strip()
    if not email or claims.get("email_verified") is not True:
        raise ImmediateHttpResponse(refused(request, "unverified"))
    user = User.objects.filter(email__iexact=email).first()
    if user is None and not known:
        raise ImmediateHttpResponse(refused(request, "no group"))
    if user is not None and (not user.is_active or user.lapsed):
        raise ImmediateHttpResponse(refused(request, "closed", user))
    with transaction.atomic():
        if user is None:
            name = str(claims.get("name") or "").strip() or email
            user = services.add_person(email, name[:200], _organisation(claims))
        # From now on the provider alone lets this person in: who leaves there must not keep a password here.
        user.set_unusable_password()
        user.save(update_fields=["password"])
        sociallogin.connect(request, user)
        audit.record(user, "oidc.connect", str(user.pk), request=request)
    return user


def _organisation(claims: dict[str, Any]) -> str:
    """That of the first role that the groups give."""
    given = min(oidc_roles.wanted(claims))
    return next(role.organisation for role in city.profile().roles if role.id == given.role)


@transaction.atomic
def follow(user: User, wanted: dict[oidc_roles.Given, str]) -> None:
    """Bring the grants that groups give in step with the groups of now."""
    held = {
        oidc_roles.Given(grant.role, tuple(sorted(grant.areas))): grant
        for grant in user.grants.in_force().filter(source=SOURCE)
    }
    new, gone = sorted(set(wanted) - set(held)), sorted(set(held) - set(wanted))
    for given in new:
        reason = f"group {wanted[given]}"[:300]
        services.grant(user, given.role, areas=given.areas, reason=reason, source=SOURCE)
    for given in gone:
        services.revoke(held[given])
    if new or gone:
        audit.record(user, "oidc.grants", str(user.pk), given=len(new), ended=len(gone))


def _proves(claims: dict[str, Any]) -> bool:
    """Whether the provider asked for a second factor, by the words that the settings accept."""
    methods = claims.get("amr")
    said = {item for item in methods if isinstance(item, str)} if isinstance(methods, list) else set()
    return bool((said | {str(claims.get("acr", ""))}) & settings.OPENVIS_OIDC["second_factor"])
