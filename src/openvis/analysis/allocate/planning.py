"""Allocation: which places and windows for the teams there are (inzetplanning), and what that covers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from openvis.analysis.allocate.flow import Problem, best
from openvis.analysis.checks import Bools, Floats, Ints, between, finite, positive
from openvis.analysis.milp import Solved

ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Plan:
    """Who goes where when.

    visits: (teams, windows) place of each team in each window, -1 for none; factor: (places, windows) share of what is
    expected there that counts as covered; covered and total: expected events inside and in all; minutes: (teams,) on the
    way between places; bound: no plan covers more; gap: how much more another plan could cover at most, as a share of
    `covered` (0: proven the best); equal: the same number of visits spread evenly, as factor.
    """

    visits: Ints
    factor: Floats
    covered: float
    total: float
    minutes: Floats
    bound: float
    gap: float
    equal: Floats

    @property
    def optimal(self) -> bool:
        """Whether it is proven that no other plan covers more."""
        return self.gap == 0.0


@dataclass(frozen=True)
class Spread:
    """Shares of all events covered: mean and interval over draws of what may happen."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Evaluation:
    """The plan, the same visits spread evenly, and the difference draw by draw."""

    plan: Spread
    equal: Spread
    difference: Spread


def patrols(
    expected: Any,
    teams: Sequence[float],
    hours: float,
    travel: Any = None,
    most_travel: float = np.inf,
    follows: Any = None,
    repeat: float = 1.0,
    area: Any = None,
    least: Any = 0,
    most: Any = None,
    seconds: float = 60.0,
) -> Plan:
    """The visits that cover most of what is expected, by HiGHS to a proven optimum.

    expected: (places, windows) events expected, windows in order of time and each `hours` long; teams: hours each team
    works in all. A team is at one place for a whole window; at a place is one team at a time. travel: (places, places)
    minutes; into a window that directly follows (`follows`: (windows,) bool, all but the first by default) a team moves
    at most `most_travel` minutes, and what is expected at the new place while it is on the way does not count. After
    rest it starts anywhere. repeat: the n-th visit to a place, best window first, counts repeat**(n-1): presence again
    and again adds less (Koper 1995: a visit works on for a while). area: (places,) int codes; each area present receives
    `least` to `most` visits (one number, or one for each area in ascending order of codes).

    Counts how often there is somebody, not how many events that prevents. A flow of teams through time (Ford &
    Fulkerson 1958, Operations Research 6:419-433) with side constraints. Raises ValueError for shapes that do not fit,
    negative or unknown numbers, no team with a whole window, limits that cannot be met.
    """
    table = _table(expected)
    places, windows = table.shape
    positive("hours", hours)
    visits = np.floor(finite("teams", teams, least=0.0) / hours + ROUNDING).astype(np.int64)
    if visits.size == 0 or visits.max() < 1:
        raise ValueError(
            f"teams is {list(teams)!r} hours; expected at least one that works a window of {hours:g} hours"
        )
    if not 0 < repeat <= 1:
        raise ValueError(f"repeat is {repeat!r}; expected a number above 0, at most 1")
    minutes = np.zeros((places, places)) if travel is None else _minutes(travel, places)
    after = _follows(follows, windows)
    codes, low, high = _limits(area, least, most, places, windows)
    problem = Problem(
        table, np.minimum(visits, windows), np.minimum(minutes / (60.0 * hours), 1.0), minutes <= most_travel, after,
        float(repeat), codes, low, high,
    )  # fmt: skip
    found = best(problem, seconds)
    if found is None:
        raise ValueError(
            f"no plan meets the limits: least asks {low.sum():g} visits of {int(problem.visits.sum())} that the teams can "
            f"make, most allows {np.minimum(high, windows * places).sum():g}; expected limits that fit together"
        )
    plans, bound = found
    counted = [factors(routes, table, problem.lost, after, repeat) for routes in plans]
    routes, factor = max(zip(plans, counted, strict=True), key=lambda it: float((it[1] * table).sum()))
    covered = float((factor * table).sum())
    bound = max(bound, covered)
    gap = Solved(factor, covered, bound).gap
    made = int((routes >= 0).sum())
    return Plan(
        routes, factor, covered, float(table.sum()), _driven(routes, minutes, after), bound, gap,
        _evenly(made, table, repeat),
    )  # fmt: skip


def factors(routes: Ints, expected: Floats, lost: Floats, follows: Bools, repeat: float) -> Floats:
    """(places, windows) what of the expected counts for these routes: less for each repeat, less while on the way."""
    factor = np.zeros(expected.shape)
    for place in range(expected.shape[0]):
        when = np.flatnonzero((routes == place).any(axis=0))
        ranked = when[np.argsort(-expected[place, when], kind="stable")]
        factor[place, ranked] = repeat ** np.arange(ranked.size)
    for route in routes:
        for window in np.flatnonzero(follows):
            left, at = route[window - 1], route[window]
            if left >= 0 and at >= 0:
                factor[at, window] -= lost[left, at]
    return factor


