"""The API of resilience: report a threat. Reading and handling are done on the pages, one by one and for a purpose."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import translation
from ninja import Field, Router, Schema
from ninja.responses import Status

from openvis.web.access.api_base import Problem, Signed

from . import services

router = Router(tags=["resilience"])


class Threat(Schema):
    """A threat against an employee."""

    kind: str = Field(max_length=14)
    happened_on: date
    organisation: str = Field(max_length=60, description="Key of the department of who it happened to.")
    victim: str = Field(min_length=1, max_length=80, description="The function, not the name.")
    what: str = Field(min_length=1, max_length=2000)
    area: str = Field("", max_length=40)


class Taken(Schema):
    """That it was received."""

    id: UUID
    state: str


@router.post(
    "/threats", auth=Signed("signals.report"),
    response={201: Taken, 400: Problem, 401: Problem, 404: Problem, 422: Problem},
    operation_id="reportThreat", summary="Report a threat against staff",
)
def report_threat(request: HttpRequest, new: Threat) -> Any:
    """Take in a report; nothing of it can be read back here."""
    user: Any = request.user
    with translation.override("en"):
        try:
            made = services.report(user, services.Told(**new.dict()))
        except services.WrongError as error:
            detail = [{"field": error.field}]
            return Status(422, Problem(title="The report does not fit", status=422, detail=str(error), errors=detail))
    return Status(201, {"id": made.pk, "state": made.state})
