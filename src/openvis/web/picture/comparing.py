"""Two periods of one selection: how they differ, where, and how sure that is.

`vergelijk=vorigjaar` is the same period 52 weeks earlier (as many Fridays in both), `vorige` the period of the same
length just before, `eigen` the days from `vergelijk_van` to `vergelijk_tot`. Numbers are compared per day, so periods
of other lengths may be compared; weeks that are still coming in take no part.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from numpy.typing import NDArray

from openvis.analysis import rates
from openvis.analysis.hotspots import discoveries
from openvis.web.ui import formatting

from . import panels
from .filter import Filter, FilterError, Problem, read_day, week_number
from .panels import Asked

CHOICE, FROM, TO = "vergelijk", "vergelijk_van", "vergelijk_tot"
LAST_YEAR, BEFORE, OWN = "vorigjaar", "vorige", "eigen"
OTHERS = ("methode", "aandeel")
"""Choices of the forecast, which go along as well."""
CHOICES = (LAST_YEAR, BEFORE, OWN)
YEAR_OF_WEEKS = timedelta(weeks=52)
DAY = timedelta(days=1)
RATE = 0.05
"""Share of the differences told that may be chance."""
LEAST = 6.0
"""Incidents in both periods together below which a cell cannot differ by more than chance."""
MANY_TIMES = 2.0
"""Times as many from which that is said instead of a percentage."""
STRONG = (1.5, 2.5)
"""Times as many (or as few) from which a difference gets the second and the third shade."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Periods:
    """What is compared: the part of the chosen period that is complete, and the other one."""

    choice: str
    now: Filter
    other: Filter
    cut: bool
    """Whether weeks that are still coming in were left out."""

    @property
    def days(self) -> tuple[float, float]:
        """Days in both."""
        return _days(self.now), _days(self.other)

    @property
    def shift(self) -> int:
        """Weeks from the other period to this one."""
        return week_number(self.now.first) - week_number(self.other.first)

    @property
    def key(self) -> tuple[str, ...]:
        """What an answer depends on."""
        days = (self.now.first, self.now.last, self.other.first, self.other.last)
        return self.choice, self.now.query, *(day.isoformat() for day in days)


def _days(filter_: Filter) -> float:
    return float((filter_.last - filter_.first).days + 1)


def periods(query: Mapping[str, str], asked: Asked) -> Periods | None:
    """The comparison an address asks for; None for none, or when nothing of the chosen period is complete.

    Raises FilterError that says what does not fit.
    """
    choice = query.get(CHOICE) or ""
    if not choice:
        return None
    if choice not in CHOICES:
        raise FilterError([Problem(CHOICE, choice[:80], _("one of: %(list)s") % {"list": ", ".join(CHOICES)})])
    own = _own(query) if choice == OWN else None
    now, cut = _complete(asked)
    if now is None:
        return None
    length = now.last - now.first
    if choice == LAST_YEAR:
        first, last = now.first - YEAR_OF_WEEKS, now.last - YEAR_OF_WEEKS
    elif own is None:
        first, last = now.first - length - DAY, now.first - DAY
    else:
        first, last = own
    return Periods(choice, now, replace(now, first=first, last=last), cut)


def query_of(query: Mapping[str, str], filter_: Filter) -> str:
    """The address of a selection with its comparison, for what is taken along."""
    parts = {name: query.get(name) for name in (CHOICE, FROM, TO, *OTHERS)}
    return "&".join([filter_.query, *(f"{name}={quote(value)}" for name, value in parts.items() if value)])


def _own(query: Mapping[str, str]) -> tuple[date, date]:
    problems: list[Problem] = []
    first = read_day(query.get(FROM) or "", FROM, problems)
    last = read_day(query.get(TO) or "", TO, problems)
    if first is not None and last is not None and last < first:
        expected = _("a day on or after %(first)s") % {"first": first.isoformat()}
        problems.append(Problem(TO, last.isoformat(), expected))
    if problems or first is None or last is None:
        raise FilterError(problems)
    return first, last


