"""Figures hold no persons. Places are places; who changed the list is staff, and texts are looked through."""

from django.utils.translation import gettext_lazy

from openvis.web.access.finding import finder, forget_history
from openvis.web.access.registry import PersonalTable, personal

from .models import PlaceOutOfSight, QuarterFigures

FIGURES = gettext_lazy("to account for who released figures")
PLACES = gettext_lazy("to bring places back into sight")
COLUMNS = ("changed_by", "reason", "title")


def erase_place(key: str) -> int:
    """Take a place off the list whole, with its history."""
    gone = PlaceOutOfSight.objects.filter(pk=key).delete()[0]
    forget_history(PlaceOutOfSight, [key])
    return gone


TABLES = (
    PersonalTable(
        QuarterFigures, ("released_by",), "staff",
        finder(QuarterFigures, ("released_by",), "theme_figures", FIGURES, until="ends_on", show=("released_at",)),
        kept_because=gettext_lazy("says who answers for what was released"),
        explained={"phenomena": "protected counts", "branches": "protected counts", "risk": "scores of areas and branches"},
    ),
    PersonalTable(
        PlaceOutOfSight, COLUMNS, "person",
        finder(PlaceOutOfSight, COLUMNS, "place_out_of_sight", PLACES, until="ends_on", show=("last_control",)), erase_place,
        compartment="operations",
    ),
)


def register() -> None:
    """Tell `access` which tables hold what."""
    personal.extend(TABLES)
