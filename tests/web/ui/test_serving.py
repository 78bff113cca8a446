"""`openvis serve`, `openvis setup` and the addresses they take."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from openvis.cli.web import serve
from openvis.web import database, mail


def command(*arguments, data):
    environment = {key: value for key, value in os.environ.items() if key not in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL")}
    environment["OPENVIS_DATA"] = str(data)
    return [sys.executable, "-m", "openvis.cli.main", *arguments], environment


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def test_a_port_in_use_is_said_and_nothing_is_started():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        answer = CliRunner().invoke(serve, ["--port", str(port)])
    assert answer.exit_code != 0
    assert f"port {port} on 127.0.0.1 cannot be used" in answer.output
    assert "openvis serve --port" in answer.output


def test_a_host_that_is_not_of_this_machine_is_said():
    answer = CliRunner().invoke(serve, ["--host", "no such host"])
    assert answer.exit_code != 0
    assert "host: 'no such host'" in answer.output


def test_the_database_address_is_postgresql_or_refused():
    found = database.from_url("postgresql://me:p%40ss@db.example:5433/vis?sslmode=require")
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "me", "p@ss", "db.example", "5433", "vis",
    )
    assert found["OPTIONS"]["sslmode"] == "require"
    with pytest.raises(ValueError, match="DATABASE_URL starts with 'mysql'"):
        database.from_url("mysql://x/y")


def test_the_mail_address_is_smtp_with_a_sender_or_refused():
    found = mail.configuration("smtp://me:p%40ss@mail.example:2525/?from=openvis@example.nl")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_USE_TLS"]) == ("mail.example", 2525, True)
    assert found["EMAIL_HOST_PASSWORD"] == "p@ss"
    assert mail.configuration("smtps://mail.example/?from=a@b.nl")["EMAIL_PORT"] == 465
    assert "dummy" in mail.configuration("")["EMAIL_BACKEND"]
    for wrong in ("http://x/?from=a@b.nl", "smtp://mail.example/", "mail.example"):
        with pytest.raises(ValueError, match="OPENVIS_MAIL"):
            mail.configuration(wrong)


@pytest.mark.slow
def test_set_up_twice_serve_and_leave_nothing_behind(tmp_path_factory):
    data = tmp_path_factory.mktemp("e", numbered=True) / "d"
    first, environment = command("setup", data=data)
    said = subprocess.run(first, env=environment, capture_output=True, text=True, timeout=300, check=True).stdout
    assert said.startswith("Ready: Almere")
    said = subprocess.run(first, env=environment, capture_output=True, text=True, timeout=300, check=True).stdout
    assert "nothing changed" in said
    port = free_port()
    run, environment = command("serve", "--port", str(port), data=data)
    site = subprocess.Popen(run, env=environment, stdout=subprocess.PIPE, text=True)
    assert site.stdout is not None
    line = site.stdout.readline()
    assert f"OpenVIS serves Almere on http://127.0.0.1:{port} — Ctrl-C stops it" in line
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/account/inloggen/", timeout=20) as page:
        assert "Inloggen" in page.read().decode()
    below = psutil.Process(site.pid).children(recursive=True)
    assert len(below) >= 3
    site.send_signal(signal.SIGTERM)
    assert site.wait(timeout=40) == 0
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and (any(child.is_running() for child in below) or running_in(data)):
        time.sleep(0.2)
    assert not [child for child in below if child.is_running()]
    assert not running_in(data)


def running_in(data: Path) -> list[str]:
    """PostgreSQL servers of this folder."""
    return [
        " ".join(process.info["cmdline"])
        for process in psutil.process_iter(["cmdline", "name"])
        if process.info["name"] == "postgres" and str(data) in " ".join(process.info["cmdline"] or [])
    ]
