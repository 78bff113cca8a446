"""The command `openvis`: sub-commands are imported when they are called, so that `--help` answers at once."""

import errno
import os
import sys

import click

from openvis import __version__

from .lazy import LazyGroup

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

DISK_FULL = "53100"
"""PostgreSQL's code."""

COMMANDS = {
    "analyse": ("openvis.cli.analyse:analyse", "Methods on a plain CSV or Parquet file: no server, no profile."),
    "audit": ("openvis.cli.audit:audit", "Verify the audit log, seal it, end what is past its term."),
    "areas": ("openvis.cli.areas:areas", "Load areas and addresses: profile, CBS GeoPackage, BAG."),
    "demo": ("openvis.cli.demo:demo", "Make the demonstration city: incidents that never happened."),
    "backup": ("openvis.cli.backup:backup", "Back up database and files while everything runs, or try a backup."),
    "import": ("openvis.cli.intake:import_file", "Take in a file of a source."),
    "batch": ("openvis.cli.intake:batch", "Look at deliveries, or withdraw one."),
    "keys": ("openvis.cli.keys:keys", "Change the keys of what is encrypted."),
    "manage": ("openvis.cli.web:manage", "Django's own commands (migrate, shell, …)."),
    "people": ("openvis.cli.people:people", "Give people an account and roles, and see who has which."),
    "profile": ("openvis.cli.profile:profile", "Check a city's profile; make its register of processing and its matrix."),
    "restore": ("openvis.cli.backup:restore", "Put a backup back."),
    "retention": ("openvis.cli.retention:retention", "See what is past its term, and end it."),
    "serve": ("openvis.cli.web:serve", "Serve the site, with its background worker."),
    "setup": ("openvis.cli.web:setup", "Prepare the database: migrations, profile, compiled texts and methods."),
    "store": ("openvis.cli.store:store", "Compare the event store with the record, or make it anew."),
    "subjects": ("openvis.cli.subjects:subjects", "Requests of persons about their own data: find, report, correct, erase."),
    "check": ("openvis.cli.web:check", "Check the installation; `--deploy` for production."),
}


@click.group(cls=LazyGroup, table=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="openvis")
def cli() -> None:
    """OpenVIS: from what comes in, to vulnerable places and times, to what is done there."""


def django() -> None:
    """Start the web side inside this process: settings, apps, database.

    What the command writes in the audit log is sealed when it ends, also where no worker runs.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openvis.web.settings.development")
    import django as framework
    from django.core.exceptions import ImproperlyConfigured

    try:
        framework.setup()
    except (ImproperlyConfigured, ValueError) as wrong:
        raise click.ClickException(str(wrong)) from None
    context = click.get_current_context(silent=True)
    if context is not None:
        context.find_root().call_on_close(_seal)


def _seal() -> None:
    """Seal what the command wrote. Where the database is not there (yet), the worker does it later."""
    from django.db import DatabaseError, transaction

    from openvis.web.trail import sealer

    try:
        with transaction.atomic():
            waits = sealer.waits()
        if waits:
            sealer.seal()
    except (DatabaseError, OSError):
        return


def main() -> None:
    """Entry point: 0 done, 2 wrong use or input, 1 anything else."""
    try:
        # Outside its stand-alone mode click gives the status of an early exit back; what a command returns is not one.
        status = cli.main(standalone_mode=False)
        sys.exit(status if isinstance(status, int) else 0)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(1)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(wrong.exit_code if isinstance(wrong, click.UsageError) else 2)
    except Exception as fault:
        told = _plain(fault)
        if told is None:
            raise
        click.echo(f"Error: {told} Nothing was half done: the same command again finishes it.", err=True)
        sys.exit(1)


def _plain(fault: BaseException) -> str | None:
    """What is wrong around the program, in words: no room, or no database. None for a fault of the program itself."""
    if isinstance(fault, OSError) and fault.errno in NO_ROOM:
        return f"no room is left on the disk ({fault.filename or 'while writing'}): make room first."
    names = {kind.__name__ for kind in type(fault).__mro__}
    if not names & {"OperationalError", "InterfaceError"}:
        return None
    code = getattr(fault.__cause__ or fault, "sqlstate", None)
    if code == DISK_FULL:
        return "no room is left on the disk of the database: make room first."
    # Without a code the connection itself failed; 08 is a connection that broke, 57P a server that stops.
    if code is None or code.startswith(("08", "57P")):
        return "the database does not answer, or went away: see whether it runs (DATABASE_URL)."
    return None


if __name__ == "__main__":
    main()
