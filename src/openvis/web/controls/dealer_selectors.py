"""What the pages read of second-hand dealers, always for a given person; and figures of no fewer than k of them."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.http import Http404
from django.utils.http import urlencode

from openvis.profile.controls import Branch, Dealers
from openvis.web import city
from openvis.web.access.models import User

from . import rules
from .models import ControlStop, Dealer, DealerCheck
from .states import CheckState

LOOK_BACK = 12
"""Months over which figures of compliance count."""
SEEN_AGAIN = 36
"""Months within which a second shortcoming counts as repeated."""
FOUND = (CheckState.IN_ORDER, CheckState.SHORTCOMING, CheckState.WARNED, CheckState.RECHECKED, CheckState.OFFENCE,
         CheckState.POLICE)  # fmt: skip
"""States of a check that took place."""
CHECKED = {
    "last": Max("checks__visited_on"),
    "waits": Count("checks", filter=Q(checks__state__in=[CheckState.SHORTCOMING, CheckState.OFFENCE]), distinct=True),
}
"""Of a dealer: the day of the last visit, and how many checks wait for a next step."""
WRONG = tuple(state for state in FOUND if state != CheckState.IN_ORDER)


def settings() -> Dealers:
    """What the profile says of dealers."""
    return city.profile().controls.dealers


def dealers_for(user: User) -> QuerySet[Dealer]:
    """The dealers somebody may see; every list, count and page starts here."""
    held = rules.areas_of(user, rules.SEE_DEALERS, rules.KEEP_DEALERS)
    found = Dealer.objects.select_related("address__area", "listed_by")
    return found if held is None else found.filter(areas__overlap=sorted(held))


def dealer(user: User, key: Any) -> Dealer:
    """One dealer; Http404 where the person does not see it."""
    found = dealers_for(user).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def check(of: Dealer, key: Any) -> DealerCheck:
    """One check of a dealer; Http404 where there is none."""
    found = of.checks.select_related("visited_by", "follows").filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def checks_of(of: Dealer) -> list[DealerCheck]:
    """Its checks, the last one first."""
    return list(of.checks.select_related("visited_by", "follows"))


@dataclass(frozen=True, slots=True)
class Row:
    """A dealer in the list: when last checked, until when that counts, what is planned, what waits for a next step."""

    dealer: Dealer
    last: date | None
    due: date
    planned: date | None
    waits: int

    def overdue(self, today: date) -> bool:
        """Whether it was not checked within the term."""
        return self.due < today


def branch(key: str) -> Branch | None:
    """A branch of the profile; None for one that it does not have any more."""
    return next((item for item in settings().branches if item.id == key), None)


def branch_name(key: str, language: str | None) -> str:
    """The name of a branch, or its key."""
    found = branch(key)
    return found.name.get(language) if found is not None else key


def months_later(day: date, months: int) -> date:
    """So many months after a day, or before it; at the end of a shorter month its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def due_on(last: date | None, listed: date, key: str) -> date:
    """Until when the last check of a dealer counts; of who was never checked, from the day in the register."""
    known = branch(key)
    months = (known.months if known is not None else None) or settings().months
    return months_later(last or listed, months)


def rows(user: User, stopped: bool = False) -> list[Row]:
    """The dealers, those that are due longest first."""
    seen = dealers_for(user).filter(stopped_on__isnull=not stopped).defer(
        "address__area__outline", "address__area__figures", "address__area__within"
    )
    counted: Any = seen.annotate(
        **CHECKED, planned=Max("checks__planned_for", filter=Q(checks__state=CheckState.PLANNED))
    )
    found = [
        Row(item, item.last, due_on(item.last, item.listed_on, item.branch), item.planned, item.waits) for item in counted
    ]
    return sorted(found, key=lambda row: (row.due, str(row.dealer.pk)))


def waiting(user: User, today: date) -> tuple[int, int]:
    """How many dealers were not checked within the term, and how many checks wait for a next step: without a dealer read."""
    told = dealers_for(user).select_related(None).filter(stopped_on__isnull=True).order_by().values_list(
        "pk", "branch", "listed_on"
    ).annotate(**CHECKED)
    late = number = 0
    for _key, key, listed, last, waits in told:
        late += due_on(last, listed, key) < today
        number += waits
    return late, number


def overdue(user: User, today: date) -> list[Row]:
    """The dealers that were not checked within the term."""
    return [row for row in rows(user) if row.overdue(today)]


def picture_of(area: str) -> str:
    """The query of the picture: burglaries in the area of a dealer. A link, and nothing goes along but these codes."""
    return urlencode([*(("soort", kind) for kind in settings().kinds), ("gebied", area)])


def on_a_day(of: Dealer) -> QuerySet[ControlStop]:
    """The visits of control days that were at this dealer's."""
    return ControlStop.objects.filter(dealer=of).select_related("day")


@dataclass(frozen=True, slots=True)
class Figure:
    """How a group of dealers stands; None where it holds fewer than k of them, or would tell of another that does."""

    name: str
    dealers: int | None
    covered: float | None = None
    compliant: float | None = None
    repeated: float | None = None


@dataclass(frozen=True, slots=True)
class _Standing:
    branch: str
    covered: bool
    checked: bool
    in_order: bool
    repeated: bool


def figures(user: User, today: date, language: str | None) -> tuple[Figure, list[Figure]]:
    """Coverage and compliance of all, and by branch; only of groups of at least k dealers.

    covered: share checked within the term; compliant: of those checked in the last year, the share where the last check
    was in order (at least k of them); repeated: share with more than one check that was not, within three years.
    """
    standing = _standings(user, today)
    k = city.profile().controls.k
    names = {item.id: item.name.get(language) for item in settings().branches}
    groups = {key: [one for one in standing if one.branch == key] for key in names}
    hidden = {key for key, group in groups.items() if 0 < len(group) < k}
    shown = [key for key in groups if key not in hidden and groups[key]]
    if len(hidden) == 1 and shown:
        # One that is left out could be worked out from the total.
        hidden.add(min(shown, key=lambda key: len(groups[key])))
    parts = [
        Figure(names[key], None) if key in hidden else _figure(names[key], group, k)
        for key, group in groups.items() if group
    ]
    return _figure("", standing, k), parts


def _standings(user: User, today: date) -> list[_Standing]:
    year, years = months_later(today, -LOOK_BACK), months_later(today, -SEEN_AGAIN)
    seen = {row.dealer.pk: row for row in rows(user)}
    checks: dict[Any, list[DealerCheck]] = {key: [] for key in seen}
    for item in DealerCheck.objects.filter(dealer__in=list(seen), state__in=FOUND).order_by("visited_on"):
        checks[item.dealer_id].append(item)
    found = []
    for key, row in seen.items():
        recent = [item for item in checks[key] if item.visited_on and item.visited_on > year]
        wrong = [item for item in checks[key] if item.state in WRONG and item.visited_on and item.visited_on > years]
        found.append(
            _Standing(
                row.dealer.branch, not row.overdue(today), bool(recent),
                bool(recent) and recent[-1].state == CheckState.IN_ORDER, len(wrong) > 1,
            )
        )  # fmt: skip
    return found


def _figure(name: str, group: Sequence[_Standing], k: int) -> Figure:
    if len(group) < k:
        return Figure(name, None)
    checked = [one for one in group if one.checked]
    compliant = sum(one.in_order for one in checked) / len(checked) if len(checked) >= k else None
    return Figure(
        name, len(group), sum(one.covered for one in group) / len(group), compliant,
        sum(one.repeated for one in group) / len(group),
    )  # fmt: skip


