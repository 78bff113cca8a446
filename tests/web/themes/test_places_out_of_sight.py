"""Places out of sight: kept in the areas of one's role, due when their day is there, gone on their term."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access import demo, walls
from openvis.web.themes import retention, selectors, services
from openvis.web.themes.models import PlaceOutOfSight
from web.themed import somebody


def told(city: Profile, **changed: Any) -> services.Listed:
    usual = {"title": "De ligplaatsen", "kind": "harbour", "area": demo.first_area(city), "reason": "Niemand komt er."}
    return services.Listed(**(usual | changed))


@pytest.fixture
def planner(city: Profile) -> Any:
    return somebody(city, "controls.plan")


def test_a_place_is_kept_in_the_areas_of_the_role(city: Profile, planner: Any) -> None:
    other = sorted(area.code for area in city.areas_of(city.levels[0].id))[1]
    neighbour = somebody(city, "controls.plan", area=other)
    with walls.as_user(planner):
        made = services.enlist(planner, told(city))
        with pytest.raises(services.NotYoursError):
            services.enlist(planner, told(city, area=other))
    with walls.as_user(neighbour):
        assert not PlaceOutOfSight.objects.exists()
        assert selectors.places(neighbour) == []
    with pytest.raises(services.NotYoursError):
        services.change(neighbour, made.pk, 1, told(city))
    assert selectors.place(planner, made.pk) == made


def test_what_is_due_stands_first(city: Profile, planner: Any) -> None:
    today = date(2026, 5, 1)
    for title, day in (("later", today + timedelta(1)), ("nu", today), ("nooit gepland", None)):
        services.enlist(planner, told(city, title=title, next_control=day))
    assert [item.title for item in selectors.places_due(planner, today)] == ["nooit gepland", "nu"]
    assert [item.title for item in selectors.places(planner)] == ["nooit gepland", "nu", "later"]


@pytest.mark.parametrize(("field", "value"), [
    ("title", " "), ("reason", ""), ("kind", "castle"), ("area", "nowhere"),
    ("last_control", timezone.localdate() + timedelta(days=2)),
])  # fmt: skip
def test_what_does_not_fit_is_refused_at_its_field(city: Profile, planner: Any, field: str, value: Any) -> None:
    with pytest.raises(services.WrongError) as caught:
        services.enlist(planner, told(city, **{field: value}))
    assert caught.value.field == field


def test_nobody_overwrites_and_off_the_list_it_ends_on_its_term(city: Profile, planner: Any) -> None:
    made = services.enlist(planner, told(city))
    services.change(planner, made.pk, 1, told(city, title="Anders"))
    with pytest.raises(services.ChangedError):
        services.change(planner, made.pk, 1, told(city, title="Nog anders"))
    gone = services.take_off(planner, made.pk, 2)
    assert selectors.places(planner) == []
    assert gone.ends_on is not None
    assert retention.end_places(gone.ends_on) == 0
    assert retention.end_places(gone.ends_on + timedelta(days=1)) == 1
    assert not PlaceOutOfSight.objects.exists()


def test_the_pages_ask_for_a_purpose_and_are_not_there_for_others(
    city: Profile, planner: Any, outsider: Any, client_for: Callable[[Any], Client]
) -> None:
    made = services.enlist(planner, told(city, reason="GEHEIME REDEN"))
    address = reverse("place_out_of_sight", args=[made.pk])
    assert "GEHEIME REDEN" not in client_for(planner).get(address).content.decode()
    for page in (reverse("places_out_of_sight"), address, reverse("place_out_of_sight_new")):
        assert client_for(outsider).get(page).status_code == 404
    filled = {"title": "Nieuw", "kind": "club", "area": demo.first_area(city), "reason": "Besloten."}
    assert client_for(planner).post(reverse("place_out_of_sight_new"), filled).status_code == 302
    assert PlaceOutOfSight.objects.filter(title="Nieuw").exists()
