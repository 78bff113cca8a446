"""How much of the latest weeks is still to come in (reporting delay, *nalevering*)."""

from typing import Any

import numpy as np

from openvis.analysis.checks import Floats, between, finite
from openvis.analysis.trend.weeks import WEEK_DAYS


def completeness(delays_days: Any, weeks: int = 12, age_days: Any = None) -> Floats:
    """(weeks + 1,) share of a week's events that are reported k whole weeks after its end, k = 0, 1, …

    delays_days: (n,) days from happening to being reported. Within a week events are taken as spread evenly. age_days:
    (n,) days from happening to the end of the data; given, only events old enough to have been reported after `weeks`
    weeks are used, since of younger ones the late reports are not in yet. Raises ValueError when none is left.
    """
    if weeks < 0:
        raise ValueError(f"weeks is {weeks}; expected 0 or more")
    delays = finite("delays_days", delays_days, least=0.0)
    if age_days is not None:
        delays = delays[finite("age_days", age_days, delays.size) >= WEEK_DAYS * (weeks + 1)]
    if delays.size == 0:
        raise ValueError(f"no delay of an event of at least {weeks + 1} weeks old; expected at least one")
    reach = WEEK_DAYS * (np.arange(weeks + 1) + 1.0)
    ordered = np.sort(delays)
    # Mean over the week of P(delay ≤ age): all delays up to 7k whole, those in the next seven days in part.
    sums = np.concatenate([[0.0], np.cumsum(ordered)])
    below = np.searchsorted(ordered, reach - WEEK_DAYS, side="right")
    under = np.searchsorted(ordered, reach, side="right")
    partly = ((under - below) * reach - (sums[under] - sums[below])) / WEEK_DAYS
    return np.asarray((below + partly) / ordered.size)


def incomplete_weeks(shares: Any, level: float = 0.95) -> int:
    """How many of the latest weeks to mark as incomplete: those of which less than `level` is reported."""
    return int(np.count_nonzero(finite("shares", shares) < between("level", level, 0.0, 1.0)))
