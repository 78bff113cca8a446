"""What changes the register of addresses: a whole new file, or a file of changes.

No address is taken out. One that is withdrawn gets its last day, one that is called otherwise keeps what it was called: what
was reported of it in its time still points at it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from openvis.web.access import audit
from openvis.web.places import streets
from openvis.web.places.selectors import area_index

COLUMNS = ("number_id", "postcode", "street", "town", "number", "letter", "addition", "use", "x", "y", "valid_from",
           "valid_to", "area_id")  # fmt: skip
TEXTS = ("number_id", "postcode", "street", "town", "letter", "addition", "use")
CALLED = ("street", "postcode", "number", "letter", "addition")
USUAL_SHARE = 0.05
"""More than this part of the register does not end at once: a file that is not whole would."""
FEW = 20


class TooManyEndError(LookupError):
    """A file that is said to be the whole register, and lacks too much of it to be that."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a file did to the register."""

    new: int
    updated: int
    """Brought up to date; those called otherwise among them."""
    renamed: int
    ended: int
    outside: int
    """Left out, since they lie in no area."""


@transaction.atomic
def store_addresses(
    frames: Iterable[pl.DataFrame], day: date | None = None, *, whole: bool = False, however_many: bool = False,
    unread: Sequence[str] = (),
) -> Stored:
    """Take over addresses as `importers.bag.read_bag` gives them, each in its area.

    What the file calls withdrawn has ended on the day that the file says, else on `day` (today). With `whole` the file is
    the whole register: what it does not hold has ended as well. Raises TooManyEndError when that would be more than a
    twentieth of the register, unless `however_many`. `unread` are number designations whose rows could not be read: they
    stay as they are. By way of a temporary table: a whole city takes seconds.
    """
    day = day or timezone.localdate()
    with connection.cursor() as cursor:
        outside = _receive(cursor, frames)
        renamed = _keep_former(cursor, day)
        ended = _end_withdrawn(cursor, day) + (_end_absent(cursor, day, however_many, list(unread)) if whole else 0)
        new, updated = _take_over(cursor)
        cursor.execute("DROP TABLE incoming, withdrawn")
        streets.count_addresses(cursor)
    done = Stored(new, updated, renamed, ended, outside)
    audit.record(None, "addresses.load", new=new, updated=updated, renamed=renamed, ended=ended, whole=whole)
    return done


def _receive(cursor: CursorWrapper, frames: Iterable[pl.DataFrame]) -> int:
    """Put what comes in temporary tables, with its area, and its streets in the list; how many lie outside all areas."""
    locator = area_index()
    columns = ", ".join(COLUMNS)
    cursor.execute(
        f"CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS SELECT {columns} FROM places_address LIMIT 0"  # noqa: S608
    )
    cursor.execute("CREATE TEMPORARY TABLE withdrawn (number_id varchar(16), valid_to date) ON COMMIT DROP")
    outside = 0
    for frame in frames:
        gone = pl.col("gone") if "gone" in frame.columns else pl.lit(value=False)
        _copy(cursor, "withdrawn", frame.filter(gone), ("number_id", "valid_to"))
        known = frame.filter(~gone)
        area = locator.locate_ids(known["x"].to_numpy(), known["y"].to_numpy()).alias("area_id")
        placed = known.with_columns(area).filter(pl.col("area_id").is_not_null())
        outside += len(known) - len(placed)
        _copy(cursor, "incoming", placed, COLUMNS)
    cursor.execute("ANALYZE incoming")
    cursor.execute(
        "SELECT DISTINCT street, town FROM incoming EXCEPT SELECT name, town FROM places_street ORDER BY street, town"
    )
    streets.add_streets(cursor, cursor.fetchall())
    cursor.execute("ANALYZE places_street")
    return outside


