"""An employee reports on a phone; a coordinator weighs ten signals and another reads them: in a browser, in two cities."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from openvis.profile import Profile
from openvis.web.access.models import User
from openvis.web.signals import services
from openvis.web.signals.models import HandOver, Signal
from web.signals.conftest import lightest, make_address, make_user, reported, role_with
from web.signals.test_own_files import contributor

Page = Any


@pytest.fixture
def reporter(city: Profile) -> User:
    return make_user(city, role_with(city, "signals.report", without="signals.weigh"), "Melder", city.signals.departments[0])


@pytest.fixture
def readers(city: Profile) -> tuple[User, User]:
    role = role_with(city, "signals.weigh")
    return make_user(city, role, "Weger"), make_user(city, role, "Tweede")


def opened(page: Page, address: str) -> None:
    """Open a file: say what for where that is asked."""
    page.goto(address)
    if page.get_by_role("heading", name="Waarvoor opent u dit?").count():
        page.get_by_role("radio").first.check()
        page.get_by_role("button", name="Openen").click()


def test_an_employee_reports_on_a_phone(
    city: Profile, reporter: User, open_page: Callable[..., Page], sign_in: Callable[..., None],
    axe: Callable[[Page], None], fits: Callable[[Page], None],
) -> None:
    told = city.signals.phenomena[0]
    make_address(12)
    page = open_page(390)
    sign_in(page, reporter)
    page.goto(reverse("signal_report"))
    axe(page)
    fits(page)
    page.get_by_role("button", name="Insturen").click()
    page.get_by_text("Dit klopt nog niet").wait_for()
    axe(page)
    page.get_by_label("Adres", exact=False).first.fill("1315AB 12")
    page.get_by_label(told.name.nl).check()
    page.get_by_label(told.indicators[0].name.nl).check()
    page.get_by_label(told.questions[0].name.nl).fill("Elke dinsdagnacht.")
    page.get_by_label("Wat hebt u gezien, gehoord of gelezen?").fill("Busjes laden uit zonder licht.")
    page.get_by_label("Het kan niet tot morgen wachten").check()
    axe(page)
    fits(page)
    # Typed text survives when somebody leaves the page and comes back, in this tab alone.
    page.goto(reverse("signal_report"))
    page.get_by_text("Wat u had getypt is terug").wait_for()
    assert page.get_by_label("Wat hebt u gezien, gehoord of gelezen?").input_value() == "Busjes laden uit zonder licht."
    page.get_by_role("button", name="Insturen").click()
    page.get_by_role("heading", name="Ontvangen: nummer").wait_for()
    axe(page)
    made = Signal.objects.get()
    assert (made.urgent, made.address.number, made.indicators) == (True, 12, [told.indicators[0].id])
    page.get_by_role("link", name="Mijn meldingen").last.click()
    page.get_by_role("link", name=made.number).wait_for()
    assert "Busjes" not in page.content()
    axe(page)
    fits(page)
    page.goto(reverse("signal_report"))
    assert page.get_by_label("Wat hebt u gezien, gehoord of gelezen?").input_value() == ""


def test_a_coordinator_weighs_ten_signals_and_somebody_else_reads_them(
    city: Profile, reporter: User, readers: tuple[User, User], open_page: Callable[..., Page],
    sign_in: Callable[..., None], axe: Callable[[Page], None], fits: Callable[[Page], None],
) -> None:
    weigher, second = readers
    spot = make_address(3)
    for number in range(10):
        services.report(reporter, reported(city, address=spot if number < 2 else None, facts=f"Feit nummer {number}."))
    page = open_page(1280)
    sign_in(page, weigher)
    page.goto(reverse("signals_inbox"))
    axe(page)
    fits(page)
    signals = list(Signal.objects.order_by("number"))
    for number, item in enumerate(signals):
        _weigh(page, city, item, number, axe if number == 0 else None)
    page.goto(f"{reverse('signals_inbox')}?deel=second")
    assert page.get_by_role("row").count() == 11
    opened(page, reverse("signal_second", args=[signals[0].pk]))
    page.get_by_text("Iemand anders leest uw weging").wait_for()

    other = open_page(390)
    sign_in(other, second)
    other.goto(reverse("today"))
    other.get_by_role("link", name="10 wegingen wachten op u als tweede lezer").click()
    axe(other)
    fits(other)
    for number, item in enumerate(signals):
        opened(other, reverse("signal_second", args=[item.pk]))
        if number == 0:
            axe(other)
            fits(other)
        if number == 9:
            other.get_by_label("Opmerking").fill("Kijk nog eens naar de plaats.")
            other.get_by_role("button", name="Terugsturen").click()
        else:
            other.get_by_role("button", name="Bevestigen").click()
        other.get_by_role("heading", name="Postvak signalen").wait_for()
    states = [Signal.objects.get(pk=item.pk).state for item in signals]
    assert states == ["handed_over", *["closed"] * 8, "enriched"]
    assert HandOver.objects.get().facts == "Feit nummer 0."
    opened(other, reverse("signal", args=[signals[9].pk]))
    axe(other)
    fits(other)


def test_a_department_takes_it_up_and_looks_its_address_up(
    city: Profile, reporter: User, readers: tuple[User, User], open_page: Callable[..., Page],
    sign_in: Callable[..., None], axe: Callable[[Page], None], fits: Callable[[Page], None],
) -> None:
    weigher, second = readers
    number = services.report(reporter, reported(city))
    item = Signal.objects.get(number=number)
    spot = make_address(7)
    clerk = contributor(city, "Balie", city.signals.departments[0])
    page = open_page(1280)
    sign_in(page, weigher)
    opened(page, reverse("signal", args=[item.pk]))
    page.get_by_text("Waar en wat aanvullen").click()
    axe(page)
    page.get_by_label("Adres", exact=False).first.fill("1315AB 7")
    page.get_by_role("button", name="Bewaren").first.click()
    page.get_by_text("Aangevuld. Wat er eerst stond").wait_for()
    axe(page)
    item = services.enrich(weigher, item.pk, Signal.objects.get().version, "niets")
    assert item.address == spot
    chosen = {"organisation": [city.signals.departments[0]]}
    services.weigh(weigher, item.pk, item.version, services.Weighed(lightest(city), "index", "Kijk mee.", chosen))
    services.confirm(second, item.pk, 1)

    phone = open_page(390)
    sign_in(phone, clerk)
    phone.goto(reverse("signals_passed"))
    opened(phone, phone.get_by_role("link", name=number).get_attribute("href") or "")
    axe(phone)
    fits(phone)
    phone.get_by_role("button", name="Ik behandel dit").click()
    phone.get_by_text("U behandelt dit voor uw afdeling").wait_for()
    axe(phone)
    fits(phone)
    opened(phone, phone.get_by_role("link", name="Dit adres opzoeken").get_attribute("href") or "")
    phone.get_by_role("button", name="Opzoeken").click()
    phone.get_by_text("Geen andere afdeling heeft gemeld").wait_for()
    axe(phone)


def _weigh(page: Page, city: Profile, item: Signal, number: int, axe: Callable[[Page], None] | None) -> None:
    """Screen and weigh one signal in the browser: the first goes to a department, the rest is closed."""
    opened(page, reverse("signal", args=[item.pk]))
    if number < 2:
        page.get_by_text("zelfde adres").wait_for()
    if axe:
        axe(page)
    page.get_by_label("Notitie uit eigen bronnen").first.fill("Handelsregister: niets.")
    page.get_by_role("button", name="Kan gewogen worden").click()
    page.get_by_role("link", name="Dit signaal wegen").click()
    for criterion in city.signals.weighing.criteria:
        page.get_by_role("group", name=criterion.name.nl).get_by_role("radio").first.check()
    assert city.signals.weighing.bands[0].name.nl in page.locator("[data-proposal]").inner_text()
    if number == 0:
        page.get_by_role("radio", name="Doorgeven aan één afdeling").check()
        page.locator("#id_department-organisation").select_option(index=1)
        assert page.locator("#id_department-facts").input_value() == ""
        page.locator("#id_department-facts").fill("Feit nummer 0.")
        if axe:
            axe(page)
    else:
        page.get_by_role("radio", name="Sluiten").check()
    page.get_by_label("Reden").last.fill("Oud en vaag.")
    page.get_by_role("button", name="Naar de tweede lezer").click()
    page.get_by_text("Het wacht op de tweede lezer").wait_for()
