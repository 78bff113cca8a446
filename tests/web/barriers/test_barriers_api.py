"""What the pages of barrier models can do, by program: starting models, versions, putting away and taking back."""

import json
from collections.abc import Callable
from typing import Any

from django.test import Client

from openvis.profile import Profile
from openvis.web.barriers import services
from openvis.web.barriers.models import BarrierModel

Enter = Callable[[Any], Client]


def call(client: Client, method: str, path: str, body: Any = None) -> Any:
    sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    return getattr(client, method)(f"/api/v1/{path}", **sent)


def test_starting_models_are_read(city: Profile, reader: Any, outsider: Any, client_for: Enter) -> None:
    client, origin = client_for(reader), city.barriers.models[0]
    assert [item["id"] for item in call(client, "get", "barrier-starts").json()] == [it.id for it in city.barriers.models]
    told = call(client, "get", f"barrier-starts/{origin.id}").json()
    assert [step["title"] for step in told["content"]["steps"]] == [
        step.name.get(city.municipality.language) for step in origin.steps
    ]
    assert {barrier["state"] for step in told["content"]["steps"] for barrier in step["barriers"]} == {"gap"}
    assert call(client, "get", "barrier-starts/niets").status_code == 404
    assert call(client_for(outsider), "get", f"barrier-starts/{origin.id}").status_code == 404


def test_each_version_is_read_as_it_was(city: Profile, keeper: Any, reader: Any, client_for: Enter) -> None:
    made = services.make(keeper, "Eerst", "waarover")
    services.rename(keeper, made.pk, 1, "Later", "iets anders")
    client = client_for(reader)
    listed = call(client, "get", f"barrier-models/{made.pk}/versions").json()
    told = [(item["version"], item["title"], item["act"]) for item in listed]
    assert told == [(2, "Later", "about"), (1, "Eerst", "made")]
    first = call(client, "get", f"barrier-models/{made.pk}/versions/1").json()
    assert (first["title"], first["content"]["about"]) == ("Eerst", "waarover")
    for number in (0, 3, -1, 10**30):
        assert call(client, "get", f"barrier-models/{made.pk}/versions/{number}").status_code in (400, 404)


def test_a_model_is_put_away_and_taken_back(
    city: Profile, keeper: Any, reader: Any, outsider: Any, client_for: Enter
) -> None:
    client = client_for(keeper)
    made = call(client, "post", "barrier-models", {"title": "Ons model", "about": "Waarover het gaat"}).json()
    assert made["content"]["about"] == "Waarover het gaat"
    path = f"barrier-models/{made['id']}"
    for person in (reader, outsider):
        assert call(client_for(person), "post", f"{path}/put-away", {"version": 1}).status_code == 404
    assert call(client, "post", f"{path}/take-back", {"version": 1}).status_code == 409
    assert call(client, "post", f"{path}/put-away", {"version": 9}).status_code == 409
    assert call(client, "post", f"{path}/put-away", {"version": 1}).json()["put_away"] is True
    late = call(client, "put", path, {"version": 2, "title": "x", "content": made["content"]})
    assert (late.status_code, "put away" in late.json()["detail"]) == (409, True)
    assert call(client, "post", f"{path}/take-back", {"version": 2}).json()["put_away"] is False
    assert BarrierModel.objects.get().version == 3


def test_what_does_not_fit_is_refused(city: Profile, keeper: Any, client_for: Enter) -> None:
    client, made = client_for(keeper), services.make(keeper, "Leeg")
    for body in ({"title": ""}, {"title": "a\x00b"}, {"title": "x" * 81}, {"title": "bel 0612345678"},
                 {"title": "x", "about": "mail jan@voorbeeld.nl"}, {"title": "x", "about": "\x00"}, {}):  # fmt: skip
        assert call(client, "post", "barrier-models", body).status_code in (400, 422), body
    for version in (0, "x", None, 2**40):
        assert call(client, "post", f"barrier-models/{made.pk}/put-away", {"version": version}).status_code == 400
    assert BarrierModel.objects.count() == 1
