"""The week matrix against a minute-by-minute count, clock changes, and planted windows found back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openvis.analysis.events import Events
from openvis.analysis.times import hot_windows, week_matrix
from openvis.analysis.windows import clear

AMSTERDAM = "Europe/Amsterdam"


def moments(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[s]")


def by_minute(begin: np.ndarray, end: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Spread each weight over its minutes, one at a time (intervals of whole minutes)."""
    out = np.zeros((7, 24))
    for b, e, w in zip(begin, end, weight, strict=True):
        minutes = np.arange(b.astype("datetime64[m]"), max(e, b + np.timedelta64(1, "m")).astype("datetime64[m]"))
        for minute in minutes:
            at = minute.astype(datetime)
            out[at.weekday(), at.hour] += w / minutes.size
    return out


def by_real_minute(begin: str, end: str, zone: str) -> np.ndarray:
    """Spread over the minutes that really passed on a clock in that zone."""
    z = ZoneInfo(zone)
    at = datetime.fromisoformat(begin).replace(tzinfo=z).astimezone(UTC)
    stop = datetime.fromisoformat(end).replace(tzinfo=z, fold=1).astimezone(UTC)
    out = np.zeros((7, 24))
    while at < stop:
        local = at.astimezone(z)
        out[local.weekday(), local.hour] += 1
        at += timedelta(minutes=1)
    return out / out.sum()


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 600_000), st.integers(0, 30_000), st.floats(0, 5)), min_size=1, max_size=6))
def test_matrix_equals_a_count_by_the_minute(rows: list[tuple[int, int, float]]) -> None:
    start = np.datetime64("2023-05-03T00:00:00", "s")
    begin = start + np.array([row[0] for row in rows]) * np.timedelta64(1, "m").astype("timedelta64[s]")
    end = begin + np.array([row[1] for row in rows]) * np.timedelta64(1, "m").astype("timedelta64[s]")
    weight = np.array([row[2] for row in rows])
    np.testing.assert_allclose(week_matrix(begin, end, weight), by_minute(begin, end, weight), atol=1e-9)


@settings(max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 3000),
    longest=st.sampled_from([0, 3600, 86_400, 40 * 86_400]),
    zone=st.sampled_from([None, AMSTERDAM, "Australia/Lord_Howe", "America/New_York"]),
)
def test_total_is_kept(seed: int, n: int, longest: int, zone: str | None) -> None:
    rng = np.random.default_rng(seed)
    begin = np.datetime64("2018-01-01T00:00:00", "s") + rng.integers(0, 5 * 365 * 86_400, n).astype("timedelta64[s]")
    end = begin + rng.integers(0, longest + 1, n).astype("timedelta64[s]")
    weight = rng.uniform(0, 10, n)
    matrix = week_matrix(begin, end, weight, zone)
    assert matrix.min() >= 0
    assert abs(matrix.sum() - weight.sum()) < 1e-9 * max(1.0, weight.sum())


def test_total_of_a_million_is_kept() -> None:
    rng = np.random.default_rng(0)
    begin = np.datetime64("2018-01-01T00:00:00", "s") + rng.integers(0, 5 * 365 * 86_400, 10**6).astype(
        "timedelta64[s]"
    )
    end = begin + rng.integers(0, 3 * 86_400, 10**6).astype("timedelta64[s]")
    assert abs(week_matrix(begin, end, timezone=AMSTERDAM).sum() / 1e6 - 1) < 1e-9


def test_exact_moment_counts_in_its_hour_and_long_intervals_everywhere() -> None:
    assert week_matrix(moments("2024-01-01T10:59:59"))[0, 10] == 1
    year = week_matrix(moments("2024-01-01T00:00"), moments("2024-12-30T00:00"))
    np.testing.assert_allclose(year, 1 / 168, atol=1e-12)


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("2024-03-30T20:00", "2024-03-31T08:00"),
        ("2024-03-31T02:00", "2024-03-31T04:00"),
        ("2024-10-26T22:00", "2024-10-27T06:00"),
        ("2024-10-27T01:30", "2024-10-27T05:15"),
        ("2024-03-20T10:00", "2024-11-05T09:30"),
    ],
)
def test_clock_changes_follow_the_real_clock(begin: str, end: str) -> None:
    found = week_matrix(moments(begin), moments(end), timezone=AMSTERDAM)
    np.testing.assert_allclose(found, by_real_minute(begin, end, AMSTERDAM), atol=1e-9)


