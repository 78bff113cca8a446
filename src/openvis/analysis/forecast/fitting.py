"""Which method is called what, and how it is fitted."""

from collections.abc import Callable
from typing import Any

from openvis.analysis.checks import Floats
from openvis.analysis.events import Events
from openvis.analysis.forecast import counting
from openvis.analysis.forecast.model import Model, known, steady
from openvis.analysis.forecast.record import Record, moment
from openvis.analysis.grid import Grid

COUNTS = ("naive", "count")
"""The methods that only count what happened before: the line to beat."""
METHODS = (*COUNTS, "kde")

RATES: dict[str, Callable[[Record, int], Floats]] = {
    "naive": counting.naive,
    "count": counting.count,
    "kde": counting.kde,
}


def fit(method: str, events: Events, grid: Grid, until: Any) -> Model:
    """What `method` makes of the events that ended before `until` (a date or moment, local time).

    Events at or after `until`, or of which the interval had not ended by then, change nothing, not even in the last
    digit. Raises ValueError for an unknown method, or when no event in the study area is known at `until`.
    """
    known_method(method)
    at = moment("until", until)
    return fit_record(method, Record.of(events, grid), at)


def fit_record(method: str, record: Record, until: int) -> Model:
    """As `fit`, from a record that may hold more than is known at `until`."""
    past = record.before(until)
    known(past, method, until)
    return Model(method, record.grid, until, len(past), steady(RATES[method](past, until)))


def known_method(method: str) -> None:
    if method not in METHODS:
        raise ValueError(f"method is {method!r}; expected one of {', '.join(METHODS)}")
