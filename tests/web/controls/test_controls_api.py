"""Control days and dealers by program, to their end: closed, warned, handed to the police; and what does not fit."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from openvis.profile import Profile
from openvis.web.access.models import AuditEntry, User
from openvis.web.controls.models import ControlDay, ControlStop, Dealer, DealerCheck
from openvis.web.controls.services import dealers
from web.controls.at_work import TODAY, addresses, coarse, make_day, make_dealer, officer, planner
from web.controls.test_controls_pages import call, purpose

Enter = Callable[..., Client]


@pytest.fixture
def desk(city: Profile) -> User:
    return planner(city)


@pytest.fixture
def street(city: Profile) -> User:
    return officer(city)


def day_of(number: int) -> str:
    return f"{TODAY() + timedelta(days=number):%Y-%m-%d}"


def test_a_day_is_changed_routed_reported_and_closed(city: Profile, desk: User, client_for: Enter):
    day, client, doel = make_day(city, desk, 3), client_for(desk), purpose(city, desk.grants.get().role)
    path = f"/control-days/{day.pk}"
    whole = call(client, "get", path, purpose=doel).json()
    body = {
        "version": whole["version"], "aim": "Anders", "date": day_of(0), "area": coarse(city), "begins": "10:00",
        "ground": city.controls.grounds[0].id, "start": day.start.number_id,
    }  # fmt: skip
    changed = call(client, "put", path, body, purpose=doel)
    assert (changed.status_code, changed.json()["aim"]) == (200, "Anders")
    assert call(client, "put", path, body, purpose=doel).status_code == 409
    gone = whole["stops"][0]["id"]
    assert len(call(client, "delete", f"{path}/stops/{gone}", purpose=doel).json()["stops"]) == 2
    assert call(client, "delete", f"{path}/stops/{gone}", purpose=doel).status_code == 404
    first, second = call(client, "post", f"{path}/route", {}, purpose=doel).json()["stops"]
    moved = call(client, "post", f"{path}/stops/{first['id']}/move", {"later": True}, purpose=doel).json()["stops"]
    assert [stop["id"] for stop in moved] == [second["id"], first["id"]]
    assert call(client, "post", f"{path}/stops/{first['id']}/move", {"later": True}, purpose=doel).status_code == 409
    partner = city.organisations[0].id
    told = {"result": "shortcoming", "finding": "Geen blusser", "follow_up": "Brief", "follow_by": partner,
            "follow_due": day_of(7)}  # fmt: skip
    done = {"conclusion": "Klaar", "version": ControlDay.objects.get().version}
    assert call(client, "post", f"{path}/close", done, purpose=doel).status_code == 409, "nobody has been anywhere"
    for stop in moved:
        answer = call(client, "post", f"{path}/stops/{stop['id']}/result", told | {"version": stop["version"]}, purpose=doel)
        assert answer.status_code == 200, answer.content
        done["version"] = ControlDay.objects.get().version
        if stop == moved[0]:
            early = call(client, "post", f"{path}/close", done, purpose=doel)
            assert (early.status_code, early.json()["errors"]) == (422, [{"field": "conclusion"}])
    assert call(client, "post", f"{path}/close", done | {"conclusion": " "}, purpose=doel).status_code == 422
    assert call(client, "post", f"{path}/close", done, purpose=doel).json()["state"] == "closed"
    assert call(client, "post", f"{path}/close", done, purpose=doel).status_code == 409
    late = f"{path}/stops/{first['id']}/follow-up"
    assert call(client, "post", late, {"done_on": day_of(1)}, purpose=doel).status_code == 422
    assert call(client, "post", late, {"done_on": day_of(0)}, purpose=doel).json()["follow_done"] == day_of(0)
    assert call(client, "post", late, {"done_on": day_of(0)}, purpose=doel).status_code == 409
    acts = set(AuditEntry.objects.filter(object=f"control_day:{day.pk}").values_list("action", flat=True))
    assert {f"control_day.{act}" for act in ("change", "drop", "route", "move", "report", "close", "follow_up")} <= acts


def test_what_is_due_goes_on_the_list_by_program(city: Profile, desk: User, street: User, client_for: Enter):
    late, fresh = make_dealer(city, street, ago=3000), make_dealer(city, street)
    day, client, doel = make_day(city, desk), client_for(desk), purpose(city, desk.grants.get().role)
    path = f"/control-days/{day.pk}/due"
    assert call(client, "get", path).status_code == 428
    assert [item["key"] for item in call(client, "get", path, purpose=doel).json()] == [f"dealer:{late.pk}"]
    assert call(client, "post", path, {"keys": [f"dealer:{fresh.pk}"]}, purpose=doel).status_code == 422
    assert call(client, "post", path, {"keys": [f"dealer:{late.pk}"]}, purpose=doel).status_code == 200
    assert day.stops.get().dealer == late
    assert call(client, "post", path, {"keys": [f"dealer:{late.pk}"]}, purpose=doel).status_code == 422
    assert call(client_for(street), "get", path, purpose=purpose(city, street.grants.get().role)).status_code == 404


def test_a_day_is_called_off_by_who_plans_it(city: Profile, desk: User, street: User, client_for: Enter):
    day, doel = make_day(city, desk, 1), purpose(city, desk.grants.get().role)
    path, own = f"/control-days/{day.pk}", purpose(city, street.grants.get().role)
    elsewhere = client_for(planner(city, coarse(city, 1)))
    for name, body in (("cancel", {}), ("close", {"version": 1, "conclusion": "x"})):
        assert call(client_for(street), "post", f"{path}/{name}", body, purpose=own).status_code == 404
        assert call(elsewhere, "post", f"{path}/{name}", body, purpose=doel).status_code == 404
    assert ControlDay.objects.get().state == "planned"
    assert call(client_for(desk), "post", f"{path}/cancel", {}, purpose=doel).json()["state"] == "cancelled"
    assert call(client_for(desk), "post", f"{path}/cancel", {}, purpose=doel).status_code == 409


def found(street: User, dealer: Dealer, outcome: str) -> DealerCheck:
    check = dealers.plan(street, dealer.pk, TODAY())
    return dealers.visit(street, dealer.pk, check.pk, None, dealers.Finding(outcome, TODAY(), {}, "Register leeg"))


def test_a_dealer_is_warned_and_the_next_check_is_planned(city: Profile, street: User, client_for: Enter):
    dealer, client, doel = make_dealer(city, street), client_for(street), purpose(city, street.grants.get().role)
    check = found(street, dealer, "shortcoming")
    path = f"/dealers/{dealer.pk}/checks/{check.pk}"
    body = {"version": check.version, "measure": "Brief", "term": day_of(14)}
    # A shortcoming is not for the police.
    assert call(client, "post", f"{path}/police", body, purpose=doel).status_code == 409
    assert call(client, "post", f"{path}/warning", body).status_code == 428
    for wrong in ({"term": day_of(-1)}, {"term": "9999-12-31"}, {"measure": " "}, {"measure": ""}, {"measure": "\x00"},
                  {"term": None}, {"version": 0}):  # fmt: skip
        assert call(client, "post", f"{path}/warning", body | wrong, purpose=doel).status_code in (400, 422), wrong
    version = DealerCheck.objects.get(pk=check.pk).version
    answer = call(client, "post", f"{path}/warning", body | {"version": version}, purpose=doel)
    assert (answer.status_code, answer.json()["planned_for"]) == (200, day_of(15)), answer.content
    assert DealerCheck.objects.get(pk=check.pk).state == "warned"
    assert call(client, "post", f"{path}/warning", body | {"version": version}, purpose=doel).status_code == 409
    off = f"/dealers/{dealer.pk}/checks/{answer.json()['id']}/withdrawal"
    gone = call(client, "post", off, {"version": answer.json()["version"], "measure": "Te vroeg"}, purpose=doel)
    assert gone.json()["state"] == "withdrawn"
    acts = set(AuditEntry.objects.filter(object=f"dealer:{dealer.pk}").values_list("action", flat=True))
    assert {"dealer.warn", "dealer.withdraw_check"} <= acts


def test_an_offence_goes_to_the_police_and_nobody_elsewhere_sends_it(city: Profile, street: User, client_for: Enter):
    dealer, doel = make_dealer(city, street), purpose(city, street.grants.get().role)
    check = found(street, dealer, "offence")
    path, body = f"/dealers/{dealer.pk}/checks/{check.pk}", {"version": check.version, "measure": "Proces-verbaal"}
    elsewhere = client_for(officer(city, coarse(city, 1)))
    for name in ("police", "warning", "withdrawal"):
        told = body | {"term": day_of(14)}
        assert call(elsewhere, "post", f"{path}/{name}", told, purpose=doel).status_code == 404
    assert DealerCheck.objects.get().state == "offence"
    answer = call(client_for(street), "post", f"{path}/police", body, purpose=doel)
    assert (answer.status_code, answer.json()["state"], answer.json()["measure"]) == (200, "police", "Proces-verbaal")
    other = make_dealer(city, street)
    wrong = f"/dealers/{other.pk}/checks/{check.pk}/police"
    assert call(client_for(street), "post", wrong, body, purpose=doel).status_code == 404


def test_particulars_are_set_right_and_a_dealer_stops(city: Profile, street: User, client_for: Enter):
    dealer, client, doel = make_dealer(city, street), client_for(street), purpose(city, street.grants.get().role)
    path = f"/dealers/{dealer.pk}"
    body = {"version": dealer.version, "name": "Goud & Dochter", "address": addresses(city, 1)[0].number_id,
            "branch": city.controls.dealers.branches[0].id}  # fmt: skip
    for wrong in ({"address": "niets"}, {"branch": "niets"}, {"listed": "niets"}, {"name": " "}, {"name": "\x00"}):
        assert call(client, "put", path, body | wrong, purpose=doel).status_code in (400, 422), wrong
    assert call(client, "put", path, body, purpose=doel).json()["name"] == "Goud & Dochter"
    assert call(client, "put", path, body, purpose=doel).status_code == 409
    assert call(client, "post", f"{path}/stop", {"stopped_on": day_of(1)}, purpose=doel).status_code == 422
    assert call(client, "post", f"{path}/stop", {"stopped_on": day_of(0)}, purpose=doel).json()["stopped_on"] == day_of(0)
    assert call(client, "post", f"{path}/checks", {"planned_for": day_of(1)}, purpose=doel).status_code == 409
    assert not ControlStop.objects.exists()


def test_a_day_that_does_not_fit_is_refused(city: Profile, desk: User, street: User, client_for: Enter):
    client = client_for(desk)
    body: dict[str, Any] = {"aim": "x", "date": day_of(0), "area": coarse(city), "ground": city.controls.grounds[0].id}
    for wrong in (
        {"aim": "\x00"}, {"aim": ""}, {"date": day_of(-1)}, {"date": "ooit"}, {"area": "\x00"}, {"area": "nergens"},
        {"ground": "geen"}, {"partners": ["niemand"]}, {"members": [str(uuid.uuid4())]}, {"members": ["x"]},
        {"start": "niets"}, {"begins": "25:00"},
    ):  # fmt: skip
        assert call(client, "post", "/control-days", body | wrong).status_code in (400, 422), wrong
    assert not ControlDay.objects.exists()
