"""Projects: started, changed, team, plan, signals, results."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema
from ninja.responses import Status

from openvis.web import guard
from openvis.web.access import audit
from openvis.web.access.api_base import Signed, caller

from .. import rules, selectors, services
from .base import (
    LISTED,
    OWN,
    PROJECT,
    READ,
    WRITE,
    Line,
    PersonIn,
    Sentences,
    Version,
    Words,
    answer,
    person,
    router,
)
from .items import Report, ResultIn
from .shapes import ActionLine, ProjectFile, ProjectLine, action, project_file, project_line


class ProjectIn(Schema):
    """A neutral name (no street, business or person in it), a goal, and who leads it."""

    name: Line
    goal: Sentences
    leader: UUID


class ProjectChange(ProjectIn):
    """The same, on what was read."""

    version: Version


class StepIn(Schema):
    """A step of the plan, by somebody of the team."""

    what: Words
    owner: UUID
    due: date


def _act(request: HttpRequest, key: UUID, status: int, run: Callable[[Any], Any]) -> Any:
    """Do something with a project that this person sees, and answer with how it stands then."""
    user = caller(request)
    selectors.project(user, key)

    def write() -> dict[str, Any]:
        services.projects.require_covered(user)
        run(user)
        return project_file(user, key)

    return answer(status, write)


@router.get("/projects", auth=Signed(rules.CASUS), response={200: list[ProjectLine], **LISTED},
            operation_id="listProjects", summary="The projects that you see")  # fmt: skip
def list_projects(request: HttpRequest) -> Any:
    """The projects of this person, without content."""
    user = caller(request)
    found = selectors.projects(user)
    audit.record(user, "projects.list", number=len(found))
    return Status(200, [project_line(one) for one in found])


@router.post("/projects", auth=Signed(rules.WEIGH), response={201: ProjectFile, **WRITE},
             operation_id="postProject", summary="Start a project")  # fmt: skip
def start_project(request: HttpRequest, body: ProjectIn) -> Any:
    """Its leader is in the team."""
    user = caller(request)

    def start() -> dict[str, Any]:
        made = services.projects.start(user, body.name, body.goal, person(body.leader))
        return project_file(user, made.pk)

    return answer(201, start)


@router.get("/projects/{key}", auth=Signed(rules.CASUS, PROJECT), response={200: ProjectFile, **READ},
            operation_id="getProject", summary="A project")  # fmt: skip
def get_project(request: HttpRequest, key: UUID) -> Any:
    """Goal, team, plan, interventions and results. 409 where no covenant covers you."""
    user = caller(request)
    selectors.project(user, key)
    audit.record(user, "project.view", f"project:{key}")
    return _act(request, key, 200, lambda user: None)


@router.put("/projects/{key}", auth=Signed(rules.CASUS, PROJECT), response={200: ProjectFile, **WRITE},
            operation_id="putProject", summary="Change name, goal or leader")  # fmt: skip
def change_project(request: HttpRequest, key: UUID, body: ProjectChange) -> Any:
    """By its leader and the coordinator. 409 where somebody else changed it meanwhile."""
    return _act(request, key, 200, lambda user: services.projects.change(
        user, key, body.version, body.name, body.goal, person(body.leader)
    ))  # fmt: skip


@router.post("/projects/{key}/members", auth=Signed(rules.CASUS, PROJECT), response={201: ProjectFile, **WRITE},
             operation_id="postMember", summary="Add somebody to the team")  # fmt: skip
def join(request: HttpRequest, key: UUID, body: PersonIn) -> Any:
    """A partner only under a covenant in force."""
    return _act(request, key, 201, lambda user: services.projects.join(user, key, person(body.person)))


@router.delete("/projects/{key}/members/{member}", auth=Signed(rules.CASUS, PROJECT),
               response={200: ProjectFile, **WRITE},
               operation_id="deleteMember", summary="Take somebody out of the team")  # fmt: skip
def leave(request: HttpRequest, key: UUID, member: UUID) -> Any:
    """They see nothing of it any more."""
    user = caller(request)
    found = selectors.project(user, key)
    if not rules.leads(user, found) or all(one.pk != member for one in found.members.all()):
        raise guard.Refused("followup.lead_project", f"project_member:{member}")
    return _act(request, key, 200, lambda user: services.projects.leave(user, key, member))


@router.delete("/projects/{key}/signals/{taken}", auth=Signed(rules.WEIGH, PROJECT), response={200: ProjectFile, **WRITE},
               operation_id="deleteProjectSignal", summary="Take a signal out of a project")  # fmt: skip
def take_out(request: HttpRequest, key: UUID, taken: UUID) -> Any:
    """By the coordinator: the signal is weighed anew."""
    return _act(request, key, 200, lambda user: services.projects.take_out(user, key, taken))


@router.post("/projects/{key}/steps", auth=Signed(rules.CASUS, PROJECT), response={201: ProjectFile, **WRITE},
             operation_id="postStep", summary="Add a step to the plan")  # fmt: skip
def post_step(request: HttpRequest, key: UUID, body: StepIn) -> Any:
    """Its owner is somebody of the team."""
    return _act(request, key, 201, lambda user: services.projects.plan(user, key, body.what, person(body.owner), body.due))


@router.post("/projects/{key}/close", auth=Signed(rules.CASUS, PROJECT), response={200: ProjectFile, **WRITE},
             operation_id="closeProject", summary="Close a project with its results")  # fmt: skip
def close_project(request: HttpRequest, key: UUID, body: ResultIn) -> Any:
    """When no step is open. For a leader who does not weigh its signals go to the reporting point."""
    return _act(request, key, 200, lambda user: services.projects.close(user, key, body.result, body.handled))


@router.post("/project-steps/{key}/report", auth=Signed(rules.CASUS, OWN), response={200: ActionLine, **WRITE},
             operation_id="reportStep", summary="Report what came of a step")  # fmt: skip
def report_step(request: HttpRequest, key: UUID, body: Report) -> Any:
    """By its owner, or who changes the project."""
    user = caller(request)
    selectors.step(user, key)
    return answer(200, lambda: action(services.projects.report(user, key, **body.dict())))
