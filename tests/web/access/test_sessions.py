"""Sessions: seen by their owner, ended by them, by time, and at once by whatever ends the right to be there."""

import datetime as dt

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from openvis.web.access import lifecycle, services, sessions, tasks
from openvis.web.access.models import AuditEntry, Session, User

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile/15E148 Safari/604.1"
PASSWORD = "a password of a test"
pytestmark = pytest.mark.parametrize("city", ["almere"], indirect=True)


def sign_in(person: User, agent: str = FIREFOX, address: str = "192.0.2.7") -> Client:
    """A browser of its own in which the person signed in with the form."""
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return client.get(reverse("today")).status_code == 200


def test_a_person_sees_where_they_are_signed_in_in_words(analyst, manager):
    here, _there = sign_in(analyst), sign_in(analyst, IPHONE, "192.0.2.9")
    sign_in(manager, "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36", "198.51.100.1")
    page = here.get(reverse("my_sessions")).content.decode()
    assert "Firefox op Windows" in page
    assert "Safari op iPhone" in page
    assert "192.0.2.9" in page
    assert "198.51.100.1" not in page
    assert page.count("Daar uitloggen") == 1
    assert here.session.session_key not in page


def test_a_person_ends_one_session_and_not_the_other(analyst):
    here, there, third = sign_in(analyst), sign_in(analyst, IPHONE), sign_in(analyst)
    here.post(reverse("end_session"), {"session": sessions.handle(there.session.session_key)})
    assert (is_in(here), is_in(there), is_in(third)) == (True, False, True)
    here.post(reverse("end_session"))
    assert (is_in(here), is_in(third)) == (True, False)
    said = AuditEntry.objects.filter(action="session.end", actor=analyst.pk).order_by("id").values_list("facts", flat=True)
    assert list(said) == [{"sessions": 1, "why": "one"}, {"sessions": 1, "why": "others"}]


def test_nobody_ends_the_session_of_somebody_else(analyst, manager):
    mine, theirs = sign_in(analyst), sign_in(manager)
    mine.post(reverse("end_session"), {"session": sessions.handle(theirs.session.session_key)})
    mine.post(reverse("end_session"), {"session": theirs.session.session_key})
    mine.post(reverse("end_session"))
    assert is_in(theirs)


@pytest.mark.parametrize(
    "end",
    [
        lambda person: services.disable(person),
        lambda person: services.revoke(person.grants.get()),
        lambda person: lifecycle.set_expiry(person, timezone.localdate() - dt.timedelta(days=1)),
        lambda person: lifecycle.end_sessions(person),
    ],
    ids=["disabled", "role ended", "expired", "ended"],
)
def test_what_ends_the_right_ends_every_session_at_once(analyst, manager, end):
    one, two, other = sign_in(analyst), sign_in(analyst, IPHONE), sign_in(manager)
    assert is_in(one)
    end(analyst)
    assert not Session.objects.filter(user=analyst).exists()
    assert (is_in(one), is_in(two), is_in(other)) == (False, False, True)


def test_an_account_that_is_closed_behind_our_back_opens_nothing(analyst):
    """Also where somebody changed the row itself, and the sessions are still there."""
    client = sign_in(analyst)
    User.objects.filter(pk=analyst.pk).update(is_active=False)
    assert not is_in(client)
    User.objects.filter(pk=analyst.pk).update(is_active=True, expires=timezone.localdate() - dt.timedelta(days=1))
    assert not is_in(client)
    User.objects.filter(pk=analyst.pk).update(expires=timezone.localdate())
    assert is_in(client)


def test_on_its_last_day_an_account_works_and_the_day_after_not(analyst):
    lifecycle.set_expiry(analyst, timezone.localdate())
    assert is_in(sign_in(analyst))
    tasks.end_accounts(0)
    assert User.objects.get(pk=analyst.pk).is_active
    User.objects.filter(pk=analyst.pk).update(expires=timezone.localdate() - dt.timedelta(days=1))
    assert not is_in(sign_in(analyst))
    tasks.end_accounts(0)
    assert not User.objects.get(pk=analyst.pk).is_active
    assert not analyst.grants.in_force().exists()


def test_a_new_password_ends_the_other_sessions(analyst):
    here, there = sign_in(analyst), sign_in(analyst, IPHONE)
    new = "an altogether other password"
    here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert Session.objects.filter(user=analyst).count() == 1
    assert (is_in(here), is_in(there)) == (True, False)


def test_a_session_ends_after_half_an_hour_of_silence_and_after_twelve_hours_of_work(analyst, move_to):
    start = dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC)
    move_to(start)
    idle, busy = sign_in(analyst), sign_in(analyst, IPHONE)
    for minutes in range(25, 12 * 60, 25):
        move_to(start + dt.timedelta(minutes=minutes))
        assert is_in(busy), minutes
        if minutes > 30:
            assert not is_in(idle)
    move_to(start + dt.timedelta(hours=12))
    assert not is_in(busy)


def test_a_page_that_was_under_way_does_not_bring_an_ended_session_back(analyst):
    client = sign_in(analyst)
    late = client.session
    lifecycle.end_sessions(analyst)
    late.save()
    assert not Session.objects.filter(user=analyst).exists()
    assert not is_in(client)


def test_visitors_have_no_name_in_the_table(analyst, client):
    client.get(reverse("account_login"))
    client.post(reverse("set_language"), {"language": "en"})
    assert not Session.objects.exclude(user=None).exists()
    row = Session.objects.get(pk=sign_in(analyst).session.session_key)
    assert row.get_decoded()[SESSION_KEY] == str(row.user_id) == str(analyst.pk)
