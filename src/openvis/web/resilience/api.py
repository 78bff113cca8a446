"""The API of resilience: threats reported and handled, awareness sessions, figures of a year; rules as on the pages."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import translation
from ninja import Field, Path, Router, Schema
from ninja.responses import Status

from openvis.web import city, guard
from openvis.web.access import audit
from openvis.web.access.api_base import Problem, Signed, Words, problem

from . import selectors, services
from .models import AwarenessSession, ThreatIncident

router = Router(tags=["resilience"])
OF_THREAT = guard.Personal("signals", "threat", "id")
WRONG = {400: Problem, 401: Problem, 404: Problem, 409: Problem, 422: Problem}


class Threat(Schema):
    """A threat against an employee."""

    kind: Words = Field(max_length=14)
    happened_on: date
    organisation: Words = Field(max_length=60, description="Key of the department of who it happened to.")
    victim: Words = Field(min_length=1, max_length=80, description="The function, not the name.")
    what: Words = Field(min_length=1, max_length=2000)
    area: Words = Field("", max_length=40)


class Taken(Schema):
    """That it was received, and where it stands."""

    id: UUID
    state: str


class ThreatLine(Taken):
    """A threat in the list: no texts."""

    kind: str
    happened_on: date
    organisation: str
    police: str
    aftercare: str


class WholeThreat(ThreatLine):
    """A threat with what was told and what was done."""

    area: str
    victim: str
    what: str
    follow_up: str
    closed_on: date | None
    version: int


class Handling(Schema):
    """What was done about it. `version` is the one that was read: another one meanwhile gives 409."""

    version: int = Field(ge=1, le=2_000_000_000)
    police: Words
    aftercare: Words
    follow_up: Words = Field("", max_length=2000)
    close: bool = Field(False, description="Close it: only when it is decided about the police and aftercare was offered.")


class Came(Schema):
    """How many of a department were invited and came."""

    organisation: Words = Field(max_length=60)
    invited: int = Field(ge=0, le=100_000)
    came: int = Field(ge=0, le=100_000)


class NewSession(Schema):
    """A session that was held."""

    title: Words = Field(min_length=1, max_length=100)
    held_on: date
    attendance: list[Came] = Field(min_length=1, max_length=200)


class Session(Schema):
    """A session, with how many were invited and came in all."""

    id: UUID
    title: str
    held_on: date
    invited: int
    came: int


class KindFigures(Schema):
    """Threats of one kind, by department; null where a number is hidden."""

    kind: str
    numbers: list[int | None]


class DepartmentSessions(Schema):
    """Sessions that a department took part in."""

    department: str
    sessions: int
    invited: int
    came: int


class YearFigures(Schema):
    """Figures of a year. Small numbers are hidden, and others from which they could be worked out."""

    year: int
    k: int = Field(description="The least number that is told.")
    departments: list[str]
    threats: list[KindFigures]
    sessions: list[DepartmentSessions]


@router.post(
    "/threats", auth=Signed("signals.report"), response={201: Taken, 400: Problem, 401: Problem, 404: Problem, 422: Problem},
    operation_id="reportThreat", summary="Report a threat against staff",
)
def report_threat(request: HttpRequest, new: Threat) -> Any:
    """Take in a report; who reports reads nothing back but the state."""
    user: Any = request.user
    return _acted(lambda: Status(201, _taken(services.report(user, services.Told(**new.dict())))), "threat")


@router.get(
    "/threats/mine", auth=Signed("signals.report"), response={200: list[Taken], 401: Problem, 404: Problem},
    operation_id="listMyThreats", summary="What became of what I reported",
)
def list_mine(request: HttpRequest) -> Any:
    """The state, and nothing that was written since."""
    user: Any = request.user
    return Status(200, [_taken(item) for item in selectors.mine(user)])


@router.get(
    "/threats", auth=Signed("resilience.keep"), response={200: list[ThreatLine], 401: Problem, 404: Problem},
    operation_id="listThreats", summary="List threats against staff",
)
def list_threats(request: HttpRequest) -> Any:
    """What is to be handled, the oldest first, and what was closed."""
    found = [*selectors.open_incidents(), *selectors.closed_incidents()]
    audit.record(_user(request), "threats.list", number=len(found))
    return Status(200, [_line(item) for item in found])


@router.get(
    "/threats/{id}", auth=Signed("resilience.keep", OF_THREAT),
    response={200: WholeThreat, 400: Problem, 401: Problem, 404: Problem, 428: Problem},
    operation_id="getThreat", summary="Read a threat against staff",
)
def get_threat(request: HttpRequest, id: UUID) -> Any:  # noqa: A002 -- the name in the address
    """With what was told and what was done."""
    item = selectors.one(id)
    if item is None:
        raise guard.Refused(services.KEEP, f"threat:{id}")
    audit.record(_user(request), "threat.view", f"threat:{id}")
    return Status(200, _whole(item))


@router.post(
    "/threats/{id}/handling", auth=Signed("resilience.keep", OF_THREAT), response={200: WholeThreat, **WRONG, 428: Problem},
    operation_id="handleThreat", summary="Write down what was done about a threat, or close it",
)
def handle_threat(request: HttpRequest, id: UUID, body: Handling) -> Any:  # noqa: A002 -- the name in the address
    """Report to the police, aftercare, follow-up."""
    user, act = _user(request), services.close if body.close else services.handle
    done = services.Handling(body.police, body.aftercare, body.follow_up)
    return _acted(lambda: Status(200, _whole(act(user, id, body.version, done))), f"threat:{id}")


@router.get(
    "/awareness-sessions", auth=Signed("resilience.keep"), response={200: list[Session], 401: Problem, 404: Problem},
    operation_id="listAwarenessSessions", summary="List awareness sessions",
)
def list_sessions(request: HttpRequest) -> Any:
    """The latest first."""
    audit.record(_user(request), "awareness_sessions.list")
    return Status(200, [_session(item) for item in selectors.sessions()])


@router.post(
    "/awareness-sessions", auth=Signed("resilience.keep"),
    response={201: Session, 400: Problem, 401: Problem, 404: Problem, 422: Problem},
    operation_id="enterAwarenessSession", summary="Enter a session that was held",
)
def enter_session(request: HttpRequest, body: NewSession) -> Any:
    """With how many of each department were invited and came."""
    user = _user(request)
    came = {item.organisation: (item.invited, item.came) for item in body.attendance}

    def work() -> Any:
        if len(came) < len(body.attendance):
            raise services.WrongError("attendance", "A department stands there twice.")
        made = services.hold_session(user, body.title, body.held_on, came)
        return Status(201, _session(next(item for item in selectors.sessions() if item.pk == made.pk)))

    return _acted(work, "awareness_session")


@router.get(
    "/resilience-figures/{year}", auth=Signed("resilience.keep"),
    response={200: YearFigures, 400: Problem, 401: Problem, 404: Problem},
    operation_id="getResilienceFigures", summary="Read the figures of a year",
)
def get_figures(request: HttpRequest, year: int = Path(..., ge=1900, le=2200)) -> Any:
    """Threats by kind and department, sessions by department."""
    if year not in selectors.years():
        raise guard.Refused(services.KEEP, f"threats:{year}")
    profile = city.profile()
    with translation.override("en"):
        told = selectors.of_year(profile, year, "en", "total")
    audit.record(_user(request), "threats.figures", f"threats:{year}")
    return Status(200, {
        "year": year, "k": profile.signals.k, "departments": told.columns,
        "threats": [{"kind": kind, "numbers": numbers} for kind, numbers in told.lines],
        "sessions": [
            {"department": name, "sessions": number, "invited": invited, "came": came}
            for name, number, invited, came in told.sessions
        ],
    })  # fmt: skip


def _user(request: HttpRequest) -> Any:
    return request.user


def _acted(work: Callable[[], Any], thing: str) -> Any:
    """Carry something out; what is refused becomes the status that says so."""
    with translation.override("en"):
        try:
            return work()
        except services.WrongError as error:
            return problem(422, "The report does not fit", str(error), error.field)
        except services.NotNowError:
            return problem(409, "Not possible now", "It is closed already.")
        except services.ChangedError as error:
            return problem(409, "Changed meanwhile", f"expected version {error.current.version}", "version")
        except services.NotYoursError as error:
            raise guard.Refused(services.KEEP, thing) from error


def _taken(item: ThreatIncident) -> dict[str, Any]:
    return {"id": item.pk, "state": item.state}


def _line(item: ThreatIncident) -> dict[str, Any]:
    names = ("kind", "happened_on", "organisation", "police", "aftercare")
    return _taken(item) | {name: getattr(item, name) for name in names}


def _whole(item: ThreatIncident) -> dict[str, Any]:
    names = ("victim", "what", "follow_up", "closed_on", "version")
    return _line(item) | {"area": item.area_code} | {name: getattr(item, name) for name in names}


def _session(item: AwarenessSession) -> dict[str, Any]:
    told: Any = item
    return {
        "id": item.pk, "title": item.title, "held_on": item.held_on, "invited": told.invited or 0, "came": told.came or 0,
    }  # fmt: skip
