"""Writing a delivery into the record: one transaction, sets and not rows.

The rows go by COPY into a temporary table without any index, are compared with the record by their key in one join, and
only then inserted. Dying anywhere leaves the record as it was.
"""

# ruff: noqa: S608 -- names of our own tables and columns are put together; every value is a parameter

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
from django.db import connection, transaction
from django.utils import timezone

from openvis.profile import Source as Definition
from openvis.web import city
from openvis.web.access import sealing

from . import progress as steps
from .mapping import Mapped, RejectedRow
from .models import Batch, Behind, Rejected
from .progress import Progress

SOURCE_LOCK = 0x0A15
"""First key of the advisory lock under which a source is written: one delivery of a source at a time."""
SLICE = 100_000
"""Rows that go to the database in one piece."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A table of the record: what tells rows apart within a source, and what they say."""

    table: str
    history: str
    key: tuple[str, ...]
    values: tuple[str, ...]
    moment: str | None
    """Column whose month the event store goes by."""

    @property
    def columns(self) -> tuple[str, ...]:
        """What comes from the file."""
        return self.key + self.values

    def same_key(self, left: str, right: str) -> str:
        """SQL: both rows have the same key."""
        return " AND ".join(f"{left}.{name} = {right}.{name}" for name in self.key)

    def row(self, of: str) -> str:
        """SQL: what a row says, as one value to compare."""
        return f"ROW({', '.join(f'{of}.{name}' for name in self.values)})"


INCIDENTS = Shape(
    "intake_incident",
    "intake_incidenthistory",
    ("reference",),
    ("kind", "attempt", "begin", "until", "reported", "x", "y", "precision", "area_id", "address_id", "text"),
    "begin",
)
COUNTS = Shape("intake_count", "intake_counthistory", ("area_id", "kind", "period", "unit"), ("value",), None)


def shape_of(source: Definition) -> Shape:
    """Where the rows of a source go."""
    return COUNTS if source.kind_of_data == "counts" else INCIDENTS


def write(batch: Batch, source: Definition, mapped: Mapped, tell: Progress) -> int | None:
    """Write a delivery; afterwards the batch is loaded and counted, and it is noted where the event store is behind.

    Gives the number of the first row when all rows are new: they have consecutive numbers, in the order of the frame.
    To a delivery of the form rows are added, one by one; every other is written once, as a whole.
    """
    shape = shape_of(source)
    with transaction.atomic():
        lock_source(batch.source_id)
        more = batch.way == Batch.Way.FORM
        if not more and Batch.objects.filter(pk=batch.pk, state=Batch.State.LOADED).exists():
            batch.refresh_from_db()
            return None
        _stage(shape, mapped.frame, tell)
        tell(steps.COMPARING, 0.6)
        first = _reserve(shape, mapped.frame.height)
        new, updated = _merge(batch, source, shape, mapped.frame.height, first)
        tell(steps.WRITING, 0.75)
        keep_rejected(batch, mapped.rejected)
        if shape.moment:
            _note_months(batch, shape, mapped.frame, new)
        batch.state = Batch.State.LOADED
        batch.loaded = timezone.now()
        batch.refusal = None
        if not more:
            batch.read = batch.new = batch.updated = batch.skipped = batch.rejected = batch.unplaced = 0
        batch.read += mapped.read
        batch.new += new
        batch.updated += updated
        batch.rejected += len(mapped.rejected)
        batch.unplaced += mapped.unplaced
        batch.skipped += mapped.read - new - updated - len(mapped.rejected)
        batch.projected, batch.step, batch.progress = False, steps.PROJECTING, 0.8
        batch.save()
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS staged, touched")
    return first if new == mapped.frame.height else None


def lock_source(number: int) -> None:
    """Wait until no other delivery of the source is being written; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [SOURCE_LOCK, number])


def _stage(shape: Shape, frame: pl.DataFrame, tell: Progress) -> None:
    columns = ", ".join(shape.columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE staged ON COMMIT DROP AS SELECT id AS nth, {columns} FROM {shape.table} LIMIT 0"
        )
        with cursor.copy(f"COPY staged (nth, {columns}) FROM STDIN (FORMAT csv)") as copy:
            for start in range(0, frame.height, SLICE):
                piece = frame.slice(start, SLICE).select(shape.columns)
                copy.write(_as_csv(piece.with_row_index("nth", start)))
                tell(steps.WRITING, 0.35 + 0.25 * min(1.0, (start + SLICE) / max(frame.height, 1)))


def _as_csv(frame: pl.DataFrame) -> bytes:
    binary = [name for name, kind in frame.schema.items() if kind == pl.Binary]
    if binary:
        coded = [(pl.lit("\\x") + pl.col(name).bin.encode("hex")).alias(name) for name in binary]
        frame = frame.with_columns(coded)
    text: str = frame.write_csv(include_header=False, datetime_format="%Y-%m-%d %H:%M:%S+00")
    return text.encode()


def _reserve(shape: Shape, number: int) -> int:
    """Take a run of numbers for new rows and give the first, so that the event store need not read them back.

    Numbers are only taken here, by one at a time; what is taken and not used stays unused.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, 0)", [SOURCE_LOCK])
        try:
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [shape.table])
            first: int = cursor.fetchone()[0]
            if number > 1:
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [shape.table, first + number - 1])
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, 0)", [SOURCE_LOCK])
    return first