def _complete(asked: Asked) -> tuple[Filter | None, bool]:
    """The chosen period as days alone, without the weeks that are still coming in."""
    chosen = asked.filter
    first, last = chosen.first, chosen.last
    if chosen.weeks is not None:
        first, last = max(first, chosen.weeks[0]), min(last, chosen.weeks[1] + 6 * DAY)
    incomplete = asked.first_incomplete
    if incomplete is None or asked.fresh.first is None:
        return None, False
    cut = incomplete <= last
    if cut:
        last = incomplete - DAY
    if last < first:
        return None, cut
    return replace(chosen, first=first, last=last, weeks=None), cut


def _asked(asked: Asked, filter_: Filter) -> Asked:
    return replace(asked, filter=filter_)


# In total


def total(asked: Asked, found: Periods) -> dict[str, Any]:
    """The numbers of both periods, how they compare, and what to say of it; `count` None where there are no data."""
    return asked.loaded.remember(("compared", *found.key, asked.language), lambda: _total(asked, found))


def _total(asked: Asked, found: Periods) -> dict[str, Any]:
    said = {"choice": found.choice, "period": _period(found.other), "now_period": _period(found.now), "cut": found.cut}
    fresh = asked.fresh
    until, first = fresh.until, fresh.first
    if first is None or until is None or found.other.first < first - 7 * DAY or found.other.last > until:
        text = _("no data for %(period)s") % {"period": said["period"]}
        return said | {"count": None, "now": None, "text": text, "sentence": text, "sign": "", "ratio": None}
    now, before = (_count(_asked(asked, filter_)) for filter_ in (found.now, found.other))
    ratio = rates.compare(now, found.days[0], before, found.days[1])
    sign = _sign(ratio)
    return said | {
        "count": before,
        "now": now,
        "text": short_text(found, ratio, (now, before), sign),
        "sentence": sentence(found, ratio, sign),
        "sign": sign,
        "ratio": _finite(ratio.ratio),
        "low": _finite(ratio.low),
        "high": _finite(ratio.high),
        "p": ratio.p,
    }


def _count(asked: Asked) -> float:
    return float(panels.totals(asked, panels.sums(asked))["count"])


def _sign(ratio: rates.RateRatio) -> str:
    """`more` or `less` when one, the same in both, lies outside the interval."""
    return "more" if ratio.low > 1.0 else "less" if ratio.high < 1.0 else ""


def _period(filter_: Filter) -> str:
    return formatting.dates(filter_.first, filter_.last)


def _finite(value: float) -> float | None:
    return round(value, 4) if np.isfinite(value) else None


def against(choice: str) -> str:
    """What it is compared with, in the middle of a sentence."""
    return {
        LAST_YEAR: _("in the same period a year earlier"),
        BEFORE: _("in the period before"),
        OWN: _("in the other period"),
    }[choice]


def change_text(ratio: float) -> str:
    """`12 % more`, `3,1 times as many`, `20 % fewer`."""
    if not np.isfinite(ratio):
        return _("many times as many")
    if ratio >= MANY_TIMES:
        return _("%(times)s times as many") % {"times": formatting.number(ratio, 1)}
    percent = formatting.share(abs(ratio - 1.0), 0)
    return _("%(percent)s more") % {"percent": percent} if ratio >= 1.0 else _("%(percent)s fewer") % {"percent": percent}


def short_text(found: Periods, ratio: rates.RateRatio, counts: tuple[float, float], sign: str) -> str:
    """For the line under the total; where less than the whole period is compared, with both numbers."""
    other = {LAST_YEAR: _("a year earlier"), BEFORE: _("the period before"), OWN: _("the other period")}[found.choice]
    told = _against(found, ratio, other) if sign else _("about as many as %(other)s") % {"other": other}
    now, before = (formatting.number(count) for count in counts)
    both = _("%(now)s against %(before)s") % {"now": now, "before": before}
    return f"{told} ({both if found.cut else before})"


