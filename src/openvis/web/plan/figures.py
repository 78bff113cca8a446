"""The city's own registered figures per year, from the open count tables: real, and apart from any incidents."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import NamedTuple

import pyarrow as pa
from django.conf import settings

from openvis.analysis import rates
from openvis.analysis.rates import Rate
from openvis.profile import Indicator, Profile
from openvis.store.eventstore import EventStore
from openvis.web.places.models import Area

PER = {"per_1000_inhabitants": "inhabitants", "per_1000_dwellings": "dwellings"}
"""Units that count tables can answer, and the base they are taken of."""


@dataclass(frozen=True, slots=True)
class YearFigure:
    """What was registered in a year; `withheld` values of areas were kept back by the publisher, and are not zero."""

    year: int
    count: int
    base: int
    withheld: int = 0

    @property
    def rate(self) -> Rate:
        """Per 1,000 of the base, with its exact interval."""
        return rates.rate(self.count, self.base)


class _Value(NamedTuple):
    year: int
    month: int | None
    value: int | None


def totals(counts: pa.Table, levels: dict[int, str]) -> dict[int, dict[int, tuple[int, int]]]:
    """Kind number → year → (sum, number of withheld values) over the areas of one level.

    `levels` says the level of each area key. Where a kind is told on several levels, the one with most values is taken,
    so that nothing is counted twice; whole years alone, and years of twelve months.
    """
    grouped: dict[tuple[int, int, str], list[_Value]] = defaultdict(list)
    for row in counts.to_pylist():
        level = levels.get(row["area"])
        if level is not None:
            month = row["period"].month if row["unit"] == "month" else None
            grouped[row["kind"], row["source"], level].append(_Value(row["period"].year, month, row["value"]))
    best: dict[int, list[_Value]] = {}
    for (kind, _source, _level), values in sorted(grouped.items()):
        if len(values) > len(best.get(kind, ())):
            best[kind] = values
    return {kind: _by_year(values) for kind, values in best.items()}


def _by_year(values: list[_Value]) -> dict[int, tuple[int, int]]:
    sums: Counter[int] = Counter()
    withheld: Counter[int] = Counter()
    months: dict[int, set[int]] = defaultdict(set)
    for item in values:
        if item.month is not None:
            months[item.year].add(item.month)
        sums[item.year] += item.value or 0
        withheld[item.year] += item.value is None
    whole = [year for year in sorted(sums) if year not in months or len(months[year]) == 12]
    return {year: (sums[year], withheld[year]) for year in whole}


def registered() -> dict[int, dict[int, tuple[int, int]]]:
    """`totals` of this installation's event store."""
    levels = dict(Area.objects.values_list("pk", "level"))
    return totals(EventStore(settings.EVENT_STORE).counts(), levels)


def base_of(profile: Profile, unit: str) -> int | None:
    """How many inhabitants or dwellings the city has, by its finest areas; None when the profile does not say."""
    name = PER.get(unit)
    if name is None:
        return None
    values = [getattr(area, name) for area in profile.areas_of(profile.finest.id) if area.valid_to is None]
    return sum(value for value in values if value) or None


def years_of(
    indicator: Indicator, profile: Profile, known: dict[int, dict[int, tuple[int, int]]]
) -> list[YearFigure]:
    """The figures of an indicator per year; empty when one of its kinds has none, for then the sum would be too low."""
    base = base_of(profile, indicator.unit)
    if base is None or not indicator.kinds:
        return []
    parts = [known.get(profile.kind(kind).number, {}) for kind in indicator.kinds]
    years = sorted(set.intersection(*(set(part) for part in parts)))
    return [
        YearFigure(year, sum(part[year][0] for part in parts), base, sum(part[year][1] for part in parts))
        for year in years
    ]
