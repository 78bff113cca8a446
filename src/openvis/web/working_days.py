"""Working days (werkdagen): Monday to Friday, without the days that Dutch law holds equal to a Sunday. The one calendar.

Source: Algemene termijnenwet, article 3. Paragraph 1 names New Year's Day, Easter Monday, Whit Monday, both days of
Christmas, Ascension Day, the day on which the King's birthday is celebrated (27 April, or the 26th where that is a Sunday)
and 5 May; paragraph 2 holds Good Friday equal to these. An office may work on such a day: a term does not end on it.
"""

from datetime import date, timedelta
from functools import lru_cache

import numpy as np


def after(day: date, number: int) -> date:
    """The last day of a term of so many working days that began on a day: the day itself does not count."""
    years = range(day.year - 1, day.year + number // 200 + 2)
    off = [np.datetime64(item) for year in years for item in days_off(year)]
    found: date = np.busday_offset(np.datetime64(day), number, roll="backward", holidays=off).item()
    return found


def begun_before(today: date, number: int) -> date:
    """The first day on which a term of so many working days may have begun that has not ended before today."""
    day = today
    while after(day - timedelta(days=1), number) >= today:
        day -= timedelta(days=1)
    return day


@lru_cache(maxsize=32)
def days_off(year: int) -> tuple[date, ...]:
    """The days of a year that count as a Sunday, whatever their weekday."""
    sunday = easter(year)
    kings = date(year, 4, 27)
    moving = [sunday + timedelta(days=number) for number in (-2, 1, 39, 50)]
    fixed = [date(year, 1, 1), date(year, 5, 5), date(year, 12, 25), date(year, 12, 26)]
    return tuple(sorted([*moving, *fixed, kings - timedelta(days=kings.weekday() == 6)]))


def easter(year: int) -> date:
    """Easter Sunday, by the method that Nature printed without a name in 1876 (Meeus, Astronomical Algorithms)."""
    golden, (century, of_century) = year % 19, divmod(year, 100)
    leaps, rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - correction + 15) % 30
    quarters, left = divmod(of_century, 4)
    weekday = (32 + 2 * rest + 2 * quarters - epact - left) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
