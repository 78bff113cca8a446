"""Signing in with the municipality's provider: a real one, on this machine, and the whole flow."""

import base64
import hashlib
import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

import oidc_provider_mock
import pytest
import requests
import werkzeug.serving
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client
from django.urls import reverse

from openvis.web import oidc as from_environment
from openvis.web.access import demo, oidc_roles, people, services
from openvis.web.access.models import AuditEntry, User

pytestmark = pytest.mark.parametrize("city", ["almere"], indirect=True)
PASSWORD = "a password of a test"


@dataclass
class Provider:
    """The provider, what it was asked, and how it is made to lie."""

    address: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    lies: dict[str, str] = field(default_factory=dict)

    def knows(self, sub, **claims):
        """Somebody at the provider, with what it says of them."""
        told = {"email": f"{sub}@test.example", "email_verified": True, "name": sub.capitalize(), **claims}
        requests.put(f"{self.address}/users/{sub}", json=told, timeout=5).raise_for_status()

    def wsgi(self, app):
        def answer(environ, start):
            if environ["PATH_INFO"] == "/oauth2/token":
                body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0))
                self.asked.append({key: values[0] for key, values in parse_qs(body.decode()).items()})
                environ["wsgi.input"] = io.BytesIO(body)
            if environ["PATH_INFO"] in self.lies:
                environ["HTTP_HOST"] = self.lies[environ["PATH_INFO"]]
            return app(environ, start)

        return answer


@pytest.fixture(scope="module")
def server() -> Iterator[Provider]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
        provider = Provider()
        app = oidc_provider_mock.app(require_nonce=True)
        app.wsgi_app = provider.wsgi(app.wsgi_app)
        running = werkzeug.serving.make_server("localhost", 0, app, threaded=True)
        provider.address = f"http://localhost:{running.server_port}"
        thread = threading.Thread(target=running.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield provider
        running.shutdown()
        thread.join(5)


@pytest.fixture
def provider(server, city, settings, tmp_path) -> Provider:
    """The provider, set up for this site: groups for an analyst and for a manager of one area."""
    roles = {alias: role.id for alias, role in demo.roles_by_alias(city).items()}
    file = tmp_path / "oidc-roles.yaml"
    file.write_text(
        f"groups:\n  analysts:\n    - role: {roles['analyst']}\n  managers:\n    - role: {roles['manager']}\n"
        f"      areas: [{demo.first_area(city)}]\n", encoding="utf-8",
    )
    set_up(settings, server, file)
    server.asked.clear()
    server.lies.clear()
    return server


def set_up(settings, provider, file, **more):
    environment = {"ISSUER": provider.address, "CLIENT_ID": "openvis", "SECRET": "s", "NAME": "Gemeente-account",
                   "ROLES": str(file), **more}  # fmt: skip
    for name, value in from_environment.configuration(
        {f"OPENVIS_OIDC_{key}": value for key, value in environment.items()}
    ).items():
        setattr(settings, name, value)


def go_there(client, change=lambda asked: asked):
    """Press the button, and sign in at the provider as a browser does; gives the way back."""
    away = client.get(reverse("oidc_login"))
    assert away.status_code == 302, away.content.decode()
    parts = urlsplit(away.headers["Location"])
    asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
    return asked, parts._replace(query=urlencode(change(dict(asked)))).geturl()


def come_back(address, sub):
    back = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=5)
    assert back.status_code == 302, back.text
    parts = urlsplit(back.headers["Location"])
    return f"{parts.path}?{parts.query}"


def sign_in(sub, client=None):
    """The whole flow; gives the client and the last answer."""
    client = client or Client()
    _asked, there = go_there(client)
    return client, client.get(come_back(there, sub))


def is_in(client):
    return client.get(reverse("my_roles")).status_code == 200


def roles_of(email):
    return sorted(people.role_names(User.objects.get(email=email)))


