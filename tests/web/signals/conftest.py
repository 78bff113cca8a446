"""A city, two people who weigh, and one who reports; roles by what they may do, for the words differ per city."""

from collections.abc import Callable
from typing import Any

import pytest

from openvis.profile import Profile
from openvis.web.access import services as access
from openvis.web.access.models import User
from openvis.web.places.models import Address, Area
from openvis.web.signals import services
from openvis.web.signals.models import Signal

SECRET = "kelder-zegge-4821"


def role_with(city: Profile, *abilities: str, without: str = "") -> str:
    """A role of this city with these abilities."""
    return next(
        role.id for role in city.roles
        if set(abilities) <= set(role.abilities) and without not in role.abilities
    )


def make_user(city: Profile, role: str, name: str, organisation: str = "") -> User:
    held = city.role(role)
    person = access.add_person(
        f"{name.lower()}@test.example", name, organisation or held.organisation, "a password of a test"
    )
    areas = [city.areas_of(city.levels[0].id)[0].code] if held.scope == "area" else []
    access.grant(person, role, areas=areas, reason="test", source="test")
    return person


@pytest.fixture
def reporter(city: Profile) -> User:
    return make_user(city, role_with(city, "signals.report", without="signals.weigh"), "Melder", city.signals.departments[0])


@pytest.fixture
def weigher(city: Profile) -> User:
    return make_user(city, role_with(city, "signals.weigh"), "Weger")


@pytest.fixture
def second(city: Profile) -> User:
    return make_user(city, role_with(city, "signals.weigh"), "Tweede")


def make_address(number: int = 1, dx: float = 0.0) -> Address:
    area = Area.objects.order_by("-level", "code").first()
    return Address.objects.create(
        number_id=f"{number:016d}", postcode="1315AB", street="Proefstraat", number=number, x=140_000.0 + dx, y=480_000.0,
        area=area,
    )


@pytest.fixture
def address(city: Profile) -> Address:
    return make_address()


def reported(city: Profile, **changed: Any) -> services.Reported:
    """A report that is in order, or differs in what is named."""
    told: dict[str, Any] = {
        "phenomenon": city.signals.phenomena[0].id, "facts": f"Elke nacht licht in de loods, {SECRET}.",
        "place_text": "achter de haven",
    }
    return services.Reported(**(told | changed))


@pytest.fixture
def make_signal(city: Profile, reporter: User) -> Callable[..., Signal]:
    def made(**changed: Any) -> Signal:
        return Signal.objects.get(number=services.report(reporter, reported(city, **changed)))

    return made


@pytest.fixture
def signal(make_signal: Callable[..., Signal]) -> Signal:
    return make_signal()


def lightest(city: Profile) -> dict[str, str]:
    """A checklist filled in with the answer that counts least."""
    return {item.id: min(item.answers, key=lambda one: one.points).id for item in city.signals.weighing.criteria}


def heaviest(city: Profile) -> dict[str, str]:
    return {item.id: max(item.answers, key=lambda one: one.points).id for item in city.signals.weighing.criteria}


@pytest.fixture
def enriched(signal: Signal, weigher: User) -> Signal:
    return services.enrich(weigher, signal.pk, signal.version, "Handelsregister: niets.")
