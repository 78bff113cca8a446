"""Registering and matching: both handlers are told, nobody else; a silent entry betrays nothing."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access.models import AuditEntry, User
from openvis.web.places.models import Address
from openvis.web.refindex import selectors, services, tasks, terms
from openvis.web.refindex.models import Entry, Match
from openvis.web.refindex.states import Ground, State
from web.refindex.departments import CONTACTS, at_work, enter, kind_of, make_address, make_user


def told(city: Profile, user: User) -> list[tuple[str, str]]:
    """Which departments and contacts somebody's matches tell of, as their pages read it."""
    with at_work(city, user):
        return sorted((item.match.department, item.contact) for item in selectors.matches(user))


class TestMatch:
    def test_both_handlers_are_told_of_each_other(self, city: Profile, first: User, second: User, address: Address):
        enter(city, first, address)
        assert told(city, first) == []
        enter(city, second, address, contact=CONTACTS["second"])
        assert told(city, first) == [(second.organisation.key, CONTACTS["second"])]
        assert told(city, second) == [(first.organisation.key, CONTACTS["first"])]

    def test_nobody_else_learns_of_it(
        self, city: Profile, first: User, second: User, third: User, colleague: User, address: Address
    ):
        enter(city, first, address)
        enter(city, second, address)
        enter(city, third, make_address(2))
        for person in (third, colleague):
            assert told(city, person) == []

    def test_three_departments_each_learn_of_the_two_others(
        self, city: Profile, first: User, second: User, third: User, address: Address
    ):
        for person in (first, second, third):
            enter(city, person, address)
        assert [len(told(city, person)) for person in (first, second, third)] == [2, 2, 2]

    def test_no_match_within_a_department_nor_at_another_address(
        self, city: Profile, first: User, colleague: User, second: User, address: Address
    ):
        enter(city, first, address)
        enter(city, colleague, address)
        enter(city, second, make_address(2))
        assert not Match.objects.exists()

    @pytest.mark.parametrize("ended", ["withdrawn", "run out"])
    def test_what_has_ended_matches_no_more(
        self, city: Profile, first: User, second: User, address: Address, ended: str
    ):
        entry = enter(city, first, address)
        if ended == "withdrawn":
            services.withdraw(first, entry.pk)
        else:
            # Its day has come, and the task of the night has not run yet.
            Entry.objects.filter(pk=entry.pk).update(expires_on=timezone.localdate())
        enter(city, second, address)
        assert not Match.objects.exists()

    def test_the_kind_is_known_to_its_own_department_alone(
        self, city: Profile, first: User, second: User, colleague: User, address: Address
    ):
        entry = enter(city, first, address)
        enter(city, second, address)
        with at_work(city, colleague):
            assert Entry.objects.get(pk=entry.pk).kind == kind_of(city)
        with at_work(city, second):
            assert not Entry.objects.filter(pk=entry.pk).exists()


class TestSilent:
    def test_a_silent_entry_tells_only_its_own_contributor(
        self, city: Profile, first: User, second: User, address: Address
    ):
        enter(city, first, address)
        enter(city, second, address, silent=True)
        assert told(city, first) == []
        assert told(city, second) == [(first.organisation.key, CONTACTS["first"])]

    def test_also_when_it_was_there_first(self, city: Profile, first: User, second: User, address: Address):
        enter(city, second, address, silent=True)
        enter(city, first, address)
        assert told(city, first) == []
        assert told(city, second) == [(first.organisation.key, CONTACTS["first"])]

    def test_two_silent_entries_tell_nobody(self, city: Profile, first: User, second: User, address: Address):
        enter(city, second, address, silent=True)
        enter(city, first, address, silent=True)
        assert not Match.objects.exists()

    def test_a_colleague_does_not_see_it_nor_bumps_into_it(
        self, city: Profile, first: User, colleague: User, address: Address
    ):
        entry = enter(city, first, address, silent=True)
        with at_work(city, colleague):
            assert not Entry.objects.exists()
        assert enter(city, colleague, address).pk != entry.pk

    def test_it_asks_no_reply(self, city: Profile, first: User, second: User, address: Address):
        enter(city, second, address, silent=True)
        enter(city, first, address)
        assert tasks.remind(timezone.localdate() + timedelta(days=60)) == 0
        assert Match.objects.exists()



