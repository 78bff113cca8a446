"""What passes from hand to hand: a silent entry, a signal from a meeting to a project, and a result that is awaited."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.followup import services
from openvis.web.followup.models import Project, TabledItem
from openvis.web.refindex.models import Entry
from openvis.web.signals import rules
from openvis.web.signals.models import HandOver
from web.followup import casework
from web.refindex.departments import enter, make_address, make_user, organisations

Check = Callable[[Any], None]


@pytest.fixture
def look(axe: Check, fits: Check) -> Check:
    """The page holds for everybody, and on its screen."""

    def looked(page: Any) -> None:
        axe(page)
        fits(page)

    return looked


def state_purpose(page: Any) -> None:
    """Answer what for, where it is asked."""
    page.get_by_role("heading", name="Waarvoor opent u dit?").wait_for()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Openen").click()


def test_a_silent_entry_goes_to_one_colleague(
    city: Profile, open_page: Callable[..., Any], sign_in: Callable[..., None], look: Check
) -> None:
    here = organisations(city)[0]
    first, colleague, other = (
        make_user(city, "index.contribute", here, name) for name in ("Anna Vink", "Bram Mees", "Carla Spreeuw")
    )
    entry = enter(city, first, make_address(12, "Kanaalstraat"), silent=True)
    page = open_page(1280)
    sign_in(page, first)
    page.goto(reverse("index_entry", args=[entry.pk]))
    state_purpose(page)
    page.get_by_text("Andere behandelaar").click()
    page.get_by_label("Collega").select_option(str(colleague.pk))
    look(page)
    page.get_by_role("button", name="Bied aan deze collega aan").click()
    page.get_by_text("Alleen u en Bram Mees weten van deze registratie.").wait_for()
    look(page)

    phone = open_page(390)
    sign_in(phone, colleague)
    phone.goto(reverse("today"))
    assert "Kanaalstraat" not in phone.content()
    look(phone)
    phone.get_by_role("link", name="Anna Vink vraagt u over te nemen").click()
    state_purpose(phone)
    phone.get_by_text("biedt u deze stille registratie aan").wait_for()
    look(phone)
    phone.get_by_label("Uw telefoonnummer of e-mailadres").fill("036 539 9999")
    phone.get_by_role("button", name="Overnemen").click()
    phone.get_by_text("U behandelt deze registratie.").wait_for()
    look(phone)
    assert Entry.objects.get().handler == colleague

    away = open_page(1280)
    sign_in(away, other)
    away.goto(reverse("index_entries"))
    state_purpose(away)
    away.get_by_text("Uw afdeling heeft geen actieve registratie").wait_for()
    assert "Kanaalstraat" not in away.content()


def test_a_meeting_sends_a_signal_on_to_a_project(
    city: Profile, open_page: Callable[..., Any], sign_in: Callable[..., None], look: Check
) -> None:
    keeper, partner = (
        casework.make_user(city, role) for role in (casework.keeper_role(city), casework.partner_role(city))
    )
    meeting = casework.make_meeting(city, keeper, partner)
    item = casework.make_item(keeper, casework.make_signal(city, state="riec_meeting"), meeting)
    services.items.hand_over(keeper, item.pk, casework.form(city))
    services.meetings.send(keeper, meeting.pk)
    for width in (390, 1280):
        page = open_page(width)
        sign_in(page, keeper)
        page.goto(reverse("tabled_item", args=[item.pk]))
        state_purpose(page)
        page.get_by_role("link", name="Stuur door naar een project").click()
        page.get_by_label("Naam van een nieuw project").fill("Project Wulp")
        page.get_by_label("Besluit", exact=True).fill("Verder met de andere loodsen.")
        page.get_by_label("Artikel").fill("art. 2.19")
        page.get_by_role("checkbox").first.check()
        look(page)
    page.get_by_role("button", name="Besluit en stuur door").click()
    page.get_by_text("Kies een project, of geef een nieuw project een naam en doel.").first.wait_for()
    look(page)
    page.get_by_label("Doel van een nieuw project").fill("De loodsen zijn weer leeg.")
    page.get_by_role("button", name="Besluit en stuur door").click()
    page.get_by_text("Het besluit is vastgelegd en het signaal zit in het project.").wait_for()
    look(page)
    page.get_by_role("link", name="Project Wulp").click()
    state_purpose(page)
    page.get_by_role("heading", name="Project Wulp").wait_for()
    assert TabledItem.objects.get().state == "closed"
    assert Project.objects.get().signals.count() == 1

    theirs = open_page(390)
    sign_in(theirs, partner)
    theirs.goto(reverse("tabled_item", args=[item.pk]))
    state_purpose(theirs)
    theirs.get_by_text("Verder met de andere loodsen.").wait_for()
    assert "Wulp" not in theirs.content()
    look(theirs)


def test_a_late_result_stands_on_today_of_both(
    city: Profile, open_page: Callable[..., Any], sign_in: Callable[..., None], look: Check
) -> None:
    keeper = casework.make_user(city, casework.keeper_role(city))
    desk = casework.make_user(
        city, casework.role_of(city, "signals.report", without="signals.weigh"), city.signals.departments[0]
    )
    signal = casework.make_signal(city, state="handed_over")
    HandOver.objects.create(
        signal=signal, number=signal.number, organisation=desk.organisation.key, facts="Alleen de loods.", made_by=keeper,
        due_on=timezone.localdate() - timedelta(days=1),
    )
    for person, text in ((keeper, "1 resultaat van een afdeling is te laat"), (desk, "Doorgegeven aan uw afdeling")):
        if person == desk and not rules.takes_up(desk):
            continue
        for width in (1280, 390):
            page = open_page(width)
            sign_in(page, person)
            page.goto(reverse("today"))
            page.get_by_text(text).first.wait_for()
            assert page.get_by_text("Alleen de loods.").count() == 0
            look(page)
