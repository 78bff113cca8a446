"""Posting rows: the same checks as a file, an answer per row, and nothing for who may not."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from checks import store_equals_record, sums
from django.test import Client
from intake_files import row

from openvis.web.api import document
from openvis.web.intake.models import Batch, Incident

ROOT = Path(__file__).resolve().parents[3]
POLICE = "politie-incidenten"
ALMERE = pytest.mark.parametrize("city", ["almere"], indirect=True)


def post(client: Client, rows, source: str = POLICE, kind: str = "application/json"):
    body = rows if isinstance(rows, str | bytes) else json.dumps(rows)
    return client.post(f"/api/v1/incidents?source={source}", body, content_type=kind)


@ALMERE
def test_an_answer_for_every_row(city, analyst, client_for) -> None:
    client = client_for(analyst)
    rows = [row(0), row(1, begindatum="gisteren"), row(2), "geen rij"]
    answer = post(client, rows)
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert [item["result"] for item in told["rows"]] == ["accepted", "rejected", "accepted", "rejected"]
    problem = told["rows"][1]["problems"][0]
    assert problem["reason"] == "moment_unreadable"
    assert problem["column"] == "begindatum + begintijd"
    assert "gisteren" in problem["text"]
    assert (told["read"], told["new"], told["rejected"]) == (4, 2, 2)
    assert answer["API-Version"]
    assert Batch.objects.get().way == "posted"
    assert Batch.objects.get().by == analyst
    sums()
    store_equals_record()
    found = client.get(f"/api/v1/batches/{told['id']}").json()
    assert {name: found[name] for name in ("new", "state", "source")} == {"new": 2, "state": "loaded", "source": POLICE}


@ALMERE
def test_lines_and_lists_are_the_same_and_posting_again_is_safe(city, analyst, client_for) -> None:
    client = client_for(analyst)
    lines = "\n".join(json.dumps(row(index)) for index in range(3))
    first = post(client, lines, kind="application/x-ndjson")
    again = post(client, lines, kind="application/x-ndjson")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["repeated"] is True
    assert {**again.json(), "repeated": False} == first.json()
    listed = post(client, [row(index) for index in range(3)])
    assert listed.json()["skipped"] == 3
    assert Incident.objects.count() == 3


@ALMERE
@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ("", 400, "empty"),
        ("[]", 400, "no_rows"),
        ("{", 400, "rows_invalid"),
        ('{"a": 1}\n{"a": \n', 400, "rows_invalid"),
        ("a;b\n1;2\n", 400, "rows_invalid"),
        ('[{"a": 1}]', 422, "column_missing"),
        (json.dumps([row(index) | {"achternaam": "Smit"} for index in range(3)]), 422, "names"),
    ],
)
def test_refusals_are_problems(city, analyst, client_for, body: str, status: int, reason: str) -> None:
    answer = post(client_for(analyst), body)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["errors"][0]["reason"] == reason
    assert told["detail"]
    assert Incident.objects.count() == 0


@ALMERE
def test_a_source_must_be_named_and_known(city, analyst, client_for) -> None:
    client = client_for(analyst)
    assert post(client, [row(0)], source="nergens").status_code == 422
    assert client.post("/api/v1/incidents", "[]", content_type="application/json").status_code == 400
    assert post(client, [row(0)], source="A B").status_code == 400


def test_who_may_not(city, manager, administrator, outsider, client_for) -> None:
    for person in (manager, administrator, outsider):
        assert post(client_for(person), [row(0)]).status_code == 404
    assert post(Client(), [row(0)]).status_code == 401
    batch = "00000000-0000-0000-0000-000000000000"
    assert client_for(manager).get(f"/api/v1/batches/{batch}").status_code == 404
    assert Client().get(f"/api/v1/batches/{batch}").status_code == 401
    assert Batch.objects.count() == 0


def test_the_description_is_committed() -> None:
    committed = (ROOT / "openapi.json").read_text(encoding="utf-8")
    assert committed == document(), "make it anew: see docs/developer/intake.md"


def test_dutch_api_design_rules() -> None:
    rules = ROOT.parent / "shared" / "standards" / "nl-api-design-rules-linter.yaml"
    spectral = ROOT / "node_modules" / ".bin" / "spectral"
    if not rules.exists():
        pytest.skip("the rule set is not beside the repository")
    if not spectral.exists() or shutil.which("node") is None:
        pytest.skip("spectral is not installed (npm ci)")
    command = [str(spectral), "lint", "-r", str(rules), "--fail-severity", "warn", str(ROOT / "openapi.json")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