class TestRegister:
    @pytest.mark.parametrize(
        "contact", ["", "bel Jan", "036 539 1111 (Jan)", "jan", "jan@", "036", "x" * 90 + "@" + "y" * 30 + ".nl", "0" * 40]
    )
    def test_a_contact_is_a_number_or_an_address_and_no_text(
        self, city: Profile, first: User, address: Address, contact: str
    ):
        with pytest.raises(services.WrongError) as refused:
            services.register(first, address, kind_of(city), contact)
        assert refused.value.field == "contact"

    @pytest.mark.parametrize("contact", ["036 539 1111", "+31 (0)36-539.11.11", " meldpunt@stad.example "])
    def test_these_are(self, city: Profile, first: User, address: Address, contact: str):
        assert services.register(first, address, kind_of(city), contact).contact == contact.strip()

    def test_a_kind_comes_from_the_list(self, city: Profile, first: User, address: Address):
        with pytest.raises(services.WrongError) as refused:
            services.register(first, address, "verdachte persoon", CONTACTS["first"])
        assert refused.value.field == "kind"

    def test_an_address_that_has_ended_is_refused(self, city: Profile, first: User, address: Address):
        address.valid_to = timezone.localdate()
        address.save()
        with pytest.raises(services.WrongError) as refused:
            services.register(first, address, kind_of(city), CONTACTS["first"])
        assert refused.value.field == "address"

    def test_twice_the_same_by_one_person_is_refused(self, city: Profile, first: User, address: Address):
        enter(city, first, address)
        with pytest.raises(services.WrongError) as refused:
            services.register(first, address, kind_of(city), CONTACTS["first"])
        assert refused.value.field == "address"

    def test_the_database_refuses_it_too(self, city: Profile, first: User, address: Address):
        entry = enter(city, first, address)
        entry.pk, entry._state.adding = type(entry)().pk, True
        with pytest.raises(services.WrongError):
            services._saved(entry)

    def test_the_manager_and_the_officer_do_not_enter(
        self, city: Profile, manager_of_index: User, officer: User, outsider: User, address: Address
    ):
        for person in (manager_of_index, officer, outsider):
            with pytest.raises(services.NotYoursError):
                services.register(person, address, kind_of(city), CONTACTS["first"])

    def test_who_works_for_no_department_does_not_enter(self, city: Profile, first: User, address: Address):
        first.organisation = None
        first.save()
        with pytest.raises(services.NotYoursError):
            services.register(first, address, kind_of(city), CONTACTS["first"])

    def test_it_ends_by_the_profile(self, city: Profile, first: User, address: Address):
        entry, said = enter(city, first, address), city.signals.index
        assert entry.expires_on == terms.months_later(timezone.localdate(), said.months)
        assert entry.ends_on == entry.expires_on + timedelta(days=said.delete_after_days)

    def test_the_audit_log_names_the_entry_and_nothing_of_it(
        self, city: Profile, first: User, second: User, address: Address
    ):
        enter(city, first, address)
        entry = enter(city, second, address)
        found = AuditEntry.objects.get(action="index.register", actor=second.pk)
        assert (found.object, found.facts) == (f"index_entry:{entry.pk}", {})
        assert not AuditEntry.objects.filter(action="index.match").exists()


class TestReply:
    @pytest.fixture
    def match(self, city: Profile, first: User, second: User, address: Address) -> Match:
        enter(city, first, address)
        enter(city, second, address)
        return Match.objects.get(entry__handler=first)

    def test_contact_with_date_result_and_checklist(self, city: Profile, first: User, match: Match):
        with at_work(city, first):
            services.reply(
                first, match.pk, spoke=True, on=timezone.localdate(), result="act_together", grounds=Ground.values
            )
        match.refresh_from_db()
        assert (match.contact_on, match.result) == (timezone.localdate(), "act_together")
        assert set(match.grounds) == set(Ground.values)
        # The other side notes its own.
        assert Match.objects.get(entry=match.other).replied_at is None

    def test_no_contact_leaves_nothing_but_the_reply(self, city: Profile, first: User, match: Match):
        services.reply(first, match.pk, spoke=False, on=timezone.localdate(), result="same", grounds=["task"])
        match.refresh_from_db()
        assert match.replied_at is not None
        assert (match.contact_on, match.result, match.grounds) == (None, "", [])

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"grounds": ["task", "purpose", "least"]}, "grounds"), ({"result": "guilty"}, "result"),
            ({"result": ""}, "result"), ({"on": None}, "on"), ({"on": timezone.localdate() + timedelta(days=1)}, "on"),
            ({"on": timezone.localdate() - timedelta(days=1)}, "on"),
        ],
    )  # fmt: skip
    def test_what_is_missing_is_named(self, first: User, match: Match, changed: dict[str, object], field: str):
        usual = {"spoke": True, "on": timezone.localdate(), "result": "same", "grounds": Ground.values}
        with pytest.raises(services.WrongError) as refused:
            services.reply(first, match.pk, **(usual | changed))
        assert refused.value.field == field

    def test_only_its_own_handler_replies(
        self, city: Profile, second: User, third: User, colleague: User, match: Match
    ):
        for person in (second, third, colleague):
            with pytest.raises(services.NotYoursError):
                services.reply(person, match.pk, spoke=False)


