"""The API of control days and of the register of dealers: the same rules as the pages, and the purpose in a header."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import timezone, translation
from ninja import Field, Router, Schema
from ninja.responses import Status

from openvis.web.access import audit
from openvis.web.access.api_base import Problem, Signed
from openvis.web.access.models import User
from openvis.web.guard import Personal, Refused
from openvis.web.places.models import Address
from openvis.web.trail import processing

from . import dealer_selectors, rules, selectors
from .models import ControlDay, ControlStop, Dealer, DealerCheck
from .services import days, dealers, visits
from .services.acts import ChangedError, NotNowError, NotYoursError, WrongError

router = Router(tags=["controls"])
OF_DAY = Personal("operations", "control_day", "key")
OF_DEALER = Personal("operations", "dealer", "key")
OF_DEALERS = Personal("operations", "dealers")
WRONG = {400: Problem, 401: Problem, 404: Problem, 409: Problem, 422: Problem, 428: Problem}


class DayAnswer(Schema):
    """A control day in a list."""

    id: UUID
    date: date
    begins: time
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
    expected: time | None
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
    begins: time
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

    aim: str = Field(min_length=1, max_length=500)
    date: date
    begins: time = time(9, 0)
    area: str = Field("", max_length=40)
    ground: str = Field(max_length=60)
    partners: list[str] = []
    members: list[UUID] = []
    start: str = Field("", description="Number designation of the address to start from.")
    end: str = ""
    safety: str = Field("", max_length=1000)


class NewStop(Schema):
    """An address to be visited."""

    address: str = Field(description="Number designation of the address register: 16 digits.")
    kind: str = Field(max_length=60)
    why: str = Field("", max_length=500)
    safety: str = Field("", max_length=500)
    opens: time | None = None
    closes: time | None = None


class NewResult(Schema):
    """What came of a visit."""

    version: int
    result: str
    finding: str = Field("", max_length=2000)
    handed_to: str = ""
    follow_up: str = Field("", max_length=500)
    follow_by: str = ""
    follow_due: date | None = None


class DealerAnswer(Schema):
    """A dealer in the register."""

    id: UUID
    name: str
    branch: str
    address: str
    last_checked: date | None
    due: date = Field(description="To be checked before this day.")
    overdue: bool


class CheckAnswer(Schema):
    """A check of a dealer."""

    id: UUID
    planned_for: date
    state: str
    visited_on: date | None
    checklist: dict[str, str]
    finding: str
    measure: str
    term: date | None
    version: int


class WholeDealer(DealerAnswer):
    """A dealer with its checks."""

    contact: str
    listed: str
    listed_on: date
    stopped_on: date | None
    checks: list[CheckAnswer]


class NewDealer(Schema):
    """A dealer to be put in the register."""

    name: str = Field(min_length=1, max_length=200)
    address: str
    branch: str = Field(max_length=60)
    contact: str = Field("", max_length=500)
    listed: str = "notification"
    listed_on: date | None = None


class NewCheck(Schema):
    """A check to be planned."""

    planned_for: date


class NewFinding(Schema):
    """What a check found."""

    version: int
    outcome: str
    on: date
    checklist: dict[str, str] = {}
    finding: str = Field("", max_length=2000)


class FigureAnswer(Schema):
    """Shares of a group of dealers; null where the group is too small."""

    name: str
    dealers: int | None
    covered: float | None
    compliant: float | None
    repeated: float | None


class FiguresAnswer(Schema):
    """All dealers, and by branch."""

    total: FigureAnswer
    branches: list[FigureAnswer]


def _acted(work: Callable[[], Any], ability: str, thing: str) -> Any:
    """Carry something out; what is refused becomes the status that says so."""
    with translation.override("en"):
        try:
            return work()
        except WrongError as error:
            told = Problem(title="Not taken in", status=422, detail=str(error), errors=[{"field": error.field}])
            return Status(422, told)
        except (NotNowError, ChangedError) as error:
            told = Problem(title="Not possible now", status=409, detail=f"{type(error).__name__}: {error}")
            return Status(409, told)
        except NotYoursError as error:
            raise Refused(ability, thing) from error


def _address(key: str, field: str) -> Address:
    found = Address.objects.select_related("area").filter(number_id=key).first()
    if found is None:
        raise WrongError(field, "This number designation is not in the register of addresses.")
    return found


def _found(read: Callable[[], Any], ability: str, thing: str) -> Any:
    try:
        return read()
    except Http404 as error:
        raise Refused(ability, thing) from error


@router.get("/control-days", auth=Signed(rules.VISIT), response={200: list[DayAnswer], **WRONG},
            operation_id="listControlDays", summary="Control days to come and over")  # fmt: skip
def list_days(request: HttpRequest) -> Any:
    """The days that the person sees, without their addresses."""
    user: Any = request.user
    coming, over = selectors.rows(user)
    audit.record(user, "control_days.list", coming=len(coming), over=len(over))
    return 200, [
        {"id": row.day.pk, "date": row.day.date, "begins": row.day.begins, "area": row.day.area, "state": row.day.state,
         "stops": row.stops, "visited": row.visited}
        for row in [*coming, *over]
    ]  # fmt: skip


@router.get("/control-days/{key}", auth=Signed(rules.VISIT, OF_DAY), response={200: WholeDay, **WRONG},
            operation_id="getControlDay", summary="One control day with its addresses")  # fmt: skip
def get_day(request: HttpRequest, key: UUID) -> Any:
    """A day with its addresses, results and follow-up."""
    user: Any = request.user
    day = _found(lambda: selectors.day(user, key), rules.VISIT, f"control_day:{key}")
    audit.record(user, "control_day.view", f"control_day:{key}")
    return 200, _day(day)


@router.post("/control-days", auth=Signed(rules.PLAN), response={201: WholeDay, **WRONG}, operation_id="postControlDay",
             summary="Plan a control day")  # fmt: skip
def post_day(request: HttpRequest, body: NewDay) -> Any:
    """Plan a day in one's own area."""
    user: Any = request.user

    def work() -> Any:
        start, end = (_address(getattr(body, it), it) if getattr(body, it) else None for it in ("start", "end"))
        members = list(User.objects.filter(pk__in=body.members, is_active=True))
        if len(members) != len(set(body.members)):
            raise WrongError("members", "Somebody in the team is not known here.")
        plan = days.Plan(body.aim, body.date, body.ground, body.begins, body.area, body.partners, members, start, end,
                         body.safety)  # fmt: skip
        return Status(201, _day(days.make(user, plan)))

    return _acted(work, rules.PLAN, "control_day")


