"""The profile added up by hand, what varies when weights and counts vary, and that single units are refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openvis.analysis.risk import area_branch_profile

AREA = ["a", "a", "b", "b", "c"]
BRANCH = ["x", "y", "x", "y", "x"]
UNITS = np.array([20, 40, 10, 100, 50])
TABLE = np.array([[4, 0.1], [4, 0.4], [3, 0.2], [50, 0.2], [0, 0.9]])


def test_score_by_hand() -> None:
    """Per unit 0.2, 0.1, 0.3, 0.5, 0; levels 2/4, 1/4, 3/4, 1, 0; the second 0, 3/4, 1.5/4, 1.5/4, 1."""
    found = area_branch_profile(AREA, BRANCH, UNITS, TABLE, [3, 1], [True, False], top=2)
    assert found.values[:, 0].tolist() == pytest.approx([0.2, 0.1, 0.3, 0.5, 0.0])
    assert found.level[:, 0].tolist() == [0.5, 0.25, 0.75, 1, 0]
    assert found.level[:, 1].tolist() == [0, 0.75, 0.375, 0.375, 1]
    assert found.contributions[:, 0].tolist() == pytest.approx([37.5, 18.75, 56.25, 75, 0])
    assert found.contributions[:, 1].tolist() == pytest.approx([0, 18.75, 9.375, 9.375, 25])
    assert found.score.tolist() == pytest.approx([37.5, 37.5, 65.625, 84.375, 25])
    assert found.order.tolist() == [3, 2, 0, 1, 4]


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(4, 30), st.integers(1, 5))
def test_levels_are_shares_lower_and_contributions_add_up(seed: int, rows: int, indicators: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.integers(0, 8, (rows, indicators)).astype(float)
    weights = rng.uniform(0.1, 3, indicators)
    found = area_branch_profile(np.arange(rows), np.zeros(rows), np.full(rows, 12), table, weights, top=2, draws=100)
    for row in range(rows):
        for column in range(indicators):
            others = np.delete(table[:, column], row)
            lower = (others < table[row, column]).sum() + 0.5 * (others == table[row, column]).sum()
            assert found.level[row, column] == pytest.approx(lower / (rows - 1))
    assert found.score == pytest.approx(found.contributions.sum(axis=1))
    assert found.score == pytest.approx(100 * found.level @ weights / weights.sum())
    assert (found.score >= 0).all()
    assert (found.score <= 100 + 1e-9).all()
    assert found.steady.sum() == pytest.approx(2)
    assert found.chance.sum() == pytest.approx(2)


def test_one_indicator_does_not_depend_on_its_weight_but_on_chance() -> None:
    counts = np.array([[30.0], [29], [28], [2], [1], [0]])
    found = area_branch_profile(range(6), [0] * 6, [100] * 6, counts, [5], [True], top=2, seed=1)
    assert found.steady.tolist() == [1, 1, 0, 0, 0, 0]
    assert 0.55 < found.chance[0] < 0.9
    assert 0.4 < found.chance[2] < 0.75
    assert (found.chance[3:] == 0).all()


def test_what_wins_on_one_of_two_is_in_the_top_half_of_the_draws() -> None:
    """Two rows, each the highest on one indicator of equal weight: which leads is a matter of weights."""
    table = np.array([[1.0, 0.9], [0.9, 1.0], [0, 0], [0.1, 0.1]])
    found = area_branch_profile(range(4), [0] * 4, [10] * 4, table, [1, 1], top=1, draws=4000)
    assert found.steady[0] == pytest.approx(0.5, abs=0.03)
    assert found.steady[1] == pytest.approx(0.5, abs=0.03)


def test_same_for_same_seed() -> None:
    one, two, three = (
        area_branch_profile(AREA, BRANCH, UNITS, TABLE, [3, 1], [True, False], top=2, seed=s) for s in (1, 1, 2)
    )
    assert np.array_equal(one.chance, two.chance)
    assert not np.array_equal(one.chance, three.chance)


def changed(**other: object) -> dict:
    given = {"area": AREA, "branch": BRANCH, "units": UNITS, "indicators": TABLE, "weights": [1, 1], "top": 2}
    return {**given, **other}


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (
            {"units": np.ones(5)},
            "5 rows below 10, the first is 1; expected aggregates of at least 10 units, nothing about",
        ),
        ({"units": [20, 40, 9, 100, 50]}, "1 rows below 10, the first is 9"),
        ({"k": 1, "units": np.ones(5)}, "k is 1; expected at least 5"),
        ({"area": ["a"] * 5, "branch": ["x"] * 5}, "area 'a' with branch 'x' occurs twice"),
        ({"area": ["a"]}, "area has shape"),
        ({"units": UNITS + 0.5}, "parts of units"),
        ({"units": UNITS[:2]}, "units has 2 rows"),
        ({"indicators": TABLE[:3]}, "expected .rows, indicators. with 5 rows"),
        ({"indicators": TABLE * np.nan}, "unknown numbers"),
        ({"indicators": -TABLE, "counted": [True, False]}, "negative counts"),
        ({"weights": [1]}, r"weights is \[1\]; expected 2 numbers above 0"),
        ({"weights": [1, 0]}, "weights is"),
        ({"counted": [True]}, "counted has shape"),
        ({"top": 5}, "top is 5; expected 1 to 4"),
        ({"draws": 1}, "draws is 1"),
    ],
)
def test_refusals(other: dict, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        area_branch_profile(**changed(**other))
