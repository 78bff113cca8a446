"""The API of themes: figures as the pages show them, and the list of places out of sight."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import translation
from ninja import Field, Path, Router, Schema
from ninja.responses import Status

from openvis.web import city, guard
from openvis.web.access import acting, audit
from openvis.web.access.api_base import Problem, Signed, Words, problem
from openvis.web.places.models import Address

from . import counting, rules, selectors, services
from .models import PlaceOutOfSight

router = Router(tags=["themes"])
OF_PLACE = guard.Personal("operations", "place_out_of_sight", "id")
WRONG = {400: Problem, 401: Problem, 404: Problem, 409: Problem, 422: Problem}


class Quarter(Schema):
    """A quarter of which figures are fixed."""

    year: int
    quarter: int
    fixed: datetime
    released: bool


class Counts(Schema):
    """A table with its totals; null where a number is hidden."""

    rows: list[str]
    columns: list[str]
    values: list[list[int | None]]


class QuarterFigures(Quarter):
    """The figures of a quarter."""

    k: int = Field(description="The least number that is told.")
    level: str = Field(description="Level of the areas.")
    phenomena: Counts
    branches: Counts


class Course(Schema):
    """One number for each quarter, from old to new; null where it is hidden."""

    quarter: str = Field(description="Such as 2026-1.")
    signals: int | None


class Theme(Schema):
    """A phenomenon, a branch or an area over the last quarters, and what it is made of."""

    kind: str
    key: str
    course: list[Course]
    parts: Counts = Field(description="Areas of a phenomenon, or phenomena of an area, by quarter; none of a branch.")


class Need(Schema):
    """Something that the risk profile waits for."""

    done: bool
    text: str


class RiskLine(Schema):
    """A combination of area and branch, from the highest score."""

    area: str
    branch: str
    firms: int
    score: float = Field(description="0 to 100: the sum of the two parts.")
    signals: float = Field(description="The part from firms with a weighed signal.")
    heavy: float = Field(description="The part from firms with a signal that was taken up.")
    steady: float = Field(description="How often among the highest with other weights.")
    chance: float = Field(description="The same, with other chance.")


class Risk(Schema):
    """The risk profile of area and branch; off, and without lines, until its assessment is registered."""

    on: bool
    invented: bool = Field(description="The numbers of firms are made up: a demonstration.")
    quarter: str
    needs: list[Need]
    lines: list[RiskLine]


class Place(Schema):
    """A place out of sight."""

    id: UUID
    title: str
    kind: str
    area: str
    last_control: date | None
    next_control: date | None


class WholePlace(Place):
    """A place with why it is on the list."""

    reason: str
    address: str = Field(description="Number designation of the address register; empty when it is no single address.")
    version: int


class NewPlace(Schema):
    """A place to be put on the list."""

    title: Words = Field(min_length=1, max_length=100)
    kind: Words = Field(max_length=14)
    area: Words = Field(max_length=40)
    reason: Words = Field(min_length=1, max_length=1000)
    address: Words = Field("", max_length=40, description="Number designation of the address register.")
    last_control: date | None = None
    next_control: date | None = None


class Seen(Schema):
    """The version that was read: another one meanwhile gives 409."""

    version: int = Field(ge=1, le=2_000_000_000)


class ChangedPlace(NewPlace, Seen):
    """A place as it is to be."""


@router.get(
    "/theme-figures", auth=Signed("signals.figures"), response={200: list[Quarter], 401: Problem, 404: Problem},
    operation_id="listThemeFigures", summary="List the quarters with figures",
)
def list_figures(request: HttpRequest) -> Any:
    """The latest first."""
    return Status(200, [_quarter(kept) for kept in selectors.figures()])


@router.get(
    "/theme-figures/{year}/{quarter}", auth=Signed("signals.figures"),
    response={200: QuarterFigures, 400: Problem, 401: Problem, 404: Problem},
    operation_id="getThemeFigures", summary="Read the figures of a quarter",
)
def get_figures(request: HttpRequest, year: int = Path(..., ge=2000, le=2200), quarter: int = Path(..., ge=1, le=4)) -> Any:
    """Protected: what is hidden is null."""
    kept = selectors.of_quarter(year, quarter)
    if kept is None:
        raise Http404
    audit.record(acting.user_of(request), "theme_figures.view", f"theme_figures:{kept}")
    told = {"k": kept.k, "level": kept.level, "phenomena": kept.phenomena, "branches": kept.branches}
    return Status(200, _quarter(kept) | told)


@router.get(
    "/places-out-of-sight", auth=Signed("controls.plan", guard.Personal("operations")),
    response={200: list[Place], 401: Problem, 404: Problem, 428: Problem},
    operation_id="listPlacesOutOfSight", summary="List places out of sight",
)
def list_places(request: HttpRequest) -> Any:
    """Those in the areas of the person; why each is on the list stands with it alone."""
    user: Any = request.user
    found = selectors.places(user)
    audit.record(user, "places_out_of_sight.list", number=len(found))
    return Status(200, [
        {"id": item.pk, "title": item.title, "kind": item.kind, "area": item.area_code,
         "last_control": item.last_control, "next_control": item.next_control}
        for item in found
    ])  # fmt: skip


@router.post(
    "/theme-figures/{year}/{quarter}/release", auth=Signed("signals.weigh"),
    response={200: Quarter, 400: Problem, 401: Problem, 404: Problem, 409: Problem},
    operation_id="releaseThemeFigures", summary="Release the figures of a quarter for reports",
)
def release_figures(
    request: HttpRequest, year: int = Path(..., ge=2000, le=2200), quarter: int = Path(..., ge=1, le=4)
) -> Any:
    """Somebody looked whether they could point at a person, firm or place, and answers for it."""
    user: Any = request.user
    return _acted(lambda: Status(200, _quarter(services.release(user, year, quarter))), services.RELEASE, "theme_figures")


@router.get(
    "/themes/{kind}/{key}", auth=Signed("signals.figures"), response={200: Theme, 400: Problem, 401: Problem, 404: Problem},
    operation_id="getTheme", summary="Read one phenomenon, branch or area over the quarters",
)
def get_theme(request: HttpRequest, kind: Literal["phenomenon", "branch", "area"], key: str) -> Any:
    """The last eight quarters."""
    found = selectors.theme(kind, key, "en")
    if found is None:
        raise guard.Refused(rules.FIGURES, f"theme:{kind}")
    audit.record(acting.user_of(request), "theme.view", f"theme:{kind}:{key}")
    table = found.parts
    told = {
        "rows": [line.key for line in table.lines], "columns": [quarter for quarter, _name in table.columns],
        "values": [line.values for line in table.lines],
    }  # fmt: skip
    quarters = [quarter for quarter, _name in reversed(table.columns)]
    course = [
        {"quarter": quarter, "signals": point.value} for quarter, point in zip(quarters, found.course, strict=True)
    ]
    return Status(200, {"kind": kind, "key": key, "course": course, "parts": told})


@router.get(
    "/risk-profile", auth=Signed("signals.figures"), response={200: Risk, 401: Problem, 404: Problem},
    operation_id="getRiskProfile", summary="Read the risk profile of areas and branches",
)
def get_risk(request: HttpRequest) -> Any:
    """With what it waits for, where it is off."""
    on = counting.switched_on(city.profile())
    kept = selectors.latest_risk()
    audit.record(acting.user_of(request), "theme_risk.view", f"theme_figures:{kept}" if kept else "")
    with translation.override("en"):
        needs = selectors.needs()
    return Status(200, {
        "on": on is not None, "invented": on is not None and on.invented, "quarter": str(kept) if kept else "",
        "needs": needs, "lines": kept.risk if kept else [],
    })  # fmt: skip


@router.get(
    "/places-out-of-sight/{id}", auth=Signed("controls.plan", OF_PLACE),
    response={200: WholePlace, 400: Problem, 401: Problem, 404: Problem, 428: Problem},
    operation_id="getPlaceOutOfSight", summary="Read a place out of sight",
)
def get_place(request: HttpRequest, id: UUID) -> Any:  # noqa: A002 -- the name in the address
    """With why it is on the list."""
    user: Any = request.user
    item = selectors.place(user, id)
    if item is None:
        raise guard.Refused(rules.PLAN, f"place_out_of_sight:{id}")
    audit.record(user, "place_out_of_sight.view", f"place_out_of_sight:{id}")
    return Status(200, _place(item))


@router.post(
    "/places-out-of-sight", auth=Signed("controls.plan"), response={201: WholePlace, **WRONG},
    operation_id="addPlaceOutOfSight", summary="Put a place on the list",
)
def add_place(request: HttpRequest, body: NewPlace) -> Any:
    """In one's own area."""
    user: Any = request.user
    return _acted(lambda: Status(201, _place(services.enlist(user, _listed(body)))), rules.PLAN, "place_out_of_sight")


