"""Departments that meet in the index, in either municipality, and the addresses they meet at."""

from contextlib import AbstractContextManager
from typing import Any

from openvis.profile import Profile
from openvis.web.access import walls
from openvis.web.access.models import Grant, Organisation, User
from openvis.web.places.models import Address
from openvis.web.refindex import services
from openvis.web.refindex.models import Entry

CONTACTS = {"first": "036 539 1111", "second": "036-5392222", "third": "derde@example.org"}
"""What each department is called on."""


def role_with(city: Profile, ability: str) -> str:
    """A role that holds an ability."""
    return next(role.id for role in city.roles if ability in role.abilities)


def make_user(city: Profile, ability: str, organisation: str, name: str = "") -> User:
    """Somebody of an organisation with a role that gives an ability."""
    user = User.objects.create_user(f"{organisation}-{User.objects.count()}@example.org", name=name or organisation.title())
    user.organisation = Organisation.objects.get(key=organisation)
    user.save()
    role = role_with(city, ability)
    areas = [city.areas_of(city.levels[0].id)[0].code] if city.role(role).scope == "area" else []
    Grant.objects.create(user=user, role=role, areas=areas, source="test", reason="test")
    return user


def organisations(city: Profile) -> list[str]:
    """Three departments; where the profile has two the third is made up."""
    keys = [item.id for item in city.organisations][:3]
    while len(keys) < 3:
        keys.append(Organisation.objects.get_or_create(key="third_desk", defaults={"name": "Derde balie"})[0].key)
    return keys


def make_address(number: int = 1, street: str = "Kanaalstraat") -> Address:
    """An address that nobody holds a signal at yet."""
    return Address.objects.create(
        number_id=f"0034200000{Address.objects.count():06d}", postcode="1315NT", street=street, number=number, x=1.0, y=1.0,
    )


def kind_of(city: Profile) -> str:
    """The first kind of the list."""
    return city.signals.index.kinds[0].id


def purpose_of(city: Profile) -> str:
    """A purpose of the index."""
    return next(item.id for item in city.purposes if "index" in item.compartments)


def enter(city: Profile, by: User, address: Address, *, silent: bool = False, contact: str = CONTACTS["first"]) -> Entry:
    """Register as a page does: under the web role."""
    with walls.as_user(by, purpose_of(city)):
        return services.register(by, address, kind_of(city), contact, silent=silent)


def at_work(city: Profile, user: User) -> AbstractContextManager[Any]:
    """Under the second wall as somebody, with a purpose of the index."""
    return walls.as_user(user, purpose_of(city))
