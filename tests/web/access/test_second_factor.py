"""The second factor: obligatory by role, asked at sign-in, and no way round it."""

import json
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from openvis.web.access import demo, rotation, sealed_factors, second_factor, tasks
from openvis.web.access.keyring import SEAL
from openvis.web.access.models import AuditEntry, Session
from web.access.software_key import SoftwareKey

PASSWORD = "a password of a test"
AUTHENTICATE = "mfa_authenticate"


@pytest.fixture(autouse=True)
def obligatory(settings):
    settings.OPENVIS_SECOND_FACTOR = "roles"


def code(secret, at):
    return format_hotp_value(hotp_value(secret, int(at) // 30))


def sign_in(person, client=None):
    client = client or Client()
    answer = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    return client, answer


def set_up_app(client, at):
    """Set up an app as a person does, from the key on the page; gives that key."""
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'<code class="ov-code">([A-Z2-7]+)</code>', page).group(1)
    answer = client.post(reverse("mfa_activate_totp"), {"code": code(secret, at)})
    assert answer.headers["Location"] == reverse("mfa_view_recovery_codes")
    return secret


def with_app(person, clock):
    """Somebody who has an app: their key, and the client in which they set it up."""
    client, _answer = sign_in(person)
    return set_up_app(client, clock()), client


@pytest.fixture
def clock(monkeypatch):
    """The time of the codes, which the test moves: `clock(30)` is half a minute later."""
    now = [time.time() // 30 * 30 + 10]
    monkeypatch.setattr(time, "time", lambda: now[0])

    def moved(seconds=0):
        now[0] += seconds
        return now[0]

    return moved


@pytest.mark.parametrize("city", ["almere", "veldermeer"], indirect=True)
def test_nothing_opens_for_a_role_that_needs_one_until_it_is_set_up(analyst, clock):
    client, answer = sign_in(analyst)
    assert answer.headers["Location"] == reverse("today")
    for page in ("today", "search", "picture", "my_sessions", "my_roles", "account_change_password"):
        assert client.get(reverse(page)).headers["Location"] == reverse("mfa_index"), page
    operation = client.get("/api/v1/incidents")
    assert (operation.status_code, operation.json()["title"]) == (401, "Set up a second factor first")
    assert "Uw rol heeft een tweede factor nodig" in client.get(reverse("mfa_index")).content.decode()
    set_up_app(client, clock())
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200
    assert client.get(reverse("today")).status_code == 200
    assert "Uw rol heeft" not in client.get(reverse("mfa_index")).content.decode()


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_signing_out_stays_possible_without_one(analyst):
    client, _answer = sign_in(analyst)
    client.post(reverse("account_logout"))
    assert client.get(reverse("mfa_index")).headers["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("city", ["almere", "veldermeer"], indirect=True)
def test_a_role_says_itself_whether_it_needs_one(city):
    demo.make_demo_people(city)
    from openvis.web.access.models import User

    asked = {grant.role: second_factor.needed(grant.user) for grant in
             (user.grants.get() for user in User.objects.all())}
    assert asked == {role.id: role.second_factor for role in city.roles}
    assert True in asked.values()


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_without_a_role_none_is_needed(outsider):
    client, _answer = sign_in(outsider)
    assert client.get(reverse("today")).status_code == 200


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_a_demonstration_opens_with_the_password_on_the_sign_in_page(analyst, settings):
    settings.OPENVIS_SECOND_FACTOR = "off"
    client, _answer = sign_in(analyst)
    assert client.get(reverse("today")).status_code == 200


def test_at_work_it_cannot_be_put_off(monkeypatch):
    import importlib

    for name in ("DATABASE_URL", "OPENVIS_SECRET_KEY", "OPENVIS_KEYS", "OPENVIS_HOSTS", "OPENVIS_DATA"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setattr("openvis.web.settings.base.OPENVIS_SECOND_FACTOR", "off")
    with pytest.raises(ImproperlyConfigured, match="OPENVIS_SECOND_FACTOR"):
        importlib.import_module("openvis.web.settings.production")


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_who_has_an_app_is_asked_for_its_code(analyst, clock):
    secret, _there = with_app(analyst, clock)
    clock(90)
    client, answer = sign_in(analyst)
    assert answer.headers["Location"] == reverse(AUTHENTICATE)
    assert client.get(reverse("today")).headers["Location"].startswith(reverse("account_login"))
    assert not Session.objects.filter(user=analyst, session_key=client.session.session_key).exists()
    client.post(reverse(AUTHENTICATE), {"code": "000000"})
    assert client.get(reverse("today")).status_code == 302
    assert client.post(reverse(AUTHENTICATE), {"code": code(secret, clock())}).headers["Location"] == reverse("today")
    assert client.get(reverse("today")).status_code == 200
    said = AuditEntry.objects.filter(actor=analyst.pk, action="sign-in").latest("id")
    assert said.facts == {"method": "password+totp"}
    assert AuditEntry.objects.filter(action="second-factor.use", result="refused", actor=analyst.pk).count() == 1


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_a_code_works_once_as_long_as_it_would_fit(analyst, clock):
    secret, _there = with_app(analyst, clock)
    used = code(secret, clock(90))
    first, _answer = sign_in(analyst)
    assert first.post(reverse(AUTHENTICATE), {"code": used}).status_code == 302
    second, _answer = sign_in(analyst)
    for _moment in range(2):
        assert second.post(reverse(AUTHENTICATE), {"code": used}).status_code == 200
        clock(30)
    assert second.post(reverse(AUTHENTICATE), {"code": code(secret, clock(60))}).status_code == 302


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_codes_cannot_be_guessed_from_many_browsers(analyst, clock):
    secret, _there = with_app(analyst, clock)
    clock(90)
    for _browser in range(5):
        client, _answer = sign_in(analyst)
        client.post(reverse(AUTHENTICATE), {"code": "000000"})
    client, _answer = sign_in(analyst)
    assert client.post(reverse(AUTHENTICATE), {"code": code(secret, clock())}).status_code == 200
    assert client.get(reverse("today")).status_code == 302


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_a_recovery_code_signs_in_once(analyst, clock):
    _secret, there = with_app(analyst, clock)
    page = there.get(reverse("mfa_view_recovery_codes")).content.decode()
    codes = re.findall(r'<code class="ov-code">(\d{10})</code>', page)
    assert len(codes) == 10
    client, _answer = sign_in(analyst)
    client.post(reverse(AUTHENTICATE), {"code": codes[3]})
    assert client.get(reverse("today")).status_code == 200
    again, _answer = sign_in(analyst)
    again.post(reverse(AUTHENTICATE), {"code": codes[3]})
    assert again.get(reverse("today")).status_code == 302
    used = AuditEntry.objects.filter(action="second-factor.use", result="done", actor=analyst.pk).latest("id")
    assert used.facts == {"kind": "recovery_codes"}


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_new_recovery_codes_end_the_old_and_ask_who_it_is(analyst, clock, django_capture_on_commit_callbacks):
    secret, there = with_app(analyst, clock)
    first = there.get(reverse("mfa_download_recovery_codes")).content.decode().split()
    clock(600)
    with django_capture_on_commit_callbacks(execute=True):
        asked = there.post(reverse("mfa_generate_recovery_codes"))
        assert reverse("account_reauthenticate") in asked.headers["Location"]
        there.post(reverse("mfa_reauthenticate"), {"code": code(secret, clock()), "next": reverse("mfa_index")})
        there.post(reverse("mfa_generate_recovery_codes"))
    second = there.get(reverse("mfa_download_recovery_codes")).content.decode().split()
    assert len(second) == len(first) == 10
    assert not set(first) & set(second)
    assert AuditEntry.objects.filter(action="second-factor.codes", actor=analyst.pk).count() == 1


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_taking_a_factor_away_asks_who_it_is_and_leads_to_set_up(analyst, clock):
    _secret, there = with_app(analyst, clock)
    clock(600)
    assert reverse("account_reauthenticate") in there.get(reverse("mfa_deactivate_totp")).headers["Location"]
    assert Authenticator.objects.filter(user=analyst, type="totp").exists()
    there.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": reverse("mfa_deactivate_totp")})
    there.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=analyst).exists()
    assert there.get(reverse("today")).headers["Location"] == reverse("mfa_index")
    kinds = AuditEntry.objects.filter(action="second-factor.remove").values_list("facts__kind", flat=True)
    assert set(kinds) == {"totp", "recovery_codes"}


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_a_wrong_password_does_not_prove_who_it_is(analyst, clock):
    _secret, there = with_app(analyst, clock)
    clock(600)
    there.post(reverse("account_reauthenticate"), {"password": "wrong", "next": reverse("mfa_deactivate_totp")})
    assert there.get(reverse("mfa_deactivate_totp")).status_code == 302


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_the_secrets_are_sealed_in_the_database(analyst, clock):
    secret, there = with_app(analyst, clock)
    codes = there.get(reverse("mfa_download_recovery_codes")).content.decode().split()
    assert len(codes) == 10
    kept = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not [item for item in codes if item in kept]


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_the_owner_is_told_that_how_they_sign_in_was_changed(
    analyst, clock, settings, mailoutbox, django_capture_on_commit_callbacks
):
    settings.OPENVIS_MAIL = "smtp://host/?from=a@b.example"
    with django_capture_on_commit_callbacks(execute=True):
        with_app(analyst, clock)
    (job,) = ProcrastinateJob.objects.filter(task_name="access.mail_notice")
    tasks.mail_notice(**job.args)
    assert mailoutbox[0].to == [analyst.email]
    assert "app voor codes" in mailoutbox[0].body


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_codes_work_on_after_a_change_of_keys(analyst, clock, tmp_path, settings):
    secret, there = with_app(analyst, clock)
    codes = there.get(reverse("mfa_download_recovery_codes")).content.decode().split()
    settings.OPENVIS_KEYS = tmp_path / "keys"
    rotation.add(settings.OPENVIS_KEYS)
    moved = rotation.rotate(settings.OPENVIS_KEYS, SEAL, lambda *_told: None)
    assert moved.moved["mfa_authenticator.data"] == 2
    assert set(sealed_factors.Factors().under()) == {bytes.fromhex(moved.key)}
    assert there.get(reverse("mfa_download_recovery_codes")).content.decode().split() == codes
    clock(90)
    client, _answer = sign_in(analyst)
    assert client.post(reverse(AUTHENTICATE), {"code": code(secret, clock())}).status_code == 302


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_a_second_factor_signs_out_the_browsers_that_did_not_show_it(analyst, clock, django_capture_on_commit_callbacks):
    elsewhere, _answer = sign_in(analyst)
    with django_capture_on_commit_callbacks(execute=True):
        _secret, here = with_app(analyst, clock)
    assert here.get(reverse("today")).status_code == 200
    assert elsewhere.get(reverse("mfa_index")).status_code == 302


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_lost_factors_are_taken_away_by_the_administrator(analyst, administrator, clock):
    _secret, there = with_app(analyst, clock)
    assert second_factor.reset(analyst, by=administrator) == 2
    assert there.get(reverse("mfa_index")).status_code == 302
    client, _answer = sign_in(analyst)
    assert client.get(reverse("today")).headers["Location"] == reverse("mfa_index")
    assert AuditEntry.objects.get(action="second-factor.reset").actor == administrator.pk


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_a_security_key_signs_in_and_another_one_does_not(analyst):
    key, other = SoftwareKey("http://testserver"), SoftwareKey("http://testserver")
    client, _answer = sign_in(analyst)
    page = client.get(reverse("mfa_add_webauthn"))
    client.post(reverse("mfa_add_webauthn"), {"name": "blue", "credential": json.dumps(key.create(_options(page)))})
    assert client.get(reverse("today")).status_code == 200

    false, _answer = sign_in(analyst)
    asked = _options(false.get(reverse(AUTHENTICATE)))
    other.credential = key.credential
    false.post(reverse(AUTHENTICATE), {"credential": json.dumps(other.get(asked))})
    assert false.get(reverse("today")).status_code == 302

    true, _answer = sign_in(analyst)
    asked = _options(true.get(reverse(AUTHENTICATE)))
    proof = key.get(asked)
    assert true.post(reverse(AUTHENTICATE), {"credential": json.dumps(proof)}).status_code == 302
    assert true.get(reverse("today")).status_code == 200
    assert AuditEntry.objects.filter(action="sign-in", actor=analyst.pk).latest("id").facts == {
        "method": "password+webauthn"
    }
    replayed, _answer = sign_in(analyst)
    replayed.get(reverse(AUTHENTICATE))
    replayed.post(reverse(AUTHENTICATE), {"credential": json.dumps(proof)})
    assert replayed.get(reverse("today")).status_code == 302


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_a_key_answers_for_this_site_only(analyst, settings):
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False
    client, _answer = sign_in(analyst)
    false = SoftwareKey("https://testserver.example.org")
    answer = client.post(reverse("mfa_add_webauthn"), {
        "name": "x", "credential": json.dumps(false.create(_options(client.get(reverse("mfa_add_webauthn"))))),
    })  # fmt: skip
    assert answer.status_code == 200
    assert not Authenticator.objects.filter(user=analyst).exists()


def _options(page):
    """What the page asks of the key."""
    data = re.search(r'<script id="js_data" type="application/json">(.*?)</script>', page.content.decode(), re.S).group(1)
    (asked,) = json.loads(data).values()
    return asked["publicKey"]


