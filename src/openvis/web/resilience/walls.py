"""The second wall: threats for who handles them; who reported reads their own back, and cannot change it."""

from openvis.web.access import walls

from .models import AwarenessSession, SessionAttendance, ThreatIncident

KEEPS = "openvis_holds('resilience.keep')"


def register() -> None:
    """Put the tables behind it. A new report is as it was made: nothing is decided in it yet."""
    walls.limit(ThreatIncident, "SELECT, INSERT, UPDATE")
    walls.limit(AwarenessSession, "SELECT, INSERT")
    walls.limit(SessionAttendance, "SELECT, INSERT")
    walls.protect(
        ThreatIncident, select=f"{KEEPS} OR reporter_id = openvis_user()", update=KEEPS,
        insert="reporter_id = openvis_user() AND state = 'received' AND openvis_holds('signals.report')",
    )
    walls.protect(AwarenessSession, select=KEEPS, insert=f"made_by_id = openvis_user() AND {KEEPS}")
    walls.protect(SessionAttendance, select=KEEPS, insert=KEEPS)
