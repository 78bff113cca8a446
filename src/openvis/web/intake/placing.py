"""Where it happened: coordinates, address or area become a point, a precision, an area and an address.

What is vague or missing leaves a row unplaced (niet op de kaart), which is no fault. What is wrong (swapped, of another
system, outside the municipality) is a problem: it would be put in the wrong place, or left out without a word.
"""

import math
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl
import pyproj
import shapely
from django.db.models import Count, Max
from django.utils import timezone

from openvis.profile.sources import AddressColumns, AreaColumn, Place, PointColumns
from openvis.web import city
from openvis.web.places.addresses import resolve_addresses
from openvis.web.places.models import Area
from openvis.web.places.selectors import Locator, StoredArea, area_index, stored_areas

from .problems import Problems
from .words import Refusal

XY_PRECISION = 10.0
"""Metres, when neither a column nor the source says how sure coordinates are."""

_BOUNDS = {28992: (-7_000.0, 289_000.0, 300_000.0, 629_000.0), 4326: (3.0, 50.5, 7.5, 54.0)}
"""The Netherlands, per system: west, south, east, north."""
_SYSTEM = {28992: "RD (x, y)", 4326: "WGS84"}
_EXAMPLE = {28992: "142345, 487654 (RD)", 4326: "5.2205, 52.3708 (WGS84)"}
_CODE_ELSEWHERE = r"^(BU|WK|GM)?\d{4,8}$"


@dataclass(frozen=True, eq=False)
class Ground:
    """The areas of the record, ready for placing rows in."""

    locator: Locator
    municipality: str
    crs: int
    by_key: dict[tuple[str, str], dict[str, StoredArea]]
    """(level, code or name) → casefolded code or name → area."""
    finest: str

    def area_names(self) -> set[str]:
        """Names of all areas, for telling them from names of persons."""
        return {area.name for (_, by), areas in self.by_key.items() if by == "name" for area in areas.values()}


def ground() -> Ground:
    """The areas as they are now. Raises Refusal when none are loaded."""
    state = Area.objects.aggregate(number=Count("id"), last=Max("id"))
    return _ground(city.profile().directory, state["number"], state["last"], timezone.localdate())


@lru_cache(maxsize=2)
def _ground(directory: Any, number: int, last: int | None, day: date) -> Ground:
    """`directory`, `number` and `last` only tell one state of the areas from another."""
    profile = city.profile()
    try:
        locator = area_index(day)
    except LookupError as error:
        raise Refusal("no_areas") from error
    by_key: dict[tuple[str, str], dict[str, StoredArea]] = {}
    for level in profile.levels:
        areas = stored_areas(level.id, day)
        names = [area.name.casefold() for area in areas]
        by_key[level.id, "code"] = {area.code.casefold(): area for area in areas}
        # A name that two areas have says nothing.
        by_key[level.id, "name"] = {
            area.name.casefold(): area for area in areas if names.count(area.name.casefold()) == 1
        }
    municipality = profile.municipality
    return Ground(locator, municipality.name, municipality.crs, by_key, profile.finest.id)


PLACED = {"x": pl.Float64, "y": pl.Float64, "precision": pl.Float64, "area_id": pl.Int64, "address_id": pl.Int64}


def read_place(frame: pl.DataFrame, place: Place, decimal: str, on: Ground, problems: Problems) -> pl.DataFrame:
    """Columns of PLACED for every row: what is filled in first counts, coordinates before address before area."""
    nothing = [pl.Series(name, [None], kind).new_from_index(0, frame.height) for name, kind in PLACED.items()]
    result = _points(frame, place, place.xy, decimal, on, problems) if place.xy else pl.DataFrame(nothing)
    if place.address is not None and (open_ := result["x"].is_null()).any():
        result = _overlay(result, _addresses(frame, place.address), open_)
    if place.area is not None and (open_ := result["x"].is_null()).any():
        result = _overlay(result, _areas(frame, place.area, open_, on, problems), open_)
    return result


def _overlay(result: pl.DataFrame, found: pl.DataFrame, open_: pl.Series) -> pl.DataFrame:
    """Take the found places for rows that have none."""
    return pl.DataFrame(
        [pl.select(pl.when(open_).then(found[name]).otherwise(result[name]).alias(name)).to_series() for name in PLACED]
    )


# Coordinates


def _points(
    frame: pl.DataFrame, place: Place, columns: PointColumns, decimal: str, on: Ground, problems: Problems
) -> pl.DataFrame:
    x_text, y_text = frame[columns.x].str.strip_chars(), frame[columns.y].str.strip_chars()
    x, y = numbers(x_text, decimal), numbers(y_text, decimal)
    example = _EXAMPLE[columns.crs]
    for name, text, values in ((columns.x, x_text, x), (columns.y, y_text, y)):
        problems.add(
            text.is_not_null() & (text != "") & values.is_null(), "xy_unreadable", name, text, expected=example
        )
    given = (x.is_not_null() & y.is_not_null() & ~((x == 0) & (y == 0))).fill_null(value=False)
    x, y = x.set(~given, None), y.set(~given, None)
    both = f"{columns.x} + {columns.y}"
    shown = pl.select(pl.concat_str([x_text, y_text], separator=", ")).to_series()
    wrong = _wrong_system(x, y, columns.crs, both, shown, problems)
    x, y = x.set(wrong, None), y.set(wrong, None)
    if columns.crs != on.crs:
        x, y = _transformed(x, y, columns.crs, on.crs)
    area = on.locator.locate_ids(_floats(x), _floats(y))
    outside = x.is_not_null() & area.is_null()
    problems.add(outside, "outside", both, shown, municipality=on.municipality)
    precision = pl.Series("precision", [place.precision_m or XY_PRECISION]).new_from_index(0, frame.height)
    if place.precision_column:
        text = frame[place.precision_column].str.strip_chars()
        read = numbers(text, decimal)
        bad = text.is_not_null() & (text != "") & (read.is_null() | (read < 0))
        problems.add(bad, "precision_unreadable", place.precision_column, text)
        precision = pl.select(pl.coalesce(read, precision)).to_series()
    nowhere = x.is_null() | outside
    columns_found = [x.alias("x"), y.alias("y"), precision.alias("precision"), area.alias("area_id")]
    found = [column.set(nowhere, None) for column in columns_found]
    return pl.DataFrame([*found, pl.Series("address_id", [None], pl.Int64).new_from_index(0, frame.height)])


