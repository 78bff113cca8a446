"""Which method is called what, and how it is fitted."""

from collections.abc import Callable
from typing import Any

import numpy as np

from openvis.analysis.events import Events
from openvis.analysis.forecast import counting
from openvis.analysis.forecast.boosted import Boosted
from openvis.analysis.forecast.mixture import Ensemble
from openvis.analysis.forecast.model import Expected, Model, steady
from openvis.analysis.forecast.record import DAY, Record, moment
from openvis.analysis.grid import Grid

COUNTS = ("naive", "count")
"""The methods that only count what happened before: the line to beat."""
METHODS = (*COUNTS, "kde", "prospective", "sepp", "boosted", "ensemble")
WALKING = ("boosted", "ensemble")
"""Methods that learn from how they would have done before, and go ahead in time for it."""

At = Callable[[int], tuple[Expected, dict[str, float]]]


def fit(method: str, events: Events, grid: Grid, until: Any, *, horizon: int = 7, seed: int = 0) -> Model:
    """What `method` makes of the events that ended before `until` (a date or moment, local time).

    horizon: days of the periods that `boosted`, `ensemble` and `prospective` learn from; the length of the forecast
    that is wanted. seed: for the cells that `boosted` draws. The methods are said in docs/methods/forecast.md.
    Events at or after `until`, or of which the interval had not ended by then, change nothing, not even the last digit.
    Raises ValueError for an unknown method, a horizon below one day, or when nothing in the study area is known yet.
    """
    at = moment("until", until)
    return fitter(method, Record.of(events, grid), at, horizon, seed, threads=2)(at)


def fitter(
    method: str, record: Record, first: int, horizon: int, seed: int, threads: int = 1
) -> Callable[[int], Model]:
    """Gives the model at any moment from `first` on; for WALKING methods at whole horizons from there, in order."""
    if method not in METHODS:
        raise ValueError(f"method is {method!r}; expected one of {', '.join(METHODS)}")
    if int(horizon) != horizon or horizon < 1:
        raise ValueError(f"horizon is {horizon!r}; expected a whole number of days, at least 1")
    if len(record.before(first)) == 0:
        raise ValueError(
            f"nothing in the study area is known before {np.datetime64(first, 's')}; "
            f"expected a moment with history before it, to fit {method!r}"
        )
    how = _how(method, record, first, int(horizon) * DAY, seed, threads)

    def at(until: int) -> Model:
        expected, learned = how(until)
        return Model(method, record.grid, until, len(record.before(until)), expected, learned)

    return at


def _how(method: str, record: Record, first: int, step: int, seed: int, threads: int) -> At:
    if method == "ensemble":
        return Ensemble(record, step, first).at
    if method == "boosted":
        return Boosted(record, step, first, seed).at
    if method == "sepp":
        return lambda until: _sepp(record.before(until), until, threads)
    if method == "prospective":
        return lambda until: (steady(counting.prospective(record.before(until), until, step)), {})
    rate = {"naive": counting.naive, "count": counting.count, "kde": counting.kde}[method]
    return lambda until: (steady(rate(record.before(until), until)), {})


def _sepp(past: Record, until: int, threads: int) -> tuple[Expected, dict[str, float]]:
    """The self-exciting point process of Mohler et al. (2011), as `contagion.sepp` fits it."""
    from openvis.analysis.contagion import sepp

    found = sepp(past.source, past.grid, np.datetime64(until, "s"), threads=threads)
    learned = {"share": float(found.share), "days": float(found.days), "metres": float(found.metres)}
    return lambda a, b: found.expected(np.datetime64(a, "s"), np.datetime64(b, "s"))[past.grid.mask], learned
