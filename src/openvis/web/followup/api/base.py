"""What the operations share: what they answer to what went wrong, the purposes, and the words of their texts."""

from collections.abc import Callable
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.utils import translation
from ninja import Field, Router, Schema
from ninja.responses import Status
from pydantic import StringConstraints

from openvis import __version__
from openvis.web import guard
from openvis.web.access.api_base import Problem, problem
from openvis.web.access.models import User

from .. import agreements, selectors, services
from ..models import Meeting

router = Router(tags=["followup"])
MEETING = guard.Personal("signals", "riec_meeting", "key")
ITEM = guard.Personal("signals", "tabled_item", "key")
PROJECT = guard.Personal("signals", "project", "key")
INTERVENTION = guard.Personal("signals", "intervention", "key")
OWN = guard.Personal("signals", "own_actions")
CASES = guard.Personal("signals", "case_hand_overs")


def _text(most: int) -> Any:
    return Annotated[str, StringConstraints(min_length=1, max_length=most, pattern=r"^[^\x00]+$")]


Line = _text(120)
Place = _text(200)
Words = _text(1000)
Sentences = _text(2000)
Story = _text(4000)
Key = Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z0-9_-]*$")]
Mark = Annotated[str, StringConstraints(min_length=64, max_length=64, pattern=r"^[0-9a-f]*$")]
Version = Annotated[int, Field(ge=1, le=2_000_000_000, description="The version that was read.")]
LawName = Literal["AVG", "Wpg", "WGS"]
Progress = Literal["open", "done", "dropped"]
LISTED: dict[Any, Any] = {400: Problem, 401: Problem, 404: Problem, 428: Problem}
READ: dict[Any, Any] = {**LISTED, 409: Problem}
WRITE: dict[Any, Any] = {**READ, 422: Problem}


PDF = {"responses": {200: {"description": "OK", "content": {
    "application/pdf": {"schema": {"type": "string", "format": "binary"}}
}}}}  # fmt: skip


class PersonIn(Schema):
    """Somebody who can take part."""

    person: UUID


class VersionIn(Schema):
    """On what was read."""

    version: Version


def answer(status: int, run: Callable[[], Any]) -> Any:
    """What an act gives, or the problem that was in its way."""
    with translation.override("en"):
        try:
            return Status(status, run())
        except services.WrongError as error:
            return problem(422, "The request does not fit", str(error), error.field, expected=str(error))
        except services.ChangedError:
            return problem(409, "Changed meanwhile", "Somebody else saved in the meantime. Read it again.")
        except (services.NotNowError, agreements.NoPartyError) as error:
            return problem(409, "Not possible as things stand", str(error))
        except services.NotYoursError as error:
            raise guard.Refused(str(error)) from error


def document(meeting: Meeting | None, user: User, make: Callable[[], HttpResponse]) -> Any:
    """A PDF, or the reason why the covenant does not cover this person now."""
    why = agreements.blocks(meeting.covenant, services.base.organisation_of(user)) if meeting is not None else ""
    if why:
        return problem(409, "Not possible as things stand", why)
    response = make()
    response["API-Version"] = __version__
    return response


def person(key: UUID) -> User | None:
    """Somebody who can be chosen, as on the pages; None for who cannot."""
    return next((one for one in selectors.people() if one.pk == key), None)
