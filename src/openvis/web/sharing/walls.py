"""The second wall of transfers: who proposes, who receives, and nobody else; asked of the database's own rights."""

from openvis.web.access import walls

from .models import CovenantText, Flow, Received, Transfer

# One role must give both: to answer, and to enter and read in that compartment, in one of these areas. A right of one
# role and a compartment of another do not add up. A grant without areas is for the whole city.
RECEIVES = """
    CREATE OR REPLACE FUNCTION sharing_receives(compartment text, codes varchar[]) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$
        SELECT EXISTS (
            SELECT 1 FROM access_grant g
            JOIN access_user u ON u.id = g.user_id AND u.is_active
            JOIN access_roleright may ON may.role = g.role AND may."right" = 'transfers.accept'
            JOIN access_roleright enters ON enters.role = g.role AND enters."right" = compartment || ':e'
            JOIN access_roleright reads ON reads.role = g.role
                AND reads."right" IN (compartment || ':r', compartment || ':a')
            WHERE g.user_id = openvis_user() AND g.starts <= clock_timestamp()
                AND (g.ends IS NULL OR g.ends > clock_timestamp())
                AND (cardinality(g.areas) = 0 OR g.areas::varchar[] && codes)
        )
    $$
"""
PROPOSES = """
    CREATE OR REPLACE FUNCTION sharing_proposes(compartment text, proposing text, codes varchar[]) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$
        SELECT EXISTS (
            SELECT 1 FROM access_grant g
            JOIN access_user u ON u.id = g.user_id AND u.is_active
            JOIN access_roleright may ON may.role = g.role AND may."right" = 'transfers.propose'
            JOIN access_roleright reads ON reads.role = g.role
                AND reads."right" IN (compartment || ':r', compartment || ':a')
            WHERE g.user_id = openvis_user() AND g.role = proposing AND g.starts <= clock_timestamp()
                AND (g.ends IS NULL OR g.ends > clock_timestamp())
                AND (cardinality(g.areas) = 0 OR g.areas::varchar[] && codes)
        )
    $$
"""
OURS = "sharing_proposes(from_compartment, role, areas)"
THEIRS = (
    "(state IN ('proposed', 'accepted', 'refused') AND proposed_by_id IS DISTINCT FROM openvis_user()"
    " AND sharing_receives(to_compartment, areas))"
)
KEEPS_TEXTS = "openvis_holds('covenants.view') AND openvis_holds('administration:d')"


def register() -> None:
    """Put the tables behind it."""
    walls.function(RECEIVES)
    walls.function(PROPOSES)
    walls.limit(Flow, "SELECT")
    walls.limit(Transfer, "SELECT, INSERT, UPDATE")
    walls.limit(Received, "SELECT, INSERT")
    walls.limit(CovenantText, "SELECT, INSERT")
    walls.protect(
        Transfer, select=f"{OURS} OR {THEIRS}", update=f"{OURS} OR {THEIRS}",
        insert=f"proposed_by_id = openvis_user() AND state = 'proposed' AND {OURS}",
    )
    receives = "sharing_receives(compartment, areas)"
    walls.protect(Received, select=receives, insert=f"received_by_id = openvis_user() AND {receives}")
    walls.protect(
        CovenantText, select="openvis_holds('covenants.view')",
        insert=f"added_by_id = openvis_user() AND {KEEPS_TEXTS}",
    )
