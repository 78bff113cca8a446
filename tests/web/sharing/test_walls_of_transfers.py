"""The two walls of transfers: both sides see their own, nobody else learns that there is one."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from openvis.profile import Profile
from openvis.web.access import acting, walls
from openvis.web.access.models import Grant, RoleRight, User
from openvis.web.sharing import rules, selectors, services
from openvis.web.sharing.models import CovenantText, Flow, Received, Transfer
from web.sharing import handed
from web.sharing.handed import SECRET, elsewhere, make_user, proposing_role, purpose_of, receiving_role

TABLES = ("sharing_transfer", "sharing_transferevent", "sharing_received")


def counted(person: User | None) -> list[int]:
    """How many rows of each table a person's database shows, under the web role."""
    found = []
    with walls.as_user(person), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found.append(cursor.fetchone()[0])
    return found


def proposes(city: Profile, role: str, compartment: str) -> bool:
    """By the profile alone: whether a role stands on the proposing side of a compartment."""
    letters = city.rights(role, compartment).rights
    return "transfers.propose" in city.role(role).abilities and bool(letters & {"r", "a"})


def answers(city: Profile, role: str, compartment: str) -> bool:
    """By the profile alone: whether a role answers for a compartment."""
    letters = city.rights(role, compartment).rights
    return "transfers.accept" in city.role(role).abilities and "e" in letters and bool(letters & {"r", "a"})


@pytest.fixture
def accepted(city: Profile, transfer: Transfer, receiver: User) -> Transfer:
    with acting.begin(acting.Acting(user=receiver, purpose=purpose_of(city))):
        return services.accept(receiver, transfer.pk)


class TestDatabase:
    def test_every_role_sees_what_the_profile_says_and_no_more(self, city: Profile, accepted: Transfer):
        wrong = []
        for role in city.roles:
            ours = role.id == accepted.role and proposes(city, role.id, "operations")
            theirs = answers(city, role.id, "nuisance")
            expected = [int(ours or theirs), int(ours or theirs), int(theirs)]
            found = counted(make_user(city, role.id))
            if found != expected:
                wrong.append(f"{role.id}: {found}, expected {expected}")
        assert not wrong, "\n".join(wrong)
        assert counted(None) == [0, 0, 0]

    def test_a_colleague_of_another_area_sees_nothing(self, city: Profile, transfer: Transfer):
        assert counted(make_user(city, proposing_role(city), (elsewhere(city),))) == [0, 0, 0]
        assert counted(make_user(city, proposing_role(city)))[0] == 1

    def test_the_administrator_sees_nothing(self, city: Profile, accepted: Transfer, administrator: User):
        assert counted(administrator) == [0, 0, 0]

    def test_what_is_received_is_not_for_who_proposed_it(self, city: Profile, accepted: Transfer, proposer: User):
        if proposing_role(city) == receiving_role(city):
            pytest.skip("here one role stands on both sides")
        assert counted(proposer) == [1, 1, 0]

    def test_two_roles_that_each_give_half_do_not_add_up(self, city: Profile, transfer: Transfer, outsider: User):
        """One role gives the act, another the compartment: together they open nothing."""
        act, compartment = "half-act", "half-compartment"
        RoleRight.objects.bulk_create([
            RoleRight(role=act, right="transfers.accept"), RoleRight(role=compartment, right="nuisance:e"),
            RoleRight(role=compartment, right="nuisance:r"),
        ])  # fmt: skip
        for role in (act, compartment):
            Grant.objects.create(user=outsider, role=role, source="test", reason="test")
        assert counted(outsider) == [0, 0, 0]
        RoleRight.objects.create(role=compartment, right="transfers.accept")
        assert counted(outsider)[0] == 1

    def test_who_may_only_put_something_in_does_not_read(self, city: Profile, transfer: Transfer, outsider: User):
        rows = [RoleRight(role="enters", right=right) for right in ("transfers.accept", "nuisance:e")]
        RoleRight.objects.bulk_create(rows)
        Grant.objects.create(user=outsider, role="enters", source="test", reason="test")
        assert counted(outsider) == [0, 0, 0]

    def test_a_role_that_ended_opens_nothing(self, city: Profile, transfer: Transfer, receiver: User):
        from openvis.web.access.services import revoke

        assert counted(receiver)[0] == 1
        revoke(receiver.grants.get())
        assert counted(receiver) == [0, 0, 0]

    def test_what_is_withdrawn_is_gone_for_the_other_side(
        self, city: Profile, transfer: Transfer, receiver: User, proposer: User
    ):
        services.withdraw(proposer, transfer.pk)
        if proposing_role(city) != receiving_role(city):
            assert counted(receiver) == [0, 0, 0]
        assert counted(proposer)[0] == 1


