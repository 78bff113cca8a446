"""The API of signals: the same acts as the pages, under the same rules.

Who reports gets a number and a state; what is said in a signal is read for a stated purpose by who weighs.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import translation
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from openvis.web import city
from openvis.web.access import audit
from openvis.web.access.api_base import Problem, Signed
from openvis.web.access.models import User
from openvis.web.guard import Personal
from openvis.web.places.models import Address
from openvis.web.trail import processing

from . import rules, selectors, services
from .models import Report, Signal

router = Router(tags=["signals"])
FILE = Personal("signals", "signal", "key")
WRONG = {400: Problem, 401: Problem, 404: Problem, 409: Problem, 422: Problem}
PURPOSE = WRONG | {428: Problem}


class SignalIn(Schema):
    """A report. Facts and interpretation apart; persons only where the facts cannot be understood without."""

    phenomenon: str = Field(max_length=60, description="Key of the profile.")
    facts: str = Field(min_length=1, max_length=8000)
    address: str = Field("", max_length=16, description="Number designation of the register (16 digits).")
    place: str = Field("", max_length=300, description="The place in words.")
    area: str = Field("", max_length=40, description="Code of an area of the finest level.")
    branch: str = Field("", max_length=60)
    indicators: list[str] = Field([], max_length=50)
    answers: dict[str, str] = Field({}, description="Question → answer.")
    interpretation: str = Field("", max_length=4000)
    seen_from: date | None = None
    seen_to: date | None = None
    company: str = Field("", max_length=200)
    telephone: str = Field("", max_length=40)
    subjects: str = Field("", max_length=2000)
    acted: str = Field("", max_length=1000)
    urgent: bool = False
    may_name: bool = Field(False, description="Whether the reporter may be named to who takes it up.")
    anonymous: bool = Field(False, description="Keep nothing of who reports; only where the city allows it.")


class Receipt(Schema):
    """The number of what was received."""

    number: str


class ReportOut(Schema):
    """One's own report: number and state, no content."""

    id: UUID
    number: str
    received_at: datetime
    state: str
    question: str = Field(description="What the reporting point asks; empty when it asks nothing.")
    answer_by: date | None


class Listed(Schema):
    """A line of the inbox: no text of any signal."""

    id: UUID
    number: str
    state: str
    phenomenon: str
    branch: str
    area_code: str
    urgent: bool
    due_on: date | None
    received_at: datetime
    weight: int | None


class Inbox(Schema):
    """A page of the inbox."""

    total: int
    page: int
    pages: int
    counts: dict[str, int]
    late: int
    signals: list[Listed]


class WeighingOut(Schema):
    """A weighing: what the checklist proposed, what a person decided, what the second reader said."""

    round: int
    points: int
    proposal: str
    route: str
    reason: str
    outcome: str
    remark: str
    became: str


class SignalOut(Listed):
    """One signal, for who weighs."""

    version: int
    channel: str
    address: str
    place: str
    facts: str
    interpretation: str
    indicators: list[str]
    answers: dict[str, str]
    company: str
    telephone: str
    subjects: str
    acted: str
    note: str
    weighings: list[WeighingOut]


class WeighIn(Schema):
    """What the first reader found. `with_route`: what the decision asks for (name → values)."""

    version: int
    answers: dict[str, str] = Field(description="Criterion → answer.")
    route: str = Field(max_length=50)
    reason: str = Field(min_length=1, max_length=4000)
    with_route: dict[str, list[str]] = {}


class ReadIn(Schema):
    """What the second reader says."""

    round: int
    confirm: bool
    remark: str = Field("", max_length=2000)


class NoteIn(Schema):
    """A note from lawful sources of one's own, with the version that was in sight."""

    version: int
    text: str = Field(min_length=1, max_length=8000)


def _user(request: HttpRequest) -> User:
    found: Any = request.user
    return found


def _problem(status: int, title: str, detail: str, field: str = "") -> Status[Any]:
    errors: list[dict[str, Any]] = [{"field": field}] if field else []
    return Status(status, Problem(title=title, status=status, detail=detail, errors=errors))


def _refused(error: Exception) -> Status[Any]:
    """The answer to what a service did not do."""
    if isinstance(error, services.ConflictError):
        return _problem(409, "Somebody changed it meanwhile", f"It is now version {error.signal.version}.", "version")
    if isinstance(error, services.NotNowError):
        return _problem(409, "Not in this state", str(error))
    if isinstance(error, services.WrongError):
        return _problem(422, "This does not fit", str(error), error.field)
    raise Http404 from error


REFUSALS = (services.NotYoursError, services.NotNowError, services.ConflictError, services.WrongError)


@router.post(
    "/signals/reports", auth=Signed(rules.REPORT), response={201: Receipt, **WRONG}, operation_id="reportSignal",
    summary="Report a signal",
)  # fmt: skip
def report(request: HttpRequest, told: SignalIn) -> Any:
    """Take in a signal; gives its number."""
    address = None
    with translation.override("en"):
        if told.address:
            address = Address.objects.filter(number_id=told.address).first()
            if address is None:
                return _problem(422, "This does not fit", "No such address in the register.", "address")
        data = told.dict(exclude={"address", "place", "area", "anonymous", "indicators"})
        level = city.profile().finest.id if told.area else ""
        reported = services.Reported(
            **data, address=address, place_text=told.place, area_code=told.area, area_level=level,
            indicators=tuple(told.indicators),
        )  # fmt: skip
        try:
            number = services.report(_user(request), reported, anonymous=told.anonymous)
        except REFUSALS as error:
            return _refused(error)
    return Status(201, Receipt(number=number))


