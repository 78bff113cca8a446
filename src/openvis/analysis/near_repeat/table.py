"""The Knox table: how many pairs of incidents lie near in space and time, beside what chance would give."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from openvis.analysis.checks import Bools, Floats, Ints, finite
from openvis.analysis.compiled import kernel
from openvis.analysis.events import Events
from openvis.analysis.near_repeat.cells import ACROSS, Cells, sort_into_cells
from openvis.analysis.near_repeat.moments import Moments, moments
from openvis.analysis.threads import side_by_side

LEAST = 20
"""Events below which a table says nothing."""
MOST_PERMUTED = 200_000
"""Events above which `permutations=None` takes the exact moments alone."""


class Laid(NamedTuple):
    """Events in their cells, in order of their days within each; all (n,)."""

    x: Floats
    y: Floats
    day: Ints


@dataclass(frozen=True, eq=False)
class Knox:
    """Pairs by band of distance (rows) and of days (columns); all arrays (len(distances) - 1, len(days) - 1).

    expected and deviation: exact mean and standard deviation of the number of pairs over all permutations of the days.
    ratio: observed / expected, NaN where nothing is expected. p: chance of so many or more when place and day have
    nothing to do with each other. p_any: the chance that ANY band of the table stands out as much. permutations: how
    many were drawn, 0 where p comes from the exact mean and variance. events: taken part. vague: share of them known
    less precisely than the first band of days is wide.
    """

    distances: Floats
    days: Ints
    observed: Floats
    expected: Floats
    deviation: Floats
    ratio: Floats
    p: Floats
    p_any: Floats
    permutations: int
    events: int
    vague: float

    def significant(self, alpha: float = 0.05) -> Bools:
        """Bands that stand out, all bands of the table counted."""
        return np.asarray(self.p_any <= alpha)


def knox(
    events: Events,
    distances: Any = (0, 1, 100, 200, 300, 400),
    days: Any = (0, 2, 4, 7, 14, 21, 28),
    permutations: int | None = None,
    seed: int = 0,
    threads: int | None = None,
) -> Knox:
    """Does one incident raise the risk next door? Pairs near in both place and time, beside chance.

    distances: rising edges of the bands, metres, and days: rising edges in whole days; a band runs from its lower edge up
    to, not including, its upper one, so that (0, 1, …) metres is the same address and (0, 2, …) days the same day or the
    next. Chance is judged by permuting the days over the places, which keeps where it is busy and when (Knox 1964,
    Applied Statistics 13:25-29; Johnson et al. 2007, Journal of Quantitative Criminology 23:201-219): p is
    (r + 1) / (m + 1) with r of m permutations as high, p_any the same for the largest standardised excess of the whole
    table (Westfall & Young 1993). expected and deviation are exact, not drawn: see `near_repeat.moments`.
    permutations: None takes 999 up to 200,000 events and none above; with 0 the tails are those of a negative binomial
    (Poisson where it is not wider) with the exact moments, and p_any is Bonferroni's.
    An event known as between two moments stands on the day in the middle. Events without time, or placed less precisely
    than the largest distance, take no part. The result is the same for any number of threads. Raises ValueError for
    edges that do not rise, or fewer than 20 events.
    """
    edges, lags = _edges("distances", distances), _edges("days", days)
    if (lags != np.floor(lags)).any():
        raise ValueError(f"days is {days!r}; expected whole days")
    used = events.where(events.timed & (events.precision <= edges[-1]))
    if len(used) < LEAST:
        raise ValueError(f"{len(used)} events with place and time; expected at least {LEAST}")
    if permutations is None:
        permutations = 999 if len(used) <= MOST_PERMUTED else 0
    if permutations < 0:
        raise ValueError(f"permutations is {permutations}; expected 0 or more")
    cells, order = sort_into_cells(used.x, used.y, float(edges[-1]) / ACROSS)
    day = _days(used)[order]
    whole = lags.astype(np.int64)
    exact = moments(cells, day, edges, whole, threads)
    plan = Plan.of(cells, edges, _bands(whole))
    where = np.argsort(day, kind="stable")
    observed = plan.table(where, day[where])
    if permutations:
        drawn = _permuted(plan, day[where], permutations, seed, threads)
        p, p_any = _ranks(observed, drawn, exact)
    else:
        p = exact.tail(observed)
        p_any = np.minimum(1.0, p * p.size)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(exact.mean > 0, observed / exact.mean, np.nan)
    wide = (used.end - used.begin).astype(np.float64) / 86_400.0 > max(float(lags[1]), 1.0)
    return Knox(
        edges, whole, observed, exact.mean, exact.deviation, ratio, p, p_any, permutations, len(used),
        float(wide.mean()),
    )  # fmt: skip


def _edges(name: str, values: Any) -> Floats:
    edges = finite(name, values, least=0.0)
    if edges.size < 2 or (np.diff(edges) <= 0).any():
        raise ValueError(f"{name} is {values!r}; expected at least two rising numbers of 0 or more")
    return edges


def _days(events: Events) -> Ints:
    """(n,) day, counted from the first, of the middle of each interval."""
    middle = events.begin + (events.end - events.begin) // 2
    day = middle.astype("datetime64[D]").astype(np.int64)
    return np.asarray(day - day.min())


def _bands(lags: Ints) -> Ints:
    """Band of each number of days apart, -1 before the first edge; as long as the last edge."""
    return np.asarray(np.searchsorted(lags, np.arange(int(lags[-1])), side="right") - 1)


class Plan(NamedTuple):
    """What every permutation shares: the cells, (n,) the cell of each event, and the pairs of cells to look at."""

    cells: Cells
    place: Ints
    neighbours: Ints
    squares: Floats
    band: Ints

    @classmethod
    def of(cls, cells: Cells, edges: Floats, band: Ints) -> "Plan":
        found = _neighbours(cells.start, cells.across, cells.down, np.zeros((0, 2), dtype=np.int64), False)
        pairs = np.zeros((found, 2), dtype=np.int64)
        _neighbours(cells.start, cells.across, cells.down, pairs, True)
        return cls(cells, np.repeat(np.arange(cells.start.size - 1), np.diff(cells.start)), pairs, edges * edges, band)

    def table(self, events: Ints, day: Ints) -> Floats:
        """(bands of distance, bands of days) pairs when event events[k] has the k-th day; days rising."""
        n = day.size
        laid = Laid(np.zeros(n), np.zeros(n), np.zeros(n, dtype=np.int64))
        _lay(self.cells, self.place, events, day, self.cells.start.copy(), laid)
        out = np.zeros((self.squares.size - 1, int(self.band.max()) + 1))
        _count(self.cells.start, self.neighbours, laid, self.squares, self.band, out)
        return out


def _permuted(plan: Plan, day: Ints, permutations: int, seed: int, threads: int | None) -> Floats:
    """(permutations, …) tables with the days shuffled; each has a stream of its own."""

    def work(number: int) -> Floats:
        return plan.table(np.random.default_rng([seed, number]).permutation(day.size), day)

    return np.stack(side_by_side(work, range(permutations), threads))


def _ranks(observed: Floats, drawn: Floats, exact: Moments) -> tuple[Floats, Floats]:
    m = drawn.shape[0]
    p = ((drawn >= observed).sum(axis=0) + 1.0) / (m + 1.0)
    largest = exact.standardised(drawn).reshape(m, -1).max(axis=1)
    excess = exact.standardised(observed)
    p_any = ((largest[:, None, None] >= excess - 1e-9).sum(axis=0) + 1.0) / (m + 1.0)
    return p, np.maximum(p, p_any)


@kernel
def _lay(cells: Cells, place: Ints, events: Ints, day: Ints, free: Ints, laid: Laid) -> None:
    """Lay the events into their cells in order of their days; `free` is where the next one of a cell goes."""
    for k in range(events.size):
        event = events[k]
        at = free[place[event]]
        free[place[event]] = at + 1
        laid.x[at] = cells.x[event]
        laid.y[at] = cells.y[event]
        laid.day[at] = day[k]


@kernel
def _neighbours(start: Ints, across: int, down: int, out: Ints, fill: bool) -> int:
    """Pairs of cells with events that are near enough, each once: how many, and with `fill` which ((pairs, 2))."""
    found = 0
    for here in range(across * down):
        if start[here + 1] == start[here]:
            continue
        row, column = here // across, here % across
        for up in range(min(ACROSS, down - 1 - row) + 1):
            west = 0 if up == 0 else max(-ACROSS, -column)
            for aside in range(west, min(ACROSS, across - 1 - column) + 1):
                there = here + up * across + aside
                if start[there + 1] > start[there]:
                    if fill:
                        out[found, 0], out[found, 1] = here, there
                    found += 1
    return found


@kernel
def _count(start: Ints, neighbours: Ints, laid: Laid, squares: Floats, band: Ints, out: Floats) -> None:
    """Count the pairs of events of all pairs of cells by band; both cells are in order of their days."""
    xs, ys, days = laid.x, laid.y, laid.day
    most, shortest, longest = band.size, squares[0], squares[-1]
    for here, there in neighbours:
        low, stop = start[there], start[there + 1]
        for a in range(start[here], start[here + 1]):
            x, y, today = xs[a], ys[a], days[a]
            while low < stop and days[low] <= today - most:
                low += 1
            for b in range(a + 1 if here == there else low, stop):
                lag = days[b] - today
                if lag >= most:
                    break
                dx, dy = xs[b] - x, ys[b] - y
                square = dx * dx + dy * dy
                which = band[abs(lag)]
                if square >= longest or square < shortest or which < 0:
                    continue
                far = 0
                while square >= squares[far + 1]:
                    far += 1
                out[far, which] += 1.0