class TestWriting:
    """What somebody could send to the database past all of our Python."""

    def refused(self, person: User, change: Callable[[], object]) -> bool:
        """Whether the database refuses a change, or finds nothing to change."""
        with walls.as_user(person):
            try:
                with transaction.atomic():
                    return change() == 0
            except DatabaseError:
                return True

    def test_nobody_proposes_in_the_name_of_another(self, city: Profile, transfer: Transfer, proposer: User, receiver: User):
        def copied(**changed: Any) -> Transfer:
            attributes = {f.attname: getattr(transfer, f.attname) for f in Transfer._meta.fields if f.name != "id"}
            return Transfer(**(attributes | changed))

        assert self.refused(proposer, lambda: copied(proposed_by_id=receiver.pk).save(force_insert=True))
        assert self.refused(proposer, lambda: copied(role="somebody").save(force_insert=True))
        assert self.refused(proposer, lambda: copied(state="accepted", values=None).save(force_insert=True))
        assert self.refused(proposer, lambda: copied(to_compartment="persons").save(force_insert=True))
        assert not self.refused(proposer, lambda: copied().save(force_insert=True))

    def test_nobody_answers_for_another_side_or_another_person(
        self, city: Profile, transfer: Transfer, proposer: User, receiver: User, administrator: User
    ):
        found = Transfer.objects.filter(pk=transfer.pk)
        accept = {"state": "accepted", "values": None}
        assert self.refused(proposer, lambda: found.update(decided_by=proposer, **accept))
        assert self.refused(proposer, lambda: found.update(decided_by=receiver, **accept))
        assert self.refused(administrator, lambda: found.update(decided_by=administrator, **accept))
        assert self.refused(receiver, lambda: found.update(decided_by=proposer, **accept))
        assert self.refused(receiver, lambda: found.update(ends_on="2099-01-01"))
        assert self.refused(receiver, lambda: found.update(values=None))
        assert not self.refused(receiver, lambda: found.update(decided_by=receiver, **accept))

    def test_nobody_takes_rows_away_or_opens_ways(self, city: Profile, accepted: Transfer, receiver: User, proposer: User):
        for person in (receiver, proposer):
            assert self.refused(person, lambda: Transfer.objects.all().delete()[0])
            assert self.refused(person, lambda: Received.objects.all().delete()[0])
            assert self.refused(person, lambda: Received.objects.update(ends_on="2099-01-01"))
            assert self.refused(
                person, lambda: Flow.objects.create(from_compartment="operations", to_compartment="persons")
            )

    def test_a_signed_text_is_added_by_who_keeps_them(self, city: Profile, proposer: User):
        text = {"covenant": "x", "sha256": "0" * 64, "size": 1}
        assert self.refused(proposer, lambda: CovenantText(added_by=proposer, **text).save(force_insert=True))


class TestPages:
    def every_page(self, client: Client, key: Any) -> list[tuple[int, str]]:
        client.raise_request_exception = False
        addresses = [reverse("today"), reverse("transfers"), reverse("transfers_proposed"), reverse("transfer", args=[key])]
        answers = [client.get(address, follow=True) for address in addresses]
        answers += [client.post(reverse(f"transfer_{act}", args=[key])) for act in ("accept", "refuse", "withdraw")]
        return [(answer.status_code, answer.content.decode()) for answer in answers]

    def test_every_other_role_finds_404_and_never_the_secret(
        self, city: Profile, transfer: Transfer, client_for: Callable[..., Client], outsider: User
    ):
        others = [
            make_user(city, role.id) for role in city.roles
            if not proposes(city, role.id, "operations") and not answers(city, role.id, "nuisance")
        ]
        assert others
        for person in [*others, outsider]:
            found = self.every_page(client_for(person), transfer.pk)
            assert [status for status, _text in found[3:]] == [404] * 4, person
            for _status, text in found:
                assert SECRET not in text
                assert str(transfer.pk) not in text.replace(f"/delen/{transfer.pk}", "")
        assert Transfer.objects.get().state == "proposed"

    @pytest.mark.parametrize("hidden", ["radicalisation", "victims"])
    def test_that_something_is_proposed_there_is_not_to_be_noticed(
        self, city: Profile, place: Any, proposer: User, client_for: Callable[..., Client], hidden: str
    ):
        """The pages of everybody are the same, letter for letter, whether there is one or not; so are the counts."""
        people = [user for role in city.roles if not answers(city, role.id, hidden) for user in [make_user(city, role.id)]]
        before = {person.pk: self.shown(client_for(person)) for person in people}
        Flow.objects.create(from_compartment="bibob", to_compartment=hidden)
        day = handed.asked(city).answer_by
        made = Transfer(
            kind="x", key="1", from_compartment="bibob", to_compartment=hidden, areas=[], fields=["x"],
            values={"x": SECRET}, role="nobody", purpose="x", law="AVG", article="x", motivation="x", proportionality="x",
            subsidiarity="x", answer_by=day, ends_on=day,
        )  # fmt: skip
        made.save(force_insert=True)
        for person in people:
            assert counted(person) == [0, 0, 0], person
            assert self.shown(client_for(person)) == before[person.pk], person
            client = client_for(person)
            there, nowhere = (client.get(reverse("transfer", args=[key])) for key in (made.pk, uuid4()))
            assert (there.status_code, nowhere.status_code) == (404, 404), person

    def shown(self, client: Client) -> list[str]:
        names = ("today", "transfers", "transfers_proposed")
        texts = [client.get(reverse(name), follow=True).content.decode() for name in names]
        # Tokens against forged requests differ each time.
        return [re.sub(r"[A-Za-z0-9]{32,}", "", text) for text in texts]

    def test_both_sides_see_it_in_python_as_in_the_database(self, city: Profile, transfer: Transfer):
        """The first wall says the same as the second, for every role."""
        for role in city.roles:
            person = make_user(city, role.id)
            seen = bool(rules.ours(person, transfer) or rules.theirs(person, transfer))
            assert seen == bool(counted(person)[0]), role.id
            listed = {*selectors.inbox(person), *selectors.proposed(person)}
            assert (transfer in listed) == seen, role.id
