"""The plan of patrols as flows of teams through places and time, with side constraints.

First all teams are one flow, so that nothing is searched twice under other names. Its visits are then shared out over
the teams; where each can keep to its own number of visits that is the best plan. Only where they cannot, every team is
a flow of its own, which takes longer.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from openvis.analysis.checks import Bools, Floats, Ints
from openvis.analysis.milp import Rows, maximise

LEAST_SECONDS = 1.0


@dataclass(frozen=True, eq=False)
class Problem:
    """expected: (places, windows); visits: (teams,) windows each can work; lost: (places, places) share of a window on
    the way; near: (places, places) whether a move is allowed; follows: (windows,) directly after the one before;
    repeat: what a next visit counts of the one before; area: (places,); least and most: (areas,) visits."""

    expected: Floats
    visits: Ints
    lost: Floats
    near: Bools
    follows: Bools
    repeat: float
    area: Ints
    least: Floats
    most: Floats


@dataclass(frozen=True, eq=False)
class _Steps:
    """What a team can do: from node to node, with the place and window a step leads to (-1: none), and its loss."""

    tail: Ints
    head: Ints
    place: Ints
    window: Ints
    loss: Floats


def best(problem: Problem, seconds: float) -> tuple[list[Ints], float] | None:
    """Plans found, each (teams, windows) places with -1 for none, and what no plan can exceed; None when none fits."""
    began = time.perf_counter()
    together = _flow(problem, [(problem.visits.size, int(problem.visits.sum()))], seconds)
    if together is None:
        return None
    routes, bound = together
    shared, complete = _share_out(problem, routes)
    if complete:
        return [shared], bound
    left = max(seconds - (time.perf_counter() - began), LEAST_SECONDS)
    apart = _flow(problem, [(1, int(it)) for it in problem.visits], left)
    if apart is None:
        return None
    return [shared, apart[0]] if _within(problem, shared) else [apart[0]], min(bound, apart[1])


def _flow(problem: Problem, groups: Sequence[tuple[int, int]], seconds: float) -> tuple[Ints, float] | None:
    """The best flows of groups of (teams, visits they make together): a route for each team, and the bound."""
    steps = _steps(problem)
    size, (places, windows) = steps.tail.size, problem.expected.shape
    copies, arcs = len(groups), steps.tail.size * len(groups)
    ranks = 1 if problem.repeat == 1.0 else min(windows, int(problem.visits.sum()))
    at_place, at_window, rank = (it.ravel() for it in np.indices((places, windows, ranks)))
    counted = arcs + np.arange(at_place.size)
    visiting = np.flatnonzero(steps.place >= 0)
    inward = (visiting[None, :] + size * np.arange(copies)[:, None]).ravel()
    place, cell = (np.tile(it[visiting], copies) for it in (steps.place, steps.place * windows + steps.window))
    ones, cells, once = np.ones(inward.size), places * windows, places * ranks
    nodes = _nodes(problem)
    blocks = [_conserved(steps, nodes, size * i, teams) for i, (teams, _) in enumerate(groups)]
    group = np.repeat(np.arange(copies), visiting.size)
    blocks += [
        Rows(group, inward, ones, np.zeros(copies), np.array([visits for _, visits in groups], dtype=np.float64)),
        # Who arrives at a place and window is at most one team, and counts once, in one of the ranks of the place.
        Rows(cell, inward, ones, np.zeros(cells), np.ones(cells)),
        Rows(
            np.concatenate([cell, at_place * windows + at_window]), np.concatenate([inward, counted]),
            np.concatenate([ones, np.full(counted.size, -1.0)]), np.zeros(cells), np.zeros(cells),
        ),
        Rows(problem.area[place], inward, ones, problem.least, problem.most),
    ]  # fmt: skip
    if ranks > 1:
        blocks.append(Rows(at_place * ranks + rank, counted, np.ones(counted.size), np.zeros(once), np.ones(once)))
    worth = problem.expected[at_place, at_window] * problem.repeat ** rank.astype(np.float64)
    gain = np.concatenate([np.tile(-steps.loss, copies), worth])
    many = np.repeat(np.array([teams for teams, _ in groups], dtype=np.float64), size)
    high = np.concatenate([np.where(np.tile(steps.place >= 0, copies), 1.0, many), np.ones(counted.size)])
    solved = maximise(gain, high, np.arange(gain.size) < arcs, _stacked(blocks), seconds)
    if solved is None:
        return None
    routes = []
    for i, (teams, _) in enumerate(groups):
        amount = solved.values[size * i : size * (i + 1)].astype(np.int64)
        routes += [_walk(steps, amount, windows, places * windows) for _ in range(teams)]
    return np.array(routes), solved.objective if solved.optimal else solved.bound


def _steps(problem: Problem) -> _Steps:
    """All steps: rest, begin at a place, stop, and move to the next window where that follows directly.

    Nodes: place + places × window; then "free before a window", of which there are windows + 1. Who stops before a
    window that follows directly rests in it: otherwise stopping would be a way to move without travel.
    """
    (places, windows), parts = problem.expected.shape, []
    every, free = np.arange(places), places * windows
    left, to = np.nonzero(problem.near)
    for window in range(windows):
        here, nowhere = every + places * window, np.full(places, -1)
        on = window + 1 < windows and bool(problem.follows[window + 1])
        one = np.full(1, free + window)
        parts.append((one, one + 1, nowhere[:1], nowhere[:1], np.zeros(1)))
        parts.append((np.repeat(one, places), here, every, np.full(places, window), np.zeros(places)))
        parts.append((here, np.repeat(one, places) + 1 + on, nowhere, nowhere, np.zeros(places)))
        if on:
            loss = problem.lost[left, to] * problem.expected[to, window + 1]
            parts.append((here[left], to + places * (window + 1), to, np.full(to.size, window + 1), loss))
    return _Steps(*(np.concatenate([part[i] for part in parts]) for i in range(5)))


def _nodes(problem: Problem) -> int:
    """Number of nodes in which what comes in goes out: all but the last, free after the last window."""
    places, windows = problem.expected.shape
    return int(places * windows + windows)


def _conserved(steps: _Steps, nodes: int, column: int, teams: int) -> Rows:
    """What comes in goes out; the teams start free before the first window."""
    arcs, inside = column + np.arange(steps.tail.size), steps.head < nodes
    supply = np.zeros(nodes)
    supply[steps.tail[0]] = teams
    return Rows(
        np.concatenate([steps.tail, steps.head[inside]]), np.concatenate([arcs, arcs[inside]]),
        np.concatenate([np.ones(arcs.size), np.full(int(inside.sum()), -1.0)]), supply, supply,
    )  # fmt: skip


def _stacked(blocks: list[Rows]) -> Rows:
    """Blocks of rows under each other."""
    offset = np.cumsum([0] + [it.low.size for it in blocks[:-1]])
    return Rows(
        np.concatenate([it.row + first for it, first in zip(blocks, offset, strict=True)]),
        *(np.concatenate([getattr(it, name) for it in blocks]) for name in ("column", "value", "low", "high")),
    )


def _walk(steps: _Steps, amount: Ints, windows: int, node: int) -> Ints:
    """One team's way from free at the start to the end; takes its steps out of `amount`."""
    route = np.full(windows, -1, dtype=np.int64)
    while True:
        onward = np.flatnonzero((steps.tail == node) & (amount > 0))
        if onward.size == 0:
            return route
        step = int(onward[0])
        amount[step] -= 1
        if steps.place[step] >= 0:
            route[steps.window[step]] = steps.place[step]
        node = int(steps.head[step])


