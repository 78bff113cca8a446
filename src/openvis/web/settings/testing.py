"""For the tests: a private PostgreSQL of their own, a fast password hasher."""

import os

from openvis.web import database

from .base import *  # noqa: F403
from .base import OPENVIS_DATA, ROOT

SECRET_KEY = "not a secret: for the tests only"  # noqa: S105
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
OPENVIS_DEMO_ACCOUNTS = True
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
OPENVIS_DATA = ROOT / "var" / f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"  # noqa: F811
EVENT_STORE = OPENVIS_DATA / "events"
ORIGINALS = OPENVIS_DATA / "originals"
DATABASES = {"default": database.configuration(ROOT / "var" / "test-database")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
