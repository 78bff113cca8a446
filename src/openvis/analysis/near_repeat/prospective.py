"""Where the risk of a near repeat is raised now: prospective mapping."""

from typing import Any

import numpy as np

from openvis.analysis.checks import Bools, Floats, positive
from openvis.analysis.compiled import kernel
from openvis.analysis.events import Events
from openvis.analysis.grid import Grid

DAY, WEEK = 86_400.0, 604_800.0


def risk(events: Events, at: Any, grid: Grid, bandwidth: float = 400.0, days: float = 60.0) -> Floats:
    """(ny, nx) prospective risk at the moment `at`, from events before it alone; 0 outside the study area.

    Each event adds weight / ((1 + d)(1 + w)) to the cells whose centre lies less than `bandwidth` metres away: d is the
    distance in half cells and w the time before `at` in weeks, both in whole ones (Bowers, Johnson & Pease 2004,
    British Journal of Criminology 44:641-658; Johnson et al. 2007, Home Office). What happened more than `days` before
    `at` adds nothing. The sums say where more is to be feared than elsewhere; they are no numbers of events.
    An event counts from its end, when it is known to have happened (and not when it happens at `at` itself); its
    weight in time is averaged over its interval. Events with no known time, or placed less precisely than `bandwidth`,
    take no part. Nothing before `at`: zeros.
    Raises ValueError for an unknown `at`, a bandwidth or number of days that is not above zero.
    """
    now = moment("at", at)
    bandwidth, span = positive("bandwidth", bandwidth, "metres"), positive("days", days) * DAY
    known = events.where(happened(events, now) & (events.precision <= bandwidth))
    out = np.zeros(grid.shape)
    if len(known) == 0:
        return out
    end = float(now.astype(np.int64))
    since = _weeks(end - known.end.astype(np.float64), end - known.begin.astype(np.float64), span) * known.weight
    recent = since > 0
    half = 2.0 / grid.cell
    _sum((known.x[recent] - grid.x0) * half, (known.y[recent] - grid.y0) * half, since[recent], bandwidth * half, out)
    return np.where(grid.mask, out, 0.0)


def moment(name: str, at: Any) -> np.datetime64:
    """`at` as datetime64[s], refused when unknown."""
    try:
        now = np.datetime64(at, "s")
    except (TypeError, ValueError):
        now = np.datetime64("NaT", "s")
    if np.isnat(now):
        raise ValueError(f"{name} is {at!r}; expected a moment (datetime64, local time)")
    return now


def happened(events: Events, at: np.datetime64) -> Bools:
    """(n,) True for the events of which it is known at `at` that they happened before."""
    return np.asarray((events.begin < at) & (events.end <= at))


def _weeks(least: Floats, most: Floats, span: float) -> Floats:
    """(n,) mean of 1 / (1 + whole weeks ago) over intervals that lie from `least` to `most` seconds back, up to `span`."""
    exact = most == least
    length = np.where(exact, 1.0, most - least)
    near, far = np.minimum(least, span), np.minimum(most, span)
    first = np.floor(near / WEEK).astype(np.int64)
    last = np.maximum(np.ceil(far / WEEK).astype(np.int64) - 1, first)
    in_one = np.where(exact, least < span, (far - near) / length) / (1.0 + first)
    # Up to week k, whole weeks have the sum of 1 / (1 + j) for j below k.
    whole = np.append(0.0, np.cumsum(1.0 / np.arange(1.0, last.max(initial=0) + 1.0)))
    over_more = (
        WEEK * (whole[last] - whole[first]) + (far - last * WEEK) / (1.0 + last) - (near - first * WEEK) / (1.0 + first)
    )
    return np.asarray(np.where(first == last, in_one, over_more / length))


@kernel
def _sum(x: Floats, y: Floats, weight: Floats, reach: float, out: Floats) -> None:
    """Adds weight / (1 + whole half cells) around each event; x, y and reach in half cells, centres on odd numbers."""
    ny, nx = out.shape
    for i in range(x.size):
        low = max(0, int(np.ceil((y[i] - reach - 1.0) / 2.0)))
        for row in range(low, min(ny - 1, int(np.floor((y[i] + reach - 1.0) / 2.0))) + 1):
            dy = 2.0 * row + 1.0 - y[i]
            rest = reach * reach - dy * dy
            if rest <= 0.0:
                continue
            half = np.sqrt(rest)
            first = max(0, int(np.ceil((x[i] - half - 1.0) / 2.0)))
            for column in range(first, min(nx - 1, int(np.floor((x[i] + half - 1.0) / 2.0))) + 1):
                dx = 2.0 * column + 1.0 - x[i]
                square = dx * dx + dy * dy
                if square < reach * reach:
                    out[row, column] += weight[i] / (1.0 + np.floor(np.sqrt(square)))
