"""Items: handed over by the uniform form, decided, acted on, closed or taken back; and the actions themselves."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import translation
from ninja import Field, Schema
from ninja.responses import Status

from openvis.web import city
from openvis.web.access import audit
from openvis.web.access.api_base import Signed, caller

from .. import agreements, forms, rules, selectors, services, source
from .. import document as documents
from ..models import TabledItem
from .base import (
    ITEM,
    LISTED,
    OWN,
    PDF,
    READ,
    WRITE,
    Key,
    LawName,
    Line,
    Mark,
    Sentences,
    Story,
    Version,
    Words,
    answer,
    document,
    person,
    router,
)
from .shapes import ActionLine, ItemFile, ItemLine, Offer, TermLine, action, item_file, item_line, term


class HandOverIn(Schema):
    """The uniform form, filled in. `seen` comes with the fields that there are to hand over."""

    seen: Mark
    fields: Annotated[list[Key], Field(min_length=1, max_length=20)]
    purpose: Key
    covenant: Key
    law: LawName
    article: Line
    motivation: Sentences
    proportionality: Words


class NewDecision(Schema):
    """A decision to be written down: what was decided, not what a partner told."""

    text: Story
    law: LawName
    article: Line
    approaches: list[Key] = Field(min_length=1, max_length=20)
    partners: list[Key] = Field(default=[], max_length=50)
    version: Version


class NewSending(NewDecision):
    """A decision that the signal goes on in a project: one that runs, or a new one with its name and goal."""

    project: UUID | None = None
    name: Line | None = None
    goal: Sentences | None = None
    ends: bool = Field(True, description="Whether the meeting is done with it, so that its item is closed.")


class NewAction(Schema):
    """An action to be agreed; with an approach it is an intervention."""

    what: Words
    owner: UUID
    due: date
    approach: Key = ""


class Report(Schema):
    """What came of an action, and on which day it was done: today where that is left out."""

    state: Literal["done", "dropped"]
    result: Sentences
    done_on: date | None = None


class ResultIn(Schema):
    """The result. `handled`: its signals are closed; if not, the reporting point looks at them again."""

    result: Story
    handled: bool = True


class ReasonIn(Schema):
    """Why it is taken back."""

    reason: Words


def _uncovered(user: Any, item: TabledItem) -> None:
    """Raise NotNowError where the covenant does not cover this person's organisation now."""
    meeting = item.meeting
    why = agreements.blocks(meeting.covenant, services.base.organisation_of(user)) if meeting is not None else ""
    if why:
        raise services.NotNowError(why)


def _offered(user: Any, item: TabledItem) -> list[tuple[str, Any, str]]:
    with translation.override(city.profile().municipality.language):
        return [(name, str(title), text) for name, title, text in source.lines(user, item.signal_id)]


@router.get("/riec-items", auth=Signed(rules.WEIGH), response={200: list[ItemLine], **LISTED},
            operation_id="listItems", summary="Signals that wait for a meeting")  # fmt: skip
def list_waiting(request: HttpRequest) -> Any:
    """Signals that were weighed for the meeting and are on no agenda yet."""
    user = caller(request)
    found = selectors.waiting(user)
    audit.record(user, "items.list", number=len(found))
    return Status(200, [item_line(one) for one in found])


@router.get("/riec-items/{key}", auth=Signed(rules.CASUS, ITEM), response={200: ItemFile, **READ},
            operation_id="getItem", summary="An item of an agenda")  # fmt: skip
def get_item(request: HttpRequest, key: UUID) -> Any:
    """What was handed over, what was decided, and the actions that you see. 409 where the covenant does not cover you."""
    user = caller(request)
    found = selectors.item(user, key)
    audit.record(user, "item.view", f"tabled_item:{key}")

    def read() -> dict[str, Any]:
        _uncovered(user, found)
        return item_file(user, key)

    return answer(200, read)


@router.get("/riec-items/{key}/form", auth=Signed(rules.CASUS, ITEM), response=READ, openapi_extra=PDF,
            operation_id="getUniformForm", summary="The uniform form, as PDF")  # fmt: skip
def get_form(request: HttpRequest, key: UUID) -> Any:
    """What was handed over, on which ground, with the decisions and the actions that you see."""
    user = caller(request)
    found = selectors.item(user, key)
    if not hasattr(found, "contribution"):
        raise Http404
    return document(found.meeting, user, lambda: documents.uniform_form(user, found))


@router.get("/riec-items/{key}/offer", auth=Signed(rules.WEIGH, ITEM), response={200: Offer, **READ},
            operation_id="getOffer", summary="What there is to hand over")  # fmt: skip
def get_offer(request: HttpRequest, key: UUID) -> Any:
    """The fields of the signal, of which you choose what the partners need and no more."""
    user = caller(request)
    found = selectors.item(user, key)
    lines = _offered(user, found)
    audit.record(user, "item.offer", f"tabled_item:{key}", fields=len(lines))
    covenant = found.meeting.covenant if found.meeting is not None else ""
    fields = [{"name": name, "title": title, "text": text} for name, title, text in lines]
    return Status(200, {"seen": forms.mark(lines), "covenant": covenant, "fields": fields})