def sentence(found: Periods, ratio: rates.RateRatio, sign: str) -> str:
    """The difference with its interval, and whether chance can make it."""
    values = {
        "other": against(found.choice),
        "change": _against(found, ratio, against(found.choice)),
        "low": change_text(ratio.low),
        "high": change_text(ratio.high),
    }
    if np.isnan(ratio.ratio):
        return _("Nothing in this period, and nothing %(other)s") % values
    if not sign:
        values["other"] = _per_day(found, values["other"])
        return _("About as many as %(other)s: between %(low)s and %(high)s, which chance can make") % values
    return _("%(change)s: with 95 %% certainty between %(low)s and %(high)s") % values


def _against(found: Periods, ratio: rates.RateRatio, other: str) -> str:
    values = {"change": change_text(ratio.ratio), "other": other}
    as_many = ratio.ratio >= MANY_TIMES or not np.isfinite(ratio.ratio)
    text = _("%(change)s as %(other)s") % values if as_many else _("%(change)s than %(other)s") % values
    return _per_day(found, text)


def _per_day(found: Periods, text: str) -> str:
    """Said of periods of other lengths."""
    return text if found.days[0] == found.days[1] else _("%(change)s, counted per day") % {"change": text}


# Where


@dataclass(frozen=True)
class Differences:
    """Numbers of places in both periods, and where they differ by more than chance. All (n,)."""

    now: Array
    before: Array
    p: Array
    sign: NDArray[np.int64]
    """1 more, -1 fewer, 0 not told from chance."""
    days: tuple[float, float]

    @classmethod
    def of(cls, now: Array, before: Array, days: tuple[float, float]) -> "Differences":
        """Benjamini-Hochberg over the places in which there is enough to tell."""
        p = chance(now, before, days)
        enough = now + before >= LEAST
        told = np.zeros(now.size, dtype=np.bool_)
        told[enough] = discoveries(p[enough], RATE)
        direction = np.sign(now / days[0] - before / days[1]).astype(np.int64)
        return cls(now, before, p, np.where(told, direction, 0), days)

    def ratio(self, at: int) -> rates.RateRatio:
        """How the two compare in one place."""
        return rates.compare(float(self.now[at]), self.days[0], float(self.before[at]), self.days[1])

    def strength(self) -> NDArray[np.int64]:
        """1 to 3 by how many times as many or as few; 0 where nothing is told."""
        with np.errstate(divide="ignore", invalid="ignore"):
            times = (self.now / self.days[0]) / (self.before / self.days[1])
            factor = np.where(times > 1.0, times, 1.0 / times)
        return np.where(self.sign == 0, 0, 1 + np.searchsorted(STRONG, factor)).astype(np.int64)


def chance(now: Array, before: Array, days: tuple[float, float]) -> Array:
    """Two-sided p of equal rates in each place, exact: as `rates.compare`, of many places at once."""
    from scipy.special import betainc

    even = days[0] / (days[0] + days[1])
    at_least = np.where(now > 0, betainc(np.maximum(now, 1e-9), before + 1.0, even), 1.0)
    at_most = np.where(before > 0, 1.0 - betainc(now + 1.0, np.maximum(before, 1e-9), even), 1.0)
    return np.minimum(1.0, 2.0 * np.minimum(at_least, at_most))


def cells(asked: Asked, found: Periods) -> tuple[NDArray[np.int64], Differences]:
    """Flat numbers of the cells in which anything happened, and how they differ."""
    key = ("compared cells", *found.key)
    return asked.loaded.remember(key, lambda: _cells(asked, found))


