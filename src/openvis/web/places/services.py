"""What changes areas and addresses: loading a division, loading the register of addresses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import polars as pl
import shapely
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from openvis.profile import AreaData, Profile

from . import streets
from .models import Address, Area
from .selectors import area_index

_FIELDS = (
    "name",
    "parent",
    "within",
    "valid_from",
    "valid_to",
    "inhabitants",
    "households",
    "dwellings",
    "dwellings_source",
    "land_ha",
    "figures",
    "outline",
)

_ADDRESS = ("number_id", "postcode", "street", "town", "number", "letter", "addition", "use", "x", "y", "area_id")


@dataclass(frozen=True)
class Loaded:
    """What a load did."""

    new: int
    updated: int


def load_areas(profile: Profile) -> Loaded:
    """Take over the areas of a profile; safe to repeat."""
    return store_areas(profile.areas, [level.id for level in profile.levels])


@transaction.atomic
def store_areas(areas: Sequence[AreaData], levels: Sequence[str]) -> Loaded:
    """Insert or update areas by code, level and year of the division; an older division ends where a newer one begins.

    `levels` from coarse to fine. An area that a division no longer has is kept: incidents of its time point at it.
    """
    known = set(Area.objects.values_list("level", "code", "source_year"))
    ids: dict[str, int] = {}
    for level in levels:
        rows = [_row(area, ids) for area in areas if area.level == level]
        Area.objects.bulk_create(
            rows,
            batch_size=500,
            update_conflicts=True,
            unique_fields=["code", "level", "source_year"],
            update_fields=list(_FIELDS),
        )
        _close_older(level)
        years = {row.source_year for row in rows}
        found = Area.objects.filter(level=level, source_year__in=years).order_by("source_year")
        ids |= dict(found.values_list("code", "id"))
    if Address.objects.exists():
        _replace_addresses()
    new = sum((area.level, area.code, area.source_year) not in known for area in areas)
    return Loaded(new=new, updated=len(areas) - new)


def _row(area: AreaData, ids: dict[str, int]) -> Area:
    return Area(
        code=area.code,
        level=area.level,
        source_year=area.source_year,
        name=area.name,
        parent_id=ids.get(area.parent) if area.parent else None,
        within=area.within,
        valid_from=area.valid_from,
        valid_to=area.valid_to,
        inhabitants=area.inhabitants,
        households=area.households,
        dwellings=area.dwellings,
        dwellings_source=area.dwellings_source or "",
        land_ha=area.land_ha,
        figures=area.figures,
        outline=shapely.to_wkb(area.geometry),
    )


def _close_older(level: str) -> None:
    """Every division but the last of a level is valid until the next one begins."""
    begins = dict(
        Area.objects.filter(level=level, valid_from__isnull=False)
        .order_by("source_year", "valid_from")
        .values_list("source_year", "valid_from")
    )
    for (year, _), (_, begin) in pairwise(sorted(begins.items())):
        Area.objects.filter(level=level, source_year=year).update(valid_to=begin)


@transaction.atomic
def store_addresses(frames: Iterable[pl.DataFrame], day: date | None = None) -> Loaded:
    """Insert or update addresses (as `importers.bag.read_bag` gives them), each in its area; outside ones are left out.

    An address that got another street, number or postcode keeps what it was called until `day` (today). By way of a
    temporary table, so that a whole city takes seconds.
    """
    before = Address.objects.count()
    columns = ", ".join(_ADDRESS)
    changes = ", ".join(f"{name} = excluded.{name}" for name in (*_ADDRESS[1:], "road_id", "valid_to"))
    with connection.cursor() as cursor:
        _receive(cursor, frames)
        _keep_former(cursor, day or timezone.localdate())
        # An object with several uses has several rows; the address is the same.
        cursor.execute(
            f"INSERT INTO places_address ({columns}, road_id) SELECT DISTINCT ON (number_id) {columns}, road_id"  # noqa: S608
            f" FROM incoming ORDER BY number_id, use ON CONFLICT (number_id) DO UPDATE SET {changes}"
        )
        rows = cursor.rowcount
        cursor.execute("DROP TABLE incoming")
        streets.count_addresses(cursor)
    new = Address.objects.count() - before
    return Loaded(new=new, updated=rows - new)


def _receive(cursor: CursorWrapper, frames: Iterable[pl.DataFrame]) -> None:
    """Put what comes in a temporary table, each row in its area and with its street in the list of streets."""
    locator = area_index()
    columns = ", ".join(_ADDRESS)
    cursor.execute(
        f"CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS SELECT {columns}, road_id FROM places_address LIMIT 0"  # noqa: S608
    )
    for frame in frames:
        area = locator.locate_ids(frame["x"].to_numpy(), frame["y"].to_numpy()).alias("area_id")
        placed = frame.with_columns(area).filter(pl.col("area_id").is_not_null())
        with cursor.copy(f"COPY incoming ({columns}) FROM STDIN") as copy:
            for row in placed.select(_ADDRESS).iter_rows():
                copy.write_row(row)
    cursor.execute(
        "SELECT DISTINCT street, town FROM incoming EXCEPT SELECT name, town FROM places_street ORDER BY street, town"
    )
    streets.add_streets(cursor, cursor.fetchall())
    cursor.execute(
        "UPDATE incoming SET road_id = street.id FROM places_street street"
        " WHERE street.name = incoming.street AND street.town = incoming.town"
    )


def _keep_former(cursor: CursorWrapper, day: date) -> None:
    """What a known address was called until now, where it is called otherwise from now on."""
    cursor.execute(
        "INSERT INTO places_formeraddress (address_id, street, town, road_id, postcode, number, letter, addition, until)"
        " SELECT DISTINCT ON (old.id) old.id, old.street, old.town, old.road_id, old.postcode, old.number, old.letter,"
        " old.addition, %s FROM places_address old JOIN incoming new USING (number_id)"
        " WHERE old.road_id IS NOT NULL AND (old.street, old.postcode, old.number, old.letter, old.addition)"
        " IS DISTINCT FROM (new.street, new.postcode, new.number, new.letter, new.addition)",
        [day],
    )


def _replace_addresses() -> None:
    """Put every address in the area it lies in now: after a new division."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, x, y, area_id FROM places_address ORDER BY id")
        rows = cursor.fetchall()
        if not rows:
            return
        known = pl.DataFrame(rows, schema=["id", "x", "y", "area_id"], orient="row")
        area = area_index().locate_ids(known["x"].to_numpy(), known["y"].to_numpy())
        moved = known.with_columns(area.alias("now")).filter(pl.col("now").ne_missing(pl.col("area_id")))
        cursor.executemany("UPDATE places_address SET area_id = %s WHERE id = %s", moved.select("now", "id").rows())
