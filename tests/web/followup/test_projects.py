"""Projects, interventions that partners let be told, and signals that wait for a case."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openvis.profile import Profile
from openvis.web.access import walls
from openvis.web.access.models import User
from openvis.web.followup import services
from openvis.web.followup.models import CaseHandOver, Consent, Intervention, Project, ProjectMember, ProjectStep
from openvis.web.followup.services import ChangedError, NotNowError, NotYoursError, WrongError
from openvis.web.signals import registry
from web.followup import casework
from web.followup.casework import make_signal, make_user

DUE = timedelta(days=10)


@pytest.fixture
def project(city: Profile, keeper: User, partner: User) -> Project:
    """A project of one signal, with a partner in the team."""
    answers = {"name": "Project Reiger", "goal": "De loods is weer leeg."}
    said = services.projects.route(keeper, make_signal(city).pk, answers)
    assert said
    made = Project.objects.get()
    services.projects.join(keeper, made.pk, partner)
    return made


class TestRouting:
    def test_several_signals_go_to_one_project(self, city: Profile, keeper: User, project: Project):
        second = make_signal(city, "2026-0002")
        services.projects.route(keeper, second.pk, {"project": str(project.pk)})
        assert [one.number for one in project.signals.all()] == ["2026-0001", "2026-0002"]
        with pytest.raises(ValidationError):
            services.projects.route(keeper, second.pk, {"project": str(project.pk)})

    @pytest.mark.parametrize("answers", [{}, {"name": "x"}, {"goal": "y"}, {"name": " ", "goal": "y"}])
    def test_a_new_one_needs_name_and_goal(self, city: Profile, keeper: User, answers: dict[str, str]):
        with pytest.raises(ValidationError):
            services.projects.route(keeper, make_signal(city).pk, answers)
        assert not Project.objects.exists()

    def test_a_closed_one_takes_nothing(self, city: Profile, keeper: User, project: Project):
        services.projects.close(keeper, project.pk, "Klaar.")
        with pytest.raises(ValidationError):
            services.projects.route(keeper, make_signal(city, "2026-0003").pk, {"project": str(project.pk)})


class TestPlan:
    def test_a_step_has_owner_and_date_and_result(self, keeper: User, partner: User, project: Project):
        step = services.projects.plan(keeper, project.pk, "De huurder spreken", partner, timezone.localdate() + DUE)
        services.projects.report(partner, step.pk, "done", "Gesproken.")
        step.refresh_from_db()
        assert (step.owner, step.state, step.result) == (partner, "done", "Gesproken.")

    def test_only_the_team_gets_steps(self, keeper: User, other_partner: User, project: Project):
        with pytest.raises(WrongError) as wrong:
            services.projects.plan(keeper, project.pk, "Iets", other_partner, timezone.localdate() + DUE)
        assert wrong.value.field == "owner"

    def test_a_member_does_not_plan_and_not_report_for_others(
        self, keeper: User, partner: User, project: Project
    ):
        with pytest.raises(NotYoursError):
            services.projects.plan(partner, project.pk, "Iets", partner, timezone.localdate() + DUE)
        step = services.projects.plan(keeper, project.pk, "Iets", keeper, timezone.localdate() + DUE)
        with pytest.raises(NotYoursError):
            services.projects.report(partner, step.pk, "done", "Klaar.")

    def test_the_leader_may_be_a_partner(self, keeper: User, partner: User, project: Project):
        services.projects.change(keeper, project.pk, project.version, "Project Reiger", "Doel", partner)
        with walls.as_user(partner):
            step = services.projects.plan(partner, project.pk, "Iets", partner, timezone.localdate() + DUE)
        assert ProjectStep.objects.get() == step
        with pytest.raises(ChangedError):
            services.projects.change(keeper, project.pk, project.version, "Anders", "Doel", keeper)

    def test_it_closes_when_nothing_is_open(self, keeper: User, project: Project):
        step = services.projects.plan(keeper, project.pk, "Iets", keeper, timezone.localdate() + DUE)
        with pytest.raises(NotNowError):
            services.projects.close(keeper, project.pk, "Klaar.")
        services.projects.report(keeper, step.pk, "dropped", "Hoeft niet.")
        assert services.projects.close(keeper, project.pk, "Klaar.").state == "closed"
        with pytest.raises(NotNowError):
            services.projects.plan(keeper, project.pk, "Nog iets", keeper, timezone.localdate() + DUE)


class TestTeam:
    def test_the_team_and_the_coordinator_see_it(
        self, city: Profile, keeper: User, partner: User, other_partner: User, outsider: User, project: Project
    ):
        services.projects.plan(keeper, project.pk, "Iets", keeper, timezone.localdate() + DUE)
        for person, sees in ((keeper, 1), (partner, 1), (other_partner, 0), (outsider, 0), (None, 0)):
            with walls.as_user(person):
                assert (Project.objects.count(), ProjectStep.objects.count()) == (sees, sees)
        tabled = make_user(city, casework.tabled_role(city))
        with walls.as_user(tabled):
            assert not Project.objects.exists()

    def test_who_leaves_sees_no_more(self, keeper: User, partner: User, project: Project):
        services.projects.leave(keeper, project.pk, project.members.get(user=partner).pk)
        with walls.as_user(partner):
            assert not Project.objects.exists()
        with pytest.raises(NotNowError):
            services.projects.leave(keeper, project.pk, project.members.get(user=keeper).pk)

    def test_pages_of_another_team_do_not_exist(
        self, keeper: User, partner: User, other_partner: User, project: Project, client_for: Callable[[Any], Client]
    ):
        client = client_for(other_partner)
        step = services.projects.plan(keeper, project.pk, "Iets", partner, timezone.localdate() + DUE)
        member = project.members.get(user=partner)
        assert client.post(reverse("project_leave", args=[project.pk, member.pk])).status_code == 404
        assert client_for(partner).post(reverse("project_leave", args=[project.pk, member.pk])).status_code == 404
        assert str(project.pk) not in client.get(reverse("projects")).content.decode()
        assert ProjectMember.objects.filter(pk=member.pk).exists()
        assert client.get(reverse("case_hand_overs")).status_code == 404
        taken = reverse("project_take_out", args=[project.pk, project.signals.get().pk])
        for person in (other_partner, partner):
            assert client_for(person).post(taken).status_code == 404
        assert project.signals.exists()
        assert step.state == "open"

    def test_a_partner_only_under_a_covenant(self, city: Profile, keeper: User, project: Project, covenants_end: Any):
        late = make_user(city, casework.partner_role(city))
        covenants_end()
        with pytest.raises(WrongError) as wrong:
            services.projects.join(keeper, project.pk, late)
        assert wrong.value.field == "person"
        assert services.projects.blocks(late)
        assert not services.projects.blocks(keeper)


class TestInterventions:
    @pytest.fixture
    def intervention(self, keeper: User, partner: User, project: Project) -> Intervention:
        return services.interventions.add(keeper, project.pk, "criminal", "Doorzoeking", partner.organisation.key)

    @pytest.mark.parametrize(("approach", "organisation", "field"), [
        ("magic", "", "approach"), ("criminal", "none_such", "organisation"),
    ])  # fmt: skip
    def test_what_is_wrong_is_named(self, keeper: User, project: Project, approach: str, organisation: str, field: str):
        with pytest.raises(WrongError) as wrong:
            services.interventions.add(keeper, project.pk, approach, "Iets", organisation)
        assert wrong.value.field == field

    def test_its_own_organisation_reports_the_result(
        self, city: Profile, keeper: User, partner: User, intervention: Intervention
    ):
        services.interventions.report(partner, intervention.pk, "done", "Vier kilo gevonden.")
        intervention.refresh_from_db()
        assert intervention.result == "Vier kilo gevonden."
        own = services.interventions.add(
            keeper, intervention.project_id, "administrative", "Sluiten", keeper.organisation.key
        )
        with pytest.raises(NotYoursError):
            services.interventions.report(partner, own.pk, "done", "Gesloten.")

    def test_partners_agree_before_it_is_told(self, keeper: User, partner: User, intervention: Intervention):
        later = services.interventions.communicate(keeper, intervention.pk, "later", intervention.version)
        assert services.interventions.waiting_for(later) == []
        assert not services.interventions.may_be_told(later)
        told = services.interventions.communicate(keeper, intervention.pk, "communicate", later.version)
        assert services.interventions.waiting_for(told) == [partner.organisation.key]
        assert not services.interventions.may_be_told(told)
        with pytest.raises(NotNowError):
            services.interventions.approve(keeper, intervention.pk, told.version)
        with pytest.raises(ChangedError):
            services.interventions.approve(partner, intervention.pk, told.version - 1)
        with walls.as_user(partner):
            services.interventions.approve(partner, intervention.pk, told.version)
        assert services.interventions.may_be_told(Intervention.objects.get())
        with pytest.raises(NotNowError):
            services.interventions.approve(partner, intervention.pk, told.version)

    def test_another_decision_asks_anew(self, keeper: User, partner: User, intervention: Intervention):
        told = services.interventions.communicate(keeper, intervention.pk, "communicate", intervention.version)
        services.interventions.approve(partner, intervention.pk, told.version)
        back = services.interventions.communicate(keeper, intervention.pk, "not", told.version)
        assert not Consent.objects.exists()
        again = services.interventions.communicate(keeper, intervention.pk, "communicate", back.version)
        assert not services.interventions.may_be_told(again)

    def test_a_partner_does_not_decide(self, partner: User, other_partner: User, intervention: Intervention):
        with pytest.raises(NotYoursError):
            services.interventions.communicate(partner, intervention.pk, "communicate", intervention.version)
        with pytest.raises(NotYoursError):
            services.interventions.approve(other_partner, intervention.pk, intervention.version)
        with pytest.raises(NotYoursError):
            services.interventions.report(other_partner, intervention.pk, "done", "x y")


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_it_is_told_exactly_when_all_partners_agree(city: Profile, keeper: User):
    """Whatever the team, the decision and who agreed: told means decided so, and no partner left."""
    from openvis.web.followup import words

    keys = [item.id for item in city.organisations]

    class Rows(list[Any]):
        def all(self) -> "Rows":
            return self

    class One:
        def __init__(self, **values: Any) -> None:
            self.__dict__.update(values)

    @settings(max_examples=200, database=None, suppress_health_check=list(HealthCheck))
    @given(st.sets(st.sampled_from(keys)), st.sets(st.sampled_from(keys)), st.sampled_from(keys),
           st.sampled_from(["later", "not", "communicate"]))  # fmt: skip
    def holds(team: set[str], agreed: set[str], owner: str, decision: str) -> None:
        members = Rows(One(organisation=key) for key in team)
        given_by = Rows(One(organisation=key) for key in agreed)
        it: Any = One(
            communication=decision, consents=given_by, organisation=owner, project=One(members=members),
        )
        missing = {key for key in team | {owner} if words.is_partner(key)} - agreed
        assert services.interventions.may_be_told(it) == (decision == "communicate" and not missing)

    holds()


class TestCases:
    def test_it_waits_and_says_so(self, city: Profile, keeper: User):
        said = services.cases.route(keeper, make_signal(city).pk, {"reason": "Er is een plan nodig."})
        made = CaseHandOver.objects.get()
        assert "casus" in said.lower() or "case" in said.lower()
        assert (made.taken_at, made.became) == (None, "")
        with pytest.raises(NotNowError):
            services.cases.take_up(keeper, made.pk)

    def test_it_is_taken_up_once_something_can(self, city: Profile, keeper: User, monkeypatch: pytest.MonkeyPatch):
        signal = make_signal(city)
        services.cases.route(keeper, signal.pk, {"reason": "Er is een plan nodig."})
        seen: list[Any] = []

        def hook(by: User, key: Any, answers: Any) -> str:
            seen.append((by, key, answers["reason"]))
            return "Casus 12"

        monkeypatch.setattr(registry, "case_hooks", [hook])
        made = services.cases.take_up(keeper, CaseHandOver.objects.get().pk)
        assert (made.became, seen) == ("Casus 12", [(keeper, signal.pk, "Er is een plan nodig.")])
        with pytest.raises(NotNowError):
            services.cases.take_up(keeper, made.pk)
        assert services.cases.route(keeper, make_signal(city, "2026-0002").pk, {"reason": "Ook."}) == "Casus 12"

    def test_a_reason_is_asked_and_it_goes_once(self, city: Profile, keeper: User, partner: User):
        signal = make_signal(city)
        for answers in ({}, {"reason": " "}):
            with pytest.raises(ValidationError):
                services.cases.route(keeper, signal.pk, answers)
        services.cases.route(keeper, signal.pk, {"reason": "Nodig."})
        with pytest.raises(ValidationError):
            services.cases.route(keeper, signal.pk, {"reason": "Nodig."})
        with pytest.raises(NotYoursError):
            services.cases.route(partner, make_signal(city, "2026-0002").pk, {"reason": "Nodig."})
        with walls.as_user(partner):
            assert not CaseHandOver.objects.exists()
