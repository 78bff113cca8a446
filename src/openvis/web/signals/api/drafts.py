"""Drafts: what somebody began to report, theirs alone; the same ones as on the page My reports."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form
from ninja.files import UploadedFile
from ninja.responses import Status

from openvis.web.access.api_base import Problem, Signed, caller, problem
from openvis.web.guard import Refused

from .. import drafts, rules, selectors, services
from ..models import Draft
from .common import WRONG, address_of, done, looked_at, router
from .schemas import DraftIn, DraftListed, DraftOut, Receipt

FILES = File([], description="At most 5 photos (JPEG, PNG) or PDFs of 10 MB.")
HERE: dict[Any, Any] = dict.fromkeys((400, 401, 404), Problem)


def _mine(request: HttpRequest, key: UUID) -> Draft:
    """A draft of one's own; that of another does not exist."""
    found = selectors.drafts(caller(request)).filter(pk=key).first()
    if found is None:
        raise Refused(rules.REPORT, f"signal_draft:{key}")
    return found


def _line(item: Draft) -> dict[str, Any]:
    return {"id": item.pk, "saved_at": item.saved_at, "ends_on": item.ends_on}


def _whole(item: Draft) -> DraftOut:
    return DraftOut(**_line(item), **drafts.as_told(item.values))


def _kept(request: HttpRequest, told: DraftIn, key: UUID | None = None) -> Draft:
    values = drafts.as_typed(told.dict(), address_of(told.address))
    return services.keep_draft(caller(request), values, key)


@router.get(
    "/signals/drafts", auth=Signed(rules.REPORT), response={200: list[DraftListed], **HERE}, operation_id="listDrafts",
    summary="My drafts",
)  # fmt: skip
def own(request: HttpRequest) -> Any:
    """When each was saved and until when it is kept, the newest first; no content."""
    return [_line(item) for item in selectors.drafts(caller(request)).defer("values")[:200]]


@router.post(
    "/signals/drafts", auth=Signed(rules.REPORT), response={201: DraftOut, **WRONG}, operation_id="beginDraft",
    summary="Begin a draft",
)  # fmt: skip
def begin(request: HttpRequest, told: DraftIn) -> Any:
    """Keep what is known so far. A draft is kept with one's account; who wants to stay unknown reports at once."""
    return done(lambda: Status(201, _whole(_kept(request, told))), rules.REPORT, "signal_draft")


@router.get(
    "/signals/drafts/{uuid:key}", auth=Signed(rules.REPORT), response={200: DraftOut, **HERE}, operation_id="getDraft",
    summary="One draft of one's own",
)  # fmt: skip
def draft(request: HttpRequest, key: UUID) -> Any:
    """What was kept so far, as it was typed: it need not be in order yet."""
    return _whole(_mine(request, key))


@router.put(
    "/signals/drafts/{uuid:key}", auth=Signed(rules.REPORT), response={200: DraftOut, **WRONG}, operation_id="saveDraft",
    summary="Save a draft of one's own",
)  # fmt: skip
def save(request: HttpRequest, key: UUID, told: DraftIn) -> Any:
    """Put this in the place of what was kept. Its term begins anew."""
    _mine(request, key)
    return done(lambda: _whole(_kept(request, told, key)), rules.REPORT, f"signal_draft:{key}")


@router.delete(
    "/signals/drafts/{uuid:key}", auth=Signed(rules.REPORT), response={204: None, **HERE}, operation_id="discardDraft",
    summary="Throw a draft of one's own away",
)  # fmt: skip
def discard(request: HttpRequest, key: UUID) -> Any:
    """It is gone at once."""
    return done(lambda: Status(204, services.drop_draft(caller(request), key)), rules.REPORT, f"signal_draft:{key}")


@router.post(
    "/signals/drafts/{uuid:key}/send", auth=Signed(rules.REPORT), response={201: Receipt, **WRONG},
    operation_id="sendDraft", summary="Send a draft in",
)  # fmt: skip
def send(
    request: HttpRequest, key: UUID, may_name: bool = Form(False, description="Whether the reporter may be named."),
    files: list[UploadedFile] = FILES,
) -> Any:  # fmt: skip
    """Report what it says, under one's own name, with these files; gives the number. The draft is gone."""
    form = drafts.as_form(_mine(request, key).values, may_name=may_name)

    def act() -> Any:
        if not form.is_valid():
            name, errors = next(iter(form.errors.items()))
            return problem(422, "This does not fit", " ".join(map(str, errors)), drafts.part(name))
        number = services.report(caller(request), form.reported, looked_at(files), draft=key)
        return Status(201, Receipt(number=number))

    return done(act, rules.REPORT, f"signal_draft:{key}")
