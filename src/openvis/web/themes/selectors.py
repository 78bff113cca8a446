"""What the pages read: figures as they were fixed, and the places of a person's areas."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from openvis.profile import Profile
from openvis.web import city
from openvis.web.access import people
from openvis.web.access.models import User
from openvis.web.deployment import areas

from . import rules
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


def theme(kind: str, key: str, lang: str | None) -> tuple[str, Table] | None:
    """One theme over the last quarters: its name, and per quarter what belongs to it. None for what is no theme."""
    names, kept = Names(city.profile(), lang), figures()[:SHOWN]
    quarters = [(f"{item.year}-{item.quarter}", _("quarter %(quarter)d of %(year)d") % {
        "quarter": item.quarter, "year": item.year}) for item in kept]  # fmt: skip
    if kind == "phenomenon" and key in names.phenomena:
        keys = list(dict.fromkeys(code for item in kept for code in item.phenomena["columns"]))
        lines = [Line(code, names.area(code), [_cell(item.phenomena, key, code) for item in kept]) for code in keys]
        return names.phenomenon(key), Table(quarters, lines)
    if kind == "area" and key in names.areas and any(key in item.phenomena["columns"] for item in kept):
        keys = list(dict.fromkeys(row for item in kept for row in item.phenomena["rows"]))
        lines = [Line(row, names.phenomenon(row), [_cell(item.phenomena, row, key) for item in kept]) for row in keys]
        return names.area(key), Table(quarters, lines)
    if kind == "branch" and key in names.branches:
        line = Line("all", _("Signals"), [_cell(item.branches, key, "all") for item in kept])
        return names.branch(key), Table(quarters, [line])
    return None


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


def risk(lang: str | None) -> tuple[QuarterFigures, list[RiskLine]] | None:
    """The latest risk profile; None while its assessment is not registered (any more), or there is none yet."""
    profile = city.profile()
    if profile.themes.assessed is None:
        return None
    kept = QuarterFigures.objects.filter(risk__isnull=False).first()
    if kept is None:
        return None
    names = Names(profile, lang)
    return kept, [
        RiskLine(**{**line, "area": names.area(line["area"]), "branch": names.branch(line["branch"])})
        for line in kept.risk
    ]


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
