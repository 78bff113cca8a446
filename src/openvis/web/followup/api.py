"""The API of meetings, actions and projects: the same rules, the same services, the same covenant check as the pages."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import translation
from ninja import Field, Router, Schema
from ninja.responses import Status
from pydantic import StringConstraints

from openvis.web import guard
from openvis.web.access import audit
from openvis.web.access.api_base import Problem, Signed
from openvis.web.access.models import User

from . import agreements, rules, selectors, services
from .models import Meeting, MeetingAction, Project, TabledItem

router = Router(tags=["followup"])
ITEM = guard.Personal("signals", "tabled_item", "key")
PROJECT = guard.Personal("signals", "project", "key")
OWN = guard.Personal("signals", "own_actions")
Words = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\x00]+$")]
Article = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^[^\x00]+$")]
Key = Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z0-9_-]*$")]
LawName = Literal["AVG", "Wpg", "WGS"]
READ: dict[Any, Any] = {400: Problem, 401: Problem, 404: Problem, 409: Problem, 428: Problem}
LISTED: dict[Any, Any] = {400: Problem, 401: Problem, 404: Problem, 428: Problem}
WRITE: dict[Any, Any] = {**READ, 422: Problem}


class MeetingLine(Schema):
    """A meeting."""

    id: UUID
    begins: datetime
    state: Literal["draft", "sent", "closed"]
    covenant: str
    items: list["ItemLine"] = []


class ItemLine(Schema):
    """A signal on an agenda, without content."""

    id: UUID
    number: str
    state: Literal["waiting", "tabled", "decided", "closed"]
    approaches: list[str]
    partners: list[str]


class FieldLine(Schema):
    """A field that was handed over, as it was."""

    title: str
    text: str


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


class ActionLine(Schema):
    """What somebody agreed to do."""

    id: UUID
    what: str
    organisation: str
    due: date
    state: Literal["open", "done", "dropped"]
    result: str


class ItemFile(ItemLine):
    """An item with its contribution, decisions, and the actions that this person sees."""

    contribution: ContributionLine | None
    decisions: list[DecisionLine]
    actions: list[ActionLine]


class ProjectLine(Schema):
    """A project, without content."""

    id: UUID
    state: Literal["running", "closed"]
    started: date
    signals: list[str] = Field(description="Numbers of its signals.")


class ProjectFile(ProjectLine):
    """A project with its content."""

    name: str
    goal: str
    result: str
    steps: list[ActionLine]


class NewDecision(Schema):
    """A decision to be written down: what was decided, not what a partner told."""

    text: Words
    law: LawName
    article: Article
    approaches: list[Key] = Field(min_length=1, max_length=20)
    partners: list[Key] = Field(default=[], max_length=50)
    version: int = Field(ge=1, le=2_000_000_000, description="The version that was read.")


class NewAction(Schema):
    """An action to be agreed."""

    what: Words
    owner: UUID
    due: date


class Report(Schema):
    """What came of an action."""

    state: Literal["done", "dropped"]
    result: Words


def _answer(status: int, run: Callable[[], Any]) -> Any:
    """What an act gives, or the problem that was in its way."""
    with translation.override("en"):
        try:
            return Status(status, run())
        except services.WrongError as error:
            return _problem(422, "The request does not fit", str(error), error.field)
        except services.ChangedError:
            return _problem(409, "Changed meanwhile", "Somebody else saved in the meantime. Read it again.")
        except (services.NotNowError, agreements.NoPartyError) as error:
            return _problem(409, "Not possible as things stand", str(error))
        except services.NotYoursError as error:
            raise guard.Refused(str(error)) from error


def _problem(status: int, title: str, detail: str, field: str = "") -> Status[Any]:
    errors = [{"field": field, "expected": detail}] if field else []
    return Status(status, Problem(title=title, status=status, detail=detail, errors=errors))


def _user(request: HttpRequest) -> User:
    user: Any = request.user
    return user


def _uncovered(user: User, meeting: Meeting | None) -> None:
    """Raise NotNowError where the covenant does not cover this person's organisation now."""
    why = agreements.blocks(meeting.covenant, services.base.organisation_of(user)) if meeting is not None else ""
    if why:
        raise services.NotNowError(why)


def _item_line(item: TabledItem) -> dict[str, Any]:
    return {name: getattr(item, name) for name in ("id", "number", "state", "approaches", "partners")}


def _action(one: Any) -> dict[str, Any]:
    organisation = one.organisation if isinstance(one, MeetingAction) else ""
    return {
        "id": one.pk, "what": one.what, "organisation": organisation, "due": one.due, "state": one.state,
        "result": one.result,
    }  # fmt: skip


def _item_file(user: User, item: TabledItem) -> dict[str, Any]:
    given = getattr(item, "contribution", None)
    told = None if given is None else {
        **{name: getattr(given, name) for name in ("law", "article", "covenant", "purpose", "at")},
        "fields": [{"title": title, "text": text} for title, text in given.values],
    }  # fmt: skip
    decisions = [{name: getattr(one, name) for name in ("text", "law", "article", "at")} for one in item.decisions.all()]
    actions = [_action(one) for one in selectors.actions_of(user, item)]
    return {**_item_line(item), "contribution": told, "decisions": decisions, "actions": actions}


def _meeting(user: User, meeting: Meeting, *, agenda: bool = False) -> dict[str, Any]:
    items = [_item_line(item) for item in selectors.agenda(user, meeting)] if agenda else []
    return {name: getattr(meeting, name) for name in ("id", "begins", "state", "covenant")} | {"items": items}


