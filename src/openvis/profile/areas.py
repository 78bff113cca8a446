"""Areas (gebieden) of a profile: read from GeoJSON or CSV, put into one tree, checked.

Only the finest level needs a geometry: a coarser area without one is the union of the areas that name it. An area
names the coarser areas it lies in by their level (`stadsdeel: haven`), and inherits what those name in turn, so that
two coarser levels may cross each other.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pydantic import Field, ValidationError
from shapely.geometry.base import BaseGeometry

from openvis.profile import geojson
from openvis.profile.documents import Problems, explain
from openvis.profile.errors import found, one_of
from openvis.profile.municipality import City, Level
from openvis.profile.text import Filled, Strict

OVERLAP_M2 = 10.0
"""Neighbours on the finest level may overlap by this much, from rounding, in square metres."""

_SUMMED = ("inhabitants", "households", "dwellings", "land_ha")


@dataclass(frozen=True)
class AreaData:
    """One area in one period, with its geometry in the profile's plane coordinates (metres)."""

    code: str
    name: str
    level: str
    parent: str | None
    """Code of the area on the nearest coarser level that holds it; None on the coarsest."""
    geometry: BaseGeometry
    inhabitants: int | None
    households: int | None
    dwellings: int | None
    dwellings_source: str | None
    land_ha: float | None
    valid_from: date
    valid_to: date | None
    """First day on which it is no longer valid; None for as long as we know."""
    source_year: int
    within: dict[str, str] = field(default_factory=dict)
    """Level → code, for every coarser level."""
    figures: dict[str, float] = field(default_factory=dict)
    """Any other numbers the file holds."""

    def valid_on(self, day: date) -> bool:
        """Whether the area is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class _Row(Strict):
    """The properties of an area as they stand in the file."""

    code: Filled
    name: Filled
    inhabitants: int | None = Field(default=None, ge=0)
    households: int | None = Field(default=None, ge=0)
    dwellings: int | None = Field(default=None, ge=0)
    dwellings_source: str | None = None
    land_ha: float | None = Field(default=None, ge=0)
    valid_from: date
    valid_to: date | None = None
    source_year: int = Field(ge=1900, le=2200)


@dataclass
class _Draft:
    """An area while the tree is being made."""

    row: _Row
    level: Level
    geometry: BaseGeometry | None
    within: dict[str, str]
    figures: dict[str, float]
    file: Path
    line: int


def read_areas(directory: Path, city: City, problems: Problems) -> list[AreaData]:
    """All areas of all levels, coarse to fine, by code within a level; problems are noted, not raised."""
    before = len(problems.items)
    drafts: dict[str, dict[str, _Draft]] = {}
    for position, level in enumerate(city.levels):
        drafts[level.id] = {}
        for draft in _read_level(directory, city, position, problems):
            known = drafts[level.id].get(draft.row.code)
            if known is not None:
                problems.add(
                    draft.file, draft.line, "code", found(draft.row.code, f"a code once (also on line {known.line})")
                )
            else:
                drafts[level.id][draft.row.code] = draft
        if not drafts[level.id]:
            problems.add(directory / level.file, 1, "areas", "no areas, expected at least one")
    if len(problems.items) > before:
        return []
    _inherit(city.levels, drafts, problems)
    if len(problems.items) > before:
        return []
    areas = _finish(city.levels, drafts, problems)
    _check_overlap(
        [area for area in areas if area.level == city.levels[-1].id], directory / city.levels[-1].file, problems
    )
    return areas


def _read_level(directory: Path, city: City, position: int, problems: Problems) -> Iterator[_Draft]:
    level = city.levels[position]
    coarser = [other.id for other in city.levels[:position]]
    path = directory / level.file
    for feature in geojson.read_features(path, city.municipality.crs, problems):
        values = {key: value for key, value in feature.properties.items() if value not in (None, "")}
        within = {name: str(values.pop(name)) for name in coarser if name in values}
        known = {key: values.pop(key) for key in list(values) if key in _Row.model_fields}
        try:
            row = _Row.model_validate(known)
        except ValidationError as error:
            for item in error.errors(include_url=False):
                problems.add(path, feature.line, ".".join(map(str, item["loc"])), explain(dict(item)))
            continue
        figures, wrong = _figures(values)
        for key, value in wrong.items():
            expected = f"a number (or a level: {one_of(coarser)})" if coarser else "a number"
            problems.add(path, feature.line, key, found(value, expected))
        if feature.geometry is None and position == len(city.levels) - 1:
            problems.add(
                path, feature.line, "geometry", f"absent for {row.code}, expected a polygon on the finest level"
            )
            continue
        yield _Draft(row, level, feature.geometry, within, figures, path, feature.line)


def _figures(values: dict[str, Any]) -> tuple[dict[str, float], dict[str, Any]]:
    figures: dict[str, float] = {}
    wrong: dict[str, Any] = {}
    for key, value in values.items():
        try:
            figures[key] = float(value)
        except (TypeError, ValueError):
            wrong[key] = value
    return figures, wrong


def _inherit(levels: list[Level], drafts: dict[str, dict[str, _Draft]], problems: Problems) -> None:
    """Fill `within` from the coarser areas an area names, nearest level first, and check that each exists."""
    for position, level in enumerate(levels):
        for draft in drafts[level.id].values():
            for other in reversed(levels[:position]):
                code = draft.within.get(other.id)
                if code is None:
                    continue
                holder = drafts[other.id].get(code)
                if holder is None:
                    expected = f"the code of an area in {other.file}"
                    problems.add(draft.file, draft.line, other.id, found(code, expected))
                    continue
                for name, inherited in holder.within.items():
                    stated = draft.within.setdefault(name, inherited)
                    if stated != inherited:
                        message = f"{code} lies in {inherited}, expected the same or no {name}"
                        problems.add(draft.file, draft.line, name, f"found {stated!r}, but {message}")
            if position == len(levels) - 1:
                for other in levels[:position]:
                    if other.id not in draft.within:
                        expected = f"the {other.id} it lies in, here or on an area that holds it"
                        problems.add(
                            draft.file, draft.line, other.id, f"absent for {draft.row.code}, expected {expected}"
                        )


def _finish(levels: list[Level], drafts: dict[str, dict[str, _Draft]], problems: Problems) -> list[AreaData]:
    finest = list(drafts[levels[-1].id].values())
    areas = []
    for position, level in enumerate(levels):
        coarser = [other.id for other in reversed(levels[:position])]
        for code in sorted(drafts[level.id]):
            draft = drafts[level.id][code]
            parts = [part for part in finest if part.within.get(level.id) == code]
            if draft.geometry is None and not parts:
                problems.add(
                    draft.file, draft.line, "geometry", f"absent for {code}, and no area on the finest level names it"
                )
                continue
            figures = draft.row.model_dump()
            if position < len(levels) - 1:
                figures |= {name: _sum(draft.row, parts, name) for name in _SUMMED}
            parent = next((draft.within[name] for name in coarser if name in draft.within), None)
            areas.append(
                AreaData(
                    **figures,
                    level=level.id,
                    parent=parent,
                    geometry=draft.geometry or _union(parts),
                    within=dict(draft.within),
                    figures=draft.figures or _summed_figures(parts),
                )
            )
    return areas


def _union(parts: list[_Draft]) -> BaseGeometry:
    return shapely.union_all([part.geometry for part in parts])


def _sum(row: _Row, parts: list[_Draft], name: str) -> Any:
    """The figure of the file, else the sum over the parts that have one, else None."""
    stated = getattr(row, name)
    values = [getattr(part.row, name) for part in parts if getattr(part.row, name) is not None]
    return stated if stated is not None else sum(values) if values else None


def _summed_figures(parts: list[_Draft]) -> dict[str, float]:
    """Counts add up; shares and averages (`…_pct`, `…_mean`) do not, and are left out."""
    names = {name for part in parts for name in part.figures if not name.endswith(("_pct", "_mean"))}
    return {name: sum(part.figures.get(name, 0.0) for part in parts) for name in sorted(names)}


def _check_overlap(areas: list[AreaData], path: Path, problems: Problems) -> None:
    """On the finest level a point lies in one area at most."""
    if not areas:
        return
    geometries = np.array([area.geometry for area in areas], dtype=object)
    left, right = shapely.STRtree(geometries).query(geometries, predicate="intersects")
    left, right = left[left < right], right[left < right]
    for first, second in zip(left, right, strict=True):
        if not _together(areas[first], areas[second]):
            continue
        size = shapely.area(shapely.intersection(geometries[first], geometries[second]))
        if size > OVERLAP_M2:
            names = f"{areas[first].code} and {areas[second].code} overlap by {size:,.0f} m²"
            problems.add(path, 1, "geometry", f"{names}, expected every point in one area")


def _together(first: AreaData, second: AreaData) -> bool:
    """Whether two areas are in force at the same time."""
    begins = max(first.valid_from, second.valid_from)
    return first.valid_on(begins) and second.valid_on(begins)
