"""The second wall of control days and dealers: the areas of the grants, asked of the database; a team, its own day."""

from openvis.web.access import walls

from .models import ControlDay, ControlMember, ControlStop, Dealer, DealerCheck

# A grant without areas is for the whole city.
REACHES = """
    CREATE OR REPLACE FUNCTION controls_reaches(needed text, codes varchar[]) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$
        SELECT EXISTS (
            SELECT 1 FROM access_grant g
            JOIN access_user u ON u.id = g.user_id AND u.is_active
            JOIN access_roleright r ON r.role = g.role AND r."right" = needed
            WHERE g.user_id = openvis_user() AND g.starts <= clock_timestamp()
                AND (g.ends IS NULL OR g.ends > clock_timestamp())
                AND (cardinality(g.areas) = 0 OR g.areas::varchar[] && codes)
        )
    $$
"""
# Of its own, for days and teams would else ask each other for leave without end.
ON_THE_TEAM = """
    CREATE OR REPLACE FUNCTION controls_on_the_team(of_day uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$
        SELECT openvis_holds('controls.visit') AND EXISTS (
            SELECT 1 FROM controls_controlmember m WHERE m.day_id = of_day AND m.person_id = openvis_user()
        )
    $$
"""
PLANS = "controls_reaches('controls.plan', areas)"
VISITS = f"({PLANS} OR controls_reaches('controls.visit', areas) OR controls_on_the_team(id))"
KEEPS = "controls_reaches('dor.keep', areas)"
SEES = f"(controls_reaches('dor.view', areas) OR {KEEPS})"
OF_A_PLANNED_DAY = (
    "EXISTS (SELECT 1 FROM controls_controlday d WHERE d.id = day_id AND controls_reaches('controls.plan', d.areas))"
)
OF_A_KEPT_DEALER = (
    "EXISTS (SELECT 1 FROM controls_dealer d WHERE d.id = dealer_id AND controls_reaches('dor.keep', d.areas))"
)


def register() -> None:
    """Put the tables behind it."""
    walls.function(REACHES)
    walls.function(ON_THE_TEAM)
    walls.limit(ControlDay, "SELECT, INSERT, UPDATE")
    walls.limit(Dealer, "SELECT, INSERT, UPDATE")
    walls.limit(DealerCheck, "SELECT, INSERT, UPDATE")
    walls.protect(
        ControlDay, select=VISITS, update=VISITS, insert=f"made_by_id = openvis_user() AND state = 'planned' AND {PLANS}"
    )
    of_a_day = walls.under(ControlDay, "day_id")
    walls.protect(ControlMember, select=of_a_day, insert=OF_A_PLANNED_DAY, delete=OF_A_PLANNED_DAY)
    walls.protect(ControlStop, select=of_a_day, update=of_a_day, insert=OF_A_PLANNED_DAY, delete=OF_A_PLANNED_DAY)
    walls.protect(Dealer, select=SEES, update=KEEPS, insert=f"listed_by_id = openvis_user() AND {KEEPS}")
    of_a_dealer = walls.under(Dealer, "dealer_id")
    walls.protect(DealerCheck, select=of_a_dealer, update=OF_A_KEPT_DEALER, insert=OF_A_KEPT_DEALER)
