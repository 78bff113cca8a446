"""Signing in, out, and failing to."""

import re

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from openvis.web.access import demo, services, tasks
from openvis.web.access.models import AuditEntry

PASSWORD = "a password of a test"
LOGIN = "account_login"


def run_mail_jobs():
    """Do what the background worker would."""
    for job in ProcrastinateJob.objects.filter(task_name="access.mail_reset"):
        tasks.mail_reset(**job.args)


def sign_in(client, email, password=PASSWORD, **extra):
    return client.post(reverse(LOGIN), {"login": email, "password": password}, **extra)


def test_the_right_password_opens_today_and_is_written_down(analyst, client):
    answer = sign_in(client, "analyst@test.example")
    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("today")
    assert client.get(reverse("today")).status_code == 200
    assert AuditEntry.objects.filter(action="sign-in", result="done", actor=analyst.pk).count() == 1


def test_the_address_may_be_written_in_capitals(analyst, client):
    assert sign_in(client, "ANALYST@test.example").status_code == 302


def test_a_wrong_password_says_so_without_telling_whether_the_account_exists(analyst, client):
    known = sign_in(client, "analyst@test.example", "wrong").content.decode()
    unknown = sign_in(client, "nobody@test.example", "wrong").content.decode()
    words = re.compile(r'role="alert".*?</div>', re.S)
    assert words.search(known).group() == words.search(unknown).group()
    assert AuditEntry.objects.filter(action="sign-in", result="refused").count() == 2
    assert not AuditEntry.objects.filter(action="sign-in").exclude(facts={}).exists()


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_an_address_without_an_account_costs_as_much_work(analyst, client, monkeypatch):
    """The slow part of signing in is the hash of the password: it is worked out once, whoever asks."""
    services.add_person("invited@test.example", "Invited")
    services.disable(services.add_person("closed@test.example", "Closed", password=PASSWORD))
    done = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *given: (done.append(1), encode(*given))[1])
    work = []
    for name in ("analyst", "nobody", "invited", "closed"):
        done.clear()
        assert sign_in(client, f"{name}@test.example", "wrong").status_code == 200
        work.append(len(done))
    assert work == [work[0]] * 4
    assert work[0] >= 1


def test_a_disabled_person_cannot_sign_in(analyst, client):
    analyst.is_active = False
    analyst.save()
    sign_in(client, "analyst@test.example")
    assert client.get(reverse("today")).status_code == 302


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_after_too_many_attempts_the_door_stays_shut(analyst, client, settings):
    for _attempt in range(settings.AXES_FAILURE_LIMIT):
        answer = sign_in(client, "analyst@test.example", "wrong")
    assert answer.status_code == 429
    assert sign_in(client, "analyst@test.example").status_code == 429
    assert client.get(reverse("today")).status_code == 302


def test_nobody_makes_an_account_for_themselves(client, db):
    for address in ("/account/signup/", "/account/registreren/", "/accounts/signup/"):
        assert client.get(address).status_code in (302, 404)
    from django.urls import NoReverseMatch

    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


def test_signing_out_needs_a_form_and_ends_the_session(analyst, client_for):
    client = client_for(analyst)
    assert "Uitloggen?" in client.get(reverse("account_logout")).content.decode()
    client.post(reverse("account_logout"))
    assert client.get(reverse("today")).status_code == 302


def test_a_new_password_by_mail(analyst, client):
    client.post(reverse("account_reset_password"), {"email": "analyst@test.example"})
    assert not mail.outbox
    run_mail_jobs()
    link = re.search(r"https?://[^/]+(/account/wachtwoord/nieuw/\S+)", mail.outbox[0].body).group(1)
    form = client.get(link, follow=True)
    where = form.redirect_chain[-1][0] if form.redirect_chain else link
    new = "an altogether other password"
    done = client.post(where, {"password1": new, "password2": new})
    assert done.status_code == 302
    assert sign_in(client, "analyst@test.example", new).headers["Location"] == reverse("today")


def test_a_lost_password_does_not_tell_who_has_an_account(city, client):
    """The same page, and the same work in the background; the mail server is not asked while the visitor waits."""
    services.add_person("somebody@test.example", "Somebody", password=PASSWORD)
    pages, jobs, questions = [], [], []
    for email in ("nobody@test.example", "somebody@test.example"):
        with CaptureQueriesContext(connection) as asked:
            answer = client.post(reverse("account_reset_password"), {"email": email}, follow=True)
        assert answer.redirect_chain[-1][0] == reverse("account_reset_password_done")
        pages.append(answer.content)
        jobs.append(ProcrastinateJob.objects.filter(task_name="access.mail_reset").count())
        questions.append(len(asked))
    assert len(pages[0]) == len(pages[1])
    assert jobs == [1, 2]
    assert questions[0] == questions[1]
    run_mail_jobs()
    assert [message.to for message in mail.outbox] == [["somebody@test.example"]]


def test_changing_the_password(analyst, client_for, client):
    new = "an altogether other password"
    client_for(analyst).post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert sign_in(client, "analyst@test.example", new).status_code == 302


def test_the_accounts_to_try_are_shown_in_a_demonstration_only(city, client, settings):
    demo.make_demo_people(city)
    assert demo.PASSWORD not in client.get(reverse(LOGIN)).content.decode()
    settings.OPENVIS_DATA.joinpath("demo.json").write_text("{}")
    page = client.get(reverse(LOGIN)).content.decode()
    assert demo.PASSWORD in page
    assert all(account.email in page for account in demo.accounts(city))
    first, folded = page.rsplit("<details", 1)
    assert [account.email in first for account in demo.accounts(city)[:4]] == [True, True, True, False]
    assert demo.accounts(city)[3].email in folded
    settings.OPENVIS_DEMO_ACCOUNTS = False
    assert demo.PASSWORD not in client.get(reverse(LOGIN)).content.decode()


def test_after_signing_in_one_goes_where_one_wanted_but_not_to_another_site(analyst, client):
    wanted = client.get(reverse("my_roles"))
    assert wanted.headers["Location"].startswith(reverse(LOGIN))
    there = client.post(wanted.headers["Location"], {"login": "analyst@test.example", "password": PASSWORD})
    assert there.headers["Location"] == reverse("my_roles")
    client.logout()
    away = sign_in(client, "analyst@test.example", query_params={"next": "https://example.org/"})
    assert away.headers["Location"] == reverse("today")
