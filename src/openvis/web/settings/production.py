"""For a municipality at work. Refuses to start on a default: see `openvis check --deploy`."""

import os

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403

for _name in ("DATABASE_URL", "OPENVIS_SECRET_KEY", "OPENVIS_KEYS", "OPENVIS_HOSTS", "OPENVIS_DATA"):
    if not os.environ.get(_name):
        raise ImproperlyConfigured(f"{_name} is not set. A production site needs it: see docs/admin/install.md.")

OPENVIS_PRODUCTION = True
if OPENVIS_SECOND_FACTOR != "roles":  # noqa: F405
    raise ImproperlyConfigured("OPENVIS_SECOND_FACTOR is not 'roles'. At work nobody sees personal data on a password.")

OPENVIS_PROXIES = os.environ.get("OPENVIS_PROXIES", "127.0.0.1, ::1")
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# A browser takes a cookie of this name from this very host alone, over TLS alone.
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
LANGUAGE_COOKIE_NAME = "__Host-language"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
SILENCED_SYSTEM_CHECKS = ["axes.W003", "security.W021"]
"""Being in the browsers' preload list is a decision of the owner of the domain, not of this program."""
