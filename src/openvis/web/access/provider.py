"""The municipality's provider, as allauth finds providers: by this module's name.

Beyond allauth's own: a nonce that binds the token to this very browser, the token's signature is always verified, the
provider is who the settings say, and nothing of what it tells is kept but a digest of who it is.
"""

import hashlib
import secrets
from typing import Any, cast

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.utils import build_absolute_uri
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

SIGNED_BY = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
"""Signatures with a key pair; one with the shared secret, or none, is refused."""
LEEWAY = 60
"""Seconds that two clocks may differ."""


class Adapter(OpenIDConnectOAuth2Adapter):
    """Talks to the provider. `nonce` is what this sign-in began with."""

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        config = cast(dict[str, Any], super().openid_config)
        if str(config.get("issuer", "")).rstrip("/") != settings.OPENVIS_OIDC["issuer"]:
            raise OAuth2Error("the provider is not the one of the settings")
        return config

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return str(build_absolute_uri(request, reverse("oidc_callback")))

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        try:
            claims = self._claims(app, kwargs["response"].get("id_token") or "", token.token)
        except (KeyError, TypeError, ValueError, jwt.PyJWTError) as wrong:
            raise OAuth2Error("Invalid id_token") from wrong
        login = self.get_provider().sociallogin_from_response(request, claims)
        login.claims = claims
        return cast(SocialLogin, login)

    def _key(self, address: str, kid: str | None) -> Any:
        """The provider's key of this name; the name may be left out where there is one key to sign with."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(address)
        answer.raise_for_status()
        keys = [key for key in jwt.PyJWKSet.from_dict(answer.json()).keys if key.public_key_use in (None, "sig")]
        found = [key for key in keys if kid is None or key.key_id == kid]
        if len(found) != 1:
            raise OAuth2Error("signed with a key that the provider does not name")
        return found[0].key

    def _claims(self, app: SocialApp, id_token: str, access_token: str) -> dict[str, Any]:
        """What the provider says of the person: the signed token, and what it adds about the same person."""
        config = self.openid_config
        header = jwt.get_unverified_header(id_token)
        if header["alg"] not in SIGNED_BY:
            raise OAuth2Error("signed in a way that is not accepted")
        said = jwt.decode(
            id_token, self._key(config["jwks_uri"], header.get("kid")), algorithms=[header["alg"]], leeway=LEEWAY,
            audience=app.client_id, issuer=config["issuer"], options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
        if not self.nonce or not secrets.compare_digest(str(said.get("nonce", "")), self.nonce):
            raise OAuth2Error("the token is not for this browser")
        if said.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("the token is for another application")
        more = self._fetch_user_info(access_token) if config.get("userinfo_endpoint") else {}
        if more and more["sub"] != said["sub"]:
            raise OAuth2Error("the provider speaks of two people")
        return {**more, **said}


class Municipality(OpenIDConnectProvider):
    """The provider."""

    oauth2_adapter_class = Adapter

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponseBase:
        nonce = secrets.token_urlsafe(32)
        asked = {**self.get_auth_params(), "nonce": nonce}
        return cast(HttpResponseBase, super().redirect(
            request, process, next_url, data, auth_params=asked, nonce=nonce, **kwargs
        ))  # fmt: skip

    def extract_uid(self, data: dict[str, Any]) -> str:
        """The same person of another provider is somebody else."""
        return hashlib.sha256(f"{data['iss']}\n{data['sub']}".encode()).hexdigest()

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}


class Callback(OAuth2CallbackView):
    """Where the provider sends the browser back to."""

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[dict[str, Any] | None, HttpResponseBase | None]:
        state, response = super()._get_state(request, provider)
        cast(Adapter, self.adapter).nonce = (state or {}).get("nonce", "")
        return state, response


provider_classes = [Municipality]
