"""The log tells what happened and where, and nothing of what it was about."""

import logging
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.exceptions import SuspiciousOperation
from django.db import IntegrityError, connection
from django.http import HttpRequest
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path

from openvis.web import guard, logs
from openvis.web.access.models import User
from openvis.web.urls import urlpatterns as ours
from web.conftest import database_address, load_city, use_city
from web.ui.test_serving import free_port

NAME = "Zonderling-Quist"
EMAIL = "zonderling@quist.example"
PHONE = "06-98765432"
SECRETS = (NAME, EMAIL, "98765432", "zonderling")


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Everything that any logger says, as it would be written."""
    said = StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(logs.Discreet())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield said
    root.removeHandler(handler)
    root.setLevel(level)


def clean(said: StringIO) -> str:
    text = said.getvalue()
    assert [secret for secret in SECRETS if secret.casefold() in text.casefold()] == [], text
    return text


@guard.rule(guard.OPEN)
def breaks(request: HttpRequest, wie: str) -> None:
    """A page that goes wrong with data in its hands."""
    person = {"name": wie, "email": EMAIL, "body": request.POST.get("story", "")}
    raise ValueError(f"cannot use {person}")


@guard.rule(guard.OPEN)
def suspicious(request: HttpRequest) -> None:
    raise SuspiciousOperation(f"{EMAIL} sent {request.GET.get('q')}")


urlpatterns = [path("stuk/<str:wie>/", breaks), path("verdacht/", suspicious), *ours]


@override_settings(ROOT_URLCONF=__name__)
def test_a_page_that_breaks_gives_route_kind_and_place(db: None, log: StringIO):
    client = Client(raise_request_exception=False)
    assert client.post(f"/stuk/{NAME}/?q={EMAIL}", {"story": f"{NAME} {PHONE}"}).status_code == 500
    text = clean(log)
    assert "500 POST /stuk/<str:wie>/" in text
    assert "builtins.ValueError" in text
    assert f"{Path(__file__)}:" in text, "the place in the code is there"


@override_settings(ROOT_URLCONF=__name__)
def test_pages_that_are_not_there_and_requests_that_are_refused(db: None, log: StringIO):
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    assert client.get(f"/{NAME}/?q={EMAIL}").status_code == 404
    assert client.get(f"/verdacht/?q={NAME}").status_code == 400
    assert client.get("/", headers={"host": f"{NAME.lower()}.example"}).status_code == 400
    client.post("/taal/", {"language": NAME})
    text = clean(log)
    assert "404 GET (no page of ours)" in text
    assert "400 GET" in text


def test_sql_and_its_parameters_stay_out(db: None, log: StringIO, monkeypatch: pytest.MonkeyPatch):
    statements = logging.getLogger("django.db.backends")
    monkeypatch.setattr(statements, "level", logging.DEBUG)
    statements.manager._clear_cache()
    User.objects.create(email=EMAIL, name=NAME)
    with CaptureQueriesContext(connection), pytest.raises(IntegrityError) as told:
        User.objects.create(email=EMAIL, name=NAME)
    logging.getLogger("openvis").error("not saved", exc_info=told.value)
    text = clean(log)
    assert "django.db.backends: a statement" in text
    assert "psycopg.errors.UniqueViolation (23505)" in text


@pytest.mark.parametrize(
    ("name", "message", "values", "left"),
    [
        ("procrastinate", f"Job intake.load[12](who='{NAME}', n=3) ended with: Error", (), "Job intake.load[12](…)"),
        ("procrastinate.worker", "Starting job %s", (f"intake.load[12](who='{NAME}')",), "Starting job …"),
        ("allauth", f"mail to {EMAIL} failed", (), "mail to … failed"),
        ("axes", "%(user)s tried %(n)d times", ({"user": EMAIL, "n": 8},), "… tried 8 times"),
        ("other", "failed: %s", (ValueError(NAME),), "failed: ValueError"),
        ("openvis.intake", f"call {PHONE} about “rest”", (), "call … about"),
        ("openvis", f"see /zoeken/?q={NAME} again", (), "see /zoeken/?… again"),
        ("openvis", "batch %s: %d rows", ("7d444840-9dc0-11d1-b245-5ffdce74fad2", 3), "3 rows"),
    ],
)
def test_messages_of_packages_lose_what_was_filled_in(name: str, message: str, values: Any, left: str, log: StringIO):
    logging.getLogger(name).error(message, *values)
    assert left in clean(log)


def test_a_message_that_does_not_fit_its_values_loses_them():
    record = logging.makeLogRecord({"msg": "%d of %s", "args": ("three", NAME), "name": "other", "levelname": "ERROR"})
    assert logs.Discreet().format(record).endswith("ERROR other: … of …")


def test_nobody_writes_a_line_of_the_log_by_what_they_send(log: StringIO):
    logging.getLogger("openvis").warning("batch %s", "7\n2026-01-01 00:00:00 INFO openvis: all is well\r\nx")
    assert len(clean(log).splitlines()) == 1


def test_an_exception_tells_its_causes_without_their_messages(log: StringIO):
    try:
        try:
            raise KeyError(NAME)
        except KeyError as error:
            raise RuntimeError(EMAIL) from error
    except RuntimeError:
        logging.getLogger("openvis").exception("it failed")
    text = clean(log)
    assert "builtins.RuntimeError\n" in text
    assert "after builtins.KeyError\n" in text


def test_a_thread_and_a_process_that_end_are_told_the_same_way(log: StringIO):
    hooks = sys.excepthook, threading.excepthook
    try:
        logs.guard_the_rest()
        thread = threading.Thread(target=lambda: int(NAME))
        thread.start()
        thread.join()
        sys.excepthook(ValueError, ValueError(EMAIL), None)
    finally:
        sys.excepthook, threading.excepthook = hooks
        logging.captureWarnings(capture=False)
    text = clean(log)
    assert "a thread ends" in text
    assert "the process ends" in text


def test_a_leak_would_be_found(log: StringIO):
    """The same check on a log that is written in the usual way finds the name."""
    log.write(logging.Formatter("%(message)s").format(logging.makeLogRecord({"msg": "hello %s", "args": (NAME,)})))
    with pytest.raises(AssertionError, match="Zonderling"):
        clean(log)


def test_every_handler_of_the_settings_is_discreet():
    told = configured.LOGGING
    assert {handler["formatter"] for handler in told["handlers"].values()} == {"discreet"}
    assert told["formatters"]["discreet"]["()"] == "openvis.web.logs.Discreet"
    wrong = [
        name for name in logging.Logger.manager.loggerDict
        if name.split(".")[0] in ("django", "procrastinate", "axes", "allauth", "openvis")
        for handler in logging.getLogger(name).handlers
        if not isinstance(handler.formatter, logs.Discreet)
    ]
    assert wrong == [], "a package brought a handler of its own"


@pytest.mark.slow
def test_the_real_server_writes_no_access_log_and_no_search_words(
    transactional_db: None, settings: Any, tmp_path: Path
):
    load_city(use_city("almere", settings, tmp_path))
    port = free_port()
    environment = os.environ | {
        "DATABASE_URL": database_address(), "OPENVIS_DATA": str(tmp_path), "OPENVIS_SECRET_KEY": "x",
        "DJANGO_SETTINGS_MODULE": "openvis.web.settings.development", "PYTHONUNBUFFERED": "1",
    }
    command = [
        str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "openvis.web.wsgi:application",
        "--port", str(port), "--no-ws", "--log-level", "warning",
    ]
    file = tmp_path / "server.log"
    with file.open("wb") as target:
        server = subprocess.Popen(command, env=environment, stdout=target, stderr=subprocess.STDOUT)
        try:
            statuses = [ask(port, place) for place in ("/healthz", f"/{NAME}/?q={EMAIL}", f"/account/login/?next=/{NAME}")]
        finally:
            server.terminate()
            server.wait(20)
    assert statuses[0] == 200
    assert statuses[1] == 404
    text = clean(StringIO(file.read_text()))
    assert "404 GET (no page of ours)" in text


def ask(port: int, place: str) -> int:
    until = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{place}", timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
