"""The second wall: figures for who sees figures; places for who plans controls in their area."""

from openvis.web.access import walls

from .models import PlaceOutOfSight, QuarterFigures

# A grant without areas is for the whole city.
PLANS_IN = """
    CREATE OR REPLACE FUNCTION themes_plans_in(codes varchar[]) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$
        SELECT EXISTS (
            SELECT 1 FROM access_grant g
            JOIN access_user u ON u.id = g.user_id AND u.is_active
            JOIN access_roleright r ON r.role = g.role AND r."right" = 'controls.plan'
            WHERE g.user_id = openvis_user() AND g.starts <= clock_timestamp()
                AND (g.ends IS NULL OR g.ends > clock_timestamp())
                AND (cardinality(g.areas) = 0 OR g.areas::varchar[] && codes)
        )
    $$
"""
SEES = "openvis_holds('signals.figures') OR openvis_holds('signals.weigh')"
KEEPS = "themes_plans_in(areas)"


def register() -> None:
    """Put the tables behind it. Figures are made by the worker alone; of them a page changes only that they are released."""
    walls.function(PLANS_IN)
    walls.limit(QuarterFigures, "SELECT, UPDATE (released_by_id, released_at)")
    walls.limit(PlaceOutOfSight, "SELECT, INSERT, UPDATE")
    walls.protect(QuarterFigures, select=SEES, update="openvis_holds('signals.weigh')")
    walls.protect(PlaceOutOfSight, select=KEEPS, insert=f"changed_by_id = openvis_user() AND {KEEPS}", update=KEEPS)
