"""The filter (selectie): from the address of a page to what counts, and back.

`soort=id,id · van=2026-01-05 · tot=2026-11-22 · gebied=code · uren=vr23-za3 · weken=2026-W01..2026-W10 · plek=5012.5013
· pogingen=voltooid|poging · cel=125 · bron=key · niveau=level`. What is left out stands at its usual value. Every value
that does not fit is told, with the parameter, the value and what is allowed.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import quote

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from openvis.analysis.grid import Grid
from openvis.store.questions import HOURS, MONDAY_DAYS

from .frame import CELL_SIZES, LARGEST_CELL, SMALLEST_CELL, Frame

USUAL_CELL = 125
USUAL_WEEKS = 52
DAYS = ("ma", "di", "wo", "do", "vr", "za", "zo")
ATTEMPTS = {"alle": None, "voltooid": False, "poging": True}
MOST_CELLS = 400
"""Cells in a chosen place."""
EARLIEST, LATEST = date(1970, 1, 5), date(2199, 12, 31)
_EPOCH = date(1970, 1, 1)
_POINT = re.compile(r"^(?:(ma|di|wo|do|vr|za|zo)|([0-6])\.)(\d{1,2})$")
_WEEK = re.compile(r"^(\d{4})-W(\d{2})$")


@dataclass(frozen=True, slots=True)
class Problem:
    """One value of the address that does not fit."""

    parameter: str
    value: str
    expected: str

    def __str__(self) -> str:
        return _("%(parameter)s is “%(value)s”; expected %(expected)s.") % {
            "parameter": self.parameter, "value": self.value, "expected": self.expected,
        }  # fmt: skip


class FilterError(ValueError):
    """The address asks for something that does not exist; `problems` says what, each in a sentence."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(" ".join(str(problem) for problem in problems))


@dataclass(frozen=True)
class Vocabulary:
    """What a filter may name in this city, and what it takes when nothing is said."""

    kinds: tuple[str, ...]
    usual_kinds: tuple[str, ...]
    areas: frozenset[str]
    levels: tuple[str, ...]
    usual_level: str
    sources: tuple[str, ...]
    first: date
    last: date
    grid: Callable[[int], Grid] = field(compare=False)

    @classmethod
    def of(cls, frame: Frame, until: date) -> "Vocabulary":
        """The vocabulary of a city whose data run until some day: the usual period ends with its last whole week."""
        last = until - timedelta(days=(until.weekday() + 1) % 7)
        return cls(
            kinds=tuple(frame.kinds),
            usual_kinds=frame.usual_kinds,
            areas=frozenset(frame.areas),
            levels=tuple(frame.levels),
            usual_level=frame.usual_level,
            sources=tuple(source.key for source in frame.sources if source.kind_of_data != "counts"),
            first=last - timedelta(days=7 * USUAL_WEEKS - 1),
            last=last,
            grid=frame.grid,
        )


