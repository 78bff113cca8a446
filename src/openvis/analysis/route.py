"""Route: the shortest round along places to be visited (kortste rondgang), and when one is where."""

import time
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np

from openvis.analysis.checks import Floats, Ints, positive
from openvis.analysis.milp import Rows, Solved, maximise

__all__ = ["Round", "Timetable", "crow_flies", "shortest_round", "timetable", "visits"]

SECONDS = 30.0
FEW = 5
"""Up to this many places every order is simply tried."""
CAPACITY = 1_000_000
"""What one whole visit counts for in flows, which are whole numbers."""
SLACK = 1e-4
"""A set of places entered and left less than twice by more than this is cut off from the others."""
Pairs = tuple[Ints, Ints]


@dataclass(frozen=True, eq=False)
class Round:
    """The way along all places.

    order: (n,) the places in the order of visit, from `start` to `end`; where these are the same it stands first only.
    legs: (n,) or, from one end to another, (n - 1,) length of each part of the way. bound: no round is shorter.
    gap: by how much a shorter one could be shorter, as a share of `length` (0: proven the shortest).
    """

    order: Ints
    legs: Floats
    length: float
    bound: float
    gap: float

    @property
    def optimal(self) -> bool:
        """Whether it is proven that no other order is shorter."""
        return self.gap == 0.0


@dataclass(frozen=True, eq=False)
class Timetable:
    """When one is where: seconds of arriving and leaving at each stop, of waiting before it opens; which are closed."""

    arrive: Floats
    leave: Floats
    wait: Floats
    closed: Ints


def crow_flies(x: Any, y: Any, detour: float = 1.3) -> Floats:
    """(n, n) metres between places in a straight line, made `detour` times as long, as streets make it."""
    if not (np.isfinite(detour) and detour >= 1):
        raise ValueError(f"detour is {detour!r}; expected a factor of at least 1")
    xs, ys = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    return np.asarray(detour * np.hypot(xs[:, None] - xs[None, :], ys[:, None] - ys[None, :]))


def shortest_round(distance: Any, start: int = 0, end: int | None = None, seconds: float = SECONDS) -> Round:
    """The shortest way from `start` along every place to `end` (None: back to the start), proven the shortest.

    The travelling salesman problem as Dantzig, Fulkerson & Johnson 1954 (Operations Research 2:393-410) solved it: a
    linear program in which rounds that leave out places are forbidden one by one, as they turn up, found by smallest
    cuts; what is left in halves goes to HiGHS, whose answers are looked at in the same way.
    distance: (n, n) from each place to each other, 0 or more, not necessarily the same both ways; the diagonal does not
    count. After `seconds` the best way so far is given, with its gap. Several ways can be equally short: one is given.
    Raises ValueError for distances that are no square or not finite, places that do not exist, seconds not above 0.
    """
    lengths = _distances(distance)
    size = lengths.shape[0]
    last = start if end is None else end
    for name, place in (("start", start), ("end", last)):
        if not 0 <= place < size:
            raise ValueError(f"{name} is {place}; expected 0 to {size - 1}, the number of a place")
    positive("seconds", seconds)
    closed = lengths.copy()
    if last != start:
        # The way from end to start costs nothing and is always taken: what is left of the round runs from start to end.
        closed[last, start] = 0.0
    if size <= FEW:
        best = _every(closed, start, last)
        return _told(best, lengths, start == last, _length(best, lengths, start == last))
    near = _improved(_nearest(closed, start, last), closed, last != start)
    tour, bound = _solve(closed, start, last, near, seconds)
    return _told(tour, lengths, start == last, bound)


