"""Control days by program: planned, addresses put on and taken off, routed, results written down, closed."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from ninja import Field, Schema
from ninja.responses import Status

from openvis.web.access import audit
from openvis.web.access.api_base import Signed, Words
from openvis.web.access.models import User
from openvis.web.guard import Refused

from .. import choosing, rules, selectors
from ..models import ControlDay, ControlStop
from ..services import days, visits
from ..services.acts import WrongError
from .base import OF_DAY, WRONG, Clock, acted, address, found, router, version


class DayAnswer(Schema):
    """A control day in a list."""

    id: UUID
    date: date
    begins: Clock
    area: str = Field(description="Code of the area; empty for the whole city.")
    state: str
    stops: int
    visited: int


class StopAnswer(Schema):
    """An address of a control day."""

    id: UUID
    address: str = Field(description="Number designation of the address register: 16 digits.")
    text: str
    kind: str
    why: str
    safety: str
    order: int | None
    expected: Clock | None
    closed_by_then: bool
    result: str
    finding: str
    visited_at: datetime | None
    handed_to: str
    follow_up: str
    follow_by: str
    follow_due: date | None
    follow_done: date | None
    version: int


class WholeDay(Schema):
    """A control day with its addresses in their order."""

    id: UUID
    aim: str
    date: date
    begins: Clock
    area: str
    ground: str
    partners: list[str]
    safety: str
    state: str
    metres: float | None
    gap: float | None = Field(description="By which share a shorter route could be shorter; 0: proven the shortest.")
    conclusion: str
    version: int
    stops: list[StopAnswer]


class NewDay(Schema):
    """A control day to be planned."""

    aim: Words = Field(min_length=1, max_length=500)
    date: date
    begins: Clock = time(9, 0)
    area: Words = Field("", max_length=40)
    ground: Words = Field(max_length=60)
    partners: list[Words] = []
    members: list[UUID] = []
    start: Words = Field("", description="Number designation of the address to start from.")
    end: Words = ""
    safety: Words = Field("", max_length=1000)


class ChangedDay(NewDay):
    """A control day as it is to be."""

    version: int = version()


class NewStop(Schema):
    """An address to be visited."""

    address: Words = Field(description="Number designation of the address register: 16 digits.")
    kind: Words = Field(max_length=60)
    why: Words = Field("", max_length=500)
    safety: Words = Field("", max_length=500)
    opens: Clock | None = None
    closes: Clock | None = None


class NewResult(Schema):
    """What came of a visit."""

    version: int = version()
    result: Words
    finding: Words = Field("", max_length=2000)
    handed_to: Words = ""
    follow_up: Words = Field("", max_length=500)
    follow_by: Words = ""
    follow_due: date | None = None


class NewMove(Schema):
    """Which way an address goes in the order of visits."""

    later: bool = Field(description="One place later; else one place earlier.")


class FollowUpDone(Schema):
    """That what had to follow was done."""

    done_on: date


class NewConclusion(Schema):
    """What came of a day."""

    version: int = version()
    conclusion: Words = Field(min_length=1, max_length=2000)


class DueAnswer(Schema):
    """An address that is due in a register, and not on the list of the day yet."""

    key: str
    title: str
    source: str
    address: str = Field(description="Number designation of the address register.")
    since: date | None


class Chosen(Schema):
    """What is to go on the list."""

    keys: list[Words] = Field(min_length=1, max_length=60, description="Keys of what is due.")


@router.get("/control-days", auth=Signed(rules.VISIT), response={200: list[DayAnswer], **WRONG},
            operation_id="listControlDays", summary="Control days to come and over")  # fmt: skip
def list_days(request: HttpRequest) -> Any:
    """The days that the person sees, without their addresses."""
    user: Any = request.user
    coming, over = selectors.rows(user)
    audit.record(user, "control_days.list", coming=len(coming), over=len(over))
    return Status(200, [
        {"id": row.day.pk, "date": row.day.date, "begins": row.day.begins, "area": row.day.area, "state": row.day.state,
         "stops": row.stops, "visited": row.visited}
        for row in [*coming, *over]
    ])  # fmt: skip


@router.get("/control-days/{key}", auth=Signed(rules.VISIT, OF_DAY), response={200: WholeDay, **WRONG},
            operation_id="getControlDay", summary="One control day with its addresses")  # fmt: skip
def get_day(request: HttpRequest, key: UUID) -> Any:
    """A day with its addresses, results and follow-up."""
    user: Any = request.user
    day = found(lambda: selectors.day(user, key), rules.VISIT, f"control_day:{key}")
    audit.record(user, "control_day.view", f"control_day:{key}")
    return Status(200, _day(day))


@router.post("/control-days", auth=Signed(rules.PLAN), response={201: WholeDay, **WRONG}, operation_id="postControlDay",
             summary="Plan a control day")  # fmt: skip
def post_day(request: HttpRequest, body: NewDay) -> Any:
    """Plan a day in one's own area."""
    user: Any = request.user
    return acted(lambda: Status(201, _day(days.make(user, _plan(body)))), rules.PLAN, "control_day")


