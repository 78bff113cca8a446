"""The API of resilience: threats handled and closed, sessions entered, figures; who reports reads nothing but a state."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access.models import AuditEntry
from openvis.web.resilience import services
from openvis.web.resilience.models import AwarenessSession, ThreatIncident
from web.themed import somebody

Enter = Callable[[Any], Client]


def call(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    options: dict[str, Any] = {"headers": headers} | ({} if body is None else {"content_type": "application/json"})
    return getattr(client, method)(f"/api/v1/{path}", *([json.dumps(body)] if body is not None else []), **options)


@pytest.fixture
def employee(city: Profile) -> Any:
    return somebody(city, "signals.report", without="resilience.keep")


@pytest.fixture
def keeper(city: Profile) -> Any:
    return somebody(city, "resilience.keep")


@pytest.fixture
def why(city: Profile, keeper: Any) -> str:
    role = keeper.grants.get().role
    return next(item.id for item in city.purposes if "signals" in item.compartments and role in item.roles)


@pytest.fixture
def threat(city: Profile, employee: Any) -> ThreatIncident:
    return services.report(employee, services.Told(
        "threat", timezone.localdate(), city.signals.departments[0], "baliemedewerker", "GEHEIME WOORDEN",
    ))  # fmt: skip


def test_a_threat_is_handled_and_closed(
    threat: ThreatIncident, employee: Any, keeper: Any, why: str, client_for: Enter
) -> None:
    client, path = client_for(keeper), f"threats/{threat.pk}"
    listed = call(client, "get", "threats")
    assert [item["id"] for item in listed.json()] == [str(threat.pk)]
    assert "GEHEIME WOORDEN" not in listed.content.decode()
    assert call(client, "get", path).status_code == 428
    assert call(client, "get", path, purpose=why).json()["what"] == "GEHEIME WOORDEN"
    done = {"version": 1, "police": "open", "aftercare": "offered", "follow_up": "Gebeld."}
    assert call(client, "post", f"{path}/handling", done).status_code == 428
    assert call(client, "post", f"{path}/handling", done, purpose=why).json()["state"] == "handling"
    assert call(client, "post", f"{path}/handling", done, purpose=why).status_code == 409
    early = call(client, "post", f"{path}/handling", done | {"version": 2, "close": True}, purpose=why)
    assert (early.status_code, early.json()["errors"]) == (422, [{"field": "police"}])
    closing = done | {"version": 2, "close": True, "police": "filed"}
    assert call(client, "post", f"{path}/handling", closing, purpose=why).json()["state"] == "closed"
    assert call(client, "post", f"{path}/handling", closing | {"version": 3}, purpose=why).status_code == 409
    assert call(client_for(employee), "get", "threats/mine").json() == [{"id": str(threat.pk), "state": "closed"}]
    acts = set(AuditEntry.objects.filter(object=f"threat:{threat.pk}").values_list("action", flat=True))
    assert {"threat.view", "threat.handle", "threat.close"} <= acts


def test_who_may_not_finds_nothing(
    threat: ThreatIncident, employee: Any, outsider: Any, why: str, client_for: Enter
) -> None:
    handling = {"version": 1, "police": "filed", "aftercare": "given"}
    session = {"title": "x", "held_on": "2025-05-01", "attendance": [{"organisation": "x", "invited": 1, "came": 1}]}
    for person in (employee, outsider):
        client = client_for(person)
        assert call(client, "get", "threats").status_code == 404
        assert call(client, "get", f"threats/{threat.pk}", purpose=why).status_code == 404
        assert call(client, "post", f"threats/{threat.pk}/handling", handling, purpose=why).status_code == 404
        assert call(client, "get", "awareness-sessions").status_code == 404
        assert call(client, "post", "awareness-sessions", session).status_code == 404
        assert call(client, "get", f"resilience-figures/{timezone.localdate().year}").status_code == 404
    assert call(client_for(outsider), "get", "threats/mine").status_code == 404
    assert call(client_for(somebody_else(employee)), "get", "threats/mine").json() == []
    assert ThreatIncident.objects.get().version == 1


def somebody_else(employee: Any) -> Any:
    """A colleague with the same role."""
    from openvis.web import city

    return somebody(city.profile(), "signals.report", without="resilience.keep")


@pytest.mark.parametrize("wrong", [
    {"version": 0}, {"version": "een"}, {"version": 2**40}, {"police": "x"}, {"aftercare": "\x00"}, {"follow_up": "a\x00b"},
    {"follow_up": "x" * 2001},
])  # fmt: skip
def test_a_handling_that_does_not_fit_is_refused(
    threat: ThreatIncident, keeper: Any, why: str, client_for: Enter, wrong: dict[str, Any]
) -> None:
    body = {"version": 1, "police": "filed", "aftercare": "given", "follow_up": ""} | wrong
    answer = call(client_for(keeper), "post", f"threats/{threat.pk}/handling", body, purpose=why)
    assert answer.status_code in (400, 422), answer.content
    assert ThreatIncident.objects.get().version == 1


def test_a_session_is_entered_and_stands_in_the_figures(city: Profile, keeper: Any, client_for: Enter) -> None:
    client, home = client_for(keeper), city.signals.departments[0]
    came = [{"organisation": home, "invited": 20, "came": 12}]
    body = {"title": "Weerbaar aan de balie", "held_on": "2025-05-01", "attendance": came}
    made = call(client, "post", "awareness-sessions", body)
    assert made.status_code == 201, made.content
    assert (made.json()["invited"], made.json()["came"]) == (20, 12)
    assert call(client, "get", "awareness-sessions").json() == [made.json()]
    told = call(client, "get", "resilience-figures/2025").json()
    assert [(row["sessions"], row["invited"], row["came"]) for row in told["sessions"]] == [(1, 20, 12)]
    assert call(client, "get", "resilience-figures/2019").status_code == 404
    assert call(client, "get", "resilience-figures/1").status_code == 400
    for wrong in (
        {"attendance": []}, {"attendance": came * 2}, {"attendance": [came[0] | {"came": 21}]}, {"title": "a\x00b"},
        {"attendance": [came[0] | {"organisation": "nergens"}]}, {"held_on": "2999-01-01"}, {"title": " "},
        {"attendance": [came[0] | {"invited": -1}]}, {"attendance": [came[0] | {"invited": 10**30}]},
    ):  # fmt: skip
        assert call(client, "post", "awareness-sessions", body | wrong).status_code in (400, 422), wrong
    assert AwarenessSession.objects.count() == 1


def test_figures_by_program_hide_small_numbers(city: Profile, employee: Any, keeper: Any, client_for: Enter) -> None:
    k, home = city.signals.k, city.signals.departments[0]
    for kind, number in (("threat", 2 * k), ("verbal", 3 * k), ("bribe", k - 1)):
        for _ in range(number):
            services.report(employee, services.Told(kind, date(2025, 5, 1), home, "balie", "x"))
    told = call(client_for(keeper), "get", "resilience-figures/2025").json()
    shown = [number for row in told["threats"] for number in row["numbers"] if number is not None]
    assert all(number == 0 or number >= k for number in shown)
    assert 3 * k in shown
    assert None in next(row["numbers"] for row in told["threats"] if "gifts" in row["kind"])
