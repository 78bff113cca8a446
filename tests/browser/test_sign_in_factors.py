"""Signing in for the first time: a password, a security key that the browser holds, recovery codes; and the next day."""

from typing import Any

import pytest
from django.core.cache import cache

from openvis.web.access import invitations

PASSWORD = "a password of a browser"

pytestmark = pytest.mark.parametrize("city", ["almere"], indirect=True)


@pytest.fixture(autouse=True)
def obligatory(settings: Any, transactional_db: None) -> None:
    settings.OPENVIS_SECOND_FACTOR = "roles"
    cache.clear()


def add_authenticator(page: Any) -> None:
    """A security key that touches itself, inside the browser."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }})  # fmt: skip


def fill_in(page: Any, email: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).first.click()


def test_invited_with_a_key_and_back_again(
    city: Any, person: Any, page: Any, live_server: Any, axe: Any, fits: Any
) -> None:
    analyst = person("analyst")
    analyst.set_unusable_password()
    analyst.save()
    add_authenticator(page)

    page.goto(invitations.renew(analyst))
    axe(page)
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_label("Hetzelfde wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Wachtwoord instellen").click()
    fill_in(page, analyst.email)

    page.get_by_text("Uw rol heeft een tweede factor nodig").wait_for()
    axe(page)
    fits(page)
    page.get_by_role("link", name="Sleutel toevoegen").click()
    axe(page)
    page.get_by_label("Naam van de sleutel").fill("sleutelbos")
    page.get_by_role("button", name="Deze sleutel toevoegen").click()
    page.get_by_role("heading", name="Herstelcodes").wait_for()
    axe(page)
    codes = page.locator(".ov-codes code").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("link", name="Ik heb ze bewaard").click()
    page.locator(".ov-menu summary").click()
    page.get_by_role("link", name="Mijn sessies").click()
    page.get_by_text("deze", exact=True).wait_for()
    axe(page)

    page.locator(".ov-menu summary").click()
    page.get_by_role("button", name="Uitloggen").click()
    page.goto("/account/inloggen/")
    fill_in(page, analyst.email)
    page.get_by_role("heading", name="Tweede stap").wait_for()
    axe(page)
    page.get_by_role("button", name="Gebruik mijn beveiligingssleutel").click()
    page.wait_for_url(f"{live_server.url}/")


def test_a_browser_with_another_key_says_so_and_takes_a_recovery_code(
    city: Any, person: Any, page: Any, open_page: Any, live_server: Any
) -> None:
    analyst = person("analyst")
    analyst.set_password(PASSWORD)
    analyst.save()
    add_authenticator(page)
    page.goto("/account/inloggen/")
    fill_in(page, analyst.email)
    page.get_by_role("link", name="Sleutel toevoegen").click()
    page.get_by_role("button", name="Deze sleutel toevoegen").click()
    page.get_by_role("heading", name="Herstelcodes").wait_for()
    codes = page.locator(".ov-codes code").all_inner_texts()

    other = open_page(width=390)
    add_authenticator(other)
    other.goto("/account/inloggen/")
    fill_in(other, analyst.email)
    other.get_by_role("button", name="Gebruik mijn beveiligingssleutel").click()
    other.get_by_text("De sleutel is niet gebruikt").wait_for()
    other.get_by_label("Code").fill(codes[0])
    other.get_by_role("button", name="Inloggen", exact=True).click()
    other.wait_for_url(f"{live_server.url}/")