def test_somebody_in_a_known_group_gets_an_account_and_the_role(city, provider):
    provider.knows("anna", groups=["analysts", "football"])
    client, answer = sign_in("anna")
    assert answer.headers["Location"] == reverse("today")
    assert is_in(client)
    analyst = demo.roles_by_alias(city)["analyst"]
    user = User.objects.get(email="anna@test.example")
    assert roles_of(user.email) == [analyst.id]
    assert (user.name, user.organisation.key, user.has_usable_password()) == ("Anna", analyst.organisation, False)
    assert user.grants.get().source == "oidc"
    actions = AuditEntry.objects.filter(object=str(user.pk)).order_by("id").values_list("action", flat=True)
    assert list(actions) == ["people.add", "oidc.connect", "people.grant", "oidc.grants", "sign-in"]
    assert AuditEntry.objects.get(action="sign-in").facts == {"method": "socialaccount"}


def test_nothing_the_provider_says_is_kept(provider):
    provider.knows("anna", groups=["analysts"])
    sign_in("anna")
    account = SocialAccount.objects.get()
    assert account.extra_data == {}
    assert "anna" not in account.uid
    assert not SocialToken.objects.exists()


def test_the_code_is_bound_to_the_browser_by_pkce_state_and_nonce(provider):
    provider.knows("anna", groups=["analysts"])
    client = Client()
    asked, there = go_there(client)
    assert asked["code_challenge_method"] == "S256"
    assert {"openid", "email"} <= set(asked["scope"].split())
    assert asked["redirect_uri"] == "http://testserver/account/oidc/terug/"
    client.get(come_back(there, "anna"))
    verifier = provider.asked[-1]["code_verifier"]
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    assert digest == asked["code_challenge"]
    again, _there = go_there(Client())
    for part in ("state", "nonce", "code_challenge"):
        assert again[part] != asked[part]


def test_a_wrong_state_is_refused(provider):
    provider.knows("anna", groups=["analysts"])
    client = Client()
    _asked, there = go_there(client, lambda asked: {**asked, "state": "another"})
    answer = client.get(come_back(there, "anna"))
    assert answer.status_code == 403
    assert not is_in(client)
    assert not provider.asked
    assert AuditEntry.objects.get(action="sign-in").facts == {"method": "oidc", "why": "wrong"}


def test_the_way_back_of_somebody_else_does_not_sign_me_in(provider):
    """An attacker sends me the address with their own code: it belongs to no sign-in of this browser."""
    provider.knows("mallory", groups=["analysts"])
    _asked, there = go_there(Client())
    back = come_back(there, "mallory")
    victim = Client()
    go_there(victim)
    assert victim.get(back).status_code == 403
    assert not is_in(victim)


def test_a_code_signs_in_once(provider):
    provider.knows("anna", groups=["analysts"])
    client = Client()
    _asked, there = go_there(client)
    back = come_back(there, "anna")
    client.get(back)
    client.post(reverse("account_logout"))
    assert client.get(back).status_code == 403
    assert not is_in(client)


def test_a_wrong_nonce_is_refused(provider):
    provider.knows("anna", groups=["analysts"])
    client = Client()
    _asked, there = go_there(client, lambda asked: {**asked, "nonce": "of another sign-in"})
    assert client.get(come_back(there, "anna")).status_code == 403
    assert not is_in(client)
    assert not User.objects.exists()


def test_another_issuer_is_refused(provider):
    provider.knows("anna", groups=["analysts"])
    client = Client()
    _asked, there = go_there(client)
    back = come_back(there, "anna")
    provider.lies["/oauth2/token"] = "evil.example"
    assert client.get(back).status_code == 403
    assert not User.objects.exists()
    provider.lies["/.well-known/openid-configuration"] = "evil.example"
    assert Client().get(reverse("oidc_login")).status_code == 502


def test_a_token_for_another_application_is_refused(provider, settings):
    provider.knows("anna", groups=["analysts"])
    client = Client()
    _asked, there = go_there(client, lambda asked: {**asked, "client_id": "another"})
    back = come_back(there, "anna")
    assert client.get(back).status_code == 403
    assert not User.objects.exists()


