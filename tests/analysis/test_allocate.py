"""Plans of patrols against trying all plans, limits that always hold, and shares under chance against sums."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openvis.analysis.allocate import Plan, evaluate, patrols


def worth(routes: np.ndarray, expected: np.ndarray, case: dict) -> float | None:
    """What routes cover by the definition, in plain loops; None where they break a rule."""
    places, windows = expected.shape
    total = 0.0
    seen: dict[int, list[float]] = {place: [] for place in range(places)}
    for window in range(windows):
        here = [it for it in routes[:, window] if it >= 0]
        if len(set(here)) < len(here):
            return None
        for place in here:
            seen[place].append(expected[place, window])
    for team, route in enumerate(routes):
        if (route >= 0).sum() * case["hours"] > case["teams"][team]:
            return None
        for window in range(1, windows):
            left, at = route[window - 1], route[window]
            if case["follows"][window] and left >= 0 and at >= 0:
                minutes = case["travel"][left, at]
                if minutes > case["most_travel"]:
                    return None
                total -= expected[at, window] * min(minutes / 60 / case["hours"], 1)
    for values in seen.values():
        total += sum(value * case["repeat"] ** n for n, value in enumerate(sorted(values, reverse=True)))
    for area in np.unique(case["area"]):
        visits = int(np.isin(routes[routes >= 0], np.flatnonzero(case["area"] == area)).sum())
        if not case["least"] <= visits <= case["most"]:
            return None
    return total


def random_case(seed: int, places: int, windows: int, teams: int) -> tuple[np.ndarray, dict]:
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0, 60, (2, places))
    case = {
        "teams": rng.integers(2, 2 * windows + 2, teams).astype(float),
        "hours": 2.0,
        "travel": np.hypot(x[:, None] - x, y[:, None] - y),
        "most_travel": float(rng.choice([20.0, 60.0])),
        "follows": rng.random(windows) < 0.7,
        "repeat": float(rng.choice([1.0, 0.6, 0.2])),
        "area": rng.integers(0, 2, places),
        "least": int(rng.integers(0, 2)),
        "most": int(rng.integers(1, 5)),
    }
    return rng.gamma(0.7, 2.0, (places, windows)), case


def solve(expected: np.ndarray, case: dict) -> Plan:
    return patrols(expected, **case)


@settings(max_examples=40)
@given(st.integers(0, 100_000), st.sampled_from([(3, 3, 1), (3, 3, 2), (2, 4, 2), (4, 4, 1), (2, 3, 3)]))
def test_equals_trying_all_plans(seed: int, size: tuple[int, int, int]) -> None:
    places, windows, teams = size
    expected, case = random_case(seed, *size)
    options = product(range(-1, places), repeat=windows * teams)
    found = [worth(np.array(it).reshape(teams, windows), expected, case) for it in options]
    possible = [it for it in found if it is not None]
    if not possible:
        with pytest.raises(ValueError, match="no plan meets the limits"):
            solve(expected, case)
        return
    plan = solve(expected, case)
    assert plan.optimal
    assert plan.covered == pytest.approx(max(possible))
    assert worth(plan.visits, expected, case) == pytest.approx(plan.covered)


@settings(max_examples=15)
@given(st.integers(0, 100_000))
def test_larger_plans_keep_every_rule_and_are_worth_what_they_say(seed: int) -> None:
    expected, case = random_case(seed, 7, 9, 3)
    case["most"] = 14
    plan = solve(expected, case)
    value = worth(plan.visits, expected, case)
    assert value == pytest.approx(plan.covered)
    assert plan.covered == pytest.approx((plan.factor * expected).sum())
    assert plan.bound >= plan.covered - 1e-9
    assert plan.optimal


def test_teams_that_cannot_share_become_flows_of_their_own() -> None:
    """Four windows without rest, and each team can make two visits: the move costs, so the split matters."""
    expected = np.array([[9.0, 9, 9, 0], [0, 9, 9, 9]])
    travel = np.array([[0.0, 30], [30, 0]])
    case = {"hours": 1.0, "travel": travel, "most_travel": 60.0, "follows": np.ones(4, dtype=bool), "repeat": 1.0}
    case |= {"area": np.zeros(2, dtype=int), "least": 0, "most": 8, "teams": np.array([3.0, 1.0])}
    plan = solve(expected, case)
    found = [worth(np.array(it).reshape(2, 4), expected, case) for it in product(range(-1, 2), repeat=8)]
    assert plan.covered == pytest.approx(max(it for it in found if it is not None))
    assert plan.optimal


def test_repeat_spreads_and_the_even_plan_is_worse() -> None:
    expected = np.ones((6, 4))
    expected[0] = 1.5
    same = patrols(expected, [8.0], 2.0)
    spread = patrols(expected, [8.0], 2.0, repeat=0.5)
    assert set(same.visits[0].tolist()) == {0}
    assert len(set(spread.visits[0].tolist())) == 4
    assert (spread.equal * expected).sum() <= spread.covered
    assert spread.equal.sum() == pytest.approx(4.0)
    assert spread.equal == pytest.approx(np.full((6, 4), 1 / 6))


def test_move_costs_the_time_on_the_way() -> None:
    expected = np.array([[10.0, 0.0], [0.0, 10.0]])
    plan = patrols(expected, [2.0], 1.0, travel=[[0, 15], [15, 0]])
    assert plan.visits.tolist() == [[0, 1]]
    assert plan.covered == pytest.approx(10 + 10 * 0.75)
    assert plan.minutes.tolist() == [15.0]
    apart = patrols(expected, [2.0], 1.0, travel=[[0, 15], [15, 0]], follows=[False, False])
    assert apart.covered == pytest.approx(20)
    assert patrols(expected, [2.0], 1.0, travel=[[0, 15], [15, 0]], most_travel=10).covered == pytest.approx(10)


def test_shares_under_chance() -> None:
    """Half of what is expected is covered: the mean share is a half, its spread that of the binomial given the total."""
    expected = np.full((10, 2), 5.0)
    plan = patrols(expected, [10.0] * 2, 1.0, most_travel=0.0, travel=np.full((10, 10), 5.0) - 5 * np.eye(10))
    told = evaluate(plan, expected, draws=4000, seed=3)
    share = plan.covered / plan.total
    assert told.plan.mean == pytest.approx(share, abs=0.003)
    width = 2 * 1.96 * np.sqrt(share * (1 - share) / expected.sum())
    assert told.plan.high - told.plan.low == pytest.approx(width, rel=0.12)
    wide = evaluate(plan, expected, variation=0.8, draws=4000, seed=3)
    assert wide.plan.high - wide.plan.low > 1.5 * width
    assert wide.difference.mean == pytest.approx(wide.plan.mean - wide.equal.mean)
    assert evaluate(plan, expected, 0.8, seed=9) == evaluate(plan, expected, 0.8, seed=9)
    assert evaluate(plan, expected, 0.8, seed=9) != evaluate(plan, expected, 0.8, seed=8)


E2 = np.ones((2, 3))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: patrols(np.ones(3), [8], 2), r"expected has shape \(3,\)"),
        (lambda: patrols(-E2, [8], 2), "expected holds negative or unknown"),
        (lambda: patrols(0 * E2, [8], 2), "expected is 0 everywhere"),
        (lambda: patrols(E2, [1], 2), r"teams is \[1\] hours; expected at least one that works a window of 2 hours"),
        (lambda: patrols(E2, [], 2), "teams is "),
        (lambda: patrols(E2, [8], 0), "hours is 0"),
        (lambda: patrols(E2, [8], 2, repeat=0), "repeat is 0"),
        (lambda: patrols(E2, [8], 2, travel=[[0]]), "travel has shape"),
        (lambda: patrols(E2, [8], 2, travel=[[1, 1], [1, 1]]), "from a place to itself"),
        (lambda: patrols(E2, [8], 2, follows=[True]), r"follows has shape \(1,\)"),
        (lambda: patrols(E2, [8], 2, area=[0]), "area has shape"),
        (lambda: patrols(E2, [8], 2, least=-1), "least is -1"),
        (lambda: patrols(E2, [8], 2, area=[0, 1], most=[1, 2, 3]), "one for each of 2 areas"),
        (lambda: patrols(E2, [8], 2, least=2, most=1), "least is 2, above most 1"),
        (lambda: patrols(E2, [2], 2, area=[0, 1], least=1), "least asks 2 visits of 1 that the teams can make"),
        (lambda: evaluate(patrols(E2, [8], 2), np.ones((3, 3))), r"expected the plan's \(2, 3\)"),
        (lambda: evaluate(patrols(E2, [8], 2), E2, -1), "variation is -1"),
        (lambda: evaluate(patrols(E2, [8], 2), E2, draws=5), "draws is 5"),
    ],
)
def test_refusals(call, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()
