"""When: weeks by trend and season, hours of the week, how well the moment is known, and the delay of the report."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvis.cli.city.recipe import Pattern, Spot

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Times = NDArray[np.datetime64]

HOURS = 168
YEAR_WEEKS = 52.18
SPARE = 0.12
"""Share of what happens at a planted place outside its own hours."""
OVERDISPERSION = 80.0


@dataclass(frozen=True)
class Calendar:
    """The weeks of the demonstration: the Monday of the first, and how many."""

    monday: np.datetime64
    weeks: int

    @property
    def end(self) -> np.datetime64:
        """The first moment after it."""
        return self.monday + np.timedelta64(7 * self.weeks, "D")

    def week_chances(self, pattern: Pattern, rng: np.random.Generator) -> Floats:
        """(weeks,) probability of each week: trend, season, and some weeks simply worse than others."""
        week = np.arange(self.weeks)
        first = int((self.monday - self.monday.astype("datetime64[Y]")).astype(int)) / 7.0
        phase = 2 * np.pi * (first + week + 0.5 - (pattern.peak_week - 0.5)) / YEAR_WEEKS
        level = (1.0 + pattern.trend) ** (week / YEAR_WEEKS) * np.exp(pattern.season * (np.cos(phase) - 1.0))
        level = level * rng.gamma(OVERDISPERSION, 1.0 / OVERDISPERSION, self.weeks)
        return np.asarray(level / level.sum())

    def moments(self, weeks: Ints, hours: Ints, rng: np.random.Generator) -> Times:
        """Local moments in the given weeks and hours of the week; the hour that summer time skips is moved on."""
        start = self.monday.astype("datetime64[m]")
        minutes = (weeks * HOURS + hours) * 60 + rng.integers(0, 60, weeks.size)
        return existing(start + minutes.astype("timedelta64[m]"))


def existing(moments: Times) -> Times:
    """The same moments, an hour later where the clock skips from two to three (last Sunday of March)."""
    days = moments.astype("datetime64[D]")
    month = days.astype("datetime64[M]")
    sunday = (days.astype(np.int64) + 3) % 7 == 6
    march = month.astype(np.int64) % 12 == 2
    last = (days - month.astype("datetime64[D]")).astype(np.int64) >= 24
    skipped = (moments.astype("datetime64[h]") - days).astype(np.int64) == 2
    return np.where(sunday & march & last & skipped, moments + np.timedelta64(60, "m"), moments)


def hour_chances(name: str) -> Floats:
    """(168,) probability of each hour of the week, Monday 00:00 first."""
    hour, day = np.arange(HOURS) % 24, np.arange(HOURS) // 24
    awake = 0.25 + np.exp(-(((hour - 16) / 5.5) ** 2))
    evening = 0.08 + np.exp(-(((hour - 20.5) / 3.0) ** 2))
    night = np.exp(-(((hour - 1 + 12) % 24 - 12) ** 2) / 8.0)
    weekend = np.isin(day, (4, 5, 6))
    after_weekend = np.isin(day, (5, 6))
    out = evening * np.where(weekend, 0.8, 0.4) + night * np.where(after_weekend, 1.6, 0.25)
    shapes: dict[str, Floats] = {
        "even": awake,
        "day": 0.05 + np.exp(-(((hour - 13) / 3.5) ** 2)) * np.where(day < 5, 1.0, 0.6),
        "evening": evening * np.where(weekend, 1.4, 1.0),
        "weekend_night": 0.15 * awake + out,
        "shop": np.where((hour >= 9) & (hour < 19) & (day < 6), np.exp(-(((hour - 15) / 3.5) ** 2)), 0.01),
        "dwelling": 0.1 + np.exp(-(((hour - 14) / 3.0) ** 2)) * (day < 5) + 1.1 * np.exp(-(((hour - 20) / 2.2) ** 2)),
        "parked": 0.15 + np.exp(-((((hour - 3 + 12) % 24 - 12) / 3.5) ** 2)),
        "new_year": 0.05 + np.exp(-(((hour - 21) / 3.0) ** 2)) + 1.5 * night,
    }
    return np.asarray(shapes[name] / shapes[name].sum())


def spot_hours(spot: Spot) -> Ints:
    """The hours of the week that belong to a planted place; those after midnight are on the next day."""
    length = (spot.end_hour - spot.begin_hour - 1) % 24 + 1
    starts = np.array(spot.days)[:, None] * 24 + spot.begin_hour
    return np.unique((starts + np.arange(length)).ravel() % HOURS)


def draw_hours(chances: Floats, spot: Spot | None, n: int, rng: np.random.Generator) -> Ints:
    """Hours of the week: by the kind's own chances, at a planted place mostly by its hours."""
    hours = rng.choice(HOURS, size=n, p=chances)
    if spot is None:
        return hours
    own = rng.choice(spot_hours(spot), size=n)
    return np.where(rng.random(n) < SPARE, hours, own)


def known_between(moments: Times, how: str, rng: np.random.Generator) -> tuple[Times, Times]:
    """Begin and end between which the moment lies: what the owner knows."""
    n = moments.size
    if how == "exact":
        return moments, moments
    if how == "hours":
        length = np.where(rng.random(n) < 0.25, 0.0, rng.uniform(60, 600, n))
    elif how == "overnight":
        evening = moments - _since(moments, 12 * 60) + rng.integers(5 * 60, 10 * 60, n).astype("timedelta64[m]")
        morning = evening + rng.integers(9 * 60, 13 * 60, n).astype("timedelta64[m]")
        return existing(np.minimum(evening, moments)), existing(np.maximum(morning, moments))
    else:
        # An evening out, a day at work, a weekend, a holiday.
        choice = rng.choice(4, size=n, p=[0.42, 0.38, 0.13, 0.07])
        low, high = np.array([[90, 300], [420, 600], [1300, 3400], [4 * 1440, 14 * 1440]])[choice].T
        length = rng.uniform(low, high)
    before = (rng.random(n) * length).astype(np.int64).astype("timedelta64[m]")
    begin = moments - before
    return existing(begin), existing(begin + length.astype(np.int64).astype("timedelta64[m]"))


def span(moments: Times, spot: Spot, inside: NDArray[np.bool_], rng: np.random.Generator) -> tuple[Times, Times]:
    """Begin and end for a place where things stand unwatched for the length of its hours."""
    length = ((spot.end_hour - spot.begin_hour - 1) % 24 + 1) * 60
    start = moments - _since(moments, spot.begin_hour * 60)
    begin = np.minimum(start + rng.integers(0, 90, moments.size).astype("timedelta64[m]"), moments)
    end = np.maximum(start + (length - rng.integers(0, 90, moments.size)).astype("timedelta64[m]"), moments)
    return existing(np.where(inside, begin, moments)), existing(np.where(inside, end, moments))


def reported(ends: Times, median_hours: float, rng: np.random.Generator) -> Times:
    """When it was reported: lognormal delay after the end."""
    minutes = np.exp(rng.normal(np.log(median_hours * 60), 1.3, ends.size)).clip(1, 90 * 1440)
    return existing(ends + minutes.astype(np.int64).astype("timedelta64[m]"))


def _since(moments: Times, minute: int) -> NDArray[np.timedelta64]:
    """Time passed since the last `minute` of the day."""
    of_day = (moments - moments.astype("datetime64[D]")).astype("timedelta64[m]").astype(np.int64)
    return np.asarray(((of_day - minute) % 1440).astype("timedelta64[m]"))
