"""What a person may do, read from the grants in force and the roles of the profile."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from openvis.profile import Role
from openvis.web import city

from .models import BREAK_GLASS, Grant, User


@dataclass(frozen=True, slots=True)
class Standing:
    """One role that a person holds now, and the areas it is held for (none: the whole city)."""

    role: Role
    areas: frozenset[str]
    emergency: bool = False
    """Whether it was given in an emergency (noodtoegang)."""


def standings(user: User | AnonymousUser | None) -> tuple[Standing, ...]:
    """The roles somebody holds at this moment; nothing for the signed-out and the disabled. Read once a request."""
    if user is None or not user.is_authenticated or not user.is_active:
        return ()
    held: tuple[Standing, ...] | None = getattr(user, "_standings", None)
    if held is None:
        roles = {role.id: role for role in city.profile().roles}
        held = tuple(
            Standing(roles[grant.role], frozenset(grant.areas), grant.source == BREAK_GLASS)
            for grant in user.grants.in_force()
            if grant.role in roles
        )
        user._standings = held  # type: ignore[union-attr]
    return held


def role_names(user: User | AnonymousUser | None) -> list[str]:
    """Keys of the roles held, for the audit log."""
    return [standing.role.id for standing in standings(user)]


def may(user: User | AnonymousUser | None, ability: str) -> bool:
    """Whether any role held gives the ability (somewhere)."""
    return any(ability in standing.role.abilities for standing in standings(user))


def holders(ability: str) -> list[User]:
    """Everybody who holds an ability now (somewhere)."""
    roles = [role.id for role in city.profile().roles if role.may(ability)]
    found = User.objects.filter(is_active=True, grants__in=Grant.objects.in_force().filter(role__in=roles)).distinct()
    return [user for user in found if not user.lapsed]


def working_for(organisation: str) -> list[User]:
    """Whose account for an organisation (its key) is in use now, by name."""
    found = User.objects.filter(organisation__key=organisation, is_active=True)
    return [user for user in found.select_related("organisation").order_by("name") if not user.lapsed]


def areas_for(user: User | AnonymousUser | None, ability: str) -> frozenset[str] | None:
    """The codes of the areas in which somebody has the ability; None means the whole city, an empty set nowhere."""
    codes: set[str] = set()
    for standing in standings(user):
        if ability in standing.role.abilities:
            if standing.role.scope == "city":
                return None
            codes |= standing.areas
    return frozenset(codes)
