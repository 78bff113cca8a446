"""Borgatti's key-player problems: which few nodes hold the network together, or reach most of it."""

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from openvis.analysis.checks import Floats, Ints
from openvis.analysis.compiled import kernel
from openvis.analysis.network.graph import Graph, Index
from openvis.analysis.network.resampling import KEEP, Evidence
from openvis.analysis.network.ties import Records, Ties
from openvis.analysis.threads import side_by_side, spans

Goal = Literal["components", "distance", "reach"]
GOALS: tuple[Goal, ...] = ("components", "distance", "reach")
WORK = 1e9
"""Steps over ties up to which every set is tried: some seconds."""
BATCH = 4_096
PIECE = 64
"""Sets judged by one thread at a time."""


@dataclass(frozen=True, eq=False)
class KeyPlayers:
    """nodes: (size,) the set, in order. value: what it reaches of the goal; before: without any node.

    proven: every set was tried, and `equal` others are as good. bound: no set does better than this; equal to value
    where proven.
    """

    nodes: Ints
    value: float
    before: float
    bound: float
    proven: bool
    equal: int


def key_players(
    ties: Ties | Graph,
    size: int,
    *,
    goal: Goal = "distance",
    steps: int = 0,
    work: float = WORK,
    starts: int = 5,
    seed: int = 0,
    threads: int | None = None,
) -> KeyPlayers:
    """The set of `size` nodes that together matters most to the structure; not the same as the `size` first of a list.

    S.P. Borgatti, Computational and Mathematical Organization Theory 12 (2006) 21-34. goal "components" (KPP-Neg, F):
    without the set, the share of pairs of remaining nodes that cannot reach each other; "distance" (D_F): one less the
    mean of 1 / distance between them; "reach" (KPP-Pos): the share of all nodes within `steps` of the set, or with steps
    0 the mean of 1 / distance to the set (D_R), members counted 1. Distances count steps; strengths play no part.
    Every set is tried where that takes at most `work` steps; otherwise greedy choice and exchange of single nodes from
    `starts` beginnings, for which only a bound is known: by submodularity for reach, 1 for fragmentation.
    Raises ValueError for size outside 1 … n - 2, an unknown goal, steps below 0.
    """
    graph = ties if isinstance(ties, Graph) else ties.graph
    n = graph.nodes
    if not 1 <= size <= n - 2:
        raise ValueError(f"size is {size} for {n} nodes; expected 1 to {n - 2}")
    if goal not in GOALS:
        raise ValueError(f"goal is {goal!r}; expected one of {', '.join(GOALS)}")
    if steps < 0:
        raise ValueError(f"steps is {steps}; expected 0 or more")
    judge = _Judge(graph, GOALS.index(goal), steps, threads)
    before = 0.0 if goal == "reach" else float(judge(np.empty((1, 0), dtype=np.int64))[0])
    if math.comb(n, size) * judge.cost <= work:
        best, value, equal = _every(judge, n, size)
        return KeyPlayers(best, value, before, value, True, equal)
    best, value = _exchanged(judge, n, size, starts, seed)
    bound = _bound(judge, best, value, n) if goal == "reach" else 1.0
    return KeyPlayers(best, value, before, bound, False, 0)


def chosen_again(
    records: Records,
    size: int,
    *,
    goal: Goal = "distance",
    at: Any = None,
    half_life: float | None = None,
    resamples: int = 100,
    keep: float = KEEP,
    seed: int = 0,
    threads: int | None = None,
) -> Floats:
    """(n,) share of draws, with records left out as `Evidence` says, in which each node is in the set."""
    evidence = Evidence(records, at, half_life, keep)

    def one(draw: int) -> Ints:
        graph = evidence.drawn(seed, draw)
        return key_players(graph, size, goal=goal, work=WORK / 100, starts=1, threads=1).nodes

    sets = side_by_side(one, range(resamples), threads)
    return np.bincount(np.concatenate(sets), minlength=len(records.codes)) / resamples


class _Judge:
    """What sets reach of a goal, in batches over threads."""

    def __init__(self, graph: Graph, goal: int, steps: int, threads: int | None) -> None:
        self._graph, self._goal, self._steps, self._threads = graph, goal, steps, threads
        once = graph.nodes + graph.neighbours.size
        self.cost = float(once * graph.nodes if GOALS[goal] == "distance" else once)

    def __call__(self, sets: Ints) -> Floats:
        """(q,) values of the sets (q, size)."""
        out = np.zeros(sets.shape[0])

        def part(span: tuple[int, int]) -> None:
            graph, at = self._graph, slice(*span)
            _values(graph.start, graph.neighbours, sets[at], self._goal, self._steps, out[at])

        side_by_side(part, spans(sets.shape[0], PIECE), self._threads)
        return out


