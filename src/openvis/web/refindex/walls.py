"""The second wall of the index: a department's rows for its contributors, a match for its own handler, and nothing else.

What has to look past that stands in functions that take keys, ask who is at work, and tell no more than is allowed.
"""

from openvis.web.access import walls

from .models import Entry, LookUp, Match
from .registry import FUNCTION

HOUR, DAY = 10, 30
"""How often somebody may look up in an hour and in a day: enough for one's own files, too little to go through a street."""
TOO_OFTEN = "IX429"
"""What the database says of more than that."""
NOT_OWN = "IX404"
"""What it says where somebody has no entry or file of their own, no purpose, or no right."""

CONTRIBUTES = "(SELECT openvis_holds('index.contribute') AND openvis_holds('index:e'))"
OWN = "handler_id = (SELECT openvis_user())"
OFFERED = "(offered_to_id = (SELECT openvis_user()) AND state = 'active')"
DEPARTMENTS = f"{CONTRIBUTES} AND department = (SELECT openvis_organisation())"
MINE = walls.under(Entry, "entry_id", f"parent.{OWN}")
TODAY = "(now() AT TIME ZONE 'Europe/Amsterdam')::date"

# Two who register at one address at the same moment do not see each other's rows: one waits here for the other.
MATCH = f"""
    CREATE OR REPLACE FUNCTION refindex_match(key uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$
    DECLARE mine refindex_entry;
    BEGIN
        SELECT * INTO mine FROM refindex_entry WHERE id = key AND state = 'active' AND expires_on > {TODAY};
        IF NOT FOUND OR (openvis_user() IS NOT NULL AND mine.handler_id <> openvis_user()) THEN
            RAISE insufficient_privilege USING MESSAGE = 'row-level security: not an entry of one''s own';
        END IF;
        PERFORM pg_advisory_xact_lock({0x1DE0}, hashint8(mine.address_id));
        INSERT INTO refindex_match (id, entry_id, other_id, department, asks_reply, at, result, grounds)
        SELECT gen_random_uuid(), told.entry, told.other, told.department, told.asks, now(), '', '{{}}'
        FROM refindex_entry theirs
        CROSS JOIN LATERAL (VALUES
            (mine.id, theirs.id, theirs.department, NOT mine.silent, theirs.silent),
            (theirs.id, mine.id, mine.department, NOT theirs.silent, mine.silent)
        ) AS told(entry, other, department, asks, hidden)
        WHERE theirs.address_id = mine.address_id AND theirs.state = 'active' AND theirs.expires_on > {TODAY}
            AND theirs.department <> mine.department AND NOT told.hidden
        ON CONFLICT (entry_id, other_id) DO NOTHING;
    END
    $$
"""  # noqa: S608 -- our own constants
# Whom to call, sealed as it is kept: for the matches of who is at work, and only while the other entry is there.
CONTACTS = """
    CREATE OR REPLACE FUNCTION refindex_contacts() RETURNS TABLE (match uuid, other uuid, contact bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$
        SELECT m.id, theirs.id, theirs.contact
        FROM refindex_match m
        JOIN refindex_entry mine ON mine.id = m.entry_id AND mine.handler_id = openvis_user()
        JOIN refindex_entry theirs ON theirs.id = m.other_id AND NOT theirs.silent
        WHERE openvis_holds('index.contribute')
    $$
"""
# Whether somebody enters for a department no more: the account has ended, they work elsewhere, or hold no role for it.
LEFT = f"""
    CREATE OR REPLACE FUNCTION refindex_left(person uuid, of_department varchar) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$
        SELECT openvis_holds('index.contribute') AND NOT EXISTS (
            SELECT 1 FROM access_user u
            JOIN access_organisation o ON o.id = u.organisation_id AND o.key = of_department
            JOIN access_grant g ON g.user_id = u.id AND g.starts <= clock_timestamp()
                AND (g.ends IS NULL OR g.ends > clock_timestamp())
            JOIN access_roleright r ON r.role = g.role AND r."right" = 'index.contribute'
            WHERE u.id = person AND u.is_active AND (u.expires IS NULL OR u.expires >= {TODAY})
        )
    $$
"""  # noqa: S608 -- our own constants
# Who declines sees the entry no more, so the policies would not let them write it.
DECLINE = """
    CREATE OR REPLACE FUNCTION refindex_decline(key uuid) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$
    BEGIN
        UPDATE refindex_entry SET offered_to_id = NULL
        WHERE id = key AND state = 'active' AND offered_to_id = openvis_user()
            AND openvis_holds('index.contribute') AND department = openvis_organisation();
        RETURN FOUND;
    END
    $$
"""
# The limit and the reason are asked here, so that a mistake in Python cannot make a list of addresses out of it.
LOOK_UP = f"""
    CREATE OR REPLACE FUNCTION refindex_look_up(place bigint) RETURNS TABLE (entry uuid, department varchar, contact bytea)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$
    DECLARE hour integer; today integer;
    BEGIN
        IF openvis_user() IS NULL OR NOT openvis_holds('index.contribute') OR openvis_purpose() = ''
            OR NOT (
                refindex_own_file(place) OR EXISTS (
                    SELECT 1 FROM refindex_entry own WHERE own.address_id = place AND own.state = 'active'
                        AND own.expires_on > {TODAY} AND own.handler_id = openvis_user()
                )
            )
        THEN
            RAISE EXCEPTION 'no file of one''s own' USING ERRCODE = '{NOT_OWN}';
        END IF;
        PERFORM pg_advisory_xact_lock({0x1DE1}, hashtext(openvis_user()::text));
        SELECT count(*) FILTER (WHERE l.at > clock_timestamp() - interval '1 hour'), count(*) INTO hour, today
        FROM refindex_lookup l WHERE l.user_id = openvis_user() AND l.at > clock_timestamp() - interval '1 day';
        IF hour >= {HOUR} OR today >= {DAY} THEN
            RAISE EXCEPTION 'looked up too often' USING ERRCODE = '{TOO_OFTEN}';
        END IF;
        INSERT INTO refindex_lookup (id, user_id, at) VALUES (gen_random_uuid(), openvis_user(), clock_timestamp());
        RETURN QUERY
            SELECT theirs.id, theirs.department, theirs.contact FROM refindex_entry theirs
            WHERE theirs.address_id = place AND theirs.state = 'active' AND theirs.expires_on > {TODAY}
                AND NOT theirs.silent AND theirs.department <> openvis_organisation()
            ORDER BY theirs.department, theirs.registered_at;
    END
    $$
"""  # noqa: S608 -- our own constants
# What is late, by way of what has no reply alone: the answered ones of years stay unread.
OVERDUE = """
    CREATE OR REPLACE FUNCTION refindex_overdue(in_time_from date) RETURNS TABLE (department varchar, overdue bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$
        SELECT e.department, count(*)
        FROM refindex_match m JOIN refindex_entry e ON e.id = m.entry_id AND e.state = 'active' AND NOT e.silent
        WHERE m.replied_at IS NULL AND m.asks_reply
            AND m.at < (in_time_from::timestamp AT TIME ZONE 'Europe/Amsterdam')
            AND (openvis_holds('index.manage') OR openvis_holds('audit.view'))
        GROUP BY e.department ORDER BY e.department
    $$
"""
# Counts of what is open. A silent entry is in none of them.
COUNTS = f"""
    CREATE OR REPLACE FUNCTION refindex_counts(in_time_from date)
    RETURNS TABLE (
        department varchar, active bigint, matches bigint, replied bigint, overdue bigint, same bigint, different bigint,
        act_together bigint, days double precision
    )
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$
        WITH late AS MATERIALIZED (SELECT * FROM refindex_overdue(in_time_from))
        SELECT e.department, count(DISTINCT e.id) FILTER (WHERE e.state = 'active' AND e.expires_on > {TODAY}),
            count(m.id), count(m.replied_at),
            coalesce((SELECT late.overdue FROM late WHERE late.department = e.department), 0),
            count(m.id) FILTER (WHERE m.result = 'same'), count(m.id) FILTER (WHERE m.result = 'different'),
            count(m.id) FILTER (WHERE m.result = 'act_together'),
            percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM m.replied_at - m.at) / 86400)
        FROM refindex_entry e LEFT JOIN refindex_match m ON m.entry_id = e.id AND m.asks_reply
        WHERE NOT e.silent AND (openvis_holds('index.manage') OR openvis_holds('audit.view'))
        GROUP BY e.department ORDER BY e.department
    $$
"""  # noqa: S608 -- our own constants


def register() -> None:
    """Put the tables behind it."""
    for sql in (FUNCTION.format(condition="false"), MATCH, CONTACTS, LEFT, DECLINE, LOOK_UP, OVERDUE, COUNTS):
        walls.function(sql)
    walls.limit(Entry, "SELECT, INSERT, UPDATE")
    walls.limit(Match, "SELECT, UPDATE")
    walls.limit(LookUp, "")
    seen = f"{DEPARTMENTS} AND (NOT silent OR {OWN} OR {OFFERED})"
    walls.protect(Entry, select=seen, insert=f"{DEPARTMENTS} AND {OWN} AND state = 'active'", update=seen)
    walls.protect(Match, select=f"{CONTRIBUTES} AND {MINE}", update=f"{CONTRIBUTES} AND {MINE}")
    walls.protect(LookUp)