def test_groups_that_change_change_the_roles_and_leave_what_somebody_gave(city, provider, outsider):
    roles = {alias: role.id for alias, role in demo.roles_by_alias(city).items()}
    provider.knows("anna", groups=["analysts"])
    client, _answer = sign_in("anna")
    user = User.objects.get(email="anna@test.example")
    services.grant(user, roles["administrator"], reason="test", source="team leader")
    provider.knows("anna", groups=["managers"])
    again, _answer = sign_in("anna")
    assert roles_of(user.email) == sorted([roles["manager"], roles["administrator"]])
    assert list(user.grants.in_force().get(role=roles["manager"]).areas) == [demo.first_area(city)]
    assert not is_in(client), "a role that ended ends the sessions"
    assert is_in(again)
    provider.knows("anna", groups=[])
    sign_in("anna")
    assert roles_of(user.email) == [roles["administrator"]]
    facts = AuditEntry.objects.filter(action="oidc.grants").order_by("id").values_list("facts", flat=True)
    assert list(facts) == [{"given": 1, "ended": 0}, {"given": 1, "ended": 1}, {"given": 0, "ended": 1}]
    before = user.grants.count()
    sign_in("anna")
    assert user.grants.count() == before


def test_without_a_known_group_nobody_gets_an_account(provider):
    provider.knows("bob", groups=["football"])
    client, answer = sign_in("bob")
    assert answer.status_code == 403
    assert "geen groep" in answer.content.decode()
    assert not User.objects.exists()
    assert not is_in(client)


@pytest.mark.parametrize("verified", [False, None, "true"])
def test_an_address_that_is_not_verified_takes_over_no_account(provider, analyst, verified):
    claims = {"groups": ["managers"], "email": analyst.email, "email_verified": verified}
    provider.knows("mallory", **claims)
    client, answer = sign_in("mallory")
    assert answer.status_code == 403
    assert not is_in(client)
    assert analyst.grants.in_force().count() == 1
    assert User.objects.get(pk=analyst.pk).check_password(PASSWORD)


def test_a_verified_address_leads_to_the_account_that_is_there(provider, analyst):
    provider.knows("anna", email=analyst.email.upper(), groups=["managers"])
    client, _answer = sign_in("anna")
    assert is_in(client)
    assert User.objects.get().pk == analyst.pk
    assert not User.objects.get().has_usable_password()
    assert analyst.grants.in_force().count() == 2


def test_once_connected_another_address_at_the_provider_opens_no_other_account(provider, analyst, manager):
    provider.knows("anna", email=analyst.email, groups=["analysts"])
    sign_in("anna")
    provider.knows("anna", email=manager.email, groups=["analysts"])
    client, _answer = sign_in("anna")
    page = client.get(reverse("my_roles")).content.decode()
    assert analyst.email in page
    assert manager.email not in page


def test_somebody_who_was_disabled_here_does_not_come_in(provider):
    provider.knows("anna", groups=["analysts"])
    client, _answer = sign_in("anna")
    user = User.objects.get()
    services.disable(user)
    assert not is_in(client)
    again, answer = sign_in("anna")
    assert answer.status_code == 403
    assert not is_in(again)
    assert not user.grants.in_force().exists()
    assert AuditEntry.objects.filter(action="sign-in", result="refused").latest("id").facts["why"] == "closed"


