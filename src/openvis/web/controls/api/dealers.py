"""Second-hand dealers by program: the register, its checks and what follows from them."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Schema
from ninja.responses import Status

from openvis.web.access import audit
from openvis.web.access.api_base import Signed, Words
from openvis.web.trail import processing

from .. import dealer_selectors, rules
from ..models import Dealer, DealerCheck
from ..services import dealers
from .base import OF_DEALER, OF_DEALERS, WRONG, acted, address, found, router, version


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
    version: int
    checks: list[CheckAnswer]


class NewDealer(Schema):
    """A dealer to be put in the register."""

    name: Words = Field(min_length=1, max_length=200)
    address: Words = Field(description="Number designation of the address register: 16 digits.")
    branch: Words = Field(max_length=60)
    contact: Words = Field("", max_length=500)
    listed: Words = "notification"
    listed_on: date | None = None


class ChangedDealer(NewDealer):
    """A dealer as it is to be; the day on which it was put in the register stays."""

    version: int = version()


class StoppedDealer(Schema):
    """That a dealer stopped trading."""

    stopped_on: date


class NewCheck(Schema):
    """A check to be planned."""

    planned_for: date


class NewFinding(Schema):
    """What a check found."""

    version: int = version()
    outcome: Words
    on: date
    checklist: dict[Words, Words] = {}
    finding: Words = Field("", max_length=2000)


class NewMeasure(Schema):
    """What was done, in words."""

    version: int = version()
    measure: Words = Field(min_length=1, max_length=1000)


class NewWarning(NewMeasure):
    """A warning, and before when the shortcoming has to be mended."""

    term: date


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


@router.get("/dealers", auth=Signed(rules.SEE_DEALERS, OF_DEALERS), response={200: list[DealerAnswer], **WRONG},
            operation_id="listDealers", summary="Second-hand dealers, those due longest first")  # fmt: skip
def list_dealers(request: HttpRequest, overdue: bool = False) -> Any:
    """The dealers that the person sees; with `overdue`, those not checked within the term."""
    user: Any = request.user
    today = timezone.localdate()
    rows = [row for row in dealer_selectors.rows(user) if row.overdue(today) or not overdue]
    audit.record(user, "dealers.list", number=len(rows))
    processing.shown([row.dealer for row in rows], activity="operations", name="dealers.list")
    return Status(200, [_dealer(row) for row in rows])


@router.get("/dealers/figures", auth=Signed(rules.SEE_DEALERS), response={200: FiguresAnswer, **WRONG},
            operation_id="getDealerFigures", summary="Coverage and compliance")  # fmt: skip
def get_figures(request: HttpRequest) -> Any:
    """Shares of all dealers and by branch, of no fewer than k."""
    user: Any = request.user
    total, parts = dealer_selectors.figures(user, timezone.localdate(), "en")
    audit.record(user, "dealers.figures")
    return Status(200, {"total": total, "branches": parts})


@router.get("/dealers/{key}", auth=Signed(rules.SEE_DEALERS, OF_DEALER), response={200: WholeDealer, **WRONG},
            operation_id="getDealer", summary="One dealer with its checks")  # fmt: skip
def get_dealer(request: HttpRequest, key: UUID) -> Any:
    """A dealer with its checks."""
    user: Any = request.user
    dealer = found(lambda: dealer_selectors.dealer(user, key), rules.SEE_DEALERS, f"dealer:{key}")
    audit.record(user, "dealer.view", f"dealer:{key}")
    processing.shown([dealer], activity="operations", name="dealer.view")
    return Status(200, _whole(dealer))


@router.post("/dealers", auth=Signed(rules.KEEP_DEALERS), response={201: WholeDealer, **WRONG}, operation_id="postDealer",
             summary="Put a dealer in the register")  # fmt: skip
def post_dealer(request: HttpRequest, body: NewDealer) -> Any:
    """Put a dealer in the register, in one's own area."""
    user: Any = request.user

    return acted(lambda: Status(201, _whole(dealers.add(user, _particulars(body)))), rules.KEEP_DEALERS, "dealer")


@router.put("/dealers/{key}", auth=Signed(rules.KEEP_DEALERS, OF_DEALER), response={200: WholeDealer, **WRONG},
            operation_id="putDealer", summary="Set the particulars of a dealer right")  # fmt: skip
def put_dealer(request: HttpRequest, key: UUID, body: ChangedDealer) -> Any:
    """Put the particulars as they are to be."""
    user: Any = request.user
    return acted(
        lambda: Status(200, _whole(dealers.change(user, key, body.version, _particulars(body)))), rules.KEEP_DEALERS,
        f"dealer:{key}",
    )  # fmt: skip


def _particulars(body: NewDealer) -> dealers.Particulars:
    at = address(body.address, "address")
    return dealers.Particulars(body.name, at, body.branch, body.contact, body.listed, body.listed_on)


