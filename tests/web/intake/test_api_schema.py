"""Whatever is sent, the API answers as its description says (schemathesis, a short run)."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from openvis.web.wsgi import application

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
)


@pytest.fixture
def api(city, analyst, client_for):
    """The description, to be called as somebody who may."""
    client = client_for(analyst)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    schema.config.update(headers={"Cookie": f"sessionid={client.cookies['sessionid'].value}"})
    return schema


schema = schemathesis.pytest.from_fixture("api")


@pytest.mark.parametrize("city", ["almere"], indirect=True)
@schema.parametrize()
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_answers_as_described(case) -> None:
    case.call_and_validate(checks=CHECKS)
