"""How local accounts behave: they are given, not taken; and what their second factors are kept under."""

import base64
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from openvis.web import city

from . import lockout, sealing, second_factor, tasks

SECRETS = "second factor"
"""What the secrets are sealed for."""


class AccountAdapter(DefaultAccountAdapter):
    """Nobody makes an account for themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Where the request came from; `proxies` has put that right."""
        return str(request.META.get("REMOTE_ADDR") or "0.0.0.0")  # noqa: S104 -- no address at all: a unix socket

    def get_login_stages(self) -> list[str]:
        return ["openvis.web.access.second_factor.CodeStage"]

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        request.session.pop(second_factor.PROVED, None)
        self._attempt = lockout.begin(request, credentials.get("email") or "")

    def _rollback_login_failed_rl_usage(self) -> None:
        self._attempt.rollback()

    def reauthenticate(self, user: Any, password: str) -> bool:
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def is_reauthentication_required(self, *, app: str, **_rest: Any) -> bool:
        """Who signed in a moment ago, with all they have, is not asked who they are again."""
        records = get_authentication_records(self.request, self.request.user)
        return not any(time.time() - record["at"] < REAUTHENTICATION_TIMEOUT for record in records)

    def pre_login(self, request: HttpRequest, user: Any, **rest: Any) -> HttpResponse | None:
        if user.lapsed:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **rest)

    def post_login(self, request: HttpRequest, user: Any, **rest: Any) -> HttpResponse:
        response = super().post_login(request, user, **rest)
        lockout.know(request, response, user.email)
        return response

    def send_notification_mail(self, template_prefix: str, user: Any, *_args: Any, **_kwargs: Any) -> None:
        """Tell the owner, in the background, that how they sign in was changed."""
        kind = template_prefix.rpartition("/")[2]
        if settings.OPENVIS_MAIL:
            tasks.mail_notice.defer(user=str(user.pk), kind=kind, language=get_language())


class FactorAdapter(DefaultMFAAdapter):
    """Secrets are sealed in the database; the app and the key show the name of this system and its city."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(sealing.seal(text.encode(), SECRETS)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(base64.b64decode(encrypted_text), SECRETS).decode()

    def _get_site_name(self) -> str:
        return f"OpenVIS {city.profile().municipality.name}"
