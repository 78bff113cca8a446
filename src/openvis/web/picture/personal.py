"""What of the picture is about people: nothing. It works on totals per area, kind and week."""

from openvis.web.access.registry import PersonalTable, personal

from .models import Alert, Outcome

TABLES = (
    PersonalTable(Alert, none_because="a count of an area in a week"),
    PersonalTable(Outcome, none_because="totals that a method worked out"),
)


def register() -> None:
    """Tell `access` which tables hold what."""
    personal.extend(TABLES)
