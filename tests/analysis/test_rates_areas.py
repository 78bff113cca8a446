"""Funnel limits against scipy's distributions, shrunk rates against esda, both by simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from openvis.analysis import rates
from openvis.analysis.rates import empirical_bayes, funnel, limits

RNG = np.random.default_rng(0)
BASES = np.exp(RNG.normal(7, 1, 60)).round()


def test_funnel_limits_are_interpolated_poisson_quantiles() -> None:
    """Appendix of the paper, by hand: r the smallest count with P(X ≤ r) > level, less its part of P(X = r)."""
    counts = RNG.poisson(BASES * 0.004)
    found = funnel(counts, BASES, target=4.0)
    for i, expected in enumerate(BASES * 0.004):
        for k, level in enumerate((0.95, 0.998)):
            for side, told in ((0.5 - level / 2, found.low[k, i]), (0.5 + level / 2, found.high[k, i])):
                r = int(stats.poisson.ppf(side, expected))
                part = (stats.poisson.cdf(r, expected) - side) / stats.poisson.pmf(r, expected)
                assert told * BASES[i] / 1000 == pytest.approx(max(r - part, 0.0), abs=1e-6)


def test_five_in_a_hundred_fall_outside_when_nothing_differs() -> None:
    rng = np.random.default_rng(1)
    shares = [(funnel(rng.poisson(BASES * 0.02), BASES).outside[0] != 0).mean() for _ in range(60)]
    assert 0.03 < np.mean(shares) < 0.06
    p = np.concatenate([funnel(rng.poisson(BASES * 0.02), BASES).p for _ in range(60)])
    assert (p < 0.05).mean() == pytest.approx(0.05, abs=0.015)


@pytest.mark.parametrize("kind", ["multiplicative", "additive"])
def test_the_spread_between_areas_is_found_and_taken_into_account(kind: str) -> None:
    rng = np.random.default_rng(2)
    bases = np.full(400, 1500.0) if kind == "multiplicative" else np.exp(rng.normal(7, 1, 400))
    counts = rng.poisson(bases * 0.02 * rng.gamma(1 / 0.09, 0.09, 400))
    plain, wide = funnel(counts, bases), funnel(counts, bases, overdispersion=kind)  # type: ignore[arg-type]
    assert (plain.outside[0] != 0).mean() > 0.25
    assert 0.02 < (wide.outside[0] != 0).mean() < 0.08
    assert (wide.p < 0.05).mean() < 0.09
    if kind == "additive":
        assert wide.spread == pytest.approx(0.09, rel=0.2)
        shape, i = 1 / wide.spread, 7
        expected = bases[i] * counts.sum() / bases.sum()
        r = int(stats.nbinom.ppf(0.975, shape, shape / (shape + expected)))
        law = stats.nbinom(shape, shape / (shape + expected))
        assert wide.high[0, i] * bases[i] / 1000 == pytest.approx(r - (law.cdf(r) - 0.975) / law.pmf(r), abs=1e-6)
    else:
        assert wide.spread == pytest.approx(1 + 30 * 0.09, rel=0.35)


@pytest.mark.parametrize("kind", ["none", "additive"])
def test_limits_over_all_areas_are_seldom_crossed_by_any_when_none_stands_out(kind: str) -> None:
    """Each area at the level 0.95 to the power 1 / n (Šidák)."""
    rng = np.random.default_rng(10)
    crossed = []
    for _ in range(300):
        rates_ = 0.02 * (rng.gamma(25, 1 / 25, 60) if kind == "additive" else np.ones(60))
        found = funnel(rng.poisson(BASES * rates_), BASES, levels=[0.95 ** (1 / 60)], overdispersion=kind)  # type: ignore[arg-type]
        crossed.append((found.outside[0] != 0).any())
    assert 0.02 < np.mean(crossed) < 0.075


def test_the_spread_of_skew_rates_is_not_found_too_small() -> None:
    rng = np.random.default_rng(13)
    found = [
        funnel(rng.poisson(BASES * 0.02 * rng.gamma(4, 1 / 4, 60)), BASES, overdispersion="additive").spread
        for _ in range(100)
    ]
    assert np.mean(found) == pytest.approx(0.25, rel=0.07)
    alone = np.zeros(60)
    alone[3] = 500
    assert np.isfinite(funnel(alone, BASES, overdispersion="additive").high).all()


@pytest.mark.parametrize("kind", ["none", "multiplicative", "additive"])
def test_the_lines_of_the_picture_are_the_limits_of_the_areas(kind: str) -> None:
    counts = np.random.default_rng(11).poisson(BASES * 0.02 * np.random.default_rng(12).gamma(11, 1 / 11, 60))
    found = funnel(counts, BASES, overdispersion=kind, per=100)  # type: ignore[arg-type]
    low, high = limits(BASES, found.target, overdispersion=kind, spread=found.spread, per=100)  # type: ignore[arg-type]
    assert low == pytest.approx(found.low)
    assert high == pytest.approx(found.high)


def test_one_area_that_stands_out_is_flagged_and_few_others() -> None:
    counts = np.random.default_rng(3).poisson(BASES * 0.02)
    counts[11] = 3 * BASES[11] * 0.02 + 20
    found = funnel(counts, BASES)
    assert found.outside[1, 11] == 1
    assert (found.outside[1] != 0).sum() <= 3
    assert found.rate[11] == pytest.approx(counts[11] / BASES[11] * 1000)


def test_shrunk_rates_are_esdas_global() -> None:
    smoothing = pytest.importorskip("esda.smoothing")
    counts = np.random.default_rng(4).poisson(BASES * 0.01 * np.random.default_rng(5).gamma(4, 0.25, 60))
    theirs = smoothing.Empirical_Bayes(counts, BASES).r.ravel()
    assert empirical_bayes(counts, BASES).rate / 1000 == pytest.approx(theirs, rel=1e-10)


@pytest.mark.filterwarnings("ignore")
def test_shrunk_rates_are_esdas_local() -> None:
    smoothing, libpysal = pytest.importorskip("esda.smoothing"), pytest.importorskip("libpysal")
    weights = libpysal.weights.lat2W(8, 8)
    weights.id_order = list(range(64))
    bases = np.exp(np.random.default_rng(6).normal(7, 1, 64)).round()
    counts = np.random.default_rng(7).poisson(bases * 0.01 * np.random.default_rng(8).gamma(4, 0.25, 64))
    theirs = smoothing.Spatial_Empirical_Bayes(counts, bases, weights).r.ravel()
    ours = empirical_bayes(counts, bases, neighbours=[weights.neighbors[i] for i in range(64)])
    assert ours.rate / 1000 == pytest.approx(theirs, rel=1e-10)


def test_shrunk_rates_are_nearer_the_truth_and_their_intervals_hold_it() -> None:
    rng = np.random.default_rng(9)
    held, nearer = [], []
    for _ in range(60):
        truth = 0.01 * rng.gamma(4, 0.25, 60)
        counts = rng.poisson(BASES * truth)
        found = empirical_bayes(counts, BASES, per=1)
        held.append(((found.low <= truth) & (truth <= found.high)).mean())
        nearer.append(np.abs(found.rate - truth).mean() < np.abs(counts / BASES - truth).mean())
    assert 0.925 <= np.mean(held) <= 0.965
    assert np.mean(nearer) > 0.9


def test_where_areas_do_not_differ_all_get_the_mean() -> None:
    counts = np.round(BASES * 0.02)
    found = empirical_bayes(counts, BASES)
    together = rates.rate(counts.sum(), BASES.sum())
    assert found.rate == pytest.approx(np.full(60, together.rate))
    assert (found.low[0], found.high[0], found.weight[0]) == pytest.approx((together.low, together.high, 0.0))


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(1, 10_000)), min_size=3, max_size=30).filter(
        lambda rows: sum(count for count, _ in rows) > 0
    )
)
def test_a_shrunk_rate_lies_between_its_own_and_the_mean(rows: list[tuple[int, int]]) -> None:
    counts, bases = np.array(rows, dtype=float).T
    found = empirical_bayes(counts, bases)
    own = counts / bases * 1000
    assert (found.rate >= np.minimum(own, found.mean) * (1 - 1e-9)).all()
    assert (found.rate <= np.maximum(own, found.mean) * (1 + 1e-9)).all()
    # Far below one event the posterior is so skew that its mean lies above its own 97.5 % point.
    some = counts >= 1
    assert ((found.low <= found.rate) & (found.rate <= found.high))[some].all()
    limits = funnel(counts, bases)
    assert (limits.low[1] <= limits.low[0] + 1e-9).all()
    assert (limits.high[0] <= limits.high[1] + 1e-9).all()
    assert ((limits.p >= 0) & (limits.p <= 1)).all()


@given(st.floats(0.1, 50), st.floats(0, 20), st.floats(0.1, 60))
def test_a_goal_downwards_is_the_opposite_of_one_upwards(low: float, width: float, target: float) -> None:
    down, up = (rates.goal_state(low, low + width, target, way) for way in ("down", "up"))
    assert {down, up} in ({"met", "not_met"}, {"undecided"})
    assert (down == "met") == (low + width < target)


def test_a_goal_is_undecided_while_chance_may_explain_it() -> None:
    interval = rates.rate(80, 10_000)
    assert rates.goal_state(interval.low, interval.high, 9.0, "down") == "undecided"
    assert rates.goal_state(interval.low, interval.high, 12.0, "down") == "met"
    since = rates.compare(120, 10_000, 80, 10_000)
    assert rates.goal_state(since.low, since.high, 1.0, "down") == "not_met"


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: funnel([1, 2], [1, 2, 3]), "counts has 2 areas, bases 3"),
        (lambda: funnel([1, 2], [1, 0]), r"bases\[1\] is 0"),
        (lambda: funnel([0, 0], [1, 1]), "counts are all 0"),
        (lambda: funnel([1, 2], [1, 2], overdispersion="additive"), "expected at least 3"),
        (lambda: funnel([1, 2], [1, 2], overdispersion="some"), "overdispersion is 'some'"),  # type: ignore[arg-type]
        (lambda: funnel([1, 2], [1, 2], levels=[95]), "levels is 95"),
        (lambda: limits([0, 5], 2.0), r"bases\[0\] is 0"),
        (lambda: limits([5], 0.0), "target is 0"),
        (lambda: empirical_bayes([1, 2], [1, 2]), "counts has 2 areas"),
        (lambda: empirical_bayes([1, 2, 3], [1, 2, 3], neighbours=[[1], [2], [7]]), "expected 0 to 2"),
        (lambda: rates.goal_state(2, 1, 3, "down"), "low, high in order"),
        (lambda: rates.goal_state(1, 2, 3, "not_up"), "direction is 'not_up'"),  # type: ignore[arg-type]
    ],
)
def test_wrong_arguments_are_refused(call, told: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=told):
        call()
