"""What an installation for real data needs, as checks of Django: `openvis check --deploy` tells, `openvis serve` refuses.

Each has a number that stays, says what is wrong with the value it found, and what to do.
"""

import ipaddress
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register, run_checks  # noqa: A004 -- Django's names
from django.db import DatabaseError, connection

from openvis.web import city, database

from . import keyring, walls

SHORTEST_SECRET = 50
FEWEST_SIGNS = 5
"""Different characters in a secret key; fewer is a placeholder."""
PLACEHOLDERS = ("not a secret", "django-insecure", "changeme", "secret")


def _error(number: int, says: str, hint: str) -> Error:
    return Error(says, hint=hint, id=f"openvis.E{number:03d}")


def errors() -> list[CheckMessage]:
    """What keeps this installation from holding real data."""
    found = run_checks(include_deployment_checks=True)
    return [message for message in found if str(message.id).startswith("openvis.E")]


def _deployed(found: Callable[[], Iterator[CheckMessage]]) -> Callable[..., list[CheckMessage]]:
    def check(app_configs: Any = None, **_more: Any) -> list[CheckMessage]:
        return list(found())

    check.__name__ = found.__name__
    return register(Tags.security, deploy=True)(check)


@_deployed
def secrets() -> Iterator[CheckMessage]:
    """Keys that nobody can guess, and that nobody else can read."""
    secret = str(settings.SECRET_KEY)
    if len(secret) < SHORTEST_SECRET or len(set(secret)) < FEWEST_SIGNS or secret.casefold().startswith(PLACEHOLDERS):
        yield _error(
            1, f"OPENVIS_SECRET_KEY is a default or too short ({len(secret)} characters).",
            f"Set it to {SHORTEST_SECRET} random characters or more: openssl rand -base64 48",
        )
    path = keyring.place()
    if path is None or not path.is_file():
        yield _error(
            5, "There is no key file: OPENVIS_KEYS is not set, or names a file that is not there.",
            "Name a file outside the data folder, and make it with `openvis keys add`.",
        )
        return
    if keyring.readable_by_others(path):
        yield _error(6, f"The key file {path} can be read by others.", f"chmod 600 {path}")
        return
    try:
        keyring.ring()
    except keyring.KeyringError as wrong:
        yield _error(5, f"The key file cannot be used: {wrong}.", "Restore it from its safe place.")
    if path.resolve().is_relative_to(Path(settings.OPENVIS_DATA).resolve()):
        yield _error(
            6, "The key file lies in the data folder, so a backup of the data would hold its own keys.",
            "Move it elsewhere and set OPENVIS_KEYS to the new place.",
        )


@_deployed
def framework() -> Iterator[CheckMessage]:
    """The switches of the framework."""
    if settings.DEBUG:
        yield _error(2, "DEBUG is on: errors would show settings and data.", "Use openvis.web.settings.production.")
    if not settings.ALLOWED_HOSTS or any("*" in host or host.startswith(".") for host in settings.ALLOWED_HOSTS):
        yield _error(
            3, f"OPENVIS_HOSTS is open or empty ({', '.join(settings.ALLOWED_HOSTS) or 'nothing'}).",
            "Name the host names of the site in full, separated by commas.",
        )
    if not settings.SECURE_SSL_REDIRECT or settings.SECURE_HSTS_SECONDS < 180 * 24 * 3600:
        yield _error(
            13, "Pages may be asked for without TLS: no redirect to HTTPS, or HSTS shorter than half a year.",
            "Use openvis.web.settings.production behind a web server that speaks TLS.",
        )
    if not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE and settings.SESSION_COOKIE_HTTPONLY):
        yield _error(
            14, "Cookies may travel without TLS or be read by scripts.",
            "SESSION_COOKIE_SECURE, CSRF_COOKIE_SECURE and SESSION_COOKIE_HTTPONLY must be on.",
        )


