"""What pages of intake need the owner's rights for: history follows when later deliveries repeated a row."""

from openvis.web.access import walls

from .loading import COUNTS, INCIDENTS

_HAND_OVER = """
    CREATE OR REPLACE FUNCTION {history}_hand_over(given uuid) RETURNS bigint LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp AS
    $$
        WITH repeating AS (
            SELECT DISTINCT ON (r.id) r.id, later.id AS batch_id, later.loaded
            FROM intake_batch own
            JOIN intake_batch later
                ON later.state = 'loaded' AND later.id <> own.id AND later.loaded > own.loaded
            JOIN intake_repeated p ON p.batch_id = later.id
            CROSS JOIN unnest(p.rows) AS r (id)
            WHERE own.id = given AND own.state = 'loaded'
            ORDER BY r.id, later.loaded DESC
        ), moved AS (
            UPDATE {history} h SET batch_id = repeating.batch_id FROM repeating
            WHERE h.batch_id = given AND repeating.id = h.pgh_obj_id AND repeating.loaded < h.pgh_created_at
            RETURNING 1
        )
        SELECT count(*) FROM moved
    $$
"""
"""The value that a delivery gave and a later one repeated is the later one's too: its history says so from then on.

It changes no value and adds no line; a delivery that is not in force changes nothing.
"""

for _shape in (INCIDENTS, COUNTS):
    walls.function(_HAND_OVER.format(history=_shape.history))
