"""What can happen to a focus place, by whom, in which order; and that nobody overwrites anybody."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from openvis.web.access.models import AuditEntry, User
from openvis.web.deployment import evidence, selectors, services
from openvis.web.deployment.evidence import Frozen
from openvis.web.deployment.models import Evidence, FocusPlace
from openvis.web.deployment.states import TRANSITIONS, State
from web.deployment import planted

SHAPE = {"type": "Point", "coordinates": [5.2, 52.3]}


def frozen(home: list[str], touches: list[str] | None = None) -> Frozen:
    """Evidence without the picture behind it: here only what happens afterwards counts."""
    return Frozen(
        query="van=2026-01-05", store_version="v1", sources=[], made_up=False, figures={"weeks": []}, cell=125,
        cells=[1], outline=b"\x00", shape=SHAPE, picture=b"<svg/>", name="Hier", home=home, touches=touches or home,
    )


@pytest.fixture
def lead(almere: planted.City) -> User:
    return almere.person("places.keep", "places.assess", areas=(almere.coarse,), name="Mina")


@pytest.fixture
def kept(almere: planted.City, lead: User) -> FocusPlace:
    return services.keep(lead, frozen([almere.home.code, almere.coarse]), "Stationsplein")


def accepted(lead: User, kept: FocusPlace) -> FocusPlace:
    services.assess(lead, kept.pk, 1, "Fietsen staan 's nachts buiten het zicht.", kept.name, "G1.2.1")
    return services.accept(lead, kept.pk, 2, "Past bij wat de winkeliers melden.", lead)


def in_two_weeks() -> object:
    return timezone.localdate() + timedelta(days=14)


def agree(lead: User, place: FocusPlace) -> object:
    return services.agree_action(
        lead, place.pk, place.version, "Hek sluiten om 23 uur", "preventive", in_two_weeks(),
        organisation="stadstoezicht",
    )


def test_the_whole_way_from_proposed_to_closed(lead: User, kept: FocusPlace) -> None:
    assert kept.state == State.PROPOSED
    place = accepted(lead, kept)
    assert place.state == State.ACCEPTED
    action = agree(lead, place)
    place.refresh_from_db()
    assert place.state == State.IN_APPROACH
    services.finish_action(lead, action.pk, 1, timezone.localdate(), "Gebeurt sinds maandag.")
    place = services.close(lead, place.pk, place.version, "De helft minder diefstal in acht weken.")
    assert place.state == State.CLOSED
    assert place.closed_at is not None
    entries = AuditEntry.objects.filter(action__startswith="focus_place.").order_by("id")
    assert [entry.action.split(".")[1] for entry in entries] == [
        "keep", "assess", "accept", "agree_action", "finish_action", "close",
    ]


def test_history_tells_who_did_what_and_what_stood_there(lead: User, kept: FocusPlace) -> None:
    services.assess(lead, kept.pk, 1, "Eerste gedachte.", kept.name)
    services.assess(lead, kept.pk, 2, "Betere gedachte.", kept.name)
    steps = selectors.history(FocusPlace.objects.get(pk=kept.pk))
    assert [step.who for step in steps] == ["Mina"] * 3
    assert steps[0].replaced == "Eerste gedachte."


def test_an_interpretation_given_at_once_is_an_assessment(almere: planted.City, lead: User) -> None:
    place = services.keep(lead, frozen([almere.coarse]), "Plein", interpretation="Na sluitingstijd.")
    assert place.state == State.ASSESSED


def test_who_keeps_but_does_not_assess_proposes(almere: planted.City) -> None:
    keeper = almere.person("places.keep", areas=(almere.coarse,))
    assert not almere.profile.role(keeper.grants.get().role).may("places.assess")
    place = services.keep(keeper, frozen([almere.coarse]), "Plein", interpretation="Ik denk de kroeg.")
    assert place.state == State.PROPOSED
    with pytest.raises(services.NotYoursError):
        services.assess(keeper, place.pk, 1, "Toch de kroeg.", "Plein")


@pytest.mark.parametrize("act", ["accept", "dismiss", "close", "agree_action"])
def test_no_act_out_of_its_order(lead: User, kept: FocusPlace, act: str) -> None:
    calls = {
        "accept": lambda: services.accept(lead, kept.pk, 1, "Ja", lead),
        "dismiss": lambda: services.dismiss(lead, kept.pk, 1, "Nee"),
        "close": lambda: services.close(lead, kept.pk, 1, "Klaar"),
        "agree_action": lambda: agree(lead, kept),
    }
    with pytest.raises(services.NotNowError):
        calls[act]()
    kept.refresh_from_db()
    assert (kept.state, kept.version) == (State.PROPOSED, 1)


def test_a_dismissed_place_stays_dismissed(lead: User, kept: FocusPlace) -> None:
    services.assess(lead, kept.pk, 1, "Drie meldingen van een melder.", kept.name)
    services.dismiss(lead, kept.pk, 2, "Geen patroon.")
    assert all(State.DISMISSED not in transition.sources for transition in TRANSITIONS.values())
    with pytest.raises(services.NotNowError):
        services.accept(lead, kept.pk, 3, "Toch wel", lead)


@pytest.mark.parametrize(("reason", "field"), [("", "reason"), ("   ", "reason")])
def test_a_decision_needs_a_reason(lead: User, kept: FocusPlace, reason: str, field: str) -> None:
    services.assess(lead, kept.pk, 1, "Iets.", kept.name)
    with pytest.raises(services.MissingError) as told:
        services.dismiss(lead, kept.pk, 2, reason)
    assert told.value.field == field
    with pytest.raises(IntegrityError), transaction.atomic():
        FocusPlace.objects.filter(pk=kept.pk).update(state="dismissed", reason="")


def test_a_place_closes_only_with_a_report_on_every_action(lead: User, kept: FocusPlace) -> None:
    place = accepted(lead, kept)
    agree(lead, place)
    place.refresh_from_db()
    with pytest.raises(services.MissingError) as told:
        services.close(lead, place.pk, place.version, "Klaar")
    assert told.value.field == "result"


def test_an_action_needs_a_doer_and_a_known_one(lead: User, kept: FocusPlace) -> None:
    place = accepted(lead, kept)
    for organisation in ("", "brandweer-op-mars"):
        with pytest.raises(services.MissingError) as told:
            services.agree_action(
                lead, place.pk, place.version, "Iets", "preventive", in_two_weeks(), organisation=organisation
            )
        assert told.value.field == "organisation"


def test_nothing_is_reported_as_done_in_the_future(lead: User, kept: FocusPlace) -> None:
    place = accepted(lead, kept)
    action = agree(lead, place)
    with pytest.raises(services.MissingError) as told:
        services.finish_action(lead, action.pk, 1, in_two_weeks(), "Straks")
    assert told.value.field == "done"


def test_an_unknown_goal_is_refused(lead: User, kept: FocusPlace) -> None:
    with pytest.raises(services.MissingError) as told:
        services.assess(lead, kept.pk, 1, "Iets.", kept.name, "G99")
    assert told.value.field == "goal"


def test_two_people_who_change_the_same_are_told_and_nothing_is_overwritten(lead: User, kept: FocusPlace) -> None:
    services.assess(lead, kept.pk, 1, "De eerste schrijft dit.", kept.name)
    with pytest.raises(services.ChangedError) as told:
        services.assess(lead, kept.pk, 1, "De tweede schrijft dat.", kept.name)
    assert told.value.current.interpretation == "De eerste schrijft dit."
    kept.refresh_from_db()
    assert kept.interpretation == "De eerste schrijft dit."


def test_a_refused_act_leaves_no_audit_entry_of_being_done(lead: User, kept: FocusPlace) -> None:
    before = AuditEntry.objects.count()
    with pytest.raises(services.NotNowError):
        services.close(lead, kept.pk, 1, "Klaar")
    assert AuditEntry.objects.count() == before


# Who may not


def test_an_area_manager_keeps_only_within_the_own_area(almere: planted.City) -> None:
    other = almere.person("places.keep", "places.assess", areas=(almere.elsewhere,))
    for home in ([almere.home.code, almere.coarse], []):
        with pytest.raises(services.NotYoursError):
            services.keep(other, frozen(home), "Elders")
    assert not FocusPlace.objects.exists()
    assert not Evidence.objects.exists()


def test_a_place_in_another_area_does_not_exist(almere: planted.City, kept: FocusPlace) -> None:
    other = almere.person("places.keep", "places.assess", areas=(almere.elsewhere,))
    assert not selectors.visible_for(other).exists()
    assert selectors.search(other, "Station") == []
    assert selectors.by_goal(other) == {}
    with pytest.raises(services.NotYoursError):
        services.assess(other, kept.pk, 1, "Hallo", "Hallo")


def test_a_place_on_the_border_is_seen_from_both_sides_but_belongs_to_one(almere: planted.City, lead: User) -> None:
    place = services.keep(lead, frozen([almere.coarse], [almere.coarse, almere.elsewhere]), "Grens")
    other = almere.person("places.keep", "places.assess", areas=(almere.elsewhere,))
    assert selectors.visible_for(other).get() == place
    with pytest.raises(services.NotYoursError):
        services.assess(other, place.pk, 1, "Hallo", "Hallo")


@pytest.mark.parametrize("ability", ["people.view", "plan.view"])
def test_an_administrator_and_a_council_member_see_no_place(
    almere: planted.City, kept: FocusPlace, ability: str
) -> None:
    person = almere.person(ability)
    assert not person.has_perm("deployment.see_place", kept)
    assert not selectors.visible_for(person).exists()


def test_who_has_lost_the_role_sees_nothing(kept: FocusPlace, lead: User) -> None:
    lead.grants.update(ends=timezone.now())
    assert not selectors.visible_for(User.objects.get(pk=lead.pk)).exists()


def test_an_owner_is_somebody_who_works_there(almere: planted.City, lead: User, kept: FocusPlace) -> None:
    services.assess(lead, kept.pk, 1, "Iets.", kept.name)
    stranger = almere.person("places.keep", areas=(almere.elsewhere,), name="Ver")
    assert stranger not in selectors.people_for(kept)
    with pytest.raises(services.MissingError) as told:
        services.accept(lead, kept.pk, 2, "Ja", stranger)
    assert told.value.field == "owner"


def test_who_does_an_action_reports_on_it_but_does_not_change_it(
    almere: planted.City, lead: User, kept: FocusPlace
) -> None:
    officer = almere.person("observation.enter", "briefing.view", areas=(almere.coarse,), name="Boa")
    place = accepted(lead, kept)
    action = services.agree_action(
        lead, place.pk, place.version, "Rondje om 23 uur", "preventive", in_two_weeks(), person=officer
    )
    with pytest.raises(services.NotYoursError):
        services.change_action(officer, action.pk, 1, "Rondje overslaan", "preventive", in_two_weeks(), person=officer)
    services.finish_action(officer, action.pk, 1, timezone.localdate(), "Drie avonden gelopen.")
    other = almere.person("observation.enter", "briefing.view", areas=(almere.coarse,), name="Ander")
    with pytest.raises(services.NotYoursError):
        services.finish_action(other, action.pk, 2, timezone.localdate(), "Niet van mij.")


# What is mine


def test_today_has_what_is_mine_and_due_this_week(almere: planted.City, lead: User, kept: FocusPlace) -> None:
    place = accepted(lead, kept)
    today = timezone.localdate()
    for what, due in (("laat", today - timedelta(days=3)), ("later", today + timedelta(days=20))):
        place.refresh_from_db()
        services.agree_action(lead, place.pk, place.version, what, "preventive", due, organisation="politie")
    mine = selectors.mine(lead)
    assert [place.name for place in mine.owned] == ["Stationsplein"]
    assert [action.what for action in mine.due] == ["laat"]
    assert mine.due[0].late
    assert selectors.mine(almere.person("places.keep", "places.assess", areas=(almere.coarse,))).owned == []


def test_the_evidence_travels_with_the_place(kept: FocusPlace) -> None:
    assert kept.evidence.query == "van=2026-01-05"
    assert evidence.Frozen(**frozen([]).__dict__).fields()["store_version"] == "v1"
