"""Forecasts know nothing of what comes, choose whole cells fairly, and find what was planted."""

import dataclasses

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from openvis.analysis.events import Events
from openvis.analysis.forecast import COUNTS, METHODS, choose, fit, moved, moves, predict
from openvis.analysis.forecast.counting import even_part, shares
from openvis.analysis.forecast.memory import MEMORIES, OWN, SPREADS, Smoothing, Walk
from openvis.analysis.forecast.record import DAY, Record, moment
from openvis.analysis.grid import Grid

SIDE, CELL = 4000.0, 200.0
START = np.datetime64("2021-01-01T00:00:00", "s")
UNTIL = np.datetime64("2023-01-06T00:00:00", "s")
WEEK = np.timedelta64(7, "D")
GRID = Grid.covering(shapely.Point(SIDE / 2, SIDE / 2).buffer(SIDE / 2), CELL)


def city(n: int = 1500, seed: int = 0, days: int = 900) -> Events:
    """A few busy places over an even background; half exact, half within 36 hours; six not yet known at UNTIL."""
    rng = np.random.default_rng(seed)
    centres = rng.uniform(1000, 3000, (6, 2))
    near = centres[rng.integers(0, 6, n)] + rng.normal(0, 120, (n, 2))
    points = np.where(rng.random(n)[:, None] < 0.5, near, rng.uniform(0, SIDE, (n, 2)))
    begin = START + rng.integers(0, days * DAY, n).astype("timedelta64[s]")
    begin[:6] = UNTIL - np.array([1, 20, 50, 200, 700, 900]) * np.timedelta64(1, "h")
    length = np.where(rng.random(n) < 0.5, 0, rng.integers(0, 36 * 3600, n)).astype("timedelta64[s]")
    length[:6] = UNTIL + np.timedelta64(12, "h") - begin[:6]
    return Events.of(points[:, 0], points[:, 1], begin, begin + length, weight=rng.choice([1.0, 1.0, 2.5], n))


def forecast(method: str, events: Events) -> np.ndarray:
    return predict(fit(method, events, GRID, UNTIL), UNTIL, UNTIL + WEEK)


def futures(events: Events) -> dict[str, Events]:
    """The same past with other futures: none, another year, other places, ten times as much, other intervals."""
    rng = np.random.default_rng(5)
    later = events.end > UNTIL
    later |= (events.begin == events.end) & (events.begin >= UNTIL)
    shift = np.where(later, np.timedelta64(400, "D"), np.timedelta64(0, "s"))
    order = np.arange(len(events))
    order[later] = rng.permutation(np.flatnonzero(later))
    again = np.r_[np.arange(len(events)), np.repeat(np.flatnonzero(later), 9)]
    return {
        "deleted": events.where(~later),
        "shifted": dataclasses.replace(events, begin=events.begin + shift, end=events.end + shift),
        "scrambled": dataclasses.replace(events, x=events.x[order], y=events.y[order], weight=events.weight[order]),
        "repeated": events.where(again),
        "longer": dataclasses.replace(events, end=np.where(later, events.end + np.timedelta64(90, "D"), events.end)),
        "mixed in": events.where(np.argsort(rng.random(len(events)) * later, kind="stable")),
    }


@pytest.mark.parametrize("method", METHODS)
def test_what_comes_after_changes_nothing(method: str) -> None:
    events = city()
    straddling = (events.begin < UNTIL) & (events.end > UNTIL)
    assert straddling.any()
    risk = forecast(method, events)
    assert risk[GRID.mask].min() >= 0
    assert risk[~GRID.mask].max() == 0
    for name, other in futures(events).items():
        again = forecast(method, other)
        assert np.array_equal(risk, again), name
        assert np.array_equal(choose(risk, GRID, 0.03), choose(again, GRID, 0.03)), name


@pytest.mark.parametrize("method", METHODS)
def test_the_past_does_change_it(method: str) -> None:
    """Otherwise the test above could not fail."""
    events = city()
    past = np.flatnonzero(events.end <= UNTIL)
    last = past[np.argmax(events.end[past])]
    moved_place = dataclasses.replace(events, x=np.where(np.arange(len(events)) == last, 2000.0, events.x))
    assert not np.array_equal(forecast(method, events), forecast(method, moved_place))


