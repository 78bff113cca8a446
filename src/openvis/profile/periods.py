"""Periods as open tables write them: `2017`, `2017-03`, and CBS's `2017JJ00`, `2017MM01`, `2017KW02`."""

import re
from dataclasses import dataclass
from datetime import date

_SHAPES = (
    (re.compile(r"^(\d{4})(?:JJ00)?$"), 12),
    (re.compile(r"^(\d{4})(?:MM|-)(\d{2})$"), 1),
    (re.compile(r"^(\d{4})(?:KW|-?[QK])0?(\d)$"), 3),
)


@dataclass(frozen=True, order=True)
class CountPeriod:
    """A whole year, quarter or month: first day and number of months."""

    start: date
    months: int

    @property
    def end(self) -> date:
        """First day after the period."""
        month = self.start.month - 1 + self.months
        return date(self.start.year + month // 12, month % 12 + 1, 1)


def parse_period(text: str) -> CountPeriod:
    """The period a text stands for. Raises ValueError, saying what was expected, when it is none."""
    expected = f"found {text!r}, expected a period such as 2017, 2017-03, 2017JJ00, 2017MM03 or 2017KW01"
    for shape, months in _SHAPES:
        match = shape.match(text.strip())
        if match is None:
            continue
        number = int(match.group(2)) if months < 12 else 1
        if not 1 <= number <= 12 // months or not 1900 <= int(match.group(1)) <= 2200:
            raise ValueError(expected)
        return CountPeriod(date(int(match.group(1)), (number - 1) * months + 1, 1), months)
    raise ValueError(expected)