def test_skipped_hour_gets_nothing_and_repeated_hour_double() -> None:
    spring = week_matrix(moments("2024-03-31T00:00"), moments("2024-03-31T05:00"), timezone=AMSTERDAM)
    assert spring[6, :5].tolist() == [0.25, 0.25, 0.0, 0.25, 0.25]
    autumn = week_matrix(moments("2024-10-27T00:00"), moments("2024-10-27T05:00"), timezone=AMSTERDAM)
    np.testing.assert_allclose(autumn[6, :5] * 6, [1, 1, 2, 1, 1])
    assert week_matrix(moments("2024-03-31T02:30"), timezone=AMSTERDAM)[6, 3] == 1
    inside = week_matrix(moments("2024-03-31T02:10"), moments("2024-03-31T02:50"), timezone=AMSTERDAM)
    assert inside[6, 3] == 1


def test_matrix_of_events_uses_their_weight() -> None:
    events = Events.of([0.0], [0.0], moments("2024-01-01T10:00"), moments("2024-01-01T12:00"), weight=[3.0])
    assert week_matrix(events)[0, 10:12].tolist() == [1.5, 1.5]


def test_matrix_refuses_and_says_what() -> None:
    with pytest.raises(ValueError, match="begin is empty"):
        week_matrix(moments())
    with pytest.raises(ValueError, match="1 unknown times"):
        week_matrix(moments("NaT"))
    with pytest.raises(ValueError, match="before begin"):
        week_matrix(moments("2024-01-02"), moments("2024-01-01"))
    with pytest.raises(ValueError, match="timezone is 'Europe/Almere'"):
        week_matrix(moments("2024-01-02"), timezone="Europe/Almere")


def test_a_night_is_one_window_over_midnight() -> None:
    matrix = np.random.default_rng(1).poisson(1.0, (7, 24)).astype(float)
    matrix[4, 23] = matrix[5, 23] = 25
    matrix[5, :3] = matrix[6, :3] = 25
    windows = hot_windows(matrix)
    assert [(w.days, w.begin_hour, w.end_hour, w.hours) for w in windows] == [((4, 5), 23, 3, 8)]
    assert windows[0].cells().sum() == 8
    assert matrix[windows[0].cells()].sum() == pytest.approx(windows[0].count)
    assert clear(matrix, windows)


def test_a_window_may_run_over_the_weekend() -> None:
    matrix = np.full((7, 24), 0.1)
    matrix[6, 20:] = matrix[0, :4] = 10
    assert [(w.days, w.begin_hour, w.end_hour) for w in hot_windows(matrix, 0.8)] == [((6,), 20, 4)]
    evenings = np.full((7, 24), 0.1)
    evenings[[5, 6, 0], 18:22] = 10
    assert [(w.days, w.begin_hour, w.end_hour) for w in hot_windows(evenings, 0.8)] == [((5, 6, 0), 18, 22)]


def test_two_separate_peaks_are_two_windows() -> None:
    matrix = np.full((7, 24), 0.1)
    matrix[0:5, 7:9] = 20
    matrix[4:6, 21:23] = 30
    windows = hot_windows(matrix, 0.9)
    assert [(w.days, w.begin_hour, w.end_hour) for w in windows] == [((0, 1, 2, 3, 4), 7, 9), ((4, 5), 21, 23)]


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), level=st.sampled_from([0.02, 0.3, 3.0, 50.0]), share=st.floats(0.1, 0.9))
def test_windows_hold_the_share_and_do_not_overlap(seed: int, level: float, share: float) -> None:
    matrix = np.random.default_rng(seed).poisson(level, (7, 24)).astype(float)
    windows = hot_windows(matrix, share)
    if matrix.sum() == 0:
        assert windows == []
        return
    assert sum(w.share for w in windows) >= share - 1e-9
    assert np.sum([w.cells() for w in windows], axis=0).max() == 1
    assert all(w.low <= w.count <= w.high for w in windows)


def test_a_flat_week_has_no_clear_hours() -> None:
    rng = np.random.default_rng(0)
    for events in (20, 100, 1000):
        sure = 0
        for _ in range(40):
            matrix = np.bincount(rng.integers(0, 168, events), minlength=168).reshape(7, 24)
            sure += clear(matrix, hot_windows(matrix))
        assert sure <= 3


def test_windows_refuse_and_say_what() -> None:
    with pytest.raises(ValueError, match="expected \\(7, 24\\)"):
        hot_windows(np.zeros((24, 7)))
    with pytest.raises(ValueError, match=r"share is 1\.5"):
        hot_windows(np.ones((7, 24)), 1.5)
    with pytest.raises(ValueError, match="negative"):
        hot_windows(-np.ones((7, 24)))
