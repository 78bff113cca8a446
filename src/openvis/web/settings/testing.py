"""For the tests: a private PostgreSQL (shared by the workers), folders of their own, a fast password hasher."""

import os
from pathlib import Path

_var = Path(__file__).resolve().parents[4] / "var"
os.environ["OPENVIS_DATA"] = str(_var / "test-database")
os.environ.pop("OPENVIS_PROFILE", None)
os.environ.pop("OPENVIS_THEME", None)
os.environ.pop("OPENVIS_KEYS", None)

from .base import *  # noqa: E402, F403 -- the base starts the database of OPENVIS_DATA, so that is set first

SECRET_KEY = "not a secret: for the tests only"  # noqa: S105
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
OPENVIS_DEMO_ACCOUNTS = True
OPENVIS_SECOND_FACTOR = "off"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = None  # served from where the packages put them
WHITENOISE_AUTOREFRESH = False
OPENVIS_DATA = _var / f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
EVENT_STORE = OPENVIS_DATA / "events"
ORIGINALS = OPENVIS_DATA / "originals"
DATABASES["default"]["TEST"] = {"NAME": os.environ.get("OPENVIS_TEST_DATABASE", "test_openvis")}  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
OPENVIS_WARM_UP = False
OPENVIS_PICTURE_BEHIND = 0.0
