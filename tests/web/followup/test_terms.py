"""Actions with their terms: done on which day, within the term or not, and what the coordinator sees of it on Today."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from openvis.profile import Profile
from openvis.web.access import walls
from openvis.web.access.models import User
from openvis.web.followup import selectors, services
from openvis.web.followup.models import MeetingAction, Project, ProjectStep, TabledItem
from openvis.web.followup.services import WrongError
from web.followup.casework import make_signal, sent

TODAY = timezone.localdate
NUMBER = "123456782"
"""Passes the test of citizen service numbers, and is nobody's."""


@pytest.fixture
def item(city: Profile, keeper: User, partner: User) -> TabledItem:
    return sent(city, keeper, partner)[1]


def agreed(keeper: User, partner: User, item: TabledItem, days: int = 3, **more: Any) -> MeetingAction:
    return services.items.agree(keeper, item.pk, "Het pand sluiten", partner, TODAY() + timedelta(days=days), **more)


@given(st.dates(), st.none() | st.dates())
def test_a_term_is_kept_exactly_when_it_was_done_before_its_end(due: Any, done: Any):
    assert MeetingAction(due=due, done_on=done).kept == (done is not None and done <= due)


class TestReporting:
    def test_what_was_done_when_by_whom_with_what_result(self, keeper: User, partner: User, item: TabledItem):
        action = agreed(keeper, partner, item, approach="administrative")
        day = TODAY() - timedelta(days=1)
        with walls.as_user(partner):
            services.items.report(partner, action.pk, "done", "Gesloten voor drie maanden.", day)
        action.refresh_from_db()
        assert (action.approach, action.done_on, action.reported_by) == ("administrative", day, partner)
        assert action.kept

    def test_today_where_no_day_is_said_and_none_for_what_was_dropped(self, keeper: User, partner: User, item: TabledItem):
        first, second = agreed(keeper, partner, item), agreed(keeper, partner, item)
        assert services.items.report(partner, first.pk, "done", "Gedaan.").done_on == TODAY()
        assert services.items.report(partner, second.pk, "dropped", "Hoeft niet.", TODAY()).done_on is None

    def test_what_is_wrong_is_named(self, keeper: User, partner: User, other_partner: User, item: TabledItem):
        action = agreed(keeper, partner, item)
        for act, field in (
            (lambda: services.items.report(partner, action.pk, "done", "x", TODAY() + timedelta(days=1)), "done_on"),
            (lambda: services.items.report(partner, action.pk, "open", "x"), "state"),
            (lambda: services.items.report(partner, action.pk, "done", f"Over {NUMBER}."), "result"),
            (lambda: agreed(keeper, partner, item, approach="magic"), "approach"),
            (lambda: agreed(keeper, other_partner, item), "owner"),
        ):
            with pytest.raises(WrongError) as wrong:
                act()
            assert wrong.value.field == field

    def test_the_same_for_steps_and_interventions(self, city: Profile, keeper: User):
        services.projects.route(keeper, make_signal(city, "2026-0055").pk, {"name": "Reiger", "goal": "Leeg."})
        project, day = Project.objects.get(), TODAY() - timedelta(days=4)
        step = services.projects.plan(keeper, project.pk, "Iets", keeper, TODAY())
        step = services.projects.report(keeper, step.pk, "done", "Klaar.", day)
        act = services.interventions.add(keeper, project.pk, "administrative", "Sluiten", keeper.organisation.key)
        act = services.interventions.report(keeper, act.pk, "done", "Gesloten.", day)
        assert {(one.done_on, one.reported_by) for one in (step, act)} == {(day, keeper)}


class TestToday:
    def late(self, keeper: User, partner: User, item: TabledItem) -> MeetingAction:
        action = agreed(keeper, partner, item)
        MeetingAction.objects.filter(pk=action.pk).update(due=TODAY() - timedelta(days=2))
        return action

    def test_the_coordinator_sees_whose_term_passes(
        self, city: Profile, keeper: User, partner: User, item: TabledItem, client_for: Callable[[Any], Client]
    ):
        self.late(keeper, partner, item)
        services.projects.route(keeper, make_signal(city, "2026-0055").pk, {"name": "Reiger", "goal": "Leeg."})
        services.projects.plan(keeper, Project.objects.get().pk, "Spreken", keeper, TODAY() + timedelta(days=300))
        told = client_for(keeper).get(reverse("today")).content.decode()
        assert "1 afspraak is over de termijn" in told
        assert reverse("tabled_item", args=[item.pk]) in told
        assert "Het pand sluiten" not in told, "content opens for a stated purpose alone"
        page = client_for(keeper).get(reverse("all_actions"))
        assert len(page.context["found"]) == 2
        assert "Het pand sluiten" not in page.content.decode()
        assert "Spreken" not in page.content.decode()

    def test_nobody_else_does(self, keeper: User, partner: User, item: TabledItem, client_for: Callable[[Any], Client]):
        self.late(keeper, partner, item)
        assert client_for(partner).get(reverse("all_actions")).status_code == 404
        assert selectors.agreed(partner) == []
        assert reverse("all_actions") not in client_for(partner).get(reverse("today")).content.decode()

    def test_what_is_far_or_done_is_not_there(
        self, keeper: User, partner: User, item: TabledItem, client_for: Callable[[Any], Client]
    ):
        agreed(keeper, partner, item, days=200)
        services.items.report(partner, self.late(keeper, partner, item).pk, "done", "Klaar.")
        told = client_for(keeper).get(reverse("today")).content.decode()
        assert reverse("all_actions") not in told
        assert len(selectors.agreed(keeper)) == 1

    def test_steps_of_a_closed_project_are_nobodys(self, city: Profile, keeper: User):
        services.projects.route(keeper, make_signal(city, "2026-0055").pk, {"name": "Reiger", "goal": "Leeg."})
        project = Project.objects.get()
        ProjectStep.objects.create(project=project, what="Iets", owner=keeper, due=TODAY())
        assert len(selectors.agreed(keeper)) == 1
        Project.objects.update(state="closed")
        assert selectors.agreed(keeper) == []
