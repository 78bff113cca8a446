"""The city beside other municipalities: groups of the profile, the city itself always left out."""

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openvis.analysis import rates
from openvis.analysis.rates import Rate, RateRatio
from openvis.profile import Goal, Indicator, Profile

from .figures import YearFigure
from .writing import decimal


@dataclass(frozen=True, slots=True)
class Comparison:
    """The city against a group of others in a year; the city itself is left out of the group."""

    group: str
    year: int
    own: Rate
    others: Rate
    ratio: RateRatio
    members: int
    series: list[tuple[int, float]]
    """The others' rate per year, for the years the city has as well."""

    @property
    def words(self) -> str:
        """The comparison as a sentence."""
        values = {"own": decimal(self.own.rate), "others": decimal(self.others.rate), "group": self.group}
        if self.ratio.high < 1:
            return _("Lower than %(group)s: %(own)s against %(others)s.") % values
        if self.ratio.low > 1:
            return _("Higher than %(group)s: %(own)s against %(others)s.") % values
        return _("About the same as %(group)s: %(own)s against %(others)s.") % values


def compare(
    goal: Goal, indicator: Indicator, profile: Profile, years: list[YearFigure]
) -> tuple[list[Comparison], list[str]]:
    """The comparisons a goal asks for, and the names of the groups there are no figures of."""
    groups = {group.id: group for group in profile.comparison.groups}
    found, missing = [], []
    for key in goal.compare:
        group = groups.get(key)
        made = None
        if group is not None:
            made = _compared(group.name.get(get_language()), set(group.members), indicator, profile, years)
        if made is not None:
            found.append(made)
        else:
            missing.append(group.name.get(get_language()) if group is not None else _named(key))
    return found, missing


def _named(key: str) -> str:
    return _("the whole country") if key == "national" else key


def _compared(
    name: str, members: set[str], indicator: Indicator, profile: Profile, years: list[YearFigure]
) -> Comparison | None:
    """The last year for which every other member has a figure of every kind. Only figures per inhabitant are known.

    The city's own figure comes from the same table as the others' where it is there: what the city has per
    neighbourhood leaves out what could not be placed in one.
    """
    if indicator.unit != "per_1000_inhabitants" or not indicator.kinds:
        return None
    own_code = profile.municipality.code
    others = members - {own_code}
    sums = [(figure, *_sum_of(others, figure.year, indicator, profile)) for figure in years]
    known = [(figure, count, people) for figure, count, people, complete in sums if complete]
    if not known:
        return None
    figure, count, people = known[-1]
    own_count, own_people, complete = _sum_of({own_code}, figure.year, indicator, profile)
    if not complete:
        own_count, own_people = figure.count, figure.base
    return Comparison(
        name, figure.year, rates.rate(own_count, own_people), rates.rate(count, people),
        rates.compare(own_count, own_people, count, people), len(others),
        [(past.year, 1000 * number / base) for past, number, base in known],
    )


def _sum_of(codes: set[str], year: int, indicator: Indicator, profile: Profile) -> tuple[int, int, bool]:
    """Count and inhabitants of some municipalities together, and whether each of them has every kind."""
    rows = [
        row for row in profile.comparison.figures
        if row.year == year and row.kind in indicator.kinds and row.code in codes
    ]
    people = sum({row.code: row.inhabitants for row in rows}.values())
    return sum(row.count for row in rows), people, len(rows) == len(codes) * len(indicator.kinds) > 0
