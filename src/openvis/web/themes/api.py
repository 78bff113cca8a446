"""The API of themes: figures as the pages show them, and the list of places out of sight."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Field, Path, Router, Schema
from ninja.responses import Status

from openvis.web import guard
from openvis.web.access import acting, audit
from openvis.web.access.api_base import Problem, Signed

from . import selectors

router = Router(tags=["themes"])


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


class Place(Schema):
    """A place out of sight."""

    id: UUID
    title: str
    kind: str
    area: str
    last_control: date | None
    next_control: date | None


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
    """Those in the areas of the person; why they are on the list stands on the page alone."""
    user: Any = request.user
    found = selectors.places(user)
    audit.record(user, "places_out_of_sight.list", number=len(found))
    return Status(200, [
        {"id": item.pk, "title": item.title, "kind": item.kind, "area": item.area_code,
         "last_control": item.last_control, "next_control": item.next_control}
        for item in found
    ])  # fmt: skip


def _quarter(kept: Any) -> dict[str, Any]:
    return {
        "year": kept.year, "quarter": kept.quarter, "fixed": kept.made_at, "released": kept.released_at is not None,
    }