@router.post("/dealers/{key}/stop", auth=Signed(rules.KEEP_DEALERS, OF_DEALER), response={200: WholeDealer, **WRONG},
             operation_id="stopDealer", summary="Write down that a dealer stopped")  # fmt: skip
def stop_dealer(request: HttpRequest, key: UUID, body: StoppedDealer) -> Any:
    """What is planned is called off, and the term of retention begins."""
    user: Any = request.user
    return acted(
        lambda: Status(200, _whole(dealers.stop(user, key, body.stopped_on))), rules.KEEP_DEALERS, f"dealer:{key}"
    )


@router.post("/dealers/{key}/checks", auth=Signed(rules.KEEP_DEALERS, OF_DEALER), response={201: CheckAnswer, **WRONG},
             operation_id="postDealerCheck", summary="Plan a check")  # fmt: skip
def post_check(request: HttpRequest, key: UUID, body: NewCheck) -> Any:
    """Plan a check of a dealer."""
    user: Any = request.user
    return acted(
        lambda: Status(201, _check(dealers.plan(user, key, body.planned_for))), rules.KEEP_DEALERS, f"dealer:{key}"
    )


@router.post("/dealers/{key}/checks/{check}/finding", auth=Signed(rules.KEEP_DEALERS, OF_DEALER),
             response={200: CheckAnswer, **WRONG}, operation_id="postDealerFinding",
             summary="Write down what a check found")  # fmt: skip
def post_finding(request: HttpRequest, key: UUID, check: UUID, body: NewFinding) -> Any:
    """Write down what a check found."""
    user: Any = request.user
    told = dealers.Finding(body.outcome, body.on, body.checklist, body.finding)
    return acted(
        lambda: Status(200, _check(dealers.visit(user, key, check, body.version, told))), rules.KEEP_DEALERS, f"dealer:{key}"
    )


@router.post("/dealers/{key}/checks/{check}/warning", auth=Signed(rules.KEEP_DEALERS, OF_DEALER),
             response={200: CheckAnswer, **WRONG}, operation_id="warnDealer",
             summary="Warn a dealer after a shortcoming")  # fmt: skip
def post_warning(request: HttpRequest, key: UUID, check: UUID, body: NewWarning) -> Any:
    """Warn with a term. Gives the check that is planned for the day after it."""
    user: Any = request.user
    return acted(
        lambda: Status(200, _check(dealers.warn(user, key, check, body.version, body.measure, body.term))),
        rules.KEEP_DEALERS, f"dealer:{key}",
    )  # fmt: skip


@router.post("/dealers/{key}/checks/{check}/police", auth=Signed(rules.KEEP_DEALERS, OF_DEALER),
             response={200: CheckAnswer, **WRONG}, operation_id="handDealerToPolice",
             summary="Say that the police took an offence over")  # fmt: skip
def post_police(request: HttpRequest, key: UUID, check: UUID, body: NewMeasure) -> Any:
    """How an offence was handed on."""
    user: Any = request.user
    return acted(
        lambda: Status(200, _check(dealers.to_police(user, key, check, body.version, body.measure))), rules.KEEP_DEALERS,
        f"dealer:{key}",
    )  # fmt: skip


@router.post("/dealers/{key}/checks/{check}/withdrawal", auth=Signed(rules.KEEP_DEALERS, OF_DEALER),
             response={200: CheckAnswer, **WRONG}, operation_id="withdrawDealerCheck",
             summary="Call a planned check off")  # fmt: skip
def post_withdrawal(request: HttpRequest, key: UUID, check: UUID, body: NewMeasure) -> Any:
    """With the reason."""
    user: Any = request.user
    return acted(
        lambda: Status(200, _check(dealers.withdraw(user, key, check, body.version, body.measure))), rules.KEEP_DEALERS,
        f"dealer:{key}",
    )  # fmt: skip


def _dealer(row: dealer_selectors.Row) -> dict[str, Any]:
    return {
        "id": row.dealer.pk, "name": row.dealer.name, "branch": row.dealer.branch, "address": str(row.dealer.address),
        "last_checked": row.last, "due": row.due, "overdue": row.overdue(timezone.localdate()),
    }  # fmt: skip


def _whole(dealer: Dealer) -> dict[str, Any]:
    checks = dealer_selectors.checks_of(dealer)
    last = max((check.visited_on for check in checks if check.visited_on), default=None)
    due = dealer_selectors.due_on(last, dealer.listed_on, dealer.branch)
    names = ("name", "branch", "contact", "listed", "listed_on", "stopped_on", "version")
    return {
        "id": dealer.pk, **{name: getattr(dealer, name) for name in names}, "address": str(dealer.address),
        "last_checked": last, "due": due, "overdue": due < timezone.localdate() and dealer.stopped_on is None,
        "checks": [_check(check) for check in checks],
    }  # fmt: skip


def _check(check: DealerCheck) -> dict[str, Any]:
    names = ("planned_for", "state", "visited_on", "finding", "measure", "term", "version")
    return {"id": check.pk, **{name: getattr(check, name) for name in names}, "checklist": check.checklist or {}}
