"""The inbox, and one signal with what hangs under it."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import translation
from ninja import Query

from openvis.web.access import audit
from openvis.web.access.api_base import Problem, Signed, caller, problem
from openvis.web.guard import Refused
from openvis.web.trail import processing

from .. import files, rules, selectors, similar
from ..models import Signal
from .common import READ, router, weighing
from .schemas import AdditionOut, AttachmentOut, Inbox, Listed, SignalOut, SimilarOut, WeighingOut

WHOLE = (
    "id", "number", "state", "phenomenon", "branch", "area_code", "urgent", "due_on", "received_at", "weight", "version",
    "channel", "facts", "interpretation", "indicators", "company", "telephone", "subjects", "acted", "note", "immediate",
)  # fmt: skip


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
    user = caller(request)
    found = selectors.inbox(user, selectors.Asked(part, phenomenon, branch, area, due, page))
    audit.record(user, "signals.list", number=len(found.rows))
    return Inbox(
        total=found.total, page=found.page, pages=found.pages, counts=found.counts, late=found.late,
        signals=[Listed.from_orm(item) for item in found.rows],
    )


def _opened(request: HttpRequest, key: UUID, name: str) -> Signal:
    """The signal for who weighs, written down."""
    user = caller(request)
    try:
        found = selectors.signal(user, key)
    except Http404 as error:
        raise Refused(rules.WEIGH, f"signal:{key}") from error
    audit.record(user, name, f"signal:{key}")
    processing.shown([found], activity="signals", name=name)
    return found


@router.get(
    "/signals/{uuid:key}", auth=weighing(), response={200: SignalOut, **READ}, operation_id="getSignal",
    summary="One signal",
)  # fmt: skip
def signal(request: HttpRequest, key: UUID) -> Any:
    """Everything that is known of a signal, for a stated purpose."""
    found = _opened(request, key, "signal.open")
    return SignalOut(
        **{name: getattr(found, name) for name in WHOLE}, address=str(found.address or ""), place=found.place_text,
        answers=found.answers or {}, weighings=[WeighingOut.from_orm(item) for item in found.weighings.all()],
        additions=[AdditionOut.from_orm(item) for item in found.additions.all()],
        attachments=[AttachmentOut.from_orm(item) for item in found.attachments.all()],
    )


@router.get(
    "/signals/{uuid:key}/similar", auth=weighing(), response={200: list[SimilarOut], **READ},
    operation_id="listSimilarSignals", summary="Signals that may be about the same",
)  # fmt: skip
def alike(request: HttpRequest, key: UUID) -> Any:
    """Found by fixed rules: address, business, telephone number, place and time. A person judges."""
    found = _opened(request, key, "signal.similar")
    with translation.override("en"):
        return [
            SimilarOut(id=one.signal.pk, number=one.signal.number, reasons=one.reasons, question=one.question, same=one.same)
            for one in similar.similar(found)
        ]


@router.get(
    "/signals/{uuid:key}/attachments", auth=weighing(), response={200: list[AttachmentOut], **READ},
    operation_id="listSignalAttachments", summary="The files that came with a signal",
)  # fmt: skip
def attachments(request: HttpRequest, key: UUID) -> Any:
    """What they are called, of what kind and how large; they came with the report and go with the signal."""
    return [AttachmentOut.from_orm(item) for item in _opened(request, key, "signal.files").attachments.all()]


@router.get(
    "/signals/{uuid:key}/attachments/{uuid:file}", auth=weighing(), response=READ | {410: Problem},
    operation_id="getSignalAttachment", summary="A file that came with a signal",
    openapi_extra={"responses": {200: {"description": "OK", "content": {
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
    }}}},
)  # fmt: skip
def attachment(request: HttpRequest, key: UUID, file: UUID) -> Any:
    """The bytes of a photo or PDF, to be saved."""
    user = caller(request)
    try:
        return files.to_save(user, selectors.attachment(user, key, file))
    except Http404 as error:
        raise Refused(rules.WEIGH, f"signal:{key}") from error
    except files.LostError:
        return problem(410, "Gone", "The file is lost, or cannot be opened any more.")