def _cells(asked: Asked, found: Periods) -> tuple[NDArray[np.int64], Differences]:
    now, before = (panels.heat(_asked(asked, filter_)).counts.ravel() for filter_ in (found.now, found.other))
    flat = np.flatnonzero(now + before > 0)
    return flat, Differences.of(now[flat], before[flat], found.days)


def areas(asked: Asked, found: Periods) -> tuple[list[dict[str, Any]], Differences]:
    """The areas on the chosen level, and how they differ."""
    key = ("compared areas", *found.key, asked.language)
    return asked.loaded.remember(key, lambda: _areas(asked, found))


def _areas(asked: Asked, found: Periods) -> tuple[list[dict[str, Any]], Differences]:
    now, before = (
        panels.areas(part, panels.sums(part)) for part in (_asked(asked, found.now), _asked(asked, found.other))
    )
    counts = [np.array([area["count"] for area in part], dtype=np.float64) for part in (now, before)]
    return now, Differences.of(counts[0], counts[1], found.days)


def weeks(asked: Asked, found: Periods, shown: list[dict[str, Any]]) -> list[float | None]:
    """For each week shown, the number in the week of the other period that stands opposite."""
    answer = asked.ask("weeks", _asked(asked, found.other).selection.always())
    numbers = dict(zip(answer["week"].tolist(), answer["weight"].tolist(), strict=True))
    first, last = week_number(found.other.first), week_number(found.other.last)
    opposite = [week_number(date.fromisoformat(week["start"])) - found.shift for week in shown]
    return [round(numbers.get(week, 0.0), 1) if first <= week <= last else None for week in opposite]


# In words


def places_text(differences: Differences) -> str:
    """How many places differ; the sentence of a layer."""
    more, fewer = int((differences.sign > 0).sum()), int((differences.sign < 0).sum())
    if not more and not fewer:
        return _("no cell differs by more than chance can make; larger cells or a longer period may show one")
    return _("%(more)s cells with more and %(fewer)s with fewer than chance can make (5 %% false discovery)") % {
        "more": formatting.number(more), "fewer": formatting.number(fewer),
    }  # fmt: skip


def areas_text(differences: Differences) -> str:
    """How many areas differ."""
    more, fewer = int((differences.sign > 0).sum()), int((differences.sign < 0).sum())
    if not more and not fewer:
        return _("No area differs by more than chance can make.")
    parts = []
    if more:
        parts.append(ngettext("%(n)s area with more", "%(n)s areas with more", more) % {"n": formatting.number(more)})
    if fewer:
        parts.append(ngettext("%(n)s area with fewer", "%(n)s areas with fewer", fewer) % {"n": formatting.number(fewer)})
    return _("%(areas)s than chance can make (at most one in twenty of these is chance).") % {"areas": _and(parts)}


def _and(parts: list[str]) -> str:
    return _(" and ").join(parts)


def area_rows(found: tuple[list[dict[str, Any]], Differences]) -> list[dict[str, Any]]:
    """The areas for a table: those that differ first, the strongest on top, then the others by name."""
    listed, differences = found
    rows = []
    for at, area in enumerate(listed):
        ratio = differences.ratio(at)
        rows.append(
            {
                "code": area["code"], "name": area["name"], "now": area["count"], "before": float(differences.before[at]),
                "ratio": _finite(ratio.ratio), "low": _finite(ratio.low), "high": _finite(ratio.high), "p": ratio.p,
                "sign": int(differences.sign[at]), "change": change_text(ratio.ratio) if ratio.p < 1.0 else "",
                "between": _between(ratio),
            }
        )  # fmt: skip
    return sorted(rows, key=lambda row: (row["sign"] == 0, row["p"] if row["sign"] else 0.0, row["name"]))


def _between(ratio: rates.RateRatio) -> str:
    if np.isnan(ratio.ratio):
        return ""
    if not np.isfinite(ratio.high):
        return f"≥ {formatting.number(ratio.low, 2)}"
    return f"{formatting.number(ratio.low, 2)} – {formatting.number(ratio.high, 2)}"
