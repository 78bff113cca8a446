"""A sealed field: readable through its row, by nothing else, in no other place."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.db import connection, transaction

from openvis.web.access import sealing
from openvis.web.access.fields import (
    Sealed,
    SealedFieldError,
    blind_index,
    blind_indexes,
    context_of,
    normalised,
)
from openvis.web.deployment import services
from openvis.web.deployment.models import FocusAction, FocusPlace
from web.deployment import planted
from web.deployment.test_focus_places import frozen
from web.sealing.conftest import column

NAME = "Zeldzame Achternaam"


def test_the_database_holds_no_readable_text_and_the_row_gives_it_back(person_model: Any):
    saved = person_model.objects.create(name=NAME, facts={"born": "1985-03-12", "phones": ["06 12345678"]})
    assert NAME.encode() not in column(person_model, "name", saved.pk)
    assert b"1985" not in column(person_model, "facts", saved.pk)
    found = person_model.objects.get(pk=saved.pk)
    assert (found.name, found.nick, found.facts) == (NAME, "", {"born": "1985-03-12", "phones": ["06 12345678"]})


def test_listing_opens_nothing(person_model: Any, monkeypatch: pytest.MonkeyPatch):
    person_model.objects.bulk_create(person_model(name=f"{NAME} {number}") for number in range(50))
    opened: list[str] = []
    unseal = sealing.unseal
    monkeypatch.setattr(sealing, "unseal", lambda data, context: opened.append(context) or unseal(data, context))
    rows = list(person_model.objects.all())
    assert not opened
    assert rows[3].name.startswith(NAME)
    assert rows[3].name.startswith(NAME)
    assert len(opened) == 1, "opened once, when it is asked for"


def test_a_value_moved_to_another_row_or_column_does_not_open(person_model: Any):
    one, other = (person_model.objects.create(name=name, nick=name) for name in ("Een", "Ander"))
    table = person_model._meta.db_table
    with connection.cursor() as cursor:
        taken = f"SELECT name FROM {table} WHERE id = %s"
        cursor.execute(f"UPDATE {table} SET name = ({taken}) WHERE id = %s", [one.pk, other.pk])
        cursor.execute(f"UPDATE {table} SET nick = name WHERE id = %s", [one.pk])
    with pytest.raises(sealing.SealError):
        _ = person_model.objects.get(pk=other.pk).name
    with pytest.raises(sealing.SealError):
        _ = person_model.objects.get(pk=one.pk).nick
    assert person_model.objects.get(pk=one.pk).name == "Een"


def test_a_changed_byte_does_not_open(person_model: Any):
    saved = person_model.objects.create(name=NAME)
    data = bytearray(column(person_model, "name", saved.pk))
    data[-1] ^= 1
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {person_model._meta.db_table} SET name = %s", [bytes(data)])
    with pytest.raises(sealing.SealError):
        _ = person_model.objects.get().name


@pytest.mark.parametrize(
    "asked", [{"name": NAME}, {"name__icontains": "Z"}, {"name__in": [NAME]}, {"name__gt": "A"}, {"facts__born": "x"}]
)
def test_asking_the_database_about_a_sealed_field_is_refused_with_words(person_model: Any, asked: dict[str, Any]):
    with pytest.raises(SealedFieldError, match="sealed"):
        list(person_model.objects.filter(**asked))


def test_whether_there_is_something_may_be_asked(person_model: Any):
    person_model.objects.create(name=NAME)
    person_model.objects.create(name="Ander", nick="Bijnaam")
    assert person_model.objects.get(nick="").name == NAME
    assert person_model.objects.exclude(nick="").get().name == "Ander"
    assert person_model.objects.filter(facts__isnull=True).count() == 2


def test_update_without_the_row_is_refused(person_model: Any):
    saved = person_model.objects.create(name=NAME)
    with pytest.raises(SealedFieldError, match="save"), transaction.atomic():
        person_model.objects.update(name="Ander")
    saved.name = "Ander"
    with pytest.raises(SealedFieldError, match="save"), transaction.atomic():
        person_model.objects.bulk_update([saved], ["name"])
    assert person_model.objects.get().name == NAME


def test_a_change_inside_sealed_json_is_saved(person_model: Any):
    saved = person_model.objects.create(name=NAME, facts={"a": [1]})
    found = person_model.objects.get(pk=saved.pk)
    found.facts["a"].append(2)
    found.save()
    assert person_model.objects.get().facts == {"a": [1, 2]}


def test_saving_a_row_that_was_not_opened_keeps_the_value(person_model: Any):
    saved = person_model.objects.create(name=NAME)
    before = column(person_model, "name", saved.pk)
    found = person_model.objects.defer("facts").get(pk=saved.pk)
    found.nick = "Bijnaam"
    found.save()
    assert column(person_model, "name", saved.pk) == before
    assert person_model.objects.get().nick == "Bijnaam"


def test_a_copy_under_another_key_is_not_saved_closed(person_model: Any):
    saved = person_model.objects.create(name=NAME)
    copied = person_model.objects.get(pk=saved.pk)
    copied.pk = "11111111-1111-4111-8111-111111111111"
    with pytest.raises(sealing.SealError):
        copied.save(force_insert=True)


def test_values_give_the_sealed_thing_and_not_the_text(person_model: Any):
    person_model.objects.create(name=NAME)
    (found,) = person_model.objects.values_list("name", flat=True)
    assert isinstance(found, Sealed)
    assert NAME not in repr(found)


def test_a_form_fills_checks_and_saves_a_sealed_field(person_model: Any):
    form_class = forms.modelform_factory(person_model, fields=["name", "nick"])
    form = form_class({"name": NAME, "nick": ""})
    assert form.is_valid(), form.errors
    saved = form.save()
    assert person_model.objects.get(pk=saved.pk).name == NAME
    assert NAME in str(form_class(instance=person_model.objects.get(pk=saved.pk)))
    assert not form_class({"name": "x" * 41, "nick": ""}).is_valid()


# Look-up


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller-de Wit", "muller de wit"), ("Łukasz", "LUKASZ"), ("van  den Berg", "Van Den Berg "),
        ("Jan@Voorbeeld.NL", "jan@voorbeeld.nl"), ("+31 (0)6 1234 5678", "06-12345678"), ("0031612345678", "0612345678"),
    ],
)
def test_ways_of_writing_that_are_one_value(one: str, other: str):
    assert normalised(one) == normalised(other)
    assert blind_index(one, "x") == blind_index(other, "x")


@pytest.mark.parametrize(("one", "other"), [("Jansen", "Janssen"), ("jan@a.nl", "jana.nl"), ("0612345678", "0612345679")])
def test_ways_of_writing_that_are_two_values(one: str, other: str):
    assert blind_index(one, "x") != blind_index(other, "x")


def test_numbers_under_two_labels_cannot_be_compared_and_are_not_the_text():
    assert blind_index(NAME, "x") != blind_index(NAME, "y")
    assert normalised(NAME).encode() not in blind_index(NAME, "x")
    assert blind_index("  ", "x") == b""
    assert blind_indexes(NAME, "x") == [blind_index(NAME, "x")]


def test_a_row_is_found_by_its_index(person_model: Any):
    person_model.objects.bulk_create([person_model(name=NAME), person_model(name="Ander")])
    assert person_model.objects.get(name_index="zeldzame  ACHTERNAAM").name == NAME
    assert person_model.objects.filter(name_index__in=[NAME, "ander"]).count() == 2
    assert not person_model.objects.filter(name_index="").exists()
    with pytest.raises(SealedFieldError, match="whole values"):
        person_model.objects.filter(name_index__startswith="z")


def test_a_name_is_not_saved_without_its_index(person_model: Any):
    saved = person_model.objects.create(name=NAME)
    saved.name = "Ander"
    with pytest.raises(SealedFieldError, match="together"):
        saved.save(update_fields=["name"])
    saved.save(update_fields=["name", "name_index"])
    assert person_model.objects.get(name_index="ander").name == "Ander"


# Focus places


@pytest.mark.parametrize("model", [FocusPlace, FocusAction])
def test_history_is_bound_to_the_row_it_tells_about(model: Any):
    event = model.events.rel.related_model
    for field in model._meta.concrete_fields:
        if hasattr(field, "opened"):
            kept = event._meta.get_field(field.name)
            key = "11111111-1111-4111-8111-111111111111"
            assert kept.label == field.label == f"deployment.{model._meta.model_name}.{field.name}"
            assert kept.opened(field.sealed("tekst", key), key) == "tekst"
            assert context_of(kept.label, key) == f"{field.label}|{key}"


def held(table: str, field: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {field} FROM {table}")
        return [value if isinstance(value, str) else bytes(value) for (value,) in cursor.fetchall()]


def test_the_migration_seals_what_stood_there_and_can_be_undone(almere: planted.City):
    lead = almere.person("places.keep", "places.assess", areas=(almere.coarse,))
    place = services.keep(lead, frozen([almere.home.code, almere.coarse]), "Plein", interpretation="Eerste \\ gedachte.")
    services.assess(lead, place.pk, 1, "Betere gedachte.", place.name)
    move = import_module("openvis.web.deployment.migrations.0002_seal_free_text")
    editor = SimpleNamespace(connection=connection)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    move.unseal(None, editor)
    assert held("deployment_focusplace", "interpretation") == ["Betere gedachte."]
    assert held("deployment_focusplaceevent", "interpretation") == ["Eerste \\ gedachte."]
    assert held("deployment_focusplace", "reason") == [""]
    move.seal(None, editor)
    assert b"gedachte" not in held("deployment_focusplace", "interpretation")[0]
    assert held("deployment_focusplace", "reason") == [b""]
    again = FocusPlace.objects.get(pk=place.pk)
    assert again.interpretation == "Betere gedachte."
    assert [event.interpretation for event in again.events.all()] == ["Eerste \\ gedachte."], "no history of the move"
