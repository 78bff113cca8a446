"""The store's current version in memory, on DuckDB, where a question takes milliseconds."""

import re
import threading
import time
import weakref
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import duckdb
import ibis
import numpy as np
from numpy.typing import NDArray

from openvis.store.eventstore import EventStore
from openvis.store.questions import QUESTIONS, Asked, Cells, Selection, Values, prepare
from openvis.store.schema import EVENTS

Columns = dict[str, NDArray[Any]]
FIRST_MARK = 1_900_000_001
"""Numbers that stand in for the values while a question is compiled; no number in a question itself is near them."""
NEVER = -1
"""A number that no kind, source, area or cell has: an empty list matches nothing."""
TABLE = "events"
"""Stands for the table of a version while a question is compiled."""
MOST_ADDED = 0.02
"""Share of the incidents that is added to a version in memory before the whole store is read, and sorted by day, again."""
TRIES = 3
MOST_REMEMBERED = 1000
Remembered = TypeVar("Remembered")


class Loaded:
    """One version of the store, ready to be asked. Any number of threads may ask."""

    _compiled: ClassVar[dict[tuple[str, tuple[bool, bool]], tuple[str, "Names"]]] = {}
    _compiling = threading.Lock()

    def __init__(
        self, version: str, connection: duckdb.DuckDBPyConnection, table: str, parts: dict[str, int], added: int = 0
    ) -> None:
        self.version = version
        # Of its own, to the same memory: one connection does one thing at a time.
        self._connection = connection.cursor()
        self._table = table
        self._parts = parts
        """Rows of each file that this version consists of, by its path; a path names its content."""
        self._added = added
        """Rows that came in since the whole store was read."""
        self._backend = ibis.duckdb.from_connection(self._connection)
        self._remembered: dict[Hashable, Any] = {}
        weakref.finalize(self, _drop, self._connection, table)

    @classmethod
    def of(cls, store: EventStore, before: "Loaded | None" = None) -> "Loaded":
        """Read the current version of a store into memory; what an earlier version holds already is taken from it."""
        for attempt in range(TRIES):
            manifest = store.manifest
            parts = {part.path: part.count for part in manifest.parts}
            try:
                if before is not None and before._goes_on_as(parts):
                    return before._with(manifest.version, store, parts)
                connection = duckdb.connect(config={"preserve_insertion_order": False})
                table = _name(manifest.version)
                ibis.duckdb.from_connection(connection).create_table(table, _prepared(connection, store, parts))
                return cls(manifest.version, connection, table, parts)
            except duckdb.IOException:
                # A writer replaced files while they were read: the next manifest names the new ones.
                if attempt == TRIES - 1 or store.version == manifest.version:
                    raise
        raise AssertionError("unreachable")

    def _goes_on_as(self, parts: dict[str, int]) -> bool:
        """Whether a state of the store is this version and few rows more."""
        if not self._parts or not self._parts.keys() <= parts.keys():
            return False
        whole = sum(parts.values())
        return self._added + whole - sum(self._parts.values()) <= MOST_ADDED * whole

    def _with(self, version: str, store: EventStore, parts: dict[str, int]) -> "Loaded":
        """The version that holds some files more, beside this one, which goes on answering."""
        more = {path: count for path, count in parts.items() if path not in self._parts}
        table = _name(version)
        rows = _prepared(duckdb.connect(), store, more).to_pyarrow() if more else None
        with self._connection.cursor() as cursor:
            cursor.execute(f'CREATE TABLE "{table}" AS SELECT * FROM "{self._table}"')  # noqa: S608 -- our own names
            if rows is not None:
                cursor.register("more", rows)
                cursor.execute(f'INSERT INTO "{table}" SELECT * FROM more')  # noqa: S608 -- our own names
                cursor.unregister("more")
        return Loaded(version, self._connection, table, parts, self._added + sum(more.values()))

    def ask(self, question: str, selection: Selection, cells: Cells | None = None) -> Columns:
        """The answer to one of `questions.QUESTIONS` as columns (masked where null)."""
        sql, names = self._sql(question, selection.shape)
        given = Values.of(selection, cells)
        for name in names.whole:
            # Whole numbers in an IN list, written out: DuckDB then skips what cannot match, which parameters prevent.
            sql = sql.replace(f"${name}", ", ".join(str(int(number)) for number in getattr(given, name) or (NEVER,)))
        sql = sql.replace(f'"{TABLE}"', f'"{self._table}"')
        with self._connection.cursor() as cursor:
            found: Columns = cursor.execute(sql, {name: getattr(given, name) for name in names.bound}).fetchnumpy()
        return found

    def remember(self, key: Hashable, make: Callable[[], Remembered]) -> Remembered:
        """What `make` gave for this key earlier, for as long as this version lives; made when it is new."""
        if key not in self._remembered:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = make()
        found: Remembered = self._remembered[key]
        return found

    def warm(self) -> None:
        """Compile every question beforehand, so that the first who asks does not wait for it."""
        for question in QUESTIONS:
            for by_hours in (False, True):
                for by_cells in (False, True):
                    self._sql(question, (by_hours, by_cells))

    def _sql(self, question: str, shape: tuple[bool, bool]) -> tuple[str, "Names"]:
        """SQL with the names of its values, made by Ibis once for each question and shape of selection."""
        key = (question, shape)
        if key not in self._compiled:
            # Ibis keeps state while it compiles; two threads at once would disturb each other.
            with self._compiling:
                if key not in self._compiled:
                    self._compiled[key] = _compile(self._backend, self._table, question, shape)
        return self._compiled[key]


