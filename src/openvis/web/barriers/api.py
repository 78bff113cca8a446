"""The API of barrier models: the same reading and the same changes as the pages, a whole model at a time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import translation
from ninja import Field, Router, Schema
from ninja.responses import Status

from openvis.web import city
from openvis.web.access import acting, audit
from openvis.web.access.api_base import Problem, Signed

from . import selectors, services
from .content import Content
from .models import BarrierModel

router = Router(tags=["barriers"])


class ModelLine(Schema):
    """A model in the list."""

    id: UUID
    title: str
    version: int
    changed: datetime
    steps: int
    gaps: int = Field(description="Steps without an active barrier.")
    put_away: bool


class Model(ModelLine):
    """A whole model."""

    content: Content


class NewModel(Schema):
    """Begin a model: a copy of a starting model of the profile, or empty."""

    title: str = Field(min_length=1, max_length=80)
    origin: str = Field("", max_length=60, description="Id of a starting model; empty begins with nothing.")


class ChangedModel(Schema):
    """A model as it is to be. `version` is the one that was read: another one meanwhile gives 409."""

    version: int = Field(ge=1, le=2_000_000_000)
    title: str = Field(min_length=1, max_length=80)
    content: Content


@router.get(
    "/barrier-models", auth=Signed("plan.view"), response={200: list[ModelLine], 401: Problem, 404: Problem},
    operation_id="listBarrierModels", summary="List barrier models",
)
def list_models(request: HttpRequest) -> Any:
    """Models in use and those that were put away, with how many steps lie open."""
    found = [*selectors.in_use(), *selectors.put_away()]
    audit.record(acting.user_of(request), "barrier_models.list", number=len(found))
    return Status(200, [_line(item) for item in found])


@router.get(
    "/barrier-models/{id}", auth=Signed("plan.view"),
    response={200: Model, 400: Problem, 401: Problem, 404: Problem},
    operation_id="getBarrierModel", summary="Read a barrier model",
)
def get_model(request: HttpRequest, id: UUID) -> Any:  # noqa: A002 -- the name in the address
    """Steps, barriers and how each stands."""
    item = selectors.one(id)
    if item is None:
        raise Http404
    audit.record(acting.user_of(request), "barrier_model.view", f"barrier_model:{id}")
    return Status(200, _whole(item))


@router.post(
    "/barrier-models", auth=Signed("barriers.edit"),
    response={201: Model, 400: Problem, 401: Problem, 404: Problem, 422: Problem},
    operation_id="beginBarrierModel", summary="Begin a barrier model",
)
def begin_model(request: HttpRequest, new: NewModel) -> Any:
    """Copy a starting model, or begin empty."""
    user: Any = request.user
    origin = city.profile().barriers.model(new.origin) if new.origin else None
    with translation.override("en"):
        if new.origin and origin is None:
            known = ", ".join(item.id for item in city.profile().barriers.models)
            return _problem(422, "No such starting model", f"found {new.origin!r}, expected one of: {known}", "origin")
        try:
            made = (
                services.copy(user, origin, new.title, city.profile().municipality.language) if origin
                else services.make(user, new.title)
            )
        except services.WrongError as error:
            return _problem(422, "The model does not fit", str(error), error.field)
    return Status(201, _whole(made))


@router.put(
    "/barrier-models/{id}", auth=Signed("barriers.edit"),
    response={200: Model, 400: Problem, 401: Problem, 404: Problem, 409: Problem, 422: Problem},
    operation_id="replaceBarrierModel", summary="Change a barrier model",
)
def replace_model(request: HttpRequest, id: UUID, new: ChangedModel) -> Any:  # noqa: A002 -- the name in the address
    """Put the whole model as it is to be; the version before stays in the history."""
    user: Any = request.user
    with translation.override("en"):
        try:
            changed = services.replace(user, id, new.version, new.title, new.content.dump())
        except services.NotYoursError as error:
            raise Http404 from error
        except services.ChangedError as error:
            detail = f"found version {new.version}, expected {error.current.version} of a model in use"
            return _problem(409, "The model was changed meanwhile", detail, "version")
        except services.WrongError as error:
            return _problem(422, "The model does not fit", str(error), error.field)
    return Status(200, _whole(changed))


def _line(item: BarrierModel) -> dict[str, Any]:
    content = item.document
    return {
        "id": item.pk, "title": item.title, "version": item.version, "changed": item.changed_at,
        "steps": len(content.steps), "gaps": len(content.gaps), "put_away": item.put_away,
    }


def _whole(item: BarrierModel) -> dict[str, Any]:
    return _line(item) | {"content": item.content}


def _problem(status: int, title: str, detail: str, field: str) -> Status[Any]:
    return Status(status, Problem(title=title, status=status, detail=detail, errors=[{"field": field}]))
