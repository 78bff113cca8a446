"""Guessing is slowed down, in the database, and nobody shuts out the owner of an account by it."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from openvis.web.access import lockout, proxies
from openvis.web.access.models import AuditEntry, User

PASSWORD = "a password of a test"
pytestmark = pytest.mark.parametrize("city", ["almere"], indirect=True)


WRONG = "wrong"


def attempt(email, password=WRONG, address="192.0.2.1", client=None):
    """One try; in a browser of its own unless one is given."""
    client = client or Client()
    client.defaults["REMOTE_ADDR"] = address
    return client.post(reverse("account_login"), {"login": email, "password": password})


def guess_from_everywhere(email, times):
    """Wrong passwords, each from another address and browser; gives the statuses."""
    return [attempt(email, address=f"198.51.100.{number}").status_code for number in range(1, times + 1)]


def test_somebody_elsewhere_who_knows_the_address_cannot_shut_the_owner_out(analyst):
    for _time in range(30):
        elsewhere = attempt(analyst.email, address="203.0.113.9")
    assert elsewhere.status_code == 429
    assert attempt(analyst.email, PASSWORD, address="203.0.113.9").status_code == 429
    assert attempt(analyst.email, PASSWORD, address="192.0.2.1").status_code == 302


def test_guessing_from_everywhere_slows_down_and_the_owner_comes_in_with_a_browser_they_used(analyst):
    own = Client()
    assert attempt(analyst.email, PASSWORD, client=own).status_code == 302
    own.post(reverse("account_logout"))
    said = guess_from_everywhere(analyst.email, 25)
    assert said == [200] * 20 + [429] * 5
    fresh = attempt(analyst.email, PASSWORD, address="203.0.113.77")
    assert fresh.status_code == 429
    assert "Retry-After" in fresh.headers
    assert attempt(analyst.email, PASSWORD, address="203.0.113.78", client=own).status_code == 302
    assert AuditEntry.objects.filter(action="sign-in", result="refused", facts={"why": "waiting"}).count() == 6


def test_a_neighbour_behind_the_same_address_does_not_shut_the_owner_out_either(analyst):
    own = Client()
    attempt(analyst.email, PASSWORD, client=own)
    own.post(reverse("account_logout"))
    for _time in range(10):
        attempt(analyst.email)
    assert attempt(analyst.email, PASSWORD).status_code == 429
    assert attempt(analyst.email, PASSWORD, client=own).status_code == 302


def test_a_stolen_device_cookie_gives_few_tries_and_not_more(analyst):
    own = Client()
    attempt(analyst.email, PASSWORD, client=own)
    own.post(reverse("account_logout"))
    statuses = [attempt(analyst.email, client=own, address=f"203.0.113.{n}").status_code for n in range(1, 40)]
    assert 20 <= statuses.index(429) <= 28
    assert set(statuses[30:]) == {429}


def test_the_cookie_of_another_account_and_a_made_up_one_open_nothing(analyst, manager):
    other = Client()
    attempt(manager.email, PASSWORD, client=other)
    other.post(reverse("account_logout"))
    guess_from_everywhere(analyst.email, 20)
    assert attempt(analyst.email, PASSWORD, client=other, address="203.0.113.5").status_code == 429
    false = Client()
    false.cookies[lockout.COOKIE] = "WyJ4IixbXV0:1:abc"
    assert attempt(analyst.email, PASSWORD, client=false, address="203.0.113.6").status_code == 429


def test_an_account_that_does_not_exist_is_slowed_down_the_same(city):
    assert guess_from_everywhere("nobody@test.example", 22) == [200] * 20 + [429] * 2


def test_capitals_and_spaces_give_no_more_tries(analyst):
    spellings = [analyst.email, analyst.email.upper(), f" {analyst.email}", analyst.email.title()]
    statuses = [attempt(spellings[number % 4]).status_code for number in range(9)]
    assert 429 in statuses


def test_right_passwords_do_not_use_up_the_tries(analyst):
    for number in range(30):
        assert attempt(analyst.email, PASSWORD, address=f"198.51.100.{number}").status_code == 302


def test_the_counts_are_in_the_database_for_all_processes(analyst, django_assert_num_queries):
    guess_from_everywhere(analyst.email, 20)
    assert cache.__class__ is not None
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM access_cache WHERE cache_key LIKE '%%sign_in_unknown%%'")
        assert cursor.fetchone()[0] == 1


def test_too_many_reset_messages_for_one_address_are_refused_in_words(analyst):
    client = Client()
    said = [client.post(reverse("account_reset_password"), {"email": analyst.email}).status_code for _ in range(4)]
    assert said == [302, 302, 302, 429]
    page = client.post(reverse("account_reset_password"), {"email": analyst.email}).content.decode()
    assert "Te vaak in korte tijd" in page


def test_too_many_invitations_tried_are_refused(city, client):
    for _time in range(20):
        client.post(reverse("invitation", args=["x" * 43]))
    assert client.post(reverse("invitation", args=["x" * 43])).status_code == 429


class TestProxies:
    """X-Forwarded-For is believed of our own proxies, and only the part they wrote."""

    @pytest.mark.parametrize(
        ("peer", "forwarded", "expected"),
        [
            ("10.0.0.1", "192.0.2.7", "192.0.2.7"),
            ("10.0.0.1", "6.6.6.6, 192.0.2.7", "192.0.2.7"),
            ("10.0.0.1", "192.0.2.7, 10.0.0.2", "192.0.2.7"),
            ("10.0.0.1", "", "10.0.0.1"),
            ("10.0.0.1", "x, y", "10.0.0.1"),
            ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ],
    )
    def test_the_nearest_that_is_not_ours(self, city, peer, forwarded, expected):
        assert proxies.origin(peer, forwarded, proxies.networks("10.0.0.0/24")) == expected

    def test_nobody_chooses_their_own_address(self, analyst):
        for number in range(9):
            client = Client(HTTP_X_FORWARDED_FOR=f"198.51.100.{number}")
            last = attempt(analyst.email, client=client)
        assert last.status_code == 429
        assert set(AuditEntry.objects.exclude(origin=None).values_list("origin", flat=True)) == {"192.0.2.1"}

    def test_behind_our_proxy_everybody_has_their_own(self, analyst, settings):
        settings.OPENVIS_PROXIES = "192.0.2.1"
        for _time in range(10):
            attempt(analyst.email, client=Client(HTTP_X_FORWARDED_FOR="203.0.113.66"))
        own = Client(HTTP_X_FORWARDED_FOR="203.0.113.1")
        assert attempt(analyst.email, PASSWORD, client=own).status_code == 302
        assert User.objects.get(pk=analyst.pk).sessions.get().address == "203.0.113.1"
