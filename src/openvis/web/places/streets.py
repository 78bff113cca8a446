"""The list of streets and its trigrams: what the search for addresses goes by.

PostgreSQL has no pg_trgm here, so the trigrams are a table of our own. Nothing is taken out of it: the name that a street
had is still searched for.
"""

from collections.abc import Iterable

from django.db import connection
from django.db.backends.utils import CursorWrapper

from .spelling import street_key, trigrams


def street_of(name: str, town: str) -> int:
    """The number of a street in the list, where it is put when it is new."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM places_street WHERE name = %s AND town = %s", [name, town])
        found = cursor.fetchone()
        if found is None:
            add_streets(cursor, [(name, town)])
            cursor.execute("SELECT id FROM places_street WHERE name = %s AND town = %s", [name, town])
            found = cursor.fetchone()
    return int(found[0])


def add_streets(cursor: CursorWrapper, streets: Iterable[tuple[str, str]]) -> None:
    """Put (name, town) in the list, each with its key, and the trigrams of keys that are new."""
    rows = [(name, town, street_key(name)) for name, town in streets]
    cursor.execute(
        "INSERT INTO places_street (name, town, key, addresses)"
        " SELECT *, 0 FROM unnest(%s::text[], %s::text[], %s::text[]) ON CONFLICT DO NOTHING",
        [list(column) for column in zip(*rows, strict=True)] if rows else [[], [], []],
    )
    pairs = [(trigram, key) for key in sorted({row[2] for row in rows}) for trigram in sorted(trigrams(key))]
    cursor.execute(
        "WITH added AS ("
        " INSERT INTO places_streettrigram (trigram, key) SELECT * FROM unnest(%s::text[], %s::text[])"
        " ON CONFLICT DO NOTHING RETURNING trigram)"
        " INSERT INTO places_trigramcount AS known (trigram, keys)"
        " SELECT trigram, count(*) FROM added GROUP BY trigram ORDER BY trigram"
        " ON CONFLICT (trigram) DO UPDATE SET keys = known.keys + excluded.keys",
        [[pair[0] for pair in pairs], [pair[1] for pair in pairs]],
    )


def count_addresses(cursor: CursorWrapper) -> None:
    """How many addresses in use each street has: the busiest street of a name comes first."""
    cursor.execute(
        "WITH now AS (SELECT road_id, count(*) FILTER (WHERE valid_to IS NULL) AS n FROM places_address GROUP BY road_id)"
        " UPDATE places_street street SET addresses = coalesce(now.n, 0) FROM places_street same"
        " LEFT JOIN now ON now.road_id = same.id"
        " WHERE same.id = street.id AND street.addresses <> coalesce(now.n, 0)"
    )
