"""Contagion: how much of what happens was set off by what happened nearby shortly before?"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from openvis.analysis.checks import Floats, Ints
from openvis.analysis.compiled import kernel
from openvis.analysis.contagion.background import Kernels, Singles, level, mass_inside, spread
from openvis.analysis.events import Events
from openvis.analysis.grid import Grid
from openvis.analysis.near_repeat import happened, moment
from openvis.analysis.near_repeat.cells import Cells, sort_into_cells
from openvis.analysis.near_repeat.prospective import DAY
from openvis.analysis.threads import side_by_side, spans

STEPS = 40
REACH = 500.0
"""Metres beyond which no incident is taken to set off another."""
DAYS = 90.0
"""... and days."""
LEAST = 100
"""Events below which the parameters say nothing."""
MOST = 0.9
"""Offspring of an event at most: with one or more the process would never end."""
FADED = 1e-6
"""Part of its offspring still to come below which an event is done."""
LEAST_METRES = 10.0
"""Spread that offspring have at least: where all repeats are at the very same point, it would shrink to nothing."""
PIECE = 1 << 12
"""Events per piece of work; fixed, so that results do not depend on the number of threads."""


class Rates(NamedTuple):
    """offspring: mean number that one event sets off; rate: 1 / mean days; variance: m² in each direction."""

    offspring: float
    rate: float
    variance: float


@dataclass(frozen=True, eq=False)
class Sepp:
    """A self-exciting point process as fitted on the events before `until`.

    share: part of the events set off by an earlier one (0 to 1). days: mean time between the two. metres: standard
    deviation of the distance, in each direction. offspring: mean number that one event sets off. background: (ny, nx)
    events per day without contagion, at its level of the last weeks. resolution: days within which the order of two
    events is not known. x, y, left: the events of which something is still to come, and which part of it.
    """

    share: float
    days: float
    metres: float
    offspring: float
    background: Floats
    until: np.datetime64
    events: int
    resolution: float
    grid: Grid
    x: Floats
    y: Floats
    left: Floats

    def expected(self, begin: Any, end: Any) -> Floats:
        """(ny, nx) events expected per cell in [begin, end), from what had happened before `until` alone.

        The background goes on at its level of the last weeks; each past event adds what it may still set off, and what
        that sets off in turn, in the same surroundings. Raises ValueError unless until <= begin < end.
        """
        first, last = moment("begin", begin), moment("end", end)
        if not self.until <= first < last:
            raise ValueError(f"begin is {first}, end is {last}; expected until ({self.until}) <= begin < end")
        a, b = ((it - self.until).astype(np.float64) / DAY for it in (first, last))
        slow = (1.0 - self.offspring) / self.days
        fading = np.exp(-slow * a) - np.exp(-slow * b)
        follow = self.offspring / (1.0 - self.offspring)
        calm = self.background * ((b - a) * (1.0 + follow) - follow * fading / slow)
        width = np.full(self.x.size, self.metres)
        return np.asarray(calm + spread(self.x, self.y, width, self.left * follow * fading, self.grid))


@dataclass(frozen=True, eq=False)
class Pairs:
    """For each event the earlier ones near enough: lag in days, square of the distance in m²; start: (n + 1,)."""

    start: Ints
    lag: Singles
    square: Singles


def sepp(events: Events, grid: Grid, until: Any, *, steps: int = STEPS, threads: int | None = None) -> Sepp:
    """Fit a self-exciting point process by expectation-maximisation on the events before `until` (Mohler et al. 2011,
    Journal of the American Statistical Association 106:100-108).

    What happens is either background or set off by an earlier event nearby: exponential in time, Gaussian in space, up
    to 90 days and 500 m. The background is adaptive (each event spreads to its 15th neighbour, and never explains
    itself), so that a lasting hotspot is not taken for contagion; its level may change over months. Offspring outside
    the area, after `until`, or too soon to be told from the event itself is allowed for. An event known as between two
    moments stands at the middle; pairs of which the order is not known (on one day, where only days are known) are left
    out. Events outside the area, placed less precisely than 500 m or without time take no part.
    steps: rounds of expectation-maximisation. The result is the same for any number of threads.
    Raises ValueError for an unknown `until`, or fewer than 100 events before it in the area.
    """
    now = moment("until", until)
    inside = happened(events, now) & (grid.index(events.x, events.y) >= 0) & (events.precision <= REACH)
    used = events.where(inside)
    if len(used) < LEAST:
        raise ValueError(f"{len(used)} events before {now} in the study area; expected at least {LEAST}")
    middle = used.begin.astype(np.int64) + (used.end - used.begin).astype(np.int64) // 2
    age = (now.astype(np.int64) - middle) / DAY
    cells, order = sort_into_cells(used.x, used.y, REACH / 4)
    age = age[order]
    apart = _resolution(used, middle)
    pairs = _pairs(cells, age, apart)
    kernels = Kernels.of(cells, grid)
    return _fit(cells, age, apart, pairs, kernels, grid, now, steps, threads)


def _resolution(events: Events, middle: Ints) -> float:
    """Days within which the order of two events is not known: half the usual interval; half a day where only days are."""
    usual = float(np.median((events.end - events.begin).astype(np.float64))) / DAY
    days_only = bool((middle % int(DAY) == middle[0] % int(DAY)).all())
    return max(usual, 1.0 if days_only else 0.0) / 2.0


def _pairs(cells: Cells, age: Floats, apart: float) -> Pairs:
    """Counted first and filled then, so that nothing larger than the pairs themselves is ever held."""
    start = np.zeros(age.size + 1, dtype=np.int64)
    lag, square = np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.float32)
    _earlier(cells, age, REACH, apart, DAYS, start, lag, square, False)
    np.cumsum(start, out=start)
    lag, square = np.zeros(start[-1], dtype=np.float32), np.zeros(start[-1], dtype=np.float32)
    _earlier(cells, age, REACH, apart, DAYS, start, lag, square, True)
    return Pairs(start, lag, square)


def _fit(
    cells: Cells, age: Floats, apart: float, pairs: Pairs, kernels: Kernels, grid: Grid, now: np.datetime64,
    steps: int, threads: int | None,
) -> Sepp:  # fmt: skip
    n = age.size
    span = float(age.max())
    day = (span - age).astype(np.int64)
    days = int(day.max()) + 1
    alone = np.full(n, 0.8)
    rates = Rates(0.2, 4.0 / DAYS, (REACH / 4) ** 2)
    near = mass_inside(cells.x, cells.y, np.full(n, REACH / 4), grid) < 0.9999
    mass = np.ones(n)
    least = np.minimum(apart, age)
    most = np.minimum(DAYS, age)
    for _ in range(steps):
        background = kernels.at_events(alone) * level(day, alone, days)[day] / span
        found, lags, squares = _expectation(pairs, background, rates, alone, threads)
        mass[near] = mass_inside(cells.x[near], cells.y[near], np.full(int(near.sum()), rates.variance**0.5), grid)
        rates = _maximise(found, lags, squares, rates, mass, least, most)
    left = np.exp(-rates.rate * age)
    keep = left > FADED
    return Sepp(
        share=rates.offspring * float((mass * (1.0 - left)).sum()) / n,
        days=1.0 / rates.rate,
        metres=float(np.sqrt(rates.variance)),
        offspring=rates.offspring,
        background=kernels.on_grid(cells, alone, grid) / span * level(day, alone, days)[-1],
        until=now,
        events=n,
        resolution=2.0 * apart,
        grid=grid,
        x=cells.x[keep],
        y=cells.y[keep],
        left=left[keep],
    )


def _expectation(
    pairs: Pairs, background: Floats, rates: Rates, alone: Floats, threads: int | None
) -> tuple[float, float, float]:
    """Sets `alone`, and sums over all pairs: chance that one set off the other, times the lag, times the square."""

    def work(span: tuple[int, int]) -> Floats:
        sums = np.zeros(3)
        _expect(pairs.start, pairs.lag, pairs.square, background, *rates, *span, alone, sums)
        return sums

    found, lags, squares = np.sum(side_by_side(work, spans(alone.size, PIECE), threads), axis=0).tolist()
    return found, lags, squares


def _maximise(
    found: float, lags: float, squares: float, before: Rates, mass: Floats, least: Floats, most: Floats
) -> Rates:
    """The parameters that fit the chances best, given that offspring too near in time, too late or too far is not seen."""
    found = max(found, 1e-9)
    early, late = np.exp(-before.rate * least), np.exp(-before.rate * most)
    seen_far = 1.0 - np.exp(-REACH * REACH / (2.0 * before.variance))
    seen = float((mass * (early - late)).sum())
    offspring = min(found / (seen * seen_far), MOST)
    unseen_lags = offspring * seen_far * float((mass * (most * late - least * early)).sum())
    unseen_squares = offspring * seen * REACH * REACH * (1.0 - seen_far)
    variance = max((squares + unseen_squares) / (2.0 * found), LEAST_METRES**2)
    return Rates(offspring, found / max(lags + unseen_lags, found * 1e-3), variance)


@kernel
def _earlier(
    cells: Cells, age: Floats, reach: float, apart: float, days: float, start: Ints, lag: Singles, square: Singles,
    fill: bool,
) -> None:  # fmt: skip
    """Events within reach, and earlier by `apart` to `days`, of each: first how many (start[i + 1]), then which."""
    for i in range(age.size):
        found = 0
        left = max(0, int((cells.x[i] - reach - cells.x0) / cells.size))
        right = min(cells.across - 1, int((cells.x[i] + reach - cells.x0) / cells.size))
        low = max(0, int((cells.y[i] - reach - cells.y0) / cells.size))
        high = min(cells.down - 1, int((cells.y[i] + reach - cells.y0) / cells.size))
        for row in range(low, high + 1):
            first, last = cells.start[row * cells.across + left], cells.start[row * cells.across + right + 1]
            for j in range(first, last):
                since = age[j] - age[i]
                if since <= 0.0 or since < apart or since > days:
                    continue
                dx, dy = cells.x[j] - cells.x[i], cells.y[j] - cells.y[i]
                away = dx * dx + dy * dy
                if away < reach * reach:
                    if fill:
                        lag[start[i] + found] = since
                        square[start[i] + found] = away
                    found += 1
        if not fill:
            start[i + 1] = found


@kernel
def _expect(
    start: Ints, lag: Singles, square: Singles, background: Floats, offspring: float, rate: float, variance: float,
    low: int, high: int, alone: Floats, sums: Floats,
) -> None:  # fmt: skip
    """Chance of each event that nothing set it off (alone), and the sums of chance, lag and square over its pairs."""
    scale, per = offspring * rate / (2.0 * np.pi * variance), 0.5 / variance
    for i in range(low, high):
        total, lags, squares = 0.0, 0.0, 0.0
        for k in range(start[i], start[i + 1]):
            chance = scale * np.exp(-rate * lag[k] - per * square[k])
            total += chance
            lags += chance * lag[k]
            squares += chance * square[k]
        whole = background[i] + total
        if whole <= 0.0:
            alone[i] = 1.0
            continue
        alone[i] = background[i] / whole
        sums[0] += total / whole
        sums[1] += lags / whole
        sums[2] += squares / whole