@router.post("/control-days/{key}/stops", auth=Signed(rules.PLAN, OF_DAY), response={201: WholeDay, **WRONG},
             operation_id="postControlStop", summary="Put an address on the list")  # fmt: skip
def post_stop(request: HttpRequest, key: UUID, body: NewStop) -> Any:
    """Put an address on the list of a day."""
    user: Any = request.user

    def work() -> Any:
        at = _address(body.address, "address")
        stop = days.add(user, key, days.Visit(at, body.kind, body.why, body.safety, body.opens, body.closes))
        return Status(201, _day(ControlDay.objects.get(pk=stop.day_id)))

    return _acted(work, rules.PLAN, f"control_day:{key}")


@router.post("/control-days/{key}/route", auth=Signed(rules.PLAN, OF_DAY), response={200: WholeDay, **WRONG},
             operation_id="postControlRoute", summary="Make the shortest route")  # fmt: skip
def post_route(request: HttpRequest, key: UUID) -> Any:
    """Put the addresses in the order of the shortest way along them."""
    user: Any = request.user
    return _acted(lambda: Status(200, _day(days.make_route(user, key))), rules.PLAN, f"control_day:{key}")


@router.post("/control-days/{key}/stops/{stop}/result", auth=Signed(rules.VISIT, OF_DAY),
             response={200: StopAnswer, **WRONG}, operation_id="postControlResult",
             summary="Write down the result of a visit")  # fmt: skip
def post_result(request: HttpRequest, key: UUID, stop: UUID, body: NewResult) -> Any:
    """Write down what came of a visit."""
    user: Any = request.user
    told = visits.Report(body.result, body.finding, body.handed_to, body.follow_up, body.follow_by, body.follow_due)
    return _acted(
        lambda: Status(200, _stop(visits.report(user, key, stop, body.version, told))), rules.VISIT, f"control_stop:{stop}"
    )


@router.get("/dealers", auth=Signed(rules.SEE_DEALERS, OF_DEALERS), response={200: list[DealerAnswer], **WRONG},
            operation_id="listDealers", summary="Second-hand dealers, those due longest first")  # fmt: skip
def list_dealers(request: HttpRequest, overdue: bool = False) -> Any:
    """The dealers that the person sees; with `overdue`, those not checked within the term."""
    user: Any = request.user
    today = timezone.localdate()
    rows = [row for row in dealer_selectors.rows(user) if row.overdue(today) or not overdue]
    audit.record(user, "dealers.list", number=len(rows))
    processing.shown([row.dealer for row in rows], activity="operations", name="dealers.list")
    return 200, [_dealer(row) for row in rows]


