"""The test of forecasts: the measures of the NIJ challenge, no look ahead, honest intervals, planted winners."""

import dataclasses

import numpy as np
import pytest
import shapely
from scipy.stats import poisson

from openvis.analysis.events import Events
from openvis.analysis.forecast import COUNTS, METHODS, Backtest, backtest, choose, fit, predict, scoring, weekly_origins
from openvis.analysis.forecast.intervals import draws, interval, ratio
from openvis.analysis.forecast.record import DAY, Record, moment
from openvis.analysis.grid import Grid

SIDE, CELL = 3000.0, 150.0
START = np.datetime64("2021-01-04T00:00:00", "s")
WEEK = np.timedelta64(7, "D")
GRID = Grid.covering(shapely.box(0, 0, SIDE, SIDE), CELL)
ORIGINS = START + (104 + np.arange(6)) * WEEK
FAST = ("naive", "count", "kde", "prospective", "ensemble")


def world(rates: np.ndarray, weeks: int, seed: int = 0) -> Events:
    """Poisson events week by week; rates: (ny, nx) or (weeks, ny, nx) per week; somewhere in the cell and the week."""
    rng = np.random.default_rng(seed)
    n = rng.poisson(np.broadcast_to(rates, (weeks, *GRID.shape)))
    week, row, column = (np.repeat(it, n.ravel()) for it in (i.ravel() for i in np.indices(n.shape)))
    x, y = (CELL * (it + rng.random(it.size)) for it in (column, row))
    at = START + week * WEEK + rng.integers(0, 7 * DAY, week.size).astype("timedelta64[s]")
    return Events.of(x, y, at)


def busy(seed: int = 0, mean: float = 0.06) -> np.ndarray:
    return mean * np.random.default_rng(seed).gamma(0.4, 1 / 0.4, GRID.shape)


def test_the_measures_of_the_challenge_by_hand() -> None:
    """A of 20 cells, N of 10 events, 2 cells chosen that hold 4 of them, where the best 2 hold 7."""
    outcome = np.zeros(20)
    outcome[[0, 1, 2, 3, 4]] = [4, 3, 2, 0, 1]
    expected = np.zeros(20)
    expected[[0, 7]] = [5.0, 4.0]
    assert scoring.found(expected, outcome, [2], seed=0) == [4.0]
    assert scoring.most(outcome, [2]) == [7.0]
    assert scoring.hit_rate(4, 10) == pytest.approx(0.4)
    assert scoring.pai(4, 10, 2, 20) == pytest.approx(0.4 / 0.1)
    assert scoring.pei(4, 7) == pytest.approx(scoring.pai(4, 10, 2, 20) / scoring.pai(7, 10, 2, 20))
    assert np.isnan(scoring.hit_rate(0, 0))
    assert np.isnan(scoring.pei(0, 0))


def test_ratios_are_of_totals_over_the_origins() -> None:
    test = Backtest(
        methods=("naive", "count"), origins=ORIGINS[:2], horizon=7, shares=(0.05,), chosen=(2,), cells=40,
        hits=np.array([[[3.0, 1.0]], [[2.0, 1.0]]]), events=np.array([10.0, 6.0]), most=np.array([[6.0, 4.0]]),
        log_scores=np.array([[-9.0, -7.0], [-8.0, -6.0]]), left_out={}, seed=0, resamples=500,
    )  # fmt: skip
    score = test.scores()[0]
    assert (score.method, score.share, score.origins, score.hits, score.events) == ("naive", 0.05, 2, 4.0, 16.0)
    assert score.hit_rate == pytest.approx(4 / 16)
    assert score.pai == pytest.approx((4 / 16) / (2 / 40))
    assert score.pei == pytest.approx(4 / 10)
    assert score.log_score == pytest.approx(-8.0)
    assert test.best_count(0) == "naive"
    assert test.best_count(None) == "count"


def test_the_log_score_is_the_poisson_likelihood() -> None:
    rng = np.random.default_rng(3)
    expected, outcome = rng.gamma(0.5, 1.0, 300), rng.poisson(0.5, 300).astype(float)
    expected[:50] = 0.0
    mixed = 0.999 * expected + 0.001 * expected.sum() / 300
    assert scoring.log_score(expected, outcome) == pytest.approx(poisson.logpmf(outcome, mixed).sum())
    assert np.isfinite(scoring.log_score(np.zeros(300), outcome))


