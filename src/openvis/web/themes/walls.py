"""The second wall: figures for who sees figures; places for who plans controls in their area."""

from openvis.web.access import walls

from .models import PlaceOutOfSight, QuarterFigures

SEES = "openvis_holds('signals.figures') OR openvis_holds('signals.weigh')"
KEEPS = walls.reaches("controls.plan")


def register() -> None:
    """Put the tables behind it. Figures are made by the worker alone; of them a page changes only that they are released."""
    walls.limit(QuarterFigures, "SELECT, UPDATE (released_by_id, released_at)")
    walls.limit(PlaceOutOfSight, "SELECT, INSERT, UPDATE")
    walls.protect(QuarterFigures, select=SEES, update="openvis_holds('signals.weigh')")
    walls.protect(PlaceOutOfSight, select=KEEPS, insert=f"changed_by_id = openvis_user() AND {KEEPS}", update=KEEPS)
