"""Whatever is sent, these APIs answer as their description says: as who may, with a purpose (schemathesis, a short run)."""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from openvis.profile import Profile
from openvis.web.barriers import services as barriers
from openvis.web.wsgi import application
from web.controls.at_work import make_day, make_dealer, officer, planner
from web.themed import somebody

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
Holder = Callable[[Profile], Any]
HOLDERS: dict[str, tuple[str, Holder]] = {
    "addresses": ("", lambda city: somebody(city, "signals.weigh")),
    "places-out-of-sight": ("operations", lambda city: somebody(city, "controls.plan")),
    "theme": ("", lambda city: somebody(city, "signals.weigh")),
    "risk-profile": ("", lambda city: somebody(city, "signals.figures")),
    "barrier": ("", lambda city: somebody(city, "barriers.edit")),
    "threats": ("signals", lambda city: somebody(city, "resilience.keep")),
    "awareness": ("", lambda city: somebody(city, "resilience.keep")),
    "resilience-figures": ("", lambda city: somebody(city, "resilience.keep")),
    "control-days": ("operations", planner),
    "dealers": ("operations", officer),
}
"""How addresses begin, with the compartment of the purpose, and somebody who may."""


@pytest.fixture
def one_connection() -> Any:
    """Outside Django's own test client, the end of a request would close the connection that the test is in."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def keys(part: str, city: Profile, person: Any) -> dict[str, Any]:
    """Keys of something that is there: most of what is made up would else end at a 404."""
    if part == "control-days":
        day = make_day(city, person, 2)
        return {"key": str(day.pk), "stop": str(day.stops.first().pk)}
    if part == "dealers":
        return {"key": str(make_dealer(city, person).pk)}
    if part == "barrier":
        return {"id": str(barriers.make(person, "Leeg").pk)}
    return {}


@pytest.mark.parametrize("city", ["almere"], indirect=True)
@pytest.mark.parametrize("part", list(HOLDERS))
def test_whatever_is_sent_gets_an_answer_that_fits(
    city: Profile, client_for: Callable[[Any], Any], one_connection: None, part: str
) -> None:
    compartment, holder = HOLDERS[part]
    person = holder(city)
    role, token = person.grants.get().role, "t" * 32
    why = next((it.id for it in city.purposes if compartment in it.compartments and role in it.roles), "")
    cookies = {"csrftoken": token, "sessionid": client_for(person).cookies["sessionid"].value}
    headers = {"X-CSRFToken": token, "Accept-Encoding": "identity", "Purpose": why}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    known, asked = keys(part, city, person), 0
    for operation in (found.ok() for found in schema.get_all_operations()):
        if not operation.path.startswith(f"/{part}"):
            continue
        asked += 1

        @settings(max_examples=30, database=None, deadline=None, suppress_health_check=list(HealthCheck))
        @given(operation.as_strategy())
        def answered(case: Any) -> None:
            case.path_parameters = {name: known.get(name, value) for name, value in (case.path_parameters or {}).items()}
            case.call_and_validate(checks=CHECKS, cookies=cookies, headers=headers)

        answered()
    assert asked
