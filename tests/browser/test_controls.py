"""A control day with route and results: a planner at a desk, an officer on a phone; and a dealer that is warned."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access.models import User
from openvis.web.controls.models import ControlDay, ControlStop, Dealer, DealerCheck
from openvis.web.places.models import Address
from web.controls.at_work import addresses, coarse, make_dealer, officer, planner

Checks = Callable[[Any], None]


def opened(page: Any) -> None:
    """Answer the question what for, where it is asked."""
    if page.get_by_role("heading", name="Waarvoor opent u dit?").count():
        page.get_by_role("radio").first.check()
        page.get_by_role("button", name="Openen").click()


def choose_address(page: Any, name: str, address: Address) -> None:
    """Type an address and take it from the suggestions."""
    field = page.locator(f"#id_{name}")
    field.fill(f"{address.street} {address.number}")
    page.locator(".ov-combo").filter(has=field).get_by_role("option").first.click()


def plan_at_the_desk(page: Any, city: Profile, at: list[Address], street: User, looked: Checks) -> ControlDay:
    page.goto(reverse("control_days"))
    looked(page)
    page.get_by_role("link", name="Controledag plannen").click()
    page.get_by_label("Doel van de dag").fill("Garages en opkopers controleren op de Handelsstraat")
    page.get_by_label("Datum").fill(f"{timezone.localdate():%Y-%m-%d}")
    page.get_by_label("Grondslag").select_option(index=0)
    page.get_by_label(street.name).check()
    page.get_by_label(city.organisations[0].name.get("nl")).check()
    page.get_by_label("Veiligheidsnotitie").fill("Ga met zijn tweeën naar binnen.")
    choose_address(page, "start", at[0])
    looked(page)
    page.get_by_role("button", name="Plan deze dag").click()
    page.get_by_text("De dag is gepland").wait_for()
    opened(page)
    for number, address in enumerate(at[1:4]):
        choose_address(page, "address", address)
        page.get_by_label("Soort plek").select_option(index=number % 2)
        page.get_by_label("Waarom dit adres").fill("Lang niet gezien.")
        page.get_by_role("button", name="Op de lijst zetten").click()
        page.get_by_text("Het adres staat op de lijst.").wait_for()
    return ControlDay.objects.get()


def test_a_control_day_with_route_and_results(
    city: Profile, open_page: Callable[..., Any], sign_in: Callable[..., None], axe: Checks, fits: Checks
) -> None:
    desk, street = planner(city), officer(city)
    street.name = "Sam Straat"
    street.save()
    at = addresses(city, 4)
    dealer = make_dealer(city, street, ago=3000)

    def looked(page: Any) -> None:
        axe(page)
        fits(page)

    page = open_page()
    sign_in(page, desk)
    day = plan_at_the_desk(page, city, at, street, looked)
    page.get_by_role("link", name="Kies uit 1 die aan de beurt is").click()
    page.get_by_label(str(dealer.address)).check()
    looked(page)
    page.get_by_role("button", name="Zet de gekozen adressen op de lijst").click()
    page.get_by_role("button", name="Route maken").click()
    page.get_by_text("De route is gemaakt.").wait_for()
    page.get_by_text("Geen andere volgorde is korter.").wait_for()
    assert page.locator("img.con-map").evaluate("it => it.decode().then(() => it.naturalWidth)") > 0
    looked(page)
    assert [stop.order for stop in day.stops.all()] == [1, 2, 3, 4]

    phone = open_page(390)
    sign_in(phone, street)
    phone.goto(reverse("today"))
    phone.get_by_role("link", name="Onderweg").click()
    opened(phone)
    phone.get_by_text("Ga met zijn tweeën naar binnen.").wait_for()
    looked(phone)
    link = phone.get_by_role("link", name="Open in de kaart van de telefoon").get_attribute("href")
    assert link.startswith("geo:5")
    partner = city.organisations[-1].id
    for number in range(4):
        phone.get_by_role("link", name="Ik ben er").click()
        phone.get_by_role("heading", name="Resultaat").wait_for()
        if number == 0:
            looked(phone)
            phone.get_by_role("radio", name="tekortkoming").check()
            phone.get_by_role("button", name="Resultaat opslaan").click()
            phone.get_by_text("Dit is leeg.").first.wait_for()
            looked(phone)
            phone.get_by_label("Wat vond u?").fill("Geen brandblusser.")
            phone.get_by_label("Wat volgt").fill("Brief met termijn.")
            phone.get_by_label("Door wie").select_option(partner)
        elif number == 1:
            phone.get_by_role("radio", name="overtreding").check()
            phone.get_by_label("Wat vond u?").fill("Kentekenplaten van een ander.")
            phone.get_by_label("Overtreding: overgedragen aan").select_option(partner)
        else:
            phone.get_by_role("radio", name="in orde" if number == 2 else "niemand aanwezig").check()
        phone.get_by_role("button", name="Resultaat opslaan").click()
        phone.get_by_text("Vastgelegd.").wait_for()
    phone.get_by_role("heading", name="Alle adressen hebben een resultaat").wait_for()
    looked(phone)
    results = set(ControlStop.objects.values_list("result", flat=True))
    assert results == {"shortcoming", "offence", "in_order", "nobody"}

    page.goto(reverse("control_day_results", args=[day.pk]))
    page.get_by_role("heading", name="2 van 4 bezochte adressen waren niet in orde").wait_for()
    looked(page)
    page.get_by_label("Conclusie").fill("De helft was niet in orde. Volgende keer met de brandweer.")
    page.get_by_role("button", name="Sluit deze dag af").click()
    page.get_by_text("De dag is afgesloten.").wait_for()
    page.get_by_role("button", name="Vandaag gedaan").click()
    page.get_by_text("Gemeld als gedaan.").wait_for()
    looked(page)

    away = open_page()
    sign_in(away, officer(city, coarse(city, 1)))
    for address in (reverse("control_day", args=[day.pk]), reverse("control_day_map", args=[day.pk]),
                    reverse("dealer", args=[dealer.pk])):  # fmt: skip
        # They are asked what for, as everybody is, and then find nothing.
        away.goto(address)
        opened(away)
        assert away.goto(address).status == 404


def test_a_dealer_is_warned_and_checked_again(
    city: Profile, open_page: Callable[..., Any], sign_in: Callable[..., None], axe: Checks, fits: Checks
) -> None:
    street = officer(city)
    at = addresses(city, 1)[0]

    def looked(page: Any) -> None:
        axe(page)
        fits(page)

    phone = open_page(390)
    sign_in(phone, street)
    phone.goto(reverse("dealers"))
    opened(phone)
    looked(phone)
    phone.get_by_role("link", name="Opkoper toevoegen").click()
    phone.get_by_label("Naam van het bedrijf").fill("Goud & Zo")
    phone.get_by_label("Branche").select_option(index=0)
    choose_address(phone, "address", at)
    phone.get_by_label("In het register sinds").fill(f"{timezone.localdate() - timedelta(days=900):%Y-%m-%d}")
    looked(phone)
    phone.get_by_role("button", name="In het register zetten").click()
    phone.get_by_text("De opkoper staat in het register.").wait_for()
    opened(phone)
    phone.get_by_text("niet op tijd gecontroleerd").wait_for()
    looked(phone)
    phone.get_by_role("link", name="Controle plannen").click()
    phone.get_by_role("button", name="Plan deze controle").click()
    phone.get_by_role("link", name="Controle vastleggen").click()
    for question in city.controls.dealers.checklist:
        group = phone.get_by_role("group", name=question.name.get("nl"))
        group.get_by_label("niet in orde" if question == city.controls.dealers.checklist[0] else "niet bekeken").check()
    phone.get_by_role("radio", name="tekortkoming").check()
    phone.get_by_label("Wat vond u?").fill("Het register is drie weken niet bijgehouden.")
    looked(phone)
    phone.get_by_role("button", name="Resultaat opslaan").click()
    phone.get_by_text("Vastgelegd.").wait_for()
    phone.get_by_role("link", name="Waarschuwen").click()
    phone.get_by_label("De waarschuwing").fill("Brief uitgereikt.")
    phone.get_by_role("button", name="Waarschuwing opslaan").click()
    phone.get_by_text("de volgende controle is gepland").wait_for()
    looked(phone)
    assert sorted(DealerCheck.objects.values_list("state", flat=True)) == ["planned", "warned"]

    page = open_page()
    sign_in(page, street)
    page.goto(reverse("dealers"))
    opened(page)
    page.get_by_role("link", name="Goud & Zo").wait_for()
    looked(page)
    page.goto(reverse("dealer", args=[Dealer.objects.get().pk]))
    opened(page)
    looked(page)
    page.get_by_role("link", name="Opkopers").last.click()
    page.goto(reverse("dealer_figures"))
    page.get_by_role("heading", name="Te weinig opkopers voor een cijfer").wait_for()
    looked(page)
