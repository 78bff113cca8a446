"""The second wall of control days and dealers: the areas of the grants, asked of the database; a team, its own day."""

from openvis.web.access import walls

from .models import ControlDay, ControlMember, ControlStop, Dealer, DealerCheck

# With the owner's rights, for days and teams would else ask each other for leave without end.
MY_DAYS = """
    CREATE OR REPLACE FUNCTION controls_my_days() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$
        SELECT m.day_id FROM controls_controlmember m
        WHERE m.person_id = openvis_user() AND openvis_holds('controls.visit')
    $$
"""
PLANS = walls.reaches("controls.plan")
VISITS = f"({PLANS} OR {walls.reaches('controls.visit')} OR id IN (SELECT controls_my_days()))"
KEEPS = walls.reaches("dor.keep")
SEES = f"({walls.reaches('dor.view')} OR {KEEPS})"
OF_A_PLANNED_DAY = walls.under(ControlDay, "day_id", walls.reaches("controls.plan", "parent.areas"))
OF_A_KEPT_DEALER = walls.under(Dealer, "dealer_id", walls.reaches("dor.keep", "parent.areas"))


def register() -> None:
    """Put the tables behind it."""
    walls.function(MY_DAYS)
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
