"""Signing in with the municipality's own provider (OpenID Connect), from the environment: `OPENVIS_OIDC_…`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PROVIDER = "gemeente"
"""What the one provider is called inside."""


def configuration(environment: Mapping[str, str]) -> dict[str, Any]:
    """Django's settings. Without an issuer nobody signs in this way.

    Raises ValueError: an issuer without https that is not on this machine, no client id or secret, no file of roles.
    """
    found = {key: environment.get(f"OPENVIS_OIDC_{key}", "") for key in
             ("ISSUER", "CLIENT_ID", "SECRET", "NAME", "GROUPS", "SECOND_FACTOR", "ROLES")}  # fmt: skip
    issuer = found["ISSUER"].rstrip("/")
    if not issuer:
        return {"SOCIALACCOUNT_PROVIDERS": {}, "OPENVIS_OIDC": {}}
    parts = urlsplit(issuer)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")):
        raise ValueError("OPENVIS_OIDC_ISSUER: expected an address with https")
    for key in ("CLIENT_ID", "SECRET", "ROLES"):
        if not found[key]:
            raise ValueError(f"OPENVIS_OIDC_{key} is not set, and OPENVIS_OIDC_ISSUER is: expected both")
    app = {
        "provider_id": PROVIDER, "name": found["NAME"] or parts.hostname, "client_id": found["CLIENT_ID"],
        "secret": found["SECRET"], "settings": {"server_url": issuer, "oauth_pkce_enabled": True},
    }
    return {
        "SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"APPS": [app]}},
        "OPENVIS_OIDC": {
            "issuer": issuer, "name": app["name"], "groups": found["GROUPS"] or "groups", "roles": Path(found["ROLES"]),
            "second_factor": frozenset(part.strip() for part in found["SECOND_FACTOR"].split(",") if part.strip()),
        },
    }
