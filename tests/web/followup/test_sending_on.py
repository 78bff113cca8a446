"""A meeting decides that a signal goes on in a project: one act, written down on both sides, by who keeps the meeting."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access import walls
from openvis.web.access.models import AuditEntry, User
from openvis.web.followup import selectors, services
from openvis.web.followup.models import Decision, Meeting, Project, ProjectSignal, TabledItem
from openvis.web.followup.services import ChangedError, NotNowError, NotYoursError, WrongError
from openvis.web.followup.services.items import Said
from openvis.web.followup.services.projects import Wanted
from openvis.web.signals.models import Signal
from openvis.web.signals.states import State
from web.followup.casework import form, make_item, make_meeting, make_signal

NAME, GOAL = "Project Wulp-3315", "De loods is weer leeg."
NEW = Wanted(name=NAME, goal=GOAL)


@pytest.fixture
def tabled(city: Profile, keeper: User, partner: User) -> tuple[Meeting, TabledItem]:
    """A signal on an agenda that was sent to a partner."""
    meeting = make_meeting(city, keeper, partner)
    item = make_item(keeper, make_signal(city, state=State.RIEC), meeting)
    services.items.hand_over(keeper, item.pk, form(city))
    services.meetings.send(keeper, meeting.pk)
    item.refresh_from_db()
    return meeting, item


@pytest.fixture
def item(tabled: tuple[Meeting, TabledItem]) -> TabledItem:
    return tabled[1]


@pytest.fixture
def running(city: Profile, keeper: User) -> Project:
    """A project that runs already, with another signal."""
    first = make_signal(city, "2026-0901", state=State.PROJECT)
    services.projects.route(keeper, first.pk, {"name": "Project Kluut", "goal": GOAL})
    return Project.objects.get()


def said(item: TabledItem, **changed: Any) -> Said:
    usual: dict[str, Any] = {
        "text": "Het gaat mee in de aanpak.", "law": "WGS", "article": "art. 2.19", "approaches": ["administrative"],
        "partners": [], "version": item.version,
    }  # fmt: skip
    return Said(**(usual | changed))


def stands(item: TabledItem) -> tuple[str, str]:
    item.refresh_from_db()
    return item.state, Signal.objects.get(pk=item.signal_id).state


def test_a_new_project_is_started_in_the_same_act(keeper: User, item: TabledItem) -> None:
    project = services.items.send_on(keeper, item.pk, said(item), NEW)
    assert (project.name, project.leader, [one.signal_id for one in project.signals.all()]) == (
        NAME, keeper, [item.signal_id]
    )
    decision = Decision.objects.get()
    assert (decision.project, decision.text, decision.law) == (project, "Het gaat mee in de aanpak.", "WGS")
    assert stands(item) == ("closed", State.PROJECT)
    assert item.result
    assert item.ends_on > timezone.localdate()


def test_it_goes_into_one_that_runs_and_the_meeting_may_go_on_with_it(
    keeper: User, item: TabledItem, running: Project
) -> None:
    services.items.send_on(keeper, item.pk, said(item), Wanted(running.pk), ends=False)
    assert stands(item) == ("decided", State.PROJECT)
    assert running.signals.count() == 2
    # The project still follows it, so closing the item leaves the signal where it is.
    services.items.close(keeper, item.pk, "Klaar.")
    assert stands(item) == ("closed", State.PROJECT)
    services.projects.close(keeper, running.pk, "Leeg.")
    assert stands(item) == ("closed", State.CLOSED)


def test_both_sides_have_it_in_the_log(keeper: User, item: TabledItem, running: Project) -> None:
    services.items.send_on(keeper, item.pk, said(item), Wanted(running.pk))
    meeting_side = AuditEntry.objects.get(action="item.send_on")
    project_side = AuditEntry.objects.get(action="project.take", facts__item=str(item.pk))
    assert (meeting_side.actor, meeting_side.object, meeting_side.facts["project"]) == (
        keeper.pk, f"tabled_item:{item.pk}", str(running.pk)
    )
    assert (project_side.actor, project_side.object, project_side.facts["signal"]) == (
        keeper.pk, f"project:{running.pk}", str(item.signal_id)
    )


@pytest.mark.parametrize(("changed", "to", "field"), [
    ({"text": " "}, NEW, "text"), ({"law": "Wetboek"}, NEW, "law"), ({"article": ""}, NEW, "article"),
    ({"approaches": []}, NEW, "approaches"), ({"approaches": ["zomaar"]}, NEW, "approaches"),
    ({"partners": ["onbekend"]}, NEW, "partners"), ({}, Wanted(), "project"), ({}, Wanted(name=NAME), "project"),
    ({}, Wanted(name=" ", goal=GOAL), "project"), ({"text": "BSN 123456782"}, NEW, "text"),
])  # fmt: skip
def test_what_does_not_fit_leaves_nothing_behind(
    keeper: User, item: TabledItem, changed: dict[str, Any], to: Wanted, field: str
) -> None:
    with pytest.raises(WrongError) as wrong:
        services.items.send_on(keeper, item.pk, said(item, **changed), to)
    assert wrong.value.field == field
    untouched(item)


def untouched(item: TabledItem) -> None:
    assert stands(item) == ("tabled", State.RIEC)
    assert not Decision.objects.exists()
    assert not ProjectSignal.objects.filter(signal=item.signal_id).exists()
    assert not Project.objects.exclude(signals__number="2026-0901").exists()
    assert not AuditEntry.objects.filter(action="item.send_on").exists()


def test_a_closed_project_takes_nothing_and_none_takes_it_twice(
    city: Profile, keeper: User, item: TabledItem, running: Project
) -> None:
    ProjectSignal.objects.create(project=running, signal_id=item.signal_id, number=item.number)
    with pytest.raises(WrongError):
        services.items.send_on(keeper, item.pk, said(item), Wanted(running.pk))
    ProjectSignal.objects.filter(signal=item.signal_id).delete()
    services.projects.close(keeper, running.pk, "Klaar.")
    with pytest.raises(WrongError):
        services.items.send_on(keeper, item.pk, said(item), Wanted(running.pk))
    untouched(item)


def test_not_while_an_action_is_open_unless_the_item_stays(keeper: User, partner: User, item: TabledItem) -> None:
    services.items.agree(keeper, item.pk, "Bellen", partner, timezone.localdate())
    with pytest.raises(NotNowError):
        services.items.send_on(keeper, item.pk, said(item), NEW)
    untouched(item)
    services.items.send_on(keeper, item.pk, said(item), NEW, ends=False)
    assert stands(item) == ("decided", State.PROJECT)


def test_not_before_the_agenda_was_sent_nor_on_what_changed_or_left(city: Profile, keeper: User, item: TabledItem) -> None:
    early = make_item(keeper, make_signal(city, "2026-0950", state=State.RIEC), make_meeting(city, keeper))
    with pytest.raises(NotNowError):
        services.items.send_on(keeper, early.pk, said(early), NEW)
    with pytest.raises(ChangedError):
        services.items.send_on(keeper, item.pk, said(item, version=item.version + 1), NEW)
    untouched(item)
    Signal.objects.filter(pk=item.signal_id).update(state=State.ENRICHED)
    with pytest.raises(NotNowError):
        services.items.send_on(keeper, item.pk, said(item), NEW)
    assert not Project.objects.exists()


def test_only_who_keeps_the_meeting(partner: User, item: TabledItem, opened: Callable[..., Any]) -> None:
    with pytest.raises(NotYoursError):
        services.items.send_on(partner, item.pk, said(item), NEW)
    assert opened(partner, reverse("tabled_item_act", args=[item.pk, "project"])).status_code == 404
    untouched(item)


def test_a_participant_reads_the_decision_and_not_the_project(
    keeper: User, partner: User, item: TabledItem, opened: Callable[..., Any]
) -> None:
    project = services.items.send_on(keeper, item.pk, said(item), NEW)
    at = reverse("tabled_item", args=[item.pk])
    page = opened(partner, at).content.decode()
    assert "Het gaat mee in de aanpak." in page
    assert NAME not in page
    assert str(project.pk) not in page
    with walls.as_user(partner):
        assert [one.project for one in selectors.decisions(partner, item)] == [None]
        assert not Project.objects.exists()
    assert NAME in opened(keeper, at).content.decode()
    services.projects.join(keeper, project.pk, partner)
    assert NAME in opened(partner, at).content.decode()


def test_on_the_page(keeper: User, item: TabledItem, running: Project, opened: Callable[..., Any]) -> None:
    at = reverse("tabled_item_act", args=[item.pk, "project"])
    form = opened(keeper, at)
    assert "Project Kluut" in form.content.decode()
    body = {
        "version": item.version, "project": "", "name": "", "goal": "", "text": "Verder als project.", "law": "WGS",
        "article": "art. 2.19", "approaches": ["administrative"], "ends": "on",
    }  # fmt: skip
    wrong = opened(keeper, at, body)
    assert wrong.status_code == 422
    assert "Verder als project." in wrong.content.decode()
    assert opened(keeper, at, body | {"project": str(running.pk)}).status_code == 302
    assert stands(item) == ("closed", State.PROJECT)


def test_by_program(
    keeper: User, partner: User, item: TabledItem, client_for: Callable[[Any], Client], city: Profile
) -> None:
    at = f"/api/v1/riec-items/{item.pk}/send-on"
    purpose = next(one.id for one in city.purposes if "signals" in one.compartments)
    body = {
        "text": "Verder als project.", "law": "WGS", "article": "art. 2.19", "approaches": ["administrative"],
        "version": item.version,
    }  # fmt: skip

    def post(person: User, body: dict[str, Any], **headers: str) -> Any:
        return client_for(person).post(at, body, content_type="application/json", headers=headers)

    assert post(keeper, body).status_code == 428
    assert post(partner, body | {"name": NAME, "goal": GOAL}, Purpose=purpose).status_code == 404
    assert post(keeper, body, Purpose=purpose).json()["errors"][0]["field"] == "project"
    untouched(item)
    made = post(keeper, body | {"name": NAME, "goal": GOAL}, Purpose=purpose)
    assert made.status_code == 201, made.content
    project = Project.objects.get()
    assert (made.json()["state"], made.json()["decisions"][0]["project"]) == ("closed", str(project.pk))
    assert post(keeper, body | {"project": str(project.pk)}, Purpose=purpose).status_code == 409
