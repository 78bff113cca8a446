"""What the pages read: figures as they were fixed, and the places of a person's areas."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openvis.analysis.risk import LEAST_K, LEAST_ROWS
from openvis.profile import Profile
from openvis.web import city
from openvis.web.access import people
from openvis.web.access.models import User
from openvis.web.deployment import areas

from . import counting, rules
from .counting import ELSEWHERE, TOTAL
from .models import PlaceOutOfSight, QuarterFigures

SHOWN = 8
"""Quarters beside each other on the page of a theme."""


def figures() -> list[QuarterFigures]:
    """Every quarter that was fixed, the latest first."""
    return list(QuarterFigures.objects.select_related("released_by"))


def released() -> list[QuarterFigures]:
    """What reports and public pages may read, and nothing else of signals: protected, and released by a person."""
    return list(QuarterFigures.objects.filter(released_at__isnull=False))


def of_quarter(year: int, quarter: int) -> QuarterFigures | None:
    """The figures of a quarter."""
    return QuarterFigures.objects.select_related("released_by").filter(year=year, quarter=quarter).first()


class Names:
    """Keys of figures in words; a key that the profile has no more stays as it is."""

    def __init__(self, profile: Profile, lang: str | None) -> None:
        self.phenomena = {item.id: item.name.get(lang) for item in profile.signals.phenomena}
        self.branches = {item.id: item.name.get(lang) for item in profile.signals.branches}
        self.areas = {area.code: area.name for area in profile.areas}

    def phenomenon(self, key: str) -> str:
        """A phenomenon."""
        return _("Total") if key == TOTAL else self.phenomena.get(key, key)

    def branch(self, key: str) -> str:
        """A branch."""
        if key in (TOTAL, ELSEWHERE):
            return _("Total") if key == TOTAL else _("no branch named")
        return self.branches.get(key, key)

    def area(self, key: str) -> str:
        """An area."""
        if key in (TOTAL, ELSEWHERE):
            return _("Total") if key == TOTAL else _("no area named")
        return self.areas.get(key, key)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: None where a number is hidden."""

    key: str
    name: str
    values: list[int | None]


@dataclass(frozen=True, slots=True)
class Table:
    """Figures with names."""

    columns: list[tuple[str, str]]
    lines: list[Line]

    @property
    def hidden(self) -> int:
        """How many numbers are left out."""
        return sum(value is None for line in self.lines for value in line.values)

    @property
    def silent(self) -> list[Line]:
        """The rows in which nothing happened: every number is told, and is zero."""
        return [line for line in self.lines if line.key != TOTAL and all(value == 0 for value in line.values)]

    @property
    def filled(self) -> list[Line]:
        """The other rows."""
        silent = {line.key for line in self.silent}
        return [line for line in self.lines if line.key not in silent]


def by_phenomenon(kept: QuarterFigures, lang: str | None) -> Table:
    """Phenomenon by area of one quarter."""
    names, told = Names(city.profile(), lang), kept.phenomena
    return Table(
        [(key, names.area(key)) for key in told["columns"]],
        [Line(key, names.phenomenon(key), line) for key, line in zip(told["rows"], told["values"], strict=True)],
    )  # fmt: skip