@router.get(
    "/signals/reports", auth=Signed(rules.REPORT), response={200: list[ReportOut], 401: Problem, 404: Problem},
    operation_id="listOwnReports", summary="My reports",
)  # fmt: skip
def own_reports(request: HttpRequest) -> Any:
    """Number and state of one's own reports, the newest first."""
    return [_told(item) for item in selectors.reports(_user(request))[:200]]


def _told(item: Report) -> ReportOut:
    asked = item.told == "asked"
    return ReportOut(
        id=item.pk, number=item.number, received_at=item.received_at, state=item.told,
        question=item.question if asked else "", answer_by=item.answer_by if asked else None,
    )


@router.get(
    "/signals/inbox", auth=Signed(rules.WEIGH), response={200: Inbox, 400: Problem, 401: Problem, 404: Problem},
    operation_id="listSignals", summary="The inbox of who weighs",
)  # fmt: skip
def inbox(
    request: HttpRequest,
    part: str = Query("", max_length=20, description="screen, asked, weigh, second or followed; empty: all that is open."),
    phenomenon: str = Query("", max_length=60), branch: str = Query("", max_length=60), area: str = Query("", max_length=40),
    due: str = Query("", max_length=10, description="late or today"), page: int = Query(1, ge=1, le=99_999),
) -> Any:  # fmt: skip
    """What is open, the most pressing first; without the text of any signal."""
    user = _user(request)
    found = selectors.inbox(user, selectors.Asked(part, phenomenon, branch, area, due, page))
    audit.record(user, "signals.list", number=len(found.rows))
    return Inbox(
        total=found.total, page=found.page, pages=found.pages, counts=found.counts, late=found.late,
        signals=[Listed.from_orm(item) for item in found.rows],
    )


@router.get(
    "/signals/{uuid:key}", auth=Signed(rules.WEIGH, FILE), response={200: SignalOut, **PURPOSE},
    operation_id="getSignal", summary="One signal",
)  # fmt: skip
def signal(request: HttpRequest, key: UUID) -> Any:
    """Everything that is known of a signal, for a stated purpose."""
    user = _user(request)
    found = selectors.signal(user, key)
    audit.record(user, "signal.open", f"signal:{key}")
    processing.shown([found], activity="signals", name="signal.open")
    return _whole(found)


def _whole(found: Signal) -> SignalOut:
    told = {
        name: getattr(found, name)
        for name in (
            "id", "number", "state", "phenomenon", "branch", "area_code", "urgent", "due_on", "received_at", "weight",
            "version", "channel", "facts", "interpretation", "indicators", "company", "telephone", "subjects", "acted",
            "note",
        )
    }  # fmt: skip
    return SignalOut(
        **told, address=str(found.address or ""), place=found.place_text, answers=found.answers or {},
        weighings=[WeighingOut.from_orm(item) for item in found.weighings.all()],
    )


@router.post(
    "/signals/{uuid:key}/enrich", auth=Signed(rules.WEIGH, FILE), response={200: Listed, **PURPOSE},
    operation_id="enrichSignal", summary="Enough to go on: to be weighed",
)  # fmt: skip
def enrich(request: HttpRequest, key: UUID, told: NoteIn) -> Any:
    """Note what lawful sources say, and put the signal up for weighing."""
    with translation.override("en"):
        try:
            return Listed.from_orm(services.enrich(_user(request), key, told.version, told.text))
        except REFUSALS as error:
            return _refused(error)


@router.post(
    "/signals/{uuid:key}/weigh", auth=Signed(rules.WEIGH, FILE), response={200: WeighingOut, **PURPOSE},
    operation_id="weighSignal", summary="Weigh, as first reader",
)  # fmt: skip
def weigh(request: HttpRequest, key: UUID, told: WeighIn) -> Any:
    """Fill in the checklist and decide, with a reason. A second reader confirms."""
    weighed = services.Weighed(told.answers, told.route, told.reason, told.with_route)
    with translation.override("en"):
        try:
            return WeighingOut.from_orm(services.weigh(_user(request), key, told.version, weighed))
        except REFUSALS as error:
            return _refused(error)


@router.post(
    "/signals/{uuid:key}/read", auth=Signed(rules.WEIGH, FILE), response={200: Listed, **PURPOSE},
    operation_id="readWeighing", summary="Confirm or send back, as second reader",
)  # fmt: skip
def read(request: HttpRequest, key: UUID, told: ReadIn) -> Any:
    """The second reader, who is another person, confirms (the decision is carried out) or sends back with a remark."""
    user = _user(request)
    with translation.override("en"):
        try:
            if told.confirm:
                services.confirm(user, key, told.round, told.remark)
            else:
                services.send_back(user, key, told.round, told.remark)
        except REFUSALS as error:
            return _refused(error)
    return Listed.from_orm(selectors.signal(user, key))
