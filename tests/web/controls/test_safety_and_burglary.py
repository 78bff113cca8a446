"""What goes along on a visit for safety's sake, and the link from a dealer to the picture of burglary."""

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from openvis.profile import Profile
from openvis.web.controls.services import days
from web.controls.at_work import addresses, make_dealer, make_user, officer, plan, planner, role_with
from web.controls.test_controls_pages import purpose, state

OF_THE_DAY, OF_THE_VISIT = "Alleen met twee tegelijk naar binnen.", "Er loopt een hond los op het erf."


def test_who_goes_reads_the_safety_notes_on_the_way(city: Profile, client_for: Callable[..., Client]) -> None:
    desk, street = planner(city), officer(city)
    at = addresses(city, 3)
    day = days.make(desk, plan(city, start=at[0], members=[street], safety=OF_THE_DAY))
    kind = city.controls.places[0].id
    warned = days.add(desk, day.pk, days.Visit(at[1], kind, safety=OF_THE_VISIT))
    client = client_for(street)
    asked = client.get(reverse("control_day_on_the_way", args=[day.pk])).content.decode()
    assert OF_THE_DAY not in asked
    state(client, city, street, f"control_day:{day.pk}")

    def page(name: str, *keys: Any) -> str:
        return client.get(reverse(name, args=[day.pk, *keys])).content.decode()

    told = page("control_day_on_the_way")
    assert OF_THE_DAY in told
    assert OF_THE_VISIT in told
    plain = days.add(desk, day.pk, days.Visit(at[2], kind))
    assert OF_THE_DAY in page("control_day")
    assert OF_THE_VISIT in page("control_visit", warned.pk)
    assert OF_THE_VISIT not in page("control_visit", plain.pk)


def test_a_dealer_leads_to_the_burglaries_of_its_area_for_who_sees_the_picture(
    city: Profile, client_for: Callable[..., Client]
) -> None:
    dealer = make_dealer(city, officer(city))
    area, kinds = dealer.address.area, city.controls.dealers.kinds
    assert area is not None
    assert kinds
    sees = make_user(city, next(
        role.id for role in city.roles if role.may("dor.view") and role.may("picture.view")
        and any("operations" in item.compartments and role.id in item.roles for item in city.purposes)
    ))  # fmt: skip
    blind = make_user(city, role_with(city, "dor.view", without=("picture.view",)))
    link = f"{reverse('picture')}?" + "&amp;".join([*(f"soort={kind}" for kind in kinds), f"gebied={area.code}"])
    for person, there in ((sees, True), (blind, False)):
        assert purpose(city, person.grants.get().role)
        client = client_for(person)
        state(client, city, person, f"dealer:{dealer.pk}")
        text = client.get(reverse("dealer", args=[dealer.pk])).content.decode()
        assert dealer.name in text
        assert (link in text) is there
    opened = client_for(sees).get(link.replace("&amp;", "&"))
    assert opened.status_code == 200
    text = opened.content.decode()
    assert f'value="{area.code}" selected' in text
    assert f'name="soort" value="{kinds[0]}" checked' in text
    assert str(dealer.pk) not in text