def test_it_is_what_fit_and_predict_give_one_by_one() -> None:
    events = world(busy(), 112)
    test = backtest(events, GRID, FAST, ORIGINS, shares=[0.01, 0.05], seed=4)
    for m, method in enumerate(test.methods):
        for o, origin in enumerate(ORIGINS):
            risk = predict(fit(method, events, GRID, origin, seed=4), origin, origin + WEEK)
            during = (events.begin >= origin) & (events.begin < origin + WEEK)
            outcome = GRID.counts(events.x[during], events.y[during])
            assert test.events[o] == outcome.sum()
            for s, share in enumerate(test.shares):
                assert test.hits[m, s, o] == outcome[choose(risk, GRID, share, 4)].sum()
                assert test.most[s, o] == np.sort(outcome.ravel())[::-1][: test.chosen[s]].sum()
            assert test.log_scores[m, o] == pytest.approx(scoring.log_score(risk.ravel(), outcome.ravel()), abs=1e-9)


def test_no_origin_sees_what_comes_after_its_period() -> None:
    events = world(busy(), 112)
    origins, seen = ORIGINS[:4], ORIGINS[2]
    later = events.begin >= seen
    order = np.arange(len(events))
    order[later] = np.random.default_rng(1).permutation(np.flatnonzero(later))
    scrambled = dataclasses.replace(events, x=events.x[order], y=SIDE - np.where(later, events.y, SIDE - events.y))
    deleted = events.where(~later | (events.begin >= origins[3]))
    whole = backtest(events, GRID, METHODS, origins)
    assert whole.methods == METHODS
    for other in (scrambled, deleted):
        test = backtest(other, GRID, METHODS, origins)
        assert np.array_equal(test.hits[:, :, :2], whole.hits[:, :, :2])
        # Sums over fewer events may differ in their last digit: vectors begin elsewhere.
        np.testing.assert_allclose(test.log_scores[:, :2], whole.log_scores[:, :2], rtol=1e-12)
        assert not np.allclose(test.log_scores[:, 2:], whole.log_scores[:, 2:], rtol=1e-6)


def test_same_for_the_same_seed_and_any_number_of_threads() -> None:
    events = world(busy(), 112)
    one = backtest(events, GRID, METHODS, ORIGINS[:2], threads=1)
    for threads in (2, 3):
        other = backtest(events, GRID, METHODS, ORIGINS[:2], threads=threads)
        assert np.array_equal(one.hits, other.hits)
        assert np.array_equal(one.log_scores, other.log_scores)
        assert one.scores() == other.scores()
        assert one.differences() == other.differences()


def test_efficiency_lies_between_nothing_and_all_and_the_interval_around_the_index() -> None:
    for score in backtest(world(busy(2), 156, 2), GRID, COUNTS, START + (104 + np.arange(52)) * WEEK).scores():
        assert 0 < score.pei <= 1
        assert score.pai_low < score.pai < score.pai_high


def test_nothing_is_better_where_every_cell_keeps_its_own_rate() -> None:
    """A constant world without neighbours alike: what counting all history cannot find, no method can."""
    rng = np.random.default_rng(8)
    rates = np.where(rng.random(GRID.shape) < 0.1, 1.2, 0.02)
    test = backtest(world(rates, 156, 8), GRID, FAST, START + (104 + np.arange(52)) * WEEK)
    found = [it for it in test.better() if it.measure == "hit_rate"]
    assert found == []
    assert test.best_count(None) == "count"


def test_the_recent_wins_where_the_busy_places_move() -> None:
    """Every eight weeks other cells are busy: the ensemble sees it, the counts do not."""
    rng = np.random.default_rng(5)
    rates = np.full((156, *GRID.shape), 0.01)
    for first in range(0, 156, 8):
        row, column = rng.integers(0, GRID.ny, 8), rng.integers(0, GRID.nx, 8)
        rates[first : first + 8, row, column] = 4.0
    test = backtest(world(rates, 156, 5), GRID, FAST, START + (104 + np.arange(52)) * WEEK)
    better = {(it.method, it.measure) for it in test.better()}
    assert {("ensemble", "hit_rate"), ("ensemble", "log_score"), ("prospective", "hit_rate")} <= better
    hits = {it.method: it.hit_rate for it in test.scores() if it.share == 0.03}
    assert hits["ensemble"] > 2 * hits["count"]


def coverage(origins: int, worlds: int) -> tuple[float, float]:
    """How often the interval holds the true ratio, and that of a paired difference its true nought."""
    rng = np.random.default_rng(11)
    drawn = draws(origins, 0, 1000)
    held = without = 0
    for _ in range(worlds):
        events = rng.poisson(20, origins).astype(float)
        hits, others = (rng.binomial(events.astype(int), 0.1).astype(float) for _ in range(2))
        low, high = interval(ratio(drawn, hits, events), origins)
        held += low <= 0.1 <= high
        low, high = interval(ratio(drawn, hits - others, events), origins)
        without += low <= 0.0 <= high
    return held / worlds, without / worlds


