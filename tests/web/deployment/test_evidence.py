"""What is kept is what the picture said, and it stays so, whatever comes in later."""

import hashlib
import json

import pytest
import shapely
from django.db import ProgrammingError, transaction

from openvis.web.deployment import evidence, reading, services, words
from openvis.web.deployment.models import Evidence
from web.deployment import planted
from web.deployment.planted import spot_query


def test_the_planted_place_is_kept_where_and_when_it_is(town: planted.City) -> None:
    user = town.person("places.keep", "picture.view")
    frozen = evidence.freeze(user, spot_query(town, user))
    outline = shapely.from_wkb(frozen.outline)
    assert outline.distance(shapely.Point(town.spot)) < 200
    assert outline.area < 500_000
    assert town.home.code in frozen.home
    assert town.coarse in frozen.home
    # Five a week for 52 weeks were planted there; a few of those spread over the city fall inside it too.
    assert frozen.figures["count"] == pytest.approx(52 * planted.A_WEEK, rel=0.15)
    assert frozen.figures["share"] == pytest.approx(frozen.figures["count"] / frozen.figures["total"], rel=0.02)
    friday = frozen.figures["matrix"][4]
    assert sum(friday[planted.HOUR:planted.HOUR + 2]) > 0.9 * sum(map(sum, frozen.figures["matrix"]))
    assert len(frozen.figures["weeks"]) == 52
    assert frozen.sources[0]["until"] <= planted.last_sunday().isoformat()


def test_the_shape_in_degrees_is_the_outline(town: planted.City) -> None:
    user = town.person("places.keep", "picture.view")
    frozen = evidence.freeze(user, spot_query(town, user))
    lon, lat = shapely.from_geojson(json.dumps(frozen.shape)).centroid.coords[0]
    assert 3 < lon < 7.5
    assert 50 < lat < 54


def test_a_selection_of_an_area_is_at_home_in_that_area(town: planted.City) -> None:
    user = town.person("places.keep", "picture.view")
    frozen = evidence.freeze(user, f"gebied={town.coarse}")
    assert frozen.home[0] == town.coarse
    assert town.home.code in frozen.touches
    assert town.elsewhere not in frozen.touches


def test_a_selection_of_the_whole_city_is_at_home_in_no_area(town: planted.City) -> None:
    frozen = evidence.freeze(town.person("places.keep", "picture.view"), "")
    assert frozen.home == []


def test_a_wrong_filter_is_told_by_parameter_and_value(town: planted.City) -> None:
    with pytest.raises(ValueError, match="van") as told:
        evidence.freeze(town.person("places.keep", "picture.view"), "van=gisteren")
    assert "gisteren" in str(told.value)


def test_the_picture_is_small_and_sealed(almere: planted.City) -> None:
    user = almere.person("places.keep", "picture.view")
    place = services.keep(user, evidence.freeze(user, spot_query(almere, user)), "Hier")
    kept = Evidence.objects.get(pk=place.evidence_id)
    picture = bytes(kept.picture)
    assert picture.startswith(b"<svg")
    assert len(picture) < 300_000
    assert hashlib.sha256(picture).hexdigest() == kept.picture_sha256
    assert b"style=" not in picture, "our content security policy would not draw it"


def test_a_picture_that_is_too_large_is_refused(almere: planted.City) -> None:
    user = almere.person("places.keep", "picture.view")
    frozen = evidence.freeze(user, "")
    large = evidence.Frozen(**{**frozen.__dict__, "picture": b"x" * 300_001})
    with pytest.raises(ValueError, match="300,001 bytes"):
        large.fields()


def test_evidence_cannot_be_changed_in_the_database(almere: planted.City) -> None:
    user = almere.person("places.keep", "picture.view")
    place = services.keep(user, evidence.freeze(user, ""), "Hier")
    other = services.keep(user, evidence.freeze(user, ""), "Daar")
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Evidence.objects.filter(pk=place.evidence_id).update(query="soort=iets")
    kept = place.evidence
    kept.figures = {}
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        kept.save()
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        type(place).objects.filter(pk=place.pk).update(evidence=other.evidence)


def test_new_data_do_not_change_what_was_kept(almere: planted.City) -> None:
    user = almere.person("places.keep", "picture.view")
    query = spot_query(almere, user)
    place = services.keep(user, evidence.freeze(user, query), "Hier")
    before = Evidence.objects.get(pk=place.evidence_id)
    almere.plant(range(52), a_week=20)
    after = Evidence.objects.get(pk=place.evidence_id)
    assert (after.figures, bytes(after.picture)) == (before.figures, bytes(before.picture))
    now = evidence.freeze(user, query)
    assert now.store_version != after.store_version
    assert now.figures["count"] > 3 * after.figures["count"]


@pytest.mark.parametrize(("a_week", "word"), [(25, words.MORE), (0, words.SAME)])
def test_now_is_compared_with_then_once_weeks_have_passed(almere: planted.City, a_week: int, word: str) -> None:
    """The evidence ends 26 weeks ago; since then as many happened as before, or five times as many."""
    user = almere.person("places.keep", "picture.view")
    first, last = reading.weeks_back(planted.last_sunday(), 78), reading.weeks_back(planted.last_sunday(), 26)
    query = reading.changed(spot_query(almere, user), van=first.isoformat(), tot=_day_before(last))
    place = services.keep(user, evidence.freeze(user, query), "Hier")
    almere.plant(range(26), a_week=a_week)
    found = evidence.now_and_then(user, place.evidence)
    assert found is not None
    assert found.word == word
    assert found.weeks_now == 26
    assert found.then == pytest.approx(planted.A_WEEK, rel=0.15)
    assert found.now == pytest.approx(planted.A_WEEK + a_week, rel=0.15)


def test_weeks_that_overlap_are_never_compared(almere: planted.City) -> None:
    user = almere.person("places.keep", "picture.view")
    place = services.keep(user, evidence.freeze(user, spot_query(almere, user)), "Hier")
    assert evidence.now_and_then(user, place.evidence) is None


def _day_before(day: object) -> str:
    from datetime import date, timedelta

    assert isinstance(day, date)
    return (day - timedelta(days=1)).isoformat()
