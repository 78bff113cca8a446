"""How mail leaves this installation, from one address (`OPENVIS_MAIL`)."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


def configuration(url: str) -> dict[str, Any]:
    """Django's settings from `smtp://user:password@host:587/?tls=1&from=name@host`; no mail leaves where it is empty.

    Raises ValueError for another kind of address, or one without host or sender.
    """
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(url)
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    sender = options.get("from", "")
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or "@" not in sender:
        raise ValueError("OPENVIS_MAIL: expected smtp://user:password@host:587/?tls=1&from=name@host")
    implicit = parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if implicit else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": implicit,
        "EMAIL_USE_TLS": not implicit and options.get("tls", "1") == "1",
        "DEFAULT_FROM_EMAIL": sender,
    }
