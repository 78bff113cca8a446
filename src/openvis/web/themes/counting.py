"""Counting signals of a quarter, and what of it may be told: small counts are hidden, and others that would betray them.

Sources are the signals themselves and the number of firms in the profile. The address index is never one: it says that
a department holds something, and nothing may be counted from that.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from openvis.analysis import disclosure
from openvis.analysis.risk import LEAST_K, LEAST_ROWS, area_branch_profile
from openvis.profile import Profile
from openvis.profile.firms import Firms
from openvis.profile.themes import RiskProfile
from openvis.web import city
from openvis.web.places.models import Area
from openvis.web.signals.models import Signal
from openvis.web.signals.states import FOLLOWED, Outcome

ELSEWHERE = "-"
"""Signals that lie in no area of the level."""
TOTAL = "total"


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a year."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """The quarter in which a day lies."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def after(self) -> date:
        """The first day after it."""
        return (self.first + timedelta(days=95)).replace(day=1)

    @property
    def next(self) -> "Quarter":
        """The quarter after it."""
        return Quarter.of(self.after)


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted of a signal: no text, no address."""

    phenomenon: str
    branch: str
    area: str
    firm: str
    weighed: bool
    taken_up: bool


def counted(profile: Profile, first: date, after: date) -> list[Counted]:
    """The signals that came in from a day until before another one; not those out of scope."""
    level = profile.themes.level or profile.levels[0].id
    above = _above(level)
    found = Signal.objects.filter(
        received_at__gte=_begin(first), received_at__lt=_begin(after)
    ).exclude(outcome=Outcome.OUT_OF_SCOPE)
    rows = found.values_list(
        "phenomenon", "branch", "area_code", "area_level", "address_id", "address__area__code", "address__area__level",
        "company_index", "weight", "state", "casus",
    )  # fmt: skip
    return [
        Counted(
            phenomenon, branch, above.get((at_level, code)) or above.get((area_level, area_code)) or ELSEWHERE,
            bytes(company).hex() if company else str(address or ""), weight is not None, state in FOLLOWED or casus,
        )
        for phenomenon, branch, area_code, area_level, address, code, at_level, company, weight, state, casus in rows
    ]


def _begin(day: date) -> Any:
    return timezone.make_aware(timezone.datetime(day.year, day.month, day.day))


def _above(level: str) -> dict[tuple[str, str], str]:
    """(level, code) of every area → the code of the area of this level that it is, or lies in."""
    found = {}
    for own, code, within in Area.objects.values_list("level", "code", "within"):
        at = code if own == level else within.get(level, "")
        if at:
            found[own, code] = at
    return found


def table(rows: Sequence[str], columns: Sequence[str], pairs: Counter[tuple[str, str]], k: int) -> dict[str, Any]:
    """Rows by columns with their totals, as they may be told: None where a number is hidden."""
    numbers = np.array([[pairs[row, column] for column in columns] for row in rows], dtype=np.int64)
    shown = disclosure.protect(numbers, k).values[:, :, 0]
    values = [[int(value) if value >= 0 else None for value in line] for line in shown]
    return {"rows": [*rows, TOTAL], "columns": [*columns, TOTAL], "values": values}


def of_quarter(profile: Profile, found: Sequence[Counted]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Phenomenon by area, and branch: two tables that meet in nothing but their total, which both show or neither."""
    k = profile.signals.k
    level = profile.themes.level or profile.levels[0].id
    codes = [area.code for area in profile.areas_of(level)] + [ELSEWHERE]
    phenomena = [item.id for item in profile.signals.phenomena]
    branches = [item.id for item in profile.signals.branches] + [ELSEWHERE]
    first = table(phenomena, codes, Counter(
        (item.phenomenon, item.area) for item in found if item.phenomenon in phenomena
    ), k)  # fmt: skip
    same = [item for item in found if item.phenomenon in phenomena]
    second = table(branches, ["all"], Counter(
        (item.branch if item.branch in branches else ELSEWHERE, "all") for item in same
    ), k)  # fmt: skip
    if first["values"][-1][-1] is None or second["values"][-1][-1] is None:
        second["values"] = [[None for _value in line] for line in second["values"]]
    return first, second


def switched_on(profile: Profile) -> RiskProfile | None:
    """The risk profile, where it may be made: an assessment is registered, and the numbers of firms are no invention.

    Invented numbers are good for a demonstration, whose signals are invented as well, and for nothing else.
    """
    agreed = profile.themes.assessed
    if agreed is None or (agreed.invented and city.demonstration() is None):
        return None
    return agreed


def compared(profile: Profile) -> list[Firms]:
    """The combinations that count: those of at least k firms, whatever came in about them."""
    least = max(profile.signals.k, LEAST_K)
    return [item for item in profile.firms if item.firms >= least]


def risk(profile: Profile, found: Sequence[Counted]) -> list[dict[str, Any]] | None:
    """The profile of area and branch; None while it is off, or there is too little to compare. k counts firms."""
    agreed, k, rows = switched_on(profile), max(profile.signals.k, LEAST_K), compared(profile)
    if agreed is None or len(rows) < LEAST_ROWS:
        return None
    seen = {(item.area, item.branch, item.firm) for item in found if item.weighed and item.firm}
    heavy = {(item.area, item.branch, item.firm) for item in found if item.weighed and item.taken_up and item.firm}
    per = [Counter((area, branch) for area, branch, _firm in some) for some in (seen, heavy)]
    indicators = [[min(counts[row.area, row.branch], row.firms) for counts in per] for row in rows]
    done = area_branch_profile(
        [row.area for row in rows], [row.branch for row in rows], [row.firms for row in rows], indicators,
        [agreed.weights.signals, agreed.weights.heavy], [True, True], k=k, top=min(10, len(rows) - 1),
    )  # fmt: skip
    return [
        {
            "area": rows[at].area, "branch": rows[at].branch, "firms": rows[at].firms,
            "score": round(float(done.score[at]), 1), "signals": round(float(done.contributions[at, 0]), 1),
            "heavy": round(float(done.contributions[at, 1]), 1), "steady": round(float(done.steady[at]), 2),
            "chance": round(float(done.chance[at]), 2),
        }
        for at in done.order
    ]  # fmt: skip
