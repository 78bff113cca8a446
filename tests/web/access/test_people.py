"""People and roles: what is given counts, what has ended does not, and it shows who decided what and why."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from openvis.web.access import demo, people, services
from openvis.web.access.models import AuditEntry, Grant, Organisation, User


def test_loading_organisations_twice_changes_nothing(city):
    before = Organisation.objects.count()
    services.load_organisations(city)
    assert Organisation.objects.count() == before == len(city.organisations)


def test_a_role_counts_from_its_begin_to_its_end(city, outsider):
    role = demo.roles_by_alias(city)["analyst"].id
    now = timezone.now()
    day = dt.timedelta(days=1)
    services.grant(outsider, role, reason="r", source="s", starts=now + day)
    services.grant(outsider, role, reason="r", source="s", starts=now - 2 * day, ends=now - day)
    assert not people.may(User.objects.get(pk=outsider.pk), "picture.view")
    services.grant(outsider, role, reason="r", source="s", starts=now - day, ends=now + day)
    assert people.may(User.objects.get(pk=outsider.pk), "picture.view")


def test_revoking_ends_the_right_and_keeps_the_record(city, analyst, administrator):
    given = analyst.grants.get()
    services.revoke(given, by=administrator)
    fresh = User.objects.get(pk=analyst.pk)
    assert not people.may(fresh, "picture.view")
    assert Grant.objects.filter(pk=given.pk, ends__isnull=False).exists()
    entry = AuditEntry.objects.filter(action="people.revoke").get()
    assert (entry.actor, entry.object) == (administrator.pk, str(analyst.pk))


def test_a_disabled_person_may_nothing(city, analyst):
    services.disable(analyst)
    assert not people.may(User.objects.get(pk=analyst.pk), "picture.view")


def test_an_area_role_reaches_its_own_areas_only(city, manager, analyst, outsider):
    assert people.areas_for(manager, "picture.rows") == frozenset({demo.first_area(city)})
    assert people.areas_for(analyst, "picture.rows") is None
    assert people.areas_for(outsider, "picture.rows") == frozenset()


@pytest.mark.parametrize(
    ("role", "areas", "says"),
    [
        ("wizard", [], "role: 'wizard' is not in the profile, expected one of"),
        ("analyst", ["X"], "expected no areas"),
        ("manager", [], "expected one or more codes of areas"),
        ("manager", ["nowhere"], "areas: nowhere not in the profile"),
    ],
)
def test_a_grant_that_does_not_fit_is_refused_with_words(city, outsider, role, areas, says):
    names = {alias: found.id for alias, found in demo.roles_by_alias(city).items()}
    with pytest.raises(services.UnfitError, match=says):
        services.grant(outsider, names.get(role, role), areas=areas, reason="r", source="s")
    assert not outsider.grants.exists()


@pytest.mark.parametrize(
    ("email", "name", "organisation", "password", "says"),
    [
        ("no address", "A", "", None, "e-mail address: 'no address' is not one"),
        ("OUTSIDER@test.example", "A", "", None, "has an account already"),
        ("a@test.example", " ", "", None, "name: nothing given"),
        ("a@test.example", "A", "martians", None, "organisation: 'martians' is not known, expected one of"),
        ("a@test.example", "A", "", "short", "password: "),
    ],
)
def test_an_account_that_does_not_fit_is_refused_with_words(outsider, email, name, organisation, password, says):
    with pytest.raises(services.UnfitError, match=says):
        services.add_person(email, name, organisation, password)
    assert User.objects.count() == 1


def test_demonstration_accounts_are_made_once_and_may_what_their_role_says(city):
    first = demo.make_demo_people(city)
    again = demo.make_demo_people(city)
    assert first == again
    assert {account.role for account in first} == {role.id for role in city.roles}
    assert Grant.objects.count() == len({account.email for account in first}) == len(first)
    # What one begins and another confirms can be tried: of who weighs there are two.
    assert sum("signals.weigh" in city.role(account.role).abilities for account in first) > 1
    administrator = User.objects.get(email__startswith="administrator@")
    assert people.may(administrator, "people.view")
    assert not people.may(administrator, "picture.rows")


def test_demonstration_accounts_are_refused_where_settings_forbid_them(city, settings):
    settings.OPENVIS_DEMO_ACCOUNTS = False
    with pytest.raises(Exception, match="public password"):
        demo.make_demo_people(city)
    assert not User.objects.exists()


def test_the_people_page_says_who_why_and_until_when(city, administrator, client_for, manager):
    page = client_for(administrator).get(reverse("people")).content.decode()
    assert "manager@test.example" in page
    area = next(area.name for area in city.areas if area.code == demo.first_area(city))
    assert area.replace("&", "&amp;") in page
    assert "(test)" in page
    assert client_for(administrator).get(reverse("person", args=[manager.pk])).status_code == 200


def test_nobody_else_sees_the_people_pages(city, manager, analyst, outsider, client_for):
    for person in (manager, analyst, outsider):
        for address in (reverse("people"), reverse("person", args=[analyst.pk])):
            assert client_for(person).get(address).status_code == 404
    assert AuditEntry.objects.filter(result="refused", action="people.view").count() == 6


def test_my_roles_is_for_everybody_and_shows_only_my_own(city, outsider, manager, client_for):
    mine = client_for(manager).get(reverse("my_roles")).content.decode()
    none = client_for(outsider).get(reverse("my_roles")).content.decode()
    assert city.role(manager.grants.get().role).name.nl in mine
    assert "De beheerder kan er een geven" in none