@router.get("/riec-meetings", auth=Signed(rules.CASUS), response={200: list[MeetingLine], **LISTED},
            operation_id="listMeetings", summary="The meetings that you see")  # fmt: skip
def list_meetings(request: HttpRequest) -> Any:
    """The meetings of this person, the newest first; without their agenda."""
    user = _user(request)
    found = selectors.meetings(user)
    audit.record(user, "meetings.list", number=len(found))
    return Status(200, [_meeting(user, one) for one in found])


@router.get("/riec-meetings/{key}", auth=Signed(rules.CASUS), response={200: MeetingLine, **READ}, operation_id="getMeeting",
            summary="A meeting with its agenda")  # fmt: skip
def get_meeting(request: HttpRequest, key: UUID) -> Any:
    """One meeting: numbers and states of what is on its agenda, no content."""
    user = _user(request)
    found = selectors.meeting(user, key)
    audit.record(user, "meeting.view", f"meeting:{key}")
    return Status(200, _meeting(user, found, agenda=True))


@router.post("/riec-meetings/{key}/send", auth=Signed(rules.WEIGH), response={200: MeetingLine, **WRITE},
             operation_id="sendMeeting", summary="Send the agenda")  # fmt: skip
def send_meeting(request: HttpRequest, key: UUID) -> Any:
    """From now on the participants see what was handed over. 409 says why it cannot be sent."""
    user = _user(request)
    return _answer(200, lambda: _meeting(user, services.meetings.send(user, key), agenda=True))


@router.get("/riec-items/{key}", auth=Signed(rules.CASUS, ITEM), response={200: ItemFile, **READ}, operation_id="getItem",
            summary="An item of an agenda")  # fmt: skip
def get_item(request: HttpRequest, key: UUID) -> Any:
    """What was handed over, what was decided, and the actions that you see. 409 where the covenant does not cover you."""
    user = _user(request)
    found = selectors.item(user, key)
    audit.record(user, "item.view", f"tabled_item:{key}")

    def read() -> dict[str, Any]:
        _uncovered(user, found.meeting)
        return _item_file(user, found)

    return _answer(200, read)


@router.post("/riec-items/{key}/decisions", auth=Signed(rules.WEIGH, ITEM), response={201: ItemFile, **WRITE},
             operation_id="postDecision", summary="Write down a decision")  # fmt: skip
def post_decision(request: HttpRequest, key: UUID, body: NewDecision) -> Any:
    """What the meeting decided, labelled with its law; the approach it chose; the partners under the covenant."""
    user = _user(request)

    def write() -> dict[str, Any]:
        services.items.decide(user, key, **body.dict())
        return _item_file(user, selectors.item(user, key))

    return _answer(201, write)


@router.post("/riec-items/{key}/actions", auth=Signed(rules.WEIGH, ITEM), response={201: ActionLine, **WRITE},
             operation_id="postAction", summary="Agree an action")  # fmt: skip
def post_action(request: HttpRequest, key: UUID, body: NewAction) -> Any:
    """What somebody will do by when; their organisation goes with it."""
    user = _user(request)
    owner = User.objects.filter(pk=body.owner, is_active=True).first()
    return _answer(201, lambda: _action(services.items.agree(user, key, body.what, owner, body.due)))


@router.get("/riec-actions", auth=Signed(rules.CASUS, OWN), response={200: list[ActionLine], **LISTED},
            operation_id="listOwnActions", summary="Your own actions")  # fmt: skip
def list_actions(request: HttpRequest) -> Any:
    """What you agreed to do after a meeting."""
    user = _user(request)
    found = selectors.my_actions(user)
    audit.record(user, "actions.list", number=len(found))
    return Status(200, [_action(one) for one in found])


@router.post("/riec-actions/{key}/report", auth=Signed(rules.CASUS, OWN), response={200: ActionLine, **WRITE},
             operation_id="reportAction", summary="Report what came of an action")  # fmt: skip
def report_action(request: HttpRequest, key: UUID, body: Report) -> Any:
    """By its owner, or the coordinator."""
    user = _user(request)
    selectors.action(user, key)
    return _answer(200, lambda: _action(services.items.report(user, key, body.state, body.result)))


def _project(found: Project) -> dict[str, Any]:
    return {
        "id": found.pk, "state": found.state, "started": found.started,
        "signals": [one.number for one in found.signals.all()],
    }  # fmt: skip


@router.get("/projects", auth=Signed(rules.CASUS), response={200: list[ProjectLine], **LISTED}, operation_id="listProjects",
            summary="The projects that you see")  # fmt: skip
def list_projects(request: HttpRequest) -> Any:
    """The projects of this person, without content."""
    user = _user(request)
    found = selectors.projects(user)
    audit.record(user, "projects.list", number=len(found))
    return Status(200, [_project(one) for one in found])


@router.get("/projects/{key}", auth=Signed(rules.CASUS, PROJECT), response={200: ProjectFile, **READ},
            operation_id="getProject", summary="A project")  # fmt: skip
def get_project(request: HttpRequest, key: UUID) -> Any:
    """Goal, plan and results of one project. 409 where no covenant covers you."""
    user = _user(request)
    found = selectors.project(user, key)
    audit.record(user, "project.view", f"project:{key}")

    def read() -> dict[str, Any]:
        services.projects.require_covered(user)
        texts = {name: getattr(found, name) for name in ("name", "goal", "result")}
        return {**_project(found), **texts, "steps": [_action(one) for one in found.steps.all()]}

    return _answer(200, read)
