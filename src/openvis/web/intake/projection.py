"""The record, as the event store wants to see it: the projection (projectie), and keeping the store up to date.

Which months are behind is itself part of the record (`Behind`), written in the transaction that changes incidents.
Projecting reads that list, writes the store, and takes the list away; dying in between means doing it again, to the
same effect.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pyarrow as pa
from django.conf import settings
from django.db import connection, transaction

from openvis.store.schema import COUNTS, EVENTS
from openvis.web import city

from . import progress as steps
from . import signals
from .models import Batch, Behind, Count, Source

if TYPE_CHECKING:
    from openvis.store import EventStore

LOCK = 0x0A15_0001
"""Key of PostgreSQL's advisory lock: one projection at a time."""

CHUNK = 250_000
"""Rows in one table of `record_events`."""

_NEVER = np.iinfo(np.int64).min
"""How PostgreSQL writes -infinity in binary; stands for no time."""
_EPOCH_2000 = 946_684_800
"""Seconds from 1970 to 2000: PostgreSQL counts from the latter."""

_SELECT = """
    SELECT id, source_id, kind, coalesce(attempt::int::int2, -1::int2),
        begin AT TIME ZONE %(zone)s, until AT TIME ZONE %(zone)s,
        coalesce(reported AT TIME ZONE %(zone)s, '-infinity'), coalesce(x, 'NaN'), coalesce(y, 'NaN'),
        coalesce(precision, 'NaN')::float4, CASE WHEN x IS NULL THEN -1 ELSE coalesce(area_id, -1) END::int4
    FROM intake_incident
"""
_FIELDS = [
    ("id", ">i8"),
    ("source", ">i2"),
    ("kind", ">i2"),
    ("attempt", ">i2"),
    ("begin", ">i8"),
    ("end", ">i8"),
    ("reported", ">i8"),
    ("x", ">f8"),
    ("y", ">f8"),
    ("precision", ">f4"),
    ("area", ">i4"),
]
# Every field is fixed and filled, so a row of PostgreSQL's binary COPY is a record that numpy can map: the number of
# fields, then the length and the value of each.
_ROW = np.dtype([("n", ">i2"), *(part for name, kind in _FIELDS for part in ((f"_{name}", ">i4"), (name, kind)))])
_HEADER = 19


