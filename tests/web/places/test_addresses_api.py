"""The search of addresses by program: the answers of the form field, for the same people, and not without end."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from openvis.profile import Profile
from openvis.web.access.models import AuditEntry
from openvis.web.places.models import Address
from web.places.conftest import along
from web.themed import somebody

ONE = pytest.mark.parametrize("city", ["almere"], indirect=True)


@pytest.fixture
def register(db: None) -> list[Address]:
    return along("Turfkade", {"number": 12}, {"number": 12, "letter": "A"}, {"number": 14, "valid_to": "2020-03-01"})


def ask(client: Client, **query: Any) -> Any:
    return client.get("/api/v1/addresses", query)


@pytest.mark.parametrize("ability", ["signals.report", "signals.weigh", "index.contribute", "controls.visit", "dor.keep"])
def test_it_finds_what_the_form_finds(city: Profile, register: list[Address], client_for: Any, ability: str) -> None:
    client = client_for(somebody(city, ability))
    for line in ("turfkade 12a", "turfkde 12", "9411 AB 12", "nergens 1"):
        told = ask(client, q=line)
        assert told.status_code == 200
        shown = client.post(reverse("address_suggestions"), {"q": line}).json()["found"]
        assert [item["title"] for item in told.json()] == [item["title"] for item in shown]
    first = ask(client, q="turfkade 12a").json()[0]
    assert first == {
        "address": register[1].number_id, "title": "Turfkade 12A, 9411 AB Veldermeer", "sure": 1.0, "note": "",
        "ended": None,
    }  # fmt: skip
    assert 0 < ask(client, q="turfkde 12").json()[0]["sure"] < 1


@ONE
def test_what_has_ended_comes_when_it_is_asked_for(city: Profile, register: list[Address], client_for: Any) -> None:
    client = client_for(somebody(city, "signals.weigh"))
    assert ask(client, q="turfkade 14").json() == []
    told = ask(client, q="turfkade 14", ended="true").json()
    assert [(item["address"], item["ended"], item["note"]) for item in told] == [
        (register[2].number_id, "2020-03-01", "ended on Sun 1 Mar 2020")
    ]


def test_for_who_names_no_addresses_there_is_no_search(
    city: Profile, register: list[Address], outsider: Any, client_for: Any
) -> None:
    refused = ask(client_for(outsider), q="turfkade 12")
    assert (refused.status_code, refused["Content-Type"]) == (404, "application/problem+json")
    assert AuditEntry.objects.filter(actor=outsider.pk, action="signals.report", result="refused").count() == 1
    assert ask(client_for(None), q="turfkade 12").status_code == 401


@ONE
@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "x" * 121}, {"q": "turf\x00"}, {"q": "turf", "ended": "perhaps"}])
def test_what_is_no_question_is_told(city: Profile, client_for: Any, query: dict[str, str]) -> None:
    told = ask(client_for(somebody(city, "signals.weigh")), **query)
    assert told.status_code == 400
    assert told.json()["errors"][0]["field"].split(".")[0] == "query"


@ONE
def test_who_asks_too_often_waits(
    city: Profile, register: list[Address], client_for: Any, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"address_search": "3/m/user"}
    client, other = client_for(somebody(city, "signals.weigh")), client_for(somebody(city, "index.contribute"))
    assert [ask(client, q="turfkade 12").status_code for _turn in range(4)] == [200, 200, 200, 429]
    assert ask(client, q="turfkade 12")["Content-Type"] == "application/problem+json"
    assert ask(other, q="turfkade 12").status_code == 200
