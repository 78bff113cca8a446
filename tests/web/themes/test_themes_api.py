"""The API of themes: figures and their release, one theme over time, places out of sight; rules as on the pages."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from openvis.profile import Profile
from openvis.web.access import demo
from openvis.web.access.models import AuditEntry
from openvis.web.themes import services
from openvis.web.themes.models import PlaceOutOfSight, QuarterFigures
from web.themed import somebody
from web.themes.conftest import FIXED, IN_QUARTER

Enter = Callable[[Any], Client]
Plant = Callable[..., None]


def call(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    options: dict[str, Any] = {"headers": headers} | ({} if body is None else {"content_type": "application/json"})
    return getattr(client, method)(f"/api/v1/{path}", *([json.dumps(body)] if body is not None else []), **options)


def purpose(city: Profile, person: Any) -> str:
    role = person.grants.get().role
    return next(item.id for item in city.purposes if "operations" in item.compartments and role in item.roles)


def test_a_theme_is_read_over_the_quarters_and_a_small_number_is_null(
    city: Profile, plant: Plant, codes: list[str], outsider: Any, client_for: Enter
) -> None:
    k, phenomenon = city.signals.k, city.signals.phenomena[0].id
    plant(2 * k, area=codes[0])
    plant(k - 1, area=codes[0], received_at=IN_QUARTER.replace(month=5))
    services.fix(FIXED.replace(month=8))
    client = client_for(somebody(city, "signals.figures"))
    told = call(client, "get", f"themes/phenomenon/{phenomenon}").json()
    assert told["course"] == [{"quarter": "2026-1", "signals": 2 * k}, {"quarter": "2026-2", "signals": None}]
    assert told["parts"]["columns"] == ["2026-2", "2026-1"]
    assert call(client, "get", f"themes/area/{codes[0]}").json()["course"][0]["signals"] == 2 * k
    assert call(client, "get", f"themes/branch/{city.signals.branches[0].id}").json()["parts"]["rows"] == []
    assert call(client, "get", "themes/branch/niets").status_code == 404
    assert call(client, "get", "themes/person/jan").status_code == 400
    for path in (f"themes/phenomenon/{phenomenon}", "risk-profile"):
        assert call(client_for(outsider), "get", path).status_code == 404


def test_figures_are_released_once_by_who_weighs(city: Profile, plant: Plant, client_for: Enter) -> None:
    plant(2 * city.signals.k)
    services.fix(FIXED)
    reader, weigher = somebody(city, "signals.figures", without="signals.weigh"), somebody(city, "signals.weigh")
    assert call(client_for(reader), "post", "theme-figures/2026/1/release", {}).status_code == 404
    assert QuarterFigures.objects.get().released_at is None
    client = client_for(weigher)
    assert call(client, "post", "theme-figures/2026/1/release", {}).json()["released"] is True
    assert call(client, "post", "theme-figures/2026/1/release", {}).status_code == 409
    assert call(client, "post", "theme-figures/2025/1/release", {}).status_code == 404
    assert call(client, "post", "theme-figures/2026/7/release", {}).status_code == 400
    assert QuarterFigures.objects.get().released_by == weigher


@pytest.fixture
def planner(city: Profile) -> Any:
    return somebody(city, "controls.plan")


def test_a_place_is_listed_changed_and_taken_off(city: Profile, planner: Any, client_for: Enter) -> None:
    client, why = client_for(planner), purpose(city, planner)
    body = {"title": "De ligplaatsen", "kind": "harbour", "area": demo.first_area(city), "reason": "Niemand komt er."}
    made = call(client, "post", "places-out-of-sight", body)
    assert made.status_code == 201, made.content
    path = f"places-out-of-sight/{made.json()['id']}"
    assert call(client, "get", path).status_code == 428
    assert call(client, "get", path, purpose=why).json()["reason"] == "Niemand komt er."
    changed = body | {"version": 1, "last_control": "2026-02-01", "next_control": "2027-02-01"}
    assert call(client, "put", path, changed, purpose=why).json()["version"] == 2
    assert call(client, "put", path, changed, purpose=why).status_code == 409
    assert call(client, "post", f"{path}/off", {"version": 1}, purpose=why).status_code == 409
    assert call(client, "post", f"{path}/off", {"version": 2}, purpose=why).status_code == 200
    assert call(client, "get", path, purpose=why).status_code == 404
    assert PlaceOutOfSight.objects.get().ends_on is not None
    acts = AuditEntry.objects.filter(object=f"place_out_of_sight:{made.json()['id']}").values_list("action", flat=True)
    assert {f"place_out_of_sight.{act}" for act in ("enlist", "change", "take_off", "view")} <= set(acts)


@pytest.mark.parametrize("wrong", [
    {"title": ""}, {"title": "x" * 101}, {"title": "a\x00b"}, {"kind": "castle"}, {"area": "nowhere"}, {"reason": " "},
    {"address": "0000"}, {"address": "\x00"}, {"last_control": "2999-01-01"}, {"last_control": "gisteren"},
])  # fmt: skip
def test_what_does_not_fit_is_refused(city: Profile, planner: Any, client_for: Enter, wrong: dict[str, str]) -> None:
    body = {"title": "De ligplaatsen", "kind": "harbour", "area": demo.first_area(city), "reason": "Niemand komt er."}
    answer = call(client_for(planner), "post", "places-out-of-sight", body | wrong)
    assert answer.status_code in (400, 422), answer.content
    assert not PlaceOutOfSight.objects.exists()


def test_a_place_elsewhere_does_not_exist(city: Profile, planner: Any, outsider: Any, client_for: Enter) -> None:
    other = sorted(area.code for area in city.areas_of(city.levels[0].id))[1]
    neighbour, area = somebody(city, "controls.plan", area=other), demo.first_area(city)
    body = {"title": "De ligplaatsen", "kind": "harbour", "area": area, "reason": "Niemand komt er."}
    made = call(client_for(planner), "post", "places-out-of-sight", body).json()
    path, why = f"places-out-of-sight/{made['id']}", purpose(city, neighbour)
    away = client_for(neighbour)
    assert call(away, "post", "places-out-of-sight", body).status_code == 404
    assert call(away, "get", path, purpose=why).status_code == 404
    assert call(away, "put", path, body | {"version": 1}, purpose=why).status_code == 404
    assert call(away, "post", f"{path}/off", {"version": 1}, purpose=why).status_code == 404
    assert call(client_for(outsider), "get", path, purpose=why).status_code == 404
    assert PlaceOutOfSight.objects.get().version == 1