def record_events(months: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """The incidents of the record in the EVENTS schema, local time; of the given months ("2026-11") or all of them."""
    if months is None:
        yield from _read("", {})
    elif months:
        where, values = _within(months)
        yield from _read(f"WHERE {where}", values)


def batch_events(batch: Batch, months: Sequence[str]) -> Iterator[pa.Table]:
    """The incidents that one delivery brought, in the given months."""
    if months:
        where, values = _within(months)
        yield from _read(f"WHERE batch_id = %(batch)s AND ({where})", values | {"batch": batch.pk})


def _read(where: str, values: dict[str, Any]) -> Iterator[pa.Table]:
    values = {"zone": city.profile().municipality.timezone, **values}
    connection.ensure_connection()
    query = f"COPY ({_SELECT} {where}) TO STDOUT (FORMAT binary)"
    with connection.connection.cursor() as cursor, cursor.copy(query, values) as copy:
        rows: list[bytes | memoryview] = []
        for row in copy:
            rows.append(row)
            if len(rows) == CHUNK:
                yield _table(rows)
                rows = []
        if rows:
            yield _table(rows)


def _table(rows: list[bytes | memoryview]) -> pa.Table:
    data = b"".join(rows)
    start = _HEADER if data.startswith(b"PGCOPY\n") else 0
    size = _ROW.itemsize
    read = np.frombuffer(data, dtype=_ROW, offset=start, count=(len(data) - start) // size)
    return pa.table([_column(read[field.name], field) for field in EVENTS], schema=EVENTS)


def _column(values: np.ndarray, field: pa.Field) -> pa.Array:
    values = values.astype(values.dtype.newbyteorder("="))
    if pa.types.is_timestamp(field.type):
        absent = values == _NEVER
        seconds = np.where(absent, 0, values // 1_000_000 + _EPOCH_2000)
        return pa.array(seconds.astype("datetime64[s]"), type=field.type, mask=absent)
    if pa.types.is_boolean(field.type):
        return pa.array(values == 1, type=field.type, mask=values < 0)
    if pa.types.is_floating(field.type):
        return pa.array(values, type=field.type, mask=np.isnan(values))
    return pa.array(values, type=field.type, mask=values < 0)


def _within(months: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """A condition on `begin`, with its values; neighbouring months make one range."""
    zone = ZoneInfo(city.profile().municipality.timezone)
    ranges: list[list[dt.datetime]] = []
    for month in sorted(set(months)):
        year, number = (int(part) for part in month.split("-"))
        start = dt.datetime(year, number, 1, tzinfo=zone)
        end = dt.datetime(year + number // 12, number % 12 + 1, 1, tzinfo=zone)
        if ranges and ranges[-1][1] == start:
            ranges[-1][1] = end
        else:
            ranges.append([start, end])
    parts, values = [], {}
    for index, (start, end) in enumerate(ranges):
        parts.append(f"(begin >= %(from{index})s AND begin < %(to{index})s)")
        values |= {f"from{index}": start, f"to{index}": end}
    return " OR ".join(parts), values


def as_events(frame: pl.DataFrame, source: int, first: int) -> pa.Table:
    """Rows of the record, as mapping made them, in the EVENTS schema; they are numbered from `first` on."""
    zone = city.profile().municipality.timezone

    def local(name: str) -> pl.Expr:
        return pl.col(name).dt.convert_time_zone(zone).dt.replace_time_zone(None).dt.cast_time_unit("ms").alias(name)

    table = frame.select(
        (pl.int_range(pl.len(), dtype=pl.Int64) + first).alias("id"),
        pl.lit(source, pl.Int16).alias("source"),
        "kind",
        "attempt",
        local("begin"),
        local("until").alias("end"),
        local("reported"),
        "x",
        "y",
        pl.col("precision").cast(pl.Float32),
        pl.when(pl.col("x").is_not_null()).then(pl.col("area_id")).cast(pl.Int32).alias("area"),
    ).to_arrow()
    return pa.table([table[field.name].cast(field.type, safe=False) for field in EVENTS], schema=EVENTS)


def by_month(tables: Iterable[pa.Table], months: Sequence[str]) -> dict[str, pa.Table]:
    """Rows parted by the month of `begin`; a month without rows gets an empty table."""
    whole = pa.concat_tables([EVENTS.empty_table(), *tables])
    number = whole["begin"].to_numpy().astype("datetime64[M]").astype(np.int64)
    order = np.argsort(number, kind="stable")
    parted = {}
    for month in sorted(set(months)):
        wanted = np.datetime64(month, "M").astype(np.int64)
        first, last = np.searchsorted(number, [wanted, wanted + 1], sorter=order)
        parted[month] = whole.take(order[first:last])
    return parted


def event_store() -> "EventStore":
    """The event store of this installation."""
    from openvis.store import EventStore

    return EventStore(settings.EVENT_STORE)


def is_behind() -> bool:
    """Whether the record holds something that the event store does not have yet."""
    return Behind.objects.exists() or Batch.objects.filter(projected=False).exists()


def catch_up(ready: Mapping[UUID, pa.Table] | None = None) -> list[Batch]:
    """Bring the event store in step with the record; safe to repeat, and after a crash. Gives the batches it finished.

    `ready` holds the rows of batches that are new as a whole, as they were just written; other rows are read back.

    A month for which one delivery waits with new rows only is added to; every other is written anew from the record. Who
    listens is told before a batch counts as projected: dying in between tells them twice, never not at all.
    """
    store = event_store()
    with _alone():
        with _snapshot():
            waiting = list(Behind.objects.select_related("batch"))
            batches = list(Batch.objects.filter(projected=False).select_related("source"))
            anew, added = _plan(waiting)
            for batch, months in added.items():
                rows = (ready or {}).get(batch.pk)
                if rows is None or len(months) < batch.behind.count():
                    rows = pa.concat_tables([EVENTS.empty_table(), *batch_events(batch, months)])
                store.append(str(batch.pk), rows, months)
            if anew:
                store.replace_months(by_month(record_events(anew), anew))
            _project_counts(store, {batch.source for batch in batches})
            Behind.objects.filter(pk__in=[item.pk for item in waiting]).delete()
        _announce(batches)
    return batches


def _project_counts(store: "EventStore", sources: Iterable[Source]) -> None:
    for source in sources:
        if source.described.kind_of_data == "counts":
            store.replace_counts(source.pk, count_table(source.pk))


def _announce(batches: Iterable[Batch]) -> None:
    for batch in batches:
        signals.batch_committed.send(sender=Batch, batch=batch)
        Batch.objects.filter(pk=batch.pk).update(projected=True, step=steps.DONE, progress=1)
        batch.projected = True


def _plan(waiting: Sequence[Behind]) -> tuple[list[str], dict[Batch, list[str]]]:
    """Which months are written anew, and which are added to by which single batch."""
    by: dict[str, list[Behind]] = {}
    for item in waiting:
        by.setdefault(item.month, []).append(item)
    anew: list[str] = []
    added: dict[Batch, list[str]] = {}
    for month, items in sorted(by.items()):
        one = items[0].batch
        if one is not None and all(item.batch == one and not item.whole for item in items):
            added.setdefault(one, []).append(month)
        else:
            anew.append(month)
    return anew, added


def rebuild(store: "EventStore") -> None:
    """Make the event store anew from the record."""
    with _alone():
        with _snapshot():
            waiting = list(Behind.objects.values_list("pk", flat=True))
            batches = list(Batch.objects.filter(projected=False).select_related("source"))
            store.rebuild(record_events())
            _project_counts(store, Source.objects.all())
            Behind.objects.filter(pk__in=waiting).delete()
        _announce(batches)


def count_table(source: int) -> pa.Table:
    """The counts of one source in the COUNTS schema."""
    rows = Count.objects.filter(source_id=source).order_by("area_id", "kind", "period")
    columns = zip(*rows.values_list("source_id", "kind", "area_id", "period", "unit", "value"), strict=True)
    arrays = [list(column) for column in columns] or [[] for _ in COUNTS]
    return pa.table(
        [pa.array(values, type=field.type) for values, field in zip(arrays, COUNTS, strict=True)], schema=COUNTS
    )


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the lock of the projection; it falls free when the session ends, however it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        if connection.connection is not None and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@contextmanager
def _snapshot() -> Iterator[None]:
    """One transaction that sees one state of the record, so that no delivery can slip in half-way."""
    outer = connection.in_atomic_block
    with transaction.atomic():
        if not outer:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
