"""Who keeps the list of places out of sight: who plans controls, in the areas of the role."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser

from openvis.web.access import people
from openvis.web.access.models import User

PLAN = "controls.plan"
FIGURES = "signals.figures"


def keeps(user: User | AnonymousUser, codes: Iterable[str]) -> bool:
    """Whether somebody plans controls in one of these areas."""
    if not people.may(user, PLAN):
        return False
    held = people.areas_for(user, PLAN)
    return held is None or not held.isdisjoint(codes)
