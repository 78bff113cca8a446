"""Weeks: their Mondays, and how many events each holds."""

from typing import Any

import numpy as np

from openvis.analysis.checks import Floats, Ints, Times, finite, in_order, seconds
from openvis.analysis.compiled import kernel

WEEK_DAYS = 7
YEAR_WEEKS = 365.25 / 7.0
LEAST_WEEKS = 104
"""Two years: fewer cannot tell a season from a trend."""


def weeks_between(first: Any, last: Any) -> Times:
    """Mondays (datetime64[D]) of all weeks from the one that holds `first` to the one that holds `last`."""
    start, stop = monday(first), monday(last)
    if np.isnat(start) or np.isnat(stop) or stop < start:
        raise ValueError(f"first is {first}, last is {last}; expected two dates in order")
    return np.arange(start, stop + np.timedelta64(1, "D"), np.timedelta64(WEEK_DAYS, "D"))


def monday(date: Any) -> Any:
    """The Monday on or before each date, datetime64[D]."""
    day = np.asarray(date, dtype="datetime64[D]")
    return day - (day.astype(np.int64) + 3) % WEEK_DAYS * np.timedelta64(1, "D")


def weekly(begin: Any, weight: Any = None, weeks: Any = None, end: Any = None) -> Floats:
    """(k,) weight per week for the given Mondays (default: all weeks from the first event to the last).

    begin, end: (n,) local datetime64; an event known as an interval is spread evenly over it, so that parts of it may
    fall beside the weeks. Raises ValueError for no events, unknown times, weeks that are not successive Mondays.
    """
    begins = seconds("begin", begin)
    if begins.size == 0 or np.isnat(begins).any():
        raise ValueError(f"begin has {begins.size} values, {int(np.isnat(begins).sum())} unknown; expected known times")
    ends = begins if end is None else seconds("end", end, begins.size)
    in_order(begins, ends)
    weights = np.ones(begins.size) if weight is None else finite("weight", weight, begins.size, least=0.0)
    mondays = successive(weeks_between(begins.min(), ends.max()) if weeks is None else weeks)
    return per_row(begins, ends, weights, np.zeros(begins.size, dtype=np.int64), 1, mondays).ravel()


def per_row(begin: Times, end: Times, weight: Floats, row: Ints, rows: int, weeks: Times) -> Floats:
    """(rows, weeks) as `weekly`, of events that each belong to a row, such as a pair of area and kind; not checked."""
    out = np.zeros((rows, weeks.size))
    if weeks.size:
        start = int(weeks[0].astype("datetime64[s]").astype(np.int64))
        _per_week(begin.astype(np.int64) - start, end.astype(np.int64) - start, weight, row, out)
    return out


def whole_weeks(first: Any, last: Any) -> Times:
    """Mondays of the weeks of which all days lie from day `first` to day `last`; may be none."""
    begin, end = np.asarray(first, dtype="datetime64[D]"), np.asarray(last, dtype="datetime64[D]")
    start = monday(begin + np.timedelta64(WEEK_DAYS - 1, "D"))
    return np.arange(start, monday(end + np.timedelta64(1, "D")), np.timedelta64(WEEK_DAYS, "D"))


def successive(weeks: Any) -> Times:
    """`weeks` as datetime64[D], refused unless they are Mondays, one after the other."""
    mondays = np.asarray(weeks, dtype="datetime64[D]")
    if (
        mondays.ndim != 1
        or (mondays != monday(mondays)).any()
        or (np.diff(mondays).astype(np.int64) != WEEK_DAYS).any()
    ):
        raise ValueError("weeks are not successive Mondays; make them with weeks_between(first, last)")
    return mondays


@kernel
def _per_week(begin: Ints, end: Ints, weight: Floats, row: Ints, out: Floats) -> None:
    span = 604_800
    weeks = out.shape[1]
    for i in range(begin.size):
        first, last = begin[i] // span, end[i] // span
        if first == last:
            if 0 <= first < weeks:
                out[row[i], first] += weight[i]
            continue
        rate = weight[i] / (end[i] - begin[i])
        for week in range(max(0, first), min(weeks - 1, last) + 1):
            out[row[i], week] += rate * (min(end[i], (week + 1) * span) - max(begin[i], week * span))
