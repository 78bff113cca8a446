"""Two departments meet on one address and a third sees nothing: in a browser, on the phone too, in both municipalities."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from openvis.profile import Profile
from openvis.web.access.models import User
from openvis.web.refindex import tasks
from openvis.web.refindex.models import Entry, Match
from web.refindex.departments import CONTACTS, make_address, make_user, organisations


@pytest.fixture
def state_purpose() -> Callable[[Any], None]:
    """Answers the question what for, where it is asked."""

    def stated(page: Any) -> None:
        page.get_by_role("heading", name="Waarvoor opent u dit?").wait_for()
        page.get_by_role("radio").first.check()
        page.get_by_role("button", name="Openen").click()

    return stated


def test_two_departments_meet_and_a_third_sees_nothing(
    city: Profile, open_page: Callable[..., Any], sign_in: Callable[..., None], axe: Callable[[Any], None],
    fits: Callable[[Any], None], state_purpose: Callable[[Any], None],
) -> None:  # fmt: skip
    first, second, third = (make_user(city, "index.contribute", key) for key in organisations(city))
    address = make_address(12, "Kanaalstraat")
    kind = city.signals.index.kinds[0].name.get("nl")

    def register(page: Any, person: User, contact: str) -> Entry:
        sign_in(page, person)
        page.goto(reverse("today"))
        page.goto(reverse("index_entries"))
        state_purpose(page)
        page.get_by_role("heading", name="Verwijsindex", exact=True).wait_for()
        axe(page)
        fits(page)
        page.get_by_role("link", name="Signaal registreren").first.click()
        state_purpose(page)
        page.get_by_label("Adres", exact=True).fill("kanaalstr 12")
        page.get_by_role("option", name="Kanaalstraat 12").click()
        page.get_by_label(kind).check()
        page.get_by_label("Telefoonnummer of e-mailadres").fill(contact)
        axe(page)
        fits(page)
        page.get_by_role("button", name="Registreren").click()
        state_purpose(page)
        page.get_by_role("heading", name="Kanaalstraat 12").wait_for()
        return Entry.objects.get(handler=person)

    page = open_page()
    mine = register(page, first, CONTACTS["first"])
    assert page.get_by_text("Geen andere afdeling heeft gemeld").is_visible()
    axe(page)

    phone = open_page(390)
    register(phone, second, CONTACTS["second"])
    assert phone.get_by_text("te bellen").is_visible()
    fits(phone)
    axe(phone)
    tasks.tell()

    page.goto(reverse("today"))
    page.get_by_text("1 andere afdeling heeft ook een signaal").wait_for()
    axe(page)
    page.get_by_role("link", name=second.organisation.name).click()
    state_purpose(page)
    page.get_by_text(CONTACTS["second"]).wait_for()
    page.get_by_label("ja", exact=True).check()
    page.get_by_role("button", name="Noteren").click()
    page.get_by_text("Kies wat het heeft opgeleverd.", exact=True).wait_for()
    axe(page)
    fits(page)
    page.get_by_label("we pakken het samen op").check()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Noteren").click()
    page.get_by_text("Genoteerd").wait_for()
    assert Match.objects.get(entry=mine).result == "act_together"

    page.goto(reverse("index_look_ups"))
    state_purpose(page)
    axe(page)
    page.get_by_role("link", name="Kanaalstraat 12").click()
    state_purpose(page)
    page.get_by_role("button", name="Opzoeken", exact=True).click()
    page.get_by_text(CONTACTS["second"]).wait_for()
    axe(page)
    fits(page)

    away = open_page()
    sign_in(away, third)
    away.goto(reverse("today"))
    assert away.get_by_text("heeft ook een signaal").count() == 0
    away.goto(reverse("index_entries"))
    state_purpose(away)
    away.get_by_text("Uw afdeling heeft geen actieve registratie").wait_for()
    axe(away)
    for name, args in (
        ("index_entry", [mine.pk]), ("index_match", [Match.objects.get(entry=mine).pk]),
        ("index_look_up", ["index_entry", mine.pk]),
    ):  # fmt: skip
        answer = away.goto(reverse(name, args=args))
        if answer.status == 200:
            # Which purpose is asked of whoever may enter here, whether the file exists or not.
            state_purpose(away)
            away.get_by_role("heading", name="Waarvoor opent u dit?").wait_for(state="detached")
            answer = away.goto(reverse(name, args=args))
        assert answer.status == 404
        for secret in (address.street, *CONTACTS.values()):
            assert secret not in away.content()


def test_the_manager_sees_numbers_and_the_officer_sees_use(
    city: Profile, open_page: Callable[..., Any], sign_in: Callable[..., None], axe: Callable[[Any], None],
    fits: Callable[[Any], None], state_purpose: Callable[[Any], None],
) -> None:  # fmt: skip
    from web.refindex.departments import enter

    here = organisations(city)
    first, second = (make_user(city, "index.contribute", key) for key in here[:2])
    address = make_address(12, "Kanaalstraat")
    enter(city, first, address)
    enter(city, second, address)
    tasks.tell()
    for ability, name, purpose, title in (
        ("index.manage", "index_counts", False, "Aantallen van de verwijsindex"),
        ("audit.view", "index_use", True, "Gebruik van de verwijsindex"),
    ):
        person = make_user(city, ability, here[0])
        for width in (1440, 390):
            page = open_page(width)
            sign_in(page, person)
            page.goto(reverse(name))
            if purpose:
                state_purpose(page)
            page.get_by_role("heading", name=title).wait_for()
            axe(page)
            fits(page)
            assert "Kanaalstraat" not in page.content()
