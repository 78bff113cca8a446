"""Effects against the published worked examples, scipy's and statsmodels' answers, and simulated coverage."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats.contingency import odds_ratio

from openvis.analysis.effect import Placebo, did, event_study, period_counts, placebo, power, wdd, zones
from openvis.analysis.effect.placebo import tiles

COUNTS = st.integers(1, 400)


def test_the_published_worked_example() -> None:
    """Wheeler & Ratcliffe 2018, table 2: -118, variance 1568, z -2.98, 95 % interval -196 to -40."""
    found = wdd(treated=(207, 110), control=(308, 318), displacement=(178, 157), displacement_control=(150, 140))
    assert found.total.value == -118
    assert found.total.se**2 == pytest.approx(1568)
    assert (round(found.total.z, 2), round(found.total.low), round(found.total.high)) == (-2.98, -196, -40)
    assert found.displaced is not None
    assert (found.local.value, found.displaced.value) == (-107, -11)
    assert found.local.se**2 == pytest.approx(207 + 110 + 308 + 318)


def test_the_published_example_with_unequal_periods() -> None:
    found = wdd((80, 20), (100, 50), periods=(2, 1)).total
    assert (found.value, found.se) == (-20, pytest.approx(np.sqrt(115)))


def test_the_published_example_with_unequal_sizes() -> None:
    found = wdd((207, 110), (308, 318), (178, 157), (150, 140), sizes=(1.2, 0.9, 1.5, 1.6)).total
    told = (found.value, found.se, found.z, found.low, found.high)
    assert told == pytest.approx((-99.69444444, 35.4280755, -2.813995483, -169.1321965, -30.25669241), abs=1e-7)


@pytest.mark.parametrize(
    ("treated", "control", "factor", "proportional", "periods"),
    [
        (207.0, 308.0, 0.6, False, (1.0, 1.0)),
        (20.0, 25.0, 0.7, False, (1.0, 1.0)),
        (6.0, 8.0, 0.7, False, (1.0, 1.0)),
        (40.0, 60.0, 0.75, False, (2.0, 1.0)),
        (25.0, 400.0, 0.6, True, (1.0, 1.0)),
        (12.0, 90.0, 0.8, True, (1.0, 1.0)),
    ],
)
def test_the_interval_holds_the_planted_effect_as_often_as_promised(
    treated: float, control: float, factor: float, proportional: bool, periods: tuple[float, float]
) -> None:
    """Within 93.5 to 96.5 % of 1,000 simulations; a third of the effect moves next door."""
    rng = np.random.default_rng(7)
    length, gone = periods[1] / periods[0], (1.0 - factor) * treated
    near, held = 0.8 * treated, 0
    course = 1.1 if proportional else 1.0
    # The comparison changes in proportion where it is a factor, else by as many.
    truth = -(gone - gone / 3) * length
    for _ in range(1000):
        before = rng.poisson([treated, control, near])
        after = rng.poisson(np.array([treated * course - gone, control * course, near * course + gone / 3]) * length)
        found = wdd(*zip(before, after, strict=True), proportional=proportional, periods=periods).total
        held += found.low <= truth <= found.high
    assert 935 <= held <= 965


def test_the_ratio_is_that_of_a_poisson_regression_with_periods() -> None:
    """statsmodels: log-linear with an effect per place and per period; Pearson overdispersion; Student's t."""
    sm = pytest.importorskip("statsmodels.api")
    from scipy.stats import t as student

    rng = np.random.default_rng(3)
    treated, control = rng.negative_binomial(3, 0.1, 14), rng.negative_binomial(6, 0.1, 14)
    after = np.arange(14) >= 8
    found = did(treated[~after], treated[after], control[~after], control[after])
    y = np.concatenate([treated, control])
    own = np.repeat([1.0, 0.0], 14)
    design = np.column_stack([np.tile(np.eye(14), (2, 1)), own, own * np.tile(after, 2)])
    fit = sm.GLM(y, design, family=sm.families.Poisson()).fit(tol=1e-13)
    spread = fit.pearson_chi2 / fit.df_resid
    assert fit.df_resid == 12
    assert found.spread == pytest.approx(spread, rel=1e-7)
    assert np.log(found.ratio) == pytest.approx(fit.params[-1], abs=1e-9)
    reach = student.ppf(0.975, 12) * fit.bse[-1] * np.sqrt(spread)
    assert np.log([found.low, found.high]) == pytest.approx([fit.params[-1] - reach, fit.params[-1] + reach], abs=1e-7)
    assert found.p == pytest.approx(2 * student.sf(abs(fit.params[-1]) / fit.bse[-1] / np.sqrt(spread), 12), abs=1e-8)


