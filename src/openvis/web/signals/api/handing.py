"""What was passed to one's department, and the result that it tells."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import timezone

from openvis.web.access import audit
from openvis.web.access.api_base import Problem, Signed, caller
from openvis.web.guard import Refused
from openvis.web.trail import processing

from .. import rules, selectors, services
from ..models import HandOver
from .common import PURPOSE, READ, done, handling, router
from .schemas import Awaited, HandOverListed, HandOverOut, ResultIn


def _line(item: HandOver) -> dict[str, Any]:
    return {
        "id": item.pk, "number": item.number, "made_at": item.made_at, "due_on": item.due_on,
        "late": item.late, "taken": item.handler_id is not None, "result_at": item.result_at,
    }


def _whole(item: HandOver) -> HandOverOut:
    place = item.address.number_id if item.address else ""
    return HandOverOut(
        **_line(item), organisation=item.organisation, address=place, facts=item.facts, request=item.request,
        result=item.result,
    )  # fmt: skip


@router.get(
    "/signals/hand-overs", auth=Signed(rules.REPORT), response={200: list[HandOverListed], 401: Problem, 404: Problem},
    operation_id="listHandOvers", summary="What was passed to one's department",
)  # fmt: skip
def passed(request: HttpRequest) -> Any:
    """Numbers and terms, the newest first; no facts."""
    return [_line(item) for item in selectors.passed_to(caller(request))[:200]]


@router.get(
    "/signals/hand-overs/late", auth=Signed(rules.WEIGH), response={200: list[Awaited], 401: Problem, 404: Problem},
    operation_id="listLateHandOvers", summary="Results that departments owe",
)  # fmt: skip
def late(request: HttpRequest) -> Any:
    """What one handed over oneself and is over its term, and that of who weighs no longer; no facts."""
    found = selectors.awaited_by(caller(request), timezone.localdate())
    return [{**_line(item), "organisation": item.organisation} for item in found[:200]]


@router.get(
    "/signals/hand-overs/{uuid:key}", auth=handling(), response={200: HandOverOut, **READ}, operation_id="getHandOver",
    summary="One hand-over",
)  # fmt: skip
def hand_over(request: HttpRequest, key: UUID) -> Any:
    """The facts that were passed, for the department they were passed to and for who weighs."""
    user = caller(request)
    try:
        found = selectors.hand_over(user, key)
    except Http404 as error:
        raise Refused(rules.REPORT, f"hand_over:{key}") from error
    audit.record(user, "signal.hand_over_open", f"hand_over:{key}")
    processing.shown([found], activity="signals", name="signal.hand_over_open")
    return _whole(found)


@router.post(
    "/signals/hand-overs/{uuid:key}/take-up", auth=handling(), response={200: HandOverOut, **PURPOSE},
    operation_id="takeUpHandOver", summary="Handle it for one's department",
)  # fmt: skip
def take_up(request: HttpRequest, key: UUID) -> Any:
    """From now on it is a file of one's own."""
    return done(lambda: _whole(services.take_up(caller(request), key)), rules.REPORT, f"hand_over:{key}")


@router.post(
    "/signals/hand-overs/{uuid:key}/result", auth=handling(), response={200: HandOverOut, **PURPOSE},
    operation_id="giveResult", summary="Tell the result of one's department",
)  # fmt: skip
def result(request: HttpRequest, key: UUID, told: ResultIn) -> Any:
    """What was found and done, once. The signal comes back to the reporting point."""
    return done(
        lambda: _whole(services.give_result(caller(request), key, told.result)), rules.REPORT, f"hand_over:{key}"
    )
