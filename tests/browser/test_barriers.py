"""A starting model becomes a model of one's own: with the keyboard alone, and on a phone; in a browser."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from openvis.profile import Profile
from openvis.web.barriers import services
from openvis.web.barriers.models import BarrierModel
from web.themed import somebody


def test_a_model_is_copied_and_a_gap_is_closed_on_a_phone(
    city: Profile, open_page: Callable[..., Any], sign_in: Callable[..., None], axe: Callable[[Any], None],
    fits: Callable[[Any], None],
) -> None:
    origin = city.barriers.models[0]
    phone = open_page(390)
    sign_in(phone, somebody(city, "barriers.edit"))
    phone.goto(reverse("barrier_models"))
    axe(phone)
    fits(phone)
    phone.get_by_role("link", name=origin.nl).click()
    phone.get_by_label("Titel").fill("Ons model")
    axe(phone)
    fits(phone)
    phone.get_by_role("button", name="Kopiëren naar een werkmodel").click()
    phone.get_by_text("Geen enkele stap heeft een actieve barrière").wait_for()
    axe(phone)
    fits(phone)
    barrier = origin.steps[0].barriers[0]
    phone.get_by_role("link", name=f"Stand of tekst wijzigen {barrier.nl}").click()
    phone.get_by_role("radio", name="actief").check()
    axe(phone)
    fits(phone)
    phone.get_by_role("button", name="Bewaren").click()
    phone.get_by_text("Opgeslagen.").wait_for()
    gaps = len(origin.steps) - 1
    assert phone.get_by_text(f"{gaps} van de {len(origin.steps)} stappen").is_visible()
    assert phone.get_by_text("geen actieve barrière", exact=True).count() == gaps
    phone.get_by_role("link", name="Alle versies").click()
    assert phone.get_by_role("row").count() == 3
    axe(phone)
    fits(phone)


def test_a_step_is_added_and_moved_with_the_keyboard_alone(
    city: Profile, page: Any, sign_in: Callable[..., None], axe: Callable[[Any], None], fits: Callable[[Any], None]
) -> None:
    keeper, origin = somebody(city, "barriers.edit"), city.barriers.models[0]
    made = services.copy(keeper, origin, "Ons model", "nl")
    sign_in(page, keeper)
    page.goto(reverse("barrier_model", args=[made.pk]))
    axe(page)
    fits(page)
    _press(page, page.get_by_role("link", name="Stap toevoegen"))
    page.get_by_label("Stap", exact=True).focus()
    page.keyboard.type("Sporen wissen")
    for text in ("Alles gaat weg.", "Schoonmaakbedrijf\nStroman", "Lege panden"):
        _next(page, text)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Opgeslagen.").wait_for()
    _press(page, page.get_by_role("button", name="“Sporen wissen” naar boven"))
    last = f"{len(origin.steps)}. Sporen wissen"
    page.get_by_role("heading", name=last).wait_for()
    step = BarrierModel.objects.get().document.steps[-2]
    assert (step.title, step.about) == ("Sporen wissen", "Alles gaat weg.")
    assert (step.facilitators, step.signals) == (["Schoonmaakbedrijf", "Stroman"], ["Lege panden"])


def _next(page: Any, text: str) -> None:
    page.keyboard.press("Tab")
    page.keyboard.type(text)


def _press(page: Any, thing: Any) -> None:
    """Walk there by Tab, and press Enter: fails where the keyboard does not reach."""
    handle = thing.element_handle()
    for _ in range(200):
        page.keyboard.press("Tab")
        if handle.evaluate("node => node === document.activeElement"):
            page.keyboard.press("Enter")
            return
    raise AssertionError("the keyboard does not reach it")
