"""The event store: a folder of Parquet files, one a batch and month, and the manifest that says which of them count."""

import fcntl
import os
import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from openvis.durable import sync_folder
from openvis.store import manifest as manifests
from openvis.store.fingerprint import NOTHING, Fingerprint, fingerprint, month_name, months_of, whole
from openvis.store.manifest import CountsPart, Manifest, Part, StoreError
from openvis.store.schema import COUNTS, EVENTS

Answer = TypeVar("Answer")

LOCK = "lock"
TRIES = 5
"""How often a reader looks again when a writer took away a file between manifest and reading."""
FEW_VALUES = ["source", "kind", "attempt", "precision", "area"]
"""Columns in which values repeat, and a dictionary makes files smaller."""
WRITERS = 4
"""Files written side by side: while one is being synced another is compressed."""
MANY_FILES = 8
"""Files in a month from which `compact` joins them."""
_MONTH = re.compile(r"^\d{4}-(0[1-9]|1[0-2])$")
_BATCH = re.compile(r"^[A-Za-z0-9_-]{1,80}$")


class EventStore:
    """Incidents for analysis, in `folder`. Any number of readers; writers wait for each other (also between processes).

    Every change is one commit: new files are written and synced, then the manifest is replaced. A crash before that
    leaves files nobody names, which `sweep` removes.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self._seen: tuple[tuple[int, int, int], Manifest] | None = None

    # Reading

    @property
    def manifest(self) -> Manifest:
        """The current state; read again only when the file has been replaced."""
        try:
            status = (self.folder / manifests.NAME).stat()
        except FileNotFoundError:
            return Manifest()
        key = (status.st_ino, status.st_mtime_ns, status.st_size)
        seen = self._seen
        if seen is None or seen[0] != key:
            seen = (key, manifests.read(self.folder))
            self._seen = seen
        return seen[1]

    @property
    def version(self) -> str:
        """Changes with each commit, and never returns to an earlier value."""
        return self.manifest.version

    def months(self) -> list[str]:
        """Months (`2026-11`) with rows, in order."""
        return self.manifest.months()

    def count(self) -> int:
        """Number of rows."""
        return sum(part.count for part in self.manifest.parts)

    def read(self, months: Iterable[str] | None = None, columns: list[str] | None = None) -> pa.Table:
        """Rows of some months (default: all) as one table in the EVENTS schema, or some of its columns."""
        return self.read_version(months, columns)[1]

    def read_version(
        self, months: Iterable[str] | None = None, columns: list[str] | None = None
    ) -> tuple[str, pa.Table]:
        """As `read`, with the version that the rows belong to."""
        wanted = None if months is None else list(months)
        schema = EVENTS if columns is None else pa.schema([EVENTS.field(name) for name in columns])

        def rows(state: Manifest) -> tuple[str, pa.Table]:
            parts = state.parts if wanted is None else state.of(wanted)
            tables = [self._open(part.path, columns) for part in parts]
            return state.version, pa.concat_tables(tables) if tables else schema.empty_table()

        return self._steady(rows)

    def counts(self) -> pa.Table:
        """All open counts, in the COUNTS schema."""

        def rows(state: Manifest) -> pa.Table:
            tables = [self._open(part.path) for part in state.counts]
            return pa.concat_tables(tables) if tables else COUNTS.empty_table()

        return self._steady(rows)

    def fingerprints(self, recount: bool = False) -> dict[str, Fingerprint]:
        """Fingerprint per month: as noted when the files were written, or (recount) from the rows that are in them now.

        A file that is missing or damaged counts as empty when recounted, so that a comparison with the record tells it.
        """
        if not recount:
            return self.manifest.fingerprints()

        def sums(state: Manifest) -> dict[str, Fingerprint]:
            found: dict[str, Fingerprint] = dict.fromkeys(state.months(), NOTHING)
            for part in state.parts:
                found[part.month] += self._recounted(part)
            return found

        return self._steady(sums)

    # Writing

    def append(self, batch: str, table: pa.Table, months: Iterable[str] | None = None) -> None:
        """Add the rows of a batch. The same batch again takes the place of what it brought before, in these months or all.

        Where a month was replaced or compacted its files no longer know batches; there, rows with the same id make way.
        """
        if not _BATCH.match(batch):
            raise ValueError(f"batch is {batch!r}; expected 1 to 80 letters, digits, `-` or `_`")
        rows = _checked(table)
        only = None if months is None else set(months)
        if only is not None and (strange := _beside(rows, only)):
            raise ValueError(f"rows of batch {batch} begin in {strange}; expected only {', '.join(sorted(only))}")
        with self._writing() as state:
            new = self._write_months(batch, rows)
            kept = [part for part in state.parts if part.batch != batch or (only is not None and part.month not in only)]
            mixed = {part.path for part in kept if not part.batch and part.month in {fresh.month for fresh in new}}
            if mixed:
                ids = rows["id"].combine_chunks()
                new += [fresh for part in kept if part.path in mixed for fresh in self._without(part, ids)]
                kept = [part for part in kept if part.path not in mixed]
            self._commit(state, kept + new)

    def replace_months(self, months: Mapping[str, pa.Table]) -> None:
        """Put whole months anew, whatever batch their rows come from; an empty table empties the month."""
        tables = {month: _checked(table) for month, table in months.items()}
        for month, rows in tables.items():
            if not _MONTH.match(month):
                raise ValueError(f"month is {month!r}; expected a year and a month such as '2026-11'")
            if strange := _beside(rows, {month}):
                raise ValueError(f"rows for month {month} hold {strange}; expected only rows that begin in {month}")
        with self._writing() as state:
            new = [part for rows in tables.values() for part in self._write_months("", rows)]
            self._commit(state, [part for part in state.parts if part.month not in tables] + new)

    def remove_all(self) -> None:
        """Empty the store of incidents; counts stay."""
        with self._writing() as state:
            self._commit(state, [])

    def rebuild(self, tables: Iterable[pa.Table]) -> None:
        """Make the store anew from all rows of the record, in one commit; until then readers see the old state."""
        with self._writing() as state:
            new = [part for table in tables for part in self._write_months("", _checked(table))]
            crowded = _crowded(new, 2)
            new = [part for part in new if part.month not in crowded] + self._joined(new, crowded)
            self._commit(state, new)
            self._remove_unnamed()

    def replace_counts(self, source: int, table: pa.Table) -> None:
        """Put the open counts of one source (its number) anew; an empty table removes them."""
        rows = _cast(table, COUNTS)
        with self._writing() as state:
            kept = [part for part in state.counts if part.source != source]
            new = []
            if rows.num_rows:
                path = f"counts/{source}-{secrets.token_hex(6)}.parquet"
                self._write(path, rows)
                new.append(CountsPart(path, source, rows.num_rows))
            self._commit(state, state.parts, kept + new)

    def compact(self, many: int = MANY_FILES) -> int:
        """Join the files of each month that has at least `many` of them. Returns the number of months joined."""
        with self._writing() as state:
            crowded = _crowded(state.parts, many)
            if crowded:
                kept = [part for part in state.parts if part.month not in crowded]
                self._commit(state, kept + self._joined(state.parts, crowded))
        return len(crowded)

    def sweep(self) -> int:
        """Remove files that the manifest does not name, left by a crash. Returns their number."""
        if not self.folder.is_dir():
            return 0
        with self._writing():
            return self._remove_unnamed()

    # Inside

    def _open(self, path: str, columns: list[str] | None = None) -> pa.Table:
        table = pq.ParquetFile(self.folder / path).read(columns=columns)
        # Parquet knows no whole seconds; it gives them back as thousandths.
        schema = COUNTS if path.startswith("counts/") else EVENTS
        return table.cast(pa.schema([schema.field(name) for name in table.schema.names]))

    def _steady(self, question: Callable[[Manifest], Answer]) -> Answer:
        """An answer that belongs to one state, asked again when a writer replaced that state half-way."""
        for _ in range(TRIES):
            state = self.manifest
            try:
                return question(state)
            except FileNotFoundError as error:
                if manifests.read(self.folder).version == state.version:
                    raise StoreError(
                        f"{error.filename or error}: named by the manifest but absent; "
                        "make the store anew with `openvis store rebuild`"
                    ) from error
        raise StoreError(f"{self.folder}: changed {TRIES} times while it was read; try again")

    def _recounted(self, part: Part) -> Fingerprint:
        try:
            return whole(self._open(part.path))
        except FileNotFoundError:
            if manifests.read(self.folder).version != self.manifest.version:
                raise
            return NOTHING
        except (pa.ArrowInvalid, OSError):
            return NOTHING

    @contextmanager
    def _writing(self) -> Iterator[Manifest]:
        """The right to write, for one writer at a time, and the state to start from."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / LOCK).open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield manifests.read(self.folder)

    def _commit(self, old: Manifest, parts: Iterable[Part], counts: Iterable[CountsPart] | None = None) -> None:
        new = old.after(parts, counts)
        manifests.write(self.folder, new)
        for path in old.paths() - new.paths():
            (self.folder / path).unlink(missing_ok=True)

    def _write_months(self, batch: str, rows: pa.Table) -> list[Part]:
        """One file for each month of the rows, sorted by begin."""
        if rows.num_rows == 0:
            return []
        numbers = months_of(rows)
        order = np.lexsort((rows["begin"].combine_chunks().cast(pa.int64()).to_numpy(), numbers))
        rows = rows.take(pa.array(order)).combine_chunks()
        months, first = np.unique(numbers[order], return_index=True)
        prints = fingerprint(rows)

        def write(number: int, start: int, stop: int) -> Part:
            month = month_name(number)
            path = f"month={month}/{batch or 'all'}-{secrets.token_hex(6)}.parquet"
            self._write(path, rows.slice(start, stop - start))
            return Part(path, month, batch, prints[month].count, prints[month].checksum)

        with ThreadPoolExecutor(WRITERS) as pool:
            return list(pool.map(write, months.tolist(), first.tolist(), [*first[1:].tolist(), rows.num_rows]))

    def _write(self, path: str, rows: pa.Table) -> None:
        """Write a file and see it safely on disk; its name is new, so no reader can have it open."""
        target = self.folder / path
        if not target.parent.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            sync_folder(self.folder)
        with target.open("wb") as file:
            pq.write_table(rows, file, compression="lz4", use_dictionary=FEW_VALUES, write_statistics=False)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(target.parent)

    def _without(self, part: Part, ids: pa.Array) -> list[Part]:
        """A file of several batches without the rows that have one of these ids; the same file when there are none."""
        rows = self._open(part.path)
        stays = pc.invert(pc.is_in(rows["id"], value_set=ids))
        if pc.all(stays).as_py():
            return [part]
        return self._write_months("", rows.filter(stays))

    def _joined(self, parts: Iterable[Part], months: set[str]) -> list[Part]:
        """One new file for each of some months, with the rows of all its files."""
        chosen = [part for part in parts if part.month in months]
        joined = []
        for month in sorted(months):
            tables = [self._open(part.path) for part in chosen if part.month == month]
            joined += self._write_months("", pa.concat_tables(tables))
        return joined

    def _remove_unnamed(self) -> int:
        """Remove what no manifest names; only for who holds the lock."""
        named = manifests.read(self.folder).paths()
        removed = 0
        for path in [*self.folder.glob("*/*.parquet"), *self.folder.glob(f"{manifests.NAME}.*.new")]:
            if path.relative_to(self.folder).as_posix() not in named:
                path.unlink(missing_ok=True)
                removed += 1
        for folder in self.folder.glob("month=*"):
            if not any(folder.iterdir()):
                folder.rmdir()
        return removed


