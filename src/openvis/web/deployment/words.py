"""Figures in plain words: more, less or about the same; no z-scores."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openvis.analysis import rates
from openvis.web.ui import formatting

_WEEK = re.compile(r"^(\d{4})-W(\d{2})$")

MORE = "more"
LESS = "less"
SAME = "same"
FEW = "few"
INCOMPLETE = "incomplete"

LABELS = {
    MORE: gettext_lazy("more"),
    LESS: gettext_lazy("less"),
    SAME: gettext_lazy("about the same"),
    FEW: gettext_lazy("too few to say"),
    INCOMPLETE: gettext_lazy("not complete yet"),
}
EXPECTED = {
    MORE: gettext_lazy("more than expected"),
    LESS: gettext_lazy("less than expected"),
    SAME: gettext_lazy("about as expected"),
    FEW: gettext_lazy("too few to say"),
}
FEWEST = 5
"""With fewer events than this on both sides together no comparison is made."""


def compared(count: float, weeks: float, other: float, other_weeks: float) -> str:
    """Whether `count` in `weeks` is more or less than `other` in `other_weeks`, beyond chance (exact, 95 %)."""
    if count + other < FEWEST:
        return FEW
    ratio = rates.compare(count, weeks, other, other_weeks)
    if ratio.low > 1:
        return MORE
    return LESS if ratio.high < 1 else SAME


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure beside another one, with the word for the difference."""

    value: float
    word: str

    @property
    def label(self) -> Any:
        """The difference in words."""
        return LABELS[self.word]

    @property
    def text(self) -> str:
        """The value, with one digit behind the comma where it is not whole."""
        return number(self.value)


def number(value: float) -> str:
    """A count as people write it: one digit behind the comma below ten where it is not whole."""
    small = value < 10 and abs(value - round(value)) >= 0.05
    return formatting.number(value, 1 if small else 0)


def share(value: float) -> str:
    """A share as a percentage: whole from ten percent up, with one digit below, with two below one percent."""
    return formatting.share(value, 0 if value >= 0.0995 else 1 if value >= 0.00995 else 2)


def day(value: date) -> str:
    """A day as `di 24 nov 2026`."""
    return formatting.date(value)


def week_of(value: date) -> str:
    """The ISO week of a day, as in addresses: 2026-W47."""
    year, week, _weekday = value.isocalendar()
    return f"{year}-W{week:02d}"


def monday(week: str) -> date:
    """First day of an ISO week such as 2026-W47. Raises ValueError when it is none."""
    match = _WEEK.match(week)
    if match is None:
        raise ValueError(f"week is {week!r}; expected a year and a week such as 2026-W47")
    return date.fromisocalendar(int(match.group(1)), int(match.group(2)), 1)


def week_name(start: date) -> str:
    """A week in words: `week 47 of 2026`."""
    year, week, _weekday = start.isocalendar()
    return _("week %(week)d of %(year)d") % {"week": week, "year": year}


def period(first: date, last: date) -> str:
    """A period in words: `25 nov 2024 – 22 nov 2026`."""
    return formatting.dates(first, last)


def weekday(number_: int) -> str:
    """A day of the week, Monday is 0, in its short form."""
    return date_format(date(2024, 1, 1 + number_), "D").lower()


TRENDS = {"up": gettext_lazy("rising"), "down": gettext_lazy("falling"), "level": gettext_lazy("steady")}


def trend(key: str) -> str:
    """The course of a place in a word."""
    return str(TRENDS.get(key, key))