def _share_out(problem: Problem, routes: Ints) -> tuple[Ints, bool]:
    """The same visits by teams that each keep to their own number, and whether all found a team.

    A rested team takes over where it has more visits left; a team that works on makes the move that was planned.
    """
    teams, windows = routes.shape
    out, left, planned = np.full_like(routes, -1), problem.visits.copy(), np.full(teams, -1)
    complete = True
    for window in range(windows):
        follows = bool(problem.follows[window])
        before = planned if follows else np.full(teams, -1)
        planned = np.full(teams, -1)
        resting = [it for it in range(teams) if not (follows and out[it, window - 1] >= 0)]
        # Moves first: they can be made by one team only, unless a rested one takes over.
        for line in sorted(np.flatnonzero(routes[:, window] >= 0).tolist(), key=lambda it: before[it] < 0):
            able = [it for it in [*resting, int(before[line])] if it >= 0 and left[it] > 0]
            if not able:
                complete = False
                continue
            team = max(able, key=lambda it: (left[it], it == before[line]))
            out[team, window], planned[line] = routes[line, window], team
            left[team] -= 1
            if team in resting:
                resting.remove(team)
    return out, complete


def _within(problem: Problem, routes: Ints) -> bool:
    """Whether a plan keeps to the least visits of each area (it cannot be above the most)."""
    visited = np.bincount(problem.area[routes[routes >= 0]], minlength=problem.least.size)
    return bool((visited >= problem.least).all())
