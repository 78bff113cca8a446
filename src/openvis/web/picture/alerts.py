"""Alerts (signaleringen): which area and kind stand out in the latest weeks, over all pairs together.

For every area on the second level and every kind, each of the latest weeks is set against what the weeks before it let
expect. Looking at a hundred pairs finds five in a hundred by chance alone, so the false discovery rate over all pairs
of a week is held at 5 % (Benjamini & Hochberg 1995).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from openvis.analysis import trend
from openvis.analysis.hotspots import discoveries
from openvis.store.loaded import Loaded, plain
from openvis.store.questions import Selection

from . import selectors, services
from .filter import monday_of, week_number
from .frame import Frame, PictureArea
from .freshness import FOREVER, Freshness
from .models import Alert

WEEKS = 4
"""Weeks that are judged: the latest whole one, and those before it."""
RATE = 0.05
LEAST = 3.0
"""Incidents in a week below which nothing is announced."""
FIRST_LOOK = 0.90
"""Weeks inside this interval (5 % on either side) need no closer look: no discovery has a larger p."""
STEPS = 24
"""Halvings of the logarithm of p."""
SMALLEST_P = 1e-12


@dataclass(frozen=True)
class Found:
    """A week of one area and kind that stands out."""

    area: PictureArea
    kind: str
    week: date
    count: float
    expected: float
    low: float
    high: float
    p: float


def recompute() -> list[Alert]:
    """Work out the alerts anew from the event store and put them in the place of the earlier ones."""
    loaded, frame = selectors.loaded(), selectors.frame()
    fresh = selectors.fresh(frame)
    latest = latest_week(fresh)
    found = [] if latest is None else list(judge(loaded, frame, fresh, latest))
    return services.replace_alerts(found, latest, loaded.version)


def level_of(frame: Frame) -> str:
    """The level alerts are about: the second, or the only one."""
    return frame.levels[min(1, len(frame.levels) - 1)]


def latest_week(fresh: Freshness) -> date | None:
    """Monday of the last whole week of the data."""
    return None if fresh.until is None else monday_of(week_number(fresh.until + timedelta(days=1)) - 1)


def judge(loaded: Loaded, frame: Frame, fresh: Freshness, latest: date) -> Iterator[Found]:
    """What stands out in the latest weeks."""
    if fresh.first is None:
        return
    cube = Cube.of(loaded, frame, week_number(fresh.first), week_number(latest))
    for back in range(min(WEEKS, cube.weeks - trend.LEAST_WEEKS)):
        candidates = [one for one in cube.looked_at(back) if one is not None]
        p = np.ones(cube.pairs)
        p[: len(candidates)] = [one.p for one in candidates]
        accepted = discoveries(p, RATE)[: len(candidates)]
        yield from (one for one, yes in zip(candidates, accepted, strict=True) if yes)


@dataclass(frozen=True)
class Cube:
    """Numbers per area, kind and week."""

    areas: list[PictureArea]
    kinds: list[str]
    counts: NDArray[np.float64]
    """(areas, kinds, weeks)"""
    mondays: NDArray[np.datetime64]

    @classmethod
    def of(cls, loaded: Loaded, frame: Frame, first: int, last: int) -> "Cube":
        """From a version of the store, for week numbers first to last."""
        areas, kinds = frame.areas_of(level_of(frame)), list(frame.kinds)
        place = {key: i for i, area in enumerate(areas) for part in frame.finest_in(area.code) for key in part.keys}
        column = {frame.kinds[kind].number: i for i, kind in enumerate(kinds)}
        counts = np.zeros((len(areas), len(kinds), max(0, last - first + 1)))
        answer = loaded.ask("kind_weeks", Selection(-FOREVER, FOREVER))
        area = np.array([place.get(key, -1) for key in plain(answer["area"], -1).tolist()], dtype=np.int64)
        kind = np.array([column.get(number, -1) for number in answer["kind"].tolist()], dtype=np.int64)
        week = answer["week"].astype(np.int64) - first
        known = (area >= 0) & (kind >= 0) & (week >= 0) & (week < counts.shape[2])
        np.add.at(counts, (area[known], kind[known], week[known]), answer["weight"][known])
        mondays = np.datetime64(monday_of(first), "D") + np.arange(counts.shape[2]) * np.timedelta64(7, "D")
        return cls(areas, kinds, counts, mondays)

    @property
    def weeks(self) -> int:
        return int(self.counts.shape[2])

    @property
    def pairs(self) -> int:
        """Pairs of area and kind that ever had anything: those without are no chances taken."""
        return int((self.counts.sum(axis=2) > 0).sum())

    def looked_at(self, back: int) -> Iterator[Found | None]:
        """The pairs above their interval in a week, `back` weeks before the last, with their p."""
        at = self.weeks - 1 - back
        for i, area in enumerate(self.areas):
            for j, kind in enumerate(self.kinds):
                count, history = float(self.counts[i, j, at]), self.counts[i, j, :at]
                if count < LEAST or history.sum() == 0:
                    continue
                yield self._judged(area, kind, count, history, at)

    def _judged(
        self, area: PictureArea, kind: str, count: float, history: NDArray[np.float64], at: int
    ) -> Found | None:
        past, week = self.mondays[:at], self.mondays[at]
        if count <= trend.expected(history, past, week, FIRST_LOOK).high:
            return None
        ordinary = trend.expected(history, past, week)
        p = chance(count, history, past, week)
        monday = date.fromisoformat(str(week))
        return Found(area, kind, monday, count, ordinary.expected, ordinary.low, ordinary.high, p)


def chance(
    count: float, history: NDArray[np.float64], past: NDArray[np.datetime64], week: np.datetime64
) -> float:
    """Chance of so many or more in a week, after the weeks before it.

    The smallest tail whose upper limit lies below the count, by halving: `trend.expected` gives limits, not tails.
    """
    low, high = np.log(SMALLEST_P), np.log((1.0 - FIRST_LOOK) / 2.0)
    for _ in range(STEPS):
        middle = (low + high) / 2.0
        if count > trend.expected(history, past, week, 1.0 - 2.0 * float(np.exp(middle))).high:
            high = middle
        else:
            low = middle
    return float(np.exp(high))