@router.post("/riec-items/{key}/contribution", auth=Signed(rules.WEIGH, ITEM), response={201: ItemFile, **WRITE},
             operation_id="postContribution", summary="Hand over by the uniform form")  # fmt: skip
def hand_over(request: HttpRequest, key: UUID, body: HandOverIn) -> Any:
    """In one act, once. 409 where the signal was changed since you read it, or was handed over already."""
    user = caller(request)
    found = selectors.item(user, key)
    filled = body.dict()
    seen = filled.pop("seen")

    def write() -> dict[str, Any]:
        if seen != forms.mark(_offered(user, found)):
            raise services.ChangedError(found)
        services.items.hand_over(user, key, services.items.Form(**filled))
        return item_file(user, key)

    return answer(201, write)


@router.post("/riec-items/{key}/decisions", auth=Signed(rules.WEIGH, ITEM), response={201: ItemFile, **WRITE},
             operation_id="postDecision", summary="Write down a decision")  # fmt: skip
def post_decision(request: HttpRequest, key: UUID, body: NewDecision) -> Any:
    """What the meeting decided, labelled with its law; the approach it chose; the partners under the covenant."""
    user = caller(request)

    def write() -> dict[str, Any]:
        services.items.decide(user, key, **body.dict())
        return item_file(user, key)

    return answer(201, write)


@router.post("/riec-items/{key}/send-on", auth=Signed(rules.WEIGH, ITEM), response={201: ItemFile, **WRITE},
             operation_id="sendItemOn", summary="Decide that a signal goes on in a project")  # fmt: skip
def send_on(request: HttpRequest, key: UUID, body: NewSending) -> Any:
    """The decision, and the signal in its project: both, or nothing."""
    user = caller(request)

    def write() -> dict[str, Any]:
        said = services.items.Said(**body.dict(include=set(NewDecision.model_fields)))
        services.items.send_on(user, key, said, services.projects.chosen(body.dict()), ends=body.ends)
        return item_file(user, key)

    return answer(201, write)


@router.post("/riec-items/{key}/actions", auth=Signed(rules.WEIGH, ITEM), response={201: ActionLine, **WRITE},
             operation_id="postAction", summary="Agree an action")  # fmt: skip
def post_action(request: HttpRequest, key: UUID, body: NewAction) -> Any:
    """What somebody will do by when; their organisation goes with it."""
    user = caller(request)
    return answer(
        201, lambda: action(services.items.agree(user, key, body.what, person(body.owner), body.due, body.approach))
    )


@router.post("/riec-items/{key}/close", auth=Signed(rules.WEIGH, ITEM), response={200: ItemFile, **WRITE},
             operation_id="closeItem", summary="Close an item")  # fmt: skip
def close_item(request: HttpRequest, key: UUID, body: ResultIn) -> Any:
    """With its result, when nothing is open. What was reported is closed with it, or is looked at again."""
    user = caller(request)

    def write() -> dict[str, Any]:
        services.items.close(user, key, body.result, body.handled)
        return item_file(user, key)

    return answer(200, write)


@router.post("/riec-items/{key}/take-back", auth=Signed(rules.WEIGH, ITEM), response={200: ItemFile, **WRITE},
             operation_id="takeItemBack", summary="Take an item back")  # fmt: skip
def take_back(request: HttpRequest, key: UUID, body: ReasonIn) -> Any:
    """As long as nothing was decided about it. The signal is weighed anew."""
    user = caller(request)

    def write() -> dict[str, Any]:
        services.items.take_back(user, key, body.reason)
        return item_file(user, key)

    return answer(200, write)


@router.get("/riec-actions", auth=Signed(rules.CASUS, OWN), response={200: list[ActionLine], **LISTED},
            operation_id="listOwnActions", summary="Your own actions and steps")  # fmt: skip
def list_actions(request: HttpRequest) -> Any:
    """What you agreed to do after a meeting, and in projects."""
    user = caller(request)
    found = [*selectors.my_actions(user), *selectors.my_steps(user)]
    audit.record(user, "actions.list", number=len(found))
    return Status(200, [action(one) for one in found])


@router.get("/riec-terms", auth=Signed(rules.WEIGH), response={200: list[TermLine], **LISTED},
            operation_id="listTerms", summary="What everybody agreed to do, by term")  # fmt: skip
def list_agreed(request: HttpRequest) -> Any:
    """What everybody agreed to do and did not report on yet, the first term first; without what it is."""
    user = caller(request)
    found = selectors.agreed(user)
    audit.record(user, "actions.agreed", number=len(found))
    return Status(200, [term(one) for one in found])


@router.post("/riec-actions/{key}/report", auth=Signed(rules.CASUS, OWN), response={200: ActionLine, **WRITE},
             operation_id="reportAction", summary="Report what came of an action")  # fmt: skip
def report_action(request: HttpRequest, key: UUID, body: Report) -> Any:
    """By its owner, or the coordinator."""
    user = caller(request)
    selectors.action(user, key)
    return answer(200, lambda: action(services.items.report(user, key, **body.dict())))