def test_without_overdispersion_it_is_the_plain_regression() -> None:
    sm = pytest.importorskip("statsmodels.api")
    found = did(207, 110, 308, 318, exact=False)
    design = np.array([[1, 0, 0, 0], [1, 1, 0, 0], [1, 0, 1, 0], [1, 1, 1, 1]], dtype=float)
    fit = sm.GLM(np.array([308, 207, 318, 110]), design, family=sm.families.Poisson()).fit(tol=1e-13, scale=1.0)
    assert np.log([found.low, found.high]) == pytest.approx(fit.conf_int()[-1], abs=1e-9)
    assert (found.p, found.spread) == (pytest.approx(fit.pvalues[-1]), 1.0)


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_the_exact_interval_is_the_conditional_one(t0: int, t1: int, c0: int, c1: int) -> None:
    found = did(t0, t1, c0, c1)
    theirs = odds_ratio([[t1, t0], [c1, c0]]).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), rel=1e-6)
    assert found.low <= found.ratio <= found.high
    swapped = did(c0, c1, t0, t1)
    assert (1 / swapped.low, 1 / swapped.high, swapped.p) == pytest.approx((found.high, found.low, found.p), rel=1e-6)
    assert (found.p < 0.05) == (not found.low <= 1 <= found.high)


@given(COUNTS, COUNTS, COUNTS, COUNTS, st.integers(2, 9))
def test_the_difference_is_the_same_in_any_unit_of_size(t0: int, t1: int, c0: int, c1: int, unit: int) -> None:
    one, other = wdd((t0, t1), (c0, c1)).total, wdd((t0, t1), (c0, c1), sizes=(unit, unit, unit, unit)).total
    assert (other.value * unit, other.se * unit, other.z) == pytest.approx((one.value, one.se, one.z))
    turned = wdd((c0, c1), (t0, t1)).total
    assert (turned.value, turned.se) == pytest.approx((-one.value, one.se))


def test_counts_of_zero_leave_the_ratio_open_on_one_side() -> None:
    none_left = did(12, 0, 20, 22)
    assert (none_left.ratio, none_left.low) == (0.0, 0.0)
    assert 0 < none_left.high < 1
    appeared = did(0, 12, 20, 22)
    assert (appeared.ratio, appeared.high) == (np.inf, np.inf)
    assert np.isnan(did(0, 0, 5, 5).ratio)


def test_an_event_study_shows_the_effect_from_its_start_and_nothing_before() -> None:
    rng = np.random.default_rng(1)
    after = np.arange(36) >= 24
    control = rng.poisson(80, 36)
    treated = rng.poisson(np.where(after, 20, 40))
    found = event_study(treated, control, after)
    assert found.offset[[0, 24, 35]].tolist() == [-24.0, 0.0, 11.0]
    inside = (found.low <= 1) & (found.high >= 1)
    assert inside[~after].sum() >= 21
    assert inside[after].sum() <= 3
    assert found.trend_p > 0.05
    assert found.effect.low < 0.5 < found.effect.high
    pair = did(treated[~after].sum(), treated[30], control[~after].sum(), control[30])
    assert found.ratio[30] == pytest.approx(pair.ratio)
    assert found.low[30] == pytest.approx(pair.low, rel=0.1)


def test_a_course_that_differed_before_is_seen() -> None:
    rng = np.random.default_rng(2)
    time = np.arange(24)
    rising = rng.poisson(30 * np.exp(0.06 * time))
    found = event_study(rising, rng.poisson(60, 24), time >= 14)
    assert found.trend == pytest.approx(0.06, abs=0.03)
    assert found.trend_p < 0.01