def timetable(legs: Any, stay: Any, opens: Any = None, closes: Any = None) -> Timetable:
    """When one is at each stop: leaving at 0, `legs` (stops,) seconds on the way to each, `stay` at each.

    opens, closes: seconds since leaving between which a stop is open; NaN where that is not known. Who is early waits;
    who comes at or after closing finds it closed, and goes on at once. Raises ValueError for shapes that do not fit.
    """
    ways = np.asarray(legs, dtype=np.float64)
    count = ways.size
    stays = np.broadcast_to(np.asarray(stay, dtype=np.float64), (count,))
    early = np.full(count, np.nan) if opens is None else np.asarray(opens, dtype=np.float64)
    late = np.full(count, np.nan) if closes is None else np.asarray(closes, dtype=np.float64)
    if early.shape != ways.shape or late.shape != ways.shape:
        raise ValueError(f"opens and closes have shapes {early.shape} and {late.shape}; expected {ways.shape}")
    arrive, leave, wait = np.zeros(count), np.zeros(count), np.zeros(count)
    closed, now = [], 0.0
    for stop in range(count):
        arrive[stop] = now = now + ways[stop]
        if now >= late[stop]:
            closed.append(stop)
        else:
            wait[stop] = max(0.0, early[stop] - now) if np.isfinite(early[stop]) else 0.0
            now += wait[stop] + stays[stop]
        leave[stop] = now
    return Timetable(arrive, leave, wait, np.array(closed, dtype=np.int64))


def visits(
    found: Round, distance: Any, stay: Any, opens: Any = None, closes: Any = None, turn: bool = True
) -> tuple[Round, Timetable]:
    """The round in the direction that suits opening hours best, and when one is where.

    distance: (n, n) seconds as given to `shortest_round`; stay: seconds at each place, or one for all; opens and closes:
    (n,) seconds since leaving, NaN where unknown; the start's own do not count. Turned round only where that is as
    short, and fewer stops are closed or, with as many, one waits less; never where `turn` is False. The last row of the
    timetable of a round is home.
    """
    ways = _distances(distance)
    size = found.order.size
    back = found.legs.size == size
    stays = np.broadcast_to(np.asarray(stay, dtype=np.float64), (size,))
    hours = [np.full(size, np.nan) if it is None else np.array(it, dtype=np.float64) for it in (opens, closes)]
    choices = [found]
    if back and turn:
        order = np.concatenate([found.order[:1], found.order[:0:-1]])
        legs = ways[order, np.roll(order, -1)]
        if np.isclose(legs.sum(), found.length):
            choices.append(Round(order, legs, found.length, found.bound, found.gap))
    told = [(it, _visited(it, stays, hours, back)) for it in choices]
    return min(told, key=lambda pair: (pair[1].closed.size, round(float(pair[1].wait.sum()))))


def _visited(found: Round, stays: Floats, hours: list[Floats], back: bool) -> Timetable:
    then = np.append(found.order[1:], found.order[0]) if back else found.order[1:]
    stay, opens, closes = stays[then], hours[0][then], hours[1][then]
    if back:
        # Home again is no visit.
        stay[-1], opens[-1], closes[-1] = 0.0, np.nan, np.nan
    return timetable(found.legs, stay, opens, closes)


# ---- solving -------------------------------------------------------------------------------------------------------


def _distances(distance: Any) -> Floats:
    lengths = np.array(distance, dtype=np.float64)
    if lengths.ndim != 2 or lengths.shape[0] != lengths.shape[1] or lengths.shape[0] == 0:
        raise ValueError(f"distance has shape {lengths.shape}; expected (n, n) with at least one place")
    np.fill_diagonal(lengths, 0.0)
    if not np.isfinite(lengths).all() or (lengths < 0).any():
        raise ValueError("distance holds values that are not finite or negative; expected 0 or more between all places")
    return lengths


def _every(lengths: Floats, start: int, last: int) -> list[int]:
    """The shortest of all orders."""
    between = [place for place in range(lengths.shape[0]) if place not in (start, last)]
    tail = [] if start == last else [last]
    ways = ([start, *middle, *tail] for middle in permutations(between))
    return min(ways, key=lambda way: _length(way, lengths, closed=True))


def _length(tour: list[int], lengths: Floats, closed: bool) -> float:
    there = np.array(tour)
    total = float(lengths[there[:-1], there[1:]].sum())
    return total + float(lengths[there[-1], there[0]]) if closed else total


