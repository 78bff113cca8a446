"""The second wall of control days and dealers: the areas of the grants, asked of the database; a team, its own day."""

from openvis.web.access import walls

from .models import ControlDay, ControlMember, ControlStop, Dealer, DealerCheck

# Functions without a row in them: a statement asks them once, and not for each day or dealer. A grant without areas is for
# the whole city.
GRANTS = """
    access_grant g
        JOIN access_user u ON u.id = g.user_id AND u.is_active
        JOIN access_roleright r ON r.role = g.role AND r."right" = needed
"""
NOW = "g.user_id = openvis_user() AND g.starts <= clock_timestamp() AND (g.ends IS NULL OR g.ends > clock_timestamp())"
EVERYWHERE = f"""
    CREATE OR REPLACE FUNCTION controls_everywhere(needed text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$ SELECT EXISTS (SELECT 1 FROM {GRANTS} WHERE {NOW} AND cardinality(g.areas) = 0) $$
"""  # noqa: S608 -- our own constants
CODES = f"""
    CREATE OR REPLACE FUNCTION controls_codes(needed text) RETURNS varchar[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$
        SELECT coalesce(array_agg(DISTINCT code), ARRAY[]::varchar[])::varchar[]
        FROM {GRANTS}, unnest(g.areas) code WHERE {NOW}
    $$
"""  # noqa: S608 -- our own constants
# With the owner's rights, for days and teams would else ask each other for leave without end.
MY_DAYS = """
    CREATE OR REPLACE FUNCTION controls_my_days() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$
        SELECT m.day_id FROM controls_controlmember m
        WHERE m.person_id = openvis_user() AND openvis_holds('controls.visit')
    $$
"""


def reaches(needed: str, areas: str = "areas") -> str:
    """A condition: who is at work holds the ability in one of these areas, or anywhere in the city."""
    return f"((SELECT controls_everywhere('{needed}')) OR {areas} && (SELECT controls_codes('{needed}')))"


PLANS = reaches("controls.plan")
VISITS = f"({PLANS} OR {reaches('controls.visit')} OR id IN (SELECT controls_my_days()))"
KEEPS = reaches("dor.keep")
SEES = f"({reaches('dor.view')} OR {KEEPS})"
OF_A_PLANNED_DAY = (
    "EXISTS (SELECT 1 FROM controls_controlday d WHERE d.id = day_id"  # noqa: S608 -- our own names
    f" AND {reaches('controls.plan', 'd.areas')})"
)
OF_A_KEPT_DEALER = (
    "EXISTS (SELECT 1 FROM controls_dealer d WHERE d.id = dealer_id"  # noqa: S608 -- our own names
    f" AND {reaches('dor.keep', 'd.areas')})"
)


def register() -> None:
    """Put the tables behind it."""
    for sql in (EVERYWHERE, CODES, MY_DAYS):
        walls.function(sql)
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
