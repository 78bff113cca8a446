"""Reporting, and what a reporter reads back: number and state."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import File
from ninja.files import UploadedFile
from ninja.responses import Status

from openvis.web import city
from openvis.web.access.api_base import Problem, Signed, caller

from .. import rules, selectors, services
from ..models import Report
from .common import WRONG, address_of, done, looked_at, router
from .schemas import Content, Receipt, RegistrationIn, ReportOut, SignalIn, TextIn

BESIDE = {"address", "place", "area", "anonymous", "indicators", "channel", "source_note"}
"""What of a report is no field of what is kept under the same name."""


@router.post(
    "/signals/reports", auth=Signed(rules.REPORT), response={201: Receipt, **WRONG}, operation_id="reportSignal",
    summary="Report a signal",
)  # fmt: skip
def report(request: HttpRequest, told: SignalIn) -> Any:
    """Take in a signal; gives its number."""
    return _taken(request, told, rules.REPORT, anonymous=told.anonymous)


@router.post(
    "/signals/registrations", auth=Signed(rules.WEIGH), response={201: Receipt, **WRONG}, operation_id="registerSignal",
    summary="Register what came in by another way",
)  # fmt: skip
def register(request: HttpRequest, told: RegistrationIn) -> Any:
    """Enter for somebody else what came by mail, telephone, Meld Misdaad Anoniem or a report of the police."""
    return _taken(request, told, rules.WEIGH, channel=told.channel, source_note=told.source_note)


@router.post(
    "/signals/reports/with-files", auth=Signed(rules.REPORT), response={201: Receipt, **WRONG},
    operation_id="reportSignalWithFiles", summary="Report a signal with photos or papers",
)  # fmt: skip
def report_with_files(request: HttpRequest, report: SignalIn, files: File[list[UploadedFile]]) -> Any:
    """The same, as a form of two parts: `report` is JSON, `files` at most 5 photos (JPEG, PNG) or PDFs of 10 MB.

    Place and camera are taken out of photos. Files come with the report; none can be added to it later.
    """
    return _taken(request, report, rules.REPORT, files, anonymous=report.anonymous)


@router.post(
    "/signals/registrations/with-files", auth=Signed(rules.WEIGH), response={201: Receipt, **WRONG},
    operation_id="registerSignalWithFiles", summary="Register what came in by another way, with its papers",
)  # fmt: skip
def register_with_files(request: HttpRequest, report: RegistrationIn, files: File[list[UploadedFile]]) -> Any:
    """The same for who enters it for somebody else: `report` is JSON, `files` as with a report."""
    return _taken(request, report, rules.WEIGH, files, channel=report.channel, source_note=report.source_note)


def _taken(
    request: HttpRequest, told: Content, ability: str, attached: Sequence[UploadedFile] = (), **how: Any
) -> Any:
    def act() -> Any:
        looked = looked_at(attached)
        reported = services.Reported(
            **told.dict(exclude=BESIDE), address=address_of(told.address), place_text=told.place, area_code=told.area,
            area_level=city.profile().finest.id if told.area else "", indicators=tuple(told.indicators),
        )  # fmt: skip
        return Status(201, Receipt(number=services.report(caller(request), reported, looked, **how)))

    return done(act, ability, "signal")


@router.get(
    "/signals/reports", auth=Signed(rules.REPORT), response={200: list[ReportOut], 401: Problem, 404: Problem},
    operation_id="listOwnReports", summary="My reports",
)  # fmt: skip
def own_reports(request: HttpRequest) -> Any:
    """Number and state of one's own reports, the newest first."""
    return [_told(item) for item in selectors.reports(caller(request))[:200]]


@router.post(
    "/signals/reports/{uuid:key}/answer", auth=Signed(rules.REPORT), response={200: ReportOut, **WRONG},
    operation_id="answerQuestion", summary="Answer a question about one's own report",
)  # fmt: skip
def answer(request: HttpRequest, key: UUID, told: TextIn) -> Any:
    """Answer what the reporting point asks."""
    user = caller(request)

    def act() -> ReportOut:
        services.add_answer(user, key, told.text)
        return _told(selectors.own_report(user, key))

    return done(act, rules.REPORT, f"report:{key}")


def _told(item: Report) -> ReportOut:
    asked = item.told == "asked"
    return ReportOut(
        id=item.pk, number=item.number, received_at=item.received_at, state=item.told,
        question=item.question if asked else "", answer_by=item.answer_by if asked else None,
    )
