"""`openvis areas`: load areas and addresses."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click

from openvis.cli.main import django
from openvis.profile import Profile, ProfileError, load

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SHOWN = 20
"""Bad rows that are told one by one."""
_PROFILE = click.option(
    "--profile", "directory", type=click.Path(path_type=Path), help="Folder of the profile; default that of this site."
)


@click.group()
def areas() -> None:
    """Load areas and addresses: profile, CBS GeoPackage, BAG."""


@contextmanager
def _answers() -> Iterator[None]:
    """What can be wrong with a file, a profile or the database, as a sentence instead of a traceback."""
    from django.db import DatabaseError

    from openvis.web.places.importers import FileError

    try:
        yield
    except (FileError, LookupError) as error:
        raise click.ClickException(str(error)) from None
    except DatabaseError as error:
        reason = str(error).splitlines()[0]
        raise click.ClickException(f"The database is not ready ({reason}). Run first: openvis setup") from None


def _profile(directory: Path | None) -> Profile:
    from openvis.web import city

    try:
        return load(directory) if directory else city.profile()
    except ProfileError as error:
        raise click.ClickException("\n".join(error.problems)) from None


@areas.command("load")
@_PROFILE
def load_command(directory: Path | None) -> None:
    """Take over the areas of the profile. Safe to repeat."""
    django()
    from openvis.web.places.services import load_areas

    profile = _profile(directory)
    with _answers():
        done = load_areas(profile)
    click.echo(f"{profile.municipality.name}: {done.new} new areas, {done.updated} brought up to date.")


@areas.command("import-cbs")
@click.argument("file", type=_FILE)
@click.option("--year", required=True, type=click.IntRange(2000, 2100), help="Year of the map.")
@_PROFILE
def import_cbs(file: Path, year: int, directory: Path | None) -> None:
    """Load districts and neighbourhoods from the CBS map (Wijk- en Buurtkaart, GeoPackage)."""
    django()
    from openvis.web.places.importers.cbs import read_cbs
    from openvis.web.places.services import store_areas

    profile = _profile(directory)
    with _answers():
        found = read_cbs(file, year, profile)
        done = store_areas(found, [level.id for level in profile.levels])
    counts = {level.id: sum(area.level == level.id for area in found) for level in profile.levels}
    listed = ", ".join(f"{counts[level.id]} {level.plural.en}" for level in profile.levels)
    click.echo(f"{profile.municipality.name} {year}: {listed}; {done.new} new, {done.updated} brought up to date.")


@areas.command("import-bag")
@click.argument("file", type=_FILE)
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Since when the changes hold; default today.")
@click.option("--whole", is_flag=True, help="The file is the whole register: what is not in it has ended.")
@click.option("--however-many", is_flag=True, help="With --whole: also when more than a twentieth of the register ends.")
def import_bag(file: Path, day: datetime | None, whole: bool, however_many: bool) -> None:
    """Load addresses from the BAG, whole or changes only: PDOK's GeoPackage "BAG light", or CSV.

    No address is taken out: what is withdrawn gets its last day, and what is called otherwise stays to be found by its old
    name.
    """
    django()
    from openvis.web import city
    from openvis.web.places.importers.bag import BadRows, read_bag
    from openvis.web.places.selectors import area_index
    from openvis.web.places.services import store_addresses

    bad = BadRows()
    with _answers():
        index = area_index().index
        west, south, east, north = index.outline.buffer(index.tolerance).bounds
        frames = read_bag(file, (west, south, east, north), city.profile().municipality.crs, bad)
        done = store_addresses(frames, day.date() if day else None, whole=whole, however_many=however_many,
                               unread=bad.numbers)
    for row in bad.first[:_SHOWN]:
        click.echo(f"  {row}", err=True)
    if bad.count:
        more = f", the first {_SHOWN} are above" if bad.count > _SHOWN else ""
        click.echo(f"{bad.count} rows were not taken over{more}.", err=True)
    if done.new + done.updated + done.ended == 0:
        raise click.ClickException(f"{file.name}: no address in {city.profile().municipality.name}.")
    told = f"{done.new} new addresses, {done.updated} brought up to date"
    told += f", {done.renamed} of them called otherwise" if done.renamed else ""
    told += f", {done.ended} ended" if done.ended else ""
    click.echo(f"{told}.")
