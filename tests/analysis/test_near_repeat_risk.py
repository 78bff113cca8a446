"""Prospective risk against the direct sum; it never sees what came after."""

import numpy as np
import pytest
import shapely

from openvis.analysis import near_repeat
from openvis.analysis.events import Events
from openvis.analysis.grid import Grid

AT = np.datetime64("2024-05-01T12:00:00", "s")
GRID = Grid.covering(shapely.Point(1500, 1500).buffer(1400), 125.0)


def recent(seed: int = 0, n: int = 300) -> Events:
    rng = np.random.default_rng(seed)
    begin = AT - rng.integers(-20 * 86_400, 90 * 86_400, n).astype("timedelta64[s]")
    end = begin + np.where(rng.random(n) < 0.5, 0, rng.integers(0, 20 * 86_400, n)).astype("timedelta64[s]")
    return Events.of(*rng.uniform(-300, 3300, (2, n)), begin, end, weight=rng.random(n))


def direct(events: Events, bandwidth: float, days: float) -> np.ndarray:
    """One event and one cell at a time; the interval of an event cut into a thousand moments."""
    x, y = GRID.centres()
    out = np.zeros(GRID.shape)
    for i in range(len(events)):
        if not (events.begin[i] < AT and events.end[i] <= AT):
            continue
        first, last = ((AT - t).astype(float) / 86_400 for t in (events.end[i], events.begin[i]))
        moments = first + (last - first) * (np.arange(1000) + 0.5) / 1000
        weeks = np.where(moments < days, 1 / (1 + np.floor(moments / 7)), 0.0).mean()
        away = np.hypot(x - events.x[i], y - events.y[i])
        cells = np.where(away < bandwidth, 1 / (1 + np.floor(away / (GRID.cell / 2))), 0.0)
        out += events.weight[i] * weeks * cells
    return np.where(GRID.mask, out, 0.0)


@pytest.mark.parametrize(("bandwidth", "days"), [(400.0, 60.0), (90.0, 10.0), (1000.0, 3.5)])
def test_risk_equals_the_direct_sum(bandwidth: float, days: float) -> None:
    events = recent()
    found = near_repeat.risk(events, AT, GRID, bandwidth, days)
    np.testing.assert_allclose(found, direct(events, bandwidth, days), rtol=2e-3, atol=1e-3)
    exact = events.where(events.begin == events.end)
    np.testing.assert_allclose(
        near_repeat.risk(exact, AT, GRID, bandwidth, days), direct(exact, bandwidth, days), rtol=1e-9, atol=1e-12
    )


def test_what_comes_after_changes_nothing() -> None:
    events = recent()
    before = near_repeat.risk(events, AT, GRID)
    late = ~((events.begin < AT) & (events.end <= AT))
    assert late.sum() > 20
    later = Events(**{**vars(events), "x": np.where(late, 1500.0, events.x), "y": np.where(late, 1500.0, events.y)})
    assert np.array_equal(before, near_repeat.risk(later, AT, GRID))
    assert np.array_equal(before, near_repeat.risk(events.where(~late), AT, GRID))


def test_one_event_by_hand() -> None:
    x, y = GRID.centres()
    one = Events.of([x[10, 10] + 70.0], [y[10, 10]], [AT - np.timedelta64(8, "D")])
    found = near_repeat.risk(one, AT, GRID)
    # 70 m is one whole half cell of 62.5 m, 55 m none; eight days are one whole week.
    assert found[10, 10] == pytest.approx(0.25)
    assert found[10, 11] == pytest.approx(0.5)
    assert found[10, 5] == 0


@pytest.mark.parametrize(
    ("first", "last", "days", "expected"),
    [
        (16, 5, 60.0, (2 + 7 / 2 + 2 / 3) / 11),
        (16, 5, 15.0, (2 + 7 / 2 + 1 / 3) / 11),
        (16, 5, 5.0, 0.0),
        (7, 6, 60.0, 1.0),
        (14, 7, 60.0, 1 / 2),
    ],
)
def test_an_interval_counts_by_its_part_in_each_week(first: int, last: int, days: float, expected: float) -> None:
    """From `first` to `last` days before, in the very middle of a cell."""
    x, y = GRID.centres()
    begin, end = (AT - np.timedelta64(it, "D") for it in (first, last))
    found = near_repeat.risk(Events.of([x[10, 10]], [y[10, 10]], [begin], [end]), AT, GRID, days=days)
    assert found[10, 10] == pytest.approx(expected, rel=1e-12)


def test_vague_places_times_unknown_and_nothing_before_give_no_risk() -> None:
    then = AT - np.timedelta64(1, "D")
    assert not near_repeat.risk(Events.of([1500.0], [1500.0], [then], precision=[500.0]), AT, GRID).any()
    assert not near_repeat.risk(Events.of([1500.0], [1500.0]), AT, GRID).any()
    assert not near_repeat.risk(Events.of([1500.0], [1500.0], [AT]), AT, GRID).any()
    assert near_repeat.risk(Events.of([1500.0], [1500.0], [then], [AT]), AT, GRID).any()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"bandwidth": 0.0}, "bandwidth is 0"),
        ({"days": -1.0}, "days is -1"),
        ({"at": "NaT"}, "at is 'NaT'"),
        ({"at": None}, "at is None"),
        ({"at": "soon"}, "at is 'soon'"),
    ],
)
def test_wrong_arguments_are_refused(change: dict, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        near_repeat.risk(recent(), **{"at": AT, "grid": GRID, **change})
