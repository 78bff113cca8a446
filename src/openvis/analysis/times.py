"""Which hours: the week as a matrix of days by hours, after what is known of each moment."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from openvis.analysis.checks import Floats, Ints, finite, in_order, seconds
from openvis.analysis.compiled import kernel
from openvis.analysis.events import Events
from openvis.analysis.windows import Window, clear, hot_windows

HOUR, WEEK = 3600, 604_800
HOURS = 168
MONDAY = 3 * 86_400
"""Seconds from a Monday to the first moment of 1970, a Thursday."""
CHUNK = 1 << 14
"""Events per partial sum."""

__all__ = ["Window", "clear", "hot_windows", "week_matrix"]


def week_matrix(begin: Any, end: Any = None, weight: Any = None, timezone: str | None = None) -> Floats:
    """(7, 24) weight per hour of the week, Monday first; adds up to the weight of all events.

    begin, end: (n,) local datetime64, or an `Events` as `begin` alone. A moment known exactly counts in its hour; one
    known as an interval is spread evenly over it (aoristic analysis, Ratcliffe 2000, IJGIS 14:669-679).
    timezone: name such as "Europe/Amsterdam"; then, within an interval, the hour that the clock skips gets nothing and
    the hour it repeats counts double; an exact time in the skipped hour moves on by the length of the skip.
    Raises ValueError for no events, unknown times (leave them out first), an end before its begin, an unknown zone.
    """
    if isinstance(begin, Events):
        begin, end, weight = begin.begin, begin.end, begin.weight if weight is None else weight
    begins = seconds("begin", begin)
    if begins.size == 0:
        raise ValueError("begin is empty; expected at least one event")
    ends = begins if end is None else seconds("end", end, begins.size)
    in_order(begins, ends)
    unknown = np.isnat(begins)
    if unknown.any():
        raise ValueError(f"begin holds {int(unknown.sum())} unknown times; leave those events out first")
    weights = np.ones(begins.size) if weight is None else finite("weight", weight, begins.size, least=0.0)
    first, last = begins.astype(np.int64), ends.astype(np.int64)
    changes = _clock_changes(timezone, int(first.min()), int(last.max()))
    duration = last - first
    if changes[0].size:
        _clock(first, last, duration, *changes)
    parts = np.zeros((-(-first.size // CHUNK), HOURS))
    _spread(first, last, duration, weights, *changes, parts)
    return np.asarray(np.maximum(parts.sum(axis=0), 0.0).reshape(7, 24))


@kernel
def _clock(begin: Ints, end: Ints, duration: Ints, change: Ints, until: Ints, sign: Ints, longest: int) -> None:
    """Correct durations for clock changes, in place; what then takes no time moves out of the skipped hour.

    Changes run from `change` to `until`, sign -1 where the clock skips, 1 where it runs twice; `longest` of them.
    """
    for i in range(begin.size):
        near = np.searchsorted(change, begin[i] - longest)
        for k in range(near, change.size):
            if change[k] >= end[i]:
                break
            duration[i] += sign[k] * max(0, min(end[i], until[k]) - max(begin[i], change[k]))
        for k in range(near, change.size):
            if duration[i] <= 0 and sign[k] < 0 and change[k] <= begin[i] and begin[i] < until[k]:
                begin[i] += until[k] - change[k]
                break
            if change[k] > begin[i]:
                break


@kernel
def _spread(
    begin: Ints,
    end: Ints,
    duration: Ints,
    weight: Floats,
    change: Ints,
    until: Ints,
    sign: Ints,
    longest: int,
    out: Floats,
) -> None:
    """Add each weight to the hours of its interval; rows of `out` are the sums of fixed chunks of events."""
    for i in range(begin.size):
        target = out[i // CHUNK]
        first, last = begin[i], end[i]
        if duration[i] <= 0:
            target[((first + MONDAY) % WEEK) // HOUR] += weight[i]
            continue
        rate = weight[i] / duration[i]
        weeks = (last - first) // WEEK
        if weeks > 0:
            target += rate * HOUR * weeks
        near = np.searchsorted(change, first - longest)
        # First what remains of the interval itself, then the clock changes inside the whole of it.
        for k in range(near - 1, change.size):
            at, stop, per_second = first + weeks * WEEK, last, rate
            if k >= near:
                at, stop, per_second = max(first, change[k]), min(last, until[k]), rate * sign[k]
                if change[k] >= last:
                    break
            if at >= stop:
                continue
            hour = ((at + MONDAY) % WEEK) // HOUR
            edge = at - (at % HOUR) + HOUR
            while edge < stop:
                target[hour] += per_second * (edge - at)
                at = edge
                edge += HOUR
                hour = hour + 1 if hour < HOURS - 1 else 0
            target[hour] += per_second * (stop - at)


def _clock_changes(timezone: str | None, first: int, last: int) -> tuple[Ints, Ints, Ints, int]:
    """Local intervals in which the clock skips (-1) or runs twice (1), and the length of the longest, in seconds."""
    found: list[tuple[int, int, int]] = []
    if timezone is not None:
        years = range(_moment(first).year, _moment(last).year + 1)
        found = [change for year in years for change in _changes_in(timezone, year)]
    rows = np.array(found, dtype=np.int64).reshape(-1, 3)
    change, until, sign = (np.ascontiguousarray(column) for column in rows.T)
    return change, until, sign, int((until - change).max()) if found else 0


@lru_cache(maxsize=1024)
def _changes_in(timezone: str, year: int) -> tuple[tuple[int, int, int], ...]:
    """Clock changes of one year as (from, until, sign), local seconds since 1970; -1 skips, 1 repeats."""
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"timezone is {timezone!r}; expected a name such as 'Europe/Amsterdam'") from error

    def offset(at: int) -> int:
        shift = _moment(at).astimezone(zone).utcoffset()
        return int(shift.total_seconds()) if shift is not None else 0

    found = []
    day = int(datetime(year, 1, 1, tzinfo=UTC).timestamp())
    stop = int(datetime(year + 1, 1, 1, tzinfo=UTC).timestamp())
    while day < stop:
        low, high, before = day, day + 86_400, offset(day)
        if offset(high) != before:
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(middle) == before else (low, middle)
            after = offset(high)
            found.append((high + min(before, after), high + max(before, after), -1 if after > before else 1))
        day += 86_400
    return tuple(found)


def _moment(at: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at)
