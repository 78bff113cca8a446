"""`openvis demo`: a made-up city, through the real intake."""

import json
import os
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from openvis.cli.main import django

if TYPE_CHECKING:
    from openvis.profile import Profile

FILE = "demo.json"
"""In the data folder: says that the data are made up, and from what; its presence puts the line on every page."""


@dataclass(frozen=True)
class Order:
    """What decides every byte of a demonstration."""

    seed: int
    incidents: int
    until: date

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Order":
        """The order of a demonstration that was begun before."""
        return cls(int(kept["seed"]), int(kept["incidents"]), date.fromisoformat(kept["until"]))


@click.command()
@click.option("--seed", default=2026, show_default=True, type=click.IntRange(0), help="The same seed, the same city.")
@click.option("--incidents", default=60_000, show_default=True, type=click.IntRange(1000, 2_000_000))
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day, a Sunday; default the last one."
)
@click.option(
    "--files", type=click.Path(file_okay=False, path_type=Path), help="Only write the files there; load nothing."
)
def demo(seed: int, incidents: int, until: datetime | None, files: Path | None) -> None:
    """Make the demonstration city: incidents that never happened, in an installation that is empty.

    Writes deliveries as the profile's sources would send them, with the planted truths beside them, and takes them in
    as any delivery. Done before: says so and changes nothing. Broken off: the same command finishes it.
    """
    order = Order(seed, incidents, until.date() if until else last_sunday(date.today()))  # noqa: DTZ011 -- a calendar day
    django()
    from django.conf import settings

    from openvis.profile import ProfileError
    from openvis.web import city

    try:
        profile = city.profile()
    except ProfileError as error:
        raise click.ClickException("\n".join(error.problems)) from None
    if files is not None:
        _write(profile, order, files)
        click.echo(f"Written to {files}; nothing loaded.")
        return
    if "production" in os.environ.get("DJANGO_SETTINGS_MODULE", ""):
        raise click.ClickException("this is a production installation: made-up incidents do not belong here")
    marker = Path(settings.OPENVIS_DATA) / FILE
    kept = city.demonstration()
    if kept is not None and kept.get("complete"):
        click.echo(f"The demonstration is loaded: {kept['loaded']:,} made-up incidents until {kept['until']}.")
        return
    if kept:
        order = Order.read(kept)
    else:
        _refuse_real_data()
    _fill(profile, order, marker)


def last_sunday(today: date) -> date:
    """The last Sunday that is over."""
    return today - timedelta(days=today.isoweekday() % 7 or 7)


def _write(profile: "Profile", order: Order, folder: Path) -> list[Any]:
    from openvis.cli.city import RecipeError, make, recipe_for, write

    try:
        made = make(profile, recipe_for(profile), incidents=order.incidents, until=order.until, seed=order.seed)
    except RecipeError as error:
        raise click.ClickException(f"{profile.directory}/{error}") from None
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    return write(made, folder)


def _refuse_real_data() -> None:
    """Made-up incidents never go among real ones."""
    from openvis.web.intake.models import Batch

    batches = Batch.objects.select_related("source")
    real = [batch for batch in batches if batch.source.described.kind_of_data != "counts"]
    if real:
        raise click.ClickException(
            f"this installation holds {len(real)} deliveries that were not made by `openvis demo` (the first: "
            f"{real[0].file_name or real[0].source.key}); expected an empty one: set OPENVIS_DATA to a new folder"
        )


def _fill(profile: "Profile", order: Order, marker: Path) -> None:
    from openvis.cli.demo_life import play
    from openvis.cli.demo_places import keep_places
    from openvis.web.access.demo import make_demo_people
    from openvis.web.access.stage import since
    from openvis.web.intake.services import load_counts

    note = {"municipality": profile.municipality.name, "seed": order.seed, "incidents": order.incidents,
            "until": order.until.isoformat(), "complete": False}  # fmt: skip
    truths = marker.parent / "demo" / "truths.json"
    deliveries = _write(profile, order, truths.parent)
    # Before the first row goes in: no page may ever show made-up incidents without saying so.
    _keep(marker, note)
    people = make_demo_people(profile, since(order.until))
    loaded = _take_in(deliveries)
    load_counts(profile)
    places = keep_places(profile, order.until)
    play(profile, order.until, order.seed, lambda found: _keep(truths.with_name(f"{LIFE}.json"), found))
    _tell(truths)
    _keep(marker, note | {"complete": True, "loaded": loaded})
    click.echo(f"{loaded:,} made-up incidents until {order.until}; what was planted: {truths}")
    click.echo(f"{places} focus places; {len(people)} demonstration accounts: the sign-in page shows them.")


def _keep(marker: Path, note: dict[str, Any]) -> None:
    """Replace a file in one step."""
    fresh = marker.with_suffix(".new")
    fresh.write_text(json.dumps(note, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    fresh.replace(marker)


LIFE = "life"
"""In truths.json, and the name of a file beside it: what was planted in the work of people."""


def _tell(truths: Path) -> None:
    """Put it with what was planted in the incidents. From a file of its own: broken off, truths.json is written anew."""
    life = truths.with_name(f"{LIFE}.json")
    if life.exists():
        story = json.loads(truths.read_text(encoding="utf-8"))
        _keep(truths, story | {LIFE: json.loads(life.read_text(encoding="utf-8"))})


def _take_in(deliveries: list[Any]) -> int:
    """Every delivery through the intake, oldest first. How many incidents came in as new."""
    from openvis.web.intake.models import Incident
    from openvis.web.intake.services import finish, import_path
    from openvis.web.intake.words import Refusal

    console = Console()
    columns = (TextColumn("{task.fields[file]}"), BarColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        for delivery in deliveries:
            task = bar.add_task("", file=delivery.path.name, total=1.0)

            def tell(step: str, share: float, task: Any = task) -> None:
                bar.update(task, completed=share, description=step)

            try:
                batch = import_path(delivery.path, delivery.source, tell=tell).batch
            except Refusal as refusal:
                if refusal.reason != "already_loaded":
                    raise click.ClickException(f"{delivery.path.name}: {refusal}") from None
                continue
            if not console.is_terminal:
                sums = f"{batch.new:,} new, {batch.updated} updated, {batch.skipped} skipped, {batch.rejected} rejected"
                click.echo(f"{delivery.path.name}: {sums}")
    finish()
    return Incident.objects.count()