def _merge(batch: Batch, source: Definition, shape: Shape, staged: int, first: int) -> tuple[int, int]:
    """Insert what is new, change what differs, note what is the same. Gives how many are new and updated."""
    place = [first, batch.source_id, batch.pk, retention_end(source, timezone.localdate())]
    columns = ", ".join(shape.columns)
    target = f"{shape.table} (id, source_id, batch_id, ends_on, {columns})"
    staged_columns = ", ".join(f"s.{name}" for name in shape.columns)
    chosen = f"SELECT %s + s.nth, %s::smallint, %s::uuid, %s::date, {staged_columns} FROM staged s"
    known = f"SELECT 1 FROM {shape.table} r WHERE r.source_id = %s"
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute(f"SELECT EXISTS ({known})", [batch.source_id])
        if not cursor.fetchone()[0]:
            cursor.execute(f"INSERT INTO {target} {chosen}", place)
            return cursor.rowcount, 0
        absent = f"WHERE NOT EXISTS ({known} AND {shape.same_key('r', 's')})"
        cursor.execute(f"INSERT INTO {target} {chosen} {absent}", [*place, batch.source_id])
        new = cursor.rowcount
        if new == staged:
            return new, 0
        cursor.execute(
            f"CREATE TEMPORARY TABLE touched ON COMMIT DROP AS"
            f" SELECT r.id, s.ctid AS at, {'r.' + shape.moment if shape.moment else 'NULL'} AS was,"
            f" {shape.row('r')} IS DISTINCT FROM {shape.row('s')} AS differs"
            f" FROM staged s JOIN {shape.table} r"
            f" ON r.source_id = %s AND r.batch_id <> %s AND {shape.same_key('r', 's')}",
            [batch.source_id, batch.pk],
        )
        cursor.execute(
            "INSERT INTO intake_repeated (batch_id, rows)"
            " SELECT %s, array_agg(id) FROM touched WHERE NOT differs HAVING count(*) > 0",
            [batch.pk],
        )
        if source.on_known_reference == "skip":
            return new, 0
        changes = ", ".join(f"{name} = s.{name}" for name in shape.values)
        cursor.execute(
            f"UPDATE {shape.table} r SET {changes}, batch_id = %s FROM touched t JOIN staged s ON s.ctid = t.at"
            f" WHERE t.differs AND r.id = t.id",
            [batch.pk],
        )
        return new, cursor.rowcount


def _note_months(batch: Batch, shape: Shape, frame: pl.DataFrame, new: int) -> None:
    """Where the event store is behind now: months to add to, and months in which rows changed, to be written anew."""
    zone = city.profile().municipality.timezone
    if new:
        months = frame["begin"].dt.convert_time_zone(zone).dt.strftime("%Y-%m").unique().to_list()
        note_behind(batch, months, whole=False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('pg_temp.touched') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute(
                f"SELECT DISTINCT to_char(moment AT TIME ZONE %s, 'YYYY-MM') FROM touched t"
                f" JOIN {shape.table} r ON r.id = t.id AND r.batch_id = %s,"
                f" LATERAL (VALUES (t.was), (r.{shape.moment})) AS both_moments (moment) WHERE t.differs",
                [zone, batch.pk],
            )
            note_behind(batch, [month for (month,) in cursor.fetchall()], whole=True)


def note_behind(batch: Batch | None, months: Sequence[str], *, whole: bool) -> None:
    """Note the months in which the event store must follow."""
    Behind.objects.bulk_create(Behind(batch=batch, month=month, whole=whole) for month in sorted(set(months)))


# Rejected rows


def keep_rejected(batch: Batch, rejected: Sequence[RejectedRow]) -> None:
    """Keep rejected rows: the reasons in the clear, what the rows held sealed."""
    Rejected.objects.filter(batch=batch).delete()
    with (
        connection.cursor() as cursor,
        cursor.copy('COPY intake_rejected (batch_id, "row", problems, sealed) FROM STDIN') as copy,
    ):
        for row in _sealed_rows(batch, rejected):
            copy.write_row(row)


def _sealed_rows(batch: Batch, rejected: Sequence[RejectedRow]) -> Iterator[tuple[str, int, str, bytes]]:
    for item in rejected:
        reasons = [{"column": problem.column, "reason": problem.reason} for problem in item.problems]
        told = [{"value": problem.value, "facts": problem.facts} for problem in item.problems]
        held = json.dumps({"told": told, "values": item.values}, ensure_ascii=False, default=str)
        sealed = sealing.seal(held.encode(), rejected_context(batch.pk, item.row))
        yield str(batch.pk), item.row, json.dumps(reasons), sealed


def rejected_context(batch: object, row: int) -> str:
    """What a sealed rejected row is bound to."""
    return f"rejected|{batch}|{row}"


def retention_end(source: Definition, day: date) -> date:
    """The last day of rows that come in on a day. Counted from the first delivery, as the Police Data Act does."""
    return day + timedelta(days=source.retention_days)