def test_intervals_cover_at_the_stated_rate() -> None:
    held, without = coverage(52, 1500)
    assert 0.935 <= held <= 0.965
    assert 0.935 <= without <= 0.965


@pytest.mark.slow
@pytest.mark.parametrize("origins", [12, 26, 52, 104])
def test_intervals_cover_with_few_origins_too(origins: int) -> None:
    for rate in coverage(origins, 5000):
        assert 0.93 <= rate <= 0.965


def test_better_allows_for_the_number_tried() -> None:
    """A gain just above nought at 95 % is no find when ten were tried, and is one when it alone was."""
    gain = np.tile([1.0, -1.0, 1.0, 0.0], 13)
    base = np.full((1, 52), 5.0)
    shape = {
        "origins": START + np.arange(52) * WEEK, "horizon": 7, "shares": (0.01,), "chosen": (4,), "cells": 400,
        "events": np.full(52, 20.0), "most": base, "left_out": {}, "seed": 0, "resamples": 4000,
    }  # fmt: skip

    def finding(others: int) -> str:
        names = ("naive", "count", "ensemble", *("kde",) * others)
        hits = np.stack([base, base - 1, base + gain, *[base] * others])
        test = Backtest(methods=names, hits=hits, log_scores=np.zeros((3 + others, 52)), **shape)
        return next(it.finding for it in test.differences() if it.method == "ensemble")

    assert finding(0) == "better"
    assert finding(10) == "no clear difference"


def test_origins_from_days() -> None:
    origins = weekly_origins("2016-01-01", "2017-01-01")
    assert origins.size == 52
    assert str(origins[0]) == "2016-01-01T00:00:00"
    assert (np.diff(origins) == WEEK).all()
    with pytest.raises(ValueError, match="expected at least one period of 7 days"):
        weekly_origins("2016-01-01", "2016-01-05")


def test_without_origins_the_last_year_is_taken() -> None:
    test = backtest(world(busy(), 112), GRID, COUNTS)
    assert test.origins.size == 52
    assert test.origins[-1] == START + 111 * WEEK


def test_a_method_that_refuses_is_left_out_and_says_why() -> None:
    test = backtest(world(busy(mean=0.001), 112), GRID, ["sepp", "kde"], ORIGINS[:2])
    assert "expected at least" in test.left_out["sepp"]
    assert test.methods == ("naive", "count", "kde")


def test_progress_counts_every_forecast() -> None:
    told: list[tuple[int, int]] = []
    backtest(world(busy(), 112), GRID, ["kde"], ORIGINS, progress=lambda done, total: told.append((done, total)))
    assert sorted(told) == [(i, 18) for i in range(1, 19)]


def test_refusals_say_what_was_wrong() -> None:
    events = world(busy(), 30)
    for wrong, words in (
        ({"methods": ["oracle"]}, "methods has 'oracle'; expected some of"),
        ({"shares": [0.0]}, "share is 0.0; expected a part of the area"),
        ({"horizon": 0}, "horizon is 0; expected at least 1 day"),
        ({"origins": ["2021-05-01"]}, "expected at least one date or moment, as datetime64"),
        ({"origins": START + np.array([80, 83]) * np.timedelta64(1, "D")}, "not whole horizons of 7 days apart"),
        ({"origins": START - WEEK * np.arange(1, 3)}, "before anything in the study area is known"),
        ({"origins": START + np.array([3000]) * WEEK}, "no event after the first origin"),
        ({"resamples": 5}, "resamples is 5; expected at least 100"),
    ):
        with pytest.raises(ValueError, match=words):
            backtest(events, GRID, **{"methods": COUNTS, "origins": START + np.array([20]) * WEEK, **wrong}).scores()


def test_one_origin_has_no_interval() -> None:
    low, high = interval(np.ones(500), 1)
    assert np.isnan(low)
    assert np.isnan(high)


def test_events_beside_the_area_take_no_part() -> None:
    events = world(busy(), 112)
    beside = Events.of(np.r_[events.x, 9e6], np.r_[events.y, 9e6], np.r_[events.begin, ORIGINS[0]])
    assert Record.of(beside, GRID).outcome(moment("a", ORIGINS[0]), moment("b", ORIGINS[1])).sum() == (
        Record.of(events, GRID).outcome(moment("a", ORIGINS[0]), moment("b", ORIGINS[1])).sum()
    )