def test_no_password_comes_beside_the_provider(provider, mailoutbox):
    from openvis.web.access import mailing

    provider.knows("anna", groups=["analysts"])
    client, _answer = sign_in("anna")
    mailing.reset(str(User.objects.get().pk), "http://testserver", "nl")
    assert not mailoutbox
    page = client.get(reverse("account_change_password"), follow=True)
    assert page.redirect_chain[-1][0] == reverse("account_set_password")
    client.post(reverse("account_set_password"), {"password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.get().has_usable_password()


def test_the_providers_second_factor_counts_where_the_settings_say_so(provider, settings):
    settings.OPENVIS_SECOND_FACTOR = "roles"
    provider.knows("anna", groups=["analysts"], amr=["pwd", "mfa"])
    client, _answer = sign_in("anna")
    assert client.get(reverse("today")).headers["Location"] == reverse("mfa_index")
    set_up(settings, provider, settings.OPENVIS_OIDC["roles"], SECOND_FACTOR="mfa, hwk")
    counted, _answer = sign_in("anna")
    assert counted.get(reverse("today")).status_code == 200
    provider.knows("anna", groups=["analysts"], amr=["pwd"])
    password, _answer = sign_in("anna", counted)
    assert password.get(reverse("today")).headers["Location"] == reverse("mfa_index")


def test_a_proof_for_one_person_is_none_for_another(provider, settings, analyst):
    settings.OPENVIS_SECOND_FACTOR = "roles"
    set_up(settings, provider, settings.OPENVIS_OIDC["roles"], SECOND_FACTOR="mfa")
    provider.knows("anna", groups=["analysts"], amr=["mfa"])
    client, _answer = sign_in("anna")
    session = client.session
    client.post(reverse("account_login"), {"login": analyst.email, "password": PASSWORD})
    assert session["openvis.second_factor"]
    other = Client()
    other.post(reverse("account_login"), {"login": analyst.email, "password": PASSWORD})
    assert other.get(reverse("today")).headers["Location"] == reverse("mfa_index")


def test_cancelling_and_a_provider_that_is_gone_are_told_in_words(provider, settings):
    client = Client()
    _asked, there = go_there(client)
    back = requests.post(there, data={"action": "deny"}, allow_redirects=False, timeout=5)
    parts = urlsplit(back.headers["Location"])
    answer = client.get(f"{parts.path}?{parts.query}")
    assert answer.status_code == 403
    assert "Gemeente-account" in answer.content.decode()
    gone = Provider("http://localhost:9")
    set_up(settings, gone, settings.OPENVIS_OIDC["roles"])
    away = client.get(reverse("oidc_login"))
    assert away.status_code == 502
    assert "antwoordt nu niet" in away.content.decode()


def test_without_a_provider_there_is_no_button_and_no_door(city, client):
    assert "oidc" not in client.get(reverse("account_login")).content.decode()
    for page in ("oidc_login", "oidc_callback"):
        assert client.get(reverse(page), {"code": "x", "state": "y"}).headers["Location"] == reverse("account_login")


def test_the_button_takes_along_where_one_wanted_to_go(provider, client):
    page = client.get(reverse("account_login"), {"next": "/mensen/mijn-rollen/"}).content.decode()
    assert "Inloggen met Gemeente-account" in page
    assert "/account/oidc/?next=/mensen/mijn-rollen/" in page
    provider.knows("anna", groups=["analysts"])
    away = client.get("/account/oidc/?next=/mensen/mijn-rollen/")
    assert client.get(come_back(away.headers["Location"], "anna")).headers["Location"] == "/mensen/mijn-rollen/"
    away = Client().get("/account/oidc/?next=https://evil.example/")
    assert "evil" not in away.headers["Location"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("groups: [", "not YAML"),
        ("group: {}", "groups: Field required"),
        ("groups:\n  a:\n    - role: wizard\n", "groups.a.0: role: 'wizard' is not in the profile"),
        ("groups:\n  a:\n    - rol: x\n", "groups.a.0.rol: Extra inputs are not permitted"),
        ("groups:\n  a:\n    - {role: veiligheidsmanager}\n", "expected one or more codes of areas"),
        ("groups:\n  a:\n    - {role: veiligheidsmanager, areas: [nowhere]}\n", "areas: nowhere not in the profile"),
    ],
)
def test_a_file_of_roles_that_does_not_fit_is_told_with_its_place(city, tmp_path, text, says):
    file = tmp_path / "roles.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(oidc_roles.RolesError) as told:
        oidc_roles.load(file)
    assert says in str(told.value)


def test_everything_wrong_in_the_file_is_told_at_once(provider, settings):
    settings.OPENVIS_OIDC["roles"].write_text(
        "groups:\n  a:\n    - role: wizard\n  b:\n    - role: witch\n", encoding="utf-8"
    )
    assert len(oidc_roles.check()) == 2


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"ISSUER": "http://example.org"}, "expected an address with https"),
        ({"ISSUER": "https://example.org"}, "OPENVIS_OIDC_CLIENT_ID is not set"),
        ({"ISSUER": "https://example.org", "CLIENT_ID": "a", "SECRET": "b"}, "OPENVIS_OIDC_ROLES is not set"),
    ],
)
def test_half_a_configuration_is_refused(city, environment, says):
    with pytest.raises(ValueError, match=says):
        from_environment.configuration({f"OPENVIS_OIDC_{key}": value for key, value in environment.items()})
