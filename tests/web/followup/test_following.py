"""The signal goes on with its item or project: what its reporter reads, who may not, and what is taken back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access import walls
from openvis.web.access.models import User
from openvis.web.followup import selectors, services
from openvis.web.followup.models import Project, TabledItem
from openvis.web.followup.services import NotNowError, NotYoursError, WrongError
from openvis.web.signals.models import Report, Signal
from openvis.web.signals.states import State
from web.followup import casework
from web.followup.casework import decided, form, make_item, make_meeting, make_signal, make_user

RESULT = "De loods is leeg, zegt KIEVIT-2201."


@pytest.fixture
def reporter(city: Profile) -> User:
    """Reported the signal, and weighs nothing."""
    return make_user(city, casework.role_of(city, "signals.report", without="signals.weigh"))


def make_reported(city: Profile, reporter: User, number: str = "2026-0001", state: str = State.RIEC, **more: Any) -> Signal:
    """A signal that a second reader sent on, with what its reporter is told."""
    signal = make_signal(city, number, state=state, **more)
    Report.objects.create(signal=signal, reporter=reporter, number=number, told="taken_up")
    return signal


def stands(signal: Signal) -> tuple[str, str]:
    """Where it stands, and what its reporter is told."""
    signal.refresh_from_db()
    return signal.state, signal.report.told


@pytest.fixture
def signal(city: Profile, reporter: User) -> Signal:
    return make_reported(city, reporter)


@pytest.fixture
def item(city: Profile, keeper: User, partner: User, signal: Signal) -> TabledItem:
    """The signal on an agenda that was sent to a partner."""
    meeting = make_meeting(city, keeper, partner)
    found = make_item(keeper, signal, meeting)
    services.items.hand_over(keeper, found.pk, form(city))
    services.meetings.send(keeper, meeting.pk)
    found.refresh_from_db()
    return found


class TestItem:
    def test_with_a_chosen_approach_it_is_a_casus(self, city: Profile, keeper: User, signal: Signal, item: TabledItem):
        decided(city, keeper, item)
        assert stands(signal) == ("casus", "taken_up")
        assert signal.casus, "it is kept as long as a casus"

    def test_handled_the_reporter_reads_so_and_nothing_of_the_result(
        self, city: Profile, keeper: User, reporter: User, signal: Signal, item: TabledItem,
        client_for: Callable[[Any], Client],
    ):
        decided(city, keeper, item)
        services.items.close(keeper, item.pk, RESULT)
        assert stands(signal) == ("closed", "closed")
        kept = city.retention_term(city.signals.retention.casus).ends(timezone.localdate())
        assert (signal.outcome, signal.ends_on) == ("done", kept)
        assert "KIEVIT" not in signal.closing_reason
        told = client_for(reporter).get(reverse("signal_own_report", args=[signal.report.pk])).content.decode()
        assert "afgesloten" in told
        for hidden in ("KIEVIT", "RIEC", "casus", "vergunning"):
            assert hidden not in told

    def test_not_handled_it_is_with_the_reporting_point_again(
        self, city: Profile, keeper: User, signal: Signal, item: TabledItem
    ):
        decided(city, keeper, item)
        services.items.close(keeper, item.pk, RESULT, handled=False)
        assert stands(signal) == ("evaluated", "taken_up")

    def test_without_a_decision_there_is_nothing_to_close(self, keeper: User, signal: Signal, item: TabledItem):
        with pytest.raises(NotNowError):
            services.items.close(keeper, item.pk, RESULT)
        assert stands(signal) == ("riec_meeting", "taken_up")

    def test_nobody_else_moves_it(
        self, city: Profile, keeper: User, partner: User, signal: Signal, item: TabledItem
    ):
        decided(city, keeper, item)
        tabled = make_user(city, casework.tabled_role(city))
        for person in (partner, tabled):
            with pytest.raises(NotYoursError), transaction.atomic():
                services.items.close(person, item.pk, RESULT)
            with pytest.raises(NotYoursError), walls.as_user(person):
                services.items.close(person, item.pk, RESULT)
            with pytest.raises(NotYoursError), transaction.atomic():
                services.items.take_back(person, item.pk, "Niet van mij.")
        assert stands(signal) == ("casus", "taken_up")

    def test_the_coordinator_does_under_the_wall(self, city: Profile, keeper: User, signal: Signal, item: TabledItem):
        decided(city, keeper, item)
        with walls.as_user(keeper):
            services.items.close(keeper, item.pk, RESULT)
        assert stands(signal) == ("closed", "closed")

    def test_what_was_done_with_it_meanwhile_stays(
        self, city: Profile, keeper: User, signal: Signal, item: TabledItem
    ):
        from openvis.web.signals import services as signals

        decided(city, keeper, item)
        signal.refresh_from_db()
        signals.close(keeper, signal.pk, signal.version, "Elders gedaan.")
        services.items.close(keeper, item.pk, RESULT)
        signal.refresh_from_db()
        assert signal.closing_reason == "Elders gedaan."

    def test_it_ends_with_the_last_that_follows_it(self, city: Profile, keeper: User, signal: Signal, item: TabledItem):
        decided(city, keeper, item)
        services.projects.route(keeper, signal.pk, {"name": "Reiger", "goal": "Leeg."})
        services.items.close(keeper, item.pk, RESULT)
        assert stands(signal) == ("casus", "taken_up")
        services.projects.close(keeper, Project.objects.get().pk, "Klaar.")
        assert stands(signal) == ("closed", "closed")

    def test_what_waits_for_a_case_does_not_end_with_the_meeting(
        self, city: Profile, keeper: User, signal: Signal, item: TabledItem
    ):
        decided(city, keeper, item)
        services.cases.route(keeper, signal.pk, {"reason": "Een plan."})
        services.items.close(keeper, item.pk, RESULT)
        assert stands(signal) == ("casus", "taken_up")


class TestTakingBack:
    def test_it_is_weighed_anew_and_can_come_again(self, city: Profile, keeper: User, signal: Signal):
        item = make_item(keeper, signal)
        services.items.take_back(keeper, item.pk, "Eerst meer weten.")
        assert stands(signal) == ("enriched", "weighing")
        item.refresh_from_db()
        assert (item.state, item.result) == ("closed", "Eerst meer weten.")
        assert item.ends_on == city.retention_term("signals_casus").ends(timezone.localdate())
        assert not selectors.waiting(keeper)
        services.meetings.route(keeper, signal.pk, {})
        assert [one.number for one in selectors.waiting(keeper)] == [signal.number]

    def test_it_leaves_an_agenda_that_nobody_saw(self, city: Profile, keeper: User, signal: Signal):
        meeting = make_meeting(city, keeper)
        item = make_item(keeper, signal, meeting)
        other = make_item(keeper, make_signal(city, "2026-0008"), meeting)
        services.items.take_back(keeper, item.pk, "Eerst meer weten.")
        assert selectors.agenda(keeper, meeting) == [other]
        services.items.hand_over(keeper, other.pk, form(city))
        assert services.meetings.send(keeper, meeting.pk).state == "sent"

    def test_it_stays_on_one_that_was_sent_and_stops_nothing(
        self, keeper: User, partner: User, signal: Signal, item: TabledItem
    ):
        services.items.take_back(keeper, item.pk, "Eerst meer weten.")
        assert [one.state for one in selectors.agenda(partner, item.meeting)] == ["closed"]
        assert services.meetings.close(keeper, item.meeting_id).state == "closed"
        assert stands(signal) == ("enriched", "weighing")

    def test_not_after_a_decision_and_not_while_something_is_open(
        self, city: Profile, keeper: User, partner: User, signal: Signal, item: TabledItem
    ):
        action = services.items.agree(keeper, item.pk, "Bellen", partner, timezone.localdate())
        with pytest.raises(NotNowError):
            services.items.take_back(keeper, item.pk, "Terug.")
        services.items.report(partner, action.pk, "dropped", "Hoeft niet.")
        with pytest.raises(WrongError) as wrong:
            services.items.take_back(keeper, item.pk, "  ")
        assert wrong.value.field == "reason"
        decided(city, keeper, item)
        with pytest.raises(NotNowError):
            services.items.take_back(keeper, item.pk, "Terug.")
        assert stands(signal) == ("casus", "taken_up")


class TestProject:
    @pytest.fixture
    def signals(self, city: Profile, reporter: User) -> list[Signal]:
        return [make_reported(city, reporter, f"2026-01{n:02}", State.PROJECT, casus=True) for n in range(3)]

    @pytest.fixture
    def project(self, keeper: User, signals: list[Signal]) -> Project:
        """Two of the three signals, handled together."""
        services.projects.route(keeper, signals[0].pk, {"name": "Reiger", "goal": "De loods is leeg."})
        made = Project.objects.get()
        services.projects.route(keeper, signals[1].pk, {"project": str(made.pk)})
        return made

    def test_closed_all_its_signals_are_handled(self, keeper: User, signals: list[Signal], project: Project):
        services.projects.close(keeper, project.pk, RESULT)
        assert [stands(one) for one in signals] == [("closed", "closed")] * 2 + [("project", "taken_up")]
        assert "KIEVIT" not in signals[0].closing_reason

    def test_or_looked_at_again(self, keeper: User, signals: list[Signal], project: Project):
        services.projects.close(keeper, project.pk, RESULT, handled=False)
        assert [stands(one)[0] for one in signals] == ["evaluated", "evaluated", "project"]

    def test_a_leader_who_does_not_weigh_hands_them_back(
        self, keeper: User, partner: User, signals: list[Signal], project: Project
    ):
        services.projects.change(keeper, project.pk, project.version, "Reiger", "Leeg.", partner)
        services.projects.route(keeper, signals[1].pk, {"name": "Ander", "goal": "Ook."})
        with walls.as_user(partner):
            services.projects.close(partner, project.pk, RESULT)
        assert [stands(one) for one in signals] == [
            ("evaluated", "taken_up"), ("project", "taken_up"), ("project", "taken_up"),
        ]  # fmt: skip
        assert signals[0].due_on == timezone.localdate()

    def test_nobody_else_can_have_the_database_do_so(
        self, keeper: User, partner: User, other_partner: User, signals: list[Signal], project: Project
    ):
        services.projects.join(keeper, project.pk, partner)
        with connection.cursor() as cursor:
            for person in (partner, other_partner, None):
                with walls.as_user(person):
                    cursor.execute("SELECT followup_results_known(%s)", [project.pk])
                    assert cursor.fetchone() == (0,)
        services.projects.change(keeper, project.pk, project.version, "Reiger", "Leeg.", partner)
        with walls.as_user(partner), connection.cursor() as cursor:
            cursor.execute("SELECT followup_results_known(%s)", [project.pk])
            assert cursor.fetchone() == (0,), "it still runs"
        assert stands(signals[0]) == ("project", "taken_up")

    def test_a_signal_taken_out_is_weighed_anew(
        self, keeper: User, partner: User, signals: list[Signal], project: Project
    ):
        row = project.signals.get(signal=signals[0])
        services.projects.change(keeper, project.pk, project.version, "Reiger", "Leeg.", partner)
        with pytest.raises(NotYoursError):
            services.projects.take_out(partner, project.pk, row.pk)
        with pytest.raises(NotYoursError):
            services.projects.take_out(keeper, project.pk, signals[1].pk)
        with walls.as_user(keeper):
            services.projects.take_out(keeper, project.pk, row.pk)
        assert [stands(one)[0] for one in signals] == ["enriched", "project", "project"]
        assert signals[0].report.told == "weighing"
        assert [one.number for one in project.signals.all()] == [signals[1].number]


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_the_page_asks_what_closing_means(
    city: Profile, keeper: User, signal: Signal, item: TabledItem, opened: Callable[..., Any],
    client_for: Callable[[Any], Client],
):
    decided(city, keeper, item)
    address = reverse("tabled_item_act", args=[item.pk, "afsluiten"])
    assert "afgehandeld" in opened(keeper, address).content.decode()
    assert opened(keeper, address, {"result": RESULT}).status_code == 422, "the answer is not guessed"
    assert opened(keeper, address, {"result": RESULT, "handled": "no"}).status_code == 302
    assert stands(signal)[0] == "evaluated"
    assert opened(keeper, reverse("tabled_item_act", args=[item.pk, "terugnemen"])).status_code == 302


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_the_page_says_that_the_signal_went_another_way(
    city: Profile, keeper: User, partner: User, signal: Signal, item: TabledItem, opened: Callable[..., Any]
):
    from openvis.web.signals import services as signals

    address, said = reverse("tabled_item", args=[item.pk]), "Het signaal ging een andere kant op"
    assert said not in opened(keeper, address).content.decode()
    signals.weigh_again(keeper, signal.pk, signal.version)
    assert said in opened(keeper, address).content.decode()
    assert said not in opened(partner, address).content.decode(), "where it stands is not theirs to know"
    services.items.take_back(keeper, item.pk, "Eerst weten.")
    assert stands(signal)[0] == "enriched"
    assert said not in opened(keeper, address).content.decode()
