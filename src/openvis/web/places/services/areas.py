"""What changes areas: loading a division."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl
import shapely
from django.db import connection, transaction

from openvis.profile import AreaData, Profile
from openvis.web.places.models import Address, Area
from openvis.web.places.selectors import area_index

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
