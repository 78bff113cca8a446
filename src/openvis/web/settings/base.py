"""What is so in every setting. What an installation decides comes from the environment (`OPENVIS_…`)."""

import os
from pathlib import Path

from csp.constants import NONE, SELF

from openvis.web import database, mail, oidc

ROOT = Path(os.environ.get("OPENVIS_ROOT", Path(__file__).resolve().parents[4]))
"""The folder with `profiles/` and `node_modules/`: the checkout."""

OPENVIS_DATA = Path(os.environ.get("OPENVIS_DATA", ROOT / "var"))
"""Where everything that is not code lives: database (when private), event store, original files."""

OPENVIS_PROFILE = Path(os.environ.get("OPENVIS_PROFILE", ROOT / "profiles" / "almere"))
OPENVIS_THEME = os.environ.get("OPENVIS_THEME", "")
"""Name of the design-token theme; empty takes the profile's."""

OPENVIS_TILES = os.environ.get("OPENVIS_TILES", "")
"""Address of a raster tile service (PDOK's BRT-A, say) for the background map; empty draws the profile's own lines."""

OPENVIS_OTLP_ENDPOINT = os.environ.get("OPENVIS_OTLP_ENDPOINT", "")
"""Where the processing log is sent over OpenTelemetry: `https://collector.example/v1/traces`; empty sends nothing."""

OPENVIS_PROCESSING_REGISTER = os.environ.get("OPENVIS_PROCESSING_REGISTER", "")
"""The address that the id of an activity is put behind, in the processing log; empty makes a URN of the municipality."""

OPENVIS_WARM_UP = True
"""Whether a server prepares the picture when it starts, before anybody asks for it."""

OPENVIS_PICTURE_BEHIND = 5.0
"""Seconds that the picture may go on with the data of before, while it reads what has just come in."""

EVENT_STORE = OPENVIS_DATA / "events"
ORIGINALS = OPENVIS_DATA / "originals"

OPENVIS_KEYS = os.environ.get("OPENVIS_KEYS", "")
"""The file with the keys of what is sealed (`openvis keys`); empty derives them from `SECRET_KEY`."""

OPENVIS_PRODUCTION = False
"""Whether real data may be here: then the site does not start while a check of `access.checks` fails."""

DEBUG = False
SECRET_KEY = os.environ.get("OPENVIS_SECRET_KEY", "")
ALLOWED_HOSTS: list[str] = [host for host in os.environ.get("OPENVIS_HOSTS", "").split(",") if host]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    # Before allauth, so that our templates of its pages are found first.
    "openvis.web.ui",
    "openvis.web.register",
    "openvis.web.access",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "axes",
    "csp",
    "django_cotton.apps.SimpleAppConfig",
    "django_filters",
    "django_tables2",
    "ninja",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "rules.apps.AutodiscoverRulesConfig",
    "openvis.web.trail",
    "openvis.web.keeping",
    "openvis.web.sharing",
    "openvis.web.operations",
    "openvis.web.places",
    "openvis.web.intake",
    "openvis.web.picture",
    "openvis.web.deployment",
    "openvis.web.refindex",
    "openvis.web.signals",
    "openvis.web.followup",
    "openvis.web.barriers",
    "openvis.web.themes",
    "openvis.web.controls",
    "openvis.web.resilience",
    "openvis.web.plan",
]

MIDDLEWARE = [
    # Outermost what puts headers on an answer, so that no answer of another one goes without.
    "openvis.web.headers.HeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "openvis.web.health.HealthMiddleware",
    "openvis.web.access.proxies.ProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "openvis.web.access.middleware.WallsMiddleware",
    "openvis.web.ui.middleware.LocaleMiddleware",
    "openvis.web.access.second_factor.SecondFactorMiddleware",
    "openvis.web.refindex.network.NetworkMiddleware",
    "openvis.web.access.middleware.RuleMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "openvis.web.urls"
WSGI_APPLICATION = "openvis.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "openvis.web.access.context.person",
                "openvis.web.ui.context.page",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "openvis.web.ui.templatetags.ui",
            ],
        },
    }
]
COTTON_DIR = "cotton"
FORM_RENDERER = "openvis.web.ui.forms.Renderer"

DATABASES = {"default": database.configuration(OPENVIS_DATA)}
OPENVIS_WEB_ROLE = os.environ.get("OPENVIS_WEB_ROLE", database.WEB_ROLE)
"""The role of PostgreSQL under which pages and operations run: it owns nothing (see `access.walls`)."""
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "rules.permissions.ObjectPermissionBackend",
    "openvis.web.access.backend.LocalAccounts",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
CSRF_FAILURE_VIEW = "openvis.web.ui.errors.refused"
OPENVIS_DEMO_ACCOUNTS = False
"""Whether a demonstration may have accounts with a password that everybody knows: on one's own machine only."""

