"""The forecast of the coming week: never without its test on this city, and the count where nothing beats it."""

import csv
import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import numpy as np
import pytest
import shapely
from django.conf import settings
from django.test import Client
from django.urls import reverse

from openvis.profile import Profile
from openvis.web.picture import forecasting, selectors, tasks
from openvis.web.picture.models import Outcome
from web.deployment import planted

ClientFor = Callable[[Any], Client]


@pytest.fixture
def town(city: Profile, monkeypatch: pytest.MonkeyPatch) -> planted.City:
    monkeypatch.setattr(forecasting, "METHODS", ("naive", "count", "kde"))
    monkeypatch.setattr(forecasting, "WEEKS", 26)
    return planted.make(city, settings.EVENT_STORE)


@pytest.fixture
def kind(town: planted.City) -> str:
    """The kind of which something happens every Friday evening at the planted place."""
    return next(kind.id for kind in town.profile.kinds if not kind.total)


@pytest.fixture
def reader(town: planted.City, client_for: ClientFor) -> Client:
    return client_for(town.person("picture.view", "export.aggregate"))


def part(client: Client, query: str) -> dict[str, Any]:
    response = client.get(f"{reverse('picture_extra', args=['verwachting'])}?{query}")
    assert response.status_code == 200, response.content
    found: dict[str, Any] = response.json()
    return found


def test_without_a_test_there_is_no_forecast(town: planted.City, reader: Client, kind: str) -> None:
    found = part(reader, f"soort={kind}")
    assert found["layers"]["verwachting"]["ids"] == []
    assert found["layers"]["verwachting"]["legend"]["note"] == found["title"]
    assert "zonder toets" in found["html"]
    for key, form in (("verwachting", "csv"), ("toets", "xlsx"), ("verwachting", "gpkg")):
        address = reverse("picture_download", args=[key, form])
        assert reader.get(f"{address}?soort={kind}").status_code == 404


def test_a_forecast_is_about_one_kind(town: planted.City, reader: Client, kind: str) -> None:
    forecasting.test(kind)
    found = part(reader, "")
    assert found["layers"]["verwachting"]["ids"] == []
    assert found["layers"]["verwachting"]["legend"]["note"] == found["title"]
    assert "één soort" in found["title"]