def _copy(cursor: CursorWrapper, table: str, frame: pl.DataFrame, columns: tuple[str, ...]) -> None:
    """Send columns to a table as CSV: many times faster than row by row."""
    if frame.is_empty():
        return
    empty = [pl.lit(None, dtype=pl.Date).alias(name) for name in columns if name not in frame.columns]
    rows = frame.with_columns(*empty).select(columns)
    texts = ", ".join(name for name in columns if name in TEXTS)
    with cursor.copy(
        f"COPY {table} ({', '.join(columns)}) FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL ({texts}))"
    ) as copy:
        for part in rows.iter_slices(100_000):
            copy.write(part.write_csv(include_header=False))


def _keep_former(cursor: CursorWrapper, day: date) -> int:
    """What a known address was called until now, where it is called otherwise from now on; how many."""
    old, new = (", ".join(f"{name}.{column}" for column in CALLED) for name in ("old", "new"))
    cursor.execute(
        "INSERT INTO places_formeraddress (address_id, street, town, road_id, postcode, number, letter, addition, until)"  # noqa: S608
        " SELECT DISTINCT ON (old.id) old.id, old.street, old.town, old.road_id, old.postcode, old.number, old.letter,"
        f" old.addition, %s FROM places_address old JOIN incoming new USING (number_id)"
        f" WHERE old.road_id IS NOT NULL AND ({old}) IS DISTINCT FROM ({new})",
        [day],
    )
    return cursor.rowcount


def _end_withdrawn(cursor: CursorWrapper, day: date) -> int:
    """End what the file calls withdrawn, unless it holds the address in use as well (of another object)."""
    cursor.execute(
        "UPDATE places_address address SET valid_to = gone.day FROM"
        " (SELECT number_id, coalesce(max(valid_to), %s) AS day FROM withdrawn GROUP BY number_id) gone"
        " WHERE gone.number_id = address.number_id AND address.valid_to IS DISTINCT FROM gone.day"
        " AND (address.valid_to IS NULL OR address.valid_to > gone.day)"
        " AND NOT EXISTS (SELECT 1 FROM incoming WHERE incoming.number_id = address.number_id)",
        [day],
    )
    return cursor.rowcount


def _end_absent(cursor: CursorWrapper, day: date, however_many: bool, unread: list[str]) -> int:
    """End what the whole register does not hold any more."""
    absent = (
        "valid_to IS NULL AND number_id <> ALL(%s)"
        " AND NOT EXISTS (SELECT 1 FROM incoming WHERE incoming.number_id = places_address.number_id)"
    )
    cursor.execute(
        f"SELECT count(*) FILTER (WHERE {absent}), count(*) FILTER (WHERE valid_to IS NULL) FROM places_address", [unread]  # noqa: S608
    )
    ending, in_use = cursor.fetchone()
    if ending > FEW and ending > USUAL_SHARE * in_use and not however_many:
        raise TooManyEndError(
            f"{ending:,} of the {in_use:,} addresses in use are not in this file: it does not look like the whole register."
            " Nothing was changed. Leave --whole out for a file of changes; or, if this is right, add --however-many."
        )
    cursor.execute(f"UPDATE places_address SET valid_to = %s WHERE {absent}", [day, unread])  # noqa: S608
    return cursor.rowcount


def _take_over(cursor: CursorWrapper) -> tuple[int, int]:
    """Insert or update what came in; how many were new and how many known."""
    cursor.execute("SELECT count(*) FROM places_address")
    before = cursor.fetchone()[0]
    taken = ", ".join(f"incoming.{name}" for name in COLUMNS)
    changes = ", ".join(f"{name} = excluded.{name}" for name in (*COLUMNS[1:], "road_id") if name != "valid_from")
    # An object with several uses has several rows; the address is the same.
    cursor.execute(
        f"INSERT INTO places_address AS known ({', '.join(COLUMNS)}, road_id)"  # noqa: S608
        f" SELECT DISTINCT ON (number_id) {taken}, street.id FROM incoming"
        " JOIN places_street street ON street.name = incoming.street AND street.town = incoming.town"
        f" ORDER BY number_id, use ON CONFLICT (number_id) DO UPDATE SET {changes},"
        " valid_from = coalesce(excluded.valid_from, known.valid_from)"
    )
    rows = cursor.rowcount
    cursor.execute("SELECT count(*) FROM places_address")
    new = cursor.fetchone()[0] - before
    return new, rows - new
