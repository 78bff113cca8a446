"""Loose observations: a source like any other, one delivery a day, no names and no free text."""

from datetime import UTC, datetime, timedelta

import pytest
from checks import store_equals_record, sums

from openvis.web.intake import projection, withdrawing
from openvis.web.intake.forms import ObservationForm
from openvis.web.intake.models import Batch, Behind, Incident
from openvis.web.intake.observing import InvalidError, Observation, observation_source, observe

HERE = {"lon": 5.2205, "lat": 52.3708, "precision": 20.0}


def seen(**changes) -> Observation:
    begin = datetime.now(UTC) - timedelta(minutes=5)
    return Observation(**({"kind": "jeugdoverlast", "begin": begin} | HERE | changes))


def test_an_observation_counts_at_once(person) -> None:
    by = person("handhaver", ("gebied-1",))
    observe(seen(), by)
    batch = observe(seen(kind="vernieling"), by)
    assert Batch.objects.count() == 1, "the observations of a day are one delivery"
    assert (batch.read, batch.new, batch.way) == (2, 2, "form")
    incident = Incident.objects.order_by("id").first()
    assert incident.source.key == "eigen-waarnemingen"
    assert abs(incident.x - 142_900) < 2000
    assert incident.precision == 20
    assert incident.text is None
    sums()
    store_equals_record()


def test_a_day_with_observations_of_two_months_adds_to_both(person) -> None:
    by = person("handhaver", ("gebied-1",))
    earlier = datetime.now(UTC) - timedelta(days=40)
    for changes in ({}, {"begin": earlier}, {}, {"begin": earlier}, {}):
        batch = observe(seen(**changes), by)
    parts = projection.event_store().manifest.parts
    assert sorted(part.count for part in parts) == [2, 3]
    assert {part.batch for part in parts} == {str(batch.pk)}, "its own files grow; no month is written anew"
    store_equals_record()


def test_two_observations_that_wait_are_added_in_one_go(person, monkeypatch) -> None:
    by = person("handhaver", ("gebied-1",))
    with monkeypatch.context() as busy:
        busy.setattr(projection, "catch_up", list)
        observe(seen(), by)
        observe(seen(), by)
    assert Behind.objects.count() == 2
    observe(seen(), by)
    assert [part.count for part in projection.event_store().manifest.parts] == [3]
    store_equals_record()


def test_an_area_instead_of_a_point(person) -> None:
    observe(seen(lon=None, lat=None, precision=None, area="BU00340101"), person("handhaver"))
    incident = Incident.objects.select_related("area").get()
    assert incident.area.code == "BU00340101"
    assert incident.precision > 50
    store_equals_record()


WRONG = [{"lon": 4.9, "lat": 52.37}, {"begin": datetime(2090, 1, 1, tzinfo=UTC)}, {"kind": "x"}]


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_is_said(person, wrong) -> None:
    with pytest.raises(InvalidError) as invalid:
        observe(seen(**wrong), person("handhaver"))
    assert len(invalid.value.sentences) == 1
    assert Incident.objects.count() == 0
    assert Batch.objects.count() == 0, "nothing is left of it"


def test_a_day_can_be_withdrawn_and_the_next_observation_starts_a_new_one(person) -> None:
    by = person("handhaver")
    first = observe(seen(), by)
    withdrawing.withdraw(first, by)
    assert Incident.objects.count() == 0
    assert observe(seen(), by).pk != first.pk
    store_equals_record()


def test_the_form_has_no_place_for_names(almere) -> None:
    source = observation_source()
    form = ObservationForm(source.described)
    assert set(form.fields) == {"kind", "when", "moment", "lon", "lat", "precision", "area"}
    form = ObservationForm(source.described, {"kind": "jeugdoverlast", "when": "earlier"})
    assert set(form.errors) == {"moment"}
    form = ObservationForm(source.described, {"kind": "jeugdoverlast", "when": "now"})
    assert set(form.errors) == {"area"}


def test_a_city_without_such_a_source_has_no_form(veldermeer) -> None:
    assert observation_source() is None