@_deployed
def people() -> Iterator[CheckMessage]:
    """Who comes in, and how they are reached."""
    if getattr(settings, "OPENVIS_SECOND_FACTOR", "") != "roles":
        yield _error(
            4, "A second factor is not asked for.",
            "OPENVIS_SECOND_FACTOR must be `roles`: every role that sees personal data needs one.",
        )
    if settings.OPENVIS_DEMO_ACCOUNTS or city.demonstration() is not None:
        yield _error(
            11, "This is a demonstration: made-up data, or accounts with a password that everybody knows.",
            "Begin with an empty database and data folder, and with the production settings.",
        )
    if not settings.OPENVIS_MAIL:
        yield _error(
            12, "No mail can leave: nobody can be invited, set a password, or be told about their account.",
            "Set OPENVIS_MAIL: smtp://user:password@host:587/?tls=1&from=openvis@example.nl",
        )


@_deployed
def places() -> Iterator[CheckMessage]:
    """Where the data lie, and what is fetched from elsewhere."""
    data = Path(settings.OPENVIS_DATA)
    if data.is_dir() and keyring.readable_by_others(data):
        yield _error(10, f"The data folder {data} can be read by others.", f"chmod 700 {data}")
    if settings.OPENVIS_TILES and urlsplit(settings.OPENVIS_TILES).scheme != "https":
        yield _error(15, "OPENVIS_TILES is not an https address.", "Use a tile service with https, or leave it empty.")


@_deployed
def record() -> Iterator[CheckMessage]:
    """The database: a server of its own, and for the web a role that owns nothing."""
    address = os.environ.get("DATABASE_URL", "")
    if not address or str(settings.OPENVIS_DATA) in address:
        yield _error(
            9, "The database is the private one of the data folder, which is for trying only.",
            "Set DATABASE_URL to a PostgreSQL server that is backed up.",
        )
    for url in {address, os.environ.get("OPENVIS_WEB_DATABASE_URL", "")}:
        if url and _in_the_clear(url):
            yield Warning(
                f"The database on {urlsplit(url).hostname} may be spoken to without TLS.",
                hint="Add ?sslmode=verify-full to its address.", id="openvis.W001",
            )
    try:
        yield from _web_role()
        yield from _unprotected()
    except (DatabaseError, psycopg.Error) as wrong:
        yield _error(
            7, f"The database does not answer, so the role of the web could not be looked at ({type(wrong).__name__}).",
            "Start it, run `openvis setup`, and check again.",
        )


def _in_the_clear(url: str) -> bool:
    parts = urlsplit(url)
    host = parts.hostname or ""
    mode = parse_qs(parts.query).get("sslmode", [""])[-1]
    return bool(host) and host != "localhost" and not _loopback(host) and mode not in ("require", "verify-ca", "verify-full")


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _web_role() -> Iterator[CheckMessage]:
    """The role that the web really connects with; its own password, not that of the owner."""
    asked = (
        "SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole,"
        " (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'S', 'v')"
        "  AND pg_has_role(current_user, relowner, 'MEMBER'))"
        " FROM pg_roles WHERE rolname = current_user"
    )
    with psycopg.connect(database.web_address(Path(settings.OPENVIS_DATA)), connect_timeout=5) as link:
        found = link.execute(asked).fetchone()
    assert found is not None, "one is always oneself"  # noqa: S101
    name, mighty, owned = found
    if mighty or owned:
        what = "passes every policy or makes roles" if mighty else f"owns {owned} tables"
        yield _error(
            7, f"The web connects to the database as {name!r}, which {what}: row-level security does not hold it.",
            f"Set OPENVIS_WEB_DATABASE_URL to an address with the role {settings.OPENVIS_WEB_ROLE!r}.",
        )


def _unprotected() -> Iterator[CheckMessage]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND relnamespace = 'public'::regnamespace"
            " AND NOT relrowsecurity ORDER BY 1",
            [sorted(walls.protected())],
        )
        bare = [name for (name,) in cursor.fetchall()]
    if bare:
        yield _error(8, f"Without row-level security: {', '.join(bare)}.", "Run `openvis setup` as the owner.")
