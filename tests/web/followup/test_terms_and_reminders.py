"""Who is reminded when, what stands on Today, and how what is kept ends."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access.finding import history_of
from openvis.web.access.models import User
from openvis.web.access.registry import Person, retention
from openvis.web.followup import services, tasks, words
from openvis.web.followup.models import Meeting, MeetingAction, Project, ProjectStep, TabledItem
from web.followup.casework import SECRET, decided, make_meeting, make_signal, sent

TODAY = timezone.localdate


@pytest.fixture
def item(city: Profile, keeper: User, partner: User) -> TabledItem:
    _meeting, found = sent(city, keeper, partner)
    return found


class TestReminders:
    def test_who_has_something_to_do_is_reminded_once(self, keeper: User, partner: User, item: TabledItem):
        Meeting.objects.update(begins=timezone.now() + timedelta(days=60))
        days = words.settings().reminder_days
        services.items.agree(keeper, item.pk, f"Bellen over {SECRET}", partner, TODAY() + timedelta(days=days + 1))
        assert tasks.remind(TODAY()) == 0
        assert tasks.remind(TODAY() + timedelta(days=1)) == 1
        assert tasks.remind(TODAY() + timedelta(days=2)) == 0
        letter = mail.outbox[0]
        assert letter.to == [partner.email]
        assert SECRET not in letter.body + letter.subject
        assert item.number not in letter.body + letter.subject

    def test_participants_are_reminded_of_a_meeting(self, keeper: User, partner: User, item: TabledItem):
        day = timezone.localdate(item.meeting.begins)
        assert tasks.remind(day - timedelta(days=words.settings().reminder_days)) == 2
        assert {letter.to[0] for letter in mail.outbox} == {keeper.email, partner.email}

    def test_nobody_is_told_of_an_agenda_in_the_making(self, city: Profile, keeper: User, partner: User):
        made = make_meeting(city, keeper, partner)
        assert tasks.remind(timezone.localdate(made.begins)) == 0

    def test_what_is_done_is_not_reminded_of(self, keeper: User, partner: User, item: TabledItem):
        Meeting.objects.update(begins=timezone.now() + timedelta(days=60))
        action = services.items.agree(keeper, item.pk, "Bellen", partner, TODAY())
        services.items.report(partner, action.pk, "done", "Gebeld.")
        assert tasks.remind(TODAY()) == 0


class TestToday:
    def test_it_says_what_waits(
        self, keeper: User, partner: User, other_partner: User, item: TabledItem, client_for: Callable[[Any], Client]
    ):
        services.items.agree(keeper, item.pk, f"Bellen over {SECRET}", partner, TODAY())
        told = client_for(partner).get(reverse("today")).content.decode()
        assert reverse("own_actions") in told
        assert reverse("meeting", args=[item.meeting_id]) in told
        assert SECRET not in told, "content opens for a stated purpose alone"
        other = client_for(other_partner).get(reverse("today")).content.decode()
        assert str(item.meeting_id) not in other


class TestEnds:
    def rule(self, kind: str) -> Any:
        return next(rule for rule in retention if rule.kind == kind)

    def test_a_closed_item_ends_on_its_day_with_all_under_it(self, city: Profile, keeper: User, item: TabledItem):
        decided(city, keeper, item)
        services.meetings.close(keeper, item.meeting_id)
        closed = services.items.close(keeper, item.pk, "Klaar.")
        assert closed.ends_on == city.retention_term("signals_casus").ends(TODAY())
        rule = self.rule("tabled_item")
        assert rule.run(closed.ends_on - timedelta(days=1)) == 0
        assert [key for key, _title in rule.keys(closed.ends_on)] == [str(item.pk)]
        assert SECRET not in str(rule.keys(closed.ends_on))
        assert rule.preview(closed.ends_on).number == 1
        # The meeting stays while an item of it is kept.
        far = closed.ends_on + timedelta(days=400)
        assert self.rule("meeting").run(far) == 0
        assert rule.run(closed.ends_on) == 1
        assert not TabledItem.objects.exists()
        assert not history_of(TabledItem)[0].objects.exists()
        assert self.rule("meeting").run(far) == 1
        assert not history_of(Meeting)[0].objects.exists()

    def test_what_is_open_does_not_end(self, city: Profile, keeper: User, item: TabledItem):
        far = TODAY() + timedelta(days=20_000)
        services.projects.route(keeper, make_signal(city, "2026-0077").pk, {"name": "Reiger", "goal": "Leeg."})
        services.cases.route(keeper, make_signal(city, "2026-0078").pk, {"reason": "Nodig."})
        for kind in ("tabled_item", "meeting", "project", "case_hand_over"):
            assert self.rule(kind).run(far) == 0, kind

    def test_a_closed_project_ends(self, city: Profile, keeper: User):
        services.projects.route(keeper, make_signal(city, "2026-0077").pk, {"name": "Reiger", "goal": "Leeg."})
        project = Project.objects.get()
        services.projects.plan(keeper, project.pk, "Iets", keeper, TODAY())
        step = ProjectStep.objects.get()
        services.projects.report(keeper, step.pk, "done", "Klaar.")
        ends = services.projects.close(keeper, project.pk, "Klaar.").ends_on
        assert self.rule("project").run(ends) == 1
        assert not ProjectStep.objects.exists()
        assert not history_of(ProjectStep)[0].objects.exists()

    def test_somebody_in_a_text_is_found_and_can_be_erased(self, keeper: User, partner: User, item: TabledItem):
        from openvis.web.access.registry import personal

        action = services.items.agree(keeper, item.pk, "Spreken met Quirina Zandoogje", partner, TODAY())
        table = next(one for one in personal if one.model is MeetingAction)
        found = list(table.find(Person(name="Quirina Zandoogje")))
        assert [one.key for one in found] == [str(action.pk)]
        assert table.erase(str(action.pk)) == 1
        assert not MeetingAction.objects.exists()
