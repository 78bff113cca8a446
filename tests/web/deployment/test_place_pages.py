"""The pages of focus places and briefings: what they show, to whom, and what happens to what was typed."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from openvis.web.access.models import User
from openvis.web.deployment import evidence, services
from openvis.web.deployment.models import FocusPlace
from web.deployment import planted
from web.deployment.planted import spot_query
from web.deployment.towns import browser


@pytest.fixture
def lead(town: planted.City) -> User:
    return town.person("places.keep", "places.assess", "picture.view", areas=(town.coarse,), name="Mina")


@pytest.fixture
def kept(town: planted.City, lead: User) -> FocusPlace:
    return services.keep(lead, evidence.freeze(lead, spot_query(town, lead)), "Bij de planten")


def url(place: FocusPlace, act: str = "") -> str:
    return reverse("focus_place_act", args=[place.pk, act]) if act else reverse("focus_place", args=[place.pk])


def test_a_hotspot_is_kept_from_its_address(town: planted.City, lead: User) -> None:
    client = browser(lead)
    address = reverse("keep_place") + "?" + spot_query(town, lead)
    page = client.get(address)
    assert page.status_code == 200
    assert town.profile.term("focus_place") in page.content.decode()
    typed = {"name": "Achter de kerk", "goal": "", "interpretation": "Op vrijdagavond."}
    answer = client.post(address, typed, follow=True)
    place = FocusPlace.objects.get()
    assert answer.redirect_chain == [(url(place), 302)]
    text = answer.content.decode()
    assert "Achter de kerk" in text
    assert "Op vrijdagavond." in text
    assert place.state == "assessed"


def test_what_was_typed_is_kept_when_something_is_wrong(town: planted.City, lead: User) -> None:
    address = reverse("keep_place") + "?" + spot_query(town, lead)
    page = browser(lead).post(address, {"name": "", "goal": "", "interpretation": "Lange tekst die niet weg mag"})
    assert "Lange tekst die niet weg mag" in page.content.decode()
    assert not FocusPlace.objects.exists()


def test_a_citizen_service_number_is_refused(town: planted.City, lead: User) -> None:
    address = reverse("keep_place") + "?" + spot_query(town, lead)
    page = browser(lead).post(address, {"name": "Hier", "interpretation": "Zoon van 123456782 hangt hier."})
    assert "burgerservicenummer" in page.content.decode()
    assert not FocusPlace.objects.exists()


def test_a_wrong_filter_gets_a_clear_answer(town: planted.City, lead: User) -> None:
    page = browser(lead).get(reverse("keep_place") + "?tot=morgen")
    assert page.status_code == 400
    assert "tot" in page.content.decode()
    assert "morgen" in page.content.decode()


def test_outside_the_own_area_keeping_does_not_exist(town: planted.City) -> None:
    other = town.person("places.keep", "places.assess", "picture.view", areas=(town.elsewhere,))
    query = spot_query(town, other)
    client = browser(other)
    assert client.get(reverse("keep_place") + "?" + query).status_code == 404
    assert client.post(reverse("keep_place") + "?" + query, {"name": "X"}).status_code == 404
    assert client.get(reverse("keep_place")).status_code == 404, "the whole city is not one's own area"
    assert not FocusPlace.objects.exists()


def test_every_door_to_a_place_elsewhere_is_closed(town: planted.City, kept: FocusPlace) -> None:
    client = browser(town.person("places.keep", "places.assess", "picture.view", areas=(town.elsewhere,)))
    picture = reverse("focus_place_picture", args=[kept.pk])
    for address in (url(kept), url(kept, "duiden"), url(kept, "aannemen"), picture):
        assert client.get(address).status_code == 404, address
        assert client.post(address, {"version": 1}).status_code in (404, 405), address
    assert kept.name not in client.get(reverse("focus_places")).content.decode()
    assert kept.name.encode() not in client.get(reverse("focus_places_map")).content
    assert client.get(reverse("briefing", args=[town.coarse])).status_code == 404
    assert client.get(reverse("briefing_pdf", args=[town.coarse])).status_code == 404
    assert client.get(reverse("briefing_map", args=[town.coarse])).status_code == 404
    assert kept.name not in client.get(reverse("briefing", args=[town.elsewhere])).content.decode()


def test_an_administrator_finds_no_page_and_the_signed_out_are_sent_to_sign_in(
    town: planted.City, kept: FocusPlace
) -> None:
    client = browser(town.person("people.view"))
    for name in ("focus_places", "briefings", "keep_place", "focus_places_map"):
        assert client.get(reverse(name)).status_code == 404, name
    assert client.get(url(kept)).status_code == 404
    assert Client().get(url(kept)).status_code == 302


def test_who_only_reads_gets_no_buttons_and_no_acts(town: planted.City, kept: FocusPlace) -> None:
    reads = [role for role in town.profile.roles if role.may("briefing.view") and not role.may("places.keep")]
    if not reads:
        pytest.skip(f"every role of {town.profile.municipality.name} that reads places also keeps them")
    client = browser(town.person("briefing.view", "picture.view"))
    page = client.get(url(kept)).content.decode()
    assert kept.name in page
    assert reverse("focus_place_act", args=[kept.pk, "duiden"]) not in page
    assert client.get(url(kept, "duiden")).status_code == 404


def test_two_who_write_at_once_lose_nothing(town: planted.City, lead: User, kept: FocusPlace) -> None:
    mine = {"version": "1", "interpretation": "Mijn tekst", "name": kept.name, "goal": ""}
    services.assess(lead, kept.pk, 1, "Tekst van de ander", kept.name)
    client = browser(lead)
    page = client.post(url(kept, "duiden"), mine)
    assert page.status_code == 409
    text = page.content.decode()
    assert "Mijn tekst" in text
    assert "Tekst van de ander" in text
    kept.refresh_from_db()
    assert kept.interpretation == "Tekst van de ander"
    # The form now carries the new version: saving again is a choice, not an accident.
    again = client.post(url(kept, "duiden"), {**mine, "version": "2", "interpretation": "Beide teksten"})
    assert again.status_code == 302
    kept.refresh_from_db()
    assert kept.interpretation == "Beide teksten"


def test_the_whole_way_through_the_pages(town: planted.City, lead: User, kept: FocusPlace) -> None:
    client = browser(lead)
    organisation = town.profile.organisations[0].id
    due = timezone.localdate() + timedelta(days=7)

    def post(act: str, **data: object) -> None:
        kept.refresh_from_db()
        answer = client.post(url(kept, act), {"version": kept.version, **data})
        assert answer.status_code == 302, answer.content.decode()

    post("duiden", interpretation="Op vrijdag na het zwemmen.", name="Zwembad", goal="")
    post("aannemen", reason="Elke week raak.", owner=str(lead.pk))
    post("afspraak", what="Lampen nakijken", phase="preventive", organisation=organisation, due=due.isoformat())
    action = kept.actions.get()
    page = client.get(url(kept)).content.decode()
    assert "Lampen nakijken" in page
    refused = client.post(url(kept, "afsluiten"), {"version": 4, "result": "Klaar"})
    assert refused.status_code == 200, "an action without a report keeps the place open"
    reported = client.post(
        reverse("focus_action_act", args=[action.pk, "melden"]),
        {"version": 1, "done": timezone.localdate().isoformat(), "result": "Vier lampen vervangen."},
    )
    assert reported.status_code == 302
    post("afsluiten", result="Rustiger sinds de lampen branden.")
    assert client.get(url(kept, "afspraak")).status_code == 302, "a closed place takes no actions"
    assert "Rustiger sinds de lampen branden." in client.get(url(kept)).content.decode()
    assert "Zwembad" not in client.get(reverse("focus_places")).content.decode()
    assert "Zwembad" in client.get(reverse("focus_places") + "?staat=closed").content.decode()


def test_the_list_filters_by_area_goal_and_owner(town: planted.City, lead: User, kept: FocusPlace) -> None:
    goal = next(goal.id for goal in town.profile.plan.goals)
    services.assess(lead, kept.pk, 1, "Iets.", kept.name, goal)
    client = browser(lead)
    address = reverse("focus_places")
    assert kept.name in client.get(f"{address}?doel={quote(goal)}&gebied={town.coarse}").content.decode()
    assert kept.name not in client.get(f"{address}?staat=closed").content.decode()
    assert client.get(f"{address}?gebied=nergens").status_code == 200


def test_the_list_takes_the_same_number_of_queries_for_one_place_as_for_five(
    almere: planted.City, django_assert_max_num_queries: object
) -> None:
    person = almere.person("places.keep", "places.assess", "picture.view", areas=(almere.coarse,))
    client = browser(person)
    frozen = evidence.freeze(person, spot_query(almere, person))
    services.keep(person, frozen, "Een")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        client.get(reverse("focus_places"))
    for name in ("Twee", "Drie", "Vier", "Vijf"):
        services.keep(person, frozen, name)
    with CaptureQueriesContext(connection) as five:
        client.get(reverse("focus_places"))
    assert len(five) <= len(one) + 1


def test_the_picture_is_served_as_it_was_kept(town: planted.City, lead: User, kept: FocusPlace) -> None:
    answer = browser(lead).get(reverse("focus_place_picture", args=[kept.pk]))
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer.content == bytes(kept.evidence.picture)


def test_today_shows_my_places(town: planted.City, lead: User, kept: FocusPlace) -> None:
    services.assess(lead, kept.pk, 1, "Iets.", kept.name)
    services.accept(lead, kept.pk, 2, "Ja.", lead)
    assert kept.name in browser(lead).get(reverse("today")).content.decode()
    other = town.person("places.keep", "places.assess", areas=(town.coarse,), name="Ander")
    assert kept.name not in browser(other).get(reverse("today")).content.decode()


def test_the_briefing_page_and_its_pdf(town: planted.City, lead: User, kept: FocusPlace) -> None:
    client = browser(lead)
    index = client.get(reverse("briefings")).content.decode()
    assert reverse("briefing", args=[town.coarse]) in index
    assert reverse("briefing", args=[town.elsewhere]) not in index
    page = client.get(reverse("briefing", args=[town.coarse]))
    assert kept.name in page.content.decode()
    made = client.get(reverse("briefing_pdf", args=[town.coarse]))
    assert made["Content-Type"] == "application/pdf"
    assert made.content.startswith(b"%PDF")
    wrong = client.get(reverse("briefing", args=[town.coarse]) + "?week=47", follow=True).content.decode()
    assert "2026-W47" in wrong
    assert client.get(reverse("briefing", args=["nergens"])).status_code == 404
