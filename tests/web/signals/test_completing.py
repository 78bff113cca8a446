"""Completing a signal after it came in: by who weighs, before it is weighed, with what stood there kept."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from openvis.profile import Profile
from openvis.web.access import walls
from openvis.web.access.models import AuditEntry, User
from openvis.web.places.models import Address
from openvis.web.signals import selectors, services
from openvis.web.signals.models import Signal
from openvis.web.signals.similar import similar
from web.signals.conftest import lightest, make_address
from web.signals.test_signal_pages import open_file

In = Callable[[Any], Client]


def completed(by: User, signal: Signal, **changed: Any) -> Signal:
    told = {"phenomenon": signal.phenomenon, "branch": signal.branch, "address": None} | changed
    with walls.as_user(by):
        return services.complete(by, signal.pk, signal.version, **told)


def test_an_address_makes_similar_signals_appear(
    city: Profile, make_signal: Callable[..., Signal], address: Address, weigher: User
) -> None:
    other, signal = make_signal(address=address), make_signal()
    assert similar(signal) == []
    made = completed(weigher, signal, address=address)
    assert (made.address, made.area_code, made.version) == (address, address.area.code, 2)
    assert [item.signal for item in similar(made)] == [other]
    told = AuditEntry.objects.get(action="signal.complete")
    assert (told.actor, told.object) == (weigher.pk, f"signal:{signal.pk}")
    assert set(told.facts["changed"]) == {"address", "area_code", "area_level"}
    assert str(address.pk) not in str(told.facts)


def test_what_stood_there_is_kept_and_shown(
    city: Profile, signal: Signal, address: Address, weigher: User, client_for: In
) -> None:
    first, later = city.signals.phenomena[0], city.signals.phenomena[1]
    made = completed(weigher, signal, address=address, branch=city.signals.branches[0].id)
    made = completed(weigher, made, address=make_address(9), phenomenon=later.id)
    told = selectors.completions(made)
    assert [item.by for item in told] == ["Weger", "Weger"]
    assert ("address", None, address) in told[0].changed
    assert ("branch", "", city.signals.branches[0].id) in told[0].changed
    assert ("phenomenon", first.id, later.id) in told[1].changed
    assert ("address", address, made.address) in told[1].changed
    page = open_file(client_for(weigher), reverse("signal", args=[signal.pk]), weigher).content.decode()
    assert f"{first.name.nl} → {later.name.nl}" in page


def test_what_was_ticked_is_still_read_when_the_phenomenon_is_put_right(
    city: Profile, make_signal: Callable[..., Signal], weigher: User, client_for: In
) -> None:
    told, later = city.signals.phenomena[0], city.signals.phenomena[1]
    signal = make_signal(indicators=(told.indicators[0].id,), answers={told.questions[0].id: "Elke dinsdag."})
    completed(weigher, signal, phenomenon=later.id)
    page = open_file(client_for(weigher), reverse("signal", args=[signal.pk]), weigher).content.decode()
    for text in (told.indicators[0].name.nl, told.questions[0].name.nl.replace("'", "&#x27;"), "Elke dinsdag."):
        assert text in page


def test_only_who_weighs_and_only_before_it_is_weighed(
    city: Profile, signal: Signal, address: Address, weigher: User, reporter: User, outsider: User
) -> None:
    for person in (reporter, outsider):
        with pytest.raises(services.NotYoursError):
            completed(person, signal, address=address)
        with walls.as_user(person):
            assert Signal.objects.filter(pk=signal.pk).update(address=address) == 0
    found = services.enrich(weigher, signal.pk, signal.version, "niets")
    found = completed(weigher, found, address=address)
    services.weigh(weigher, found.pk, found.version, services.Weighed(lightest(city), "close", "Oud."))
    found.refresh_from_db()
    with pytest.raises(services.NotNowError):
        completed(weigher, found, address=make_address(9))


def test_bad_input_and_a_colleague_who_was_faster(signal: Signal, address: Address, weigher: User) -> None:
    for wrong, field in (
        ({"phenomenon": "flat_earth"}, "phenomenon"), ({"branch": "unheard"}, "branch"), ({}, "address"),
    ):
        with pytest.raises(services.WrongError) as caught:
            completed(weigher, signal, **wrong)
        assert caught.value.field == field
    services.note(weigher, signal.pk, signal.version, "Van een collega.")
    with pytest.raises(services.ConflictError):
        completed(weigher, signal, address=address)
    assert not AuditEntry.objects.filter(action="signal.complete").exists()


def test_on_the_page(signal: Signal, address: Address, weigher: User, reporter: User, client_for: In) -> None:
    client, at = client_for(weigher), reverse("signal_do", args=[signal.pk, "gegevens"])
    open_file(client, reverse("signal", args=[signal.pk]), weigher)
    form = {"version": 1, "phenomenon": signal.phenomenon, "branch": "", "address": "Nergenslaan 400"}
    assert client.post(at, form).status_code == 422
    assert client.post(at, form | {"address": "1315 AB 1"}).status_code == 302
    signal.refresh_from_db()
    assert signal.address == address
    assert client_for(reporter).post(at, form).status_code == 404


def test_the_history_cannot_be_changed(signal: Signal, address: Address, weigher: User) -> None:
    completed(weigher, signal, address=address)
    with pytest.raises(DatabaseError), walls.as_user(weigher), transaction.atomic():
        signal.events.model.objects.all().delete()