def _told(tour: list[int], lengths: Floats, closed: bool, bound: float) -> Round:
    there = np.array(tour, dtype=np.int64)
    legs = lengths[there, np.roll(there, -1)]
    legs = legs if closed else legs[:-1]
    length = float(legs.sum())
    solved = Solved(legs, -length, -min(bound, length))
    return Round(there, legs, length, min(bound, length), solved.gap)


def _nearest(lengths: Floats, start: int, last: int) -> list[int]:
    """Always on to the nearest place; the end last."""
    left = set(range(lengths.shape[0])) - {start, last}
    tour = [start]
    while left:
        here = tour[-1]
        tour.append(min(left, key=lambda place: (lengths[here, place], place)))
        left.remove(tour[-1])
    return tour if start == last else [*tour, last]


def _improved(tour: list[int], lengths: Floats, fixed_end: bool) -> list[int]:
    """Parts of the way turned round or moved (2-opt, Or-opt) for as long as that makes it shorter."""
    best = _length(tour, lengths, closed=True)
    stop = len(tour) - 1 if fixed_end else len(tour)
    better = True
    while better:
        better = False
        for first in range(1, stop):
            for until in range(first + 1, stop + 1):
                part, rest = tour[first:until], tour[:first] + tour[until:]
                moves = [tour[:first] + part[::-1] + tour[until:]]
                if len(part) <= 2:
                    most = len(rest) if fixed_end else len(rest) + 1
                    moves += [rest[:at] + part + rest[at:] for at in range(1, most)]
                found = min(moves, key=lambda way: _length(way, lengths, closed=True))
                length = _length(found, lengths, closed=True)
                if length < best - 1e-9 * max(1.0, best):
                    tour, best, better = found, length, True
    return tour


def _solve(lengths: Floats, start: int, last: int, near: list[int], seconds: float) -> tuple[list[int], float]:
    """The shortest tour that was found, and what no tour is shorter than."""
    until = time.monotonic() + seconds
    problem = _Problem(lengths, start, last)
    best, bound, whole = near, 0.0, False
    while True:
        left = until - time.monotonic()
        if left <= 0:
            return best, bound
        try:
            solved = maximise(-problem.cost, problem.high, np.full(problem.cost.size, whole), problem.rows(), left,
                              problem.taken(best) if whole else None)  # fmt: skip
        except ValueError:
            return best, bound
        if solved is None:  # every tour fits the rows
            raise AssertionError("a round along all places cannot be without answer")
        bound = max(bound, -solved.bound)
        if problem.forbid(problem.apart(solved.values)):
            continue
        if not whole and np.abs(solved.values - np.round(solved.values)).max() > SLACK:
            whole = True
            continue
        tour = problem.tour(solved.values, start)
        length = _length(tour, lengths, closed=True)
        best = min(best, tour, key=lambda way: _length(way, lengths, closed=True))
        return best, length if solved.optimal or not whole else bound


