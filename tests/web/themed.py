"""People by what they may do, in either municipality: for barriers, themes and resilience."""

from openvis.profile import Profile
from openvis.web.access import demo, services
from openvis.web.access.models import User


def somebody(city: Profile, *abilities: str, without: str = "") -> User:
    """Somebody with the first role that holds these abilities, and not another one."""
    role = next(
        role for role in city.roles
        if all(ability in role.abilities for ability in abilities) and without not in role.abilities
    )
    number = User.objects.count()
    person = services.add_person(f"{role.id}{number}@test.example", f"{role.id} {number}", role.organisation)
    areas = [demo.first_area(city)] if role.scope == "area" else []
    services.grant(person, role.id, areas=areas, reason="test", source="test")
    return person