@router.put("/control-days/{key}", auth=Signed(rules.PLAN, OF_DAY), response={200: WholeDay, **WRONG},
            operation_id="putControlDay", summary="Change what was planned")  # fmt: skip
def put_day(request: HttpRequest, key: UUID, body: ChangedDay) -> Any:
    """Put a day as it is to be: its addresses stay."""
    user: Any = request.user
    return acted(
        lambda: Status(200, _day(days.change(user, key, body.version, _plan(body)))), rules.PLAN, f"control_day:{key}"
    )


def _plan(body: NewDay) -> days.Plan:
    start, end = (address(getattr(body, it), it) if getattr(body, it) else None for it in ("start", "end"))
    members = list(User.objects.filter(pk__in=body.members, is_active=True))
    if len(members) != len(set(body.members)):
        raise WrongError("members", "Somebody in the team is not known here.")
    return days.Plan(
        body.aim, body.date, body.ground, body.begins, body.area, body.partners, members, start, end, body.safety
    )


@router.post("/control-days/{key}/stops", auth=Signed(rules.PLAN, OF_DAY), response={201: WholeDay, **WRONG},
             operation_id="postControlStop", summary="Put an address on the list")  # fmt: skip
def post_stop(request: HttpRequest, key: UUID, body: NewStop) -> Any:
    """Put an address on the list of a day."""
    user: Any = request.user

    def work() -> Any:
        at = address(body.address, "address")
        stop = days.add(user, key, days.Visit(at, body.kind, body.why, body.safety, body.opens, body.closes))
        return Status(201, _day(ControlDay.objects.get(pk=stop.day_id)))

    return acted(work, rules.PLAN, f"control_day:{key}")


@router.post("/control-days/{key}/route", auth=Signed(rules.PLAN, OF_DAY), response={200: WholeDay, **WRONG},
             operation_id="postControlRoute", summary="Make the shortest route")  # fmt: skip
def post_route(request: HttpRequest, key: UUID) -> Any:
    """Put the addresses in the order of the shortest way along them."""
    user: Any = request.user
    return acted(lambda: Status(200, _day(days.make_route(user, key))), rules.PLAN, f"control_day:{key}")


@router.post("/control-days/{key}/stops/{stop}/result", auth=Signed(rules.VISIT, OF_DAY),
             response={200: StopAnswer, **WRONG}, operation_id="postControlResult",
             summary="Write down the result of a visit")  # fmt: skip
def post_result(request: HttpRequest, key: UUID, stop: UUID, body: NewResult) -> Any:
    """Write down what came of a visit."""
    user: Any = request.user
    told = visits.Report(body.result, body.finding, body.handed_to, body.follow_up, body.follow_by, body.follow_due)
    return acted(
        lambda: Status(200, _stop(visits.report(user, key, stop, body.version, told))), rules.VISIT, f"control_stop:{stop}"
    )


@router.get("/control-days/{key}/due", auth=Signed(rules.PLAN, OF_DAY), response={200: list[DueAnswer], **WRONG},
            operation_id="listControlDue", summary="What is due in the area of a day")  # fmt: skip
def list_due(request: HttpRequest, key: UUID) -> Any:
    """Dealers and places out of sight that are due and not on the list yet."""
    user: Any = request.user
    due = choosing.due(user, _planned(user, key))
    audit.record(user, "control_day.due", f"control_day:{key}", number=len(due))
    return Status(200, [
        {"key": it.key, "title": it.title, "source": it.source, "address": it.address.number_id, "since": it.since}
        for it in due
    ])  # fmt: skip


@router.post("/control-days/{key}/due", auth=Signed(rules.PLAN, OF_DAY), response={200: WholeDay, **WRONG},
             operation_id="postControlDue", summary="Put what is due on the list")  # fmt: skip
