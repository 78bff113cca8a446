"""Planners, officers, addresses, a day and a dealer, in either municipality."""

from datetime import timedelta
from typing import Any

import shapely
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access.models import Grant, Organisation, User
from openvis.web.controls.models import ControlDay, Dealer
from openvis.web.controls.services import days, dealers
from openvis.web.places.models import Address, Area

TODAY = timezone.localdate
SECRET = "ZEEMEERMIN-4402"
"""Planted in a text: who may not see it never finds it in an answer."""


def coarse(city: Profile, number: int = 0) -> str:
    """The code of an area of the coarsest level: roles are held for these."""
    return sorted(area.code for area in city.areas_of(city.levels[0].id))[number]


def role_with(city: Profile, *abilities: str, scope: str = "area", without: tuple[str, ...] = ()) -> str:
    """The first role of this scope that holds all of these and none of those."""
    return next(
        role.id for role in city.roles
        if role.scope == scope and all(role.may(one) for one in abilities) and not any(role.may(one) for one in without)
    )


def make_user(city: Profile, role: str, areas: tuple[str, ...] | None = None) -> User:
    """Somebody with a role of the profile; of an area role in the first area, unless others are named."""
    known = city.role(role)
    user = User.objects.create_user(f"{role}-{User.objects.count()}@example.org", name=role.title())
    user.organisation = Organisation.objects.get(key=known.organisation)
    user.save()
    held = (areas if areas is not None else (coarse(city),)) if known.scope == "area" else ()
    Grant.objects.create(user=user, role=role, areas=list(held), source="test", reason="test")
    return user


def planner(city: Profile, *areas: str) -> User:
    """Plans control days in the first area, or in these."""
    return make_user(city, role_with(city, "controls.plan"), areas or None)


def officer(city: Profile, *areas: str) -> User:
    """Carries out visits and keeps dealers, and plans nothing."""
    return make_user(city, role_with(city, "controls.visit", "dor.keep", without=("controls.plan",)), areas or None)


def addresses(city: Profile, number: int, code: str | None = None) -> list[Address]:
    """Addresses inside an area, on a grid."""
    wanted = code or coarse(city)
    fine = next(area for area in Area.objects.filter(level=city.finest.id) if wanted in area.within.values())
    shape = shapely.from_wkb(bytes(fine.outline))
    middle, side = shape.representative_point(), 40.0
    count = Address.objects.count()
    # One by one: saving an address puts its street in the list that the search goes by.
    return [
        Address.objects.create(
            number_id=f"{count + i:016d}", postcode=f"{1300 + (count % 100)}AB", street="Handelsstraat",
            number=count + i + 1, x=middle.x + side * (i % 5), y=middle.y + side * (i // 5), area=fine,
        )
        for i in range(number)
    ]  # fmt: skip


def plan(city: Profile, **changed: Any) -> days.Plan:
    """A day of today that is in order, or differs in what is named."""
    usual: dict[str, Any] = {
        "aim": f"Garages controleren {SECRET}", "date": timezone.localdate(), "ground": city.controls.grounds[0].id,
        "area": coarse(city),
    }  # fmt: skip
    return days.Plan(**(usual | changed))


def make_day(city: Profile, by: User, stops: int = 0, **changed: Any) -> ControlDay:
    """A day with so many addresses on its list, and one to start from."""
    at = addresses(city, stops + 1, changed.get("area") or None)
    day = days.make(by, plan(city, start=at[0], **changed))
    for address in at[1:]:
        days.add(by, day.pk, days.Visit(address, city.controls.places[0].id, why=f"{SECRET} gemeld"))
    return day


def make_dealer(city: Profile, by: User, ago: int = 0, branch: int = -1, **changed: Any) -> Dealer:
    """A dealer in the first area, in the register since so many days."""
    usual: dict[str, Any] = {
        "name": f"Opkoper {SECRET}", "branch": city.controls.dealers.branches[branch].id,
        "contact": f"dhr. Jansen {SECRET}", "listed_on": timezone.localdate() - timedelta(days=ago),
    }  # fmt: skip
    if "address" not in changed:
        changed["address"] = addresses(city, 1)[0]
    return dealers.add(by, dealers.Particulars(**(usual | changed)))
