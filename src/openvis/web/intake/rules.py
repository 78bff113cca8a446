"""Who may see a single incident: within the areas of a role that shows them."""

import rules

from openvis.web.access import people
from openvis.web.access.models import User

from .models import Incident

ROWS = "picture.rows"


def codes(row: Incident) -> list[str]:
    """The codes of the areas an incident lies in, on every level."""
    return [row.area.code, *row.area.within.values()] if row.area is not None else []


@rules.predicate
def in_own_areas(user: User, row: Incident) -> bool:
    """It lies in an area where the person sees single incidents. One without an area is for the whole city only."""
    held = people.areas_for(user, ROWS)
    return held is None or not held.isdisjoint(codes(row))


rules.add_perm("intake.see_incident", in_own_areas)
