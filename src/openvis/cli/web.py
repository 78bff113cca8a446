"""The commands that start the web side: setup, serve, manage, check."""

import hashlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from openvis import __version__

from .main import django

if TYPE_CHECKING:
    from openvis.profile import Profile

PATIENCE = 60.0
"""Seconds the site gets to answer for the first time."""
SHOWN_ACCOUNTS = 3
"""Accounts of a demonstration that the terminal names: the main ones."""
GRACE = 10.0
"""Seconds a process gets to end by itself."""


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Django's own commands (migrate, shell, …)."""
    django()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["openvis manage", *arguments])


@click.command()
@click.option("--deploy", is_flag=True, help="Check what production needs.")
def check(deploy: bool) -> None:
    """Check the installation."""
    django()
    from django.core.management import CommandError, call_command

    try:
        call_command("check", deploy=deploy, fail_level="WARNING" if deploy else "ERROR")
    except CommandError as wrong:
        raise click.ClickException(str(wrong)) from wrong


@click.command()
@click.option("--again", is_flag=True, help="Do everything, also when nothing changed.")
def setup(again: bool) -> None:
    """Prepare the database: migrations, profile, compiled texts and methods. Quick when nothing changed."""
    from .messages import compile_all

    compile_all()
    django()
    from django.conf import settings
    from django.core.management import call_command

    mark = _fingerprint(Path(settings.OPENVIS_PROFILE))
    if not again and _is_set_up(mark):
        click.echo("Ready: nothing changed since the last set-up.")
        return
    profile = _profile()
    from openvis import analysis
    from openvis.web.access import audit
    from openvis.web.access.services import load_organisations
    from openvis.web.intake.services import load_sources
    from openvis.web.places.services import load_areas

    call_command("migrate", verbosity=0, interactive=False)
    load_organisations(profile)
    load_areas(profile)
    load_sources(profile)
    analysis.warm()
    audit.record(None, "setup", fingerprint=mark)
    click.echo(f"Ready: {profile.municipality.name}, {len(profile.areas)} areas, {len(profile.kinds)} kinds.")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the site on HOST:PORT, with one background worker. Ctrl-C stops both."""
    _claim(host, port)
    django()
    profile = _profile()
    _refuse_unprepared()
    _refuse_unsafe()
    # This process holds the private database; the children only connect to it, so it stops when this process ends.
    environment = os.environ | {"DATABASE_URL": _address(), "PYTHONUNBUFFERED": "1"}
    # Pages run as the role that owns nothing, and are not told how to be anybody else.
    web_environment = environment | {"DATABASE_URL": _web_address()}
    here = Path(sys.executable).parent
    web = [
        str(here / "granian"), "--interface", "wsgi", "openvis.web.wsgi:application", "--host", host,
        "--port", str(port), "--workers", str(workers), "--blocking-threads", "2", "--no-ws", "--log-level", "warning",
        "--workers-kill-timeout", "5",
    ]
    worker = [sys.executable, "-m", "openvis.web.operations"]
    stopping: list[int] = []
    # Before the children exist: a signal in between must not leave one behind.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _frame: stopping.append(got))
    commands = ((web, web_environment), (worker, environment))
    children = [subprocess.Popen(command, env=where, start_new_session=True) for command, where in commands]
    try:
        said = _announce_when_ready(host, port, profile, children, stopping)
        ended = _wait(children, stopping) if said else next((c for c in children if c.poll() is not None), None)
    finally:
        _stop(children)
    if stopping:
        click.echo("Stopped.")
        return
    what = "The web server" if ended is children[0] else "The background worker" if ended else "The site"
    raise click.ClickException(f"{what} ended by itself; its last lines above say why. Everything was stopped.")


def _profile() -> "Profile":
    """The profile of this installation; all its problems as one clear message."""
    from openvis.profile import ProfileError
    from openvis.web import city

    try:
        return city.profile()
    except ProfileError as error:
        raise click.ClickException("\n".join(error.problems)) from None


def _fingerprint(profile: Path) -> str:
    """Changes with the program's tables, its version, and any file of the profile."""
    digest = hashlib.sha256(__version__.encode())
    migrations = sorted((Path(__file__).resolve().parents[1] / "web").glob("*/migrations/*.py"))
    files = [path for path in sorted(profile.rglob("*")) if path.is_file()]
    for path in [*migrations, *files]:
        digest.update(str(path).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _is_set_up(mark: str) -> bool:
    """Whether this very state was set up in this very database before: its audit log says so."""
    from django.db import DatabaseError

    from openvis.web.access.models import AuditEntry

    try:
        last = AuditEntry.objects.filter(action="setup").first()
    except DatabaseError:
        return False
    return last is not None and last.facts.get("fingerprint") == mark


def _refuse_unprepared() -> None:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from openvis.web.operations.models import Restore

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise click.ClickException("the database is not prepared for this version: run `openvis setup` first")
    if Restore.objects.filter(done=None).exists():
        raise click.ClickException(
            "a restore is not finished, so what was ended or erased may be back: run `openvis restore --finish` first"
        )
    connection.close()


def _refuse_unsafe() -> None:
    """With the production settings: not while anything of `openvis check --deploy` is an error."""
    from django.conf import settings

    if not settings.OPENVIS_PRODUCTION:
        return
    from openvis.web.access import checks

    wrong = checks.errors()
    if wrong:
        told = "\n".join(f"  {item.id}: {item.msg} {item.hint}" for item in wrong)
        raise click.ClickException(f"this installation is not ready for real data (openvis check --deploy):\n{told}")


def _address() -> str:
    """Where the database is, for the children."""
    from django.conf import settings

    from openvis.web import database

    return database.address(settings.OPENVIS_DATA)


def _web_address() -> str:
    """Where the database is for pages: the same, as the web role."""
    from django.conf import settings

    from openvis.web import database

    return database.web_address(settings.OPENVIS_DATA)


def _claim(host: str, port: int) -> None:
    """Refuse with words when somebody else listens there."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror as wrong:
        raise click.ClickException(f"host: {host!r} is not a name or address of this machine") from wrong
    family, kind, proto, _name, address = found[0]
    with socket.socket(family, kind, proto) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(address)
        except OSError as wrong:
            raise click.ClickException(
                f"port {port} on {host} cannot be used ({os.strerror(wrong.errno or 0)}): another program may be "
                f"listening there. Stop it, or choose another: openvis serve --port {min(port + 1, 65535)}"
            ) from wrong


def _announce_when_ready(
    host: str, port: int, profile: "Profile", children: list["subprocess.Popen[bytes]"], stopping: list[int]
) -> bool:
    """Wait until the site answers, then say where it is. False when it does not come up or is asked to stop."""
    until = time.monotonic() + PATIENCE
    while not _answers(host, port):
        if stopping or any(child.poll() is not None for child in children) or time.monotonic() > until:
            return False
        time.sleep(0.2)
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"OpenVIS serves {profile.municipality.name} on http://{shown}:{port} — Ctrl-C stops it")
    from openvis.web.access import demo

    accounts = demo.shown_accounts()
    if accounts:
        click.echo(f"\nMade-up data. Accounts to try it with, password {demo.PASSWORD}:")
        shown = accounts[:SHOWN_ACCOUNTS]
        width = max(len(account.email) for account in shown)
        for account in shown:
            click.echo(f"  {account.email:<{width}}  {account.name}")
        if len(accounts) > len(shown):
            click.echo(f"  and one for each of {len(accounts) - len(shown)} other roles: the sign-in page shows them")
    sys.stdout.flush()
    return True


def _answers(host: str, port: int) -> bool:
    where = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- compared, not bound
    link = http.client.HTTPConnection(where, port, timeout=2)
    try:
        link.request("GET", "/healthz", headers={"Host": "localhost", "X-Forwarded-Proto": "https"})
        # Any answer will do: a production site knows its own host names only.
        return link.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()


def _wait(children: list["subprocess.Popen[bytes]"], stopping: list[int]) -> "subprocess.Popen[bytes] | None":
    """Until a signal comes, or a child ends by itself: that child."""
    while not stopping:
        for child in children:
            if child.poll() is not None:
                return child
        time.sleep(0.2)
    return None


def _stop(children: list["subprocess.Popen[bytes]"]) -> None:
    """End the children and all that they started."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    until = time.monotonic() + GRACE
    for child in children:
        try:
            child.wait(timeout=max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        try:
            # Each child leads its own group: whatever it left goes too.
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