@dataclass(frozen=True)
class Filter:
    """What counts. Days and weeks are inclusive; None leaves open.

    hours: hours of the week, 0 is Monday from 00:00. weeks: first and last Monday. place: flat cell numbers of the grid
    with this cell size. `query` is the canonical address: the same filter always gives the same one.
    """

    kinds: tuple[str, ...]
    first: date
    last: date
    level: str
    area: str | None = None
    hours: frozenset[int] | None = None
    weeks: tuple[date, date] | None = None
    place: tuple[int, ...] | None = None
    attempts: str = "alle"
    cell: int = USUAL_CELL
    sources: tuple[str, ...] | None = None
    query: str = field(default="", compare=False)

    @classmethod
    def of(cls, query: Mapping[str, str], vocabulary: Vocabulary) -> "Filter":
        """Read a query string (a `QueryDict`, or any mapping of names to texts). Raises FilterError with all problems.

        Parameters with other names are left alone: they belong to the page.
        """
        read = _Reader(query, vocabulary)
        filter_ = cls(
            kinds=read.kinds(),
            first=(first := read.day("van", vocabulary.first)),
            last=read.last(first),
            level=read.choice("niveau", vocabulary.levels, vocabulary.usual_level),
            area=read.area(),
            hours=read.hours(),
            weeks=read.weeks(),
            attempts=read.choice("pogingen", tuple(ATTEMPTS), "alle"),
            cell=(cell := read.cell()),
            place=read.place(cell),
            sources=read.sources(),
        )
        if read.problems:
            raise FilterError(read.problems)
        return filter_.canonical(vocabulary)

    def canonical(self, vocabulary: Vocabulary) -> "Filter":
        """The same filter with its `query`; the period is always told, so that the address keeps its meaning."""
        parts = {
            "soort": None if self.kinds == vocabulary.usual_kinds else ",".join(self.kinds),
            "van": self.first.isoformat(),
            "tot": self.last.isoformat(),
            "gebied": self.area,
            "uren": hours_text(self.hours),
            "weken": None if self.weeks is None else "..".join(week_text(monday) for monday in self.weeks),
            "plek": None if self.place is None else ".".join(str(cell) for cell in self.place),
            "pogingen": None if self.attempts == "alle" else self.attempts,
            "cel": None if self.cell == USUAL_CELL else str(self.cell),
            "bron": None if self.sources is None else ",".join(self.sources),
            "niveau": None if self.level == vocabulary.usual_level else self.level,
        }
        text = "&".join(f"{name}={quote(value, safe=',.-_')}" for name, value in parts.items() if value is not None)
        return Filter(**{**self.__dict__, "query": text})

    @property
    def attempt(self) -> bool | None:
        """True for attempts only, False for completed only."""
        return ATTEMPTS[self.attempts]

    def as_json(self) -> dict[str, object]:
        """For the page."""
        return {
            "query": self.query,
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "kinds": list(self.kinds),
            "area": self.area,
            "hours": hours_text(self.hours),
            "hour_numbers": None if self.hours is None else sorted(self.hours),
            "weeks": None if self.weeks is None else [week_text(monday) for monday in self.weeks],
            "place": None if self.place is None else ".".join(str(cell) for cell in self.place),
            "attempts": self.attempts,
            "cell": self.cell,
            "sources": None if self.sources is None else list(self.sources),
            "level": self.level,
        }


class _Reader:
    """Reads one query string, and collects what does not fit."""

    def __init__(self, query: Mapping[str, str], vocabulary: Vocabulary) -> None:
        self.query, self.vocabulary = query, vocabulary
        self.problems: list[Problem] = []

    def _text(self, name: str) -> str:
        # A form without script repeats the parameter for each box that is ticked.
        values = self.query.getlist(name) if isinstance(self.query, MultiValueDict) else [self.query.get(name) or ""]
        return ",".join(value.strip() for value in values if value.strip())

    def _wrong(self, name: str, value: str, expected: str) -> None:
        self.problems.append(Problem(name, value[:80], expected))

    def choice(self, name: str, allowed: tuple[str, ...], usual: str) -> str:
        value = self._text(name) or usual
        if value not in allowed:
            self._wrong(name, value, _("one of: %(list)s") % {"list": ", ".join(allowed)})
        return value

    def _several(self, name: str, allowed: tuple[str, ...]) -> tuple[str, ...] | None:
        values = {value.strip() for value in self._text(name).split(",")} - {""}
        for value in sorted(values - set(allowed)):
            self._wrong(name, value, _("one or more of: %(list)s") % {"list": ", ".join(allowed)})
        return tuple(key for key in allowed if key in values) or None

    def kinds(self) -> tuple[str, ...]:
        return self._several("soort", self.vocabulary.kinds) or self.vocabulary.usual_kinds

    def sources(self) -> tuple[str, ...] | None:
        chosen = self._several("bron", self.vocabulary.sources)
        return None if chosen == self.vocabulary.sources else chosen

    def area(self) -> str | None:
        value = self._text("gebied") or None
        if value is not None and value not in self.vocabulary.areas:
            self._wrong("gebied", value, _("the code of an area of this municipality"))
        return value

    def day(self, name: str, usual: date) -> date:
        value = self._text(name)
        return usual if not value else read_day(value, name, self.problems) or usual

    def last(self, first: date) -> date:
        known = len(self.problems)
        last = self.day("tot", max(first, self.vocabulary.last))
        if last < first and len(self.problems) == known:
            self._wrong("tot", last.isoformat(), _("a day on or after %(first)s") % {"first": first.isoformat()})
        return last

    def cell(self) -> int:
        value = self._text("cel")
        if not value:
            return USUAL_CELL
        if not value.isdecimal() or int(value[:9]) not in CELL_SIZES:
            self._wrong(
                "cel", value, _("a number of metres from %(least)d to %(most)d, a multiple of %(step)d") % {
                    "least": SMALLEST_CELL, "most": LARGEST_CELL, "step": CELL_SIZES.step,
                },
            )  # fmt: skip
            return USUAL_CELL
        return int(value)

    def place(self, cell: int) -> tuple[int, ...] | None:
        value = self._text("plek")
        if not value:
            return None
        numbers = value.split(".")
        whole = all(number.isdecimal() and len(number) <= 9 for number in numbers)
        cells = sorted({int(number) for number in numbers}) if whole else []
        mask = self.vocabulary.grid(cell).mask.ravel()
        if not whole or len(cells) > MOST_CELLS or cells[-1] >= mask.size or not mask[cells].all():
            expected = _("at most %(most)d numbers of cells of %(cell)d metres inside the city, joined by dots")
            self._wrong("plek", value, expected % {"most": MOST_CELLS, "cell": cell})
            return None
        return tuple(cells)

    def weeks(self) -> tuple[date, date] | None:
        value = self._text("weken")
        if not value:
            return None
        mondays = [_monday(text) for text in value.split("..")]
        first, last = mondays[0], mondays[-1]
        if len(mondays) > 2 or first is None or last is None or last < first:
            self._wrong("weken", value, _("a week such as 2026-W10, or two in order such as 2026-W01..2026-W10"))
            return None
        return first, last

    def hours(self) -> frozenset[int] | None:
        value = self._text("uren")
        if not value:
            return None
        chosen: set[int] = set()
        for text in value.split(","):
            span = hours_between(text.strip().lower())
            if span is None:
                expected = _("hours such as vr23-za3 (Friday 23:00 to Saturday 03:00) or 4.23-5.3, joined by commas")
                self._wrong("uren", text.strip(), expected)
            else:
                chosen |= span
        return frozenset(chosen) if 0 < len(chosen) < HOURS else None


