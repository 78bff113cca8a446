"""A RIEC meeting from the list to the record: what may happen when, who may do it, and what stops it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access import walls
from openvis.web.access.models import AuditEntry, User
from openvis.web.followup import agreements, services, words
from openvis.web.followup.models import Contribution, Decision, MeetingAction, TabledItem
from openvis.web.followup.services import ChangedError, NotNowError, NotYoursError, WrongError
from openvis.web.sharing.covenants import CovenantError
from openvis.web.signals.registry import routes
from web.followup import casework
from web.followup.casework import HIDDEN, SECRET, decided, form, make_item, make_meeting, make_signal, make_user, sent


def test_the_ways_are_offered_to_who_weighs(city: Profile, keeper: User):
    offered = {route.key: route for route in routes}
    assert {"riec", "project", "case"} <= offered.keys()
    meeting = make_meeting(city, keeper)
    asked = offered["riec"].fields(keeper)["meeting"]
    assert str(meeting.pk) in dict(asked.choices)
    said = offered["riec"].take(keeper, make_signal(city).pk, {"meeting": str(meeting.pk)})
    assert f"{timezone.localtime(meeting.begins):%d-%m-%Y}" in said


class TestRouting:
    def test_a_signal_waits_on_the_list(self, city: Profile, keeper: User):
        item = make_item(keeper, make_signal(city))
        assert (item.state, item.meeting, item.number) == ("waiting", None, "2026-0001")

    def test_it_goes_there_once(self, city: Profile, keeper: User):
        signal = make_signal(city)
        make_item(keeper, signal)
        with pytest.raises(ValidationError):
            services.meetings.route(keeper, signal.pk, {})

    def test_a_meeting_that_is_closed_takes_nothing(self, city: Profile, keeper: User):
        meeting, item = sent(city, keeper)
        decided(city, keeper, item)
        services.meetings.close(keeper, meeting.pk)
        with pytest.raises(ValidationError), transaction.atomic():
            services.meetings.route(keeper, make_signal(city, "2026-0009").pk, {"meeting": str(meeting.pk)})

    def test_nobody_else_routes(self, city: Profile, partner: User):
        with pytest.raises(NotYoursError):
            services.meetings.route(partner, make_signal(city).pk, {})


class TestHandingOver:
    def test_chosen_fields_are_copied_once(self, city: Profile, keeper: User):
        signal = make_signal(city)
        item = make_item(keeper, signal)
        given = services.items.hand_over(keeper, item.pk, form(city))
        assert SECRET in given.values[1][1]
        assert HIDDEN not in str(given.values)
        with pytest.raises(NotNowError):
            services.items.hand_over(keeper, item.pk, form(city, fields=["interpretation"]))
        assert Contribution.objects.get().fields == ["phenomenon", "facts"]

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"fields": []}, "fields"), ({"fields": ["none_such"]}, "fields"), ({"law": "x"}, "law"),
            ({"article": " "}, "article"), ({"purpose": "none_such"}, "purpose"), ({"covenant": "none_such"}, "covenant"),
            ({"motivation": ""}, "motivation"), ({"proportionality": ""}, "proportionality"),
        ],
    )
    def test_what_is_missing_is_named(self, city: Profile, keeper: User, changed: dict[str, Any], field: str):
        item = make_item(keeper, make_signal(city))
        with pytest.raises(WrongError) as wrong:
            services.items.hand_over(keeper, item.pk, form(city, **changed))
        assert wrong.value.field == field
        assert not Contribution.objects.exists()

    def test_the_database_lets_nobody_change_it(self, city: Profile, keeper: User):
        _meeting, item = sent(city, keeper)
        decided(city, keeper, item)
        for model in (Contribution, Decision):
            with pytest.raises(DatabaseError), walls.as_user(keeper):
                model.objects.update(article="iets anders")
            with pytest.raises(DatabaseError), walls.as_user(keeper):
                model.objects.all()._raw_delete("default")

    def test_partners_do_not_hand_over(self, city: Profile, keeper: User, partner: User):
        item = make_item(keeper, make_signal(city))
        with pytest.raises(NotYoursError):
            services.items.hand_over(partner, item.pk, form(city))


class TestSending:
    def test_everything_on_it_is_handed_over_first(self, city: Profile, keeper: User):
        meeting = make_meeting(city, keeper)
        with pytest.raises(NotNowError):
            services.meetings.send(keeper, meeting.pk)
        item = make_item(keeper, make_signal(city), meeting)
        with pytest.raises(NotNowError, match=item.number):
            services.meetings.send(keeper, meeting.pk)
        services.items.hand_over(keeper, item.pk, form(city))
        assert services.meetings.send(keeper, meeting.pk).sent_at is not None
        with pytest.raises(NotNowError):
            services.meetings.send(keeper, meeting.pk)

    def test_what_comes_later_is_handed_over_first_too(self, city: Profile, keeper: User):
        meeting, _item = sent(city, keeper)
        late = make_item(keeper, make_signal(city, "2026-0044"))
        with pytest.raises(NotNowError):
            services.meetings.table(keeper, late.pk, meeting.pk)
        services.items.hand_over(keeper, late.pk, form(city))
        services.meetings.table(keeper, late.pk, meeting.pk)

    def test_a_person_without_a_role_for_it_is_not_invited(self, city: Profile, keeper: User, outsider: User):
        meeting = make_meeting(city, keeper)
        with pytest.raises(WrongError) as wrong:
            services.meetings.invite(keeper, meeting.pk, outsider)
        assert wrong.value.field == "person"

    def test_the_chair_stays(self, city: Profile, keeper: User, partner: User):
        meeting = make_meeting(city, keeper, partner)
        for one in meeting.participants.all():
            if one.user_id == keeper.pk:
                with pytest.raises(NotNowError):
                    services.meetings.uninvite(keeper, meeting.pk, one.pk)
            else:
                services.meetings.uninvite(keeper, meeting.pk, one.pk)
        assert [one.user_id for one in meeting.participants.all()] == [keeper.pk]

    def test_two_people_who_change_it_are_told(self, city: Profile, keeper: User):
        meeting = make_meeting(city, keeper)
        again = meeting.begins + timedelta(days=1)
        services.meetings.change(keeper, meeting.pk, meeting.version, again, "Zaal 4", keeper)
        with pytest.raises(ChangedError) as told:
            services.meetings.change(keeper, meeting.pk, meeting.version, again, "Zaal 5", keeper)
        assert told.value.current.place == "Zaal 4"


class TestDeciding:
    def test_a_decision_carries_its_law_and_approach(self, city: Profile, keeper: User, partner: User):
        _meeting, item = sent(city, keeper, partner)
        organisation = partner.organisation.key
        decided(city, keeper, item, law="Wpg", article="art. 20", approaches=["criminal"], partners=[organisation])
        assert (item.state, item.approaches, item.partners) == ("decided", ["criminal"], [organisation])
        made = item.decisions.get()
        assert (made.law, made.article) == ("Wpg", "art. 20")

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"text": "  "}, "text"), ({"law": "geen"}, "law"), ({"article": ""}, "article"),
            ({"approaches": []}, "approaches"),
            ({"approaches": ["magic"]}, "approaches"), ({"partners": ["none_such"]}, "partners"),
        ],
    )
    def test_what_is_missing_is_named(self, city: Profile, keeper: User, changed: dict[str, Any], field: str):
        _meeting, item = sent(city, keeper)
        with pytest.raises(WrongError) as wrong:
            decided(city, keeper, item, **changed)
        assert wrong.value.field == field
        assert not Decision.objects.exists()

    def test_only_after_the_agenda_was_sent(self, city: Profile, keeper: User):
        item = make_item(keeper, make_signal(city), make_meeting(city, keeper))
        with pytest.raises(NotNowError):
            decided(city, keeper, item)

    def test_on_what_was_read(self, city: Profile, keeper: User):
        _meeting, item = sent(city, keeper)
        decided(city, keeper, item)
        with pytest.raises(ChangedError):
            decided(city, keeper, item, version=item.version - 1)

    def test_partners_write_nothing_down(self, city: Profile, keeper: User, partner: User):
        _meeting, item = sent(city, keeper, partner)
        with pytest.raises(NotYoursError):
            decided(city, partner, item)
        with pytest.raises(DatabaseError), walls.as_user(partner):
            Decision(item=item, text="x", law="AVG", article="1", by=partner).save(force_insert=True)

    def test_of_partners_there_is_no_column_but_decisions(self):
        """Whoever adds a text about an item says here whose information it is."""
        ours = {"tableditem": {"result"}, "contribution": {"values", "motivation", "proportionality"}, "decision": {"text"},
                "meetingaction": {"what", "result"}, "meeting": {"place"}}  # fmt: skip
        from django.apps import apps

        from openvis.web.access.fields import SealedField

        for name, texts in ours.items():
            fields = apps.get_model("followup", name)._meta.concrete_fields
            assert {field.name for field in fields if isinstance(field, SealedField)} == texts


class TestActions:
    def test_an_action_has_owner_organisation_and_term(self, city: Profile, keeper: User, partner: User):
        _meeting, item = sent(city, keeper, partner)
        due = timezone.localdate() + timedelta(days=14)
        action = services.items.agree(keeper, item.pk, "De boekhouding vragen.", partner, due)
        assert (action.owner, action.organisation, action.due) == (partner, partner.organisation.key, due)
        services.items.report(partner, action.pk, "done", "Gevraagd, komt volgende week.")
        action.refresh_from_db()
        assert (action.state, action.result) == ("done", "Gevraagd, komt volgende week.")
        with pytest.raises(NotNowError):
            services.items.report(partner, action.pk, "done", "Nog eens.")

    @pytest.mark.parametrize(("what", "days", "field"), [("", 3, "what"), ("Iets doen", -1, "due")])
    def test_what_is_missing_is_named(self, city: Profile, keeper: User, what: str, days: int, field: str):
        _meeting, item = sent(city, keeper)
        with pytest.raises(WrongError) as wrong:
            services.items.agree(keeper, item.pk, what, keeper, timezone.localdate() + timedelta(days=days))
        assert wrong.value.field == field

    def test_another_participant_does_not_report_it(self, city: Profile, keeper: User, partner: User, other_partner: User):
        _meeting, item = sent(city, keeper, partner, other_partner)
        action = services.items.agree(keeper, item.pk, "Iets doen", partner, timezone.localdate())
        with pytest.raises(NotYoursError):
            services.items.report(other_partner, action.pk, "done", "Niet van mij.")

    def test_an_item_is_closed_when_nothing_is_open(self, city: Profile, keeper: User):
        meeting, item = sent(city, keeper)
        action = services.items.agree(keeper, item.pk, "Iets doen", keeper, timezone.localdate())
        with pytest.raises(NotNowError):
            services.meetings.close(keeper, meeting.pk)
        decided(city, keeper, item)
        services.meetings.close(keeper, meeting.pk)
        with pytest.raises(NotNowError):
            services.items.close(keeper, item.pk, "Klaar.")
        services.items.report(keeper, action.pk, "dropped", "Niet meer nodig.")
        closed = services.items.close(keeper, item.pk, "Klaar.")
        assert closed.ends_on == words.kept_until(timezone.localdate())


class TestCovenant:
    """A covenant that ran out stops the exchange, with a sentence that says so."""

    def test_it_stops_every_act(self, city: Profile, keeper: User, partner: User, covenants_end: Any):
        meeting = make_meeting(city, keeper, partner)
        item = make_item(keeper, make_signal(city), meeting)
        before, before_item = sent(city, keeper, partner)
        filled = form(city)
        late = make_user(city, casework.partner_role(city))
        covenants_end()
        name = next(one.name.get("nl") for one in city.covenants if one.id == meeting.covenant)
        for act in (
            lambda: services.items.hand_over(keeper, item.pk, filled),
            lambda: services.meetings.send(keeper, meeting.pk),
            lambda: services.meetings.invite(keeper, before.pk, late),
            lambda: decided(city, keeper, before_item, partners=[partner.organisation.key]),
            lambda: services.items.agree(keeper, before_item.pk, "x y", partner, timezone.localdate()),
            lambda: make_meeting(city, keeper),
        ):
            with pytest.raises((WrongError, NotNowError)) as stopped, transaction.atomic():
                act()
            assert name in str(stopped.value)
        assert not Contribution.objects.filter(item=item).exists()
        assert not MeetingAction.objects.exists()
        assert agreements.blocks(meeting.covenant, partner.organisation.key)
        assert not agreements.blocks(meeting.covenant, keeper.organisation.key)

    def test_who_is_no_party_is_not_invited(self, city: Profile, keeper: User):
        agreed = next(item for item in city.covenants if item.id == casework.covenant_of(city))
        strange = [key.id for key in city.organisations if words.is_partner(key.id) and key.id not in agreed.parties]
        if not strange:
            pytest.skip("every partner of this city is a party")
        stranger = make_user(city, casework.partner_role(city), strange[0])
        with pytest.raises(WrongError, match=str(agreements.NoPartyError(strange[0], agreed))[:20]):
            services.meetings.invite(keeper, make_meeting(city, keeper).pk, stranger)

    def test_departments_of_the_municipality_need_none(self, city: Profile):
        inside = {city.role(casework.keeper_role(city)).organisation, city.compartment("signals").controller}
        assert not [key for key in inside if words.is_partner(key)]
        assert words.is_partner(city.role(casework.partner_role(city)).organisation)

    def test_another_covenant_does_not_do(self, city: Profile):
        today = timezone.localdate()
        other = next(item for item in city.covenants if "signals" not in item.compartments and item.in_force(today))
        with pytest.raises(CovenantError):
            agreements.check(other.id, ())


def test_every_act_is_in_the_audit_log_without_content(city: Profile, keeper: User, partner: User):
    _meeting, item = sent(city, keeper, partner)
    decided(city, keeper, item)
    services.items.agree(keeper, item.pk, "Iets doen", partner, timezone.localdate())
    done = set(AuditEntry.objects.values_list("action", flat=True))
    acts = ["meeting.make", "meeting.invite", "riec.take", "item.hand_over", "meeting.send", "item.decide", "action.agree"]
    assert set(acts) <= done
    assert not [entry for entry in AuditEntry.objects.all() if SECRET in str(entry.facts)]


def test_a_signal_takes_its_copies_with_it(city: Profile, keeper: User):
    from openvis.web.access.finding import history_of

    _meeting, item = sent(city, keeper)
    decided(city, keeper, item)
    assert history_of(TabledItem)[0].objects.filter(pgh_obj_id=item.pk).exists()
    item.signal.delete()
    assert not Contribution.objects.exists()
    assert not Decision.objects.exists()
    assert not history_of(TabledItem)[0].objects.filter(pgh_obj_id=item.pk).exists()
