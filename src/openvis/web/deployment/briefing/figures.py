"""What a briefing tells: this week against the weeks before and last year, the places, the agreements."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access.models import User
from openvis.web.picture import selectors as picture

from .. import areas, drawing, reading, selectors, words
from ..models import FocusPlace

WEEK = timedelta(days=7)
YEAR = 52 * WEEK
BEFORE = 4
"""Weeks before this one that it is compared with."""
PLACES = 5
PLACES_WEEKS = 52
"""Weeks from which the places are taken: fewer hold too few incidents to tell a place from chance."""


@dataclass(frozen=True, slots=True)
class Line:
    """A kind of incidents this week, per week before, and per week a year ago."""

    name: str
    now: float
    four: words.Compared
    year: words.Compared | None
    """None when the data do not reach back that far."""


@dataclass(frozen=True)
class Briefing:
    """One area in one week."""

    area: areas.Place
    week: date
    total: Line
    lines: list[Line]
    expected: str
    """The total against what could be expected of this week: a key of `words.EXPECTED`."""
    incomplete: bool
    places: list[dict[str, Any]]
    kept: list[FocusPlace]
    sources: list[dict[str, Any]]
    made_up: bool
    cells: list[drawing.Cell]

    @property
    def last_day(self) -> date:
        """The Sunday of the week."""
        return self.week + timedelta(days=6)


def make(user: User, area: areas.Place, week: date) -> Briefing:
    """The briefing of an area for the week that begins on a Monday."""
    sunday = week + timedelta(days=6)
    line = reading.changed("", gebied=area.code, **reading.period(week - YEAR - BEFORE * WEEK, sunday))
    all_weeks = reading.week_line(line)
    known_from = picture.fresh().first
    lines = [
        _line(name, reading.week_line(reading.changed(line, soort=",".join(kinds))), week, known_from)
        for name, kinds in _groups()
    ]
    this = next((item for item in all_weeks if item.start == week), None)
    spots = reading.whole(reading.changed(line, **reading.period(reading.weeks_back(week, PLACES_WEEKS), sunday)))
    return Briefing(
        area, week, _line(_("All incidents"), all_weeks, week, known_from), lines, _expected(this),
        bool(this and this.incomplete), spots["places"][:PLACES], selectors.in_area(user, area.code),
        spots["sources"], reading.made_up(spots), _hot(spots),
    )


def _groups() -> list[tuple[str, list[str]]]:
    """The groups of the profile that have kinds in the picture, with their kinds."""
    usual = picture.frame().usual_kinds
    profile, language = city.profile(), get_language()
    found = []
    for group in profile.groups:
        kinds = [kind.id for kind in profile.kinds if kind.group == group.id and kind.id in usual]
        if kinds:
            found.append((group.name.get(language), kinds))
    return found


def _line(name: str, known: list[reading.Week], week: date, first: date | None) -> Line:
    counts = {item.start: item.count for item in known}
    incomplete = any(item.start == week and item.incomplete for item in known)
    now = counts.get(week, 0.0)
    before = sum(counts.get(week - back * WEEK, 0.0) for back in range(1, BEFORE + 1))
    year = None
    if first is not None and first <= week - YEAR - BEFORE * WEEK:
        then = sum(counts.get(week - YEAR - back * WEEK, 0.0) for back in range(BEFORE + 1))
        year = _compared(now, then, BEFORE + 1, incomplete)
    return Line(name, now, _compared(now, before, BEFORE, incomplete), year)


def _compared(now: float, other: float, weeks: int, incomplete: bool) -> words.Compared:
    """This week beside the mean of some weeks. What is less may still become more while reports come in."""
    word = words.compared(now, 1, other, weeks)
    return words.Compared(other / weeks, words.INCOMPLETE if incomplete and word == words.LESS else word)


def _expected(week: reading.Week | None) -> str:
    if week is None or week.expected is None or week.incomplete:
        return words.FEW
    if week.above:
        return words.MORE
    return words.LESS if week.below else words.SAME


def _hot(found: reading.Answer) -> list[drawing.Cell]:
    cells = found["cells"]
    rows = zip(cells["id"], cells["count"], cells["hot"], strict=True)
    hot = [(cell, count) for cell, count, is_hot in rows if is_hot]
    if not hot:
        return []
    polygons = reading.grid(found["grid"]["cell"]).polygons(np.array([cell for cell, _count in hot]))
    return [drawing.Cell(polygon, count) for polygon, (_cell, count) in zip(polygons, hot, strict=True)]


def draw(briefing: Briefing) -> bytes:
    """The area with its numbered places, as SVG."""
    parts = areas.parts_of(briefing.area)
    background = [(part.name, part.shape) for part in parts]
    to_plane = picture.frame().from_earth
    numbers = []
    for item in briefing.places:
        x, y = to_plane.transform(*item["centre"])
        numbers.append(drawing.Number(x, y, str(item["rank"])))
    return drawing.svg(background, briefing.cells, numbers=numbers, window=briefing.area.shape, width=480, height=400)


def recent_weeks(number: int = 8) -> list[date]:
    """Mondays of the latest whole weeks, newest first."""
    latest = reading.latest_day()
    monday = latest - timedelta(days=latest.weekday())
    return [monday - back * WEEK for back in range(number)]


def week_counts(area: areas.Place, mondays: list[date]) -> dict[date, reading.Week]:
    """The weeks of an area, for the list of briefings."""
    period = reading.period(min(mondays), max(mondays) + timedelta(days=6))
    return {item.start: item for item in reading.week_line(reading.changed("", gebied=area.code, **period))}
