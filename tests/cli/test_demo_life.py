"""The people of a demonstration at work: in both municipalities, through the services, once; and its truths found back."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from openvis.cli.demo_life import PLAYED, play
from openvis.profile import Profile
from openvis.web import city
from openvis.web.access import demo
from openvis.web.access.models import AuditEntry
from openvis.web.access.stage import clock, since
from openvis.web.barriers.content import State as Stands
from openvis.web.barriers.models import BarrierModel
from openvis.web.controls.models import ControlDay, ControlStop, Dealer
from openvis.web.followup.models import (
    CaseHandOver,
    Decision,
    Meeting,
    MeetingAction,
    Project,
    ProjectSignal,
    ProjectStep,
)
from openvis.web.places.models import Address
from openvis.web.refindex.models import Entry, Match
from openvis.web.resilience.models import AwarenessSession, ThreatIncident
from openvis.web.signals import similar
from openvis.web.signals.models import Signal, Weighing
from openvis.web.themes.models import PlaceOutOfSight
from web.conftest import CITIES, load_city

UNTIL = date(2026, 11, 15)


Life = tuple[Profile, dict[str, Any]]
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", params=["almere", "veldermeer"])
def life(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[Life]:
    """A municipality whose people worked, and what was planted: once for all tests that only look."""
    data = tmp_path_factory.mktemp("life")
    places = {"OPENVIS_DATA": data, "EVENT_STORE": data / "events", "ORIGINALS": data / "originals"}
    told: dict[str, Any] = {}
    here = override_settings(OPENVIS_PROFILE=CITIES[request.param], **places)
    with django_db_blocker.unblock(), here, transaction.atomic():
        profile = city.profile()
        load_city(profile)
        demo.make_demo_people(profile, since(UNTIL))
        assert play(profile, UNTIL, 7, told.update, extra=0)
        yield profile, told
        transaction.set_rollback(True)


only_almere = pytest.mark.parametrize("life", ["almere"], indirect=True, scope="module")
only_veldermeer = pytest.mark.parametrize("life", ["veldermeer"], indirect=True, scope="module")


def named(numbers: list[str]) -> list[Signal]:
    return [Signal.objects.select_related("address").get(number=number) for number in numbers]


def test_signals_stand_in_every_state_and_came_in_one_after_another(life: Life) -> None:
    profile, _told = life
    states = Counter(Signal.objects.values_list("state", flat=True))
    wanted = {"received", "more_info", "immediate_action", "enriched", "weighed", "handed_over", "evaluated", "indexed",
              "riec_meeting", "casus", "closed", "forwarded"}  # fmt: skip
    assert wanted <= set(states)
    assert all(signal.received_at.date() <= UNTIL for signal in Signal.objects.all())
    in_time = Signal.objects.exclude(organisation="", channel="form").order_by("received_at")
    numbers = list(in_time.values_list("number", flat=True))
    assert numbers == sorted(numbers)
    unknown = Signal.objects.filter(channel="form", report__isnull=True)
    assert unknown.exists() == profile.signals.anonymous
    assert {signal.urgent for signal in Signal.objects.all()} == {True, False}
    assert Signal.objects.filter(attachments__isnull=False).distinct().count() >= 3


def test_nothing_was_decided_by_one_person(life: Life) -> None:
    read = Weighing.objects.exclude(outcome="")
    assert read.count() >= 8
    assert all(one.proposed_by_id and one.decided_by_id and one.proposed_by_id != one.decided_by_id for one in read)
    assert AuditEntry.objects.filter(action="signal.confirm").count() == read.filter(outcome="confirmed").count()
    assert not AuditEntry.objects.filter(action="signal.confirm", actor__isnull=True).exists()


def test_what_belongs_together_is_found(life: Life) -> None:
    _profile, told = life
    truth = told["similar_signals"]
    one, other = named(truth["pair"])
    assert other in [item.signal for item in similar.similar(one) if not item.question]
    first, second, third = named(truth["triple"])
    assert {second, third} <= {item.signal for item in similar.similar(first) if not item.question}
    business, alike = named(truth["alike"])
    assert alike in [item.signal for item in similar.similar(business) if item.question]


@only_almere
def test_departments_meet_in_the_index_and_the_silent_one_is_not_betrayed(life: Life) -> None:
    _profile, told = life
    truth = told["index"]
    at = {str(entry.pk): str(entry.address) for entry in Entry.objects.select_related("address")}
    replied = Match.objects.filter(replied_at__isnull=False)
    assert {at[str(match.entry_id)] for match in replied} == {truth["met"]}
    waits = Match.objects.filter(replied_at__isnull=True, asks_reply=True)
    assert {at[str(match.entry_id)] for match in waits} == {truth["waits_for_a_reply"]}
    (silent,) = Entry.objects.filter(silent=True)
    assert str(silent.address) == truth["silent"]
    assert Match.objects.filter(entry=silent).count() == 1
    assert not Match.objects.filter(other=silent).exists()
    assert set(Entry.objects.values_list("state", flat=True)) == {"active", "withdrawn"}


@only_veldermeer
def test_one_department_alone_meets_nobody(life: Life) -> None:
    _profile, told = life
    assert "index" not in told
    assert Entry.objects.exists()
    assert not Match.objects.exists()


def test_meetings_and_projects_have_come_to_results(life: Life) -> None:
    held, to_come = Meeting.objects.order_by("begins")
    assert (held.state, to_come.state) == ("closed", "sent")
    assert held.begins.date() < UNTIL < to_come.begins.date()
    assert Decision.objects.filter(meeting=held).count() == 3
    assert set(MeetingAction.objects.values_list("state", flat=True)) == {"open", "done"}
    assert ProjectSignal.objects.filter(project=Project.objects.get()).count() == 2
    assert set(ProjectStep.objects.values_list("state", flat=True)) == {"open", "done"}
    assert CaseHandOver.objects.count() == 2


def test_models_have_gaps_and_controls_have_results(life: Life) -> None:
    profile, _told = life
    models = [model.document for model in BarrierModel.objects.all()]
    assert len(models) == min(len(profile.barriers.models), 2)
    assert any(step.open for model in models for step in model.steps)
    assert any(step.count(Stands.ACTIVE) for model in models for step in model.steps)
    states = {day.state: day.date for day in ControlDay.objects.all()}
    assert states["closed"] < UNTIL < states["planned"]
    held = ControlStop.objects.filter(day__state="closed")
    assert {"in_order", "shortcoming", "nobody", "offence"} == set(held.values_list("result", flat=True))
    assert ControlDay.objects.get(state="planned").metres
    assert PlaceOutOfSight.objects.filter(last_control__isnull=False).count() >= 4
    # One or two were never checked: one of those that were due stood on the list of the control day.
    assert Dealer.objects.count() == 12
    assert Dealer.objects.filter(checks__isnull=True).count() in (1, 2)
    assert held.filter(dealer__isnull=False).count() == held.filter(place__isnull=False).count() == 1
    assert set(ThreatIncident.objects.values_list("state", flat=True)) == {"received", "handling", "closed"}
    assert len({session.held_on.year for session in AwarenessSession.objects.all()}) == 2


def test_every_address_is_made_up(life: Life) -> None:
    assert Address.objects.exists()
    assert not Address.objects.exclude(number_id__startswith="0000").exists()
    assert not Address.objects.filter(area__isnull=True).exists()


def test_a_second_time_changes_nothing(life: Life) -> None:
    profile, _told = life
    before = Signal.objects.count(), AuditEntry.objects.count()
    assert not play(profile, UNTIL, 7, lambda found: pytest.fail("planted twice"), extra=0)
    assert (Signal.objects.count(), AuditEntry.objects.count()) == before


@only_almere
def test_the_clock_is_right_again(life: Life) -> None:
    assert abs((timezone.now() - AuditEntry.objects.get(action=PLAYED).at).total_seconds()) < 600
    moment = since(UNTIL)
    with clock(moment):
        assert timezone.now() == moment
        assert timezone.localdate() == moment.date()
    assert timezone.now() > moment