@pytest.mark.parametrize("method", METHODS)
def test_a_planted_hotspot_is_chosen_and_the_level_is_right(method: str) -> None:
    rng = np.random.default_rng(1)
    n = 3000
    there = rng.random(n) < 0.4
    x = np.where(there, 2100 + rng.uniform(-90, 90, n), rng.uniform(0, SIDE, n))
    y = np.where(there, 1300 + rng.uniform(-90, 90, n), rng.uniform(0, SIDE, n))
    begin = START + rng.integers(0, 900 * DAY, n).astype("timedelta64[s]")
    events = Events.of(x, y, begin)
    risk = forecast(method, events)
    row, column = np.unravel_index(np.argmax(risk), risk.shape)
    assert (row, column) == (6, 10)
    inside = GRID.index(x, y) >= 0
    assert risk.sum() == pytest.approx(inside.sum() / 900 * 7, rel=0.25)


def test_counts_are_counts() -> None:
    """The order of the cells is that of the counts, the total that of the period they count."""
    events = city()
    known = events.where((events.end <= UNTIL) & (events.begin < UNTIL))
    inside = known.where(GRID.index(known.x, known.y) >= 0)
    counts = GRID.counts(inside.x, inside.y, inside.weight)
    count = forecast("count", events)
    ordered = np.argsort(counts[GRID.mask], kind="stable")
    assert (np.diff(count[GRID.mask][ordered]) >= -1e-12).all()
    middle = inside.begin + (inside.end - inside.begin) // 2
    days = (UNTIL - middle.min()) / np.timedelta64(1, "s") / DAY
    assert count.sum() == pytest.approx(inside.weight.sum() / days * 7)
    last = middle >= UNTIL - np.timedelta64(365, "D")
    assert forecast("naive", events).sum() == pytest.approx(inside.weight[last].sum() / 365 * 7)


def test_the_even_part_is_the_likeliest() -> None:
    counts = np.random.default_rng(2).negative_binomial(0.3, 0.2, 400).astype(float)
    found = shares(counts)
    assert found.sum() == pytest.approx(1.0)
    n = counts[counts > 0]
    left_out = (n - 1) / (counts.sum() - 1)
    tried = np.linspace(0.001, 0.999, 999)
    likely = [(n * np.log(part / 400 + (1 - part) * left_out)).sum() for part in tried]
    assert even_part(left_out, n, 400) == pytest.approx(tried[int(np.argmax(likely))], abs=0.005)
    assert shares(np.zeros(8)).tolist() == [0.125] * 8


def test_memories_fade_and_spread_as_said() -> None:
    """Against direct sums: 0.5 to the power of whole periods / half-life, all of it inside the area."""
    events = city(300)
    record = Record.of(events, GRID)
    until, step = moment("until", UNTIL), 7 * DAY
    walk = Walk(record, step, until, lambda walk: None)
    walk.to(until)
    amounts = walk.amounts()
    past = record.before(until)
    periods = (until - past.known) // step
    for half_life in (14.0, 365.0, float("inf")):
        plain = np.bincount(past.cell, past.weight * 0.5 ** (7 * periods / half_life), GRID.size)
        np.testing.assert_allclose(amounts[MEMORIES.index((half_life, 0.0))], plain, atol=1e-9)
        for spread in SPREADS:
            assert amounts[MEMORIES.index((half_life, spread))].sum() == pytest.approx(plain.sum())
    assert MEMORIES[OWN] == (float("inf"), 0.0)


def test_events_spread_as_wide_as_said() -> None:
    wide = Grid.covering(shapely.box(0, 0, 41 * CELL, 41 * CELL), CELL)
    lonely = np.zeros(wide.shape)
    lonely[20, 20] = 1.0
    spread = Smoothing(wide).spread(lonely.ravel())[SPREADS.index(400.0)].reshape(wide.shape)
    x, y = wide.centres()
    square = (spread * ((x - x[20, 20]) ** 2 + (y - y[20, 20]) ** 2)).sum()
    assert np.sqrt(square / 2) == pytest.approx(400.0, rel=0.01)


def test_the_ensemble_is_the_count_with_nothing_to_learn_from() -> None:
    events = Events.of(
        [2000.0, 2010.0, 500.0], [2000.0, 2005.0, 2000.0], UNTIL - np.array([1, 2, 3]) * np.timedelta64(1, "h")
    )
    learned = fit("ensemble", events, GRID, UNTIL).learned
    assert learned == {"all history, own cell": 1.0}


def test_learned_weights_add_up_and_are_told() -> None:
    learned = fit("ensemble", city(), GRID, UNTIL).learned
    assert 0.6 < sum(learned.values()) <= 1.0
    assert all(0.01 <= weight <= 1.0 for weight in learned.values())