@router.get("/dealers/figures", auth=Signed(rules.SEE_DEALERS), response={200: FiguresAnswer, **WRONG},
            operation_id="getDealerFigures", summary="Coverage and compliance")  # fmt: skip
def get_figures(request: HttpRequest) -> Any:
    """Shares of all dealers and by branch, of no fewer than k."""
    user: Any = request.user
    total, parts = dealer_selectors.figures(user, timezone.localdate(), "en")
    audit.record(user, "dealers.figures")
    return 200, {"total": total, "branches": parts}


@router.get("/dealers/{key}", auth=Signed(rules.SEE_DEALERS, OF_DEALER), response={200: WholeDealer, **WRONG},
            operation_id="getDealer", summary="One dealer with its checks")  # fmt: skip
def get_dealer(request: HttpRequest, key: UUID) -> Any:
    """A dealer with its checks."""
    user: Any = request.user
    dealer = _found(lambda: dealer_selectors.dealer(user, key), rules.SEE_DEALERS, f"dealer:{key}")
    audit.record(user, "dealer.view", f"dealer:{key}")
    processing.shown([dealer], activity="operations", name="dealer.view")
    return 200, _whole(dealer)


@router.post("/dealers", auth=Signed(rules.KEEP_DEALERS), response={201: WholeDealer, **WRONG}, operation_id="postDealer",
             summary="Put a dealer in the register")  # fmt: skip
def post_dealer(request: HttpRequest, body: NewDealer) -> Any:
    """Put a dealer in the register, in one's own area."""
    user: Any = request.user

    def work() -> Any:
        told = dealers.Particulars(
            body.name, _address(body.address, "address"), body.branch, body.contact, body.listed, body.listed_on
        )
        return Status(201, _whole(dealers.add(user, told)))

    return _acted(work, rules.KEEP_DEALERS, "dealer")


@router.post("/dealers/{key}/checks", auth=Signed(rules.KEEP_DEALERS, OF_DEALER), response={201: CheckAnswer, **WRONG},
             operation_id="postDealerCheck", summary="Plan a check")  # fmt: skip
def post_check(request: HttpRequest, key: UUID, body: NewCheck) -> Any:
    """Plan a check of a dealer."""
    user: Any = request.user
    return _acted(
        lambda: Status(201, _check(dealers.plan(user, key, body.planned_for))), rules.KEEP_DEALERS, f"dealer:{key}"
    )


@router.post("/dealers/{key}/checks/{check}/finding", auth=Signed(rules.KEEP_DEALERS, OF_DEALER),
             response={200: CheckAnswer, **WRONG}, operation_id="postDealerFinding",
             summary="Write down what a check found")  # fmt: skip
def post_finding(request: HttpRequest, key: UUID, check: UUID, body: NewFinding) -> Any:
    """Write down what a check found."""
    user: Any = request.user
    told = dealers.Finding(body.outcome, body.on, body.checklist, body.finding)
    return _acted(
        lambda: Status(200, _check(dealers.visit(user, key, check, body.version, told))), rules.KEEP_DEALERS, f"dealer:{key}"
    )


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


def _dealer(row: dealer_selectors.Row) -> dict[str, Any]:
    return {
        "id": row.dealer.pk, "name": row.dealer.name, "branch": row.dealer.branch, "address": str(row.dealer.address),
        "last_checked": row.last, "due": row.due, "overdue": row.overdue(timezone.localdate()),
    }  # fmt: skip


def _whole(dealer: Dealer) -> dict[str, Any]:
    checks = dealer_selectors.checks_of(dealer)
    last = max((check.visited_on for check in checks if check.visited_on), default=None)
    due = dealer_selectors.due_on(last, dealer.listed_on, dealer.branch)
    names = ("name", "branch", "contact", "listed", "listed_on", "stopped_on")
    return {
        "id": dealer.pk, **{name: getattr(dealer, name) for name in names}, "address": str(dealer.address),
        "last_checked": last, "due": due, "overdue": due < timezone.localdate() and dealer.stopped_on is None,
        "checks": [_check(check) for check in checks],
    }  # fmt: skip


def _check(check: DealerCheck) -> dict[str, Any]:
    names = ("planned_for", "state", "visited_on", "finding", "measure", "term", "version")
    return {"id": check.pk, **{name: getattr(check, name) for name in names}, "checklist": check.checklist or {}}
