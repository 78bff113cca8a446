"""Working days, with the days off of the Algemene termijnenwet."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvis.web import working_days

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("year", "sunday"),
    [(2019, date(2019, 4, 21)), (2024, date(2024, 3, 31)), (2026, date(2026, 4, 5)), (2038, date(2038, 4, 25))],
)
def test_easter(year: int, sunday: date):
    assert working_days.easter(year) == sunday


@pytest.mark.parametrize(
    ("day", "number", "last"),
    [
        (date(2026, 11, 30), 5, date(2026, 12, 7)),  # a weekend between
        (date(2026, 11, 28), 5, date(2026, 12, 4)),  # begun on a Saturday
        (date(2026, 12, 23), 2, date(2026, 12, 28)),  # Friday is Christmas
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # Good Friday and Easter Monday
        (date(2026, 5, 4), 1, date(2026, 5, 6)),  # Liberation Day, in every year
        (date(2026, 5, 13), 1, date(2026, 5, 15)),  # Ascension Day
        (date(2025, 4, 24), 1, date(2025, 4, 25)),  # King's Day on Saturday, for the 27th is a Sunday
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
    ],
)  # fmt: skip
def test_a_term(day: date, number: int, last: date):
    assert working_days.after(day, number) == last


@given(day=DAYS, number=st.integers(1, 400))
def test_a_term_holds_as_many_working_days_as_it_says(day: date, number: int):
    last = working_days.after(day, number)
    off = {item for year in range(day.year, last.year + 1) for item in working_days.days_off(year)}
    between = (day + timedelta(days=step) for step in range(1, (last - day).days + 1))
    assert sum(item.weekday() < 5 and item not in off for item in between) == number


@given(today=DAYS, number=st.integers(1, 30))
def test_what_began_before_has_ended(today: date, number: int):
    first = working_days.begun_before(today, number)
    assert working_days.after(first, number) >= today
    assert working_days.after(first - timedelta(days=1), number) < today
