"""Invitations: one link, once, for some days, and only for the account it was made for."""

import datetime as dt

import pytest
from click.testing import CliRunner
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from openvis.cli.people import people
from openvis.web.access import invitations, services
from openvis.web.access.models import AuditEntry, Invitation, User

NEW = "an altogether other password"
pytestmark = pytest.mark.parametrize("city", ["almere"], indirect=True)


def answer(client, link, password=NEW, again=None):
    return client.post(link, {"password1": password, "password2": again or password})


def test_invited_somebody_sets_a_password_and_signs_in_with_it(city, administrator, client):
    link = invitations.invite("new@test.example", "New", by=administrator)
    assert "New" in client.get(link).content.decode()
    assert answer(client, link).headers["Location"] == reverse("account_login")
    client.post(reverse("account_login"), {"login": "new@test.example", "password": NEW})
    assert client.get(reverse("today")).status_code == 200
    user = User.objects.get(email="new@test.example")
    said = AuditEntry.objects.filter(object=str(user.pk)).order_by("id").values_list("action", "actor")
    assert list(said) == [
        ("people.add", administrator.pk), ("people.invite", administrator.pk), ("people.accept", user.pk),
        ("sign-in", user.pk),
    ]


def test_a_link_works_once(city, client):
    link = invitations.invite("new@test.example", "New")
    answer(client, link)
    assert client.get(link).status_code == 410
    assert answer(client, link, "a password of somebody else").status_code == 410
    assert User.objects.get().check_password(NEW)


def test_a_link_ends_with_its_days_with_the_account_and_with_the_next_link(city, client, settings, move_to):
    link = invitations.invite("new@test.example", "New")
    user = User.objects.get()
    newer = invitations.renew(user)
    assert client.get(link).status_code == 410
    assert client.get(newer).status_code == 200
    move_to(timezone.now() + dt.timedelta(days=settings.OPENVIS_INVITATION_DAYS))
    assert client.get(newer).status_code == 410
    third = invitations.renew(user)
    services.disable(user)
    assert client.get(third).status_code == 410
    with pytest.raises(services.UnfitError, match="closed"):
        invitations.renew(user)


def test_a_weak_or_mistyped_password_leaves_the_link_whole(city, client):
    link = invitations.invite("new@test.example", "New")
    assert answer(client, link, "short").status_code == 200
    assert answer(client, link, NEW, "another one altogether").status_code == 200
    assert not User.objects.get().has_usable_password()
    assert answer(client, link).status_code == 302


def test_the_link_itself_is_nowhere_in_the_database(city):
    link = invitations.invite("new@test.example", "New")
    token = link.rstrip("/").rpartition("/")[2]
    assert len(token) >= 43
    assert token not in str(list(Invitation.objects.values()) + list(AuditEntry.objects.values()))


def test_with_mail_the_link_goes_to_the_person_and_to_nobody_else(
    city, client, settings, django_capture_on_commit_callbacks
):
    settings.OPENVIS_MAIL, settings.OPENVIS_SITE = "smtp://host/?from=a@b.example", "https://openvis.example"
    with django_capture_on_commit_callbacks(execute=True):
        assert invitations.invite("new@test.example", "New") == ""
    assert mail.outbox[0].to == ["new@test.example"]
    link = next(line for line in mail.outbox[0].body.splitlines() if line.startswith("https://openvis.example/"))
    assert client.get(link.removeprefix("https://openvis.example")).status_code == 200


def test_somebody_with_a_password_is_not_invited_again(city, analyst):
    with pytest.raises(services.UnfitError, match="has a password already"):
        invitations.renew(analyst)


def test_by_command(city, settings):
    settings.OPENVIS_SITE = "https://openvis.example"
    said = CliRunner().invoke(people, ["invite", "new@test.example", "New"])
    assert "https://openvis.example/account/uitnodiging/" in said.output, said.output
    again = CliRunner().invoke(people, ["invite", "new@test.example", "--again"])
    assert again.exit_code == 0
    assert again.output != said.output
    assert CliRunner().invoke(people, ["expire", "new@test.example", "2027-06-30"]).exit_code == 0
    assert User.objects.get().expires == dt.date(2027, 6, 30)
    assert CliRunner().invoke(people, ["expire", "new@test.example", "--never"]).exit_code == 0
    assert User.objects.get().expires is None
    assert CliRunner().invoke(people, ["expire", "new@test.example"]).exit_code == 2
