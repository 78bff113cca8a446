"""What pages may do with what is kept here."""

from openvis.web.access import walls
from openvis.web.access.models import AuditEntry

from .models import AuditCheckpoint, AuditSeal, LookupSample, OwnDetail, ProcessingEntry, SampledLookup

OFFICER = "(SELECT openvis_holds('audit.view'))"
HANDLES = "(SELECT openvis_holds('subjects.handle'))"
OWN = "user_id = (SELECT openvis_user())"
MANAGER = "(SELECT openvis_holds('audit.sample'))"
OF_OWN_PEOPLE = f"({MANAGER} AND organisation = (SELECT openvis_organisation()))"
DRAWN = "EXISTS (SELECT 1 FROM trail_sampledlookup l WHERE l.entry = access_auditentry.id)"
KEEPER = "(SELECT openvis_holds('people.manage'))"

walls.limit(AuditSeal, "SELECT")
walls.limit(AuditCheckpoint, "SELECT")

# To what `access` says of the audit log comes this: a manager reads the entries that were drawn for them, and no other.
walls.protect(
    AuditEntry, insert=walls.EVERYBODY,
    select=f"{OFFICER} OR actor = (SELECT openvis_user()) OR ({MANAGER} AND {DRAWN})",
)

walls.limit(ProcessingEntry, "SELECT, INSERT")
walls.protect(ProcessingEntry, insert=walls.EVERYBODY, select=f"{OFFICER} OR {HANDLES}")

walls.limit(OwnDetail, "SELECT, INSERT, DELETE")
walls.protect(OwnDetail, select=f"{OWN} OR {KEEPER}", insert=f"{OWN} OR {KEEPER}", delete=KEEPER)

walls.limit(LookupSample, "SELECT, UPDATE")
walls.protect(LookupSample, select=f"{OFFICER} OR {OF_OWN_PEOPLE}", update=OF_OWN_PEOPLE)
walls.limit(SampledLookup, "SELECT, UPDATE")
walls.protect(
    SampledLookup, select=walls.under(LookupSample, "sample_id"), update=walls.under(LookupSample, "sample_id"),
)

# How many wait for their seal: the list itself is closed to pages.
walls.function(
    """
    CREATE OR REPLACE FUNCTION trail_waiting() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS
    $$ SELECT CASE WHEN openvis_holds('audit.view') THEN (SELECT count(*) FROM access_auditpending) END $$
    """
)
