"""The address field in a form: with the keyboard, with a finger, in doubt, without scripts; told to a screen reader."""

from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from openvis.profile import Ability
from openvis.web.access import demo
from openvis.web.guard import SIGNED_IN, rule
from openvis.web.places.fields import AddressField
from openvis.web.places.models import Address

FORM = """{% extends "ui/base.html" %}{% block title %}Signal{% endblock %}{% block content %}
<h1>Signal</h1>
{% if chosen %}<p id="chosen">{{ chosen }}</p>{% endif %}
<form class="ov-form" method="post">{% csrf_token %}{{ form }}
<button class="utrecht-button utrecht-button--primary-action">Send</button></form>
{% endblock %}"""


class SignalForm(forms.Form):
    address = AddressField(label="Adres")
    note = forms.CharField(label="Wat zag u?", required=False)


@rule(SIGNED_IN)
def page_with_form(request: HttpRequest) -> HttpResponse:
    """A page such as other parts make with the field."""
    form = SignalForm(request.POST or None)
    chosen = form.cleaned_data["address"] if form.is_bound and form.is_valid() else None
    return HttpResponse(engines["django"].from_string(FORM).render({"form": form, "chosen": chosen}, request))


urlpatterns = [path("proef/", page_with_form), path("", include("openvis.web.urls"))]


@pytest.fixture
def at_the_form(city: Any, settings: Any, person: Any, sign_in: Any, open_page: Any) -> Any:
    """Opens the form as somebody who reports signals, on a screen of a given width."""
    settings.ROOT_URLCONF = __name__
    rows = [("Stationsstraat", number, letter) for number in (1, 12, 120) for letter in ("", "B")] + [("Turfkade", 3, "")]
    for place, (street, number, letter) in enumerate(rows, 1):
        Address.objects.create(
            number_id=f"{place:016d}", street=street, town="Veldermeer", number=number, letter=letter, postcode="9411AB",
            x=1.0, y=1.0,
        )
    reports = next(alias for alias, role in demo.roles_by_alias(city).items() if Ability.SIGNALS_REPORT in role.abilities)
    reporter = person(reports)

    def opened(**options: Any) -> Any:
        page = open_page(**options)
        sign_in(page, reporter)
        page.goto("/proef/")
        return page

    return opened


def shot(page: Any, name: str) -> None:
    """Keeps a picture where the environment asks for one."""
    import os

    if folder := os.environ.get("OPENVIS_TEST_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def test_an_address_is_chosen_with_the_keyboard(at_the_form: Any, axe: Any, fits: Any) -> None:
    page = at_the_form(width=1024)
    field = page.get_by_label("Adres")
    assert field.get_attribute("role") == "combobox"
    field.press_sequentially("statonsstr 12b", delay=20)
    page.get_by_role("option").first.wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    axe(page)
    shot(page, "address-1024")
    field.press("ArrowDown")
    active = field.get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").inner_text().startswith("Stationsstraat 12B")
    field.press("Enter")
    assert field.input_value() == "Stationsstraat 12B, 9411 AB Veldermeer"
    assert page.locator(".ov-combo [role=status]").inner_text().startswith("Gekozen: Stationsstraat 12B")
    assert page.get_by_role("listbox").is_hidden()
    field.press("Enter")
    assert page.locator("#chosen").inner_text() == "Stationsstraat 12B"
    fits(page)


def test_with_a_finger_on_a_phone(at_the_form: Any, axe: Any, fits: Any) -> None:
    page = at_the_form(width=390)
    page.get_by_label("Adres").press_sequentially("turfk", delay=20)
    page.get_by_role("option", name="Turfkade 3").wait_for()
    shot(page, "address-390")
    fits(page)
    page.get_by_role("option", name="Turfkade 3").click()
    page.get_by_role("button", name="Send").click()
    assert page.locator("#chosen").inner_text() == "Turfkade 3"
    axe(page)


def test_what_is_typed_after_a_choice_is_what_counts(at_the_form: Any) -> None:
    page = at_the_form()
    field = page.get_by_label("Adres")
    field.press_sequentially("turfk", delay=20)
    page.get_by_role("option").first.click()
    field.fill("nergensgracht 9")
    page.get_by_text("Geen adres gevonden").first.wait_for()
    field.press("Escape")
    assert page.get_by_role("listbox").is_hidden()
    page.get_by_role("button", name="Send").click()
    assert page.locator(".ov-field__error").inner_text().startswith("Hiervoor is geen adres gevonden")
    assert page.get_by_label("Adres").input_value() == "nergensgracht 9"


def test_without_scripts_doubt_becomes_a_choice(at_the_form: Any, fits: Any) -> None:
    page = at_the_form(width=390, java_script_enabled=False)
    page.get_by_label("Adres").fill("statonsstr 12")
    page.get_by_role("button", name="Send").click()
    assert "meer dan één adres" in page.locator(".ov-field__error").inner_text()
    shot(page, "address-doubt-390")
    page.get_by_role("radio", name="Stationsstraat 12,").check()
    page.get_by_role("button", name="Send").click()
    assert page.locator("#chosen").inner_text() == "Stationsstraat 12"


def test_the_choice_in_doubt_is_readable_for_all(at_the_form: Any, axe: Any, fits: Any) -> None:
    page = at_the_form(width=1024)
    page.get_by_label("Adres").fill("statonsstr 12")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("radio").first.wait_for()
    axe(page)
    fits(page)
    shot(page, "address-doubt-1024")