def test_the_planted_place_is_chosen_with_its_test_beside_it(town: planted.City, reader: Client, kind: str) -> None:
    outcome = forecasting.test(kind)
    assert outcome is not None
    assert outcome.content["origins"] == 26
    assert outcome.content["methods"] == ["naive", "count", "kde"]
    found = part(reader, f"soort={kind}")
    layer = found["layers"]["verwachting"]
    frame = selectors.frame()
    shapes = frame.grid(layer["cell"]).polygons(np.array(layer["ids"]))
    assert shapely.distance(shapes, shapely.Point(town.spot)).min() == 0
    # As many whole cells as one in a hundred of the surface, or fewer.
    assert 0 < len(layer["ids"]) <= max(1, frame.grid(125).size // 100)
    for said in ("PAI", "telling van alle jaren", "Getoetst op 26 weken", "95 % zekerheid", "nooit wie"):
        assert said in found["html"], said
    score = next(one for one in outcome.content["scores"] if (one["method"], one["share"]) == ("count", 0.01))
    # Five of some six a week happen at the planted place, which every count finds.
    assert score["hit_rate"] > 0.5
    assert score["pai_low"] > 5


def test_where_nothing_beats_the_count_the_count_is_shown(town: planted.City, reader: Client, kind: str) -> None:
    outcome = forecasting.test(kind)
    assert outcome is not None
    found = forecasting.chosen({}, selectors.filter_of({"soort": kind}), everywhere=True)
    assert found is not None
    assert found.better == []
    assert found.method in ("naive", "count")
    assert "duidelijk beter dan tellen" in part(reader, f"soort={kind}")["html"]
    assert "Geen methode" in part(reader, f"soort={kind}")["html"]
    # A method that is clearly better takes its place.
    for one in outcome.content["differences"]:
        if one["measure"] == "hit_rate" and one["share"] == 0.01:
            one["finding"] = "better"
    outcome.save()
    found = forecasting.chosen({}, selectors.filter_of({"soort": kind}), everywhere=True)
    assert found is not None
    assert found.method == "kde"
    assert "is hier duidelijk beter dan tellen" in part(reader, f"soort={kind}")["html"]


@pytest.mark.parametrize("query", ["methode=kristallen_bol", "methode=ensemble", "aandeel=2", "aandeel=veel"])
def test_a_method_that_was_not_tested_cannot_be_chosen(reader: Client, kind: str, query: str) -> None:
    forecasting.test(kind)
    taken = reverse("picture_download", args=["verwachting", "csv"])
    for address in (reverse("picture_extra", args=["verwachting"]), taken):
        refused = reader.get(f"{address}?soort={kind}&{query}")
        assert refused.status_code == 400
        assert query.split("=")[1] in refused.content.decode()
    assert part(reader, f"soort={kind}&methode=kde&aandeel=3")["layers"]["verwachting"]["ids"]


def test_cells_that_tell_of_single_recent_incidents_are_for_who_may_see_those(
    town: planted.City, kind: str, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecasting, "METHODS", ("naive", "count", "prospective"))
    outcome = forecasting.test(kind)
    assert outcome is not None
    for one in outcome.content["differences"]:
        one["finding"] = "better"
    outcome.save()
    whole = client_for(town.person("picture.view", "picture.rows", "intake.upload"))
    part_of = client_for(town.person("picture.view", "picture.rows", areas=(town.coarse,)))
    assert "methode=prospective" in part(whole, f"soort={kind}")["html"]
    assert "De methode van recent en dichtbij is hier duidelijk beter" in part(whole, f"soort={kind}")["html"]
    found = part(part_of, f"soort={kind}")
    assert "methode=prospective" not in found["html"]
    assert "verraden losse recente incidenten" in found["html"]
    assert found["layers"]["verwachting"]["ids"]
    taken = reverse("picture_download", args=["verwachting", "csv"])
    for address in (reverse("picture_extra", args=["verwachting"]), taken):
        refused = part_of.get(f"{address}?soort={kind}&methode=prospective")
        assert refused.status_code in (400, 404)


def test_the_same_data_are_not_tested_twice_and_new_data_are(town: planted.City, kind: str) -> None:
    first = forecasting.test(kind)
    assert first is not None
    assert forecasting.test(kind) is None
    town.plant(range(2), a_week=3, seed=9)
    again = forecasting.test(kind)
    assert again is not None
    assert again.content["fingerprint"] != first.content["fingerprint"]
    assert Outcome.objects.filter(key=forecasting.key_of(kind)).count() == 1


def test_no_week_that_is_still_coming_in_is_tested(town: planted.City, kind: str) -> None:
    outcome = forecasting.test(kind)
    assert outcome is not None
    assert outcome.content["last"] <= planted.last_sunday().isoformat()


def test_too_few_incidents_are_told(town: planted.City, reader: Client) -> None:
    rare = [kind.id for kind in town.profile.kinds if not kind.total][-1]
    assert forecasting.test(rare) is None
    assert "minstens 300 incidenten" in part(reader, f"soort={rare}")["html"]


def test_a_delivery_asks_for_tests_that_were_never_made_and_the_night_for_all(town: planted.City, kind: str) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    jobs = ProcrastinateJob.objects.filter(task_name="picture.test_forecast", status="todo")
    tasks.ask_tests(again=False)
    tasks.ask_tests(again=False)
    assert [job.args for job in jobs] == [{"kind": kind}]
    jobs.delete()
    tasks.test_forecast(kind=kind)
    tasks.ask_tests(again=False)
    assert not jobs.exists()
    tasks.ask_tests(again=True)
    assert jobs.count() == 1


def test_forecast_and_test_are_taken_along(town: planted.City, reader: Client, kind: str) -> None:
    forecasting.test(kind)
    layer = part(reader, f"soort={kind}")["layers"]["verwachting"]
    for form in ("csv", "xlsx", "geojson", "gpkg", "svg"):
        response = reader.get(f"{reverse('picture_download', args=['verwachting', form])}?soort={kind}")
        assert response.status_code == 200, form
        if form == "geojson":
            found = json.loads(response.content)
            assert [one["properties"]["cell"] for one in found["features"]] == layer["ids"]
            assert "PAI" in found["explanation"]
    table = reader.get(f"{reverse('picture_download', args=['toets', 'csv'])}?soort={kind}").content.decode("utf-8-sig")
    assert len(list(csv.reader(StringIO(table), delimiter=";"))) == 1 + 3 * len(forecasting.SHARES)


def test_who_may_not_look_sees_no_forecast(town: planted.City, client_for: ClientFor, outsider: Any, kind: str) -> None:
    forecasting.test(kind)
    address = f"{reverse('picture_extra', args=['verwachting'])}?soort={kind}"
    assert client_for(outsider).get(address).status_code == 404
    assert client_for(None).get(address).status_code == 302