@dataclass(frozen=True, slots=True)
class Names:
    """The values a compiled question needs: those bound as parameters, and lists of numbers that are written out."""

    bound: tuple[str, ...]
    whole: tuple[str, ...]


def _prepared(connection: duckdb.DuckDBPyConnection, store: EventStore, parts: Iterable[str]) -> Any:
    """Some files of a store as the table that questions are asked of, on a connection of its own."""
    backend = ibis.duckdb.from_connection(connection)
    paths = [str(store.folder / path) for path in parts]
    return prepare(backend.read_parquet(paths) if paths else ibis.memtable(EVENTS.empty_table()))


def _name(version: str) -> str:
    return f"{TABLE}-{version}"


def _drop(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Give back the memory of a version that nobody asks any more."""
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TABLE IF EXISTS "{table}"')


def _compile(backend: Any, table: str, question: str, shape: tuple[bool, bool]) -> tuple[str, Names]:
    """SQL in which each value of the selection is `$name`: compiled with marks in their place, which are replaced."""
    marks = {field.name: FIRST_MARK + place for place, field in enumerate(fields(Values))}
    lists = {field.name for field in fields(Values) if str(field.type).startswith("tuple")}
    arrays = {field.name for field in fields(Values) if str(field.type).startswith("list")}
    stand_in: dict[str, Any] = {
        name: (mark, mark) if name in lists else [float(mark)] if name in arrays else mark
        for name, mark in marks.items()
    }
    events = ibis.table(backend.table(table).schema(), name=TABLE)
    sql: str = backend.compile(QUESTIONS[question](Asked(events, shape, Values(**stand_in))))
    for name, mark in marks.items():
        sql = re.sub(rf"\b{mark}, {mark}\b|\[{mark}(?:\.0)?\]|\b{mark}(?:\.0)?\b", f"${name}", sql)
    used = set(re.findall(r"\$([a-z_]+)", sql))
    if str(FIRST_MARK)[:7] in sql or not used <= set(marks):
        raise AssertionError(f"a value of {question} was not found back in {sql}")
    return sql, Names(tuple(sorted(used - lists)), tuple(sorted(used & lists, key=len, reverse=True)))


class Current:
    """Keeps the latest version of a store loaded; asks for a new one only when the manifest has changed.

    While a newer version is read, the one before may go on answering for at most `behind` seconds: so that an observation
    that comes in holds nobody up. Without, whoever asks first after a change waits.
    """

    def __init__(self, folder: Path | str, behind: float = 0.0) -> None:
        self.store = EventStore(folder)
        self.behind = behind
        self._loaded: Loaded | None = None
        self._loading = threading.Lock()
        self._until = 0.0
        """Until when, while a newer version is being read, the one before answers."""

    def __call__(self) -> Loaded:
        """The current version, or the one before it for a moment."""
        loaded = self._loaded
        if loaded is not None and loaded.version == self.store.version:
            return loaded
        if loaded is not None and self.behind and self._loading.acquire(blocking=False):
            self._until = time.monotonic() + self.behind
            threading.Thread(target=self._read_beside, name="store-read", daemon=True).start()
            return loaded
        if loaded is not None and time.monotonic() < self._until:
            return loaded
        with self._loading:
            return self._read()

    def _read_beside(self) -> None:
        try:
            self._read()
        finally:
            self._loading.release()

    def _read(self) -> Loaded:
        """Read what is newer; only for who holds the lock."""
        first = self._loaded is None
        if self._loaded is None or self._loaded.version != self.store.version:
            self._loaded = Loaded.of(self.store, self._loaded)
        self._until = 0.0
        if first:
            # What the first visitor asks is compiled as it is asked; the rest meanwhile, beside it.
            threading.Thread(target=self._loaded.warm, name="store-warm", daemon=True).start()
        return self._loaded


def empty(columns: Columns) -> bool:
    """Whether an answer has no rows."""
    return next(iter(columns.values())).size == 0


def plain(column: NDArray[Any], missing: Any) -> NDArray[Any]:
    """A column with a value in the place of null."""
    return np.asarray(np.ma.filled(column, missing)) if np.ma.isMaskedArray(column) else column