@given(seed=st.integers(0, 1000), share=st.floats(0.001, 0.5), levels=st.integers(1, 4))
@settings(max_examples=40)
def test_the_highest_cells_are_chosen_up_to_the_share(seed: int, share: float, levels: int) -> None:
    risk = np.where(GRID.mask, np.random.default_rng(seed).integers(0, levels, GRID.shape), 0).astype(float)
    chosen = choose(risk, GRID, share, seed)
    assert chosen.sum() == max(1, int(share * GRID.size + 1e-9))
    assert not chosen[~GRID.mask].any()
    assert risk[chosen].min() >= risk[GRID.mask & ~chosen].max() - 1e-12
    assert np.array_equal(chosen, choose(risk * 3.7, GRID, share, seed))


def test_ties_are_drawn_fairly_and_the_same_for_a_seed() -> None:
    risk = GRID.mask.astype(float)
    assert np.array_equal(choose(risk, GRID, 0.1, 3), choose(risk, GRID, 0.1, 3))
    often = sum(choose(risk, GRID, 0.1, seed).astype(float) for seed in range(400))[GRID.mask] / 400
    assert often.min() > 0.03
    assert often.max() < 0.19


def test_events_count_for_the_part_inside_a_period() -> None:
    at = np.array(["2023-01-05T12:00", "2023-01-06T00:00", "2023-01-12T23:59", "2023-01-13T00:00"], "datetime64[s]")
    end = at + np.array([24, 0, 0, 0]) * np.timedelta64(1, "h")
    record = Record.of(Events.of([2000.0] * 4, [2000.0] * 4, at, end), GRID)
    begin = moment("begin", UNTIL)
    assert record.outcome(begin, begin + 7 * DAY).sum() == pytest.approx(2.5)
    assert len(record.before(begin)) == 0
    assert len(record.before(begin + DAY)) == 2
    assert record.outcome(begin - DAY, begin).sum() + record.outcome(begin, begin + 30 * DAY).sum() == pytest.approx(
        4.0
    )


@pytest.mark.parametrize("method", METHODS)
def test_a_longer_period_expects_more(method: str) -> None:
    model = fit(method, city(), GRID, UNTIL)
    week, fortnight = (predict(model, UNTIL, UNTIL + k * WEEK) for k in (1, 2))
    assert fortnight.sum() == pytest.approx(2 * week.sum(), rel=0.05)


def test_moved_grids_cover_the_same_area() -> None:
    x, y = city().x, city().y
    inside = GRID.index(x, y) >= 0
    for name, grid in moves(GRID).items():
        assert (grid.index(x[inside], y[inside]) >= 0).all(), name
        assert GRID.size <= grid.size < 1.25 * GRID.size
    east = moved(GRID, 100.0, 0.0)
    assert (east.x0 - GRID.x0) % CELL == 100.0
    assert east.y0 == GRID.y0
    with pytest.raises(ValueError, match=r"east is 200.0; expected 0 or more metres, less than a cell \(200\)"):
        moved(GRID, 200.0, 0.0)


def test_refusals_say_what_was_wrong() -> None:
    events = city(50)
    with pytest.raises(ValueError, match="method is 'oracle'; expected one of naive, count"):
        fit("oracle", events, GRID, UNTIL)
    with pytest.raises(ValueError, match="horizon is 0; expected a whole number of days"):
        fit("count", events, GRID, UNTIL, horizon=0)
    with pytest.raises(ValueError, match="nothing in the study area is known before 2020"):
        fit("count", events, GRID, "2020-01-01")
    with pytest.raises(ValueError, match="until is 'soon'"):
        fit("count", events, GRID, "soon")
    with pytest.raises(ValueError, match="none of the 1 events has a time and lies inside"):
        fit("count", Events.of([2000.0], [2000.0]), GRID, UNTIL)
    model = fit("count", events, GRID, UNTIL)
    with pytest.raises(ValueError, match="before 2023-01-06T00:00:00 up to which the model knows"):
        predict(model, "2023-01-05", "2023-01-12")
    with pytest.raises(ValueError, match="not after begin"):
        predict(model, "2023-01-06", "2023-01-06")
    for share in (0.0, 1.5, float("nan")):
        with pytest.raises(ValueError, match="expected a part of the area above 0"):
            choose(GRID.mask, GRID, share)
    with pytest.raises(ValueError, match="risk has shape"):
        choose(np.zeros((2, 2)), GRID, 0.1)


def test_a_grid_of_one_cell_and_a_single_event_can_be_forecast() -> None:
    grid = Grid.covering(shapely.box(0, 0, 100, 100), 100.0)
    events = Events.of([50.0], [50.0], [UNTIL - WEEK])
    for method in (*COUNTS, "kde", "prospective", "boosted", "ensemble"):
        risk = predict(fit(method, events, grid, UNTIL), UNTIL, UNTIL + WEEK)
        assert risk.shape == (1, 1)
        assert np.isfinite(risk).all()
        assert risk[0, 0] > 0
