"""What the pages read of control days, always for a given person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language

from openvis.profile.controls import Competence
from openvis.web import city
from openvis.web.access import people
from openvis.web.access.models import Grant, User

from . import rules
from .models import ControlDay, ControlStop
from .states import OPEN_DAYS, Result


def days_for(user: User) -> QuerySet[ControlDay]:
    """The days somebody may see; every list, count and page starts here."""
    held = rules.areas_of(user, rules.PLAN, rules.VISIT)
    if held is None:
        return ControlDay.objects.all()
    mine = Q(members__person=user) if people.may(user, rules.VISIT) else Q(pk__in=[])
    return ControlDay.objects.filter(Q(areas__overlap=sorted(held)) | mine).distinct()


def day(user: User, key: Any) -> ControlDay:
    """One day; Http404 where the person does not see it."""
    found = days_for(user).select_related("start", "end", "made_by").filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def stop(of: ControlDay, key: Any) -> ControlStop:
    """One visit of a day; Http404 where there is none."""
    found = of.stops.select_related("address__area", "visited_by").filter(pk=key).first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True, slots=True)
class Row:
    """A day in the list: how many addresses, how many visited, how many with something to follow."""

    day: ControlDay
    stops: int
    visited: int
    found: int


def rows(user: User) -> tuple[list[Row], list[Row]]:
    """The days to come or under way, the first one first; and those that are over, the last one first."""
    counted = days_for(user).annotate(
        n=Count("stops", distinct=True),
        visited=Count("stops", filter=~Q(stops__result=Result.WAITING), distinct=True),
        found=Count("stops", filter=Q(stops__result__in=[Result.SHORTCOMING, Result.OFFENCE]), distinct=True),
    )
    every: list[Any] = list(counted.order_by("date", "begins"))
    told = [Row(item, item.n, item.visited, item.found) for item in every]
    return [row for row in told if row.day.state in OPEN_DAYS], [row for row in told[::-1] if row.day.state not in OPEN_DAYS]


def stops_of(of: ControlDay) -> list[ControlStop]:
    """The visits of a day in their order, with address and dealer as far as the person sees that one."""
    return list(of.stops.select_related("address__area", "visited_by"))


def next_stop(of: ControlDay) -> ControlStop | None:
    """Where to go now: the first address without a result."""
    return next((item for item in stops_of(of) if item.result == Result.WAITING), None)


def competent(kind: str, organisations: Iterable[str] = ()) -> list[tuple[str, str, str]]:
    """Who may do what at a kind of place: organisation, what, law. Those that come along stand first."""
    profile, language, along = city.profile(), get_language(), set(organisations)
    found: list[Competence] = sorted(
        profile.controls.competent(kind), key=lambda item: (item.organisation not in along, not item.places)
    )
    return [
        (profile.organisation(item.organisation).name.get(language), item.may.get(language), item.law.get(language))
        for item in found
    ]


def team_for(codes: list[str]) -> QuerySet[User]:
    """Who could be in the team: active, and may carry out visits in this area, or anywhere in the city."""
    held = [role.id for role in city.profile().roles if rules.VISIT in role.abilities]
    city_wide = [role.id for role in city.profile().roles if role.id in held and role.scope == "city"]
    grants = Grant.objects.in_force().filter(role__in=held)
    if codes:
        grants = grants.filter(Q(role__in=city_wide) | Q(areas__overlap=codes))
    return User.objects.filter(is_active=True, pk__in=grants.values("user")).order_by("name")


@dataclass(frozen=True, slots=True)
class Mine:
    """What waits for somebody: days of today and later with their team, and what should have followed by now."""

    days: list[ControlDay]
    late: list[ControlStop]


def mine(user: User) -> Mine:
    """For the page Today: my next days, and follow-ups past their term in what I plan."""
    today = timezone.localdate()
    seen = days_for(user)
    own = seen.filter(Q(members__person=user) | Q(made_by=user), state__in=OPEN_DAYS).distinct().order_by("date")
    late = ControlStop.objects.filter(day__in=seen, follow_due__lt=today, follow_done__isnull=True)
    late = late.select_related("day", "address").order_by("follow_due")
    return Mine(list(own[:5]), list(late[:10]) if people.may(user, rules.PLAN) else [])


@dataclass(frozen=True, slots=True)
class Totals:
    """What a day brought, in numbers."""

    stops: int
    results: dict[str, int]
    open: int
    late: int


def totals(stops: list[ControlStop], today: date) -> Totals:
    """Visits by result, and what is still to follow."""
    results = {str(result): sum(stop.result == result for stop in stops) for result in Result}
    following = [stop for stop in stops if stop.follow_due is not None and stop.follow_done is None]
    return Totals(
        len(stops), results, len(following), sum(stop.follow_due < today for stop in following if stop.follow_due)
    )