class TestTelling:
    def test_each_handler_gets_one_message_without_content(
        self, city: Profile, first: User, second: User, address: Address
    ):
        enter(city, first, address)
        enter(city, second, address)
        assert tasks.tell() == 2
        assert sorted(address for message in mail.outbox for address in message.to) == sorted([first.email, second.email])
        for message in mail.outbox:
            for secret in (address.street, first.organisation.key, second.organisation.key, *CONTACTS.values()):
                assert secret not in message.subject + message.body
        assert tasks.tell() == 0
        assert AuditEntry.objects.filter(action="index.match", actor__isnull=True).count() == 2

    def test_of_a_silent_one_its_own_handler_alone(self, city: Profile, first: User, second: User, address: Address):
        enter(city, second, address, silent=True)
        enter(city, first, address)
        tasks.tell()
        assert [message.to for message in mail.outbox] == [[second.email]]

    def test_a_reminder_on_the_last_day_of_the_term_and_once(
        self, city: Profile, first: User, second: User, address: Address
    ):
        enter(city, first, address)
        enter(city, second, address)
        last = terms.reply_by(timezone.localdate())
        assert tasks.remind(last - timedelta(days=1)) == 0
        services.reply(second, Match.objects.get(entry__handler=second).pk, spoke=False)
        assert tasks.remind(last) == 1
        assert [message.to for message in mail.outbox] == [[first.email]]
        assert tasks.remind(last) == 0


class TestEnding:
    def test_renewed_once_with_a_reason(self, city: Profile, first: User, address: Address):
        entry = enter(city, first, address)
        before = entry.expires_on
        with pytest.raises(services.WrongError):
            services.renew(first, entry.pk, "because")
        with at_work(city, first):
            renewed = services.renew(first, entry.pk, "running")
        assert renewed.expires_on == terms.expires(before)
        with pytest.raises(services.NotNowError):
            services.renew(first, entry.pk, "running")

    def test_runs_out_and_is_deleted_with_its_matches(
        self, city: Profile, first: User, second: User, address: Address
    ):
        from openvis.web.refindex import retention

        entry = enter(city, first, address)
        enter(city, second, address)
        assert services.expire(entry.expires_on - timedelta(days=1)) == 0
        assert services.expire(entry.expires_on) == 2
        entry.refresh_from_db()
        assert entry.state == State.EXPIRED
        assert retention.due(entry.ends_on - timedelta(days=1)).count() == 0
        assert retention.run(entry.ends_on) == 2
        assert not Entry.objects.exists()
        assert not Match.objects.exists()

    def test_withdrawn_is_deleted_after_the_same_term(self, city: Profile, first: User, address: Address):
        entry = services.withdraw(first, enter(city, first, address).pk)
        assert entry.ends_on == timezone.localdate() + timedelta(days=city.signals.index.delete_after_days)
        with pytest.raises(services.NotNowError):
            services.withdraw(first, entry.pk)

    def test_a_colleague_withdraws_for_the_department_and_another_does_not(
        self, city: Profile, first: User, colleague: User, second: User, address: Address
    ):
        entry = enter(city, first, address)
        for act in (services.withdraw, lambda by, key: services.renew(by, key, "running")):
            with pytest.raises(services.NotYoursError):
                act(second, entry.pk)
        with at_work(city, colleague):
            assert services.withdraw(colleague, entry.pk).state == State.WITHDRAWN

    def test_a_contributor_of_the_police_is_no_colleague_by_role(self, city: Profile, first: User, address: Address):
        entry = enter(city, first, address)
        elsewhere = make_user(city, "index.contribute", city.organisations[1].id)
        with at_work(city, elsewhere), pytest.raises(services.NotYoursError):
            services.withdraw(elsewhere, entry.pk)
