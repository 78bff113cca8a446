"""Three fields of a kept place go to another part of the work: proposed, opened for a purpose, accepted; in a browser."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from openvis.profile import Profile
from openvis.web.access import services
from openvis.web.access.models import User
from openvis.web.deployment.models import FocusPlace
from openvis.web.sharing.models import Received, Transfer
from web.sharing.handed import SECRET, make_place, make_user, proposing_role, receiving_role

pytestmark = pytest.mark.parametrize("city", ["almere"], indirect=True)


@pytest.fixture
def place(city: Profile) -> FocusPlace:
    return make_place(city)


def test_three_fields_are_proposed_and_accepted_and_nobody_else_sees_them(
    city: Profile, place: FocusPlace, open_page: Callable[..., Any], sign_in: Callable[..., None],
    axe: Callable[[Any], None], fits: Callable[[Any], None], person: Callable[[str], User],
) -> None:
    proposer, receiver = make_user(city, proposing_role(city)), make_user(city, receiving_role(city))
    nuisance = city.compartment("nuisance").name.get("nl")

    page = open_page()
    sign_in(page, proposer)
    page.goto(reverse("focus_place", args=[place.pk]))
    page.get_by_role("link", name="Voorstellen aan…").click()
    page.get_by_role("link", name=nuisance).click()
    page.get_by_role("heading", name=f"Voorstellen aan {nuisance}").wait_for()
    axe(page)
    fits(page)
    for field in ("Naam van de plek", "Soorten incidenten", "Uren"):
        page.get_by_label(field).check()
    page.get_by_label("Doel").select_option(index=0)
    page.get_by_label("Artikel").fill("art. 6 lid 1 onder e")
    page.get_by_label("Waarom heeft de ontvanger dit nodig?").fill("In deze straat loopt een zaak.")
    page.get_by_label("Waarom niet meer dan nodig?").fill("Alleen waar en wanneer, niet wat wij ervan vinden.")
    page.get_by_label("Waarom kan het niet met minder?").fill("Bellen geeft de uren niet.")
    page.get_by_role("button", name="Voorstellen").click()
    page.get_by_text("Het voorstel wacht op een antwoord").wait_for()
    axe(page)
    made = Transfer.objects.get()
    own = reverse("transfer", args=[made.pk])

    phone = open_page(390)
    sign_in(phone, receiver)
    phone.goto(reverse("today"))
    phone.get_by_role("link", name="Aandachtsplek: ").click()
    phone.get_by_role("heading", name="Waarvoor opent u dit?").wait_for()
    phone.get_by_role("radio").first.check()
    phone.get_by_role("button", name="Openen").click()
    phone.get_by_text("Achter de kerk").wait_for()
    axe(phone)
    fits(phone)
    assert phone.get_by_text("vr 21-23 uur").is_visible()
    assert SECRET not in phone.content()
    phone.get_by_role("button", name="Aannemen").click()
    phone.get_by_text("staat nu bij uw onderdeel").wait_for()
    assert set(Received.objects.get().values) == {"name", "kinds", "hours"}
    assert SECRET not in phone.content()
    phone.goto(reverse("transfers"))
    fits(phone)
    axe(phone)

    page.goto(own)
    assert page.get_by_text("niet (meer) te zien").count() == 3
    outsider = services.add_person("buiten@test.example", "Buiten", password="a password of a test")
    for other in (outsider, person("administrator")):
        away = open_page()
        sign_in(away, other)
        for address in (own, reverse("transfers"), reverse("transfers_proposed")):
            answer = away.goto(address)
            assert answer.status == 404, f"{other}: {address}"
            assert "Achter de kerk" not in away.content()


def test_the_register_of_covenants(
    city: Profile, open_page: Callable[..., Any], sign_in: Callable[..., None], axe: Callable[[Any], None],
    fits: Callable[[Any], None],
) -> None:
    keeper = make_user(city, "privacy_officer")
    for width in (1440, 390):
        page = open_page(width)
        sign_in(page, keeper)
        page.goto(reverse("covenants"))
        page.get_by_role("heading", name="Convenanten").wait_for()
        axe(page)
        fits(page)
        page.get_by_role("link", name=city.covenants[0].name.get("nl")).click()
        page.get_by_role("heading", name="Wat ervan afhangt").wait_for()
        axe(page)
        fits(page)