globals().update(oidc.configuration(os.environ))
SOCIALACCOUNT_ADAPTER = "openvis.web.access.oidc.Accounts"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_QUERY_EMAIL = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "login": "openvis.web.access.forms.SignInForm",
    "reset_password": "openvis.web.access.forms.ForgottenForm",
    "reauthenticate": "openvis.web.access.forms.PasswordAgainForm",
}
ACCOUNT_ADAPTER = "openvis.web.access.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Counted in the database, for all processes together. Many people may share one address: that of the town hall.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "access_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
PASSWORD_RESET_TIMEOUT = 24 * 3600
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "5/5m/key",  # codes of a second factor; passwords have the two that follow (`access.lockout`)
    "sign_in_known": "8/15m/key",
    "sign_in_unknown": "20/15m/key",
    "reset_password": "20/m/ip,3/15m/key",
    "invitation": "20/m/ip",
    "address_search": "120/m/user",  # by program; who types in a form does not come near it
}
AXES_FAILURE_LIMIT = 8
AXES_DISABLE_ACCESS_LOG = True
AXES_USERNAME_CALLABLE = "openvis.web.access.lockout.username"
AXES_WHITELIST_CALLABLE = "openvis.web.access.lockout.may_pass"
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "openvis.web.access.views.locked"
OPENVIS_PROXIES = os.environ.get("OPENVIS_PROXIES", "")
"""Addresses or networks of our own proxies, whose X-Forwarded-For and -Proto are believed; nobody else's are."""

OPENVIS_SECOND_FACTOR = os.environ.get("OPENVIS_SECOND_FACTOR", "roles")
"""`roles`: whoever holds a role that asks for a second factor needs one. `off` only for trying and testing."""
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "openvis.web.access.adapter.FactorAdapter"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODE_DIGITS = 10
MFA_FORMS = {
    "authenticate": "openvis.web.access.factor_forms.CodeForm",
    "reauthenticate": "openvis.web.access.factor_forms.ConfirmForm",
    "activate_totp": "openvis.web.access.factor_forms.AppForm",
    "add_webauthn": "openvis.web.access.factor_forms.KeyForm",
    "edit_webauthn": "openvis.web.access.factor_forms.KeyNameForm",
}
SESSION_ENGINE = "openvis.web.access.sessions"
SESSION_COOKIE_AGE = 30 * 60
OPENVIS_SESSION_LONGEST = 12 * 3600
"""Seconds after which a session ends, however busy it is."""
OPENVIS_SESSION_SEEN = 60
"""Seconds between two notes of when a session was last used: so much sooner than `SESSION_COOKIE_AGE` it may end."""
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True

OPENVIS_MAIL = os.environ.get("OPENVIS_MAIL", "")
"""How mail leaves: `smtp://user:password@host:587/?tls=1&from=openvis@example.nl`; empty sends none."""
globals().update(mail.configuration(OPENVIS_MAIL))
OPENVIS_SITE = os.environ.get("OPENVIS_SITE", "")
"""Address of the site (`https://openvis.example.nl`), for links that a command makes."""
OPENVIS_INVITATION_DAYS = 7
# How long access in an emergency (noodtoegang) lasts at most; the database allows no more than 24.
OPENVIS_BREAK_GLASS_HOURS = int(os.environ.get("OPENVIS_BREAK_GLASS_HOURS", "8"))
OPENVIS_INVITATIONS_AN_HOUR = 200

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Amsterdam"
FORMAT_MODULE_PATH = ["openvis.web.ui.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = OPENVIS_DATA / "static"
_modules = ROOT / "node_modules"
STATICFILES_DIRS = [
    (f"vendor/{name}", _modules / folder)
    for name, folder in {
        "maplibre": "maplibre-gl/dist",
        "vega": "vega/build",
        "vega-lite": "vega-lite/build",
        "vega-embed": "vega-embed/build",
        "vega-interpreter": "vega-interpreter/build",
        "htmx": "htmx.org/dist",
        "utrecht": "@utrecht/component-library-css/dist",
        "theme-voorbeeld": "@nl-design-system-unstable/voorbeeld-design-tokens/dist",
        "theme-ma": "@nl-design-system-community/ma-design-tokens/dist",
        "noto-sans": "@fontsource-variable/noto-sans",
    }.items()
    if (_modules / folder).is_dir()
]
ICONS = _modules / "@tabler" / "icons" / "icons"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_MIMETYPES = {".mjs": "text/javascript"}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
if OPENVIS_TILES:
    from urllib.parse import urlsplit

    _tiles = urlsplit(OPENVIS_TILES)
    for _directive in ("img-src", "connect-src"):
        CONTENT_SECURITY_POLICY["DIRECTIVES"][_directive].append(f"{_tiles.scheme}://{_tiles.netloc}")
PERMISSIONS_POLICY: dict[str, str | list[str]] = {
    "accelerometer": [], "autoplay": [], "camera": [], "display-capture": [], "encrypted-media": [], "gyroscope": [],
    "magnetometer": [], "microphone": [], "midi": [], "payment": [], "usb": [],
    "geolocation": "self",
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
OPENVIS_MAX_FILE = 1024 * 1024 * 1024
"""Largest file, in bytes, that intake takes."""

DJANGO_TABLES2_TEMPLATE = "ui/table.html"
SILENCED_SYSTEM_CHECKS = ["axes.W003"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"discreet": {"()": "openvis.web.logs.Discreet"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "axes": {"level": "ERROR"},
        # Without the handlers that Django and the web server bring: they would print what they are told.
        "django": {"level": "WARNING", "handlers": [], "propagate": True},
        "django.server": {"level": "WARNING", "handlers": [], "propagate": True},
        "_granian": {"level": "WARNING", "handlers": [], "propagate": True},
        "granian.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
        "openvis": {"level": "INFO"},
    },
}