def _wrong_system(x: pl.Series, y: pl.Series, crs: int, column: str, shown: pl.Series, problems: Problems) -> pl.Series:
    """Rows whose coordinates are swapped, of the other system, or nowhere in the Netherlands."""
    if city.profile().municipality.crs != 28992:
        return pl.Series([False]).new_from_index(0, x.len())
    elsewhere = x.is_not_null() & ~_inside(x, y, crs)
    if not elsewhere.any():
        return elsewhere
    other = 4326 if crs == 28992 else 28992
    swapped = elsewhere & _inside(y, x, crs)
    foreign = elsewhere & ~swapped & (_inside(x, y, other) | _inside(y, x, other))
    problems.add(swapped, "xy_swapped", column, shown)
    problems.add(foreign, "xy_system", column, shown, found=_SYSTEM[other], expected=_SYSTEM[crs])
    problems.add(elsewhere & ~swapped & ~foreign, "xy_elsewhere", column, shown, expected=_EXAMPLE[crs])
    return elsewhere


def _inside(x: pl.Series, y: pl.Series, crs: int) -> pl.Series:
    west, south, east, north = _BOUNDS[crs]
    return (x.is_between(west, east) & y.is_between(south, north)).fill_null(value=False)


def _transformed(x: pl.Series, y: pl.Series, source: int, target: int) -> tuple[pl.Series, pl.Series]:
    transformer = pyproj.Transformer.from_crs(source, target, always_xy=True)
    east, north = transformer.transform(_floats(x), _floats(y))
    return _nullable(east), _nullable(north)


def transformed(x: float, y: float, source: int, target: int) -> tuple[float, float]:
    """One point in another system (EPSG numbers)."""
    if source == target:
        return x, y
    east, north = pyproj.Transformer.from_crs(source, target, always_xy=True).transform(x, y)
    return float(east), float(north)


def _floats(values: pl.Series) -> np.ndarray:
    return values.cast(pl.Float64).fill_null(math.nan).to_numpy()


def _nullable(values: np.ndarray) -> pl.Series:
    return pl.Series(np.where(np.isfinite(values), values, np.nan)).fill_nan(None)


def numbers(text: pl.Series, decimal: str = "auto") -> pl.Series:
    """Numbers as written, with a point or a comma (`auto`: a comma when any value has one); null where unreadable."""
    plain = text.cast(pl.Float64, strict=False)
    comma = decimal == "," or (decimal == "auto" and bool(text.str.contains(",", literal=True).any()))
    if comma:
        tidy = text.str.replace_all(".", "", literal=True) if _thousands(text) else text
        plain = tidy.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    return plain.set(~plain.is_finite().fill_null(value=False), None)


def _thousands(text: pl.Series) -> bool:
    """Whether points part thousands: a point before a comma, or twice in a number."""
    return bool(text.str.contains(r"\..*[,.]").any())


# Address and area


def _addresses(frame: pl.DataFrame, columns: AddressColumns) -> pl.DataFrame:
    found = resolve_addresses(
        frame[columns.postcode],
        frame[columns.number],
        frame[columns.letter] if columns.letter else None,
        frame[columns.addition] if columns.addition else None,
    )
    placed = found.rename({"address": "address_id", "area": "area_id"})
    return placed.with_columns(pl.when(pl.col("area_id").is_not_null()).then(pl.col("x")).alias("x")).select(*PLACED)


def _areas(frame: pl.DataFrame, columns: AreaColumn, open_: pl.Series, on: Ground, problems: Problems) -> pl.DataFrame:
    text = frame[columns.column].str.strip_chars()
    known = on.by_key.get((columns.level, columns.by), {})
    finest = columns.level == on.finest
    keys = text.str.to_lowercase()
    rows = []
    for key in keys.unique().drop_nulls().to_list():
        area = known.get(key.casefold())
        if area is not None:
            # Only the finest level gives a point: a city district as a dot on the map would be a lie.
            point = point_in(area) if finest else (None, None, None)
            rows.append((key, *point, area.id))
    schema = {"key": pl.String, "x": pl.Float64, "y": pl.Float64, "precision": pl.Float64, "area_id": pl.Int64}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    found = pl.DataFrame({"key": keys}).join(table, on="key", how="left", maintain_order="left")
    if columns.by == "code":
        # A code of an area elsewhere is a place outside; anything else that is no area is a place we do not know.
        elsewhere = open_ & found["area_id"].is_null() & text.str.contains(_CODE_ELSEWHERE).fill_null(value=False)
        problems.add(elsewhere, "outside", columns.column, text, municipality=on.municipality)
    return found.with_columns(pl.lit(None, pl.Int64).alias("address_id")).select(*PLACED)


@lru_cache(maxsize=4096)
def point_in(area: StoredArea) -> tuple[float, float, float]:
    """A point that lies in the area, and the radius of a circle of its size."""
    point = shapely.point_on_surface(area.geometry)
    return point.x, point.y, math.sqrt(area.geometry.area / math.pi)