def test_the_trend_before_is_rarely_seen_where_there_is_none() -> None:
    rng = np.random.default_rng(4)
    after = np.arange(16) >= 10
    seen = [event_study(rng.poisson(12, 16), rng.poisson(30, 16), after).trend_p < 0.05 for _ in range(300)]
    assert np.mean(seen) < 0.09


@pytest.mark.parametrize(
    ("reduction", "proportional", "periods"), [(0.3, False, (1, 1)), (0.2, True, (1, 1)), (0.3, False, (2, 1))]
)
def test_power_is_what_simulation_finds(reduction: float, proportional: bool, periods: tuple[float, float]) -> None:
    rng = np.random.default_rng(5)
    told = power(120, 240, 90, reduction=reduction, proportional=proportional, periods=periods)
    length, shown = periods[1] / periods[0], 0
    for _ in range(2000):
        before = rng.poisson([120, 240, 90])
        after = rng.poisson(np.array([120 * (1 - reduction), 240, 90]) * length)
        shown += wdd(*zip(before, after, strict=True), proportional=proportional, periods=periods).total.high < 0
    assert told.power == pytest.approx(shown / 2000, abs=0.035)


def test_the_detectable_reduction_has_the_wanted_power() -> None:
    told = power(207, 308, 178, 150, spread=1.4, wanted=0.9)
    again = power(207, 308, 178, 150, spread=1.4, reduction=told.share)
    assert again.power == pytest.approx(0.9)
    assert told.detectable == pytest.approx(told.share * told.expected)
    assert power(5, 8).share > 1


