"""The page that explains: it says yes exactly where the rule does, and nothing of what is in an object."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from openvis.profile import Ability
from openvis.web.access import acting, audit, demo, explaining, people, purposes, registry, services, walls
from openvis.web.access.models import AuditEntry, User
from openvis.web.deployment.models import Evidence, FocusPlace
from openvis.web.intake.models import Incident
from openvis.web.places.models import Area
from web.conftest import make_person

almere = pytest.mark.parametrize("city", ["almere"], indirect=True)
SECRET = "Geheimstraat"


def page_of(response) -> str:
    return response.content.decode()


def place_in(area: str) -> FocusPlace:
    """A focus place in one area."""
    evidence = Evidence.objects.create(query="", store_version="1", outline=b"", shape={}, picture=b"")
    return FocusPlace.objects.create(name=SECRET, evidence=evidence, home=[area], touches=[area], interpretation=SECRET)


@pytest.fixture
def planted(city, analyst):
    """Objects of every kind that has single ones: in the area of the area roles, and in another."""
    areas = [area.code for area in city.areas_of(city.levels[0].id)]
    here = demo.first_area(city)
    there = next(code for code in areas if code != here)
    audit.record(analyst, "a.look", "thing:1")
    known = {"focus_place": [place_in(here), place_in(there)], "account": [analyst],
             "audit_entry": [AuditEntry.objects.filter(action="a.look").get()]}  # fmt: skip
    return {kind: [str(thing.pk) for thing in things] for kind, things in known.items()}


def everybody(city):
    """One person for each role, one without, and one whose role has ended."""
    demo.make_demo_people(city)
    gone = services.add_person("gone@test.example", "gone")
    before = timezone.now() - dt.timedelta(days=3)
    for role in city.roles[:3]:
        areas = [demo.first_area(city)] if role.scope == "area" else []
        services.grant(gone, role.id, areas=areas, reason="r", source="s", starts=before, ends=before + dt.timedelta(1))
    services.add_person("none@test.example", "none")
    return list(User.objects.all())


def test_of_a_kind_it_says_yes_exactly_where_the_rule_does(city):
    for user in everybody(city):
        for kind in explaining.kinds():
            for (_what, asked), answer in zip(kind.rules, explaining.of_kind(user, kind).answers, strict=True):
                ability = asked.partition(explaining.AND)[0]
                assert answer.yes == people.may(User.objects.get(pk=user.pk), ability), (user, kind.kind, asked)
                assert answer.why
                assert ability in set(Ability)


def test_of_an_object_it_says_yes_exactly_where_both_walls_do(city, planted):
    """The rule of the page, the permission on the object, and the database under that person."""
    different = set()
    for user in everybody(city):
        for kind in explaining.kinds():
            for key in planted.get(kind.kind, []):
                told = {answer.asked: answer.yes for answer in explaining.of_object(user, kind, key).answers}
                with walls.as_user(user):
                    thing = kind.find(key)
                    for _what, asked in kind.rules:
                        ability, _and, permission = asked.partition(explaining.AND)
                        expected = people.may(user, ability) and thing is not None
                        expected = expected and (not permission or user.has_perm(permission, thing))
                        assert told[asked] == expected, (str(user), kind.kind, key, asked)
                        different.add((kind.kind, expected))
    assert {(kind, yes) for kind in planted for yes in (True, False)} == different


def test_every_kind_names_a_compartment_and_questions_that_exist(city):
    known = {str(item.id) for item in city.compartments}
    for kind in registry.objects:
        assert kind.compartment in known
        for _what, asked in kind.rules:
            assert asked.partition(explaining.AND)[0] in set(Ability)
    assert {"incident", "delivery", "focus_place", "briefing", "plan_report", "account", "audit_entry"} <= {
        kind.kind for kind in registry.objects
    }
    assert len({kind.kind for kind in registry.objects}) == len(registry.objects)


@almere
def test_an_incident_is_seen_in_the_areas_of_the_role_only(city, manager, analyst, outsider):
    from openvis.web.intake import rules

    def incident(code):
        return Incident(area=Area.objects.get(code=code))

    here, there = demo.first_area(city), max(area.code for area in city.areas_of(city.levels[0].id))
    assert here != there
    assert rules.in_own_areas(manager, incident(here))
    assert not rules.in_own_areas(manager, incident(there))
    assert not rules.in_own_areas(manager, Incident(area=None))
    assert rules.in_own_areas(analyst, incident(there))
    assert rules.in_own_areas(analyst, Incident(area=None))
    assert not rules.in_own_areas(outsider, incident(here))


class TestReasons:
    pytestmark = almere

    def why(self, user, kind, asked):
        told = explaining.of_kind(User.objects.get(pk=user.pk), explaining.kind_of(kind))
        return " ".join(next(answer.why for answer in told.answers if answer.asked == asked))

    def test_which_role_gives_it_where_until_when_and_why(self, city, manager):
        manager.grants.update(ends=dt.datetime(2030, 1, 1, tzinfo=timezone.get_current_timezone()))
        said = self.why(manager, "focus_place", "briefing.view")
        area = next(item.name for item in city.areas if item.code == demo.first_area(city))
        for words in ("veiligheidsmanager", area, "31-12-2029", "(test)", "hangt af van het object"):
            assert words in said

    def test_what_has_ended_and_what_is_still_to_come(self, city, outsider):
        now, day = timezone.now(), dt.timedelta(days=1)
        services.grant(outsider, "beleidsadviseur", reason="r", source="s", starts=now - 2 * day, ends=now - day)
        services.grant(outsider, "burgemeester", reason="r", source="s", starts=now + day)
        said = self.why(outsider, "briefing", "briefing.view")
        assert "beleidsadviseur veiligheid gaf dit; die is voorbij" in said
        assert "burgemeester geeft dit, en geldt pas later" in said
        assert "Heeft nu geen rol" in said

    def test_which_roles_would_give_it(self, city, administrator):
        assert "privacyfunctionaris" in self.why(administrator, "audit_entry", "audit.view")

    def test_a_closed_account_and_a_missing_second_factor_come_first(self, city, analyst, settings):
        settings.OPENVIS_SECOND_FACTOR = "required"
        assert "tweede factor" in explaining.account(User.objects.get(pk=analyst.pk))[0]
        services.disable(analyst)
        assert "gesloten" in explaining.account(User.objects.get(pk=analyst.pk))[0]
        assert "gesloten" in self.why(analyst, "briefing", "briefing.view")

    def test_an_object_elsewhere_is_said_to_be_so(self, city, manager, planted):
        inside, outside = planted["focus_place"]
        kind = explaining.kind_of("focus_place")
        assert explaining.of_object(manager, kind, inside).answers[0].yes
        answer = explaining.of_object(manager, kind, outside).answers[0]
        assert not answer.yes
        assert "niet dit ene object" in answer.why[-1]

    def test_the_purposes_are_those_that_may_be_stated(self, city, manager):
        told = explaining.of_kind(manager, explaining.kind_of("focus_place"))
        assert [name for name, _ground in told.purposes] == [p.name.nl for p in purposes.allowed(manager, "operations")]


class TestPages:
    pytestmark = almere

    @pytest.fixture
    def officer(self, city):
        return make_person(city, "fg")

    def address(self, person, kind, key):
        return reverse("explain_object", args=[person.pk, kind, key])

    def test_the_administrator_asks_about_kinds_and_it_is_written_down(
        self, city, administrator, manager, client_for
    ):
        page = page_of(client_for(administrator).get(reverse("explain"), {"wie": manager.pk, "soort": "focus_place"}))
        assert "acc-yes" in page
        entry = AuditEntry.objects.get(action="access.explain")
        assert (entry.actor, entry.object, entry.facts) == (administrator.pk, str(manager.pk), {"kind": "focus_place"})

    def test_the_administrator_never_asks_about_one_object(self, city, administrator, manager, planted, client_for):
        client = client_for(administrator)
        key = planted["focus_place"][0]
        assert client.get(self.address(manager, "focus_place", key)).status_code == 404
        asked = client.get(reverse("explain"), {"wie": manager.pk, "soort": "focus_place", "id": key})
        assert asked.status_code == 200
        assert "hangt af van het object" in page_of(asked)
        assert 'name="id"' not in page_of(asked)

    def test_nobody_else_finds_it(self, city, manager, analyst, outsider, planted, client_for):
        for person in (manager, analyst, outsider):
            client = client_for(person)
            assert client.get(reverse("explain")).status_code == 404
            assert client.get(self.address(manager, "focus_place", planted["focus_place"][0])).status_code == 404

    def test_the_officer_states_a_purpose_first_and_sees_no_content(self, city, officer, manager, planted, client_for):
        client = client_for(officer)
        inside, outside = planted["focus_place"]
        sent = client.get(reverse("explain"), {"wie": manager.pk, "soort": "focus_place", "id": inside})
        assert sent["Location"] == self.address(manager, "focus_place", inside)
        assert reverse("purpose") in client.get(sent["Location"])["Location"]
        mark = acting.session_mark(client.session.session_key)
        purpose = purposes.allowed(officer, "administration")[0]
        purposes.state(officer, "administration", f"user:{manager.pk}", purpose.id, session=mark)
        seen, unseen = (page_of(client.get(self.address(manager, "focus_place", key))) for key in (inside, outside))
        assert "acc-yes" in seen
        assert "niet dit ene object" in unseen
        assert SECRET not in seen + unseen
        entry = AuditEntry.objects.filter(action="access.explain_object").latest("id")
        assert entry.purpose == purpose.id
        assert entry.object == f"focus_place:{outside}"

    def test_a_kind_without_single_objects_and_a_text_that_is_no_key(self, city, officer, manager, client_for):
        client = client_for(officer)
        mark = acting.session_mark(client.session.session_key)
        purpose = purposes.allowed(officer, "administration")[0]
        purposes.state(officer, "administration", f"user:{manager.pk}", purpose.id, session=mark)
        assert client.get(self.address(manager, "briefing", "1")).status_code == 404
        assert client.get(self.address(manager, "nothing", "1")).status_code == 404
        for key in ("x", "99999999999999999999", "' OR 1=1"):
            page = page_of(client.get(self.address(manager, "focus_place", key)))
            assert re.search("bestaat (dit object )?niet|is er geen", page)
