"""What `openvis analyse effect` compares: the place of each event, and the periods before and after the start."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from openvis.analysis.effect import zones
from openvis.analysis.effect.placebo import tiles
from openvis.analysis.effect.places import BESIDE
from openvis.cli.analyse import areas
from openvis.cli.analyse.reading import Incidents
from openvis.cli.analyse.wrong import WrongInput

Ints = npt.NDArray[np.int64]
Times = npt.NDArray[np.datetime64]

MOST = {"month": 12, "week": 52}
"""Steps before and after that are taken when not asked otherwise."""


@dataclass
class Places:
    """Zone of each event (n,), and which zones are what; `surfaces` in metres, where places were given as such."""

    zone: Ints
    names: list[str]
    near: list[int]
    control: int
    near_control: list[int]
    surfaces: dict[str, BaseGeometry] = field(default_factory=dict)


@dataclass(frozen=True)
class Periods:
    """Moments (k + 1,) between the steps, how many of those lie before the start, and what a step is called."""

    edges: Times
    before: int
    step: str

    @property
    def after(self) -> int:
        return self.edges.size - 1 - self.before

    @property
    def days(self) -> tuple[float, float]:
        first, start, last = self.edges[[0, self.before, -1]].astype("datetime64[D]").astype(np.int64)
        return float(start - first), float(last - start)


def places(incidents: Incidents, options: dict[str, Any]) -> Places:
    """Zones by the names in --area-column, or by the surfaces of --treated and --control with rings around them."""
    if options["area_column"] is not None:
        return _by_name(incidents, options)
    for name in ("nearby", "nearby_control"):
        if options[name]:
            raise WrongInput(
                f"--{name.replace('_', '-')} is {options[name]!r}; expected only with --area-column, else --ring"
            )
    return _by_surface(incidents, options)


def _by_name(incidents: Incidents, options: dict[str, Any]) -> Places:
    if options["ring"]:
        raise WrongInput(
            f"--ring is {options['ring'][0]:g}; expected no ring with --area-column, but --nearby with names"
        )
    groups = {role: _names(incidents, options, role) for role in ("treated", "nearby", "control", "nearby_control")}
    taken: dict[str, str] = {}
    for role, names in groups.items():
        for name in names:
            if name in taken:
                raise WrongInput(
                    f"--{role.replace('_', '-')} holds {name!r}, as --{taken[name]} does; expected it in one"
                )
            taken[name] = role.replace("_", "-")
    if not groups["control"]:
        groups["control"] = [name for name in incidents.areas if name not in taken]
    found = Places(np.zeros(0, dtype=np.int64), ["treated"], [], 0, [])
    numbers = dict.fromkeys(groups["treated"], 0)
    for role in ("nearby", "control", "nearby_control"):
        if groups[role]:
            number = len(found.names)
            numbers |= dict.fromkeys(groups[role], number)
            found.names.append({"nearby": "nearby", "control": "comparison"}.get(role, "nearby the comparison"))
            if role == "control":
                found.control = number
            else:
                (found.near if role == "nearby" else found.near_control).append(number)
    found.zone = np.array([numbers.get(name, BESIDE) for name in incidents.areas], dtype=np.int64)[incidents.area]
    return found


def _names(incidents: Incidents, options: dict[str, Any], role: str) -> list[str]:
    names = [name.strip() for name in (options[role] or "").split(",") if name.strip()]
    for name in names:
        if name not in incidents.areas:
            told = ", ".join(incidents.areas[:8]) + (" …" if len(incidents.areas) > 8 else "")
            raise WrongInput(f"--{role.replace('_', '-')} holds {name!r}; expected names in the column: {told}")
    return names


def _by_surface(incidents: Incidents, options: dict[str, Any]) -> Places:
    rings = sorted(options["ring"])
    treated = incidents.ground.from_globe(_surface("treated", options["treated"]))
    control = options["control"] and incidents.ground.from_globe(_surface("control", options["control"]))
    x, y = incidents.events.x, incidents.events.y
    zone = zones(x, y, treated, rings, control or None)
    inner = [0.0, *rings][: len(rings)]
    ring_names = [f"{a:g} to {b:g} m around" for a, b in zip(inner, rings, strict=True)]
    found = Places(zone, ["treated", *ring_names, "comparison"], list(range(1, len(rings) + 1)), len(rings) + 1, [])
    found.surfaces = {"treated": treated}
    found.surfaces |= {
        name: treated.buffer(b).difference(treated.buffer(a))
        for name, a, b in zip(ring_names, inner, rings, strict=True)
    }
    if control:
        found.surfaces["comparison"] = control
        if rings:
            _beside_the_control(found, zones(x, y, control, rings), rings)
    return found


def _beside_the_control(found: Places, around: Ints, rings: Sequence[float]) -> None:
    """The same rings around the comparison, for what lies in no other zone."""
    free = found.zone == BESIDE
    for i in range(1, len(rings) + 1):
        found.near_control.append(len(found.names))
        found.zone[free & (around == i)] = len(found.names)
        found.names.append(f"{found.names[i]} the comparison")


def _surface(role: str, given: str) -> BaseGeometry:
    path = Path(given)
    if not path.is_file():
        raise WrongInput(
            f"--{role} is {given!r}, which is no file; expected GeoJSON, or --area-column for names of areas"
        )
    return areas.read_area(path)


def periods(incidents: Incidents, options: dict[str, Any]) -> Periods:
    """The steps around --from for which the file holds all events; as many as asked, or refused."""
    start, step = options["from"].date(), options["step"]
    first, until = known(incidents, options)
    rooms = {"before": room(start, first, step, -1), "after": room(start, until, step, 1)}
    asked = {}
    for role, least in (("before", 2), ("after", 1)):
        wanted = options[role] if options[role] is not None else min(rooms[role], MOST[step])
        if not least <= wanted <= rooms[role]:
            hint = " (--as-of says another last day)" if role == "after" else ""
            raise WrongInput(
                f"--{role} is {wanted} {step}s from --from {start}; expected {least} to {rooms[role]}: the file holds "
                f"{first} to {until - timedelta(days=1)}{hint}"
            )
        asked[role] = wanted
    return steps(start, asked["before"], asked["after"], step)


def steps(start: date, before: int, after: int, step: str) -> Periods:
    """So many steps on either side of the start."""
    edges = [moved(start, i, step) for i in range(-before, after + 1)]
    return Periods(np.array(edges, dtype="datetime64[s]"), before, step)


def known(incidents: Incidents, options: dict[str, Any]) -> tuple[date, date]:
    """The first day of the file, and the day up to which events are known: after --as-of, else after the last event."""
    days = incidents.events.begin.astype("datetime64[D]")
    last: date = options["as_of"].date() if options["as_of"] is not None else days.max().item()
    return days.min().item(), last + timedelta(days=1)


def room(start: date, end: date, step: str, way: int) -> int:
    """Whole steps between the start and `end`, forwards (1) or backwards (-1)."""
    number = 0
    while (moved(start, way * (number + 1), step) - end).days * way <= 0:
        number += 1
    return number


def moved(start: date, number: int, step: str) -> date:
    """The day so many weeks or months on; the 31st becomes the last day of a shorter month."""
    if step == "week":
        return start + timedelta(weeks=number)
    year, month = divmod(12 * start.year + start.month - 1 + number, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def units(incidents: Incidents, found: Places) -> Ints:
    """(n,) 0 for the treated place, -1 nearby, a number for each other area, or rectangle as large as the treated place."""
    if found.surfaces:
        west, south, east, north = found.surfaces["treated"].bounds
        other = tiles(incidents.events.x, incidents.events.y, east - west, north - south)
    else:
        other = incidents.area
    return np.where(found.zone == 0, 0, np.where(np.isin(found.zone, found.near), BESIDE, other + 1))


def length(number: int, step: str) -> str:
    """So many steps in words."""
    return step if number == 1 else f"{number} {step}s"


def shapes_on_globe(found: Places, incidents: Incidents) -> list[tuple[BaseGeometry, dict[str, str]]]:
    """The surfaces in longitude and latitude with their name."""
    return [
        (incidents.ground.to_globe(shapely.set_precision(surface, 0.01)), {"zone": name})
        for name, surface in found.surfaces.items()
    ]
