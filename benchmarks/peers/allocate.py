"""Plans of patrols against the model a user would write in PuLP, solved by CBC; and how far the proof reaches."""

from typing import Any

import numpy as np

from openvis.analysis.allocate import patrols
from openvis.analysis.checks import Floats
from peers.measuring import memory, note, row, timed

HOURS, MOST_MINUTES, LIMIT = 4.0, 45.0, 60.0
PEER_LIMIT = 120


def compare() -> None:
    """The same best plan; then larger tables, with the gap where a minute is not enough."""
    for size in ((8, 12, 2), (10, 21, 3), (15, 21, 4)):
        _peer(*size)
    for places, windows, teams in ((10, 21, 3), (20, 21, 4), (30, 42, 6), (60, 42, 10), (100, 42, 10)):
        for repeat in (1.0, 0.8):
            _grow(places, windows, teams, repeat)
    note(f"peak memory for 60 places and 42 windows: {memory(_large):,.0f} MB")


def table(places: int, windows: int) -> tuple[Floats, Floats]:
    """Expected events, a few places with most; and minutes between places, up to about an hour."""
    rng = np.random.default_rng(places)
    expected = rng.gamma(0.5, 1.0, places)[:, None] * rng.gamma(2.0, 0.5, (places, windows))
    at = rng.uniform(0, 1, (places, 2))
    return expected, 45.0 * np.hypot(*(at[:, None] - at[None, :]).transpose(2, 0, 1))


def _plan(places: int, windows: int, teams: int, repeat: float) -> Any:
    expected, travel = table(places, windows)
    return patrols(expected, [6 * HOURS] * teams, HOURS, travel, MOST_MINUTES, repeat=repeat, seconds=LIMIT)


def _grow(places: int, windows: int, teams: int, repeat: float) -> None:
    took, plan = timed(lambda: _plan(places, windows, teams, repeat), 1)
    row(f"patrols, {places} places, {teams} teams, repeat {repeat:g}", f"{places} × {windows}", took)
    if not plan.optimal:
        note(f"not proven in {LIMIT:g} s: at most {100 * plan.gap:.2f} % better is possible")


def _large() -> None:
    _plan(60, 42, 10, 1.0)


def _peer(places: int, windows: int, teams: int) -> None:
    """A variable for each team, place and window, and one for each move that costs time."""
    import pulp

    ours, plan = timed(lambda: _plan(places, windows, teams, 1.0))
    theirs, (found, proven) = timed(lambda: _pulp(places, windows, teams, pulp), 1)
    row(f"patrols, {teams} teams, against a model in PuLP and CBC", f"{places} × {windows}", ours, theirs)
    assert plan.optimal
    assert found <= plan.covered * (1 + 1e-6)
    if proven:
        assert abs(plan.covered - found) < 1e-6 * found
        note(f"both the best plan, {found:.3f} of {plan.total:.3f} events")
    else:
        note(f"CBC not done in {PEER_LIMIT} s: {found:.3f} of {plan.total:.3f} events, ours proven {plan.covered:.3f}")


def _pulp(places: int, windows: int, teams: int, pulp: Any) -> tuple[float, bool]:
    """What the plan covers, and whether it is proven the best."""
    expected, travel = table(places, windows)
    lost = np.minimum(travel / (60.0 * HOURS), 1.0)
    model = pulp.LpProblem("patrols", pulp.LpMaximize)
    t, p, w = range(teams), range(places), range(windows)
    at = pulp.LpVariable.dicts("at", (t, p, w), cat="Binary")
    moves = [(i, a, b, k) for i in t for a in p for b in p for k in w[1:] if a != b]
    move = pulp.LpVariable.dicts("move", moves, lowBound=0)
    gained = pulp.lpSum(expected[a, k] * at[i][a][k] for i in t for a in p for k in w)
    model += gained - pulp.lpSum(lost[a, b] * expected[b, k] * move[i, a, b, k] for i, a, b, k in moves)
    for i in t:
        model += pulp.lpSum(at[i][a][k] for a in p for k in w) <= 6
        for k in w:
            model += pulp.lpSum(at[i][a][k] for a in p) <= 1
    for a in p:
        for k in w:
            model += pulp.lpSum(at[i][a][k] for i in t) <= 1
    for i, a, b, k in moves:
        model += at[i][a][k - 1] + at[i][b][k] - 1 <= (move[i, a, b, k] if travel[a, b] <= MOST_MINUTES else 0)
    model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=PEER_LIMIT))
    # PuLP calls a plan that the clock ended "Optimal" too; what was proven is in the status of the solution.
    return float(pulp.value(model.objective)), model.sol_status == pulp.LpSolutionOptimal
