"""The commands of intake: take in a file, look at deliveries, withdraw one, end what is past its term."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from .main import django

if TYPE_CHECKING:
    from openvis.web.intake.models import Batch

SHOWN = 5
"""Rejected rows that are shown in the terminal."""


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", required=True, help="Key of the source, such as politie-incidenten.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def import_file(file: Path, source: str, quiet: bool) -> None:
    """Take in FILE (CSV, XLSX, Parquet, GeoJSON) of a source.

    Broken off half-way? The same command again finishes it: nothing is lost and nothing doubled.
    """
    django()
    from openvis.web.intake import services
    from openvis.web.intake.words import Refusal

    with _english():
        try:
            with _bar(quiet) as tell:
                outcome = services.import_path(file, source, tell=tell)
        except Refusal as refusal:
            if refusal.reason == "already_loaded":
                click.echo(str(refusal))
                return
            raise click.ClickException(str(refusal)) from None
        if outcome.resumed:
            click.echo("This delivery had been broken off; it is finished now.")
        _tell(outcome.batch)


def _tell(batch: "Batch") -> None:
    counts = [("new", batch.new), ("updated", batch.updated), ("skipped", batch.skipped), ("rejected", batch.rejected)]
    total = " + ".join(f"{number:,} {name}" for name, number in counts)
    click.echo(f"{total} = {batch.read:,} rows read.")
    if batch.unplaced:
        click.echo(f"{batch.unplaced:,} rows have no place on the map; they count in totals and trends.")
    if batch.rejected:
        from openvis.web.intake.selectors import first_rejected

        for row in first_rejected(batch, SHOWN):
            click.echo(f"  row {row.row}: {'; '.join(row.sentences)}")
        click.echo(f"All rejected rows: openvis batch rejected {batch.pk} > rejected.csv")


@click.group()
def batch() -> None:
    """Look at deliveries, or withdraw one."""


@batch.command("list")
@click.option("--all", "everything", is_flag=True, help="All of them, not the last 20.")
def list_batches(everything: bool) -> None:
    """Show deliveries, the latest first."""
    django()
    from django.utils import timezone

    from openvis.web.intake.models import Batch

    found = Batch.objects.select_related("source").order_by("-received")
    with _english():
        for item in found if everything else found[:20]:
            state = item.get_state_display() + ("" if item.projected else ", store behind")
            received = timezone.localtime(item.received).strftime("%Y-%m-%d %H:%M")
            numbers = f"{item.new:,} + {item.updated:,} + {item.skipped:,} + {item.rejected:,} = {item.read:,}"
            click.echo(f"{item.pk}  {received}  {item.source.key:24}  {state:16}  {numbers}")
    click.echo("Numbers: new + updated + skipped + rejected = read.")


@batch.command("preview-withdrawal")
@click.argument("identifier", type=click.UUID)
def preview_withdrawal(identifier: UUID) -> None:
    """Show what withdrawing a delivery would do. Nothing changes."""
    django()
    from openvis.web.intake import withdrawing

    with _english(), _refusals():
        click.echo(_consequences(withdrawing.preview(_batch(identifier))))


@batch.command()
@click.argument("identifier", type=click.UUID)
@click.option("--yes", is_flag=True, help="Do not ask.")
def withdraw(identifier: UUID, yes: bool) -> None:
    """Take a delivery back: record, event store and alerts follow, earlier values return."""
    django()
    from openvis.web.intake import withdrawing

    with _english(), _refusals():
        found = _batch(identifier)
        click.echo(_consequences(withdrawing.preview(found)))
        if not yes:
            click.confirm("Withdraw it?", abort=True)
        withdrawing.withdraw(found, None)
        click.echo("Withdrawn.")


@batch.command()
@click.argument("identifier", type=click.UUID)
def rejected(identifier: UUID) -> None:
    """Write the rejected rows of a delivery as CSV, with their reasons, safe for spreadsheets."""
    django()
    from openvis.web.intake.selectors import rejected_csv

    with _english():
        click.echo(rejected_csv(_batch(identifier)), nl=False)


@batch.command()
def expire() -> None:
    """Destroy what is past its term of what came in; `openvis retention run` does the same for all kinds of data."""
    django()
    from openvis.web.intake.retention import RULES
    from openvis.web.keeping import running

    done = running.run(kinds=[rule.kind for rule in RULES], by_hand=True)
    ended = {kind: f"{number:,}" for kind, number in done.numbers.items()}
    click.echo(
        "Destroyed: {original} original files, {rejected} rejected rows, {trial} files on trial, {incident} incidents,"
        " {count} counts.".format(**ended)
    )
    if done.failed:
        raise click.ClickException(f"Not ended, see the page Retention: {', '.join(sorted(done.failed))}.")


def _batch(identifier: UUID) -> "Batch":
    from openvis.web.intake.models import Batch

    found = Batch.objects.filter(pk=identifier).first()
    if found is None:
        raise click.UsageError(f"There is no delivery {identifier}; see openvis batch list.")
    return found


def _consequences(preview: object) -> str:
    from openvis.web.intake.withdrawing import Preview

    assert isinstance(preview, Preview)  # noqa: S101 -- for the type checker
    lines = [f"{preview.vanish:,} rows vanish."]
    lines += [
        f"{number:,} rows return to their value of {earlier.file_name or earlier} ({earlier.received:%Y-%m-%d})."
        for earlier, number in preview.returning
    ]
    if preview.kept:
        lines.append(f"{preview.kept:,} rows stay, because a later delivery brought them too.")
    return "\n".join(lines)


@contextmanager
def _english() -> Iterator[None]:
    """The terminal speaks English, whatever the city's language."""
    from django.utils import translation

    with translation.override("en"):
        yield


@contextmanager
def _refusals() -> Iterator[None]:
    from openvis.web.intake.words import Refusal

    try:
        yield
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None


class _Told:
    """Moves the bar along with what a load says."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.task = progress.add_task("reading", total=1.0)

    def __call__(self, step: str, share: float) -> None:
        self.progress.update(self.task, description=step, completed=share)


@contextmanager
def _bar(quiet: bool) -> Iterator["_Told | None"]:
    if quiet:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield _Told(progress)
