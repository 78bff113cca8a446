"""The pages and the API: the question what for, who finds nothing, and what a form says when something is missing."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access.models import User
from openvis.web.controls.models import ControlDay, ControlStop, Dealer
from openvis.web.controls.services import days
from openvis.web.deployment import drawing
from openvis.web.trail.models import ProcessingEntry
from web.controls.at_work import SECRET, TODAY, addresses, coarse, make_day, make_dealer, officer, planner


def purpose(city: Profile, role: str) -> str:
    return next(item.id for item in city.purposes if "operations" in item.compartments and role in item.roles)


def state(client: Client, city: Profile, person: User, file: str) -> None:
    data = {
        "compartiment": "operations", "dossier": file, "doel": purpose(city, person.grants.get().role),
        "next": reverse("control_days"),
    }  # fmt: skip
    assert client.post(reverse("purpose"), data).status_code == 302


@pytest.fixture
def desk(city: Profile) -> User:
    return planner(city)


@pytest.fixture
def street(city: Profile) -> User:
    return officer(city)


def test_a_day_opens_for_a_purpose_and_shows_who_may_do_what(city: Profile, desk: User, client_for: Callable[..., Client]):
    day, client = make_day(city, desk, 2), client_for(desk)
    asked = client.get(reverse("control_day", args=[day.pk])).content.decode()
    assert SECRET not in asked
    state(client, city, desk, f"control_day:{day.pk}")
    text = client.get(reverse("control_day", args=[day.pk])).content.decode()
    assert SECRET in text
    assert city.controls.competences[0].may.nl in text
    # Stated once, it counts for all of the day.
    assert client.get(reverse("control_day_map", args=[day.pk])).headers["Content-Type"] == "image/svg+xml"
    assert "Handelsstraat" in client.get(reverse("control_day_on_the_way", args=[day.pk])).content.decode()


def test_numbers_on_the_map_do_not_stand_on_each_other() -> None:
    near = [drawing.Number(0.0, 0.0, "1"), drawing.Number(3.0, 1.0, "2"), drawing.Number(0.0, 50.0, "3")]
    apart = drawing.apart(near, 20.0)
    assert [(one.x, one.y) for one in apart] == [(0.0, 0.0), (23.0, 1.0), (0.0, 50.0)]
    assert [one.text for one in apart] == ["1", "2", "3"]


def test_a_planner_elsewhere_and_an_outsider_find_nothing(
    city: Profile, desk: User, street: User, outsider: User, client_for: Callable[..., Client]
):
    day, dealer = make_day(city, desk, 1), make_dealer(city, street)
    stop = day.stops.get()
    pages = [
        reverse("control_day", args=[day.pk]), reverse("control_day_results", args=[day.pk]),
        reverse("control_day_map", args=[day.pk]), reverse("control_visit", args=[day.pk, stop.pk]),
        reverse("dealer", args=[dealer.pk]),
    ]  # fmt: skip
    for person in (planner(city, coarse(city, 1)), outsider):
        client = client_for(person)
        if person != outsider:
            state(client, city, person, f"control_day:{day.pk}")
            state(client, city, person, f"dealer:{dealer.pk}")
        for page in pages:
            assert client.get(page).status_code == 404, page
    client = client_for(street)
    state(client, city, street, f"control_day:{day.pk}")
    for name in ("control_day_route", "cancel_control_day"):
        assert client.post(reverse(name, args=[day.pk])).status_code == 404
    assert client.get(reverse("new_control_day")).status_code == 404


def test_a_visit_of_another_day_is_not_found_through_this_one(
    city: Profile, desk: User, client_for: Callable[..., Client]
):
    day, other = make_day(city, desk, 1), make_day(city, desk, 1)
    client = client_for(desk)
    state(client, city, desk, f"control_day:{day.pk}")
    assert client.get(reverse("control_visit", args=[day.pk, other.stops.get().pk])).status_code == 404


def test_a_form_says_what_is_missing_and_keeps_what_was_typed(city: Profile, desk: User, client_for: Callable[..., Client]):
    day, client = make_day(city, desk, 1), client_for(desk)
    stop = day.stops.get()
    state(client, city, desk, f"control_day:{day.pk}")
    page = reverse("control_visit", args=[day.pk, stop.pk])
    answer = client.post(page, {"version": stop.version, "result": "offence", "finding": "Gestolen platen"})
    assert answer.status_code == 422
    assert "handed_to" in answer.context["form"].errors
    assert "Gestolen platen" in answer.content.decode()
    old = client.post(page, {"version": 99, "result": "in_order"})
    assert old.status_code == 422
    assert old.context["form"].non_field_errors()
    assert ControlStop.objects.get().result == "waiting"


def test_today_tells_numbers_and_no_names(city: Profile, desk: User, street: User, client_for: Callable[..., Client]):
    make_day(city, desk, 1, members=[street])
    make_dealer(city, street, ago=3000)
    text = client_for(street).get(reverse("today")).content.decode()
    assert reverse("dealers") + "?toon=te-laat" in text
    assert reverse("control_day", args=[ControlDay.objects.get().pk]) in text
    assert SECRET not in text


def test_a_dealer_that_is_shown_is_in_the_processing_log(city: Profile, street: User, client_for: Callable[..., Client]):
    dealer, client = make_dealer(city, street), client_for(street)
    state(client, city, street, f"dealer:{dealer.pk}")
    text = client.get(reverse("dealer", args=[dealer.pk])).content.decode()
    assert SECRET in text
    assert [line.subject for line in ProcessingEntry.objects.filter(name="dealer.view")] == [str(dealer.pk)]
    if city.controls.dealers.kinds and dealer.address.area and city.role(street.grants.get().role).may("picture.view"):
        assert f"gebied={dealer.address.area.code}" in text


def test_what_is_due_goes_on_the_list(city: Profile, desk: User, street: User, client_for: Callable[..., Client]):
    late, fresh = make_dealer(city, street, ago=3000), make_dealer(city, street)
    day, client = make_day(city, desk), client_for(desk)
    state(client, city, desk, f"control_day:{day.pk}")
    page = reverse("choose_control_stops", args=[day.pk])
    offered = client.get(page).context["due"]
    assert [item.dealer for item in offered] == [late]
    client.post(page, {"gekozen": [f"dealer:{late.pk}", f"dealer:{fresh.pk}"]})
    stop = day.stops.get()
    assert (stop.dealer, stop.kind) == (late, city.controls.dealers.place)


# ---- the API -----------------------------------------------------------------------------------------------------------


def call(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    options: dict[str, Any] = {"headers": headers} | ({} if body is None else {"content_type": "application/json"})
    return getattr(client, method)(f"/api/v1{path}", *([json.dumps(body)] if body is not None else []), **options)


def test_the_api_plans_a_day_and_takes_a_result(city: Profile, desk: User, street: User, client_for: Callable[..., Client]):
    at, client = addresses(city, 3), client_for(desk)
    body = {
        "aim": "Controle", "date": f"{TODAY():%Y-%m-%d}", "area": coarse(city), "ground": city.controls.grounds[0].id,
        "start": at[0].number_id, "members": [str(street.pk)],
    }  # fmt: skip
    made = call(client, "post", "/control-days", body)
    assert made.status_code == 201, made.content
    path, doel = f"/control-days/{made.json()['id']}", purpose(city, desk.grants.get().role)
    assert call(client, "get", path).status_code == 428
    for address in at[1:]:
        told = {"address": address.number_id, "kind": city.controls.places[0].id}
        assert call(client, "post", f"{path}/stops", told, purpose=doel).status_code == 201
    again = call(client, "post", f"{path}/stops", told, purpose=doel)
    assert (again.status_code, again.json()["errors"]) == (422, [{"field": "address"}])
    route = call(client, "post", f"{path}/route", {}, purpose=doel).json()
    assert (route["gap"], [stop["order"] for stop in route["stops"]]) == (0, [1, 2])
    theirs, stop = client_for(street), route["stops"][0]
    own = purpose(city, street.grants.get().role)
    told = {"version": stop["version"], "result": "in_order"}
    done = call(theirs, "post", f"{path}/stops/{stop['id']}/result", told, purpose=own)
    assert done.json()["result"] == "in_order"
    late = call(theirs, "post", f"{path}/stops/{stop['id']}/result", told, purpose=own)
    assert late.status_code == 409
    elsewhere = client_for(officer(city, coarse(city, 1)))
    assert call(elsewhere, "get", "/control-days").json() == []
    assert call(elsewhere, "get", path, purpose=own).status_code == 404
    assert call(elsewhere, "post", f"{path}/stops/{stop['id']}/result", told, purpose=own).status_code == 404


def test_the_api_keeps_dealers(city: Profile, street: User, client_for: Callable[..., Client]):
    at, client, doel = addresses(city, 1)[0], client_for(street), purpose(city, street.grants.get().role)
    body = {"name": "Goud & Zo", "address": at.number_id, "branch": city.controls.dealers.branches[0].id,
            "listed_on": "2020-01-01"}  # fmt: skip
    made = call(client, "post", "/dealers", body)
    assert made.status_code == 201, made.content
    path = f"/dealers/{made.json()['id']}"
    assert [it["overdue"] for it in call(client, "get", "/dealers?overdue=true", purpose=doel).json()] == [True]
    check = call(client, "post", f"{path}/checks", {"planned_for": f"{TODAY():%Y-%m-%d}"}, purpose=doel).json()
    point = city.controls.dealers.checklist[0].id
    told = {"version": check["version"], "outcome": "shortcoming", "on": f"{TODAY():%Y-%m-%d}", "checklist": {point: "no"},
            "finding": "Leeg"}  # fmt: skip
    found = call(client, "post", f"{path}/checks/{check['id']}/finding", told, purpose=doel)
    assert found.json()["state"] == "shortcoming"
    assert call(client, "get", path, purpose=doel).json()["checks"][0]["checklist"] == {point: "no"}
    assert call(client, "get", "/dealers/figures").json()["total"]["dealers"] is None
    elsewhere = client_for(officer(city, coarse(city, 1)))
    assert call(elsewhere, "get", path, purpose=doel).status_code == 404
    assert call(elsewhere, "get", "/dealers", purpose=doel).json() == []
    assert Dealer.objects.count() == 1


# ---- the end of the term -----------------------------------------------------------------------------------------------


def test_what_is_over_and_past_its_term_goes_with_its_history(city: Profile, desk: User, street: User):
    from datetime import timedelta

    from django.apps import apps

    from openvis.web.controls import retention
    from openvis.web.controls.services import dealers

    open_day, over = make_day(city, desk, 1), make_day(city, desk, 1)
    days.cancel(desk, over.pk)
    dealer = make_dealer(city, street)
    dealers.plan(street, dealer.pk, TODAY())
    dealers.stop(street, dealer.pk, TODAY())
    after = city.retention_term("operations").ends(timezone.localdate()) + timedelta(days=1)
    assert retention.end_days(after - timedelta(days=1)) == 0
    assert retention.end_days(after) == 1
    assert list(ControlDay.objects.all()) == [open_day]
    assert ControlStop.objects.count() == 1
    assert not apps.get_model("controls", "ControlDayEvent").objects.filter(pgh_obj_id=over.pk).exists()
    assert retention.end_checks(after) == 1
    assert retention.end_dealers(after) == 1
    assert not Dealer.objects.exists()
