"""Reads of areas and addresses. Both are public registers: everybody who is signed in may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl
import shapely
from django.db.models import F
from django.utils import timezone
from shapely.geometry.base import BaseGeometry

from openvis.web import city

from .models import Address, Area
from .resolve import AreaIndex

ADDRESS_SCHEMA = {
    "id": pl.Int64,
    "postcode": pl.String,
    "number": pl.Int64,
    "letter": pl.String,
    "addition": pl.String,
    "x": pl.Float64,
    "y": pl.Float64,
    "area": pl.Int64,
}


@dataclass(frozen=True)
class StoredArea:
    """An area of the record with its polygon: what `AreaIndex` places points in."""

    id: int
    code: str
    name: str
    geometry: BaseGeometry


@dataclass(frozen=True)
class Locator:
    """The areas of the record on the finest level, ready to place points in, and their numbers in the database."""

    index: AreaIndex
    ids: npt.NDArray[np.int64]

    def locate_ids(self, x: npt.ArrayLike, y: npt.ArrayLike) -> pl.Series:
        """Number of the area each point lies in, null outside the municipality."""
        position = self.index.locate(x, y)
        ids = pl.Series("area", np.append(self.ids, 0)[position], dtype=pl.Int64)
        return ids.set(pl.Series(position < 0), None)


def stored_areas(level: str, day: date | None = None) -> list[StoredArea]:
    """The areas of a level in force on a day (today when absent), by code."""
    rows = Area.objects.filter(level=level).valid_on(day or timezone.localdate()).order_by("code")
    fields = rows.values_list("id", "code", "name", "outline")
    return [StoredArea(key, code, name, shapely.from_wkb(bytes(outline))) for key, code, name, outline in fields]


def area_index(day: date | None = None) -> Locator:
    """Ready to place points in the finest level. Raises LookupError when no areas were loaded."""
    profile = city.profile()
    areas = stored_areas(profile.finest.id, day)
    if not areas:
        raise LookupError("There are no areas in the database; load them first: openvis areas load")
    index = AreaIndex.build(areas, profile.municipality.border_tolerance_m)
    return Locator(index, np.array([area.id for area in areas], dtype=np.int64))


def area_ids(level: str, by: str = "code", day: date | None = None) -> dict[str, int]:
    """Code or name (`by`) → number in the database, of a level on a day; a name that occurs twice is left out."""
    rows = list(
        Area.objects.filter(level=level).valid_on(day or timezone.localdate()).order_by("code").values_list(by, "id")
    )
    counts: dict[str, int] = {}
    for key, _ in rows:
        counts[key] = counts.get(key, 0) + 1
    return {key: number for key, number in rows if counts[key] == 1}


def register(postcodes: Sequence[str] | None = None) -> pl.DataFrame:
    """The addresses (of some postcodes) as columns of `ADDRESS_SCHEMA`."""
    # One in use before one that has ended: who asks for the first of two that are written alike gets that.
    last = F("valid_to").desc(nulls_first=True)
    rows = Address.objects.order_by("postcode", "number", "letter", "addition", last)
    if postcodes is not None:
        rows = rows.filter(postcode__in=postcodes)
    fields = rows.values_list("id", "postcode", "number", "letter", "addition", "x", "y", "area_id")
    return pl.DataFrame(list(fields), schema=ADDRESS_SCHEMA, orient="row")
