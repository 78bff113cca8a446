"""Figures of signals with their chart, released by a person; and a place out of sight, kept on a phone; in a browser."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from browser.test_controls import opened
from openvis.profile import Profile
from openvis.web.access import demo
from openvis.web.signals.models import Signal
from openvis.web.themes import services
from openvis.web.themes.models import PlaceOutOfSight, QuarterFigures
from web.themed import somebody

Checks = Callable[[Any], None]


def planted(city: Profile, month: int, number: int) -> None:
    """Signals of the first phenomenon in the first area of the figures."""
    level = city.themes.level or city.levels[0].id
    area = city.areas_of(level)[0].code
    at = datetime(2026, month, 10, 12, tzinfo=ZoneInfo("Europe/Amsterdam"))
    for at_number in range(number):
        Signal.objects.create(
            number=f"t-{month}-{at_number}", phenomenon=city.signals.phenomena[0].id, area_code=area, area_level=level,
            facts="x", received_at=at, due_on=None,
        )


def test_figures_are_looked_at_and_released(
    city: Profile, open_page: Callable[..., Any], sign_in: Callable[..., None], axe: Checks, fits: Checks
) -> None:
    k = city.signals.k
    for month, number in ((2, 2 * k), (5, k - 1), (8, 3 * k)):
        planted(city, month, number)
    services.fix(date(2026, 11, 1))
    for width in (1440, 390):
        page = open_page(width)
        sign_in(page, somebody(city, "signals.weigh"))
        page.goto(reverse("themes"))
        # Three quarters: two bars, and a dash where the number is hidden.
        page.locator("#course svg").wait_for()
        assert page.locator("#course svg .mark-rect path").count() == 2
        axis = "".join(page.locator("#course svg .role-axis-label").all_text_contents())
        assert axis.index("kw1") < axis.index("kw2") < axis.index("kw3")
        assert page.locator("#course svg .mark-text text").all_text_contents().count("–") == 1
        assert "kwartaal 2 van 2026: verborgen" in page.locator("#course").get_attribute("aria-label")
        page.get_by_text(f"{3 * k} in kwartaal 3 van 2026.").wait_for()
        axe(page)
        fits(page)
        page.get_by_role("link", name=city.signals.phenomena[0].name.get("nl")).click()
        page.get_by_role("heading", name=city.signals.phenomena[0].name.get("nl")).wait_for()
        page.locator("#course svg").wait_for()
        cell = page.get_by_role("row", name="kwartaal 3 van 2026").get_by_role("cell")
        assert cell.inner_text() == str(3 * k)
        axe(page)
        fits(page)
        page.goto(reverse("theme", args=["branche", city.signals.branches[0].id]))
        axe(page)
        fits(page)
        page.goto(reverse("theme_risk"))
        axe(page)
        fits(page)
    page.goto(reverse("themes"))
    page.get_by_role("button", name="Vrijgeven voor rapportages").click()
    page.get_by_text("Vrijgegeven: rapportages mogen deze cijfers nu gebruiken.").wait_for()
    assert QuarterFigures.objects.get(quarter=3).released_at is not None
    assert QuarterFigures.objects.filter(released_at=None).count() == 2


def test_a_place_out_of_sight_is_kept_on_a_phone(
    city: Profile, open_page: Callable[..., Any], sign_in: Callable[..., None], axe: Checks, fits: Checks
) -> None:
    phone = open_page(390)
    sign_in(phone, somebody(city, "controls.plan"))

    def looked() -> None:
        axe(phone)
        fits(phone)

    phone.goto(reverse("places_out_of_sight"))
    opened(phone)
    phone.get_by_role("heading", name="Er staat geen plek op de lijst").wait_for()
    looked()
    phone.get_by_role("link", name="Plek op de lijst zetten").click()
    phone.get_by_label("Soort plek").select_option("harbour")
    phone.locator("#id_area").select_option(demo.first_area(city))
    phone.get_by_label("Waarom staat het op de lijst?").fill("Al jaren komt er niemand van de gemeente.")
    phone.get_by_role("button", name="Bewaren").click()
    phone.locator("#id_title_error").wait_for()
    looked()
    assert phone.get_by_label("Waarom staat het op de lijst?").input_value().startswith("Al jaren")
    phone.locator("#id_title").fill("De ligplaatsen achter de molen")
    phone.get_by_role("button", name="Bewaren").click()
    phone.get_by_text("De plek staat op de lijst.").wait_for()
    opened(phone)
    phone.get_by_text("1 plek is aan de beurt voor controle").wait_for()
    looked()
    phone.get_by_role("link", name="De ligplaatsen achter de molen").click()
    opened(phone)
    looked()
    phone.get_by_label("Volgende controle").fill("2027-06-01")
    phone.get_by_role("button", name="Bewaren").click()
    phone.get_by_text("Opgeslagen.").wait_for()
    phone.get_by_role("link", name="De ligplaatsen achter de molen").click()
    phone.get_by_role("button", name="Van de lijst halen").click()
    phone.get_by_text("Van de lijst gehaald.").wait_for()
    assert PlaceOutOfSight.objects.get().ends_on is not None

    away = open_page()
    sign_in(away, somebody(city, "signals.report", without="controls.plan"))
    assert away.goto(reverse("places_out_of_sight")).status == 404
