"""A threat told on a phone, handled at a desk and closed; a session entered, and the figures of the year; in a browser."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from browser.test_controls import opened
from openvis.profile import Profile
from openvis.web.resilience.models import AwarenessSession, ThreatIncident
from web.themed import somebody

Checks = Callable[[Any], None]
SAID = "Hij zei dat hij weet waar ik woon."


def test_a_threat_from_report_to_closing(
    city: Profile, open_page: Callable[..., Any], sign_in: Callable[..., None], axe: Checks, fits: Checks
) -> None:
    employee, keeper = somebody(city, "signals.report", without="resilience.keep"), somebody(city, "resilience.keep")

    def looked(page: Any) -> None:
        axe(page)
        fits(page)

    phone = open_page(390)
    sign_in(phone, employee)
    phone.goto(reverse("threat_report"))
    looked(phone)
    phone.get_by_role("radio", name="bedreiging, met woorden of op schrift").check()
    phone.get_by_label("Wat is er gezegd of gedaan?").fill(SAID)
    phone.get_by_role("button", name="Meld", exact=True).click()
    phone.locator("#id_victim_error").wait_for()
    looked(phone)
    assert phone.get_by_label("Wat is er gezegd of gedaan?").input_value() == SAID
    phone.get_by_label("Wat is de functie?").fill("baliemedewerker")
    phone.get_by_role("button", name="Meld", exact=True).click()
    phone.get_by_text("Ontvangen. Iemand belt u").wait_for()
    phone.get_by_role("heading", name="Door u gemeld").wait_for()
    assert not phone.get_by_text(SAID).count(), "who reports reads nothing back"
    looked(phone)

    page = open_page()
    sign_in(page, keeper)
    page.goto(reverse("today"))
    page.get_by_role("link", name="bedreiging, met woorden of op schrift").click()
    opened(page)
    page.get_by_text(SAID).wait_for()
    looked(page)
    page.get_by_role("button", name="Bewaren en afsluiten").click()
    page.locator("#id_police_error").wait_for()
    looked(page)
    page.get_by_label("Aangifte").select_option("filed")
    page.get_by_label("Nazorg").select_option("given")
    page.get_by_label("Vervolg").fill("Brief verstuurd, en een gesprek.")
    page.get_by_role("button", name="Bewaren en afsluiten").click()
    page.get_by_text("Afgesloten.").wait_for()
    page.get_by_role("heading", name="Niets te behandelen").wait_for()
    looked(page)
    assert ThreatIncident.objects.get().state == "closed"

    phone.reload()
    phone.get_by_text("afgesloten", exact=True).wait_for()
    assert phone.goto(reverse("threats")).status == 404


def test_a_session_is_entered_and_stands_in_the_figures(
    city: Profile, open_page: Callable[..., Any], sign_in: Callable[..., None], axe: Checks, fits: Checks
) -> None:
    keeper, home = somebody(city, "resilience.keep"), city.signals.departments[0]
    for width in (390, 1440):
        page = open_page(width)
        sign_in(page, keeper)
        page.goto(reverse("awareness_sessions"))
        axe(page)
        fits(page)
        page.locator("#id_title").fill(f"Weerbaar aan de balie {width}")
        page.locator("#id_held_on").fill(f"{timezone.localdate() - timedelta(days=3):%Y-%m-%d}")
        page.locator(f"#id_invited-{home}").fill("20")
        page.locator(f"#id_came-{home}").fill("21")
        page.get_by_role("button", name="Bewaren").click()
        page.get_by_text("Er kwamen meer mensen dan er waren uitgenodigd.").first.wait_for()
        axe(page)
        page.locator(f"#id_came-{home}").fill("12")
        page.get_by_role("button", name="Bewaren").click()
        page.get_by_text("Opgeslagen.").wait_for()
        axe(page)
        fits(page)
        page.goto(reverse("resilience_figures"))
        axe(page)
        fits(page)
    assert AwarenessSession.objects.count() == 2
    assert page.get_by_role("row", name=city.organisation(home).name.get("nl")).last.inner_text().split()[-3:] == [
        "2", "40", "24"
    ]
