"""Drafts and files by program: the same drafts as on the page, and files that are looked at like those of the form."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from openvis.profile import Profile
from openvis.web.access import purposes, walls
from openvis.web.access.models import AuditEntry, User
from openvis.web.places.models import Address
from openvis.web.signals import drafts, files
from openvis.web.signals.models import Attachment, Draft, Report, Signal
from web.signals.conftest import SECRET, make_user
from web.signals.test_reporting import JPEG

In = Callable[[Any], Client]
BASE = "/api/v1/signals"


def said(city: Profile, **changed: Any) -> dict[str, Any]:
    return {"phenomenon": city.signals.phenomena[0].id, "facts": SECRET, "place": "achter de haven"} | changed


def call(client: Client, method: str, path: str, body: Any = None) -> Any:
    return getattr(client, method)(f"{BASE}{path}", body, content_type="application/json")


@pytest.fixture
def other(city: Profile, reporter: User) -> User:
    """A colleague with the very same role."""
    return make_user(city, reporter.grants.get().role, "Collega", reporter.organisation.key)


def begun(client: Client, body: dict[str, Any]) -> str:
    answer = call(client, "post", "/drafts", body)
    assert answer.status_code == 201, answer.content
    key: str = answer.json()["id"]
    return key


def test_a_draft_is_begun_read_saved_and_sent(city: Profile, reporter: User, address: Address, client_for: In) -> None:
    client, asked = client_for(reporter), city.signals.phenomena[0]
    whole = said(
        city, address=address.number_id, seen_from="2026-01-05", urgent=True, company="Loods BV",
        indicators=[item.id for item in asked.indicators[:1]],
        answers={item.id: "Elke dag." for item in asked.questions[:1]},
    )  # fmt: skip
    key = begun(client, {"facts": "Nog maar het begin."})
    assert [item["id"] for item in client.get(f"{BASE}/drafts").json()] == [key]
    assert "begin" not in client.get(f"{BASE}/drafts").content.decode()
    assert call(client, "put", f"/drafts/{key}", whole).status_code == 200
    read = client.get(f"{BASE}/drafts/{key}").json()
    assert {name: read[name] for name in whole} == whole
    # It is the draft of the page, and the page fills its form with it.
    page = client.get(f"{reverse('signal_report')}?concept={key}").content.decode()
    assert SECRET in page
    assert address.in_full() in page
    answer = client.post(f"{BASE}/drafts/{key}/send", {"may_name": "true"})
    assert answer.status_code == 201, answer.content
    signal = Signal.objects.get(number=answer.json()["number"])
    assert (signal.facts, signal.address, signal.urgent, signal.company) == (SECRET, address, True, "Loods BV")
    assert signal.indicators == whole["indicators"]
    assert (signal.answers or {}) == whole["answers"]
    assert Report.objects.get(signal=signal).may_name is True
    assert not Draft.objects.exists()
    assert client.post(f"{BASE}/drafts/{key}/send", {}).status_code == 404
    assert Signal.objects.count() == 1


def test_a_draft_of_the_page_is_read_by_program(city: Profile, reporter: User, client_for: In) -> None:
    client, about = client_for(reporter), city.signals.phenomena[0].id
    client.post(reverse("signal_report"), {
        "keep": "1", "phenomenon": about, "facts": SECRET, "address": "nergensstraat 1", "identity": "known",
    })  # fmt: skip
    found = client.get(f"{BASE}/drafts/{Draft.objects.get().pk}").json()
    assert (found["phenomenon"], found["facts"], found["address"], found["address_line"]) == (
        about, SECRET, "", "nergensstraat 1"
    )


def test_what_is_not_in_order_is_kept_and_not_sent(city: Profile, reporter: User, client_for: In) -> None:
    client = client_for(reporter)
    for changed, field in (
        ({"place": ""}, "address"), ({"facts": " "}, "facts"), ({"phenomenon": "unheard"}, "phenomenon"),
        ({"seen_from": "2999-01-01"}, "seen_from"), ({"area": "nergens"}, "area"),
    ):  # fmt: skip
        key = begun(client, said(city, **changed))
        answer = client.post(f"{BASE}/drafts/{key}/send", {})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field), changed
        assert Draft.objects.filter(pk=key).exists()
    assert not Signal.objects.exists()
    assert call(client, "post", "/drafts", said(city, address="0" * 16)).json()["errors"][0]["field"] == "address"


def test_a_draft_is_of_nobody_else(
    city: Profile, reporter: User, other: User, weigher: User, outsider: User, client_for: In
) -> None:
    key = begun(client_for(reporter), said(city))
    for person in (other, weigher, outsider):
        client = client_for(person)
        assert key not in client.get(f"{BASE}/drafts").content.decode()
        for method, way, body in (("get", "", None), ("put", "", said(city, facts="x")), ("delete", "", None)):
            assert call(client, method, f"/drafts/{key}{way}", body).status_code == 404, method
        assert client.post(f"{BASE}/drafts/{key}/send", {}).status_code == 404
        with walls.as_user(person):
            assert not Draft.objects.exists()
    assert Draft.objects.get(pk=key).values["facts"] == SECRET
    assert call(client_for(outsider), "post", "/drafts", said(city)).status_code == 404
    assert call(client_for(reporter), "put", f"/drafts/{uuid.uuid4()}", said(city)).status_code == 404
    assert Draft.objects.count() == 1
    assert AuditEntry.objects.filter(action="signal.draft").count() == 1


def test_a_draft_is_thrown_away(city: Profile, reporter: User, client_for: In) -> None:
    client = client_for(reporter)
    key = begun(client, said(city))
    assert client.delete(f"{BASE}/drafts/{key}").status_code == 204
    assert client.delete(f"{BASE}/drafts/{key}").status_code == 404
    assert not Draft.objects.exists()


def photo(name: str = "foto.jpg", data: bytes = JPEG) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_files_come_with_a_report_cleaned_and_are_read_for_a_purpose(
    city: Profile, reporter: User, weigher: User, outsider: User, client_for: In
) -> None:
    client = client_for(reporter)
    body = {"report": json.dumps(said(city)), "files": [photo(), photo("weer.jpg")]}
    sent = client.post(f"{BASE}/reports/with-files", body)
    assert sent.status_code == 201, sent.content
    item = Attachment.objects.get()
    assert files.unsealed(item) == files.look(photo()).data != JPEG
    at, purpose = f"{BASE}/{item.signal_id}/attachments", {"Purpose": purposes.allowed(weigher, "signals")[0].id}
    assert client_for(weigher).get(at).status_code == 428
    found = client_for(weigher).get(at, headers=purpose).json()
    assert [(one["id"], one["kind"], one["size"]) for one in found] == [(str(item.pk), "image/jpeg", item.size)]
    for person in (reporter, outsider):
        assert client_for(person).get(at, headers=purpose).status_code == 404
    assert AuditEntry.objects.filter(action="signal.files", actor=weigher.pk, object=f"signal:{item.signal_id}").exists()


@pytest.mark.parametrize("path", ["/reports/with-files", "/registrations/with-files", "draft"])
def test_what_is_no_photo_or_paper_comes_in_nowhere(
    city: Profile, reporter: User, weigher: User, client_for: In, path: str
) -> None:
    person = weigher if "registrations" in path else reporter
    client = client_for(person)
    if path == "draft":
        path = f"/drafts/{begun(client, said(city))}/send"
    body = {"report": json.dumps(said(city, channel="mma", source_note="M-1") if "registrations" in path else said(city))}
    wrong = ([photo(data=b"MZ geen foto")], [photo(data=JPEG + bytes([number])) for number in range(files.MOST + 1)])
    for given in wrong:
        answer = client.post(f"{BASE}{path}", body | {"files": given})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "files")
    assert not Signal.objects.exists()
    assert not Attachment.objects.exists()
    assert client.post(f"{BASE}{path}", body | {"files": [photo()]}).status_code == 201
    assert Attachment.objects.count() == 1


def test_papers_of_others_are_registered_by_who_weighs(city: Profile, reporter: User, weigher: User, client_for: In) -> None:
    body = {"report": json.dumps(said(city, channel="mma", source_note="M-1"))}
    at = f"{BASE}/registrations/with-files"
    assert client_for(reporter).post(at, body | {"files": [photo()]}).status_code == 404
    assert not Attachment.objects.exists()
    assert client_for(weigher).post(at, body | {"files": [photo()]}).status_code == 201
    assert Signal.objects.get().registered_by == weigher


def test_a_draft_says_the_same_after_keeping(city: Profile, address: Address) -> None:
    told = said(city, address_line="", urgent=False, indicators=[], answers={}) | {
        name: "" for name in drafts.SAME if name not in ("phenomenon", "facts")
    }
    assert drafts.as_told(drafts.as_typed(told, None)) == told | {"address": ""}
    assert drafts.as_told(drafts.as_typed(told, address))["address"] == address.number_id
