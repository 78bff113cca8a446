"""Signals handed over to become a case."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja.responses import Status

from openvis.web.access import audit
from openvis.web.access.api_base import Signed, caller

from .. import rules, selectors, services
from .base import CASES, LISTED, WRITE, answer, router
from .shapes import HandOverLine, named

COLUMNS = ("id", "number", "reason", "at", "taken_at", "became")


@router.get("/case-hand-overs", auth=Signed(rules.WEIGH, CASES), response={200: list[HandOverLine], **LISTED},
            operation_id="listCaseHandOvers", summary="Signals handed over for a case")  # fmt: skip
def list_hand_overs(request: HttpRequest) -> Any:
    """What was handed over, and what became of it."""
    user = caller(request)
    found = selectors.hand_overs(user)
    audit.record(user, "case_hand_overs.list", number=len(found))
    return Status(200, [named(one, *COLUMNS) for one in found])


@router.post("/case-hand-overs/{key}/take-up", auth=Signed(rules.WEIGH, CASES), response={200: HandOverLine, **WRITE},
             operation_id="takeCaseUp", summary="Offer a hand-over to the part for cases")  # fmt: skip
def take_up(request: HttpRequest, key: UUID) -> Any:
    """Offer it to the part for cases. 409 while there is none."""
    user = caller(request)
    return answer(200, lambda: named(services.cases.take_up(user, key), *COLUMNS))
