"""From a selection of the picture to a kept place, its actions, the briefing and the plan: in a real browser."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.deployment import evidence, services
from openvis.web.deployment.models import FocusPlace
from web.deployment import planted


@pytest.fixture
def town(city: Profile) -> planted.City:
    """The city with its planted place."""
    return planted.make(city, settings.EVENT_STORE)


@pytest.fixture
def lead(town: planted.City) -> Any:
    """Somebody who keeps and assesses places where the planted one is."""
    abilities = ("places.keep", "places.assess", "picture.view", "plan.view")
    return town.person(*abilities, areas=(town.coarse,), name="Mina")


@pytest.fixture
def kept(town: planted.City, lead: Any) -> FocusPlace:
    """A place in approach, with an action that is late."""
    goal = town.profile.plan.topics[0].goals[0].id
    place = services.keep(lead, evidence.freeze(lead, planted.spot_query(town, lead)), "Bij de brug", goal, "Op vrijdag.")
    place = services.accept(lead, place.pk, place.version, "Elke week raak.", lead)
    yesterday = timezone.localdate() - timedelta(days=1)
    services.agree_action(lead, place.pk, place.version, "Lampen nakijken", "preventive", yesterday, person=lead)
    return FocusPlace.objects.get(pk=place.pk)


def test_a_selection_becomes_a_place_that_is_worked_on(
    town: planted.City, lead: Any, page: Any, sign_in: Callable[..., None], axe: Callable[[Any], None]
) -> None:
    sign_in(page, lead)
    page.goto(reverse("picture") + "?" + planted.spot_query(town, lead))
    page.get_by_role("link", name=f"Bewaar als {town.profile.term('focus_place')}").click()
    page.get_by_role("heading", name="Wat bewaart u?").wait_for()
    axe(page)
    page.get_by_label("Naam van de plek").fill("Achter het station")
    page.get_by_label("Wat denkt u dat hier speelt?").fill("Op vrijdagavond, na sluitingstijd.")
    page.get_by_role("button", name="Bewaar").click()
    page.get_by_role("heading", name="Achter het station").wait_for()
    picture = page.locator(".dep-picture").first
    picture.scroll_into_view_if_needed()
    # The server draws it at its first view, which may take a while.
    drawn = picture.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    assert drawn, "the frozen picture is not drawn"

    page.get_by_role("link", name="Aannemen").click()
    axe(page)
    page.get_by_label("Waarom pakken we dit op?").fill("Past bij wat bewoners melden.")
    page.get_by_label("Eigenaar").select_option(label="Mina")
    page.get_by_role("button", name="Neem deze plek aan").click()

    page.get_by_role("link", name="Maak een afspraak").click()
    page.get_by_label("Wat gaan we doen").fill("Verlichting nakijken")
    page.get_by_label("Organisatie").select_option(index=1)
    page.get_by_role("button", name="Sla afspraak op").click()
    page.get_by_text("0 van 1 afspraken gedaan").wait_for()
    axe(page)

    page.get_by_role("link", name="Meld Verlichting nakijken").click()
    page.get_by_label("Wat het heeft opgeleverd").fill("Vier lampen vervangen.")
    page.get_by_role("button", name="Sla melding op").click()
    page.get_by_text("1 van 1 afspraken gedaan").wait_for()
    page.get_by_role("link", name="Meld resultaat en sluit af").click()
    page.get_by_label("Resultaat").fill("Rustiger sinds de lampen branden.")
    page.get_by_role("button", name="Sluit deze plek af").click()
    page.get_by_text("De plek is afgesloten.").wait_for()
    assert FocusPlace.objects.get().state == "closed"


def test_the_keyboard_is_enough_to_interpret_a_place(
    town: planted.City, lead: Any, page: Any, sign_in: Callable[..., None]
) -> None:
    place = services.keep(lead, evidence.freeze(lead, planted.spot_query(town, lead)), "Bij de brug")
    sign_in(page, lead)
    page.goto(reverse("focus_place_act", args=[place.pk, "duiden"]))
    page.get_by_label("Duiding").focus()
    page.keyboard.type("Na het zwemmen.")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("De duiding is opgeslagen.").wait_for()
    assert FocusPlace.objects.get().interpretation == "Na het zwemmen."


def test_two_people_at_once_are_told_and_lose_nothing(
    town: planted.City, lead: Any, page: Any, sign_in: Callable[..., None], axe: Callable[[Any], None]
) -> None:
    place = services.keep(lead, evidence.freeze(lead, planted.spot_query(town, lead)), "Bij de brug")
    sign_in(page, lead)
    page.goto(reverse("focus_place_act", args=[place.pk, "duiden"]))
    services.assess(lead, place.pk, 1, "De ander was eerder.", "Bij de brug")
    page.get_by_label("Duiding").fill("Mijn eigen tekst.")
    page.get_by_role("button", name="Sla duiding op").click()
    page.get_by_text("Iemand anders heeft intussen opgeslagen").wait_for()
    assert page.get_by_label("Duiding").input_value() == "Mijn eigen tekst."
    assert page.get_by_text("De ander was eerder.").count() >= 1
    axe(page)


def test_late_work_shows_in_the_list_today_and_in_the_briefing(
    town: planted.City, lead: Any, kept: FocusPlace, page: Any, sign_in: Callable[..., None], axe: Callable[[Any], None]
) -> None:
    sign_in(page, lead)
    page.goto(reverse("today"))
    page.get_by_text("Lampen nakijken").wait_for()
    page.goto(reverse("focus_places"))
    page.get_by_role("heading", name="1 afspraak op deze plekken is te laat").wait_for()
    axe(page)
    page.goto(reverse("briefings"))
    axe(page)
    page.goto(reverse("briefing", args=[town.coarse]))
    page.get_by_role("link", name="Bij de brug").wait_for()
    axe(page)
    document = page.request.get(reverse("briefing_pdf", args=[town.coarse]))
    assert document.headers["content-type"] == "application/pdf"


def test_each_goal_of_the_plan_leads_to_its_places(
    town: planted.City, lead: Any, kept: FocusPlace, page: Any, sign_in: Callable[..., None], axe: Callable[[Any], None]
) -> None:
    sign_in(page, lead)
    page.goto(reverse("plan"))
    axe(page)
    topic = town.profile.plan.topics[0]
    page.get_by_role("link", name=topic.nl, exact=True).first.click()
    page.get_by_role("link", name="Bij de brug").wait_for()
    axe(page)


@pytest.mark.parametrize("width", [1440, 1024, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_and_reads_light_and_dark(
    town: planted.City, lead: Any, kept: FocusPlace, open_page: Callable[..., Any], sign_in: Callable[..., None],
    axe: Callable[[Any], None], fits: Callable[[Any], None], width: int, scheme: str,
) -> None:
    page = open_page(width, scheme)
    sign_in(page, lead)
    addresses = [
        reverse("focus_places"), reverse("focus_place", args=[kept.pk]),
        reverse("focus_place_act", args=[kept.pk, "afspraak"]), reverse("briefings"),
        reverse("briefing", args=[town.coarse]), reverse("plan"),
        reverse("plan_topic", args=[town.profile.plan.topics[0].id]),
    ]
    for address in addresses:
        page.goto(address)
        fits(page)
        axe(page)
