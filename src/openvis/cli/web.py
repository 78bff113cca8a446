"""The commands that start the web side: setup, serve, manage, check."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import click

from .main import django


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Django's own commands (migrate, shell, …)."""
    django()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["openvis manage", *arguments])


@click.command()
def setup() -> None:
    """Prepare the database: migrations, profile, compiled texts and methods. Safe to repeat."""
    from .messages import compile_all

    compile_all()
    django()
    from django.core.management import call_command

    from openvis.web import city
    from openvis.web.access.services import load_organisations
    from openvis.web.intake.services import load_sources
    from openvis.web.places.services import load_areas

    call_command("migrate", verbosity=0, interactive=False)
    profile = city.profile()
    load_organisations(profile)
    load_areas(profile)
    load_sources(profile)
    click.echo(f"Ready: {profile.municipality.name}, {len(profile.areas)} areas, {len(profile.kinds)} kinds.")


@click.command()
@click.option("--deploy", is_flag=True, help="Check what production needs.")
def check(deploy: bool) -> None:
    """Check the installation."""
    django()
    from django.core.management import call_command

    call_command("check", deploy=deploy)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the site on HOST:PORT, with one background worker. Ctrl-C stops both."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openvis.web.settings.development")
    here = Path(sys.executable).parent
    # This process holds the private database open until both children have ended.
    django()
    web = [
        str(here / "granian"), "--interface", "wsgi", "openvis.web.wsgi:application", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "2", "--no-ws", "--log-level", "warning",
    ]
    worker = [sys.executable, "-m", "openvis.cli.main", "manage", "procrastinate", "worker", "--concurrency", "1"]
    children = [subprocess.Popen(command, start_new_session=True) for command in (web, worker)]

    def stop(*_: object) -> None:
        for child in children:
            child.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    status = children[0].wait()
    stop()
    for child in children[1:]:
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
    sys.exit(0 if status in (0, -signal.SIGTERM, -signal.SIGINT) else 1)
