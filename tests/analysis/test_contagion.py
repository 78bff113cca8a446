"""The self-exciting process: planted contagion found back, hotspots not taken for it, never a look ahead."""

import numpy as np
import pytest
import shapely

from openvis.analysis.contagion import sepp
from openvis.analysis.contagion.background import level, mass_inside, spread
from openvis.analysis.events import Events
from openvis.analysis.grid import Grid

SIDE, DAYS = 18_750.0, 1500
GRID = Grid.covering(shapely.box(0.0, 0.0, SIDE, SIDE), 125.0)
START = np.datetime64("2020-01-01", "s")


def city(size: int, seed: int, share: float = 0.15, mean: float = 10.0, metres: float = 90.0) -> Events:
    """Two fifths anywhere, the rest around 60 hotspots of 100 to 500 m; `share` of all set off by an earlier one."""
    rng = np.random.default_rng(seed)
    alone = round(size * (1 - share))
    centre = rng.integers(0, 60, alone)
    centres, widths = rng.uniform(1500, SIDE - 1500, (60, 2)), rng.uniform(100, 500, 60)
    near = centres[centre] + rng.normal(size=(alone, 2)) * widths[centre, None]
    place = np.where(rng.random(alone)[:, None] < 0.4, rng.uniform(0, SIDE, (alone, 2)), near)
    day = rng.uniform(0, DAYS, alone)
    places, moments = [place], [day]
    while day.size:
        children = rng.poisson(share, day.size)
        place = np.repeat(place, children, axis=0) + rng.normal(0, metres, (children.sum(), 2))
        day = np.repeat(day, children) + rng.exponential(mean, children.sum())
        places.append(place)
        moments.append(day)
    place, day = np.concatenate(places), np.concatenate(moments)
    kept = (day < DAYS) & (place > 0).all(axis=1) & (place < SIDE).all(axis=1)
    return Events.of(place[kept, 0], place[kept, 1], START + (day[kept] * 86_400).astype("timedelta64[s]"))


UNTIL = START + np.timedelta64(DAYS, "D")


def test_planted_contagion_is_found_back_within_a_fifth() -> None:
    """15 %, 10 days, 90 m: the mean over five cities of 10,000."""
    found = [sepp(city(10_000, seed), GRID, UNTIL) for seed in range(5)]
    assert np.mean([it.share for it in found]) == pytest.approx(0.15, rel=0.2)
    assert np.mean([it.days for it in found]) == pytest.approx(10.0, rel=0.2)
    assert np.mean([it.metres for it in found]) == pytest.approx(90.0, rel=0.2)


def test_planted_contagion_among_a_hundred_thousand() -> None:
    found = sepp(city(100_000, 7), GRID, UNTIL)
    assert found.share == pytest.approx(0.15, rel=0.2)
    assert found.days == pytest.approx(10.0, rel=0.2)
    assert found.metres == pytest.approx(90.0, rel=0.2)


def test_lasting_hotspots_are_not_taken_for_contagion() -> None:
    found = [sepp(city(10_000, seed, share=0.0), GRID, UNTIL).share for seed in range(3)]
    assert max(found) < 0.05


def test_nothing_later_is_looked_at() -> None:
    events = city(4_000, 3)
    now = START + np.timedelta64(1200, "D")
    later = events.begin >= now
    moved = Events.of(
        np.where(later, 50.0, events.x), events.y, np.where(later, events.begin + np.timedelta64(9, "D"), events.begin)
    )
    begin, end = now + np.timedelta64(2, "D"), now + np.timedelta64(9, "D")
    one, other, without = (sepp(it, GRID, now).expected(begin, end) for it in (events, moved, events.where(~later)))
    np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(one, without)


def test_any_number_of_threads_gives_the_same() -> None:
    events = city(9_000, 4)
    one, other = (sepp(events, GRID, UNTIL, threads=threads) for threads in (1, 3))
    assert (one.share, one.days, one.metres) == (other.share, other.days, other.metres)


def test_the_coming_week_holds_as_many_as_a_week_does() -> None:
    events = city(10_000, 5)
    expected = sepp(events, GRID, UNTIL).expected(UNTIL, UNTIL + np.timedelta64(7, "D"))
    assert expected.sum() == pytest.approx(len(events) / DAYS * 7, rel=0.15)
    assert expected.min() >= 0


def test_a_fresh_event_raises_what_is_expected_next_door_and_it_fades() -> None:
    events = city(6_000, 6)
    fresh = Events.of(
        np.r_[events.x, 9_000.0], np.r_[events.y, 9_000.0], np.r_[events.begin, UNTIL - np.timedelta64(1, "D")]
    )
    week = np.timedelta64(7, "D")
    cell = GRID.index([9_000.0], [9_000.0])[0]
    with_it, without = (sepp(it, GRID, UNTIL) for it in (fresh, events))

    def raised(begin: np.datetime64) -> float:
        return float((with_it.expected(begin, begin + week) - without.expected(begin, begin + week)).ravel()[cell])

    assert raised(UNTIL) > 2 * raised(UNTIL + 4 * week) > 0


def test_days_without_hours_do_not_blow_up() -> None:
    events = city(8_000, 8)
    day = events.begin.astype("datetime64[D]").astype("datetime64[s]")
    found = sepp(Events.of(events.x, events.y, day), GRID, UNTIL)
    assert found.resolution == 1.0
    assert found.share == pytest.approx(0.15, rel=0.3)


def test_the_level_of_days_is_one_on_average_and_follows_a_rise() -> None:
    day = np.repeat(np.arange(400), np.where(np.arange(400) < 200, 2, 6))
    found = level(day, np.ones(day.size), 400)
    assert found.mean() == pytest.approx(1.0)
    assert found[20] == pytest.approx(0.5, rel=0.05)
    assert found[380] == pytest.approx(1.5, rel=0.05)


def test_a_kernel_keeps_its_mass_and_knows_what_lies_outside() -> None:
    x, y = np.array([9_000.0, 0.0, 0.0]), np.array([9_000.0, 9_000.0, 0.0])
    width = np.full(3, 200.0)
    np.testing.assert_allclose(mass_inside(x, y, width, GRID), [1.0, 0.5, 0.25], atol=1e-6)
    assert spread(x[:1], y[:1], width[:1], np.array([3.0]), GRID).sum() == pytest.approx(3.0)


def test_refusals_say_what_is_expected() -> None:
    events = city(2_000, 9)
    with pytest.raises(ValueError, match="expected at least 100"):
        sepp(events, GRID, START + np.timedelta64(1, "D"))
    with pytest.raises(ValueError, match="until is None"):
        sepp(events, GRID, None)
    found = sepp(events, GRID, UNTIL)
    with pytest.raises(ValueError, match="expected until"):
        found.expected(UNTIL - np.timedelta64(1, "D"), UNTIL)