def evaluate(
    plan: Plan, expected: Any, variation: float = 0.0, draws: int = 2000, confidence: float = 0.95, seed: int = 0
) -> Evaluation:
    """What the plan covers when chance has its way: events are drawn, the plan stays.

    Each draw gives every place a true level (gamma, mean 1, standard deviation `variation`: how far the expectation of
    a place may be off, the same in all its windows) and then Poisson counts. Shares are of all events drawn. The same
    for the same seed. Raises ValueError for a variation below 0, fewer than 100 draws, or another shape than the plan's.
    """
    table = _table(expected)
    if table.shape != plan.factor.shape:
        raise ValueError(f"expected has shape {table.shape}; expected the plan's {plan.factor.shape}")
    between("confidence", confidence, 0.0, 1.0)
    if not (np.isfinite(variation) and variation >= 0):
        raise ValueError(f"variation is {variation!r}; expected 0 or more")
    if draws < 100:
        raise ValueError(f"draws is {draws}; expected at least 100")
    rng = np.random.default_rng(seed)
    shape = table.shape[0]
    shares = np.empty((draws, 2))
    for draw in range(draws):
        level = np.ones((shape, 1))
        if variation:
            level[:, 0] = rng.gamma(variation**-2, variation**2, shape)
        counts = rng.poisson(table * level)
        happened = max(int(counts.sum()), 1)
        shares[draw] = (plan.factor * counts).sum() / happened, (plan.equal * counts).sum() / happened
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    columns = (shares[:, 0], shares[:, 1], shares[:, 0] - shares[:, 1])
    return Evaluation(*(Spread(float(it.mean()), *(float(v) for v in np.quantile(it, tails))) for it in columns))


def _evenly(visits: int, expected: Floats, repeat: float) -> Floats:
    """As many visits, each place and each window in turn, without time lost on the way; mean over where it begins."""
    places, windows = expected.shape
    when = np.arange(visits) * windows // max(visits, 1)
    factor = np.zeros(expected.shape)
    for begin in range(places):
        taken = np.zeros(expected.shape, dtype=np.bool_)
        taken[(np.arange(visits) + begin) % places, when] = True
        order = np.argsort(np.where(taken, -expected, np.inf), axis=1, kind="stable")
        rank = np.argsort(order, axis=1)
        factor += np.where(taken, repeat ** rank.astype(np.float64), 0.0)
    return np.asarray(factor / places)


def _driven(routes: Ints, minutes: Floats, follows: Bools) -> Floats:
    left, at = routes[:, :-1], routes[:, 1:]
    moves = (left >= 0) & (at >= 0) & follows[None, 1:]
    return np.asarray(np.where(moves, minutes[left, at], 0.0).sum(axis=1), dtype=np.float64)


def _table(expected: Any) -> Floats:
    table = np.ascontiguousarray(expected, dtype=np.float64)
    if table.ndim != 2 or table.size == 0:
        raise ValueError(f"expected has shape {table.shape}; expected (places, windows) with at least one of each")
    if not np.isfinite(table).all() or table.min() < 0:
        raise ValueError("expected holds negative or unknown numbers; expected 0 or more")
    if table.sum() == 0:
        raise ValueError("expected is 0 everywhere; expected at least one place and window with something above 0")
    return table


def _minutes(travel: Any, places: int) -> Floats:
    minutes = np.asarray(travel, dtype=np.float64)
    if minutes.shape != (places, places):
        raise ValueError(f"travel has shape {minutes.shape}; expected (places, places) = {places, places}")
    if np.isnan(minutes).any() or minutes.min() < 0 or np.diag(minutes).any():
        raise ValueError("travel holds unknown or negative minutes, or some from a place to itself; expected 0 or more")
    return minutes


def _follows(follows: Any, windows: int) -> Bools:
    after = np.ones(windows, dtype=np.bool_) if follows is None else np.array(follows, dtype=np.bool_)
    if after.shape != (windows,):
        raise ValueError(f"follows has shape {after.shape}; expected ({windows},), one for each window")
    after[0] = False
    return after


def _limits(area: Any, least: Any, most: Any, places: int, windows: int) -> tuple[Ints, Floats, Floats]:
    """Area number of each place, and the least and most visits of each area."""
    codes = np.zeros(places, dtype=np.int64) if area is None else np.asarray(area, dtype=np.int64)
    if codes.shape != (places,):
        raise ValueError(f"area has shape {codes.shape}; expected ({places},), one for each place")
    present, number = np.unique(codes, return_inverse=True)
    ends = []
    for name, value in (("least", least), ("most", float(places * windows) if most is None else most)):
        given: Floats = np.asarray(value, dtype=np.float64)
        if given.shape not in ((), present.shape) or not np.isfinite(given).all() or (given < 0).any():
            raise ValueError(
                f"{name} is {value!r}; expected 0 or more, one number or one for each of {present.size} areas"
            )
        ends.append(np.broadcast_to(given, present.shape).astype(np.float64))
    if (ends[0] > ends[1]).any():
        raise ValueError(f"least is {least!r}, above most {most!r}; expected least at most as high as most")
    return number.astype(np.int64), ends[0], ends[1]