def test_zones_are_rings_around_the_place() -> None:
    x = np.array([0.0, 100.0, 149.0, 250.0, 349.0, 600.0, 5000.0])
    place = shapely.Point(0, 0).buffer(100, quad_segs=64)
    found = zones(x, np.zeros(7), place, [100, 250], shapely.box(200, -500, 1000, 500))
    assert found.tolist() == [0, 0, 1, 2, 2, 3, -1]
    assert zones(x, np.zeros(7), place).tolist() == [0, 0, 1, 1, 1, 1, 1]


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 300)), min_size=1, max_size=40))
def test_no_event_is_lost_or_counted_twice_over_periods(spans: list[tuple[int, int]]) -> None:
    start = np.datetime64("2024-01-01", "s")
    begin = start + np.array([first for first, _ in spans]).astype("timedelta64[s]")
    end = begin + np.array([length for _, length in spans]).astype("timedelta64[s]")
    edges = start + np.array([0, 250, 300, 2000]).astype("timedelta64[s]")
    found = period_counts(begin, end, np.arange(len(spans)) % 2, 2, edges)
    assert found.sum(axis=1) == pytest.approx([(len(spans) + 1) // 2, len(spans) // 2])
    assert (found >= 0).all()


def test_an_interval_over_the_start_is_shared_out() -> None:
    at = np.array(["2024-01-01T00:00", "2024-01-02T00:00"], dtype="datetime64[s]")
    until = np.array(["2024-01-05T00:00", "2024-01-02T00:00"], dtype="datetime64[s]")
    edges = np.array(["2023-12-01", "2024-01-02", "2024-02-01"], dtype="datetime64[s]")
    assert period_counts(at, until, [0, 0], 1, edges).tolist() == [[0.25, 1.75]]


def test_placebos_hold_where_places_drift_and_the_interval_does_not() -> None:
    """Each place has a factor of its own per year; nothing was done anywhere."""
    rng = np.random.default_rng(6)
    by_interval, by_placebo = [], []
    for _ in range(300):
        before = rng.poisson(200.0, 60)
        after = rng.poisson(200.0 * np.exp(rng.normal(0, 0.15, 60)))
        by_interval.append(
            wdd((before[0], after[0]), (before[1:].sum(), after[1:].sum()), proportional=True).local.p < 0.05
        )
        found = placebo(before, after, 0)
        assert found is not None
        by_placebo.append(found.p <= 0.05)
    assert np.mean(by_interval) > 0.2
    assert np.mean(by_placebo) < 0.08


def test_a_planted_effect_is_farther_out_than_every_placebo() -> None:
    rng = np.random.default_rng(7)
    before, after = rng.poisson(200.0, 40), rng.poisson(200.0 * np.exp(rng.normal(0, 0.1, 40)))
    after[3] = 90
    assert placebo(before, after, 3) == Placebo(39, 0, 1 / 40)
    small = np.append(before, [3, 900]), np.append(after, [9, 100])
    assert placebo(*small, 3) == Placebo(39, 0, 1 / 40)
    assert placebo(before[:19], after[:19], 3) is None


def test_real_places_where_nothing_was_done_are_seldom_called_clear_with_the_check(shared_data: Path) -> None:
    """Burglaries of Toronto's neighbourhoods, each beside one of like size, a start that never was; 2015 against 2016."""
    table = pl.read_csv(shared_data / "toronto-incidents" / "toronto_mci_2014_2021.csv.gz", infer_schema=False)
    rows = table.filter(pl.col("type") == "break_and_enter").with_columns(month=pl.col("date").str.slice(0, 7))
    months = [f"{year}-{month:02d}" for year in (2015, 2016) for month in range(1, 13)]
    counts = rows.pivot(on="month", index="neighbourhood", values="type", aggregate_function="len").fill_null(0)
    courses = counts.drop_nulls("neighbourhood").sort("neighbourhood").select(months).to_numpy().astype(float)
    level, after, rng = courses.mean(axis=1), np.arange(24) >= 12, np.random.default_rng(0)
    by_interval, by_both = [], []
    for i in np.flatnonzero(level >= 3):
        like = np.flatnonzero((level > level[i] / 1.5) & (level < level[i] * 1.5) & (np.arange(level.size) != i))
        own, other = courses[i], courses[rng.choice(like)]
        pairs = [(course[:12].sum(), course[12:].sum()) for course in (own, other)]
        far = wdd(*pairs, spread=event_study(own, other, after).effect.spread).local.p < 0.05
        check = placebo(courses[:, :12].sum(axis=1), courses[:, 12:].sum(axis=1), int(i))
        by_interval.append(far)
        by_both.append(far and (check is None or check.p <= 0.05))
    assert np.mean(by_interval) > 0.12
    assert np.mean(by_both) < 0.08


def test_tiles_are_rectangles() -> None:
    found = tiles([0, 99, 101, 0, -1], [0, 49, 0, 51, 0], 100, 50)
    assert found[0] == found[1]
    assert len(set(found.tolist())) == 4


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: wdd((1, 2, 3), (1, 2)), "treated has 3 values; expected two counts"),
        (lambda: wdd((1, -2), (1, 2)), r"treated\[1\] is -2"),
        (lambda: wdd((1, 2), (0, 2), proportional=True), "control has no events before"),
        (lambda: wdd((1, 2), (1, 2), displacement_control=(1, 1)), "without displacement"),
        (lambda: wdd((1, 2), (1, 2), periods=(0, 1)), r"periods\[0\] is 0"),
        (lambda: wdd((1, 2), (1, 2), spread=0.5), "spread is 0.5"),
        (lambda: wdd((1, 2), (1, 2), confidence=95), "confidence is 95"),
        (lambda: did([1, 2], 3, 4, 5), "control_before has 1 periods; expected 2"),
        (lambda: did(3, 0, 4, 5, exact=False), "a sum of counts is 0"),
        (lambda: event_study([1, 2, 3], [1, 2, 3], [True, False, True]), "marks no start"),
        (lambda: event_study([1, 2, 3], [1, 2], [False, False, True]), "expected the same"),
        (lambda: event_study([0, 0, 3], [1, 2, 3], [False, False, True]), "no events before the start"),
        (lambda: power(10, 10, reduction=1.5), "reduction is 1.5"),
        (lambda: power(0, 10), "treated is 0"),
        (lambda: power(10, 10, wanted=0.3), "wanted is 0.3"),
        (lambda: placebo([1, 2], [1], 0), "after has 1 values; expected 2"),
        (lambda: placebo([1, 2], [1, 2], 2), "treated is 2; expected a position from 0 to 1"),
        (lambda: placebo([0, 2], [1, 2], 0), r"before\[treated\] is 0.0; expected a number above 0"),
        (lambda: zones([0], [0], shapely.Point(0, 0)), "place has no surface"),
        (lambda: zones([0], [0], shapely.box(0, 0, 1, 1), [200, 100]), "distances in metres that grow"),
    ],
)
def test_wrong_arguments_are_refused(call, told: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=told):
        call()
