"""What can happen to a control day at the desk: made, changed, addresses put on and taken off, routed, closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openvis.web import city
from openvis.web.access import people
from openvis.web.access.models import User
from openvis.web.places.models import Address

from .. import places, routing, rules
from ..models import ControlDay, ControlMember, ControlStop, Dealer, ends_on
from ..states import OPEN_DAYS, SEEN, DayState, Result
from . import outside
from .acts import NotNowError, NotYoursError, WrongError, act, current, filled, known, locked, organisation, require

MOST_STOPS = 60
"""More addresses than anybody visits in a day; up to here the route is proven the shortest within seconds."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A control day as the planner fills it in."""

    aim: str
    date: date
    ground: str
    begins: time = time(9, 0)
    area: str = ""
    partners: Sequence[str] = ()
    members: Sequence[User] = ()
    start: Address | None = None
    end: Address | None = None
    safety: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """An address to be visited, as the planner puts it on the list."""

    address: Address
    kind: str
    why: str = ""
    safety: str = ""
    opens: time | None = None
    closes: time | None = None
    dealer: Dealer | None = None
    place: UUID | None = None


def make(by: User, plan: Plan) -> ControlDay:
    """Plan a control day. Raises NotYoursError outside the planner's areas, WrongError for what does not fit."""
    day = ControlDay(made_by=by)
    _fill(by, day, plan)
    if plan.date < timezone.localdate():
        raise WrongError("date", _("This day is over. Choose today or a later day."))
    with act(by, "control_day.make", f"control_day:{day.pk}", area=day.area, members=len(plan.members)):
        day.save(force_insert=True)
        _team(day, plan.members)
        return day


def change(by: User, key: UUID, version: int | None, plan: Plan) -> ControlDay:
    """Change what was planned. The route has to be made again when its start or end moves."""
    with act(by, "control_day.change", f"control_day:{key}"):
        day = _open(by, key)
        current(day, version)
        before = (day.start_id, day.end_id, day.begins)
        _fill(by, day, plan)
        outside = [stop for stop in day.stops.select_related("address__area") if not places.inside(stop.address, day.area)]
        if outside:
            raise WrongError("area", _("Some addresses of this day lie outside this area. Take them off first."))
        day.save()
        _team(day, plan.members)
        if before != (day.start_id, day.end_id, day.begins):
            forget_route(day)
        return day


def _fill(by: User, day: ControlDay, plan: Plan) -> None:
    try:
        codes = places.codes_from(plan.area)
    except Http404 as error:
        raise WrongError("area", _("This is not in the list. Choose one from the list.")) from error
    day.area, day.areas = plan.area, codes
    require(by, "plan_day", day)
    day.aim, day.date, day.begins, day.safety = filled("aim", plan.aim), plan.date, plan.begins, plan.safety.strip()
    day.ground = known("ground", plan.ground, city.profile().controls.grounds)
    day.partners = [organisation("partners", key) for key in plan.partners]
    day.start, day.end = plan.start, plan.end
    if not all(people.may(person, rules.VISIT) for person in plan.members):
        raise WrongError("members", _("Somebody in the team may not carry out visits. Choose from the list."))


def _team(day: ControlDay, members: Sequence[User]) -> None:
    wanted = {person.pk for person in members}
    there = set(day.members.values_list("person_id", flat=True))
    day.members.filter(person_id__in=there - wanted).delete()
    for key in wanted - there:
        ControlMember(day=day, person_id=key).save(force_insert=True)


def _open(by: User, key: UUID) -> ControlDay:
    """The day, locked, once it is certain that the person plans it and that it is not over."""
    day = locked(ControlDay.objects.all(), key)
    require(by, "plan_day", day)
    if day.state not in OPEN_DAYS:
        raise NotNowError(day.get_state_display())
    return day


def add(by: User, key: UUID, visit: Visit) -> ControlStop:
    """Put an address on the list of a day. Raises WrongError for one outside its area, or that is on the list already."""
    with act(by, "control_day.add", f"control_day:{key}", kind=visit.kind):
        day = _open(by, key)
        known("kind", visit.kind, city.profile().controls.places)
        if not places.inside(visit.address, day.area):
            raise WrongError("address", _("This address does not lie in the area of this control day."))
        if visit.opens and visit.closes and visit.closes <= visit.opens:
            raise WrongError("closes", _("It closes before it opens. Check both times."))
        if day.stops.count() >= MOST_STOPS:
            raise WrongError("address", _("A day has room for %d addresses. Plan a second day.") % MOST_STOPS)
        if visit.dealer is not None and not by.has_perm("controls.see_dealer", visit.dealer):
            raise NotYoursError("see_dealer")
        stop = ControlStop(
            day=day, address=visit.address, kind=visit.kind, why=visit.why.strip(), safety=visit.safety.strip(),
            opens=visit.opens, closes=visit.closes, dealer=visit.dealer, place=visit.place,
        )  # fmt: skip
        try:
            with transaction.atomic():
                stop.save(force_insert=True)
        except IntegrityError as error:
            raise WrongError("address", _("This address is on the list already.")) from error
        forget_route(day)
        return stop


