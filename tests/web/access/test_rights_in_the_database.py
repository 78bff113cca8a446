"""Accounts and roles behind the second wall, and their history: whoever gives roles, it is not to themselves."""

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from openvis.web.access import services, walls
from openvis.web.access.models import Grant, GrantEvent, User, UserEvent

pytestmark = pytest.mark.parametrize("city", ["almere"], indirect=True)


def refused(change) -> bool:
    """Whether the database refuses a change for want of a right, or finds no row that may be changed."""
    try:
        with transaction.atomic():
            return change() == 0
    except DatabaseError as error:
        if not any(words in str(error) for words in ("permission denied", "row-level security")):
            raise
        return True


def role_for(person, role="raadslid"):
    return Grant.objects.create(user=person, role=role, reason="r", source="s")


class TestTheWall:
    def test_only_who_gives_roles_can_write_one(self, city, analyst, administrator, outsider):
        with walls.as_user(analyst):
            assert refused(lambda: role_for(outsider))
        with walls.as_user(administrator):
            assert role_for(outsider).pk

    def test_nobody_writes_ends_or_lengthens_a_role_of_their_own(self, city, administrator):
        with walls.as_user(administrator):
            assert refused(lambda: role_for(administrator))
            assert refused(lambda: administrator.grants.update(ends=timezone.now()))
            assert refused(lambda: administrator.grants.update(ends=None))

    def test_nobody_takes_a_role_away_without_a_trace(self, city, administrator, analyst):
        with walls.as_user(administrator):
            assert refused(lambda: analyst.grants.all()._raw_delete("default"))
        assert analyst.grants.exists()

    def test_closing_and_lengthening_accounts_is_for_the_administrator_and_not_their_own(
        self, city, administrator, analyst, outsider
    ):
        for person in (analyst, outsider):
            with walls.as_user(person):
                assert refused(lambda: User.objects.filter(pk=outsider.pk).update(is_active=False))
                assert refused(lambda: User.objects.create(email="new@test.example", name="new"))
        with walls.as_user(administrator):
            assert refused(lambda: User.objects.filter(pk=administrator.pk).update(expires=None, is_active=False))
            assert not refused(lambda: User.objects.filter(pk=outsider.pk).update(is_active=False))

    def test_a_password_of_ones_own_is_not_an_act_of_the_administrator(self, city, outsider):
        with walls.as_user(outsider):
            assert User.objects.filter(pk=outsider.pk).update(password="x", language="en") == 1


class TestHistory:
    def test_what_a_role_was_before_it_ended_stays_with_who_ended_it(self, city, analyst, administrator):
        given = analyst.grants.get()
        with walls.as_user(administrator):
            services.revoke(given, by=administrator)
        kept = GrantEvent.objects.get(pgh_obj_id=given.pk)
        assert (kept.pgh_label, kept.ends, kept.role) == ("update", None, given.role)
        assert kept.pgh_context.metadata["user"] == str(administrator.pk)
        assert kept.pgh_context.metadata["act"] == "revoke"

    def test_what_an_account_was_stays_and_never_its_password(self, city, outsider, administrator):
        services.disable(outsider, by=administrator)
        assert UserEvent.objects.filter(pgh_obj_id=outsider.pk, is_active=True).exists()
        assert not {"password", "last_login"} & {field.name for field in UserEvent._meta.get_fields()}

    def test_signing_in_is_no_change_of_the_account(self, city, outsider, client_for):
        client_for(outsider)
        User.objects.get(pk=outsider.pk).set_password("another password of a test")
        assert not UserEvent.objects.filter(pgh_obj_id=outsider.pk).exists()


class TestVersion:
    def test_each_change_makes_the_account_another_version(self, city, analyst, administrator):
        first = User.objects.get(pk=analyst.pk).version
        services.grant(analyst, "raadslid", reason="r", source="s", by=administrator, seen=first)
        with pytest.raises(services.ChangedError):
            services.disable(analyst, by=administrator, seen=first)
        services.disable(analyst, by=administrator, seen=first + 1)
        assert not User.objects.get(pk=analyst.pk).is_active

    @pytest.mark.parametrize(
        "act",
        [
            lambda person: services.grant(person, "raadslid", reason="r", source="s", by=person),
            lambda person: services.revoke(person.grants.get(), by=person),
            lambda person: services.disable(person, by=person),
            lambda person: services.reopen(person, by=person),
            lambda person: services.set_last_day(person, None, by=person),
        ],
        ids=["grant", "revoke", "disable", "reopen", "last day"],
    )
    def test_nobody_changes_what_they_may_do_themselves(self, city, administrator, act):
        before = User.objects.get(pk=administrator.pk).version
        with pytest.raises(services.OwnAccountError):
            act(administrator)
        assert User.objects.get(pk=administrator.pk).version == before
        assert administrator.grants.get().ends is None
