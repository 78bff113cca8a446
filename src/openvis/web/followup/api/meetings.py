"""Meetings: made, changed, people invited, signals put on the agenda, sent, the record closed."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema
from ninja.responses import Status
from pydantic import AwareDatetime

from openvis.web import guard
from openvis.web.access import audit
from openvis.web.access.api_base import Signed, caller
from openvis.web.sharing.flows import organisation_name

from .. import document as documents
from .. import rules, selectors, services
from .base import (
    LISTED,
    MEETING,
    PDF,
    READ,
    WRITE,
    Key,
    PersonIn,
    Place,
    Version,
    answer,
    document,
    person,
    router,
)
from .shapes import MeetingFile, MeetingLine, PersonLine, meeting_file, meeting_line


class MeetingIn(Schema):
    """A meeting to be made. Times with their offset."""

    begins: AwareDatetime
    place: Place
    chair: UUID
    covenant: Key


class MeetingChange(Schema):
    """When, where, and who is in the chair."""

    version: Version
    begins: AwareDatetime
    place: Place
    chair: UUID


class TableIn(Schema):
    """A signal that waits, or that is on another agenda."""

    item: UUID


@router.get("/riec-people", auth=Signed(rules.CASUS), response={200: list[PersonLine], **LISTED},
            operation_id="listFollowupPeople", summary="Who can take part")  # fmt: skip
def list_people(request: HttpRequest) -> Any:
    """For who keeps meetings, and who leads a project: ids to name a chair, an owner, a member."""
    user = caller(request)
    if not (rules.weighs(user) or any(rules.leads(user, one) for one in selectors.projects(user))):
        raise guard.Refused(rules.WEIGH)
    found = selectors.people()
    audit.record(user, "followup.people", number=len(found))
    return Status(200, [
        {"id": one.pk, "name": one.name, "organisation": organisation_name(services.base.organisation_of(one))}
        for one in found
    ])  # fmt: skip


@router.get("/riec-meetings", auth=Signed(rules.CASUS), response={200: list[MeetingLine], **LISTED},
            operation_id="listMeetings", summary="The meetings that you see")  # fmt: skip
def list_meetings(request: HttpRequest) -> Any:
    """The meetings of this person, the newest first; without their agenda."""
    user = caller(request)
    found = selectors.meetings(user)
    audit.record(user, "meetings.list", number=len(found))
    return Status(200, [meeting_line(one) for one in found])


@router.post("/riec-meetings", auth=Signed(rules.WEIGH), response={201: MeetingFile, **WRITE},
             operation_id="postMeeting", summary="Make a meeting")  # fmt: skip
def make_meeting(request: HttpRequest, body: MeetingIn) -> Any:
    """Who makes it and who is in the chair take part."""
    user = caller(request)

    def make() -> dict[str, Any]:
        made = services.meetings.make(user, body.begins, body.place, person(body.chair), body.covenant)
        return meeting_file(user, made.pk)

    return answer(201, make)


@router.get("/riec-meetings/{key}", auth=Signed(rules.CASUS), response={200: MeetingFile, **READ},
            operation_id="getMeeting", summary="A meeting with its agenda")  # fmt: skip
def get_meeting(request: HttpRequest, key: UUID) -> Any:
    """One meeting: who takes part, numbers and states of what is on its agenda; no content."""
    user = caller(request)
    found = meeting_file(user, key)
    audit.record(user, "meeting.view", f"meeting:{key}")
    return Status(200, found)


@router.put("/riec-meetings/{key}", auth=Signed(rules.WEIGH), response={200: MeetingFile, **WRITE},
            operation_id="putMeeting", summary="Change when, where, and the chair")  # fmt: skip
def change_meeting(request: HttpRequest, key: UUID, body: MeetingChange) -> Any:
    """409 where somebody else changed it meanwhile."""
    user = caller(request)

    def change() -> dict[str, Any]:
        services.meetings.change(user, key, body.version, body.begins, body.place, person(body.chair))
        return meeting_file(user, key)

    return answer(200, change)


@router.post("/riec-meetings/{key}/participants", auth=Signed(rules.WEIGH), response={201: MeetingFile, **WRITE},
             operation_id="postParticipant", summary="Invite somebody")  # fmt: skip
def invite(request: HttpRequest, key: UUID, body: PersonIn) -> Any:
    """Only who has a role for it; a partner only under the covenant of the meeting."""
    user = caller(request)

    def run() -> dict[str, Any]:
        services.meetings.invite(user, key, person(body.person))
        return meeting_file(user, key)

    return answer(201, run)


@router.delete("/riec-meetings/{key}/participants/{participant}", auth=Signed(rules.WEIGH),
               response={200: MeetingFile, **WRITE},
               operation_id="deleteParticipant", summary="Take somebody off")  # fmt: skip
def uninvite(request: HttpRequest, key: UUID, participant: UUID) -> Any:
    """They see nothing of this meeting any more."""
    user = caller(request)
    found = selectors.meeting(user, key)
    if all(one.pk != participant for one in found.participants.all()):
        raise guard.Refused(rules.WEIGH, f"participant:{participant}")

    def run() -> dict[str, Any]:
        services.meetings.uninvite(user, key, participant)
        return meeting_file(user, key)

    return answer(200, run)


@router.post("/riec-meetings/{key}/agenda", auth=Signed(rules.WEIGH), response={200: MeetingFile, **WRITE},
             operation_id="postAgenda", summary="Put a signal on the agenda")  # fmt: skip
def put_on_agenda(request: HttpRequest, key: UUID, body: TableIn) -> Any:
    """On an agenda that was sent only what was handed over already."""
    user = caller(request)
    selectors.meeting(user, key)
    selectors.item(user, body.item)

    def run() -> dict[str, Any]:
        services.meetings.table(user, body.item, key)
        return meeting_file(user, key)

    return answer(200, run)


@router.post("/riec-meetings/{key}/send", auth=Signed(rules.WEIGH), response={200: MeetingFile, **WRITE},
             operation_id="sendMeeting", summary="Send the agenda")  # fmt: skip
def send_meeting(request: HttpRequest, key: UUID) -> Any:
    """From now on the participants see what was handed over. 409 says why it cannot be sent."""
    user = caller(request)

    def run() -> dict[str, Any]:
        services.meetings.send(user, key)
        return meeting_file(user, key)

    return answer(200, run)


@router.post("/riec-meetings/{key}/close", auth=Signed(rules.WEIGH), response={200: MeetingFile, **WRITE},
             operation_id="closeMeeting", summary="Close the record")  # fmt: skip
def close_meeting(request: HttpRequest, key: UUID) -> Any:
    """Each item has its decision, or goes to another meeting first: 409 names those that have not."""
    user = caller(request)

    def run() -> dict[str, Any]:
        services.meetings.close(user, key)
        return meeting_file(user, key)

    return answer(200, run)


@router.get("/riec-meetings/{key}/record", auth=Signed(rules.CASUS, MEETING), response=READ, openapi_extra=PDF,
            operation_id="getMeetingRecord", summary="The record of a meeting, as PDF")  # fmt: skip
def get_record(request: HttpRequest, key: UUID) -> Any:
    """Agenda, our contribution, decisions with their law, chosen approach, and the actions that you see."""
    user = caller(request)
    found = selectors.meeting(user, key)
    return document(found, user, lambda: documents.record(user, found))
