"""The API of signals: the same rules as the pages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from openvis.profile import Profile
from openvis.web.access import purposes
from openvis.web.access.models import User
from openvis.web.signals.models import Report, Signal
from web.signals.conftest import SECRET, lightest

In = Callable[[Any], Client]
BASE = "/api/v1/signals"


def post(client: Client, path: str, body: dict[str, Any], user: User | None = None) -> Any:
    headers = {"Purpose": purposes.allowed(user, "signals")[0].id} if user else {}
    return client.post(f"{BASE}{path}", body, content_type="application/json", headers=headers)


def test_a_program_reports_and_reads_back_a_state_only(city: Profile, reporter: User, client_for: In) -> None:
    client = client_for(reporter)
    body = {"phenomenon": city.signals.phenomena[0].id, "facts": SECRET, "place": "haven"}
    answer = post(client, "/reports", body)
    assert answer.status_code == 201
    own = client.get(f"{BASE}/reports")
    assert [item["number"] for item in own.json()] == [answer.json()["number"]]
    assert SECRET not in own.content.decode()
    wrong = post(client, "/reports", body | {"phenomenon": "unheard"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "phenomenon")
    assert post(client, "/reports", body | {"address": "0" * 16}).json()["errors"][0]["field"] == "address"


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_an_unknown_reporter_finds_nothing_back(city: Profile, reporter: User, client_for: In) -> None:
    client = client_for(reporter)
    body = {"phenomenon": city.signals.phenomena[0].id, "facts": SECRET, "place": "haven", "anonymous": True}
    assert post(client, "/reports", body).status_code == 201
    assert client.get(f"{BASE}/reports").json() == []
    assert not Report.objects.exists()


def test_weighing_by_two_programs(city: Profile, signal: Signal, weigher: User, second: User, client_for: In) -> None:
    first, other = client_for(weigher), client_for(second)
    assert first.get(f"{BASE}/{signal.pk}").status_code == 428
    purpose = {"Purpose": purposes.allowed(weigher, "signals")[0].id}
    assert SECRET in first.get(f"{BASE}/{signal.pk}", headers=purpose).content.decode()
    listed = first.get(f"{BASE}/inbox").content.decode()
    assert signal.number in listed
    assert SECRET not in listed
    assert post(first, f"/{signal.pk}/enrich", {"version": 9, "text": "niets"}, weigher).status_code == 409
    assert post(first, f"/{signal.pk}/enrich", {"version": 1, "text": "niets"}, weigher).json()["state"] == "enriched"
    body = {"version": 2, "answers": lightest(city), "route": "close", "reason": "Oud."}
    assert post(first, f"/{signal.pk}/weigh", body | {"answers": {}}, weigher).status_code == 422
    assert post(first, f"/{signal.pk}/weigh", body, weigher).json()["outcome"] == ""
    assert post(first, f"/{signal.pk}/read", {"round": 1, "confirm": True}, weigher).status_code == 404
    assert post(other, f"/{signal.pk}/read", {"round": 1, "confirm": True}, second).json()["state"] == "closed"


def test_nobody_else_finds_an_operation(signal: Signal, reporter: User, outsider: User, client_for: In) -> None:
    for person in (reporter, outsider):
        client = client_for(person)
        for path in ("/inbox", f"/{signal.pk}"):
            assert client.get(f"{BASE}{path}").status_code == 404
    assert client_for(outsider).get(f"{BASE}/reports").status_code == 404
