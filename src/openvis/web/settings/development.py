"""For trying and developing, on this machine only."""

import os

from .base import *  # noqa: F403 -- a setting is a copy of the base with differences

SECRET_KEY = "not a secret: for trying and developing only"  # noqa: S105
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
OPENVIS_DEMO_ACCOUNTS = True
OPENVIS_SECOND_FACTOR = os.environ.get("OPENVIS_SECOND_FACTOR", "off")
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
"""Security keys on http://localhost."""
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = None  # served from where the packages put them
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
