"""Working days (werkdagen): weekdays that are no national holiday."""

from datetime import date, timedelta
from functools import lru_cache

from openvis.web.working_days import easter


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
