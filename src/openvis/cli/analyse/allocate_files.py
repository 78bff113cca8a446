"""The plan of the command `allocate` by team, place and visit, and its files."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from openvis.analysis.allocate import Plan
from openvis.cli.analyse import outcome
from openvis.cli.analyse.allocate_table import Table

VISITS = ("team", "day", "begin", "end", "place", "area", "expected", "counts", "met", "lon", "lat")
PLACES = ("place", "area", "visits", "expected", "met", "lon", "lat")
TEAMS = ("team", "hours", "visits", "places", "minutes_on_the_way", "met")


@dataclass(frozen=True, eq=False)
class Drawn:
    """The plan for a table, and the hours of each team."""

    table: Table
    plan: Plan
    hours: list[float]

    def name(self, place: int) -> str:
        """Of a place; empty for none."""
        return self.table.places[place] if place >= 0 else ""

    def visits(self) -> list[dict[str, Any]]:
        """Each visit in order of team and time."""
        found, globe = [], self._globe()
        for team, window in zip(*np.nonzero(self.plan.visits >= 0), strict=True):
            place = int(self.plan.visits[team, window])
            expected, counts = float(self.table.expected[place, window]), float(self.plan.factor[place, window])
            begin, end = self.table.windows.clock(window)
            found.append(
                {"team": _team(team), "day": self.table.windows.day(window), "begin": begin, "end": end,
                 "place": self.name(place), "area": self._area(place), "expected": expected, "counts": round(counts, 4),
                 "met": round(expected * counts, 4), "lon": globe[place][0], "lat": globe[place][1]}
            )  # fmt: skip
        return found

    def places(self) -> list[dict[str, Any]]:
        """Each place, that where most is met first."""
        met, globe = (self.plan.factor * self.table.expected).sum(axis=1), self._globe()
        visits = np.bincount(self.plan.visits[self.plan.visits >= 0], minlength=met.size)
        return [
            {"place": self.name(place), "area": self._area(place), "visits": int(visits[place]),
             "expected": round(float(self.table.expected[place].sum()), 4), "met": round(float(met[place]), 4),
             "lon": globe[place][0], "lat": globe[place][1]}
            for place in np.argsort(-met, kind="stable").tolist()
        ]  # fmt: skip

    def teams(self) -> list[dict[str, Any]]:
        """Each team with what it does in all."""
        rows = []
        for team, route in enumerate(self.plan.visits):
            when = np.flatnonzero(route >= 0)
            met = (self.plan.factor * self.table.expected)[route[when], when].sum()
            rows.append(
                {"team": _team(team), "hours": self.hours[team], "visits": when.size,
                 "places": np.unique(route[when]).size, "minutes_on_the_way": round(float(self.plan.minutes[team]), 2),
                 "met": round(float(met), 4)}
            )  # fmt: skip
        return rows

    def _area(self, place: int) -> str:
        return self.table.areas[self.table.area[place]] if self.table.areas else ""

    def _globe(self) -> list[Any]:
        """Longitude and latitude of each place; empty where they are not known."""
        if self.table.plane is None:
            return [("", "")] * len(self.table.places)
        return self.table.plane.lon_lat(self.table.x, self.table.y).tolist()


def write(folder: Path, told: str, source: str, drawn: Drawn) -> list[str]:
    """All files; their names."""
    from openvis.cli.analyse.drawing.allocate import draw_schedule

    folder.mkdir(parents=True, exist_ok=True)
    written = {"schedule.csv": (VISITS, drawn.visits()), "teams.csv": (TEAMS, drawn.teams())}
    written["places.csv"] = (PLACES, drawn.places())
    for name, (fields, rows) in written.items():
        outcome.write_csv(folder / name, fields, [[row[field] for field in fields] for row in rows])
    files = list(written)
    if drawn.table.plane is not None:
        features = [(shapely.Point(it["lon"], it["lat"]), it) for it in drawn.places()]
        outcome.write_geojson(folder / "places.geojson", features)
        files.append("places.geojson")
    draw_schedule(folder / "schedule.png", told, source, drawn)
    return [*files, "schedule.png"]


def _team(number: int) -> str:
    return f"team {number + 1}"
