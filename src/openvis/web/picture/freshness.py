"""Until when the data run, and which of the latest weeks are still coming in."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from openvis.analysis import trend
from openvis.store.loaded import Loaded, plain
from openvis.store.questions import Selection

from .filter import day_number, monday_of, week_number
from .frame import Frame

LOOK_BACK_WEEKS = 104
"""Delays are taken from incidents of the last two years."""
LONGEST_DELAY_WEEKS = 12
ENOUGH = 0.95
"""A week of which this share is in counts as complete."""
LEAST_KNOWN = 30
"""Incidents with a known delay below which nothing is said about it."""
MOST_DELAYS = 20_000.0
FOREVER = 10**6
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class SourceState:
    """A source and the last day of which it tells something."""

    number: int
    key: str
    until: date
    first: date
    made_up: bool


@dataclass(frozen=True)
class Freshness:
    """The sources that have incidents in the store."""

    sources: tuple[SourceState, ...]

    @property
    def until(self) -> date | None:
        """The last day of the data; None without data."""
        return max((source.until for source in self.sources), default=None)

    @property
    def first(self) -> date | None:
        """The first day of the data; None without data."""
        return min((source.first for source in self.sources), default=None)


def freshness(loaded: Loaded, frame: Frame) -> Freshness:
    """State of each source in a version of the store."""
    names = {source.number: source.key for source in frame.sources}
    made_up = made_up_sources()
    states = []
    for number, first, last in loaded.remember("sources", lambda: _days(loaded)):
        key = names.get(number, str(number))
        invented = made_up is not None and (not made_up or key in made_up)
        states.append(SourceState(number, key, last, first, invented))
    return Freshness(tuple(sorted(states, key=lambda state: state.key)))


def _days(loaded: Loaded) -> list[tuple[int, date, date]]:
    """Number, first day and last day of each source; the last begin or the last report, whichever is later."""
    answer = loaded.ask("sources", Selection(-FOREVER, FOREVER))
    last = np.maximum(answer["last"], plain(answer["reported"], -FOREVER))
    return [
        (number, _EPOCH + timedelta(days=first), _EPOCH + timedelta(days=until))
        for number, first, until in zip(answer["source"].tolist(), answer["first"].tolist(), last.tolist(), strict=True)
    ]


def made_up_sources() -> frozenset[str] | None:
    """Keys of the sources that `openvis demo` filled; empty when it does not say which, None when it never ran."""
    path = Path(settings.OPENVIS_DATA) / "demo.json"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return frozenset(document.get("sources", ())) if isinstance(document, dict) else frozenset()


def first_incomplete(loaded: Loaded, kinds: tuple[int, ...], sources: tuple[int, ...] | None, until: date) -> date:
    """Monday of the first week that is still coming in: unfinished at `until`, or with reports that usually come later.

    How much of a week is in after so many weeks is told by the delays between end and report of the same kinds, of
    incidents old enough that late reports are there. Where too few delays are known, only unfinished weeks count.
    """
    key = ("incomplete", kinds, sources, until)
    return loaded.remember(key, lambda: _first_incomplete(loaded, kinds, sources, until))


def shares_in(loaded: Loaded, fresh: Freshness) -> NDArray[np.float64] | None:
    """Share of what happened that is in, of the last whole week and those before it; None where delays are unknown."""
    if fresh.until is None:
        return None
    until = fresh.until
    shares: NDArray[np.float64] | None = loaded.remember(("shares", until), lambda: _shares(loaded, None, None, until))
    return shares


def _shares(
    loaded: Loaded, kinds: tuple[int, ...] | None, sources: tuple[int, ...] | None, until: date
) -> NDArray[np.float64] | None:
    last_whole = week_number(until + timedelta(days=1)) - 1
    selection = Selection(
        day_number(monday_of(last_whole - LOOK_BACK_WEEKS)),
        day_number(monday_of(last_whole - LONGEST_DELAY_WEEKS)) - 1,
        kinds,
        sources,
    )
    answer = loaded.ask("delays", selection)
    numbers = answer["n"].astype(np.float64)
    if numbers.sum() < LEAST_KNOWN:
        return None
    numbers = np.ceil(numbers * min(1.0, MOST_DELAYS / numbers.sum()))
    delays = np.repeat((answer["quarter"] + 0.5) / 4.0, numbers.astype(np.int64))
    return trend.completeness(delays, LONGEST_DELAY_WEEKS)


def _first_incomplete(loaded: Loaded, kinds: tuple[int, ...], sources: tuple[int, ...] | None, until: date) -> date:
    last_whole = week_number(until + timedelta(days=1)) - 1
    shares = _shares(loaded, kinds, sources, until)
    incomplete = 0 if shares is None else trend.incomplete_weeks(shares, ENOUGH)
    return monday_of(last_whole + 1 - incomplete)


def named(frame: Frame, states: Sequence[SourceState], language: str | None) -> list[dict[str, object]]:
    """For the page: what each source is called, until when it runs, whether it is made up."""
    names = {source.key: source.name for source in frame.sources}
    return [
        {
            "key": state.key,
            "name": names[state.key].get(language) if state.key in names else state.key,
            "until": state.until.isoformat(),
            "demo": state.made_up,
        }
        for state in states
    ]
