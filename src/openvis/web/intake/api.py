"""The API of intake: posting incidents, with an answer per row, and asking what became of a delivery."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest
from django.utils import translation
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from openvis.web.access.api_base import Problem, Signed

from . import originals, receiving, selectors, services, sniffing
from .models import Batch
from .words import Refusal

router = Router(tags=["intake"])

BODY = {
    "requestBody": {
        "required": True,
        "description": (
            "The rows: a JSON list of objects, or one object a line (NDJSON). "
            "The names are those of the columns that the source reads from a file."
        ),
        "content": {
            "application/json": {"schema": {"type": "array", "items": {"type": "object"}, "minItems": 1}},
            "application/x-ndjson": {"schema": {"type": "string"}},
        },
    }
}
_UNREADABLE = {
    "empty",
    "no_rows",
    "rows_invalid",
    "not_features",
    "wrong_type",
    "unknown_type",
    "encoding",
    "archive",
    "old_excel",
}
"""Refusals of a body that is no JSON: 400. Every other refusal is of what it says: 422."""


class RowProblem(Schema):
    """Why a row was rejected."""

    column: str
    value: str
    reason: str = Field(description="Name of the reason; it does not change with the language.")
    text: str = Field(description="The reason in a sentence.")


class RowAnswer(Schema):
    """What became of one row; rows are counted from 1, in the order in which they were posted."""

    row: int
    result: Literal["accepted", "rejected"]
    problems: list[RowProblem] = []


class Delivery(Schema):
    """A delivery: new + updated + skipped + rejected = read, always."""

    id: UUID
    source: str
    state: Literal["received", "loading", "loaded", "refused", "withdrawn"]
    received: datetime
    loaded: datetime | None
    read: int
    new: int
    updated: int
    skipped: int
    rejected: int
    unplaced: int = Field(description="Valid rows without a place on the map.")
    message: str = Field(description="Why it was refused; empty when it was not.")


class Posted(Delivery):
    """What became of the posted rows. The same rows posted again change nothing and give the same answer."""

    repeated: bool
    rows: list[RowAnswer]


@router.post(
    "/incidents",
    auth=Signed("intake.upload"),
    response={200: Posted, 201: Posted, 400: Problem, 401: Problem, 404: Problem, 422: Problem},
    openapi_extra=BODY,
    operation_id="postIncidents",
    summary="Deliver incidents",
)
def post_incidents(
    request: HttpRequest,
    source: str = Query(
        ..., min_length=1, max_length=60, pattern="^[a-z0-9][a-z0-9_-]*$", description="Key of the source."
    ),
) -> Any:
    """Take in a batch of rows of one source, with the same checks as a file. 201 when it was new, 200 when known."""
    with translation.override("en"):
        try:
            data = request.body
            kind = receiving.source_by(source)
            if sniffing.kind_of_file(data) != "json":
                raise Refusal("rows_invalid", row=1, detail="no list and no object")
            outcome = services.import_file(data, kind.key, file_name="", by=request.user, way=Batch.Way.POSTED)
        except RequestDataTooBig:
            return _problem(422, "The body is too large", "Post the rows in smaller parts.", "too_large")
        except Refusal as refusal:
            if refusal.reason == "already_loaded":
                known = Batch.objects.get(source=kind, sha256=originals.digest(data), state=Batch.State.LOADED)
                return Status(200, _posted(known, repeated=True))
            status = 400 if refusal.reason in _UNREADABLE else 422
            return _problem(status, "Nothing was taken in", str(refusal), refusal.reason)
        return Status(200 if outcome.resumed else 201, _posted(outcome.batch, repeated=outcome.resumed))


@router.get(
    "/batches/{id}",
    auth=Signed("intake.view"),
    response={200: Delivery, 400: Problem, 401: Problem, 404: Problem},
    operation_id="getBatch",
    summary="Ask what became of a delivery",
)
def get_batch(request: HttpRequest, id: UUID) -> Any:  # noqa: A002 -- the name in the address
    """The four numbers of a delivery and its state."""
    batch = Batch.objects.select_related("source").filter(pk=id).first()
    if batch is None:
        raise Http404
    with translation.override("en"):
        return Status(200, _delivery(batch))


def _delivery(batch: Batch) -> dict[str, Any]:
    names = (
        "id",
        "state",
        "received",
        "loaded",
        "read",
        "new",
        "updated",
        "skipped",
        "rejected",
        "unplaced",
        "message",
    )
    return {name: getattr(batch, name) for name in names} | {"source": batch.source.key}


def _posted(batch: Batch, *, repeated: bool) -> dict[str, Any]:
    wrong = {view.row: view for view in map(selectors.opened, batch.rejected_rows.order_by("row"))}
    rows = []
    for number in range(1, batch.read + 1):
        view = wrong.get(number)
        problems = (
            [
                {"column": column, "value": value, "reason": reason, "text": text}
                for column, value, reason, text in zip(
                    view.columns, view.values, view.reasons, view.sentences, strict=True
                )
            ]
            if view
            else []
        )
        rows.append({"row": number, "result": "rejected" if view else "accepted", "problems": problems})
    return _delivery(batch) | {"repeated": repeated, "rows": rows}


def _problem(status: int, title: str, detail: str, reason: str) -> Status[Any]:
    return Status(status, Problem(title=title, status=status, detail=detail, errors=[{"reason": reason}]))
