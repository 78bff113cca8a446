"""What a person may do in a compartment: the cells of the matrix of all roles that they hold now.

No role, no right; being administrator opens nothing. The second wall, in the database, holds the same cells.
"""

from django.contrib.auth.models import AnonymousUser

from openvis.profile import Cell, CompartmentId, Purpose
from openvis.profile.access import CLOSED_CIRCLES
from openvis.web import city

from .models import User
from .people import standings

Person = User | AnonymousUser | None


def cells(user: Person, compartment: str) -> dict[str, Cell]:
    """Role → its cell, for every role held that has one in this compartment.

    Raises ValueError for a compartment that cannot be: a misspelt wall would stand open or shut unnoticed.
    """
    profile, key = city.profile(), CompartmentId(compartment)
    found = {standing.role.id: profile.rights(standing.role.id, key) for standing in standings(user)}
    return {role: held for role, held in found.items() if held}


def may(user: Person, compartment: str, right: str, part: str = "") -> bool:
    """Whether any role gives a right (`e`, `r`, `d`, `m`, `c`), perhaps to assigned rows only (`assigned_only`).

    With a part (`zones`), whether that part may be reached: by a role for the part or for the whole.
    """
    return any(
        right in held.rights or (part != "" and held.note == part and right in held.of_part)
        for held in cells(user, compartment).values()
    )


def assigned_only(user: Person, compartment: str, right: str) -> bool:
    """Whether somebody has a right, and reaches with it only rows that are assigned to them or to their area."""
    giving = [held for held in cells(user, compartment).values() if right in held.rights]
    return bool(giving) and all(held.assigned for held in giving)


def counts_only(user: Person, compartment: str) -> bool:
    """Whether somebody sees numbers of a compartment and never a row."""
    held = cells(user, compartment).values()
    return any(item.counts_only for item in held) and not any("r" in item.rights | item.of_part for item in held)


def learns(user: Person, compartment: str) -> str:
    """What somebody learns of a subject in a compartment: `rows`, `hit` (that it is known, and whom to call) or `nothing`.

    A hit is for who enters here, or handles files in another compartment: they have somebody to call about. Where a
    compartment answers nothing, nobody without the right to read can tell whether it knows somebody.
    """
    if may(user, compartment, "r"):
        return "rows"
    kept = {item.id: item for item in city.profile().compartments}
    found = kept.get(CompartmentId(compartment))
    if found is None or found.answers == "nothing":
        return "nothing"
    if found.answers == "rows":
        return "rows"
    others = [key for key, item in kept.items() if item.circle in CLOSED_CIRCLES and key != CompartmentId.ADMINISTRATION]
    handles = may(user, compartment, "e") or any(may(user, other, "r") for other in others)
    return "hit" if handles else "nothing"


def purposes_for(user: Person, compartment: str) -> list[Purpose]:
    """The purposes that somebody may state for a compartment: those of a role held that has a cell in it."""
    here = cells(user, compartment).keys()
    return [
        purpose for purpose in city.profile().purposes
        if compartment in purpose.compartments and not here.isdisjoint(purpose.roles)
    ]
