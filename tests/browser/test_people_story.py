"""The pages on people and their rights in a real browser: axe, light and dark, narrow and wide."""

from collections.abc import Callable
from typing import Any

import pytest

from openvis.web.access import break_glass, demo, reviewing, services
from openvis.web.access.models import BreakGlass

Person = Callable[[str], Any]


@pytest.fixture
def administrator(person: Person, city: Any) -> Any:
    """An administrator, among one person for each role."""
    demo.make_demo_people(city)
    return person("administrator")


def addresses(city: Any) -> list[str]:
    area_role = demo.roles_by_alias(city)["manager"].id
    somebody = services.add_person("someone@test.example", "Iemand van Buiten", city.roles[0].organisation)
    services.grant(somebody, city.roles[0].id, reason="r", source="s")
    given = somebody.grants.get().pk
    own = f"/mensen/{somebody.pk}/"
    return [
        "/mensen/", "/mensen/?zoek=zzz", "/mensen/uitnodigen/", "/mensen/matrix/", own, f"{own}rol/",
        f"{own}rol/?rol={area_role}", f"{own}rol/{given}/beeindigen/", f"{own}laatste-dag/", "/mensen/mijn-rollen/",
        "/mensen/mijn-log/", "/mensen/noodtoegang/", f"/mensen/uitleg/?wie={somebody.pk}&soort=focus_place",
    ]


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (390, "light")])
def test_every_page_passes_axe_and_fits(open_page: Any, sign_in: Any, administrator: Any, city: Any, axe: Any, fits: Any,
                                        width: int, scheme: str):
    page = open_page(width, scheme)
    sign_in(page, administrator)
    for address in addresses(city):
        page.goto(address)
        assert page.inner_text("h1"), address
        axe(page)
        fits(page)


@pytest.fixture
def officer(person: Person, city: Any) -> Any:
    """Who answers emergencies and reviews rights, with one of each to see."""
    roles = city.roles
    holder = next(role for role in roles if role.may("break_glass.approve"))
    alias = next(key for key, role in demo.roles_by_alias(city).items() if role.id == holder.id)
    asker, reviewer = person("administrator"), person(alias)
    wanted = break_glass.roles()[0]
    areas = [demo.first_area(city)] if wanted.scope == "area" else []
    for hours in (1, 2, 3):
        break_glass.ask(asker, wanted.id, reason="fire", hours=hours, areas=areas)
    first, second, _third = BreakGlass.objects.order_by("hours")
    break_glass.allow(first, reviewer)
    break_glass.allow(second, reviewer)
    break_glass.end(second, reviewer)
    return reviewer


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (390, "light")])
def test_watching_over_rights_passes_axe_and_fits(open_page: Any, sign_in: Any, officer: Any, city: Any, axe: Any,
                                                  fits: Any, width: int, scheme: str):
    page = open_page(width, scheme)
    sign_in(page, officer)
    signed = reviewing.begin(officer)
    for row in signed.rows.exclude(user=officer):
        reviewing.decide(row, "keep", "still needed", officer)
    reviewing.sign(signed, officer)
    current = reviewing.begin(officer)
    for address in (
        "/", "/mensen/noodtoegang/verzoeken/", "/mensen/herbeoordeling/", f"/mensen/herbeoordeling/{signed.pk}/",
        f"/mensen/herbeoordeling/{current.pk}/", "/mensen/matrix/",
    ):
        page.goto(address)
        assert page.inner_text("h1"), address
        axe(page)
        fits(page)


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_inviting_somebody_and_giving_a_role_by_hand(page: Any, sign_in: Any, administrator: Any, city: Any):
    page.goto("/")
    sign_in(page, administrator)
    page.goto("/mensen/uitnodigen/")
    page.fill("#id_name", "Noor Nieuw")
    page.fill("#id_email", "noor@test.example")
    page.select_option("#id_organisation", "stadstoezicht")
    page.click("main form button")
    assert "/account/uitnodiging/" in page.inner_text(".ov-code")
    page.click("text=Rol geven")
    page.select_option("#id_rol", "handhaver")
    page.click("text=Toon wat de rol opent")
    assert "Incidenten" in page.inner_text("table")
    page.fill("#id_reason", "team Buiten")
    page.fill("#id_source", "teamleider")
    page.click("text=Deze rol geven")
    assert "Kies ten minste één gebied" in page.inner_text("[role=alert]")
    page.check("[name=areas] >> nth=0")
    page.click("text=Deze rol geven")
    assert "heeft vanaf nu de rol handhaver" in page.inner_text("main")
