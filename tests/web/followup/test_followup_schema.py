"""Whatever is sent, these operations answer as described: as the coordinator, on what is there (schemathesis)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from openvis.profile import Profile
from openvis.web.access.models import User
from openvis.web.followup import services
from openvis.web.followup.models import Project
from openvis.web.wsgi import application
from web.followup.casework import decided, make_signal, sent

CHECKS = (
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    response_headers_conformance,
)  # fmt: skip


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Outside Django's own test client, the end of a request would close the connection that the test is in."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def keys(city: Profile, keeper: User, partner: User) -> dict[str, dict[str, Any]]:
    """Keys of something that is there: most of what is made up would else end at a 404."""
    meeting, item = sent(city, keeper, partner)
    decided(city, keeper, item)
    action = services.items.agree(keeper, item.pk, "Bellen", partner, timezone.localdate())
    services.projects.route(keeper, make_signal(city, "2026-0055").pk, {"name": "Reiger", "goal": "Leeg."})
    project = Project.objects.get()
    services.projects.join(keeper, project.pk, partner)
    step = services.projects.plan(keeper, project.pk, "Iets", keeper, timezone.localdate())
    act = services.interventions.add(keeper, project.pk, "administrative", "Iets", keeper.organisation.key)
    return {
        "riec-meetings": {"key": meeting.pk, "participant": meeting.participants.get(user=partner).pk},
        "riec-items": {"key": item.pk}, "riec-actions": {"key": action.pk}, "project-steps": {"key": step.pk},
        "interventions": {"key": act.pk},
        "projects": {"key": project.pk, "member": project.members.get(user=partner).pk, "taken": project.signals.get().pk},
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_whatever_is_sent_gets_an_answer_that_fits(
    city: Profile, keeper: User, keys: dict[str, dict[str, Any]], client_for: Callable[[Any], Any], one_connection: None
) -> None:
    why, token = next(it.id for it in city.purposes if "signals" in it.compartments), "t" * 32
    cookies = {"csrftoken": token, "sessionid": client_for(keeper).cookies["sessionid"].value}
    headers = {"X-CSRFToken": token, "Accept-Encoding": "identity", "Purpose": why}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    found = [one for one in (each.ok() for each in schema.get_all_operations()) if "followup" in (one.tags or [])]
    assert len(found) > 35
    answers: set[int] = set()
    for operation in found:
        _asked(operation, keys.get(operation.path.split("/")[1], {}), answers, {"cookies": cookies, "headers": headers})
    assert {200, 400, 404, 409, 422} <= answers, "the walk must come to the acts themselves"


def _asked(operation: Any, known: dict[str, Any], answers: set[int], how: dict[str, Any]) -> None:
    """Ask one operation in many ways; nothing of it stays."""

    @settings(max_examples=12, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy())
    def answered(case: Any) -> None:
        case.path_parameters = {name: str(known.get(name, value)) for name, value in (case.path_parameters or {}).items()}
        with transaction.atomic():
            answers.add(case.call_and_validate(checks=CHECKS, **how).status_code)
            transaction.set_rollback(True)

    answered()
