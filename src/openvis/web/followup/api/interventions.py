"""Interventions of a project: named, reported on, and whether they are told to the public."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema

from openvis.web.access.api_base import Signed, caller

from .. import rules, selectors, services
from .base import INTERVENTION, PROJECT, WRITE, Key, Version, VersionIn, Words, answer, router
from .items import Report
from .shapes import InterventionLine, intervention


class InterventionIn(Schema):
    """What one organisation does with its own powers."""

    what: Words
    approach: Key
    organisation: Key


class CommunicationIn(Schema):
    """Whether it is told to the public."""

    version: Version
    communication: Literal["later", "communicate", "not"]


def _line(user: Any, key: UUID) -> dict[str, Any]:
    return intervention(selectors.intervention(user, key))


@router.post("/projects/{key}/interventions", auth=Signed(rules.CASUS, PROJECT),
             response={201: InterventionLine, **WRITE},
             operation_id="postIntervention", summary="Add an intervention")  # fmt: skip
def add(request: HttpRequest, key: UUID, body: InterventionIn) -> Any:
    """By the leader and the coordinator."""
    user = caller(request)
    selectors.project(user, key)
    return answer(201, lambda: intervention(services.interventions.add(user, key, **body.dict())))


@router.post("/interventions/{key}/report", auth=Signed(rules.CASUS, INTERVENTION),
             response={200: InterventionLine, **WRITE},
             operation_id="reportIntervention", summary="Report what was done, and its result")  # fmt: skip
def report(request: HttpRequest, key: UUID, body: Report) -> Any:
    """By team members of its organisation, and who changes the project."""
    user = caller(request)
    selectors.intervention(user, key)

    def write() -> dict[str, Any]:
        services.projects.require_covered(user)
        services.interventions.report(user, key, **body.dict())
        return _line(user, key)

    return answer(200, write)


@router.put("/interventions/{key}/communication", auth=Signed(rules.CASUS, INTERVENTION),
            response={200: InterventionLine, **WRITE},
            operation_id="putCommunication", summary="Decide whether it is told")  # fmt: skip
def communicate(request: HttpRequest, key: UUID, body: CommunicationIn) -> Any:
    """Another decision asks every partner anew."""
    user = caller(request)
    selectors.intervention(user, key)

    def write() -> dict[str, Any]:
        services.projects.require_covered(user)
        services.interventions.communicate(user, key, body.communication, body.version)
        return _line(user, key)

    return answer(200, write)


@router.post("/interventions/{key}/approval", auth=Signed(rules.CASUS, INTERVENTION),
             response={200: InterventionLine, **WRITE},
             operation_id="postApproval", summary="Agree for your organisation")  # fmt: skip
def approve(request: HttpRequest, key: UUID, body: VersionIn) -> Any:
    """For one's own organisation, on what was read."""
    user = caller(request)
    selectors.intervention(user, key)

    def write() -> dict[str, Any]:
        services.interventions.approve(user, key, body.version)
        return _line(user, key)

    return answer(200, write)
