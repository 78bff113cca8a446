"""Open counts: what tables of numbers per area, kind and period can bear, which is areas, rates and years.

They hold no places and no hours, and are never added to incidents.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from . import panels, rules, selectors, wording
from .filter import Filter
from .frame import Frame, PictureArea

YEAR = "year"
ABOUT_THE_SAME = 0.01
"""Part by which two years may differ and still be called the same."""
PERIODS_A_YEAR = {"year": 1, "quarter": 4, "month": 12}


class Years:
    """Counts per finest area and year, for some kinds; a value that the publisher withheld is told, never zero."""

    def __init__(self, table: pa.Table, kinds: Sequence[int]) -> None:
        rows = table.to_pydict()
        self.values: dict[tuple[int, int], float] = {}
        self.withheld: dict[tuple[int, int], int] = {}
        self.sources: set[int] = set()
        self.unfinished: set[int] = set()
        periods: dict[tuple[int, int, int, int, str], int] = {}
        wanted = [row for row in zip(*rows.values(), strict=True) if row[1] in kinds]
        whole = {(source, kind, area, day.year) for source, kind, area, day, unit, _value in wanted if unit == YEAR}
        for source, kind, area, period, unit, value in wanted:
            if unit != YEAR and (source, kind, area, period.year) in whole:
                continue  # a table that gives the year as well as its months is not added up twice
            self.sources.add(source)
            place = (area, period.year)
            if value is None:
                self.withheld[place] = self.withheld.get(place, 0) + 1
            else:
                self.values[place] = self.values.get(place, 0.0) + value
            key = (source, kind, area, period.year, unit)
            periods[key] = periods.get(key, 0) + 1
        for (_source, _kind, _area, year, unit), number in periods.items():
            if number < PERIODS_A_YEAR.get(unit, 1):
                self.unfinished.add(year)

    @property
    def years(self) -> list[int]:
        """Years with any number, in order."""
        return sorted({year for _area, year in (*self.values, *self.withheld)})

    def count(self, keys: Sequence[int], year: int) -> float | None:
        """Sum over areas in a year; None when there is no number for any of them."""
        found = [self.values[key, year] for key in keys if (key, year) in self.values]
        return float(np.sum(found)) if found else None

    def missing(self, keys: Sequence[int], year: int) -> int:
        """How many numbers were withheld."""
        return sum(self.withheld.get((key, year), 0) for key in keys)


def counts_answer(user: rules.Person, filter_: Filter) -> dict[str, Any]:
    """The open counts under a filter: kinds, area, level, and the year of the filter's last day (or the latest before).

    Raises Http404 for who may not see the picture.
    """
    if not rules.may_view(user):
        raise Http404
    frame = selectors.frame()
    return compute(selectors.current().store.counts(), frame, filter_, get_language() or "")


def compute(table: pa.Table, frame: Frame, filter_: Filter, language: str) -> dict[str, Any]:
    """The answer itself, from a table in the COUNTS schema."""
    present = set(table["kind"].to_pylist())
    kinds = _kinds(frame, filter_, present)
    per = Years(table, [kind.number for kind in kinds])
    years = per.years
    whole = [year for year in years if year not in per.unfinished] or years
    year = max((year for year in whole if year <= filter_.last.year), default=whole[-1] if whole else None)
    base_kind = panels.base_of(frame, tuple(kind.id for kind in kinds))
    shown = _shown(frame, filter_)
    areas = [] if year is None else [_area(frame, area, per, years, year, base_kind) for area in shown]
    keys = [key for area in _within(frame, filter_) for key in area.keys]
    totals = [
        {
            "year": one,
            "count": per.count(keys, one),
            "withheld": per.missing(keys, one),
            "unfinished": one in per.unfinished,
        }
        for one in years
    ]
    until = str(years[-1]) if years else None
    return {
        "filter": filter_.as_json(),
        "note": _(
            "These are published totals per area and year. They hold no places and no hours, so there are no hot cells "
            "and no hours of the week here, and they are not added to the incidents."
        ),
        "kinds": [{"id": kind.id, "name": kind.name.get(language)} for kind in kinds],
        "choice": [
            {"id": kind.id, "name": kind.name.get(language)} for kind in frame.profile.kinds if kind.number in present
        ],
        "sources": [
            {"key": source.key, "name": source.name.get(language), "until": until, "demo": False}
            for source in frame.sources
            if source.number in per.sources
        ],
        "year": year,
        "years": totals,
        "areas": areas,
        "base_kind": base_kind,
        "findings": {"areas": wording.areas_title(areas), "years": _years_title(per, keys, years)},
    }


def _kinds(frame: Frame, filter_: Filter, present: set[int]) -> list[Any]:
    """The chosen kinds that were counted; without a choice that fits, the total when there is one, else all."""
    counted = [kind for kind in frame.profile.kinds if kind.number in present]
    chosen = [kind for kind in counted if kind.id in filter_.kinds]
    if chosen and filter_.kinds != frame.usual_kinds:
        return chosen
    sums = [kind for kind in counted if kind.total]
    return sums[:1] or counted


def _within(frame: Frame, filter_: Filter) -> list[PictureArea]:
    return frame.areas_of(frame.finest) if filter_.area is None else frame.finest_in(filter_.area)


def _shown(frame: Frame, filter_: Filter) -> list[PictureArea]:
    inside = {part.code for part in _within(frame, filter_)}
    return [
        area
        for area in frame.areas_of(filter_.level)
        if not inside.isdisjoint(part.code for part in frame.finest_in(area.code))
    ]


def _area(
    frame: Frame, area: PictureArea, per: Years, years: Sequence[int], year: int, base_kind: str
) -> dict[str, Any]:
    """One area in the chosen year, and its row of years."""
    keys = [key for part in frame.finest_in(area.code) for key in part.keys]
    count = per.count(keys, year)
    row = panels.rated(frame, area, count or 0.0, base_kind)
    if count is None:
        row |= {"count": None, "rate": None, "low": None, "high": None}
    return row | {
        "withheld": per.missing(keys, year),
        "trend": [{"year": one, "count": per.count(keys, one)} for one in years],
    }


def _years_title(per: Years, keys: Sequence[int], years: Sequence[int]) -> str:
    """How the last whole year compares with the first, over the areas that have a number in both.

    Where a number was withheld in one of them, the sums of the years are not of the same areas.
    """
    known = [year for year in years if year not in per.unfinished and per.count(keys, year) is not None]
    if len(known) < 2:
        return _("No years to compare")
    first, last = known[0], known[-1]
    both = [key for key in keys if (key, first) in per.values and (key, last) in per.values]
    before, after = per.count(both, first), per.count(both, last)
    if not before or after is None:
        return _("No years to compare")
    change = after / before - 1.0
    values = {"change": wording.percent(abs(change)), "from": str(first), "to": str(last)}
    if abs(change) < ABOUT_THE_SAME:
        return _("About the same in %(to)s as in %(from)s") % values
    if change > 0:
        return _("%(change)s more in %(to)s than in %(from)s") % values
    return _("%(change)s fewer in %(to)s than in %(from)s") % values
