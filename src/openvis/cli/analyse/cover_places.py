"""What the command `cover` reads: dwellings, stations and candidate sites, and how long the way between them takes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from openvis.analysis.cover import Roads, straight_times, travel_times
from openvis.cli.analyse import points, roads, tables
from openvis.cli.analyse.columns import AREAS
from openvis.cli.analyse.plane import Plane
from openvis.cli.analyse.reading import Bools, Floats, Ints
from openvis.cli.analyse.wrong import WrongInput

WEIGHT = "weight dwellings addresses households count woningen adressen aantal gewicht"
NAME = "name station naam kazerne post site id code"
STATUS = "status state kind type soort"
TURNOUT = "turnout turnout_minutes uitruktijd turn_out"
EXISTING = ("existing", "station", "bestaand", "now", "kazerne")
CANDIDATE = ("candidate", "site", "possible", "new", "kandidaat", "mogelijk", "nieuw")
FAR = 500.0
"""Metres from the nearest road, beyond which a dwelling is mentioned."""


@dataclass(frozen=True, eq=False)
class Dwellings:
    """Places to be reached: how many dwellings each stands for, the norm in seconds, and the area of each."""

    points: points.Points
    weight: Floats
    norm: Floats
    areas: list[str]
    area: Ints


@dataclass(frozen=True, eq=False)
class Stations:
    """Stations and candidate sites by name; `there`: which exist; turnout: seconds before they drive."""

    points: points.Points
    names: list[str]
    there: Bools
    turnout: Floats


def read_dwellings(options: dict[str, Any]) -> Dwellings:
    found = points.read(options["dwellings"], options["crs"], options, options["where"])
    weight = found.named("weight", WEIGHT, options["weight"], "--weight")
    area = found.named("area", " ".join(AREAS), options["area_column"], "--area-column")
    norm = found.named("norm", "", options["norm"], "--norm")
    size = found.frame.height
    names = [] if area is None else tables.texts(found.frame, area, "--area-column")
    areas = sorted(set(names))
    number = {name: code for code, name in enumerate(areas)}
    minutes = np.full(size, options["minutes"])
    if norm is not None:
        minutes = tables.numbers(found.frame, norm, "--norm", least=0.0)
    return Dwellings(
        found,
        np.ones(size) if weight is None else tables.numbers(found.frame, weight, "--weight", least=0.0),
        60.0 * minutes,
        areas,
        np.array([number[name] for name in names], dtype=np.int64),
    )


def read_stations(path: Path, crs: str | None, plane: Plane, turnout: float) -> Stations:
    """Stations of a file in metres of `plane`; without a column that says their status all of them exist."""
    found = points.read(path, crs, plane=plane)
    name, status, before = (found.named(*it) for it in (("name", NAME), ("status", STATUS), ("turnout", TURNOUT)))
    size = found.frame.height
    names = [f"S{i + 1}" for i in range(size)] if name is None else tables.texts(found.frame, name, "name")
    double = next((it for i, it in enumerate(names) if it in names[:i]), None)
    if double is not None:
        raise WrongInput(f"{path.name}: {name} {double!r} occurs twice; expected a name of its own for each station")
    there = np.ones(size, dtype=np.bool_)
    if status is not None:
        words = [it.lower() for it in tables.texts(found.frame, status, "status")]
        unknown = next((i for i, it in enumerate(words) if it not in EXISTING + CANDIDATE), None)
        if unknown is not None:
            raise WrongInput(
                f"{path.name}, row {found.frame[tables.ROW][unknown]}: {status} is {words[unknown]!r}; expected "
                "existing or candidate"
            )
        there = np.array([it in EXISTING for it in words])
    minutes = np.full(size, turnout)
    if before is not None:
        minutes = tables.numbers(found.frame, before, "turnout", least=0.0)
    return Stations(found, names, there, 60.0 * minutes)


def driving(stations: Stations, dwellings: Dwellings, options: dict[str, Any]) -> tuple[Floats, list[str]]:
    """(stations, dwellings) seconds on the way, and remarks: over roads where they are given, else as the crow flies."""
    there, to, speed = stations.points, dwellings.points, options["speed"]
    if options["roads"] is None:
        times = straight_times(there.x, there.y, to.x, to.y, speed, options["detour"])
        return times, [
            f"No roads given: straight lines, {options['detour']:g} times as long, at {speed:g} km/h. Water, railways and "
            "motorways in between are not seen; --roads sees them."
        ]
    graph, remarks = roads.read(options["roads"], options["crs"], to.plane, speed)
    times, far = over_roads(graph, there, to, speed)
    remarks.append(
        f"  From a road to the door, {np.median(far):,.0f} m for the middle one, straight at {speed:g} km/h."
    )
    if (far > FAR).any():
        remarks.append(f"  {int((far > FAR).sum()):,} rows lie over {FAR:g} m from any road.")
    lost = ~np.isfinite(times).any(axis=0)
    if lost.any():
        remarks.append(f"  {int(lost.sum()):,} rows can be reached from nowhere over these roads.")
    return times, remarks


def over_roads(graph: Roads, there: points.Points, to: points.Points, speed: float) -> tuple[Floats, Floats]:
    """Seconds over roads, the straight bits at both ends counted in; and those of the dwellings, metres."""
    begin, out = graph.nearest(there.x, there.y)
    end, far = graph.nearest(to.x, to.y)
    doors, own = np.unique(end, return_inverse=True)
    times = travel_times(graph, begin, doors)[:, own]
    times += (out[:, None] + far[None, :]) * (3.6 / speed)
    return times, far
