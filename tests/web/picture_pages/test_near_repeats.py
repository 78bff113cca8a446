"""Near repeats: the sentence for everybody, the zones only for who may see single incidents, and only there."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import shapely
from django.conf import settings
from django.test import Client
from django.urls import reverse

from openvis.analysis.events import Events
from openvis.profile import Profile
from openvis.web.access.models import AuditEntry
from openvis.web.picture import repeating, selectors, services, tasks
from web.deployment import planted

ClientFor = Callable[[Any], Client]
FOUND = {
    "reach": 200, "ratio": 2.1, "chance_low": 0.8, "chance_high": 1.2, "p": 0.001, "events": 500, "observed": 21.0,
    "expected": 10.0, "fingerprint": "x",
}  # fmt: skip


@pytest.fixture
def town(city: Profile) -> planted.City:
    return planted.make(city, settings.EVENT_STORE)


@pytest.fixture
def kind(town: planted.City) -> str:
    """The planted kind, in both cities one of burglary."""
    key = next(kind.id for kind in town.profile.kinds if not kind.total)
    assert repeating.sensible(selectors.frame(), key)
    return key


def shown(kind: str, **values: Any) -> None:
    services.keep_outcome(repeating.key_of(kind), "1", FOUND | {"kind": kind} | values, 1.0)


def part(client: Client, kind: str) -> dict[str, Any]:
    response = client.get(f"{reverse('picture_extra', args=['herhaling'])}?soort={kind}")
    assert response.status_code == 200, response.content
    found: dict[str, Any] = response.json()
    return found


def looker(town: planted.City) -> Any:
    return town.person("picture.view", "picture.rows", "export.aggregate")


def test_zones_lie_around_the_incidents_of_the_last_two_weeks(
    town: planted.City, kind: str, client_for: ClientFor
) -> None:
    shown(kind)
    found = part(client_for(looker(town)), kind)
    assert "2,1 keer zo veel paren als bij toeval (toeval geeft 0,8 tot 1,2 keer" in found["html"]
    layer = found["layers"]["herhaling"]
    frame = selectors.frame()
    centres = shapely.centroid(frame.grid(125).polygons(np.array(layer["ids"])))
    near = shapely.distance(centres, shapely.Point(town.spot)) < 200
    # The planted incidents of Friday are there, at their strongest.
    assert near.any()
    assert "zone-3" in {name for name, here in zip(layer["classes"], near, strict=True) if here}
    entry = AuditEntry.objects.get(action="picture.rows")
    assert entry.facts == {"zones": len(layer["ids"])}


def test_who_may_not_see_single_incidents_reads_the_sentence_and_sees_no_zone(
    town: planted.City, kind: str, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from openvis.web.access import people

    shown(kind)
    user = looker(town)
    monkeypatch.setattr(
        people, "may", lambda person, ability, true=people.may: ability != "picture.rows" and true(person, ability)
    )
    client = client_for(user)
    found = part(client, kind)
    assert found["layers"]["herhaling"]["ids"] == []
    assert "2,1 keer" in found["html"]
    assert "verraadt" in found["html"]
    assert not AuditEntry.objects.filter(action="picture.rows").exists()
    assert client.get(f"{reverse('picture_download', args=['herhaling', 'csv'])}?soort={kind}").status_code == 404
    page = client.get(reverse("picture")).content.decode()
    assert reverse("picture_download", args=["herhaling", "csv"]) not in page


def test_zones_stay_inside_the_own_areas(town: planted.City, kind: str, client_for: ClientFor) -> None:
    shown(kind)
    here, there = (
        part(client_for(town.person("picture.view", "picture.rows", areas=(code,))), kind)["layers"]["herhaling"]
        for code in (town.coarse, town.elsewhere)
    )
    frame = selectors.frame()
    spot = shapely.Point(town.spot).buffer(200)

    def at_spot(layer: dict[str, Any]) -> bool:
        shapes = frame.grid(125).polygons(np.array(layer["ids"], dtype=np.int64))
        return bool(len(shapes)) and bool(shapely.intersects(shapes, spot).any())

    assert at_spot(here)
    assert not at_spot(there)
    whole = shapely.union_all([area.geometry for area in frame.finest_in(town.elsewhere)])
    shapes = frame.grid(125).polygons(np.array(there["ids"], dtype=np.int64))
    assert all(shapely.intersects(shape, whole) for shape in shapes)


def test_without_a_shown_repeat_there_are_no_zones(town: planted.City, kind: str, client_for: ClientFor) -> None:
    shown(kind, reach=None, ratio=1.02, p=0.6)
    found = part(client_for(looker(town)), kind)
    assert found["layers"]["herhaling"]["ids"] == []
    assert "niet aangetoond" in found["html"]
    assert not AuditEntry.objects.filter(action="picture.rows").exists()


def test_before_the_test_that_is_said_and_violence_is_not_asked_after(
    town: planted.City, kind: str, client_for: ClientFor
) -> None:
    client = client_for(looker(town))
    assert "nog niet getoetst" in part(client, kind)["title"]
    violent = next(key for key in selectors.frame().kinds if not repeating.sensible(selectors.frame(), key))
    assert "Kies één soort" in part(client, violent)["title"]
    assert repeating.test(violent) is None


def test_the_task_tests_near_repeats_as_well(town: planted.City, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from openvis.web.picture import forecasting

    monkeypatch.setattr(forecasting, "METHODS", ("naive", "count"))
    monkeypatch.setattr(forecasting, "WEEKS", 26)
    tasks.test_forecast(kind=kind)
    outcome = selectors.outcome(repeating.key_of(kind))
    assert outcome is not None
    assert outcome.content["events"] >= 600
    # Nothing but the place returns here, week after week: no contagion was planted.
    assert outcome.content["reach"] is None
    assert repeating.test(kind) is None


def test_planted_repeats_are_found_with_their_reach() -> None:
    from openvis.analysis.near_repeat import knox

    rng = np.random.default_rng(3)
    x, y = rng.uniform(0, 6000, 900), rng.uniform(0, 6000, 900)
    day = rng.integers(0, 700, 900)
    follow = rng.choice(900, 150, replace=False)
    angle, far = rng.uniform(0, 6.28, 150), rng.uniform(0, 180, 150)
    x = np.append(x, x[follow] + far * np.cos(angle))
    y = np.append(y, y[follow] + far * np.sin(angle))
    day = np.append(day, day[follow] + rng.integers(0, 6, 150))
    begin = np.datetime64("2024-01-01", "s") + day.astype("timedelta64[D]")
    found = repeating.summary(knox(Events.of(x, y, begin), repeating.DISTANCES, repeating.LAGS, permutations=199))
    assert found["reach"] == 200
    assert found["ratio"] > 5
    assert found["ratio"] > found["chance_high"]
    still = rng.permutation(begin)
    none = repeating.summary(knox(Events.of(x, y, still), repeating.DISTANCES, repeating.LAGS, permutations=199))
    assert none["reach"] is None


def test_zones_are_taken_along_and_the_export_is_written_down(
    town: planted.City, kind: str, client_for: ClientFor
) -> None:
    shown(kind)
    client = client_for(looker(town))
    layer = part(client, kind)["layers"]["herhaling"]
    for form in ("csv", "xlsx", "geojson", "gpkg", "svg"):
        response = client.get(f"{reverse('picture_download', args=['herhaling', form])}?soort={kind}")
        assert response.status_code == 200, form
        if form == "geojson":
            assert [one["properties"]["cell"] for one in json.loads(response.content)["features"]] == layer["ids"]
    assert AuditEntry.objects.filter(action="export.aggregate", facts__taken="herhaling").count() == 5
    assert client.get(f"{reverse('picture_download', args=['herhaling', 'csv'])}").status_code == 404
