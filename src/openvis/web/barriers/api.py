"""The API of barrier models: the same reading and the same changes as the pages, a whole model at a time."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import translation
from ninja import Field, Router, Schema
from ninja.responses import Status

from openvis.web import city, guard
from openvis.web.access import acting, audit
from openvis.web.access.api_base import Problem, Signed, Words, problem

from . import content as contents
from . import selectors, services
from .content import Content
from .models import BarrierModel

router = Router(tags=["barriers"])
WRONG = {400: Problem, 401: Problem, 404: Problem, 409: Problem, 422: Problem}


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

    title: Words = Field(min_length=1, max_length=80)
    about: Words = Field("", max_length=400, description="What an empty model is about.")
    origin: Words = Field("", max_length=60, description="Id of a starting model; empty begins with nothing.")


class StartingLine(Schema):
    """A starting model of the profile."""

    id: str
    title: str
    about: str


class StartingModel(StartingLine):
    """A starting model as it would be copied: nothing is arranged in it."""

    content: Content


class VersionLine(Schema):
    """A state that a model was in."""

    version: int
    title: str
    act: str = Field(description="What was done to come to it.")
    changed: datetime


class Version(VersionLine):
    """A whole model as it was."""

    content: Content


class Seen(Schema):
    """`version` is the one that was read: another one meanwhile gives 409."""

    version: int = Field(ge=1, le=2_000_000_000)


class ChangedModel(Seen):
    """A model as it is to be."""

    title: Words = Field(min_length=1, max_length=80)
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
            return problem(422, "No such starting model", f"found {new.origin!r}, expected one of: {known}", "origin")
        try:
            made = (
                services.copy(user, origin, new.title, city.profile().municipality.language) if origin
                else services.make(user, new.title, new.about.strip())
            )
        except services.WrongError as error:
            return problem(422, "The model does not fit", str(error), error.field)
    return Status(201, _whole(made))


@router.put(
    "/barrier-models/{id}", auth=Signed("barriers.edit"),
    response={200: Model, 400: Problem, 401: Problem, 404: Problem, 409: Problem, 422: Problem},
    operation_id="replaceBarrierModel", summary="Change a barrier model",
)
def replace_model(request: HttpRequest, id: UUID, new: ChangedModel) -> Any:  # noqa: A002 -- the name in the address
    """Put the whole model as it is to be; the version before stays in the history."""
    user: Any = request.user
    content = new.content.dump()
    return _changed(new, lambda: services.replace(user, id, new.version, new.title, content))


@router.post(
    "/barrier-models/{id}/put-away", auth=Signed("barriers.edit"), response={200: Model, **WRONG},
    operation_id="putBarrierModelAway", summary="Take a barrier model out of use",
)
def put_away(request: HttpRequest, id: UUID, seen: Seen) -> Any:  # noqa: A002 -- the name in the address
    """It stays readable until its term ends."""
    user: Any = request.user
    return _changed(seen, lambda: services.put_away(user, id, seen.version))


@router.post(
    "/barrier-models/{id}/take-back", auth=Signed("barriers.edit"), response={200: Model, **WRONG},
    operation_id="takeBarrierModelBack", summary="Take a barrier model into use again",
)
def take_back(request: HttpRequest, id: UUID, seen: Seen) -> Any:  # noqa: A002 -- the name in the address
    """As long as its term has not ended."""
    user: Any = request.user
    return _changed(seen, lambda: services.take_back(user, id, seen.version))


@router.get(
    "/barrier-models/{id}/versions", auth=Signed("plan.view"),
    response={200: list[VersionLine], 400: Problem, 401: Problem, 404: Problem},
    operation_id="listBarrierModelVersions", summary="List the versions of a barrier model",
)
def list_versions(request: HttpRequest, id: UUID) -> Any:  # noqa: A002 -- the name in the address
    """The newest first."""
    return Status(200, [_version(one) for one in _versions(request, id)])


@router.get(
    "/barrier-models/{id}/versions/{number}", auth=Signed("plan.view"),
    response={200: Version, 400: Problem, 401: Problem, 404: Problem},
    operation_id="getBarrierModelVersion", summary="Read a barrier model as it was",
)
def get_version(request: HttpRequest, id: UUID, number: int) -> Any:  # noqa: A002 -- the name in the address
    """The whole model of one version."""
    found = next((one for one in _versions(request, id) if one.number == number), None)
    if found is None:
        raise guard.Refused("plan.view", f"barrier_model:{id}")
    return Status(200, _version(found) | {"content": found.content})


@router.get(
    "/barrier-starts", auth=Signed("plan.view"), response={200: list[StartingLine], 401: Problem, 404: Problem},
    operation_id="listBarrierStarts", summary="List the starting models of the profile",
)
def list_starts(request: HttpRequest) -> Any:
    """Written from general knowledge: what is possible, not what is arranged."""
    audit.record(acting.user_of(request), "barrier_starts.list")
    return Status(200, [_start(item) for item in city.profile().barriers.models])


@router.get(
    "/barrier-starts/{id}", auth=Signed("plan.view"),
    response={200: StartingModel, 400: Problem, 401: Problem, 404: Problem},
    operation_id="getBarrierStart", summary="Read a starting model",
)
def get_start(request: HttpRequest, id: str) -> Any:  # noqa: A002 -- the name in the address
    """In the language of the municipality."""
    origin = city.profile().barriers.model(id)
    if origin is None:
        raise guard.Refused("plan.view", "barrier_start")
    audit.record(acting.user_of(request), "barrier_start.view", f"barrier_start:{id}")
    lang = city.profile().municipality.language
    return Status(200, _start(origin) | {"content": contents.start(origin, lang)})


def _changed(new: Seen, work: Callable[[], BarrierModel]) -> Any:
    """Carry a change out; what is refused becomes the status that says so."""
    with translation.override("en"):
        try:
            return Status(200, _whole(work()))
        except services.NotYoursError as error:
            raise Http404 from error
        except services.ChangedError as error:
            stands = "put away" if error.current.put_away else "in use"
            detail = f"found version {new.version}, and version {error.current.version} stands there, {stands}"
            return problem(409, "The model was changed meanwhile", detail, "version")
        except services.WrongError as error:
            return problem(422, "The model does not fit", str(error), error.field)


def _versions(request: HttpRequest, key: UUID) -> list[selectors.Version]:
    item = selectors.one(key)
    if item is None:
        raise guard.Refused("plan.view", f"barrier_model:{key}")
    audit.record(acting.user_of(request), "barrier_model.versions", f"barrier_model:{key}")
    return selectors.versions(item)


def _version(one: selectors.Version) -> dict[str, Any]:
    return {"version": one.number, "title": one.title, "act": one.act, "changed": one.at}


def _start(origin: Any) -> dict[str, Any]:
    lang = city.profile().municipality.language
    return {"id": origin.id, "title": origin.name.get(lang), "about": origin.about.get(lang)}


def _line(item: BarrierModel) -> dict[str, Any]:
    content = item.document
    return {
        "id": item.pk, "title": item.title, "version": item.version, "changed": item.changed_at,
        "steps": len(content.steps), "gaps": len(content.gaps), "put_away": item.put_away,
    }


def _whole(item: BarrierModel) -> dict[str, Any]:
    return _line(item) | {"content": item.content}
