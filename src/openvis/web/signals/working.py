"""Working days (werkdagen): weekdays that are no national holiday."""

from datetime import date, timedelta
from functools import lru_cache


@lru_cache(maxsize=64)
def easter(year: int) -> date:
    """Easter Sunday. Source: the anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, 1991)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, g = b // 4, b % 4, (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=64)
def holidays(year: int) -> frozenset[date]:
    """The national holidays on which Dutch municipalities are closed."""
    sunday = easter(year)
    kings_day = date(year, 4, 27) if date(year, 4, 27).weekday() != 6 else date(year, 4, 26)
    moving = {sunday + timedelta(days=days) for days in (1, 39, 50)}
    return frozenset(moving | {date(year, 1, 1), kings_day, date(year, 12, 25), date(year, 12, 26)})


def is_working(day: date) -> bool:
    """Whether the reporting point works on a day."""
    return day.weekday() < 5 and day not in holidays(day.year)


def after(day: date, days: int) -> date:
    """The day that lies so many working days after a day."""
    while days > 0:
        day += timedelta(days=1)
        days -= is_working(day)
    return day