def post_due(request: HttpRequest, key: UUID, body: Chosen) -> Any:
    """Put addresses on the list by their keys, all of them or none."""
    user: Any = request.user
    day = _planned(user, key)

    def work() -> Any:
        due = {item.key: item for item in choosing.due(user, day)}
        strange = [one for one in body.keys if one not in due]
        if strange:
            raise WrongError("keys", "This is not due in the area of the day, or on its list already.")
        with transaction.atomic():
            choosing.put(user, day, [due[one] for one in dict.fromkeys(body.keys)])
        return Status(200, _day(day))

    return acted(work, rules.PLAN, f"control_day:{key}")


def _planned(user: User, key: UUID) -> ControlDay:
    day: ControlDay = found(lambda: selectors.day(user, key), rules.PLAN, f"control_day:{key}")
    if not user.has_perm("controls.plan_day", day):
        raise Refused(rules.PLAN, f"control_day:{key}")
    return day


@router.delete("/control-days/{key}/stops/{stop}", auth=Signed(rules.PLAN, OF_DAY), response={200: WholeDay, **WRONG},
               operation_id="deleteControlStop", summary="Take an address off the list")  # fmt: skip
def delete_stop(request: HttpRequest, key: UUID, stop: UUID) -> Any:
    """Take an address off the list, as long as nobody has been there."""
    user: Any = request.user

    def work() -> Any:
        days.drop(user, key, stop)
        return Status(200, _day(ControlDay.objects.get(pk=key)))

    return acted(work, rules.PLAN, f"control_stop:{stop}")


@router.post("/control-days/{key}/stops/{stop}/move", auth=Signed(rules.PLAN, OF_DAY), response={200: WholeDay, **WRONG},
             operation_id="moveControlStop", summary="Visit an address earlier or later")  # fmt: skip
def move_stop(request: HttpRequest, key: UUID, stop: UUID, body: NewMove) -> Any:
    """Let two visits that follow each other change places."""
    user: Any = request.user

    def work() -> Any:
        days.move(user, key, stop, body.later)
        return Status(200, _day(ControlDay.objects.get(pk=key)))

    return acted(work, rules.PLAN, f"control_stop:{stop}")


@router.post("/control-days/{key}/stops/{stop}/follow-up", auth=Signed(rules.VISIT, OF_DAY),
             response={200: StopAnswer, **WRONG}, operation_id="postControlFollowUp",
             summary="Report that what had to follow was done")  # fmt: skip
def post_follow_up(request: HttpRequest, key: UUID, stop: UUID, body: FollowUpDone) -> Any:
    """Also after the day is closed."""
    user: Any = request.user
    return acted(
        lambda: Status(200, _stop(visits.follow_up_done(user, key, stop, body.done_on))), rules.VISIT, f"control_stop:{stop}"
    )


@router.post("/control-days/{key}/close", auth=Signed(rules.PLAN, OF_DAY), response={200: WholeDay, **WRONG},
             operation_id="closeControlDay", summary="Close a control day")  # fmt: skip
def close_day(request: HttpRequest, key: UUID, body: NewConclusion) -> Any:
    """Close a day with what came of it, once every address has a result."""
    user: Any = request.user
    return acted(
        lambda: Status(200, _day(days.close(user, key, body.version, body.conclusion))), rules.PLAN, f"control_day:{key}"
    )


@router.post("/control-days/{key}/cancel", auth=Signed(rules.PLAN, OF_DAY), response={200: WholeDay, **WRONG},
             operation_id="cancelControlDay", summary="Call a control day off")  # fmt: skip
def cancel_day(request: HttpRequest, key: UUID) -> Any:
    """Call a day off that has not begun."""
    user: Any = request.user
    return acted(lambda: Status(200, _day(days.cancel(user, key))), rules.PLAN, f"control_day:{key}")


def _day(day: ControlDay) -> dict[str, Any]:
    names = ("aim", "date", "begins", "area", "ground", "partners", "safety", "state", "metres", "gap", "conclusion",
             "version")  # fmt: skip
    told = {name: getattr(day, name) for name in names}
    return {"id": day.pk, **told, "stops": [_stop(stop) for stop in selectors.stops_of(day)]}


def _stop(stop: ControlStop) -> dict[str, Any]:
    names = ("kind", "why", "safety", "order", "expected", "result", "finding", "visited_at", "handed_to", "follow_up",
             "follow_by", "follow_due", "follow_done", "version")  # fmt: skip
    told = {name: getattr(stop, name) for name in names}
    return {
        "id": stop.pk, "address": stop.address.number_id, "text": str(stop.address), "closed_by_then": stop.shut, **told
    }