class _Problem:
    """Which ways between places are taken: each place entered and left once, no set of places apart from the others."""

    def __init__(self, lengths: Floats, start: int, last: int) -> None:
        self.size = lengths.shape[0]
        self.one_way = not np.array_equal(lengths, lengths.T) and not _same_but(lengths, start, last)
        if self.one_way:
            self.begin, self.end = (it.astype(np.int64) for it in np.nonzero(~np.eye(self.size, dtype=np.bool_)))
        else:
            self.begin, self.end = (it.astype(np.int64) for it in np.triu_indices(self.size, 1))
        self.cost: Floats = lengths[self.begin, self.end].copy()
        self.low = np.zeros(self.cost.size)
        self.high = np.ones(self.cost.size)
        if start != last:
            tied = (self.begin == last) & (self.end == start)
            if not self.one_way:
                tied |= (self.begin == start) & (self.end == last)
            self.cost[tied], self.low[tied] = 0.0, 1.0
        self._sets: list[Ints] = []
        self._known: set[bytes] = set()

    def rows(self) -> Rows:
        """Degrees, the way from end to start, and the sets that were apart."""
        every = np.arange(self.cost.size)
        parts: list[tuple[Ints, float, float]] = []
        if self.one_way:
            parts += [(every[side == place], 1.0, 1.0) for side in (self.begin, self.end) for place in range(self.size)]
        else:
            parts += [(every[(self.begin == p) | (self.end == p)], 2.0, 2.0) for p in range(self.size)]
        parts += [(np.array([way]), 1.0, 1.0) for way in np.flatnonzero(self.low)]
        parts += [(ways, 2.0, np.inf) for ways in self._sets]
        column = np.concatenate([ways for ways, _, _ in parts])
        row = np.repeat(np.arange(len(parts)), [ways.size for ways, _, _ in parts])
        return Rows(
            row, column, np.ones(column.size), np.array([low for _, low, _ in parts]), np.array([high for *_, high in parts])
        )

    def taken(self, tour: list[int]) -> Floats:
        """A tour as values of the ways."""
        there = np.array(tour)
        onward = np.zeros((self.size, self.size), dtype=np.bool_)
        onward[there, np.roll(there, -1)] = True
        if not self.one_way:
            onward |= onward.T
        return onward[self.begin, self.end].astype(np.float64)

    def apart(self, values: Floats) -> list[Ints]:
        """Sets of places that are entered and left less than twice."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        used = values > SLACK
        graph: Any = coo_array((values[used], (self.begin[used], self.end[used])), shape=(self.size, self.size)).tocsr()
        graph = graph + graph.T
        number, label = connected_components(graph, directed=False)
        if number > 1:
            return [np.flatnonzero(label == which).astype(np.int64) for which in range(number)]
        return self._thin(graph)

    def _thin(self, graph: Any) -> list[Ints]:
        """Sets behind the smallest cuts between the first place and each other, where these are below two."""
        from scipy.sparse.csgraph import breadth_first_order, maximum_flow

        capacity = (graph * CAPACITY).astype(np.int32)
        capacity.eliminate_zeros()
        found = []
        for other in range(1, self.size):
            flow = maximum_flow(capacity, 0, other)
            if flow.flow_value < (2.0 - 100 * SLACK) * CAPACITY:
                rest = capacity - flow.flow
                rest.data = np.maximum(rest.data, 0)
                rest.eliminate_zeros()
                found.append(np.sort(breadth_first_order(rest, 0, return_predecessors=False)).astype(np.int64))
        return found

    def forbid(self, sets: list[Ints]) -> bool:
        """From now on these are entered and left at least twice; whether that was not known of any of them."""
        before = len(self._sets)
        for places in sets:
            inside = np.isin(np.arange(self.size), places)
            ways = np.flatnonzero(inside[self.begin] != inside[self.end]).astype(np.int64)
            if ways.tobytes() not in self._known:
                self._known.add(ways.tobytes())
                self._sets.append(ways)
        return len(self._sets) > before

    def tour(self, values: Floats, start: int) -> list[int]:
        """Whole values, which hold no set apart, as an order of places; the end comes last."""
        taken = np.flatnonzero(values > 0.5)
        onward: dict[int, list[int]] = {place: [] for place in range(self.size)}
        for way in taken:
            onward[int(self.begin[way])].append(int(self.end[way]))
            if not self.one_way:
                onward[int(self.end[way])].append(int(self.begin[way]))
        tour, before = [start], self._before(start)
        while len(tour) < self.size:
            here = tour[-1]
            following = next(place for place in onward[here] if place != before)
            before = here
            tour.append(following)
        return tour

    def _before(self, start: int) -> int:
        """The place from which the start may not be left: the end, tied to it, or nowhere."""
        tied = np.flatnonzero(self.low)
        if tied.size == 0 or self.one_way:
            return -1
        begin, end = int(self.begin[tied[0]]), int(self.end[tied[0]])
        return end if begin == start else begin


def _same_but(lengths: Floats, start: int, last: int) -> bool:
    """Whether all ways are as long both ways, apart from the one from end to start."""
    other = lengths.copy()
    other[start, last] = other[last, start] = 0.0
    return start != last and bool(np.array_equal(other, other.T))
