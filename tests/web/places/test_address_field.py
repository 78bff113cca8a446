"""The address field of forms, and the suggestions it asks for."""

from typing import Any

import pytest
from django import forms
from django.test import Client
from django.urls import reverse

from openvis.web.access import walls
from openvis.web.access.models import AuditEntry
from openvis.web.places.fields import AddressField
from openvis.web.places.models import Address
from web.conftest import make_person
from web.places.conftest import along


class Form(forms.Form):
    address = AddressField(label="Address")
    other = AddressField(label="Other", required=False)


@pytest.fixture
def turfkade(db: None) -> list[Address]:
    kade = along("Turfkade", {"number": 12}, {"number": 12, "letter": "A"}, {"number": 14, "addition": "2"})
    return [*kade, *along("Sluisstraat", {"number": 1})]


def filled(**fields: str) -> Form:
    return Form({name.replace("_", "-"): value for name, value in fields.items()})


def test_a_line_without_doubt_is_an_address(turfkade: list[Address]) -> None:
    form = filled(address="turfkade 12a")
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"address": turfkade[1], "other": None}
    assert f'value="{turfkade[1].pk}"' in str(form["address"])


def test_in_doubt_the_form_comes_back_with_the_choice(turfkade: list[Address]) -> None:
    form = filled(address="turfkde 12")
    assert not form.is_valid()
    assert form.errors.as_data()["address"][0].code == "choose"
    html = str(form["address"])
    assert f'type="radio" name="address-pick" value="{turfkade[0].pk}"' in html
    again = filled(address="turfkde 12", address_pick=str(turfkade[0].pk), address_pick_for="turfkde 12")
    assert again.is_valid()
    assert again.cleaned_data["address"] == turfkade[0]


def test_what_was_chosen_counts_only_for_the_line_it_was_chosen_for(turfkade: list[Address]) -> None:
    title = turfkade[0].in_full()
    chosen = filled(address=title, address_key=str(turfkade[0].pk), address_for=title)
    assert chosen.is_valid()
    assert chosen.cleaned_data["address"] == turfkade[0]
    changed = filled(address="sluisstraat 1", address_key=str(turfkade[0].pk), address_for=title)
    assert changed.is_valid()
    assert changed.cleaned_data["address"] == turfkade[3]


@pytest.mark.parametrize("key", ["0", "-1", "x", "9" * 30, "١٢"])
def test_a_key_that_is_none_names_nothing(turfkade: list[Address], key: str) -> None:
    assert not filled(address="nergens 1", address_key=key, address_for="nergens 1").is_valid()


def test_nothing_found_says_what_to_check(turfkade: list[Address]) -> None:
    form = filled(address="Nergensgracht 77")
    assert form.errors.as_data()["address"][0].code == "unknown"
    assert filled(address="").errors.as_data()["address"][0].code == "required"


def test_an_address_that_was_there_is_shown_and_seen_to_change(turfkade: list[Address]) -> None:
    html = str(Form(initial={"address": turfkade[2]})["address"])
    assert "Turfkade 14-2, 9411 AB Veldermeer" in html
    assert str(Form(initial={"address": turfkade[2].pk})["address"]) == html
    data = {"address": turfkade[2].in_full()}
    assert "address" not in Form(data, initial={"address": turfkade[2]}).changed_data
    assert "address" in Form({"address": "turfkade 12"}, initial={"address": turfkade[2].pk}).changed_data
    assert "address" in Form({"address": "nergens"}, initial={"address": None}).changed_data
    assert "address" not in Form({"address": ""}, initial={"address": None}).changed_data


def test_what_is_typed_is_escaped(turfkade: list[Address]) -> None:
    assert "<script>alert" not in str(filled(address="<script>alert(1)</script>")["address"])


def ask(client: Client, text: str) -> Any:
    return client.post(reverse("address_suggestions"), {"q": text})


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_suggestions_for_who_names_addresses_in_their_work(city: Any, turfkade: list[Address], client_for: Any) -> None:
    client = client_for(make_person(city, "manager"))
    found = ask(client, "turfkade 12").json()["found"]
    assert [item["title"] for item in found][:2] == ["Turfkade 12, 9411 AB Veldermeer", "Turfkade 12A, 9411 AB Veldermeer"]
    assert set(found[0]) == {"key", "title", "note"}
    assert client.get(reverse("address_suggestions")).status_code == 405


def test_without_such_a_right_there_is_no_search(
    city: Any, turfkade: list[Address], outsider: Any, client_for: Any
) -> None:
    assert ask(client_for(outsider), "turfkade 12").status_code == 404
    assert AuditEntry.objects.filter(actor=outsider.pk, action="signals.report", result="refused").count() == 1
    assert ask(client_for(None), "turfkade 12").status_code == 302


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_pages_only_read_the_register(city: Any, turfkade: list[Address]) -> None:
    from django.db import ProgrammingError

    with pytest.raises(ProgrammingError, match="permission denied"), walls.as_user(make_person(city, "manager")):
        Address.objects.filter(pk=turfkade[0].pk).update(street="Elders")


def test_an_address_that_ended_stays_where_it_was_and_goes_nowhere_else(turfkade: list[Address]) -> None:
    gone, title = turfkade[2], turfkade[2].in_full()
    Address.objects.filter(pk=gone.pk).update(valid_to="2020-03-01")
    kept = {"address": title, "address-key": str(gone.pk), "address-for": title}
    for initial in (gone, gone.pk):
        form = Form(kept, initial={"address": initial})
        assert form.is_valid(), form.errors
        assert form.cleaned_data["address"] == gone
    for initial in ({}, {"address": turfkade[0]}, {"other": gone}):
        form = Form(kept, initial=initial)
        assert form.errors.as_data()["address"][0].code == "ended"
