"""Periods as open tables write them."""

from datetime import date

import pytest

from openvis.profile import parse_period


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2017", date(2017, 1, 1), date(2018, 1, 1)),
        ("2017JJ00", date(2017, 1, 1), date(2018, 1, 1)),
        ("2017MM01", date(2017, 1, 1), date(2017, 2, 1)),
        ("2017MM12", date(2017, 12, 1), date(2018, 1, 1)),
        ("2017-03", date(2017, 3, 1), date(2017, 4, 1)),
        ("2017KW04", date(2017, 10, 1), date(2018, 1, 1)),
        ("2017-Q2", date(2017, 4, 1), date(2017, 7, 1)),
        (" 2017 ", date(2017, 1, 1), date(2018, 1, 1)),
    ],
)
def test_a_period_has_a_begin_and_an_end(text: str, start: date, end: date) -> None:
    period = parse_period(text)
    assert (period.start, period.end) == (start, end)


@pytest.mark.parametrize("text", ["", "2017MM13", "2017-00", "2017KW05", "17", "2017-1-1", "01-2017", "2017JJ01"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a period such as 2017"):
        parse_period(text)
