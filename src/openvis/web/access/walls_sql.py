"""The functions of the second wall, in PostgreSQL's own words."""

GRANTS = """
    FROM access_grant g
    JOIN access_user u ON u.id = g.user_id AND u.is_active
    JOIN access_roleright r ON r.role = g.role AND r."right" = needed
    WHERE g.user_id = openvis_user() AND g.starts <= clock_timestamp() AND (g.ends IS NULL OR g.ends > clock_timestamp())
"""
"""The grants that give who is at work a right (`needed`) now."""

FUNCTIONS = (
    # Who is at work: set by the middleware for this transaction alone. NULL: nobody, and then no policy holds.
    """
    CREATE OR REPLACE FUNCTION openvis_user() RETURNS uuid LANGUAGE sql STABLE AS
    $$ SELECT nullif(current_setting('openvis.user', true), '')::uuid $$
    """,
    """
    CREATE OR REPLACE FUNCTION openvis_purpose() RETURNS text LANGUAGE sql STABLE AS
    $$ SELECT coalesce(current_setting('openvis.purpose', true), '') $$
    """,
    # Whether that person holds an ability ('audit.view') or a right on a compartment ('persons:r') now.
    f"""
    CREATE OR REPLACE FUNCTION openvis_holds(needed text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS
    $$ SELECT EXISTS (SELECT 1 {GRANTS}) $$
    """,
    # Whether that person holds a right in the whole city (a grant without areas), and the areas of the other grants that
    # give it. Without a row in them: a policy asks them once a statement, by `walls.reaches`.
    f"""
    CREATE OR REPLACE FUNCTION openvis_everywhere(needed text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS
    $$ SELECT EXISTS (SELECT 1 {GRANTS} AND cardinality(g.areas) = 0) $$
    """,
    f"""
    CREATE OR REPLACE FUNCTION openvis_areas(needed text) RETURNS varchar[] LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS
    $$ SELECT ARRAY(SELECT DISTINCT unnest(g.areas) {GRANTS})::varchar[] $$
    """,
    # The organisation that person works for; NULL for nobody.
    """
    CREATE OR REPLACE FUNCTION openvis_organisation() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS
    $$
        SELECT o.key FROM access_user u JOIN access_organisation o ON o.id = u.organisation_id
        WHERE u.id = openvis_user() AND u.is_active
    $$
    """,
)

SHOULD_IGNORE = """
    CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN LANGUAGE plpgsql AS
    $$
        DECLARE ignored TEXT[];
        BEGIN
            -- The web role may not silence a trigger, whatever it sets on its session.
            IF current_setting('role') = '%(web)s' OR session_user = '%(web)s' THEN
                RETURN FALSE;
            END IF;
            ignored := nullif(current_setting('pgtrigger.ignore', true), '')::TEXT[];
            RETURN coalesce(trigger_name = ANY(ignored), FALSE);
        END;
    $$
"""
