"""The administrator's pages: finding people, inviting them, giving roles and ending them; and one's own pages."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from openvis.web.access import acting, demo, invitations, listing, purposes, services
from openvis.web.access.models import AuditEntry, PurposeUse, Session, User
from web.conftest import make_person

almere = pytest.mark.parametrize("city", ["almere"], indirect=True)


def give(client, person, role, **changed):
    """Posts the form for a role as it is shown, with some fields otherwise."""
    address = f"{reverse('give_role', args=[person.pk])}?rol={role}"
    until = timezone.localdate() + dt.timedelta(days=90)
    typed = {"version": User.objects.get(pk=person.pk).version, "reason": "team Buiten", "source": "team manager",
             "until": until.isoformat(), **changed}  # fmt: skip
    return client.post(address, typed)


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def admin(administrator, client_for):
    return client_for(administrator)


class TestList:
    @almere
    def test_it_finds_by_part_of_a_name_role_organisation_and_state(self, city, admin, manager, analyst, outsider):
        def names(**asked):
            page = text(admin.get(reverse("people"), asked))
            return {name for name in ("manager", "analyst", "outsider") if f"{name}@test.example" in page}

        assert names() == {"manager", "analyst", "outsider"}
        assert names(zoek="OUTS") == {"outsider"}
        assert names(rol="veiligheidsmanager") == {"manager"}
        assert names(organisatie="team_veiligheid") == {"manager", "analyst"}
        assert names(staat="none") == {"outsider"}
        services.disable(analyst)
        assert names() == {"manager", "outsider"}
        assert names(staat="closed") == {"analyst"}
        assert names(staat="all") == {"manager", "analyst", "outsider"}

    @almere
    def test_what_ends_soon_and_what_has_no_end_is_told(self, city, admin, outsider, manager):
        day = dt.timedelta(days=1)
        services.grant(outsider, "raadslid", reason="r", source="s", ends=timezone.now() + 20 * day)
        far = make_person(city, "analyst")
        far.grants.update(ends=timezone.now() + 40 * day)
        assert {str(p) for p in listing.found(listing.Wanted(state="soon"))} == {"outsider"}
        assert "manager" in {str(p) for p in listing.found(listing.Wanted(state="endless"))}
        assert "loopt bijna af" in text(admin.get(reverse("people"), {"staat": "soon"}))

    @almere
    def test_hundreds_of_people_come_in_pages_with_few_questions(self, city, admin, django_assert_max_num_queries):
        User.objects.bulk_create(User(email=f"p{n}@test.example", name=f"Person {n:03}") for n in range(230))
        for number in range(0, 230, 2):
            person = User.objects.get(email=f"p{number}@test.example")
            services.grant(person, "raadslid", reason="r", source="s")
        with django_assert_max_num_queries(30):
            first = text(admin.get(reverse("people")))
        assert "231 mensen" in first
        assert "1–50 van 231" in first
        last = text(admin.get(reverse("people"), {"pagina": "5", "zoek": "Person"}))
        assert "201–230 van 230" in last
        assert "zoek=Person" in last

    @almere
    def test_looking_is_written_down_without_names(self, city, admin, administrator):
        admin.get(reverse("people"), {"zoek": "Secretname"})
        entry = AuditEntry.objects.filter(action="people.view", actor=administrator.pk).latest("id")
        assert entry.facts == {"shown": 0}
        assert "Secretname" not in str(vars(entry))


class TestInviting:
    @almere
    def test_a_link_is_shown_once_and_lets_its_owner_in(self, city, admin, client):
        page = text(admin.post(reverse("invite"), {"name": "Noor", "email": "noor@test.example",
                                                   "organisation": "politie"}))  # fmt: skip
        token = re.search(r"/account/uitnodiging/([\w-]+)/", page)[1]
        assert invitations.find(token).user.email == "noor@test.example"
        made = User.objects.get(email="noor@test.example")
        assert not made.grants.exists()
        assert token not in text(admin.get(reverse("person", args=[made.pk])))

    @almere
    def test_with_mail_no_link_is_shown(self, city, admin, settings, django_capture_on_commit_callbacks):
        settings.OPENVIS_MAIL = "smtp://mail.example/?from=openvis@town.example"
        settings.DEFAULT_FROM_EMAIL = "openvis@town.example"
        with django_capture_on_commit_callbacks(execute=True):
            page = text(admin.post(reverse("invite"), {"name": "Noor", "email": "noor@test.example",
                                                       "organisation": "politie"}))  # fmt: skip
        assert "/account/uitnodiging/" not in page
        assert [message.to for message in mail.outbox] == [["noor@test.example"]]

    @almere
    def test_an_address_in_use_is_said_at_its_field(self, city, admin, outsider):
        page = text(admin.post(reverse("invite"), {"name": "N", "email": "OUTSIDER@test.example",
                                                   "organisation": "politie"}))  # fmt: skip
        assert "Er is al een account met dit adres" in page
        assert User.objects.filter(email__iexact="outsider@test.example").count() == 1

    @almere
    def test_inviting_again_ends_the_earlier_link(self, city, admin):
        first = invitations.invite("noor@test.example", "Noor").rsplit("/", 2)[-2]
        made = User.objects.get(email="noor@test.example")
        assert "uitgenodigd" in text(admin.get(reverse("people")))
        assert "/account/uitnodiging/" in text(admin.post(reverse("invite_again", args=[made.pk])))
        assert invitations.find(first) is None


class TestGiving:
    def test_what_a_role_opens_is_shown_before_it_is_given(self, city, admin, outsider):
        for role in city.roles:
            page = text(admin.get(reverse("give_role", args=[outsider.pk]), {"rol": role.id}))
            for compartment in city.compartments:
                if city.rights(role.id, compartment.id):
                    assert compartment.name.nl in page, (role.id, compartment.id)
        assert not outsider.grants.exists()

    @almere
    def test_a_role_is_given_with_its_areas_reason_source_and_last_day(self, city, admin, administrator, outsider):
        area = demo.first_area(city)
        answer = give(admin, outsider, "handhaver", areas=[area])
        assert answer.status_code == 302
        given = outsider.grants.get()
        assert (given.role, given.areas, given.reason, given.source) == (
            "handhaver", [area], "team Buiten", "team manager"
        )  # fmt: skip
        last = timezone.localdate() + dt.timedelta(days=90)
        assert timezone.localtime(given.ends).date() == last + dt.timedelta(days=1)
        assert str(last.day) in text(admin.get(reverse("person", args=[outsider.pk])))
        entry = AuditEntry.objects.get(action="people.grant", object=str(outsider.pk), actor=administrator.pk)
        assert entry.facts == {"given_role": "handhaver", "areas": [area]}

    @almere
    @pytest.mark.parametrize(
        ("role", "changed", "says"),
        [
            ("handhaver", {}, "Kies ten minste één gebied"),
            ("raadslid", {"until": "2020-01-01"}, "Deze dag is voorbij"),
            ("raadslid", {"until": "2030-01-01"}, "meer dan een jaar weg"),
            ("raadslid", {"until": ""}, "Laatste dag"),
            ("raadslid", {"reason": ""}, "Waarom heeft deze persoon"),
            ("raadslid", {"source": " "}, "Wie heeft dit besloten"),
            ("handhaver", {"areas": ["nowhere"]}, "nowhere"),
        ],
    )
    def test_what_does_not_fit_is_said_and_what_was_typed_stays(self, city, admin, outsider, role, changed, says):
        page = text(give(admin, outsider, role, **changed))
        assert says in page.split('role="alert"')[1]
        assert changed.get("reason", "team Buiten") in page
        assert not outsider.grants.exists()

    @almere
    def test_longer_than_a_year_with_the_reason_why(self, city, admin, outsider):
        until = timezone.localdate() + dt.timedelta(days=700)
        give(admin, outsider, "raadslid", until=until.isoformat(), longer="term of the council")
        assert "term of the council" in outsider.grants.get().reason

    @almere
    def test_a_role_that_the_profile_does_not_know_is_no_page(self, city, admin, outsider):
        assert admin.get(reverse("give_role", args=[outsider.pk]), {"rol": "wizard"}).status_code == 404

    @almere
    def test_who_was_looking_at_an_older_version_is_told_and_keeps_what_was_typed(self, city, admin, outsider):
        seen = outsider.version
        services.grant(outsider, "medewerker", reason="r", source="somebody else")
        answer = give(admin, outsider, "raadslid", version=seen)
        assert answer.status_code == 409
        assert "team Buiten" in text(answer)
        assert not outsider.grants.filter(role="raadslid").exists()
        again = re.search(r'name="version" value="(\d+)"', text(answer))[1]
        assert give(admin, outsider, "raadslid", version=again).status_code == 302
        assert outsider.grants.filter(role="raadslid").exists()


class TestEnding:
    @almere
    def test_a_role_ends_now_and_so_do_the_sessions(self, city, admin, analyst, client_for):
        browser = client_for(analyst)
        assert browser.get(reverse("my_roles")).status_code == 200
        address = reverse("end_role", args=[analyst.pk, analyst.grants.get().pk])
        assert "overal uitgelogd" in text(admin.get(address))
        assert analyst.grants.get().ends is None
        admin.post(address, {"version": User.objects.get(pk=analyst.pk).version})
        assert analyst.grants.get().ends <= timezone.now()
        assert browser.get(reverse("my_roles")).status_code == 302
        assert not Session.objects.filter(user=analyst).exists()

    @almere
    def test_closing_and_opening_again(self, city, admin, analyst, client_for):
        browser = client_for(analyst)
        version = {"version": User.objects.get(pk=analyst.pk).version}
        admin.post(reverse("close_account", args=[analyst.pk]), version)
        assert not User.objects.get(pk=analyst.pk).is_active
        assert browser.get(reverse("my_roles")).status_code == 302
        assert admin.post(reverse("close_account", args=[analyst.pk]), version).status_code == 404
        version = {"version": User.objects.get(pk=analyst.pk).version}
        admin.post(reverse("reopen_account", args=[analyst.pk]), version)
        assert User.objects.get(pk=analyst.pk).is_active
        assert not analyst.grants.in_force().exists()

    @almere
    def test_a_last_day_that_is_past_ends_the_sessions(self, city, admin, analyst, client_for):
        browser = client_for(analyst)
        day = timezone.localdate() - dt.timedelta(days=1)
        version = User.objects.get(pk=analyst.pk).version
        admin.post(reverse("last_day", args=[analyst.pk]), {"version": version, "day": day.isoformat()})
        assert User.objects.get(pk=analyst.pk).expires == day
        assert browser.get(reverse("my_roles")).status_code == 302
        assert "laatste dag" in text(admin.get(reverse("person", args=[analyst.pk])))

    @almere
    def test_the_page_of_a_person_tells_what_was_changed_by_whom(self, city, admin, administrator, analyst):
        services.set_last_day(analyst, None, by=administrator)
        page = text(admin.get(reverse("person", args=[analyst.pk])))
        assert "de laatste dag is ingesteld" in page
        assert f"({administrator})" in page


class TestWhoMayNot:
    def addresses(self, person):
        given = person.grants.first()
        return [
            reverse("invite"), reverse("matrix"), reverse("give_role", args=[person.pk]),
            reverse("last_day", args=[person.pk]), reverse("close_account", args=[person.pk]),
            *([reverse("end_role", args=[person.pk, given.pk])] if given else []),
        ]  # fmt: skip

    def test_others_find_nothing_here(self, city, analyst, manager, outsider, client_for):
        for person in (manager, outsider):
            for address in self.addresses(analyst):
                assert client_for(person).get(address).status_code == 404
                assert client_for(person).post(address, {"version": 1}).status_code == 404
        assert analyst.grants.in_force().exists()

    def test_nobody_finds_these_for_their_own_account(self, city, admin, administrator):
        for address in self.addresses(administrator)[2:]:
            assert admin.get(address).status_code == 404
            assert admin.post(address, {"version": 1, "day": ""}).status_code == 404
        assert "uw eigen account" in text(admin.get(reverse("person", args=[administrator.pk])))
        assert administrator.grants.in_force().count() == 1

    def test_who_sees_people_and_does_not_manage_them_gets_no_buttons(self, city, analyst, client_for):
        looker = next(role for role in city.roles if role.may("people.view") and not role.may("people.manage"))
        alias = next(key for key, role in demo.roles_by_alias(city).items() if role.id == looker.id)
        client = client_for(make_person(city, alias))
        page = text(client.get(reverse("person", args=[analyst.pk])))
        assert "analyst@test.example" in page
        assert reverse("give_role", args=[analyst.pk]) not in page
        for address in self.addresses(analyst)[2:]:
            assert client.get(address).status_code == 404


class TestMatrix:
    def test_every_cell_is_shown_as_the_profile_has_it(self, city, admin):
        page = text(admin.get(reverse("matrix")))
        table = page[page.index("<tbody>"):page.index("</tbody>")]
        rows = table.split("<tr>")[1:]
        for role, row in zip(city.roles, rows[: len(city.roles)], strict=True):
            assert role.name.nl in row
            shown = re.findall(r'acc-letters(?:--none)?"(?: aria-hidden="true")?>([a-z–]+)<', row)
            assert shown == [city.rights(role.id, item.id).written or "–" for item in city.compartments], role.id

    @almere
    def test_each_role_leads_to_who_holds_it(self, city, admin, manager):
        page = text(admin.get(reverse("matrix")))
        assert f"{reverse('people')}?rol=veiligheidsmanager" in page
        found = text(admin.get(reverse("people"), {"rol": "veiligheidsmanager"}))
        assert "manager@test.example" in found


class TestMine:
    def test_what_my_roles_open_and_for_what(self, city, manager, client_for):
        page = text(client_for(manager).get(reverse("my_roles")))
        role = city.role(manager.grants.get().role)
        for compartment in city.compartments:
            shown = compartment.name.nl in page
            assert shown or not city.rights(role.id, compartment.id), compartment.id
        for purpose in city.purposes:
            if role.id in purpose.roles:
                assert purpose.name.nl.replace("'", "&#x27;") in page
        assert reverse("my_sessions") in page

    @almere
    def test_the_purposes_of_this_session_and_of_no_other(self, city, manager, client_for):
        client = client_for(manager)
        purpose = next(item for item in city.purposes if "veiligheidsmanager" in item.roles)
        compartment = str(purpose.compartments[0])
        mark = acting.session_mark(client.session.session_key)
        purposes.state(manager, compartment, "case:7", purpose.id, session=mark)
        purposes.state(manager, compartment, "case:8", purpose.id, session="another")
        page = text(client.get(reverse("my_roles")))
        assert "case:7" in page
        assert "case:8" not in page
        assert PurposeUse.objects.filter(ended__isnull=True).count() == 2

    @almere
    def test_my_log_holds_what_i_did_and_nothing_of_others(self, city, manager, analyst, administrator, client_for):
        from openvis.web.access import audit

        audit.record(manager, "some.look", "thing:mine")
        audit.record(analyst, "some.look", "thing:theirs")
        for person in (manager, administrator):
            page = text(client_for(person).get(reverse("my_log")))
            assert ("thing:mine" in page) == (person == manager)
            assert "thing:theirs" not in page

    @almere
    def test_my_log_goes_back_a_month(self, city, manager, client_for, move_to):
        from openvis.web.access import audit

        now = timezone.now()
        move_to(now - dt.timedelta(days=31))
        audit.record(manager, "some.look", "thing:old")
        move_to(now)
        assert "thing:old" not in text(client_for(manager).get(reverse("my_log")))