def read_day(value: str, name: str, problems: list[Problem]) -> date | None:
    """The day that a parameter names; None for what is no such day, which is added to the problems."""
    try:
        day = date.fromisoformat(value) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) else None
    except ValueError:
        day = None
    if day is not None and EARLIEST <= day <= LATEST:
        return day
    bounds = {"first": EARLIEST.isoformat(), "last": LATEST.isoformat()}
    problems.append(Problem(name, value[:80], _("a day such as 2026-11-22, from %(first)s to %(last)s") % bounds))
    return None


def hours_between(text: str) -> set[int] | None:
    """Hours of a stretch such as `vr23-za3`; its end is not part of it. None when it is no such text."""
    points = [_POINT.match(part) for part in text.split("-")]
    if len(points) != 2:
        return None
    numbers = []
    for point in points:
        if point is None or int(point[3]) > 24:
            return None
        numbers.append((DAYS.index(point[1]) if point[1] else int(point[2])) * 24 + int(point[3]))
    begin, end = numbers
    length = (end - begin) % HOURS or HOURS
    return {(begin + hour) % HOURS for hour in range(length)}


def hours_text(hours: frozenset[int] | None) -> str | None:
    """The canonical text of hours of the week: stretches in order, one over the end of the week last."""
    if hours is None:
        return None
    begins = sorted(hour for hour in hours if (hour - 1) % HOURS not in hours)
    stretches = []
    for begin in begins:
        end = begin
        while end % HOURS in hours:
            end += 1
        stretches.append(f"{_point(begin)}-{_point(end % HOURS)}")
    return ",".join(stretches)


def _point(hour: int) -> str:
    return f"{DAYS[hour // 24]}{hour % 24}"


def _monday(text: str) -> date | None:
    match = _WEEK.match(text.strip().upper())
    try:
        monday = date.fromisocalendar(int(match[1]), int(match[2]), 1) if match else None
    except ValueError:
        return None
    return monday if monday is not None and EARLIEST <= monday <= LATEST else None


def week_text(monday: date) -> str:
    """`2026-W47` of a day."""
    year, week, _day = monday.isocalendar()
    return f"{year}-W{week:02d}"


def day_number(day: date) -> int:
    """Days since 1970, as the store counts them."""
    return (day - _EPOCH).days


def week_number(day: date) -> int:
    """Weeks since 29 December 1969, as the store counts them."""
    return (day_number(day) + MONDAY_DAYS) // 7


def monday_of(week: int) -> date:
    """The Monday on which a week number begins."""
    return _EPOCH + timedelta(days=7 * week - MONDAY_DAYS)
