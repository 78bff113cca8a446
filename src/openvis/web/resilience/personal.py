"""Threats are about staff, and texts may name others: all are looked through. Sessions hold counts."""

from django.utils.translation import gettext_lazy

from openvis.web.access.finding import finder
from openvis.web.access.registry import PersonalTable, personal

from .models import AwarenessSession, SessionAttendance, ThreatIncident
from .retention import remove

PURPOSE = gettext_lazy("to protect staff who are threatened")
COLUMNS = ("reporter", "handled_by", "victim", "what", "follow_up")


def erase(key: str) -> int:
    """Take a threat away whole, with its history."""
    return remove([key])


TABLES = (
    PersonalTable(
        ThreatIncident, COLUMNS, "person",
        finder(ThreatIncident, COLUMNS, "threat", PURPOSE, until="ends_on", show=("happened_on", "state")), erase,
        compartment="signals",
    ),
    PersonalTable(
        AwarenessSession, ("made_by",), "staff",
        finder(AwarenessSession, ("made_by",), "awareness_session", PURPOSE, until="ends_on", show=("held_on",)),
        kept_because=gettext_lazy("says who entered a session"),
    ),
    PersonalTable(SessionAttendance, none_because="counts by department"),
)


def register() -> None:
    """Tell `access` which tables hold what."""
    personal.extend(TABLES)
