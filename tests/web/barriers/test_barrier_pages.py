"""The pages and the API of barrier models, under their rules."""

import json
from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from openvis.profile import Profile
from openvis.web.barriers import services
from openvis.web.barriers.models import BarrierModel

Enter = Callable[[Any], Client]


def test_a_starting_model_is_read_copied_and_changed(city: Profile, keeper: Any, client_for: Enter) -> None:
    client, origin = client_for(keeper), city.barriers.models[0]
    shown = client.get(reverse("barrier_start", args=[origin.id])).content.decode()
    assert origin.steps[0].nl in shown
    assert origin.steps[0].signals[0].nl in shown
    client.post(reverse("barrier_start", args=[origin.id]), {"title": "Ons model"})
    made = BarrierModel.objects.get()
    assert (made.title, made.origin) == ("Ons model", origin.id)
    step = made.document.steps[0]
    address = reverse("barrier", args=[made.pk, step.id, step.barriers[0].id])
    filled = {
        "version": 1, "what": "Elke maand langsgaan", "instrument": "administrative", "state": "active",
        "partners": [city.barriers.partners[0].id], "note": "Toezicht, vanaf mei",
    }  # fmt: skip
    assert client.post(address, filled).status_code == 302
    page = client.get(reverse("barrier_model", args=[made.pk])).content.decode()
    assert "Elke maand langsgaan" in page
    assert "Toezicht, vanaf mei" in page
    again = client.post(address, filled | {"what": "Nooit langsgaan"})
    assert again.status_code == 422
    assert "Nooit langsgaan" in again.content.decode()
    assert "Elke maand langsgaan" in json.dumps(BarrierModel.objects.get().content)


def test_a_wrong_form_keeps_what_was_typed_and_says_what_is_expected(city: Profile, keeper: Any, client_for: Enter) -> None:
    made = services.make(keeper, "Leeg")
    answer = client_for(keeper).post(
        reverse("barrier_step_new", args=[made.pk]), {"version": 1, "title": "", "signals": "mail jan@voorbeeld.nl"}
    )
    assert answer.status_code == 422
    assert "jan@voorbeeld.nl" in answer.content.decode()
    assert 'id="id_signals_error"' in answer.content.decode()
    assert BarrierModel.objects.get().version == 1


def test_a_reader_reads_and_finds_no_editor(city: Profile, keeper: Any, reader: Any, client_for: Enter) -> None:
    origin = city.barriers.models[0]
    made = services.copy(keeper, origin, "Ons model", "nl")
    client, step = client_for(reader), made.document.steps[0].id
    page = client.get(reverse("barrier_model", args=[made.pk]))
    assert page.status_code == 200
    assert reverse("barrier_step", args=[made.pk, step]) not in page.content.decode()
    assert client.get(reverse("barrier_versions", args=[made.pk])).status_code == 200
    for address in (reverse("barrier_step", args=[made.pk, step]), reverse("barrier_model_about", args=[made.pk])):
        assert client.get(address).status_code == 404
    assert client.post(reverse("barrier_start", args=[origin.id]), {"title": "x"}).status_code == 404
    assert client.post(reverse("barrier_model_act", args=[made.pk]), {"act": "put_away", "version": 1}).status_code == 404
    assert BarrierModel.objects.get().version == 1


def test_an_outsider_finds_nothing(city: Profile, keeper: Any, outsider: Any, client_for: Enter) -> None:
    made = services.make(keeper, "Leeg")
    for address in (reverse("barrier_models"), reverse("barrier_model", args=[made.pk]), "/api/v1/barrier-models"):
        assert client_for(outsider).get(address).status_code == 404


def test_the_api_reads_changes_and_refuses_an_older_version(city: Profile, keeper: Any, client_for: Enter) -> None:
    client, origin = client_for(keeper), city.barriers.models[0]

    def send(method: str, address: str, **body: Any) -> tuple[int, Any]:
        answer = getattr(client, method)(f"/api/v1/{address}", json.dumps(body), content_type="application/json")
        return answer.status_code, answer.json()

    status, made = send("post", "barrier-models", title="Ons model", origin=origin.id)
    assert status == 201
    assert made["gaps"] == made["steps"] == len(origin.steps)
    assert send("post", "barrier-models", title="x", origin="niets")[0] == 422
    content = made["content"]
    content["steps"][0]["barriers"][0]["state"] = "active"
    change = {"version": 1, "title": "Ons model", "content": content}
    status, changed = send("put", f"barrier-models/{made['id']}", **change)
    assert (status, changed["gaps"], changed["version"]) == (200, made["steps"] - 1, 2)
    assert send("put", f"barrier-models/{made['id']}", **change)[0] == 409
    content["steps"][0]["about"] = "bel 0612345678"
    assert send("put", f"barrier-models/{made['id']}", version=2, title="x", content=content)[0] == 400
    content["steps"][0]["about"], content["steps"][0]["barriers"][0]["partners"] = "", ["nobody"]
    assert send("put", f"barrier-models/{made['id']}", version=2, title="x", content=content)[0] == 422
    listed = client.get("/api/v1/barrier-models").json()
    assert [(item["title"], item["version"]) for item in listed] == [("Ons model", 2)]


def test_characters_that_cannot_be_shown_are_refused_on_the_page_too(city: Profile, keeper: Any, client_for: Enter) -> None:
    client, origin = client_for(keeper), city.barriers.models[0]
    assert client.post(reverse("barrier_start", args=[origin.id]), {"title": "Ons\x07model"}).status_code == 422
    assert client.post(reverse("barrier_model_new"), {"title": "Ons\x07model"}).status_code == 302
    assert not BarrierModel.objects.exists()
