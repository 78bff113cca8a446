"""The API after weighing: all that the pages do, by the same rules; and bad input is told, never a fault of ours."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openvis.profile import Profile
from openvis.web.access.models import AuditEntry, User
from openvis.web.api import api
from openvis.web.followup import services
from openvis.web.followup.models import CaseHandOver, Meeting, Project, TabledItem
from web.followup.casework import HIDDEN, SECRET, covenant_of, make_item, make_signal, make_user, partner_role, sent

NOBODY = "00000000-0000-4000-8000-000000000000"
BSN = "123456782"


@pytest.fixture
def ask(city: Profile, client_for: Callable[[Any], Client]) -> Callable[..., Any]:
    """Asks an operation as somebody, with a purpose."""
    purpose = next(item.id for item in city.purposes if "signals" in item.compartments)
    clients: dict[Any, Client] = {}

    def asked(person: Any, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        client = clients.setdefault(person, client_for(person))
        options = {} if body is None else {"data": json.dumps(body, default=str), "content_type": "application/json"}
        answer = getattr(client, method)(f"/api/v1{path}", headers={"Purpose": purpose}, **options)
        assert answer.status_code == status, (method, path, answer.status_code, answer.content)
        return answer.json()

    return asked


def test_a_meeting_from_agenda_to_record(city: Profile, keeper: User, partner: User, ask: Callable[..., Any]):
    begins = timezone.now() + timedelta(days=5)
    body = {"begins": begins, "place": "Zaal 3", "chair": keeper.pk, "covenant": covenant_of(city)}
    for wrong, field in (
        ({"begins": timezone.now() - timedelta(days=1)}, "begins"), ({"begins": begins.replace(year=9000)}, "begins"),
        ({"covenant": "none_such"}, "covenant"), ({"chair": NOBODY}, "chair"), ({"place": f"Zaal {BSN}"}, "place"),
    ):
        assert ask(keeper, "post", "/riec-meetings", body | wrong, 422)["errors"][0]["field"] == field
    made = ask(keeper, "post", "/riec-meetings", body, 201)
    meeting = f"/riec-meetings/{made['id']}"
    people = {one["id"]: one["organisation"] for one in ask(keeper, "get", "/riec-people")}
    assert {str(keeper.pk), str(partner.pk)} <= people.keys()
    assert len(ask(keeper, "post", f"{meeting}/participants", {"person": partner.pk}, 201)["participants"]) == 2

    change = {"version": made["version"], "begins": begins, "place": "Zaal 4", "chair": keeper.pk}
    assert ask(keeper, "put", meeting, change)["place"] == "Zaal 4"
    ask(keeper, "put", meeting, change, 409)
    ask(keeper, "put", meeting, change | {"version": 2, "begins": "0001-01-01T00:00:00+14:00"}, 422)

    key = make_item(keeper, make_signal(city, state="riec_meeting")).pk
    assert [one["id"] for one in ask(keeper, "get", "/riec-items")] == [str(key)]
    item = f"/riec-items/{key}"
    ask(keeper, "post", f"{meeting}/send", {}, 409)
    assert len(ask(keeper, "post", f"{meeting}/agenda", {"item": key})["items"]) == 1
    ask(keeper, "post", f"{meeting}/send", {}, 409)

    offer = ask(keeper, "get", f"{item}/offer")
    assert {"facts", "interpretation"} <= {one["name"] for one in offer["fields"]}
    form = {
        "seen": offer["seen"], "fields": ["facts"],
        "purpose": next(one.id for one in city.purposes if "signals" in one.compartments),
        "covenant": offer["covenant"], "law": "WGS", "article": "art. 2.17", "motivation": "Samen kijken.",
        "proportionality": "Alleen wat is gezien.",
    }  # fmt: skip
    ask(keeper, "post", f"{item}/contribution", form | {"seen": "0" * 64}, 409)
    assert ask(keeper, "post", f"{item}/contribution", form | {"fields": ["x"]}, 422)["errors"][0]["field"] == "fields"
    given_now = ask(keeper, "post", f"{item}/contribution", form, 201)["contribution"]
    assert SECRET in str(given_now["fields"])
    assert HIDDEN not in str(given_now)
    assert given_now["fields"][0]["title"] == "Feiten", "partners read it in the language of the municipality"
    ask(keeper, "post", f"{item}/contribution", form, 409)

    ask(partner, "get", meeting, status=404)
    assert ask(keeper, "post", f"{meeting}/send", {})["state"] == "sent"
    assert SECRET in str(ask(partner, "get", item)["contribution"])

    version = ask(keeper, "get", item)["version"]
    decision = {"text": "De gemeente controleert.", "law": "WGS", "article": "art. 2.19", "approaches": ["administrative"]}
    ask(keeper, "post", f"{item}/decisions", decision | {"version": version}, 201)
    due = timezone.localdate() + timedelta(days=7)
    act = {"what": "Het pand sluiten", "owner": partner.pk, "due": due, "approach": "administrative"}
    stranger = make_user(city, partner_role(city))
    assert ask(keeper, "post", f"{item}/actions", act | {"owner": stranger.pk}, 422)["errors"][0]["field"] == "owner"
    action = ask(keeper, "post", f"{item}/actions", act, 201)
    assert (action["approach"], action["owner"]) == ("administrative", str(partner.pk))
    terms = ask(keeper, "get", "/riec-terms")
    assert [one["due"] for one in terms] == [str(due)]
    assert "sluiten" not in str(terms)
    assert [one["what"] for one in ask(partner, "get", "/riec-actions")] == ["Het pand sluiten"]
    report = {"state": "done", "result": "Gesloten.", "done_on": timezone.localdate()}
    path = f"/riec-actions/{action['id']}/report"
    assert ask(partner, "post", path, report | {"done_on": due}, 422)["errors"][0]["field"] == "done_on"
    assert ask(partner, "post", path, report)["done_on"] == str(timezone.localdate())

    assert ask(keeper, "post", f"{meeting}/close", {})["state"] == "closed"
    ask(keeper, "post", f"{item}/take-back", {"reason": "Terug."}, 409)
    assert ask(keeper, "post", f"{item}/close", {"result": "Klaar."})["result"] == "Klaar."
    assert TabledItem.objects.get().signal.state == "closed"
    done = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"meeting.make", "meeting.change", "meeting.invite", "item.table", "item.offer", "item.hand_over", "meeting.send",
            "item.decide", "action.agree", "action.report", "meeting.close", "item.close", "signal.close",
    } <= done  # fmt: skip


def test_somebody_taken_off_and_an_item_taken_back(city: Profile, keeper: User, partner: User, ask: Callable[..., Any]):
    meeting, item = sent(city, keeper, partner)
    places = {one["person"]: one["id"] for one in ask(keeper, "get", f"/riec-meetings/{meeting.pk}")["participants"]}
    ask(keeper, "delete", f"/riec-meetings/{meeting.pk}/participants/{NOBODY}", status=404)
    ask(keeper, "delete", f"/riec-meetings/{meeting.pk}/participants/{places[str(keeper.pk)]}", status=409)
    ask(keeper, "delete", f"/riec-meetings/{meeting.pk}/participants/{places[str(partner.pk)]}")
    ask(partner, "get", f"/riec-items/{item.pk}", status=404)
    assert ask(keeper, "post", f"/riec-items/{item.pk}/take-back", {"reason": "Eerst weten."})["state"] == "closed"


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_the_documents(
    city: Profile, keeper: User, partner: User, other_partner: User, ask: Callable[..., Any], covenants_end: Any,
    client_for: Callable[[Any], Client],
):
    meeting, item = sent(city, keeper, partner)
    bare = make_item(keeper, make_signal(city, "2026-0066"))
    purpose = next(one.id for one in city.purposes if "signals" in one.compartments)
    paths = (f"/riec-meetings/{meeting.pk}/record", f"/riec-items/{item.pk}/form")
    for path in paths:
        client = client_for(partner)
        assert client.get(f"/api/v1{path}").status_code == 428
        answer = client.get(f"/api/v1{path}", headers={"Purpose": purpose})
        assert (answer["Content-Type"], answer.content[:4]) == ("application/pdf", b"%PDF")
        ask(other_partner, "get", path, status=404)
    ask(keeper, "get", f"/riec-items/{bare.pk}/form", status=404)
    assert {"meeting.print", "item.print"} <= set(AuditEntry.objects.values_list("action", flat=True))
    covenants_end()
    for path in paths:
        ask(partner, "get", path, status=409)


def test_a_project_with_team_plan_interventions_and_results(
    city: Profile, keeper: User, partner: User, ask: Callable[..., Any]
):
    made = ask(keeper, "post", "/projects", {"name": "Reiger", "goal": "Leeg.", "leader": keeper.pk}, 201)
    path = f"/projects/{made['id']}"
    ask(partner, "get", path, status=404)
    ask(partner, "get", "/riec-people", status=404)
    ask(keeper, "post", f"{path}/members", {"person": partner.pk}, 201)
    wrong = ask(keeper, "post", f"{path}/members", {"person": NOBODY}, 422)
    assert wrong["errors"][0]["field"] == "person"
    due = timezone.localdate() + timedelta(days=7)
    step = ask(keeper, "post", f"{path}/steps", {"what": "Spreken", "owner": partner.pk, "due": due}, 201)["steps"][0]
    ask(keeper, "post", f"{path}/close", {"result": "Klaar."}, 409)
    assert ask(partner, "post", f"/project-steps/{step['id']}/report", {"state": "done", "result": "Ja."})["result"] == "Ja."

    body = {"what": "Sluiten", "approach": "administrative", "organisation": partner.organisation.key}
    assert ask(keeper, "post", f"{path}/interventions", body | {"approach": "x"}, 422)["errors"][0]["field"] == "approach"
    one = ask(keeper, "post", f"{path}/interventions", body, 201)
    act = f"/interventions/{one['id']}"
    told = {"communication": "communicate", "version": one["version"]}
    ask(partner, "put", f"{act}/communication", told, 404)
    decided = ask(keeper, "put", f"{act}/communication", told)
    assert (decided["waits_for"], decided["may_be_told"]) == ([partner.organisation.key], False)
    ask(partner, "post", f"{act}/approval", {"version": 1}, 409)
    assert ask(partner, "post", f"{act}/approval", {"version": decided["version"]})["may_be_told"] is True
    assert ask(partner, "post", f"{act}/report", {"state": "done", "result": "Gesloten."})["done_on"]

    for method, address, sent_body in (
        ("put", path, {"version": 1, "name": "x", "goal": "y", "leader": partner.pk}),
        ("post", f"{path}/members", {"person": keeper.pk}), ("post", f"{path}/close", {"result": "x"}),
        ("post", f"{path}/steps", {"what": "x", "owner": partner.pk, "due": due}), ("post", f"{path}/interventions", body),
        ("delete", f"{path}/members/{made['members'][0]['id']}", None),
    ):
        ask(partner, method, address, sent_body, 404)
    changed = ask(keeper, "put", path, {"version": made["version"], "name": "Ibis", "goal": "y", "leader": partner.pk})
    assert (changed["name"], changed["leader"]) == ("Ibis", str(partner.pk))
    assert ask(partner, "get", "/riec-people"), "who leads a project chooses people for it"
    members = {one["person"]: one["id"] for one in changed["members"]}
    ask(partner, "delete", f"{path}/members/{members[str(partner.pk)]}", status=409)
    assert len(ask(partner, "delete", f"{path}/members/{members[str(keeper.pk)]}")["members"]) == 1
    assert ask(partner, "post", f"{path}/close", {"result": "Klaar."})["state"] == "closed"
    ask(keeper, "post", f"{path}/steps", {"what": "x", "owner": partner.pk, "due": due}, 409)


def test_a_signal_taken_out_of_a_project(city: Profile, keeper: User, partner: User, ask: Callable[..., Any]):
    signal = make_signal(city, state="project")
    services.projects.route(keeper, signal.pk, {"name": "Reiger", "goal": "Leeg."})
    project = Project.objects.get()
    services.projects.join(keeper, project.pk, partner)
    row = project.signals.get()
    address = f"/projects/{project.pk}/signals/{row.pk}"
    ask(partner, "delete", address, status=404)
    assert ask(keeper, "delete", address)["taken"] == []
    signal.refresh_from_db()
    assert signal.state == "enriched"


def test_a_partner_without_a_covenant_changes_nothing(
    city: Profile, keeper: User, partner: User, ask: Callable[..., Any], covenants_end: Any
):
    made = ask(keeper, "post", "/projects", {"name": "Reiger", "goal": "Leeg.", "leader": partner.pk}, 201)
    covenants_end()
    for method, path, body in (
        ("get", "", None), ("put", "", {"version": 1, "name": "x", "goal": "y", "leader": partner.pk}),
        ("post", "/interventions", {"what": "x", "approach": "administrative", "organisation": partner.organisation.key}),
        ("post", "/close", {"result": "x"}),
    ):
        ask(partner, method, f"/projects/{made['id']}{path}", body, 409)
    assert Project.objects.get().state == "running"


def test_what_is_handed_over_for_a_case(
    city: Profile, keeper: User, partner: User, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
):
    from openvis.web.signals import registry

    services.cases.route(keeper, make_signal(city).pk, {"reason": "Een plan is nodig."})
    made = CaseHandOver.objects.get()
    assert ask(keeper, "get", "/case-hand-overs")[0]["reason"] == "Een plan is nodig."
    address = f"/case-hand-overs/{made.pk}/take-up"
    ask(keeper, "post", address, {}, 409)
    ask(keeper, "post", f"/case-hand-overs/{NOBODY}/take-up", {}, 404)
    ask(partner, "get", "/case-hand-overs", status=404)
    ask(partner, "post", address, {}, 404)
    monkeypatch.setattr(registry, "case_hooks", [lambda by, key, answers: "Casus 12"])
    assert ask(keeper, "post", address, {})["became"] == "Casus 12"


OURS = [
    (operation.methods[0].lower(), address, operation.operation_id)
    for _prefix, router in api._routers
    for address, view in router.path_operations.items()
    for operation in view.operations
    if operation.view_func.__module__.startswith("openvis.web.followup.")
]


def whole(item: TabledItem, partner: User) -> dict[str, Any]:
    """A body with all that any operation asks for, each part in order."""
    return {
        "version": 1, "result": "x", "state": "done", "text": "x", "law": "AVG", "article": "1", "approaches": ["criminal"],
        "what": "x", "owner": str(partner.pk), "due": "2027-01-01", "person": str(partner.pk), "reason": "x",
        "communication": "not", "approach": "criminal", "organisation": partner.organisation.key, "item": str(item.pk),
        "name": "x", "goal": "x", "leader": str(partner.pk), "begins": "2026-12-24T10:00:00+01:00", "place": "x",
        "chair": str(partner.pk), "covenant": "x", "seen": "0" * 64, "fields": ["facts"], "purpose": "x", "motivation": "x",
        "proportionality": "x", "done_on": None, "handled": True, "partners": [],
    }  # fmt: skip


def test_whoever_has_no_part_in_it_finds_nothing(
    city: Profile, keeper: User, outsider: User, partner: User, other_partner: User, ask: Callable[..., Any]
):
    """Every operation with a key of what is there, as somebody without a role, and as a partner of other meetings."""
    assert len(OURS) > 30
    meeting, item = sent(city, keeper, partner)
    action = services.items.agree(keeper, item.pk, "Bellen", partner, timezone.localdate())
    services.projects.route(keeper, make_signal(city, "2026-0055").pk, {"name": "Reiger", "goal": "Leeg."})
    project = Project.objects.get()
    step = services.projects.plan(keeper, project.pk, "Iets", keeper, timezone.localdate())
    one = services.interventions.add(keeper, project.pk, "administrative", "Iets", keeper.organisation.key)
    keys = {"riec-meetings": meeting, "riec-items": item, "riec-actions": action, "projects": project,
            "project-steps": step, "interventions": one}  # fmt: skip
    body = whole(item, partner)
    for method, address, _name in OURS:
        kind = address.split("/")[1]
        path = address.replace("{key}", str(keys[kind].pk) if kind in keys else NOBODY)
        for part in ("participant", "member", "taken"):
            path = path.replace(f"{{{part}}}", NOBODY)
        sent_body = body if method in ("post", "put") else None
        ask(outsider, method, path, sent_body, 404)
        if "{" in address:
            ask(other_partner, method, path, sent_body, 404)
    assert Meeting.objects.get().state == "sent"


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_whatever_is_sent_is_answered(city: Profile, keeper: User, partner: User, client_for: Callable[[Any], Client]):
    """As who may do most, on what is there: a refusal in words or an act, never a fault of ours."""
    _meeting, item = sent(city, keeper, partner)
    services.projects.start(keeper, "Reiger", "Leeg.", keeper)
    keys = {"riec-meetings": item.meeting_id, "riec-items": item.pk, "projects": Project.objects.get().pk}
    client, good = client_for(keeper), whole(item, partner) | {"covenant": covenant_of(city)}
    purpose = next(one.id for one in city.purposes if "signals" in one.compartments)
    odd = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.sampled_from(
        ["\x00", "\ud800", "9999-12-31", "0001-01-01", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", NOBODY,
         str(keeper.pk), str(item.pk), BSN, "done", "WGS", "a" * 5000, "administrative"]
    )  # fmt: skip
    answers: set[int] = set()

    @settings(max_examples=300, database=None, suppress_health_check=list(HealthCheck), deadline=None)
    @given(st.sampled_from([one for one in OURS if one[0] in ("post", "put")]),
           st.dictionaries(st.sampled_from(sorted(good)), odd | st.lists(odd, max_size=2), max_size=3))  # fmt: skip
    def answered(operation: tuple[str, str, str], changed: dict[str, Any]) -> None:
        method, address, _name = operation
        path = address.replace("{key}", str(keys.get(address.split("/")[1], NOBODY)))
        with transaction.atomic():
            answer = getattr(client, method)(
                f"/api/v1{path}", json.dumps(good | changed), content_type="application/json", headers={"Purpose": purpose}
            )
            transaction.set_rollback(True)
        answers.add(answer.status_code)
        assert answer.status_code < 500, (path, changed, answer.content)

    answered()
    assert {200, 201, 400, 409, 422} <= answers, "the walk must come to the acts themselves"