def _every(judge: _Judge, n: int, size: int) -> tuple[Ints, float, int]:
    best, value, equal = np.empty(0, dtype=np.int64), -1.0, 0
    for batch in _batches(itertools.combinations(range(n), size), size):
        values = judge(batch)
        top = float(values.max())
        if top > value + 1e-12:
            best, value, equal = batch[int(np.argmax(values >= top - 1e-12))], top, -1
        equal += int((values >= value - 1e-12).sum())
    return best, value, equal


def _batches(sets: Iterable[tuple[int, ...]], size: int) -> Iterable[Ints]:
    while True:
        flat = np.fromiter(itertools.chain.from_iterable(itertools.islice(sets, BATCH)), dtype=np.int64)
        if flat.size == 0:
            return
        yield flat.reshape(-1, size)


def _exchanged(judge: _Judge, n: int, size: int, starts: int, seed: int) -> tuple[Ints, float]:
    """The best of greedy choice and random beginnings, each exchanged until no single exchange helps."""
    beginnings = [_greedy(judge, n, size)]
    for start in range(1, starts):
        beginnings.append(np.random.default_rng([seed, start]).choice(n, size, replace=False))
    best, value = beginnings[0], -1.0
    for beginning in beginnings:
        found, reached = _improved(judge, n, beginning)
        if reached > value + 1e-12:
            best, value = found, reached
    return np.sort(best), value


def _greedy(judge: _Judge, n: int, size: int) -> Ints:
    chosen = np.empty(0, dtype=np.int64)
    for _ in range(size):
        others = np.setdiff1d(np.arange(n), chosen)
        sets = np.column_stack([np.tile(chosen, (others.size, 1)), others])
        chosen = sets[int(np.argmax(judge(sets)))]
    return chosen


def _improved(judge: _Judge, n: int, chosen: Ints) -> tuple[Ints, float]:
    value = float(judge(chosen[None, :])[0])
    while True:
        others = np.setdiff1d(np.arange(n), chosen)
        sets = np.tile(chosen, (chosen.size * others.size, 1))
        sets[np.arange(sets.shape[0]), np.repeat(np.arange(chosen.size), others.size)] = np.tile(others, chosen.size)
        values = judge(sets)
        best = int(np.argmax(values))
        if values[best] <= value + 1e-12:
            return chosen, value
        chosen, value = sets[best], float(values[best])


def _bound(judge: _Judge, chosen: Ints, value: float, n: int) -> float:
    """Reach is submodular: no set of as many adds more than its members add one by one (Nemhauser e.a. 1978)."""
    others = np.setdiff1d(np.arange(n), chosen)
    gains = judge(np.column_stack([np.tile(chosen, (others.size, 1)), others])) - value
    return min(1.0, value + float(np.sort(gains)[::-1][: chosen.size].sum()))


@kernel
def _values(start: Index, neighbours: Index, sets: Ints, goal: int, steps: int, out: Floats) -> None:  # noqa: C901 -- one loop
    """Goal 0: pairs that cannot reach each other; 1: one less mean 1 / distance; both without the set; 2: reach of it."""
    n = start.size - 1
    seen = np.full(n, -1, dtype=np.int64)
    far, queue = np.zeros(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    gone = np.zeros(n, dtype=np.bool_)
    mark = 0
    for q in range(sets.shape[0]):
        left = n - sets.shape[1]
        total = 0.0
        if goal < 2:
            for i in range(sets.shape[1]):
                gone[sets[q, i]] = True
        mark += 1
        for source in range(n if goal < 2 else 1):
            if goal < 2 and (gone[source] or (goal == 0 and seen[source] == mark)):
                continue
            if goal == 1:
                mark += 1
            tail = 0
            if goal < 2:
                queue[0], far[source], seen[source], tail = source, 0, mark, 1
            else:
                for i in range(sets.shape[1]):
                    v = sets[q, i]
                    queue[tail], far[v], seen[v] = v, 0, mark
                    tail += 1
            head = 0
            while head < tail:
                v = queue[head]
                head += 1
                if goal == 2 and steps > 0 and far[v] == steps:
                    continue
                for at in range(start[v], start[v + 1]):
                    w = neighbours[at]
                    if seen[w] != mark and not gone[w]:
                        seen[w], far[w], queue[tail] = mark, far[v] + 1, w
                        tail += 1
            if goal == 0:
                total += tail * (tail - 1.0)
            elif goal == 1:
                for i in range(1, tail):
                    total += 1.0 / far[queue[i]]
            elif steps > 0:
                total = tail
            else:
                for i in range(tail):
                    total += 1.0 / max(far[queue[i]], 1)
        out[q] = total / n if goal == 2 else 1.0 - total / (left * (left - 1.0))
        for i in range(sets.shape[1]):
            gone[sets[q, i]] = False
