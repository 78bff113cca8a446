"""The CBS map of districts and neighbourhoods (Wijk- en Buurtkaart), a GeoPackage a year.

Layers `gemeenten`, `wijken`, `buurten`; columns such as `buurtcode`, `buurtnaam`, `wijkcode`, `gemeentecode`, `water`,
`aantal_inwoners`, `aantal_huishoudens`, `woningvoorraad`, `oppervlakte_land_in_ha`. Figures that are unknown or secret
are large negative numbers.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from openvis.profile import AreaData, Profile

from . import FileError
from .layers import read_layer, require

_UNKNOWN_BELOW = -1000
_FIGURES = {
    "inhabitants": ("aantal_inwoners",),
    "households": ("aantal_huishoudens",),
    "dwellings": ("woningvoorraad", "aantal_woningen", "woningen"),
    "land_ha": ("oppervlakte_land_in_ha",),
}


def read_cbs(path: Path, year: int, profile: Profile) -> list[AreaData]:
    """Districts and neighbourhoods of the profile's municipality, with the coarser areas of the profile they lie in.

    The profile must have a level with codes WK… and one with codes BU…, or levels called `wijk` and `buurt`. Raises
    FileError for a file in another layout, without this municipality, or for a profile without such levels.
    """
    wijk_level, buurt_level = _level_of(profile, "WK", "wijk"), _level_of(profile, "BU", "buurt")
    wijken = _read(path, "wijken", "wijk", wijk_level, year, profile)
    buurten = _read(path, "buurten", "buurt", buurt_level, year, profile)
    wijken = [replace(area, **_place(area, profile, wijk_level)) for area in wijken]
    by_code = {area.code: area for area in wijken}
    placed = []
    for area in buurten:
        wijk = by_code.get(area.within["wijkcode"])
        if wijk is None:
            raise FileError(f"{path.name}, layer buurten: {area.code} lies in {area.within['wijkcode']}, not in wijken")
        placed.append(replace(area, parent=wijk.code, within={**wijk.within, wijk_level: wijk.code}))
    return [*_coarser(profile, wijk_level, year, placed), *wijken, *placed]


def _level_of(profile: Profile, prefix: str, name: str) -> str:
    for level in profile.levels:
        if level.id == name or any(area.code.startswith(prefix) for area in profile.areas_of(level.id)):
            return level.id
    raise FileError(f"The profile has no level for {name}en: expected a level {name}, or one with codes {prefix}…")


def _read(path: Path, layer: str, kind: str, level: str, year: int, profile: Profile) -> list[AreaData]:
    code, name = f"{kind}code", f"{kind}naam"
    needed = [code, name, "gemeentecode", *(["wijkcode"] if kind == "buurt" else [])]
    columns = require(path, layer, needed)
    figures = {key: next((n for n in names if n in columns), None) for key, names in _FIGURES.items()}
    wanted = [*needed, *(["water"] if "water" in columns else []), *(name for name in figures.values() if name)]
    municipality = profile.municipality.code
    values, geometries = read_layer(path, layer, wanted, where=f"gemeentecode = '{municipality}'")
    if not len(geometries):
        raise FileError(f"{path.name}, layer {layer}: nothing of {municipality}, expected {profile.municipality.name}")
    areas: dict[str, AreaData] = {}
    for row, geometry in enumerate(geometries):
        # CBS gives the water of an area as a second row of the same code.
        if "water" in values and str(values["water"][row]).upper().startswith("JA"):
            continue
        key = str(values[code][row])
        shape = _polygonal(geometry)
        if key in areas:
            areas[key] = replace(areas[key], geometry=shapely.union(areas[key].geometry, shape))
            continue
        areas[key] = _area(key, values, row, name, level, year, shape, figures)
    return [areas[key] for key in sorted(areas)]


def _area(
    key: str,
    values: dict[str, Any],
    row: int,
    name: str,
    level: str,
    year: int,
    shape: BaseGeometry,
    figures: dict[str, str | None],
) -> AreaData:
    number = {figure: _number(values[column][row]) if column else None for figure, column in figures.items()}
    dwellings = number["dwellings"] if number["dwellings"] is not None else number["households"]
    source = None
    if dwellings is not None:
        source = f"CBS {year}" if number["dwellings"] is not None else f"households {year} (CBS), as an approximation"
    return AreaData(
        code=key,
        name=str(values[name][row]),
        level=level,
        parent=None,
        geometry=shape,
        inhabitants=_whole(number["inhabitants"]),
        households=_whole(number["households"]),
        dwellings=_whole(dwellings),
        dwellings_source=source,
        land_ha=number["land_ha"],
        valid_from=date(year, 1, 1),
        valid_to=None,
        source_year=year,
        within={"wijkcode": str(values["wijkcode"][row])} if "wijkcode" in values else {},
    )


def _number(value: object) -> float | None:
    number = None if value is None else float(str(value))
    return None if number is None or np.isnan(number) or number < _UNKNOWN_BELOW else number


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _polygonal(geometry: BaseGeometry) -> BaseGeometry:
    valid = shapely.make_valid(geometry)
    parts = [part for part in shapely.get_parts(valid) if part.geom_type in ("Polygon", "MultiPolygon")]
    return parts[0] if len(parts) == 1 else shapely.union_all(parts)


def _place(area: AreaData, profile: Profile, level: str) -> dict[str, Any]:
    """Parent and coarser areas of a district: those of the same code in the profile, else those it overlaps most."""
    coarser = [other.id for other in profile.levels[: [level_.id for level_ in profile.levels].index(level)]]
    known = next((other for other in profile.areas_of(level) if other.code == area.code), None)
    within = {name: known.within[name] for name in coarser if known and name in known.within}
    for name in coarser:
        if name not in within:
            candidates = profile.areas_of(name)
            overlap = [shapely.area(shapely.intersection(area.geometry, other.geometry)) for other in candidates]
            within[name] = candidates[int(np.argmax(overlap))].code
    parent = within[coarser[-1]] if coarser else None
    return {"within": within, "parent": parent}


def _coarser(profile: Profile, wijk_level: str, year: int, buurten: list[AreaData]) -> list[AreaData]:
    """The profile's coarser areas anew, as the union and the sums of the neighbourhoods of this division."""
    areas = []
    for level in profile.levels:
        if level.id == wijk_level:
            break
        for old in profile.areas_of(level.id):
            parts = [part for part in buurten if part.within.get(level.id) == old.code]
            if not parts:
                continue
            sums = {name: _total(parts, name) for name in ("inhabitants", "households", "dwellings", "land_ha")}
            union = shapely.union_all([part.geometry for part in parts])
            validity = {"valid_from": date(year, 1, 1), "valid_to": None, "source_year": year}
            areas.append(replace(old, geometry=union, figures={}, **sums, **validity))
    return areas


def _total(parts: list[AreaData], name: str) -> Any:
    values = [getattr(part, name) for part in parts if getattr(part, name) is not None]
    return sum(values) if values else None
