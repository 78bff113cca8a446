"""The API of signals: the same rules as the pages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from openvis.profile import Profile
from openvis.web.access import purposes
from openvis.web.access.models import User
from openvis.web.signals import files, services
from openvis.web.signals.models import Attachment, Report, Signal
from web.signals.conftest import SECRET, lightest, make_address, make_user, reported
from web.signals.test_reporting import JPEG

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


def test_whole_screening_by_program(
    city: Profile, signal: Signal, reporter: User, weigher: User, client_for: In
) -> None:
    address, client = make_address(5), client_for(weigher)
    key, later = signal.pk, city.signals.phenomena[1].id

    def act(path: str, **body: Any) -> Any:
        return post(client, f"/{key}{path}", body, weigher)

    assert act("/complete", version=1, address="0" * 16).json()["errors"][0]["field"] == "address"
    assert act("/complete", version=1, address=address.number_id, phenomenon=later).json()["phenomenon"] == later
    assert act("/ask", version=1, question="Welke dagen?").status_code == 409
    assert act("/ask", version=2, question="Welke dagen?").json()["state"] == "more_info"
    own = client_for(reporter).get(f"{BASE}/reports").json()[0]
    assert own["question"] == "Welke dagen?"
    assert post(client_for(reporter), f"/reports/{own['id']}/answer", {"text": "Dinsdag."}).json()["state"] == "received"
    assert post(client_for(reporter), f"/reports/{own['id']}/answer", {"text": "Weer."}).status_code == 409
    assert post(client, f"/reports/{own['id']}/answer", {"text": "Ik."}, weigher).status_code == 404
    assert act("/add", text="Belde terug.").status_code == 200
    now = Signal.objects.get(pk=key).version
    assert act("/note", version=now, text="KvK: niets.").status_code == 200
    assert act("/act-at-once", version=now + 1, done="Politie gebeld.").json()["urgent"] is True
    read = client.get(f"{BASE}/{key}", headers={"Purpose": purposes.allowed(weigher, "signals")[0].id}).json()
    assert ([item["text"] for item in read["additions"]], read["note"], read["immediate"]) == (
        ["Dinsdag.", "Belde terug."], "KvK: niets.", "Politie gebeld."
    )
    assert act("/refuse", version=now + 2, outcome="moon", reason="x").status_code in (400, 422)
    assert act("/refuse", version=now + 2, outcome="insufficient", reason="Te mager.").json()["state"] == "closed"
    assert act("/close", version=now + 3, reason="x").status_code == 409


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_what_belongs_elsewhere_goes_to_a_place_of_the_list(
    city: Profile, signal: Signal, weigher: User, client_for: In
) -> None:
    body = {"version": 1, "to": "de maan", "reason": "x"}
    client = client_for(weigher)
    assert post(client, f"/{signal.pk}/forward", body, weigher).json()["errors"][0]["field"] == "to"
    right = body | {"to": city.signals.forward_to[0]}
    assert post(client, f"/{signal.pk}/forward", right, weigher).json()["state"] == "forwarded"


def test_registering_for_another_is_for_who_weighs(
    city: Profile, reporter: User, weigher: User, client_for: In
) -> None:
    body = {"phenomenon": city.signals.phenomena[0].id, "facts": SECRET, "place": "haven", "channel": "mma",
            "source_note": "M-1"}  # fmt: skip
    assert post(client_for(reporter), "/registrations", body).status_code == 404
    assert post(client_for(weigher), "/registrations", body | {"channel": "form"}).status_code in (400, 422)
    number = post(client_for(weigher), "/registrations", body).json()["number"]
    assert Signal.objects.get(number=number).registered_by == weigher


def test_a_department_takes_up_and_tells_its_result_by_program(
    city: Profile, enriched: Signal, weigher: User, second: User, reporter: User, outsider: User, client_for: In
) -> None:
    first = client_for(weigher)
    chosen = {"organisation": [reporter.organisation.key], "facts": ["Alleen de loods."]}
    body = {"version": 2, "answers": lightest(city), "route": "department", "reason": "Zij.", "with_route": chosen}
    post(first, f"/{enriched.pk}/weigh", body, weigher)
    post(client_for(second), f"/{enriched.pk}/read", {"round": 1, "confirm": True}, second)
    client = client_for(reporter)
    item = client.get(f"{BASE}/hand-overs").json()[0]
    path = f"/hand-overs/{item['id']}"
    assert (item["number"], item["taken"]) == (enriched.number, False)
    if not purposes.allowed(reporter, "signals"):
        assert client.get(f"{BASE}{path}").status_code == 404
        return
    purpose = {"Purpose": purposes.allowed(reporter, "signals")[0].id}
    assert client.get(f"{BASE}{path}").status_code == 428
    assert client.get(f"{BASE}{path}", headers=purpose).json()["facts"] == "Alleen de loods."
    stranger = client_for(make_user(city, reporter.grants.get().role, "Elders", city.organisations[-1].id))
    for way, said in (("take-up", {}), ("result", {"result": "Ik ook."})):
        assert post(stranger, f"{path}/{way}", said, reporter).status_code == 404
        assert post(client_for(outsider), f"{path}/{way}", said, reporter).status_code == 404
    assert post(client, f"{path}/take-up", {}, reporter).json()["taken"] is True
    assert post(client, f"{path}/result", {"result": "Bezocht."}, reporter).json()["result"] == "Bezocht."
    assert post(client, f"{path}/result", {"result": "Weer."}, reporter).status_code == 409
    assert first.get(f"{BASE}{path}", headers={"Purpose": purposes.allowed(weigher, "signals")[0].id}).status_code == 200
    now = Signal.objects.get(pk=enriched.pk)
    assert post(first, f"/{now.pk}/weigh-again", {"version": now.version}, weigher).json()["state"] == "enriched"


def test_similar_signals_and_files_by_program(
    city: Profile, make_signal: Callable[..., Signal], reporter: User, weigher: User, client_for: In
) -> None:
    spot = make_address(8)
    one, other = make_signal(address=spot), make_signal(address=spot)
    client, purpose = client_for(weigher), {"Purpose": purposes.allowed(weigher, "signals")[0].id}
    found = client.get(f"{BASE}/{one.pk}/similar", headers=purpose).json()
    assert [(item["number"], item["reasons"], item["same"]) for item in found] == [(other.number, ["same address"], None)]
    assert post(client, f"/{one.pk}/similar/{other.pk}", {"same": True}, weigher).json() == {"same": True}
    assert client.get(f"{BASE}/{one.pk}/similar", headers=purpose).json()[0]["same"] is True
    looked = files.look(SimpleUploadedFile("foto.jpg", JPEG))
    number = services.report(reporter, reported(city), [looked])
    item = Attachment.objects.get(signal__number=number)
    at = f"{BASE}/{item.signal_id}/attachments/{item.pk}"
    answer = client.get(at, headers=purpose)
    assert (answer.content, answer["Content-Type"]) == (looked.data, "application/octet-stream")
    assert client_for(reporter).get(at, headers=purpose).status_code == 404
    assert client.get(f"{BASE}/{one.pk}/attachments/{item.pk}", headers=purpose).status_code == 404
    files.place(item).unlink()
    assert client.get(at, headers=purpose).status_code == 410


def test_nobody_else_acts(signal: Signal, reporter: User, outsider: User, weigher: User, client_for: In) -> None:
    bodies: dict[str, dict[str, Any]] = {
        "ask": {"version": 1, "question": "x"}, "add": {"text": "x"}, "note": {"version": 1, "text": "x"},
        "refuse": {"version": 1, "outcome": "insufficient", "reason": "x"}, "close": {"version": 1, "reason": "x"},
        "act-at-once": {"version": 1, "done": "x"}, "complete": {"version": 1}, "weigh-again": {"version": 1},
        "forward": {"version": 1, "to": "x", "reason": "x"}, f"similar/{signal.pk}": {"same": True},
    }  # fmt: skip
    for person in (reporter, outsider):
        for way, body in bodies.items():
            assert post(client_for(person), f"/{signal.pk}/{way}", body, weigher).status_code == 404, way
    signal.refresh_from_db()
    assert (signal.state, signal.version) == ("received", 1)
