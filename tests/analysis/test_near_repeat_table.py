"""The Knox table against direct counting, pointpats and the enumeration of all permutations; planted repeats found."""

import itertools

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from openvis.analysis.events import Events
from openvis.analysis.near_repeat import knox
from openvis.analysis.near_repeat.cells import sort_into_cells
from openvis.analysis.near_repeat.moments import moments

DISTANCES, DAYS = (0, 1, 100, 250, 400), (0, 2, 7, 14)
START = np.datetime64("2024-01-01", "s")


def events(x: np.ndarray, y: np.ndarray, day: np.ndarray) -> Events:
    return Events.of(x, y, START + day.astype("timedelta64[D]"))


def town(size: int, seed: int, side: float = 3_000.0, days: int = 200) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Some on the same address; nothing to do with the day."""
    rng = np.random.default_rng(seed)
    x, y = np.round(rng.uniform(0, side, (2, size)), 1)
    x[: size // 10], y[: size // 10] = x[size // 2 : size // 2 + size // 10], y[size // 2 : size // 2 + size // 10]
    return x, y, rng.integers(0, days, size)


def direct(x: np.ndarray, y: np.ndarray, day: np.ndarray) -> np.ndarray:
    apart = cdist(np.column_stack([x, y]), np.column_stack([x, y]))
    lag = np.abs(day[:, None] - day[None, :])
    pair = np.triu(np.ones(apart.shape, dtype=bool), 1)
    return np.array(
        [
            [
                (pair & (apart >= low) & (apart < high) & (lag >= first) & (lag < last)).sum()
                for first, last in itertools.pairwise(DAYS)
            ]
            for low, high in itertools.pairwise(DISTANCES)
        ],
        dtype=float,
    )


@pytest.mark.parametrize("seed", range(6))
def test_the_pairs_are_those_of_direct_counting(seed: int) -> None:
    x, y, day = town(400, seed)
    found = knox(events(x, y, day), DISTANCES, DAYS, permutations=0)
    np.testing.assert_array_equal(found.observed, direct(x, y, day))
    assert found.observed.sum() > 50


def test_the_pairs_of_one_band_are_those_of_pointpats() -> None:
    from pointpats import Knox as Peer

    x, y, day = town(250, 11)
    peer = Peer(np.column_stack([x, y]), day[:, None].astype(float), delta=249.9999, tau=6.9, permutations=9)
    found = knox(events(x, y, day), (0, 250), (0, 7), permutations=0)
    assert found.observed[0, 0] == peer.statistic_


def test_mean_and_deviation_are_those_of_all_permutations() -> None:
    """Seven events: each of the 5,040 ways to lay the days over the places."""
    rng = np.random.default_rng(3)
    x, y, day = rng.uniform(0, 400, 7), rng.uniform(0, 400, 7), np.array([0, 1, 1, 3, 6, 9, 12])
    tables = np.array([direct(x, y, np.array(order)) for order in itertools.permutations(day)])
    cells, order = sort_into_cells(x, y, 200.0)
    exact = moments(cells, day[order], np.array(DISTANCES, dtype=float), np.array(DAYS), threads=1)
    np.testing.assert_allclose(exact.mean, tables.mean(axis=0), atol=1e-12)
    np.testing.assert_allclose(exact.deviation, tables.std(axis=0), atol=1e-7)


def test_permutations_and_exact_moments_tell_the_same() -> None:
    x, y, day = town(500, 5)
    drawn = knox(events(x, y, day), DISTANCES, DAYS, permutations=999, seed=1)
    exact = knox(events(x, y, day), DISTANCES, DAYS, permutations=0)
    np.testing.assert_array_equal(drawn.expected, exact.expected)
    np.testing.assert_allclose(drawn.p[1:], exact.p[1:], atol=0.06)


def test_planted_repeats_are_found_in_their_bands_alone() -> None:
    """Sixty times a second one within 100 m and a week; nothing farther or later."""
    x, y, day = town(1_200, 7, days=400)
    rng = np.random.default_rng(8)
    again = rng.choice(1_200, 60, replace=False)
    angle, far = rng.uniform(0, 2 * np.pi, 60), rng.uniform(10, 95, 60)
    x, y = np.r_[x, x[again] + far * np.cos(angle)], np.r_[y, y[again] + far * np.sin(angle)]
    day = np.r_[day, day[again] + rng.integers(0, 7, 60)]
    found = knox(events(x, y, day), DISTANCES, DAYS, permutations=199)
    assert found.significant()[1].tolist() == [True, True, False]
    assert found.ratio[1, 0] > 1.5
    assert not found.significant()[2:].any()


def test_nothing_planted_stands_out_as_seldom_as_promised() -> None:
    """p_any at or below 5 % in 5 of 100 towns; at most 11 with over 99 % chance."""
    false = sum(
        bool(knox(events(*town(150, seed)), DISTANCES, DAYS, permutations=99, seed=seed).significant().any())
        for seed in range(100)
    )
    assert 1 <= false <= 11


def test_any_number_of_threads_gives_the_same_and_a_seed_matters() -> None:
    incidents = events(*town(600, 9))
    one, other, else_ = (
        knox(incidents, DISTANCES, DAYS, permutations=99, seed=seed, threads=threads)
        for seed, threads in ((4, 1), (4, 3), (5, 2))
    )
    np.testing.assert_array_equal(one.p, other.p)
    np.testing.assert_array_equal(one.p_any, other.p_any)
    assert (one.p != else_.p).any()


def test_an_interval_stands_in_its_middle_and_is_told() -> None:
    x, y, day = town(100, 10)
    begin = START + day.astype("timedelta64[D]")
    found = knox(Events.of(x, y, begin, begin + np.timedelta64(6, "D")), DISTANCES, DAYS, permutations=0)
    np.testing.assert_array_equal(found.observed, direct(x, y, day))
    assert found.vague == 1.0


def test_refusals_say_what_is_expected() -> None:
    incidents = events(*town(100, 1))
    with pytest.raises(ValueError, match=r"distances is .* two rising numbers"):
        knox(incidents, (100, 0), DAYS)
    with pytest.raises(ValueError, match="expected whole days"):
        knox(incidents, DISTANCES, (0, 1.5))
    with pytest.raises(ValueError, match="expected at least 20"):
        knox(incidents.where(np.arange(5)), DISTANCES, DAYS)
    with pytest.raises(ValueError, match="permutations is -1"):
        knox(incidents, DISTANCES, DAYS, permutations=-1)
