"""Small multiples: the weeks of each area beside each other, each with its band and its sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openvis.store.loaded import plain
from openvis.web.ui.formatting import number

from . import extent, panels, wording
from .filter import FilterError, Problem
from .frame import Frame, PictureArea
from .panels import Asked

SCALE, LEVEL, ALL = "schaal", "niveau", "alles"
SAME, OWN = "gelijk", "eigen"
SHOWN = 24
"""Areas shown at first: those with most incidents."""
WIDTH, HEIGHT, TOP = 300, 84, 6
"""Of a drawing, in its own units."""
BY_CHANCE = 0.025
"""Share of ordinary weeks above the band."""
NAMED = 4
"""Areas named in a sentence before the rest becomes a number."""


@dataclass(frozen=True)
class AreaWeeks:
    """One area: its weeks as `panels.weeks` gives them, and what they say."""

    area: PictureArea
    weeks: list[dict[str, Any]]

    @property
    def count(self) -> float:
        """Incidents in the period."""
        return float(sum(week["count"] for week in self.weeks))

    @property
    def title(self) -> str:
        """How the latest weeks compare with what was to be expected."""
        return wording.weeks_title(self.weeks) if self.count else wording.matrix_title((), 0.0)

    @property
    def most(self) -> float:
        """The highest point of line and band."""
        return max((max(week["count"], week["high"] or 0.0) for week in self.weeks), default=0.0)

    @property
    def latest(self) -> dict[str, Any] | None:
        """The last whole week with an expectation."""
        known = [week for week in self.weeks if week["expected"] is not None and not week["incomplete"]]
        return known[-1] if known else None


def scale_of(query: Mapping[str, str]) -> str:
    """Whether all areas share one scale (usual) or each has its own. Raises FilterError."""
    value = query.get(SCALE) or SAME
    if value not in (SAME, OWN):
        expected = _("one of: %(list)s") % {"list": f"{SAME}, {OWN}"}
        raise FilterError([Problem(SCALE, value[:80], expected)])
    return value


def level_of(query: Mapping[str, str], asked: Asked) -> str:
    """The level shown: the chosen one, else the coarsest that has some areas."""
    return asked.filter.level if query.get(LEVEL) else str(extent.label_levels(asked.frame)[0]["id"])


def areas(asked: Asked, level: str) -> list[AreaWeeks]:
    """The areas of a level (those inside the chosen area, when there is one), most incidents first."""
    key = ("multiples", asked.filter.query, level, asked.language)
    return asked.loaded.remember(key, lambda: _areas(asked, level))


def _areas(asked: Asked, level: str) -> list[AreaWeeks]:
    span = panels.Span.of(asked)
    if span is None:
        return []
    shown = _inside(asked, level)
    row = {
        key: place for place, area in enumerate(shown) for part in asked.frame.finest_in(area.code) for key in part.keys
    }
    answer = asked.ask("kind_weeks", asked.selection.always())
    place = np.array([row.get(key, -1) for key in plain(answer["area"], -1).tolist()], dtype=np.int64)
    week = answer["week"].astype(np.int64) - span.begin
    known = (place >= 0) & (week >= 0) & (week < span.size)
    series = np.zeros((len(shown), span.size))
    np.add.at(series, (place[known], week[known]), answer["weight"][known])
    found = [AreaWeeks(area, span.rows(counts)) for area, counts in zip(shown, series, strict=True)]
    return sorted(found, key=lambda one: (-one.count, one.area.name))


def _inside(asked: Asked, level: str) -> list[PictureArea]:
    frame, shown = asked.frame, asked.frame.areas_of(level)
    if asked.filter.area is None:
        return shown
    inside = {part.code for part in frame.finest_in(asked.filter.area)}
    return [area for area in shown if not inside.isdisjoint(part.code for part in frame.finest_in(area.code))]


def sentence(found: list[AreaWeeks]) -> str:
    """Which areas lie above their band in the last whole week, and how many would by chance."""
    judged = [one for one in found if one.latest is not None]
    if not judged:
        return _("Too little history to say what was to be expected")
    above = [one.area.name for one in judged if (one.latest or {})["above"]]
    by_chance = number(len(judged) * BY_CHANCE, 1)
    values = {"areas": number(len(judged)), "chance": by_chance, "number": number(len(above)), "names": _names(above)}
    if not above:
        return _("Of %(areas)s areas none lies above its band in the last whole week") % values
    return ngettext(
        "Of %(areas)s areas %(number)s lies above its band in the last whole week: %(names)s (by chance alone some "
        "%(chance)s)",
        "Of %(areas)s areas %(number)s lie above their band in the last whole week: %(names)s (by chance alone some "
        "%(chance)s)",
        len(above),
    ) % values


def _names(names: list[str]) -> str:
    rest = len(names) - NAMED
    if rest > 0:
        return _("%(names)s and %(rest)s more") % {"names": ", ".join(names[:NAMED]), "rest": rest}
    return ", ".join(names)


# Drawn


@dataclass(frozen=True)
class Drawing:
    """One area as the shapes of an SVG of WIDTH by HEIGHT."""

    band: list[str]
    line: str
    open: str
    above: list[tuple[float, float]]
    top: float


def drawing(one: AreaWeeks, top: float) -> Drawing:
    """Band, line and points of an area on a scale that ends at `top`."""
    rows, top = one.weeks, top or 1.0
    last = max(1, len(rows) - 1)

    def at(place: int, value: float) -> tuple[float, float]:
        return round(WIDTH * place / last, 1), round(TOP + (HEIGHT - TOP) * (1.0 - value / top), 1)

    counts = [at(place, row["count"]) for place, row in enumerate(rows)]
    complete = sum(1 for row in rows if not row["incomplete"])
    return Drawing(
        band=[
            _points([*(at(i, rows[i]["high"]) for i in run), *(at(i, rows[i]["low"]) for i in reversed(run))])
            for run in _runs(rows)
        ],
        line=_points(counts[:complete]),
        open=_points(counts[max(0, complete - 1) :]),
        above=[point for point, row in zip(counts, rows, strict=True) if row["above"]],
        top=top,
    )


def _points(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _runs(rows: list[dict[str, Any]]) -> list[list[int]]:
    """Stretches of weeks with a band."""
    found: list[list[int]] = []
    for place, row in enumerate(rows):
        if row["low"] is None:
            continue
        if found and found[-1][-1] == place - 1:
            found[-1].append(place)
        else:
            found.append([place])
    return found


def levels(frame: Frame, language: str | None) -> list[dict[str, str]]:
    """The levels one can choose."""
    return [{"id": level.id, "name": level.plural.get(language)} for level in frame.profile.levels]
