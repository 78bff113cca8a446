"""Whatever is sent, the API answers as its description says (schemathesis, a short run)."""

import json

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intake_files import COLUMNS, row
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
def one_connection():
    """Outside Django's own test client, the end of a request would close the connection that the test is in."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("city", ["almere"], indirect=True)
@pytest.mark.parametrize("signed_in", [True, False])
def test_answers_as_described(city, analyst, client_for, one_connection, signed_in: bool) -> None:
    client = client_for(analyst if signed_in else None)
    token = "t" * 32
    cookies = {"csrftoken": token} | ({"sessionid": client.cookies["sessionid"].value} if signed_in else {})
    headers = {"X-CSRFToken": token, "Accept-Encoding": "identity"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) >= 2
    for operation in operations:
        case_strategy = operation.as_strategy()

        @settings(max_examples=25, database=None, suppress_health_check=list(HealthCheck))
        @given(case_strategy)
        def answered(case) -> None:
            case.call_and_validate(checks=CHECKS, cookies=cookies, headers=headers)

        answered()


ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers(), max_size=2)
ROWS = st.lists(st.dictionaries(st.sampled_from(COLUMNS), ANYTHING), min_size=1, max_size=4)


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_any_value_gets_an_answer(city, analyst, client_for) -> None:
    """Whatever stands in the columns, each row is taken in or told why not."""
    client = client_for(analyst)

    @settings(max_examples=40, database=None, suppress_health_check=list(HealthCheck))
    @given(ROWS)
    def answered(rows) -> None:
        posted = [row(index) | values for index, values in enumerate(rows)]
        answer = client.post(
            "/api/v1/incidents?source=politie-incidenten", json.dumps(posted), content_type="application/json"
        )
        assert answer.status_code in (200, 201, 422), answer.content
        if answer.status_code != 422:
            told = answer.json()
            assert len(told["rows"]) == len(posted)
            assert told["new"] + told["updated"] + told["skipped"] + told["rejected"] == len(posted)
            assert all(item["problems"] for item in told["rows"] if item["result"] == "rejected")

    answered()
