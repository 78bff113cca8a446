"""`openvis check --deploy`: an installation that is ready passes; each thing that is wrong gives its own number."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from django.db import connection

from openvis.cli import web
from openvis.web.access import checks, keyring
from web.conftest import database_address, use_city


def web_address() -> str:
    """The test's database, as the role that owns nothing."""
    parts = urlsplit(database_address())
    return parts._replace(netloc="openvis_web@").geturl()


@pytest.fixture
def ready(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Settings of an installation that may hold real data."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    use_city("almere", settings, data)
    settings.OPENVIS_KEYS = str(tmp_path / "keys.json")
    keyring.write(Path(settings.OPENVIS_KEYS), tuple(keyring.made(use, keyring.CURRENT) for use in keyring.USES), ())
    settings.SECRET_KEY = "q8Zr-5Jm_w2Xk7Tb9Lc4Vn6Hs3Gd1Fp0Ya8Ue5Ri2Ot7Wq9Bx4"
    settings.ALLOWED_HOSTS = ["openvis.example.nl"]
    settings.OPENVIS_SECOND_FACTOR = "roles"
    settings.OPENVIS_DEMO_ACCOUNTS = False
    settings.OPENVIS_MAIL = "smtp://mail.example.nl:587/?from=openvis@example.nl"
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.OPENVIS_TILES = ""
    monkeypatch.setenv("DATABASE_URL", database_address())
    monkeypatch.setenv("OPENVIS_WEB_DATABASE_URL", web_address())
    return settings


def numbers() -> list[str]:
    return sorted({str(message.id) for message in checks.errors()})


def set_to(**values: Any) -> Callable[[Any, pytest.MonkeyPatch], None]:
    def change(settings: Any, _patch: pytest.MonkeyPatch) -> None:
        for name, value in values.items():
            setattr(settings, name, value)

    return change


def in_environment(name: str, value: Callable[[], str]) -> Callable[[Any, pytest.MonkeyPatch], None]:
    return lambda _settings, patch: patch.setenv(name, value())


def key_file_in_data(settings: Any, _patch: pytest.MonkeyPatch) -> None:
    target = Path(settings.OPENVIS_DATA) / "keys.json"
    Path(settings.OPENVIS_KEYS).rename(target)
    settings.OPENVIS_KEYS = str(target)


def no_row_security(_settings: Any, _patch: pytest.MonkeyPatch) -> None:
    table = sorted(checks.walls.protected())[0]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


WRONG = {
    "a short key": ("E001", set_to(SECRET_KEY="q8Zr-5Jm_w2Xk7Tb9Lc4")),
    "the key of development": ("E001", set_to(SECRET_KEY="not a secret: for trying and developing only, really not")),
    "a key of one character": ("E001", set_to(SECRET_KEY="x" * 64)),
    "debug": ("E002", set_to(DEBUG=True)),
    "every host": ("E003", set_to(ALLOWED_HOSTS=["*"])),
    "every host of a domain": ("E003", set_to(ALLOWED_HOSTS=[".example.nl"])),
    "no host": ("E003", set_to(ALLOWED_HOSTS=[])),
    "no second factor": ("E004", set_to(OPENVIS_SECOND_FACTOR="never")),
    "no key file named": ("E005", set_to(OPENVIS_KEYS="")),
    "a key file that is not there": ("E005", lambda settings, _patch: Path(settings.OPENVIS_KEYS).unlink()),
    "a key file that is none": ("E005", lambda settings, _patch: Path(settings.OPENVIS_KEYS).write_text("[]")),
    "a key file others read": ("E006", lambda settings, _patch: Path(settings.OPENVIS_KEYS).chmod(0o640)),
    "a key file beside the data": ("E006", key_file_in_data),
    "the web as owner": ("E007", in_environment("OPENVIS_WEB_DATABASE_URL", database_address)),
    "a database that is gone": (
        "E007", in_environment("OPENVIS_WEB_DATABASE_URL", lambda: "postgresql://openvis_web@127.0.0.1:1/x"),
    ),
    "a table without row security": ("E008", no_row_security),
    "the private database": ("E009", lambda _settings, patch: patch.delenv("DATABASE_URL")),
    "a data folder others read": ("E010", lambda settings, _patch: Path(settings.OPENVIS_DATA).chmod(0o755)),
    "demonstration accounts": ("E011", set_to(OPENVIS_DEMO_ACCOUNTS=True)),
    "demonstration data": (
        "E011", lambda settings, _patch: (Path(settings.OPENVIS_DATA) / "demo.json").write_text('{"complete": true}'),
    ),
    "no mail": ("E012", set_to(OPENVIS_MAIL="")),
    "no redirect to TLS": ("E013", set_to(SECURE_SSL_REDIRECT=False)),
    "no HSTS": ("E013", set_to(SECURE_HSTS_SECONDS=3600)),
    "a session without TLS": ("E014", set_to(SESSION_COOKIE_SECURE=False)),
    "a token without TLS": ("E014", set_to(CSRF_COOKIE_SECURE=False)),
    "tiles without TLS": ("E015", set_to(OPENVIS_TILES="http://tiles.example.nl/{z}/{x}/{y}.png")),
}


def test_an_installation_that_is_ready_passes(ready: Any):
    assert [(message.id, message.msg) for message in checks.errors()] == []


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_has_its_number_and_nothing_else_is_said(what: str, ready: Any, monkeypatch: pytest.MonkeyPatch):
    number, change = WRONG[what]
    change(ready, monkeypatch)
    assert numbers() == [f"openvis.{number}"]


def test_every_number_has_a_case():
    source = Path(checks.__file__).read_text()
    told = {f"E{number:03d}" for number in range(1, 16)}
    assert {number for number, _change in WRONG.values()} == told
    assert all(f"            {int(number[1:])}, " in source or f"_error({int(number[1:])}, " in source for number in told)


@pytest.mark.parametrize(
    ("url", "clear"),
    [
        ("postgresql://a@db.example.nl/x", True), ("postgresql://a@10.0.0.5/x?sslmode=prefer", True),
        ("postgresql://a@db.example.nl/x?sslmode=verify-full", False), ("postgresql://a@localhost/x", False),
        ("postgresql://a@[::1]/x", False), ("postgresql://a@/x?host=/run/postgresql", False),
    ],
)
def test_a_database_elsewhere_is_spoken_to_over_tls(url: str, clear: bool):
    assert checks._in_the_clear(url) is clear


def test_the_command_says_what_is_wrong_and_fails(ready: Any):
    passes = CliRunner().invoke(web.check, ["--deploy"])
    assert "openvis." not in passes.output, passes.output
    ready.SECRET_KEY = "short"
    fails = CliRunner().invoke(web.check, ["--deploy"])
    assert fails.exit_code != 0
    assert "(openvis.E001) OPENVIS_SECRET_KEY is a default or too short (5 characters)." in fails.output


def test_the_site_does_not_start_in_production_while_something_is_wrong(ready: Any):
    ready.OPENVIS_PRODUCTION = True
    web._refuse_unsafe()
    ready.OPENVIS_DEMO_ACCOUNTS = True
    with pytest.raises(web.click.ClickException, match=r"openvis\.E011"):
        web._refuse_unsafe()
    ready.OPENVIS_PRODUCTION = False
    web._refuse_unsafe()
