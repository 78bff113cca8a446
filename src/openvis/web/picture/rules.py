"""Who may see what of the picture: totals of the whole city, and single incidents in one's own areas."""

from django.contrib.auth.models import AnonymousUser

from openvis.web.access import people
from openvis.web.access.models import User

VIEW = "picture.view"
"""Totals: map of cells and areas, hours, weeks, places, alerts."""
ROWS = "picture.rows"
"""Single incidents."""
Person = User | AnonymousUser | None


def may_view(user: Person) -> bool:
    """Whether somebody may see totals. They are of the whole city, also for roles that work in some areas."""
    return people.may(user, VIEW)


def areas_of_rows(user: Person) -> frozenset[str] | None:
    """Codes of the areas in which somebody may see single incidents: None everywhere, empty nowhere."""
    return people.areas_for(user, ROWS)


def may_see_rows(user: Person) -> bool:
    """Whether somebody may see single incidents anywhere."""
    own = areas_of_rows(user)
    return own is None or bool(own)
