"""What the picture brings when it is asked for: comparing, alerts, forecast, areas beside each other, the register."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings

from openvis.profile import Profile
from openvis.web.picture import alerts, forecasting
from web.deployment import planted

DRAWN = "html[data-map=ready]"
SignIn = Callable[..., None]


@pytest.fixture
def town(city: Profile, monkeypatch: pytest.MonkeyPatch) -> planted.City:
    """The city with a place where it happens on Friday evenings, and ever more so in the last eight weeks."""
    monkeypatch.setattr(forecasting, "METHODS", ("naive", "count", "kde"))
    monkeypatch.setattr(forecasting, "WEEKS", 26)
    made = planted.make(city, settings.EVENT_STORE)
    made.plant(range(8), a_week=15, seed=4)
    return made


@pytest.fixture
def kind(town: planted.City) -> str:
    return next(kind.id for kind in town.profile.kinds if not kind.total)


@pytest.fixture
def analyst(town: planted.City) -> Any:
    return town.person("picture.view", "picture.rows", "export.aggregate", name="Noor")


def look(page: Any, address: str = "/beeld/") -> None:
    page.goto(address, timeout=60_000)
    page.wait_for_selector(DRAWN, state="attached", timeout=60_000)


def query(page: Any) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def part(page: Any, key: str) -> Any:
    """A part of the page, opened and there."""
    panel = page.locator(f"[data-extra={key}]")
    if panel.get_attribute("open") is None:
        panel.locator("summary").first.click()
    page.wait_for_selector(f"[data-extra={key}][data-answers]", state="attached", timeout=60_000)
    page.wait_for_selector(f"[data-extra={key}] [data-extra-body]:not([aria-busy])", state="attached", timeout=60_000)
    return panel


def test_two_periods_are_compared_in_words_weeks_list_and_map(
    town: planted.City, analyst: Any, page: Any, sign_in: SignIn
) -> None:
    last = planted.last_sunday()
    sign_in(page, analyst)
    look(page, f"/beeld/?van={last - timedelta(days=55)}&tot={last}")
    assert page.locator("[data-extra=vergelijking]").is_hidden()
    page.select_option("#pic-compare", "vorige")
    panel = part(page, "vergelijking")
    assert query(page)["vergelijk"] == "vorige"
    assert "95 % zekerheid" in panel.locator("[data-extra-title]").inner_text()
    assert panel.locator("tbody .ov-more").count() >= 1
    assert page.locator("#pic-weeks .pic-line__before").count() == 1
    page.check("#pic-layers input[value=verschil]")
    page.wait_for_selector("#pic-legend .pic-more-1", state="attached")
    assert "Verschil tussen de twee perioden" in page.inner_text("#pic-legend")
    href = panel.locator("[data-take]").first.get_attribute("href")
    assert "vergelijk=vorige" in href
    page.select_option("#pic-compare", "")
    page.wait_for_selector("#pic-legend .pic-more-1", state="detached")
    assert page.locator("[data-extra=vergelijking]").is_hidden()


def test_days_of_ones_own_can_be_compared(town: planted.City, analyst: Any, page: Any, sign_in: SignIn) -> None:
    sign_in(page, analyst)
    look(page)
    assert page.locator("#pic-own").is_hidden()
    page.select_option("#pic-compare", "eigen")
    part(page, "vergelijking")
    assert page.locator("#pic-own").is_visible()
    before = page.locator("[data-extra=vergelijking]").get_attribute("data-answers")
    page.fill("input[name=vergelijk_tot]", query(page)["vergelijk_van"])
    page.wait_for_selector(f"[data-extra=vergelijking][data-answers='{int(before) + 1}']", state="attached")
    assert query(page)["vergelijk_tot"] == query(page)["vergelijk_van"]
    assert "soort" not in query(page)
    assert "per dag gerekend" in page.inner_text("[data-extra=vergelijking] [data-extra-title]")


def test_an_alert_leads_to_its_picture(town: planted.City, analyst: Any, page: Any, sign_in: SignIn, kind: str) -> None:
    town.plant(range(1), 60, batch="wave")
    alerts.recompute()
    sign_in(page, analyst)
    look(page)
    panel = page.locator("[data-extra=signaleringen]")
    assert "signalering" in panel.locator("[data-extra-title]").inner_text()
    part(page, "signaleringen")
    shown = int(page.get_attribute("#pic", "data-answers"))
    panel.locator("a[data-go]").first.click()
    page.wait_for_selector(f"#pic[data-answers='{shown + 1}']", state="attached")
    assert query(page)["soort"] == kind
    assert "weken" in query(page)


def test_a_forecast_comes_with_its_test_and_another_method_can_be_chosen(
    town: planted.City, analyst: Any, page: Any, sign_in: SignIn, kind: str
) -> None:
    forecasting.test(kind)
    sign_in(page, analyst)
    look(page, f"/beeld/?soort={kind}")
    page.check("#pic-layers input[value=verwachting]")
    page.wait_for_selector("#pic-legend .pic-forecast", state="attached", timeout=60_000)
    panel = part(page, "verwachting")
    assert "PAI" in panel.inner_text()
    assert panel.locator("tbody tr").count() == 3
    answers = int(panel.get_attribute("data-answers"))
    panel.locator("tbody a", has_text="dichtheid").click()
    page.wait_for_selector(f"[data-extra=verwachting][data-answers='{answers + 1}']", state="attached")
    assert query(page)["methode"] == "kde"
    assert panel.locator("tr.ov-chosen").inner_text().startswith("dichtheid")


def test_the_keyboard_opens_what_can_be_taken_along(
    town: planted.City, analyst: Any, page: Any, sign_in: SignIn
) -> None:
    sign_in(page, analyst)
    look(page)
    menu = page.locator("details.pic-panel:has(#pic-weeks) .ov-take")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    assert menu.get_attribute("open") is not None
    page.keyboard.press("Tab")
    with page.expect_download() as waited:
        page.keyboard.press("Enter")
    assert waited.value.suggested_filename.endswith(".csv")


def test_weeks_by_area_lead_back_to_the_map(town: planted.City, analyst: Any, page: Any, sign_in: SignIn) -> None:
    sign_in(page, analyst)
    look(page, "/beeld/?uren=vr21-vr23")
    page.locator("a[data-asks]").click()
    page.wait_for_selector(".mul__drawing")
    assert query(page)["uren"] == "vr21-vr23"
    page.select_option("#mul-scale", "eigen")
    page.wait_for_url("**schaal=eigen**")
    assert query(page)["uren"] == "vr21-vr23"
    page.locator(".mul__one h2 a").first.click()
    page.wait_for_selector(DRAWN, state="attached", timeout=60_000)
    assert "gebied" in query(page)


def test_signed_out_one_reads_the_register(city: Profile, page: Any) -> None:
    page.goto("/")
    page.get_by_role("link", name="Algoritmeregister").click()
    page.wait_for_url("**/algoritmes/")
    page.locator(".ov-list a").first.click()
    assert page.locator("h2", has_text="Verantwoord gebruik").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_parts(
    town: planted.City, analyst: Any, open_page: Callable[..., Any], sign_in: SignIn, axe: Callable[[Any], None],
    kind: str, scheme: str,
) -> None:  # fmt: skip
    forecasting.test(kind)
    alerts.recompute()
    page = open_page(scheme=scheme)
    sign_in(page, analyst)
    look(page, f"/beeld/?soort={kind}&vergelijk=vorige&laag=verschil,verwachting,signaleringen")
    for key in ("vergelijking", "signaleringen", "herhaling", "verwachting"):
        part(page, key)
    page.evaluate("for (const one of document.querySelectorAll('#pic details')) one.open = true")
    axe(page)
    for address in ("/beeld/per-gebied/", "/algoritmes/", "/algoritmes/hotspots/"):
        page.goto(address)
        page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
        axe(page)


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_nothing_of_the_parts_sticks_out(
    town: planted.City, analyst: Any, open_page: Callable[..., Any], sign_in: SignIn, fits: Callable[[Any], None],
    kind: str, width: int,
) -> None:  # fmt: skip
    forecasting.test(kind)
    page = open_page(width=width)
    sign_in(page, analyst)
    look(page, f"/beeld/?soort={kind}&vergelijk=eigen&vergelijk_van=2025-01-06&vergelijk_tot=2025-03-30")
    for key in ("vergelijking", "signaleringen", "herhaling", "verwachting"):
        part(page, key)
    page.evaluate("for (const one of document.querySelectorAll('.ov-take')) one.open = true")
    fits(page)
    for address in ("/beeld/per-gebied/", "/algoritmes/", "/algoritmes/hotspots/"):
        page.goto(address)
        fits(page)