@router.put(
    "/places-out-of-sight/{id}", auth=Signed("controls.plan", OF_PLACE), response={200: WholePlace, **WRONG, 428: Problem},
    operation_id="replacePlaceOutOfSight", summary="Change a place out of sight",
)
def replace_place(request: HttpRequest, id: UUID, body: ChangedPlace) -> Any:  # noqa: A002 -- the name in the address
    """Put it as it is to be: also that it was controlled, and when it is next."""
    user: Any = request.user
    return _acted(
        lambda: Status(200, _place(services.change(user, id, body.version, _listed(body)))), rules.PLAN,
        f"place_out_of_sight:{id}",
    )  # fmt: skip


@router.post(
    "/places-out-of-sight/{id}/off", auth=Signed("controls.plan", OF_PLACE),
    response={200: WholePlace, **WRONG, 428: Problem},
    operation_id="takePlaceOffTheList", summary="Take a place off the list",
)
def take_off(request: HttpRequest, id: UUID, body: Seen) -> Any:  # noqa: A002 -- the name in the address
    """It is in sight again, and kept until its term ends."""
    user: Any = request.user
    return _acted(
        lambda: Status(200, _place(services.take_off(user, id, body.version))), rules.PLAN, f"place_out_of_sight:{id}"
    )


def _acted(work: Callable[[], Any], ability: str, thing: str) -> Any:
    """Carry something out; what is refused becomes the status that says so."""
    with translation.override("en"):
        try:
            return work()
        except services.WrongError as error:
            return problem(422, "Not taken in", str(error), error.field)
        except services.NotNowError:
            return problem(409, "Not possible now", "This was done already.")
        except services.ChangedError as error:
            return problem(409, "Changed meanwhile", f"expected version {error.current.version}", "version")
        except services.NotYoursError as error:
            raise guard.Refused(ability, thing) from error


def _listed(body: NewPlace) -> services.Listed:
    at = Address.objects.select_related("area").filter(number_id=body.address).first() if body.address else None
    if body.address and at is None:
        raise services.WrongError("address", "This number designation is not in the register of addresses.")
    return services.Listed(body.title, body.kind, body.area, body.reason, at, body.last_control, body.next_control)


def _place(item: PlaceOutOfSight) -> dict[str, Any]:
    return {
        "id": item.pk, "title": item.title, "kind": item.kind, "area": item.area_code, "reason": item.reason,
        "address": item.address.number_id if item.address else "", "version": item.version,
        "last_control": item.last_control, "next_control": item.next_control,
    }  # fmt: skip


def _quarter(kept: Any) -> dict[str, Any]:
    return {
        "year": kept.year, "quarter": kept.quarter, "fixed": kept.made_at, "released": kept.released_at is not None,
    }
