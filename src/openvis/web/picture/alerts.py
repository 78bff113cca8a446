"""Alerts (signaleringen): which area and kind stand out in the latest weeks, over all pairs together.

For every area on the second level and every kind, each of the latest weeks (and the two and four weeks that end with
it) is set against what the weeks before let expect. Looking at a hundred pairs finds five in a hundred by chance alone,
so the false discovery rate over all pairs of a week is held at 5 % (`openvis.analysis.trend.alerts`). What is still to
come in of the latest weeks is allowed for.
"""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvis.analysis import trend as method
from openvis.store.loaded import Loaded, plain
from openvis.store.questions import Selection

from . import selectors, services
from .filter import monday_of, week_number
from .frame import Frame, PictureArea
from .freshness import FOREVER, Freshness, shares_in
from .models import Alert

KEY = "alerts"
"""Of the outcome that says what was judged."""
WEEKS = 4
"""Weeks that are judged: the latest whole one, and those before it."""
WINDOWS = (1, 2, 4)
"""Weeks together: the longer ones catch a short peak, such as a passing gang makes, that no single week shows."""
RATE = 0.05


@dataclass(frozen=True)
class Found:
    """A stretch of weeks of one area and kind that stands out. week: the Monday of its last week."""

    area: PictureArea
    kind: str
    week: date
    weeks: int
    count: float
    expected: float
    low: float
    high: float
    p: float
    q: float


def recompute() -> list[Alert]:
    """Work out the alerts anew from the event store and put them in the place of the earlier ones.

    What comes in of a week that is not over is not judged yet: then the earlier alerts hold for the new data as well.
    """
    begin = time.monotonic()
    loaded, frame = selectors.loaded(), selectors.frame()
    fresh = selectors.fresh(frame)
    latest = latest_week(fresh)
    found: list[Found] = []
    judged: dict[str, Any] = {"week": None if latest is None else latest.isoformat(), "pairs": 0, "share": None}
    if latest is not None and fresh.first is not None:
        cube = Cube.of(loaded, frame, week_number(fresh.first), week_number(latest))
        shares = shares_in(loaded, fresh)
        mark = fingerprint(cube, shares)
        before = selectors.outcome(KEY)
        if before is not None and before.content.get("fingerprint") == mark:
            return services.carry_alerts(before, loaded.version)
        found = list(judge(cube, shares))
        judged |= {"pairs": cube.pairs, "share": None if shares is None else round(float(shares[0]), 3)}
        judged |= {"enough": cube.enough, "fingerprint": mark}
    services.keep_outcome(KEY, loaded.version, judged, time.monotonic() - begin)
    return services.replace_alerts(found, latest, loaded.version)


def fingerprint(cube: "Cube", shares: NDArray[np.float64] | None) -> str:
    """Changes when anything that is judged does, or how it is judged."""
    mark = hashlib.blake2b(np.ascontiguousarray(cube.counts).tobytes(), digest_size=12)
    mark.update(np.ascontiguousarray(cube.mondays).tobytes() + (b"" if shares is None else shares.tobytes()))
    named = [(area.level, area.code, area.name) for area in cube.areas]
    mark.update(repr((named, cube.kinds, WEEKS, WINDOWS, RATE)).encode())
    return mark.hexdigest()


def level_of(frame: Frame) -> str:
    """The level alerts are about: the second, or the only one."""
    return frame.levels[min(1, len(frame.levels) - 1)]


def latest_week(fresh: Freshness) -> date | None:
    """Monday of the last whole week of the data."""
    return None if fresh.until is None else monday_of(week_number(fresh.until + timedelta(days=1)) - 1)


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
    def pairs(self) -> int:
        """Pairs of area and kind that ever had anything: those without are no chances taken."""
        return int((self.counts.sum(axis=2) > 0).sum())

    @property
    def enough(self) -> bool:
        """Whether there is history enough to judge the last week."""
        return self.judged > 0

    @property
    def judged(self) -> int:
        """How many of the latest weeks can be judged."""
        return int(np.clip(self.counts.shape[2] + 1 - max(WINDOWS) - method.LEAST_WEEKS, 0, WEEKS))


def judge(cube: Cube, shares: NDArray[np.float64] | None) -> Iterator[Found]:
    """What stands out in the latest weeks. shares: of what happened that is in, of the last week first."""
    if not cube.pairs:
        return
    for back in range(cube.judged):
        week = cube.mondays[cube.mondays.size - 1 - back]
        for one in method.alerts(
            cube.counts, cube.mondays, week=week, windows=WINDOWS, reported=shares, rate=RATE
        ):  # fmt: skip
            yield Found(
                cube.areas[one.area], cube.kinds[one.kind], date.fromisoformat(str(week)), one.weeks, one.observed,
                one.expected, one.low, one.high, one.p, one.q,
            )  # fmt: skip
