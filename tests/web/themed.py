"""People by what they may do, in either municipality: for barriers, themes and resilience."""

import pytest

from openvis.profile import Profile
from openvis.web.access import demo, services
from openvis.web.access.models import User


def somebody(city: Profile, *abilities: str, without: str = "", area: str = "") -> User:
    """Somebody with the first role that holds these abilities, and not another one."""
    fits = [
        role for role in city.roles
        if all(ability in role.abilities for ability in abilities) and without not in role.abilities
    ]
    if not fits:
        pytest.skip(f"no role of this city holds {abilities}")
    role = fits[0]
    number = User.objects.count()
    person = services.add_person(f"{role.id}{number}@test.example", f"{role.id} {number}", role.organisation)
    areas = [area or demo.first_area(city)] if role.scope == "area" else []
    services.grant(person, role.id, areas=areas, reason="test", source="test")
    return person
