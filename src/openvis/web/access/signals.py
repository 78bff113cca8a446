"""Signing in, out and failing to: each leaves an entry in the audit log."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from . import audit
from .models import User


@receiver(user_logged_in, dispatch_uid="openvis-signed-in")
def signed_in(sender: Any, request: HttpRequest | None, user: User, **_rest: Any) -> None:
    audit.record(user, "sign-in", str(user.pk), request=request)


@receiver(user_logged_out, dispatch_uid="openvis-signed-out")
def signed_out(sender: Any, request: HttpRequest | None, user: User | None, **_rest: Any) -> None:
    if user is not None:
        audit.record(user, "sign-out", str(user.pk), request=request)


@receiver(user_login_failed, dispatch_uid="openvis-not-signed-in")
def not_signed_in(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_rest: Any) -> None:
    """Without the address that was tried: people type their password in the wrong field."""
    audit.record(None, "sign-in", result="refused", request=request)
