"""What the operations answer with."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

from openvis.web.access.models import User
from openvis.web.sharing.flows import organisation_name

from .. import selectors, services
from ..models import Intervention, Meeting, MeetingAction, Project, ProjectStep, TabledItem
from .base import LawName, Progress


class PersonLine(Schema):
    """Somebody who can take part in meetings and projects."""

    id: UUID
    name: str
    organisation: str


class ItemLine(Schema):
    """A signal on an agenda, without content."""

    id: UUID
    number: str
    state: Literal["waiting", "tabled", "decided", "closed"]
    approaches: list[str]
    partners: list[str]
    version: int


class MeetingLine(Schema):
    """A meeting."""

    id: UUID
    begins: datetime
    state: Literal["draft", "sent", "closed"]
    covenant: str
    version: int


class ParticipantLine(Schema):
    """Somebody who takes part. `id` is that of their place in this meeting or team."""

    id: UUID
    person: UUID
    name: str
    organisation: str


class MeetingFile(MeetingLine):
    """A meeting with its agenda and its participants."""

    place: str
    chair: UUID | None
    items: list[ItemLine]
    participants: list[ParticipantLine]


class FieldLine(Schema):
    """A field that was handed over, as it was."""

    title: str
    text: str


class OfferLine(FieldLine):
    """A field of the signal that can be handed over."""

    name: str


class Offer(Schema):
    """What there is to hand over. `seen` stands for these texts: send it with what you choose."""

    seen: str
    covenant: str = Field(description="Of the meeting that it is on the agenda of; empty where it is on none.")
    fields: list[OfferLine]


class ContributionLine(Schema):
    """What was handed over by the uniform form, and the law it is under."""

    law: LawName
    article: str
    covenant: str
    purpose: str
    at: datetime
    fields: list[FieldLine]


class DecisionLine(Schema):
    """A decision, with the law it is under."""

    text: str
    law: LawName
    article: str
    at: datetime
    project: UUID | None = Field(description="Where the signal was sent on to; for who sees that project alone.")


class TermLine(Schema):
    """What somebody agreed to do, without what it is."""

    id: UUID
    kind: Literal["action", "step"]
    owner: UUID | None
    organisation: str
    approach: str = Field(description="For an intervention: the approach it belongs to.")
    due: date
    state: Progress
    done_on: date | None


class ActionLine(TermLine):
    """What somebody agreed to do."""

    what: str
    result: str


class ItemFile(ItemLine):
    """An item with its contribution, decisions, and the actions that this person sees."""

    meeting: UUID | None
    contribution: ContributionLine | None
    decisions: list[DecisionLine]
    actions: list[ActionLine]
    result: str


class ProjectLine(Schema):
    """A project, without content."""

    id: UUID
    state: Literal["running", "closed"]
    started: date
    signals: list[str] = Field(description="Numbers of its signals.")


class InterventionLine(Schema):
    """What one organisation does with its own powers, and whether that is told to the public."""

    id: UUID
    what: str
    approach: str
    organisation: str
    state: Progress
    result: str
    done_on: date | None
    communication: Literal["later", "communicate", "not"]
    waits_for: list[str] = Field(description="Partners that have to agree before it may be told.")
    may_be_told: bool
    version: int


class TakenLine(Schema):
    """A signal that a project took up."""

    id: UUID
    number: str


class ProjectFile(ProjectLine):
    """A project with its content."""

    name: str
    goal: str
    result: str
    leader: UUID | None
    version: int
    taken: list[TakenLine]
    members: list[ParticipantLine]
    steps: list[ActionLine]
    interventions: list[InterventionLine]


class HandOverLine(Schema):
    """A signal handed over to become a case."""

    id: UUID
    number: str
    reason: str
    at: datetime
    taken_at: datetime | None
    became: str


def named(thing: Any, *names: str) -> dict[str, Any]:
    """Columns of a row."""
    return {name: getattr(thing, name) for name in names}


def people(rows: Any) -> list[dict[str, Any]]:
    """Participants or members."""
    return [
        {"id": one.pk, "person": one.user_id, "name": str(one.user), "organisation": organisation_name(one.organisation)}
        for one in rows
    ]


def item_line(item: TabledItem) -> dict[str, Any]:
    """A line of an agenda."""
    return named(item, "id", "number", "state", "approaches", "partners", "version")


def meeting_line(meeting: Meeting) -> dict[str, Any]:
    """A line of the list."""
    return named(meeting, "id", "begins", "state", "covenant", "version")


def meeting_file(user: User, key: UUID) -> dict[str, Any]:
    """A meeting as it stands now."""
    found = selectors.meeting(user, key)
    return meeting_line(found) | {
        "place": found.place, "chair": found.chair_id, "items": [item_line(one) for one in selectors.agenda(user, found)],
        "participants": people(found.participants.all()),
    }  # fmt: skip


def term(one: MeetingAction | ProjectStep) -> dict[str, Any]:
    """An action or step without content."""
    meets = isinstance(one, MeetingAction)
    return named(one, "id", "due", "state", "done_on") | {
        "kind": "action" if meets else "step", "owner": one.owner_id, "organisation": getattr(one, "organisation", ""),
        "approach": getattr(one, "approach", ""),
    }  # fmt: skip


def action(one: MeetingAction | ProjectStep) -> dict[str, Any]:
    """An action or step."""
    return term(one) | named(one, "what", "result")


def item_file(user: User, key: UUID) -> dict[str, Any]:
    """An item as it stands now."""
    item = selectors.item(user, key)
    given = getattr(item, "contribution", None)
    told = None if given is None else {
        **named(given, "law", "article", "covenant", "purpose", "at"),
        "fields": [{"title": title, "text": text} for title, text in given.values],
    }  # fmt: skip
    decisions = [
        named(one, "text", "law", "article", "at") | {"project": one.project and one.project.pk}
        for one in selectors.decisions(user, item)
    ]
    actions = [action(one) for one in selectors.actions_of(user, item)]
    return item_line(item) | {
        "meeting": item.meeting_id, "contribution": told, "decisions": decisions, "actions": actions, "result": item.result,
    }  # fmt: skip


def project_line(found: Project) -> dict[str, Any]:
    """A line of the list."""
    return named(found, "id", "state", "started") | {"signals": [one.number for one in found.signals.all()]}


def intervention(one: Intervention) -> dict[str, Any]:
    """An intervention."""
    return named(
        one, "id", "what", "approach", "organisation", "state", "result", "done_on", "communication", "version"
    ) | {
        "waits_for": services.interventions.waiting_for(one), "may_be_told": services.interventions.may_be_told(one),
    }  # fmt: skip


def project_file(user: User, key: UUID) -> dict[str, Any]:
    """A project as it stands now."""
    found = selectors.project(user, key)
    return project_line(found) | named(found, "name", "goal", "result", "version") | {
        "leader": found.leader_id, "taken": [named(one, "id", "number") for one in found.signals.all()],
        "members": people(found.members.all()), "steps": [action(one) for one in found.steps.all()],
        "interventions": [intervention(one) for one in found.interventions.all()],
    }  # fmt: skip
