"""Signing in, out and failing to, and changes to what one signs in with: each leaves an entry in the audit log."""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa import signals as factors
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from . import audit, lifecycle, sessions
from .models import User


@receiver(user_logged_in, dispatch_uid="openvis-signed-in")
def signed_in(sender: Any, request: HttpRequest | None, user: User, **_rest: Any) -> None:
    if request is None:
        return
    sessions.begin(request)
    audit.record(user, "sign-in", str(user.pk), request=request, method=_method(request, user))


@receiver(user_logged_out, dispatch_uid="openvis-signed-out")
def signed_out(sender: Any, request: HttpRequest | None, user: User | None, **_rest: Any) -> None:
    if user is not None:
        audit.record(user, "sign-out", str(user.pk), request=request)


@receiver(user_login_failed, dispatch_uid="openvis-not-signed-in")
def not_signed_in(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_rest: Any) -> None:
    """Without the address that was tried: people type their password in the wrong field."""
    audit.record(None, "sign-in", result="refused", request=request)


@receiver([password_changed, password_set, password_reset], dispatch_uid="openvis-password")
def new_password(sender: Any, request: HttpRequest, user: User, **_rest: Any) -> None:
    """Whoever knew the old one is signed out; the browser in which it was changed stays."""
    audit.record(user, "password", str(user.pk), request=request)
    lifecycle.end_sessions(user, but=request.session.session_key, why="password")


@receiver(factors.authenticator_added, dispatch_uid="openvis-factor-added")
def factor_added(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **_rest: Any) -> None:
    """A new second factor signs the person out elsewhere: whoever is in there did not show it."""
    audit.record(user, "second-factor.add", str(user.pk), request=request, kind=str(authenticator.type))
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        lifecycle.end_sessions(user, but=request.session.session_key, why="second factor")


@receiver(factors.authenticator_removed, dispatch_uid="openvis-factor-removed")
def factor_removed(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **_rest: Any) -> None:
    audit.record(user, "second-factor.remove", str(user.pk), request=request, kind=str(authenticator.type))


@receiver(factors.authenticator_reset, dispatch_uid="openvis-factor-reset")
def codes_made(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **_rest: Any) -> None:
    audit.record(user, "second-factor.codes", str(user.pk), request=request)


@receiver(factors.authenticator_used, dispatch_uid="openvis-factor-used")
def factor_used(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **_rest: Any) -> None:
    audit.record(user, "second-factor.use", str(user.pk), request=request, kind=str(authenticator.type))


@receiver(factors.authentication_failed, dispatch_uid="openvis-factor-refused")
def factor_refused(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **_rest: Any) -> None:
    audit.record(user, "second-factor.use", str(user.pk), result="refused", request=request)


def _method(request: HttpRequest, user: User) -> str:
    """With what somebody signed in: `password+totp`."""
    return "+".join(str(used.get("type") or used["method"]) for used in get_authentication_records(request, user))
