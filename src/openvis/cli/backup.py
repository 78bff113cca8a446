"""`openvis backup` and `openvis restore`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .main import django

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = "OPENVIS_BACKUP_KEY"
_key_file = click.option(
    "--key-file", envvar=KEY, type=click.Path(dir_okay=False, path_type=Path), help=f"The backup key; default: ${KEY}."
)


class _Group(click.Group):
    """`openvis backup FOLDER` makes one: a word that is no sub-command is where it goes."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["make", *args]
        return super().resolve_command(ctx, args)


@click.group(cls=_Group)
def backup() -> None:
    """Back up database and files together while everything runs, try a backup, or make the key.

    `openvis backup TARGET` writes a backup into a folder, or as a new file. It is encrypted under the backup key, and holds
    no keys: keep OPENVIS_SECRET_KEY and the backup key elsewhere, or nothing can be read again.
    """


@backup.command()
@click.argument("target", type=click.Path(path_type=Path))
@_key_file
@click.option("--keep-days", type=click.IntRange(1), help="Afterwards remove backups in the folder older than this.")
def make(target: Path, key_file: Path | None, keep_days: int | None) -> None:
    """Back up into TARGET, a folder or a file that is not there yet. Runs beside everything else."""
    secret = _key(key_file)
    if keep_days and not target.is_dir():
        raise click.UsageError(f"--keep-days tidies a folder, and {target} is none")
    if not target.is_dir() and not target.absolute().parent.is_dir():
        raise click.UsageError(f"{target}: there is no folder {target.absolute().parent}")
    django()
    from openvis.web.operations.backup import making
    from openvis.web.operations.backup.postgres import ToolError

    try:
        made = making.make(target, secret, _tell)
    except (ToolError, OSError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault)
        raise click.ClickException(f"no backup was made: {reason}. Earlier backups stand.") from None
    rows, files = sum(made.manifest.tables.values()), len(made.manifest.parts) - 1
    click.echo(
        f"{made.path}: {rows:,} rows in {len(made.manifest.tables)} tables and {files} files, "
        f"{made.size / 1e6:,.1f} MB, as of {made.manifest.at.astimezone():%Y-%m-%d %H:%M:%S}. The keys are not in it. "
        f"Try it: openvis backup verify {made.path}"
    )
    if keep_days:
        gone = making.tidy(made.path.parent, keep_days)
        click.echo(f"{len(gone)} backups older than {keep_days} days were removed.")
    if made.lost:
        raise click.ClickException(
            f"the backup is made, but {len(made.lost)} files that the database asks for are not on disk (the first: "
            f"{made.lost[0]}): they were lost before. Look for them in an earlier backup"
        )


@backup.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_key_file
def verify(file: Path, key_file: Path | None) -> None:
    """Restore FILE into a database that is thrown away, and compare counts, audit chain and event store.

    Exit status 0 when all is as it was, else 1.
    """
    secret = _key(key_file)
    django()
    from openvis.web.operations.backup import verifying

    verdict = _refusing(lambda: verifying.verify(file, secret))
    for line in (*verdict.wrong, *(f"note: {said}" for said in verdict.warnings)):
        click.echo(line)
    if verdict.wrong:
        click.echo(f"{file.name} is not what it should be: {len(verdict.wrong)} differences.")
        raise SystemExit(1)
    manifest = verdict.manifest
    click.echo(
        f"{file.name} proved right: {sum(manifest.tables.values()):,} rows in {len(manifest.tables)} tables, "
        f"{len(manifest.parts) - 1} files, {', '.join(manifest.checks) or 'no further checks'}."
    )


@backup.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def key(file: Path) -> None:
    """Make a backup key in FILE. Keep a copy away from this machine and away from the backups."""
    from openvis.web.operations.backup import container

    try:
        container.make_key(file)
    except (container.KeyFileError, OSError) as fault:
        raise click.ClickException(str(fault)) from None
    click.echo(f"{file}: a new backup key. Without it no backup can be read: keep a copy in the safe.")


@click.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_key_file
@click.option("--replace", is_flag=True, help="Put the backup in the place of what the database holds.")
@click.option("--finish", is_flag=True, help="Only finish a restore that was broken off after the database was back.")
def restore(file: Path | None, key_file: Path | None, replace: bool, finish: bool) -> None:
    """Put the backup FILE back: database, files, event store; what is past its term or was erased goes again.

    Stop `openvis serve` first. Broken off half-way: the same command again.
    """
    if finish == (file is not None):
        raise click.UsageError("give a backup, or --finish for one whose database is back already")
    secret = _key(key_file) if file is not None else b""
    django()
    from openvis.web.operations.backup import reading, restoring

    if file is None:
        for line in _refusing(lambda: restoring.finish(_tell)):
            click.echo(line)
        click.echo("The restore is finished; the site may be started: openvis serve")
        return
    manifest = _refusing(lambda: restoring.restore(file, secret, replace=replace, tell=_tell))
    click.echo(
        f"Restored to {manifest.at.astimezone():%Y-%m-%d %H:%M:%S}: {sum(manifest.tables.values()):,} rows, "
        f"{len(manifest.parts) - 1} files. Everybody must sign in again. Roles that were ended since stand again: see "
        f"openvis people list."
    )
    if not reading.keys_fit(manifest):
        raise click.ClickException(
            "the keys of this installation do not open what was restored: put the keys back (OPENVIS_SECRET_KEY)"
        )


def _refusing(act: "Callable[[], Any]") -> Any:
    """Do it; what it refuses becomes one clear message."""
    from openvis.web.clock import ClockError
    from openvis.web.operations.backup.container import DamagedError, KeyFileError
    from openvis.web.operations.backup.postgres import ToolError
    from openvis.web.operations.backup.reading import UnfitError

    try:
        return act()
    except DamagedError as damage:
        raise click.ClickException(f"the backup is damaged: {damage}. Nothing was changed; use another") from None
    except (KeyFileError, UnfitError, ToolError, ClockError) as refusal:
        raise click.ClickException(str(refusal)) from None
    except OSError as fault:
        raise click.ClickException(f"{fault.filename or 'a file'}: {os.strerror(fault.errno or 0)}") from None


def _key(path: Path | None) -> bytes:
    from openvis.web.operations.backup import container

    if path is None:
        raise click.UsageError(
            f"a backup is encrypted: name its key with --key-file or {KEY}; make one: openvis backup key FILE"
        )
    try:
        return container.read_key(path)
    except container.KeyFileError as wrong:
        raise click.ClickException(str(wrong)) from None


def _tell(step: str) -> None:
    click.echo(f"… {step}", err=True)