def drop(by: User, key: UUID, stop: UUID) -> None:
    """Take an address off the list, as long as nobody has been there."""
    with act(by, "control_day.drop", f"control_day:{key}"):
        day = _open(by, key)
        found = locked(ControlStop.objects.filter(day=day), stop)
        if found.result != Result.WAITING:
            raise NotNowError(found.get_result_display())
        found.delete()
        forget_route(day)


def forget_route(day: ControlDay) -> None:
    """The order no longer holds: what has been visited keeps its place, the rest waits for a new route."""
    day.stops.filter(result=Result.WAITING).update(expected=None, shut=False, order=None)
    if day.metres is not None:
        day.metres = day.gap = None
        day.save(update_fields=["metres", "gap"])


def make_route(by: User, key: UUID) -> ControlDay:
    """Put the addresses that are still to be visited in the order of the shortest way along them."""
    with act(by, "control_day.route", f"control_day:{key}"):
        day = _open(by, key)
        if day.start is None:
            raise WrongError("start", _("The route needs a place to start. Fill it in with “Change”."))
        every = list(day.stops.select_related("address"))
        done = [stop for stop in every if stop.result != Result.WAITING]
        waiting = [stop for stop in every if stop.result == Result.WAITING]
        if not waiting:
            raise WrongError("stops", _("There is no address left to visit. Put one on the list first."))
        found = routing.shortest(day, waiting)
        for number, stop in enumerate(done, start=1):
            stop.order = number
            stop.save(update_fields=["order"])
        for number, (stop, expected, shut) in enumerate(found.stops, start=len(done) + 1):
            stop.order, stop.expected, stop.shut = number, expected, shut
            stop.save(update_fields=["order", "expected", "shut"])
        day.metres, day.gap = found.metres, found.gap
        day.save(update_fields=["metres", "gap"])
        return day


def move(by: User, key: UUID, stop: UUID, later: bool) -> None:
    """Let two visits that follow each other change places: who knows the street knows better than the shortest way."""
    with act(by, "control_day.move", f"control_day:{key}", later=later):
        day = _open(by, key)
        row = list(day.stops.select_for_update().filter(result=Result.WAITING, order__isnull=False).order_by("order"))
        at = next((number for number, item in enumerate(row) if item.pk == stop), None)
        if at is None:
            raise NotYoursError(str(stop))
        other = at + (1 if later else -1)
        if not 0 <= other < len(row):
            raise NotNowError(str(stop))
        row[at].order, row[other].order = row[other].order, row[at].order
        for item in (row[at], row[other]):
            item.save(update_fields=["order"])
        _timed(day)


def _timed(day: ControlDay) -> None:
    """Times and length anew, in the order as it stands."""
    waiting = list(day.stops.filter(result=Result.WAITING, order__isnull=False).select_related("address").order_by("order"))
    found = routing.as_ordered(day, waiting)
    for stop, expected, shut in found.stops:
        stop.expected, stop.shut = expected, shut
        stop.save(update_fields=["expected", "shut"])
    day.metres, day.gap = found.metres, None
    day.save(update_fields=["metres", "gap"])


def cancel(by: User, key: UUID) -> ControlDay:
    """Call a day off that has not begun."""
    with act(by, "control_day.cancel", f"control_day:{key}"):
        day = _open(by, key)
        if day.state != DayState.PLANNED:
            raise NotNowError(day.get_state_display())
        return _end(day, DayState.CANCELLED)


def close(by: User, key: UUID, version: int | None, conclusion: str) -> ControlDay:
    """Close a day with what came of it. Refused while an address has no result.

    Places out of sight where somebody was get their control date: the planner keeps that list, an officer does not.
    """
    with act(by, "control_day.close", f"control_day:{key}"):
        day = _open(by, key)
        current(day, version)
        if day.state != DayState.UNDER_WAY:
            raise NotNowError(day.get_state_display())
        waiting = day.stops.filter(result=Result.WAITING).count()
        if waiting:
            raise WrongError(
                "conclusion",
                ngettext(
                    "%d address has no result yet. Report it, or take it off the list.",
                    "%d addresses have no result yet. Report them, or take them off the list.", waiting,
                ) % waiting,
            )
        day.conclusion = filled("conclusion", conclusion)
        for place in day.stops.filter(place__isnull=False, result__in=SEEN).values_list("place", flat=True):
            outside.controlled(by, place, day.date)
        return _end(day, DayState.CLOSED)


def _end(day: ControlDay, state: DayState) -> ControlDay:
    day.state, day.closed_at, day.ends_on = state, timezone.now(), ends_on()
    day.save()
    return day