def by_branch(kept: QuarterFigures, lang: str | None) -> Table:
    """Branches of one quarter."""
    names, told = Names(city.profile(), lang), kept.branches
    return Table(
        [("all", _("Signals"))],
        [Line(key, names.branch(key), line[:1]) for key, line in zip(told["rows"], told["values"], strict=True)],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Point:
    """The number of one quarter; None where it is hidden."""

    quarter: str
    """In words."""
    short: str
    value: int | None


@dataclass(frozen=True, slots=True)
class Theme:
    """One phenomenon, branch or area over the last quarters: its course from old to new, and what belongs to it."""

    name: str
    course: list[Point]
    parts: Table


def theme(kind: str, key: str, lang: str | None) -> Theme | None:
    """One theme over the last quarters. None for what is no theme."""
    names, kept = Names(city.profile(), lang), figures()[:SHOWN]
    quarters = [(str(item), quarter_in_words(item)) for item in kept]
    if kind == "phenomenon" and key in names.phenomena:
        keys = list(dict.fromkeys(code for item in kept for code in item.phenomena["columns"]))
        lines = [Line(code, names.area(code), [_cell(item.phenomena, key, code) for item in kept]) for code in keys]
        name, totals = names.phenomenon(key), [_cell(item.phenomena, key, TOTAL) for item in kept]
    elif kind == "area" and key in names.areas and any(key in item.phenomena["columns"] for item in kept):
        keys = list(dict.fromkeys(row for item in kept for row in item.phenomena["rows"]))
        lines = [Line(row, names.phenomenon(row), [_cell(item.phenomena, row, key) for item in kept]) for row in keys]
        name, totals = names.area(key), [_cell(item.phenomena, TOTAL, key) for item in kept]
    elif kind == "branch" and key in names.branches:
        lines = []
        name, totals = names.branch(key), [_cell(item.branches, key, "all") for item in kept]
    else:
        return None
    return Theme(name, _course(kept, totals), Table(quarters, lines))


def course() -> list[Point]:
    """All signals over the last quarters, from old to new."""
    kept = figures()[:SHOWN]
    return _course(kept, [_cell(item.phenomena, TOTAL, TOTAL) for item in kept])


def _course(kept: list[QuarterFigures], values: list[int | None]) -> list[Point]:
    return [
        Point(quarter_in_words(item), _("q%(quarter)d %(year)d") % {"quarter": item.quarter, "year": item.year}, value)
        for item, value in zip(reversed(kept), reversed(values), strict=True)
    ]  # fmt: skip


def quarter_in_words(item: QuarterFigures) -> str:
    """A quarter as people say it."""
    return _("quarter %(quarter)d of %(year)d") % {"quarter": item.quarter, "year": item.year}


def _cell(told: dict[str, Any], row: str, column: str) -> int | None:
    if row not in told["rows"] or column not in told["columns"]:
        return None
    value: int | None = told["values"][told["rows"].index(row)][told["columns"].index(column)]
    return value


@dataclass(frozen=True, slots=True)
class RiskLine:
    """A combination of area and branch in the risk profile."""

    area: str
    branch: str
    firms: int
    score: float
    signals: float
    heavy: float
    steady: float
    chance: float


def latest_risk() -> QuarterFigures | None:
    """The latest figures with a risk profile; None while it is off (again), or there is none yet."""
    if counting.switched_on(city.profile()) is None:
        return None
    return QuarterFigures.objects.filter(risk__isnull=False).first()


def risk(lang: str | None) -> tuple[QuarterFigures, list[RiskLine]] | None:
    """The latest risk profile, with names."""
    kept = latest_risk()
    if kept is None:
        return None
    names = Names(city.profile(), lang)
    return kept, [
        RiskLine(**{**line, "area": names.area(line["area"]), "branch": names.branch(line["branch"])})
        for line in kept.risk
    ]


@dataclass(frozen=True, slots=True)
class Need:
    """Something that the risk profile waits for."""

    done: bool
    text: str


def needs() -> list[Need]:
    """What has to be there before a risk profile is made, and whether it is."""
    profile = city.profile()
    told, rows = profile.themes.risk, len(counting.compared(profile))
    agreed = profile.themes.assessed
    assessment = agreed.assessment if agreed is not None else None
    known = bool(profile.firms) and told is not None
    return [
        Need(True, _("The assessment is registered: %s.") % assessment.dpia) if assessment is not None
        else Need(False, _("Adopt an assessment (DPIA), and write its number and date in themes.yaml.")),
        Need(True, _("The numbers of firms are there: %s.") % told.source) if known and told is not None
        else Need(False, _("Bring the number of firms by area and branch in, with the command “openvis profile firms”.")),
        Need(rows >= LEAST_ROWS, ngettext(
            "%(number)d combination of area and branch holds at least %(k)d firms; %(least)d are needed.",
            "%(number)d combinations of area and branch hold at least %(k)d firms; %(least)d are needed.", rows,
        ) % {"number": rows, "k": max(profile.signals.k, LEAST_K), "least": LEAST_ROWS}),
        *([Need(False, _("Numbers of a register: these are invented, and count in a demonstration alone."))]
          if told is not None and told.invented and city.demonstration() is None else []),
    ]  # fmt: skip


# ---- places out of sight -------------------------------------------------------------------------------------------


def places(user: User) -> list[PlaceOutOfSight]:
    """The places on the list in the areas where somebody plans controls; what was never planned first."""
    if not people.may(user, rules.PLAN):
        return []
    found = PlaceOutOfSight.objects.select_related("address", "changed_by").filter(ends_on__isnull=True)
    held = people.areas_for(user, rules.PLAN)
    if held is not None:
        found = found.filter(areas__overlap=list(held))
    return sorted(found, key=lambda item: (item.next_control or date.min, item.title))


def places_due(user: User, day: date) -> list[PlaceOutOfSight]:
    """Places to be controlled on or before a day, or without a day for it: what control days choose from."""
    return [item for item in places(user) if item.next_control is None or item.next_control <= day]


def place(user: User, key: UUID) -> PlaceOutOfSight | None:
    """One place, where the person keeps it."""
    item = PlaceOutOfSight.objects.select_related("address", "changed_by").filter(pk=key, ends_on__isnull=True).first()
    return item if item is not None and rules.keeps(user, item.areas) else None


def area_choices(user: User) -> list[tuple[str, str]]:
    """The areas somebody may choose, by level from coarse to fine."""
    held = people.areas_for(user, rules.PLAN)
    return [
        (item.code, f"{item.name} ({level.name})")
        for level in city.profile().levels for item in areas.of_level(level.id)
        if held is None or not held.isdisjoint(item.codes)
    ]  # fmt: skip
