"""Threats are reported by staff and read by who handles them alone; closed only when cared for; figures tell of no one."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access import walls
from openvis.web.resilience import retention, selectors, services
from openvis.web.resilience.models import AwarenessSession, ThreatIncident
from web.themed import somebody

DONE = services.Handling("filed", "given", "Brief verstuurd.")
Enter = Callable[[Any], Client]


@pytest.fixture
def employee(city: Profile) -> Any:
    return somebody(city, "signals.report", without="resilience.keep")


@pytest.fixture
def keeper(city: Profile) -> Any:
    return somebody(city, "resilience.keep")


def told(city: Profile, **changed: Any) -> services.Told:
    usual = {
        "kind": "threat", "happened_on": timezone.localdate(), "organisation": city.signals.departments[0],
        "victim": "baliemedewerker", "what": "Ik weet waar je woont.",
    }  # fmt: skip
    return services.Told(**(usual | changed))


def test_who_reports_sees_a_state_and_a_colleague_nothing(
    city: Profile, employee: Any, keeper: Any, outsider: Any
) -> None:
    with walls.as_user(employee):
        made = services.report(employee, told(city))
    services.handle(keeper, made.pk, 1, services.Handling("open", "offered", "GEHEIM"))
    with walls.as_user(employee):
        assert [item.state for item in selectors.mine(employee)] == ["handling"]
        assert ThreatIncident.objects.update(state="received") == 0
        with pytest.raises(services.NotYoursError):
            services.close(employee, made.pk, 2, DONE)
    for other in (somebody(city, "signals.report", without="resilience.keep"), outsider):
        with walls.as_user(other):
            assert not ThreatIncident.objects.exists()
    with walls.as_user(outsider), pytest.raises(DatabaseError), transaction.atomic():
        ThreatIncident(
            kind="threat", happened_on=timezone.localdate(), organisation="x", victim="x", what="x", reporter=outsider
        ).save(force_insert=True)


def test_it_is_closed_only_when_police_and_aftercare_are_decided(city: Profile, employee: Any, keeper: Any) -> None:
    made = services.report(employee, told(city))
    for handling, field in (
        (services.Handling("open", "given", ""), "police"), (services.Handling("filed", "open", ""), "aftercare")
    ):  # fmt: skip
        with pytest.raises(services.WrongError) as caught:
            services.close(keeper, made.pk, 1, handling)
        assert caught.value.field == field
    closed = services.close(keeper, made.pk, 1, DONE)
    with pytest.raises(services.NotNowError):
        services.handle(keeper, made.pk, 2, DONE)
    assert closed.ends_on == city.retention_term("staff_threats").ends(timezone.localdate())


def test_who_looked_at_an_older_version_overwrites_nothing(city: Profile, employee: Any, keeper: Any) -> None:
    made = services.report(employee, told(city))
    services.handle(keeper, made.pk, 1, DONE)
    with pytest.raises(services.ChangedError):
        services.handle(keeper, made.pk, 1, services.Handling("open", "open", "anders"))
    assert ThreatIncident.objects.get().follow_up == DONE.follow_up


@pytest.mark.parametrize(("field", "value"), [
    ("kind", "x"), ("victim", " "), ("what", ""), ("organisation", "x"), ("area", "x"),
    ("happened_on", timezone.localdate() + timedelta(days=2)),
])  # fmt: skip
def test_what_does_not_fit_is_refused_at_its_field(city: Profile, employee: Any, field: str, value: Any) -> None:
    with pytest.raises(services.WrongError) as caught:
        services.report(employee, told(city, **{field: value}))
    assert caught.value.field == field


def test_it_ends_on_its_term_with_its_history_which_held_no_content(city: Profile, employee: Any, keeper: Any) -> None:
    made = services.close(keeper, services.report(employee, told(city)).pk, 1, DONE)
    past = apps.get_model("resilience", "ThreatIncidentEvent")
    assert past.objects.count() == 1
    assert not {"what", "victim", "follow_up"} & {field.name for field in past._meta.fields}
    assert made.ends_on is not None
    assert retention.end_threats(made.ends_on) == 0
    assert retention.end_threats(made.ends_on + timedelta(days=1)) == 1
    assert not past.objects.exists()


def test_figures_hide_small_numbers_and_tell_sessions(city: Profile, employee: Any, keeper: Any) -> None:
    k, day, home = city.signals.k, date(2025, 5, 1), city.signals.departments[0]
    for kind, number in (("threat", 2 * k), ("bribe", k - 1)):
        for _ in range(number):
            services.report(employee, told(city, kind=kind, happened_on=day))
    services.hold_session(keeper, "Weerbaar aan de balie", day, {home: (20, 12)})
    services.hold_session(keeper, "Herhaling", day, {home: (10, 10)})
    year = selectors.of_year(city, 2025, "nl", "Totaal")
    lines = dict(year.lines)
    assert lines["bedreiging, met woorden of op schrift"][-1] in (2 * k, None)
    assert lines["aanbod van geld, geschenken of diensten"][0] is None
    shown = [value for _name, values in year.lines for value in values if value is not None]
    assert all(value == 0 or value >= k for value in shown)
    assert [(number, invited, came) for _name, number, invited, came in year.sessions] == [(2, 30, 22)]
    assert selectors.of_year(city, 2024, "nl", "Totaal").sessions == []


def test_a_session_is_entered_by_who_keeps_them_and_adds_up(city: Profile, employee: Any, keeper: Any) -> None:
    home, day = city.signals.departments[0], date(2025, 5, 1)
    with pytest.raises(services.NotYoursError):
        services.hold_session(employee, "x", day, {home: (2, 1)})
    for came in ({}, {home: (2, 3)}, {"nergens": (2, 1)}):
        with pytest.raises(services.WrongError):
            services.hold_session(keeper, "x", day, came)
    assert not AwarenessSession.objects.exists()


def test_the_pages_from_report_to_closing(
    city: Profile, employee: Any, keeper: Any, outsider: Any, client_for: Enter
) -> None:
    filled = {
        "kind": "threat", "happened_on": "2026-05-01", "organisation": city.signals.departments[0], "area": "",
        "victim": "toezichthouder", "what": "GEHEIME WOORDEN",
    }  # fmt: skip
    at_work = client_for(employee)
    assert at_work.post(reverse("threat_report"), filled | {"what": ""}).status_code == 422
    assert at_work.post(reverse("threat_report"), filled).status_code == 302
    assert "GEHEIME WOORDEN" not in at_work.get(reverse("threat_report")).content.decode()
    made = ThreatIncident.objects.get()
    keeps, address = client_for(keeper), reverse("threat", args=[made.pk])
    assert "GEHEIME WOORDEN" not in keeps.get(reverse("threats")).content.decode()
    assert "GEHEIME WOORDEN" not in keeps.get(address).content.decode(), "a purpose is asked first"
    for page in (reverse("threats"), address, reverse("awareness_sessions"), reverse("resilience_figures")):
        assert at_work.get(page).status_code == 404
        assert client_for(outsider).get(page).status_code == 404
    assert client_for(outsider).get(reverse("threat_report")).status_code == 404
    home = city.signals.departments[0]
    session = {"title": "Weerbaar", "held_on": "2025-05-01", f"invited-{home}": "10", f"came-{home}": "7"}
    assert keeps.post(reverse("awareness_sessions"), session).status_code == 302
    assert keeps.get(reverse("awareness_sessions")).status_code == 200
    assert keeps.get(reverse("resilience_figures") + "?jaar=2025").status_code == 200
    year = timezone.localdate().year
    assert keeps.get(reverse("resilience_take", args=[year, "csv"])).status_code == 404, "a year is told when it is over"


def test_by_api_a_threat_is_reported_and_nothing_is_read_back(
    city: Profile, employee: Any, outsider: Any, client_for: Enter
) -> None:
    body = {
        "kind": "threat", "happened_on": "2026-05-01", "organisation": city.signals.departments[0],
        "victim": "balie", "what": "Woorden",
    }  # fmt: skip

    def send(person: Any, **changed: Any) -> tuple[int, Any]:
        posted = json.dumps(body | changed)
        answer = client_for(person).post("/api/v1/threats", posted, content_type="application/json")
        return answer.status_code, answer.json()

    status, said = send(employee)
    assert status == 201
    assert set(said) == {"id", "state"}
    assert send(employee, kind="niets")[0] == 422
    assert send(outsider)[0] == 404
    assert ThreatIncident.objects.get().reporter == employee
