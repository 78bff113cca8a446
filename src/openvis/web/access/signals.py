"""Signing in, out and failing to: each leaves an entry in the audit log."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from . import audit, lifecycle, sessions
from .models import User


@receiver(user_logged_in, dispatch_uid="openvis-signed-in")
def signed_in(sender: Any, request: HttpRequest | None, user: User, **_rest: Any) -> None:
    if request is not None:
        sessions.begin(request)
    audit.record(user, "sign-in", str(user.pk), request=request)


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
