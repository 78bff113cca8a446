"""What every planter uses: what one object is, its marks, and who may know of it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from openvis.profile import Profile
from openvis.web.access import demo
from openvis.web.access.models import User


@dataclass(frozen=True)
class Planted:
    """One object: its keys as addresses name them, the texts that give it away, and who may know of it."""

    kind: str
    keys: tuple[Any, ...]
    marks: tuple[str, ...]
    readers: Callable[[User], bool]
    also: tuple[tuple[Any, ...], ...] = field(default=())
    """Keys of what hangs under it."""


MARK = "geheim-"
"""With which every mark begins."""


def mark(kind: str) -> str:
    """A text that stands nowhere else."""
    return f"{MARK}{kind}-{uuid.uuid4().hex[:10]}"


def roles_with(profile: Profile, *abilities: str) -> set[str]:
    """The roles that hold one of these abilities."""
    return {role.id for role in profile.roles if any(ability in role.abilities for ability in abilities)}


def holds(profile: Profile, *abilities: str) -> Callable[[User], bool]:
    """Who holds one of these abilities anywhere."""
    wanted = roles_with(profile, *abilities)
    return lambda person: not wanted.isdisjoint(person.grants.in_force().values_list("role", flat=True))


def works_in(profile: Profile, area: str, *abilities: str) -> Callable[[User], bool]:
    """Who holds one of these abilities for the whole city or for this area."""
    city_wide = {role.id for role in profile.roles if role.scope == "city"} & roles_with(profile, *abilities)
    wanted = roles_with(profile, *abilities)

    def reads(person: User) -> bool:
        return any(
            grant.role in city_wide or (grant.role in wanted and area in grant.areas)
            for grant in person.grants.in_force()
        )

    return reads


def other_area(profile: Profile) -> str:
    """A coarsest area in which no test person works: they all get the first."""
    codes = sorted(area.code for area in profile.areas_of(profile.levels[0].id))
    return next(code for code in codes if code != demo.first_area(profile))


def address_in(profile: Profile, area: str, street: str) -> Any:
    """An address in an area of the coarsest level."""
    from openvis.web.places.models import Address, Area

    fine = next(one for one in Area.objects.filter(level=profile.finest.id) if area in one.within.values())
    return Address.objects.create(number_id=uuid.uuid4().hex[:16], street=street, number=1, x=0.0, y=0.0, area=fine)
