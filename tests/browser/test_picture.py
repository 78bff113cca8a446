"""The picture in a real browser: one selection in map, hours, weeks and list, and in the address."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings

from openvis.profile import Profile
from web.deployment import planted

DRAWN = "html[data-map=ready]"


@pytest.fixture
def town(city: Profile) -> planted.City:
    """The city with a place where it happens on Friday evenings, from nine to eleven."""
    return planted.make(city, settings.EVENT_STORE)


@pytest.fixture
def analyst(town: planted.City) -> Any:
    return town.person("picture.view", "picture.rows", "export.aggregate", name="Noor")


def look(page: Any, address: str = "/beeld/") -> None:
    """Open the picture and wait until the map is drawn."""
    page.goto(address, timeout=60_000)
    page.wait_for_selector(DRAWN, state="attached", timeout=60_000)


def count(page: Any) -> int:
    """How many incidents the page says there are."""
    return int(page.inner_text("#pic-total strong").replace(".", ""))


def query(page: Any) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def status(page: Any) -> str:
    text: str = page.text_content("#pic-status")
    return text


def after(page: Any, act: Callable[[], None]) -> None:
    """Do something, and wait for the answer it leads to."""
    shown = int(page.get_attribute("#pic", "data-answers"))
    act()
    page.wait_for_selector(f"#pic[data-answers='{shown + 1}']", state="attached")


def drag_hours(page: Any, first: int, last: int) -> None:
    for hour, act in ((first, page.mouse.down), (last, page.mouse.up)):
        box = page.locator(f"#pic-matrix td[data-hour='{hour}']").bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
        act()


def test_the_planted_place_is_the_first_on_map_and_list(
    town: planted.City, analyst: Any, page: Any, sign_in: Callable[..., None]
) -> None:
    sign_in(page, analyst)
    look(page)
    first = page.locator("#pic-places tbody tr").first
    assert town.home.name in first.locator("th").get_attribute("title")
    assert page.locator(".pic-marker", has_text="1").first.is_visible()
    assert page.locator("#pic-legend").inner_text().startswith("Incidenten per cel van 125 m")


def test_choosing_kinds_changes_all_counts_and_the_address(
    town: planted.City, analyst: Any, page: Any, sign_in: Callable[..., None]
) -> None:
    kind = next(kind for kind in town.profile.kinds if not kind.total)
    sign_in(page, analyst)
    look(page)
    everything = count(page)
    page.click("#pic-kinds-chosen")
    page.click("[data-none]")
    after(page, lambda: page.check(f"input[name=soort][value='{kind.id}']"))
    assert query(page)["soort"] == kind.id
    assert 0 < count(page) < everything
    assert kind.short.get("nl") in status(page)
    after(page, page.go_back)
    assert "soort" not in query(page)
    assert count(page) == everything
    assert page.is_checked(f"input[name=soort][value='{kind.id}']")


def test_dragging_over_the_hours_filters_map_list_and_weeks_and_back_undoes_it(
    town: planted.City, analyst: Any, page: Any, sign_in: Callable[..., None]
) -> None:
    sign_in(page, analyst)
    look(page)
    everything = count(page)
    friday = 4 * 24
    after(page, lambda: drag_hours(page, friday + 21, friday + 22))
    assert query(page)["uren"] == "vr21-vr23"
    chosen = page.locator("#pic-matrix td[aria-selected=true]")
    assert chosen.count() == 2
    assert 0 < count(page) < everything
    assert "vr 21–23" in page.inner_text("#pic-chips")
    # All that happens at the planted place happens in these hours.
    assert town.home.name in page.locator("#pic-places tbody th").first.get_attribute("title")
    after(page, page.go_back)
    assert "uren" not in query(page)
    assert count(page) == everything
    assert page.locator("#pic-matrix td[aria-selected=true]").count() == 0


def test_the_keyboard_chooses_hours_too(
    town: planted.City, analyst: Any, page: Any, sign_in: Callable[..., None]
) -> None:
    sign_in(page, analyst)
    look(page)
    page.focus("#pic-matrix td[data-hour='0']")
    for key in ("ArrowDown", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowDown"):
        page.keyboard.press(key)
    after(page, lambda: page.keyboard.press("Enter"))
    assert query(page)["uren"] == "di1-di3,wo1-wo3"
    after(page, lambda: page.keyboard.press("Escape"))
    assert "uren" not in query(page)


def test_dragging_over_the_weeks_chooses_weeks(
    town: planted.City, analyst: Any, page: Any, sign_in: Callable[..., None]
) -> None:
    sign_in(page, analyst)
    look(page)
    everything = count(page)
    box = page.locator("#pic-weeks svg").bounding_box()

    def drag() -> None:
        page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 40)
        page.mouse.down()
        page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 40, steps=5)
        page.mouse.up()

    after(page, drag)
    assert ".." in query(page)["weken"]
    assert count(page) < everything


def test_a_chosen_place_narrows_the_hours_and_the_same_row_lets_go(
    town: planted.City, analyst: Any, page: Any, sign_in: Callable[..., None]
) -> None:
    sign_in(page, analyst)
    look(page)
    rows = page.locator("#pic-places tbody tr").count()
    after(page, lambda: page.locator("#pic-places tbody th a").first.click())
    assert page.locator("#pic-places tbody th a").first.get_attribute("aria-current") == "true"
    assert page.locator(".pic-marker[aria-pressed=true]").count() == 1
    assert page.locator("#pic-places tbody tr").count() == rows
    # At the planted place nothing happens outside Friday evening.
    busiest = page.locator("#pic-matrix td.pic-hour--5").first.get_attribute("data-hour")
    assert int(busiest) in (4 * 24 + 21, 4 * 24 + 22)
    after(page, lambda: page.locator(".pic-marker[aria-pressed=true]").click())
    assert "plek" not in query(page)


def test_a_wrong_address_is_told_in_words(
    town: planted.City, analyst: Any, page: Any, sign_in: Callable[..., None]
) -> None:
    sign_in(page, analyst)
    page.goto("/beeld/?van=morgen&gebied=nergens")
    told = page.inner_text("#pic-problem")
    assert "van" in told
    assert "morgen" in told
    assert "nergens" in told


def test_without_scripts_the_tables_are_there(
    town: planted.City, analyst: Any, open_page: Callable[..., Any], sign_in: Callable[..., None]
) -> None:
    page = open_page(java_script_enabled=False)
    sign_in(page, analyst)
    page.goto("/beeld/")
    assert page.locator("#pic-places tbody tr").count() > 0
    assert page.locator("#pic-matrix td[data-hour]").count() == 168
    page.locator("#pic-places tbody th a").first.click()
    assert "plek" in query(page)


def test_single_incidents_are_shown_close_by_and_only_in_the_own_area(
    town: planted.City, page: Any, sign_in: Callable[..., None]
) -> None:
    lon, lat = frame().to_earth.transform(*town.spot)
    address = f"/beeld/?laag=incidenten#kaart=15.6/{lat:.5f}/{lon:.5f}"
    drawn = "new Promise(done => setTimeout(done, 1500))"
    for areas, expected in (((town.coarse,), True), ((town.elsewhere,), False)):
        person = town.person("picture.view", "picture.rows", areas=areas, name="Gebied")
        page.context.clear_cookies()
        sign_in(page, person)
        page.goto("about:blank")
        with page.expect_response(lambda response: "incidenten.json" in response.url, timeout=60_000) as waited:
            look(page, address)
        page.evaluate(drawn)
        assert bool(waited.value.json()["features"]) is expected


def frame() -> Any:
    from openvis.web.picture import selectors

    return selectors.frame()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    town: planted.City, analyst: Any, open_page: Callable[..., Any], sign_in: Callable[..., None],
    axe: Callable[[Any], None], scheme: str,
) -> None:
    page = open_page(scheme=scheme)
    sign_in(page, analyst)
    look(page, "/beeld/?uren=vr21-vr23&vergelijk=vorigjaar&laag=hotspots,gebieden")
    page.evaluate("for (const panel of document.querySelectorAll('#pic-panels details')) panel.open = true")
    axe(page)
    page.click("#pic-kinds-chosen")
    axe(page)
    for address in ("/beeld/tellingen/", "/beeld/uitleg/"):
        page.goto(address)
        axe(page)


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_nothing_sticks_out(
    town: planted.City, analyst: Any, open_page: Callable[..., Any], sign_in: Callable[..., None],
    fits: Callable[[Any], None], width: int,
) -> None:
    page = open_page(width=width)
    sign_in(page, analyst)
    look(page)
    fits(page)
    for address in ("/beeld/tellingen/", "/beeld/uitleg/"):
        page.goto(address)
        fits(page)