def _crowded(parts: Iterable[Part], many: int) -> set[str]:
    """Months with at least `many` files."""
    numbers = Counter(part.month for part in parts)
    return {month for month, number in numbers.items() if number >= max(2, many)}


def _beside(rows: pa.Table, months: set[str]) -> str:
    """The first month in which rows begin beside these; empty when they keep to them."""
    found = (month_name(int(number)) for number in np.unique(months_of(rows)))
    return next((month for month in found if month not in months), "")


def _checked(table: pa.Table) -> pa.Table:
    """Rows in the EVENTS schema. Raises ValueError for other columns, or an end before its begin."""
    rows = _cast(table, EVENTS)
    wrong = pc.sum(pc.less(rows["end"], rows["begin"])).as_py()
    if wrong:
        raise ValueError(f"end lies before begin in {wrong} rows; expected end at or after begin")
    return rows


def _cast(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table in exactly this schema. Raises ValueError naming what is missing, strange, absent or does not fit."""
    missing = [name for name in schema.names if name not in table.schema.names]
    strange = [name for name in table.schema.names if name not in schema.names]
    if missing or strange:
        raise ValueError(f"columns missing: {missing}, not known: {strange}; expected exactly {schema.names}")
    columns = []
    for field in schema:
        column = table[field.name]
        try:
            column = column.cast(field.type)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise ValueError(f"column {field.name}: {error}; expected {field.type}") from error
        if column.null_count and not field.nullable:
            raise ValueError(f"column {field.name} is absent in {column.null_count} rows; expected a value in each")
        columns.append(column)
    return pa.table(columns, schema=schema)
