"""Wrong passwords: slowed down for whoever guesses, without shutting the owner out.

Three counts, all in the database, for all processes together:

- (account, address): eight wrong passwords shut the pair for a quarter of an hour (axes);
- account: twenty wrong ones in a quarter of an hour, from browsers that never signed in on it, and such browsers wait;
- (account, browser): a browser that signed in on the account before carries a signed cookie and has a count of its own,
  so that others, however many, cannot use up the owner's tries.

An account that does not exist is counted the same way. After OWASP, "device cookies".
"""

import secrets
from typing import Any

from allauth.account import app_settings
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.core.internal.ratelimit import RateLimitUsage
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

from . import audit

COOKIE = "openvis_device"
SALT = "openvis.device"
DAYS = 180
MOST = 5
"""How many accounts one browser remembers: people share a desk."""
KNOWN, UNKNOWN = "sign_in_known", "sign_in_unknown"
"""The names of the two limits in the settings."""


def begin(request: HttpRequest, email: str) -> RateLimitUsage:
    """Count an attempt before the password is looked at; take it back when it turns out right.

    Raises ImmediateHttpResponse with the page that asks to wait.
    """
    email = normal(email)
    if not AxesProxyHandler.is_allowed(request, {"email": email}):
        # Shut for this address: axes says so, and it does not use up what others have.
        return RateLimitUsage(usage=[])
    usage = _count(request, KNOWN, f"{_nonce(request)}:{email}") if _remembers(request, email) else None
    usage = usage or _count(request, UNKNOWN, email)
    if usage is None:
        from .views import locked

        audit.record(None, "sign-in", result="refused", request=request, why="waiting")
        raise ImmediateHttpResponse(locked(request))
    return usage


def know(request: HttpRequest, response: HttpResponseBase, email: str) -> None:
    """Have the browser remember that somebody signed in on this account with it."""
    nonce, marks = _read(request)
    mark = _mark(nonce or (nonce := secrets.token_urlsafe(16)), normal(email))
    value = signing.dumps([nonce, [mark, *(item for item in marks if item != mark)][:MOST]], salt=SALT)
    response.set_cookie(
        COOKIE, value, max_age=DAYS * 24 * 3600, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
    )


def may_pass(request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
    """For axes: a browser that is known has a count of its own, and is not shut out by a neighbour's guesses."""
    email = username(request, credentials)
    if not _remembers(request, email):
        return False
    return bool(_count(request, KNOWN, f"{_nonce(request)}:{email}", dry_run=True))


def username(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The account that is tried, for axes, written in one way."""
    return normal((credentials or {}).get("email") or request.POST.get("login", ""))


def normal(email: str) -> str:
    """One spelling: capitals and spaces must not give more tries."""
    return email.strip().casefold()


def _count(request: HttpRequest, action: str, key: str, dry_run: bool = False) -> RateLimitUsage | None:
    return ratelimit.consume(
        request, app="allauth.account", action=action, config=app_settings.RATE_LIMITS, key=key, dry_run=dry_run,
    )


def _remembers(request: HttpRequest, email: str) -> bool:
    nonce, marks = _read(request)
    return bool(nonce) and _mark(nonce, email) in marks


def _nonce(request: HttpRequest) -> str:
    return _read(request)[0]


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        nonce, marks = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=DAYS * 24 * 3600)
    except (signing.BadSignature, ValueError):
        return "", []
    return str(nonce), list(marks)


def _mark(nonce: str, email: str) -> str:
    """Stands for the account in the cookie: the cookie tells nobody who signs in here."""
    return salted_hmac(SALT, f"{nonce}:{email}", algorithm="sha256").hexdigest()[:32]
