"""The store's current version in memory, on DuckDB, where a question takes milliseconds."""

import re
import threading
import time
import weakref
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import duckdb
import ibis
import numpy as np
from numpy.typing import NDArray

from openvis.store.eventstore import EventStore
from openvis.store.manifest import Manifest, Part
from openvis.store.questions import QUESTIONS, Asked, Cells, Selection, Values, prepare
from openvis.store.schema import EVENTS

Columns = dict[str, NDArray[Any]]
FIRST_MARK = 1_900_000_001
"""Numbers that stand in for the values while a question is compiled; no number in a question itself is near them."""
NEVER = -1
"""A number that no kind, source, area or cell has: an empty list matches nothing."""
TABLE = "events"
"""Stands for the table of a version while a question is compiled."""
FILES = "files"
"""Stands for the files to be read while their preparing is compiled."""
OPEN_MONTHS = 2
"""The latest months with rows are open: deliveries still come in, so they are read anew with each version."""
MOST_OPEN = 4
"""Open months; with more of them the whole store is read, and sorted by day, again."""
TRIES = 3
MOST_REMEMBERED = 1000
Remembered = TypeVar("Remembered")


class Loaded:
    """One version of the store, ready to be asked. Any number of threads may ask."""

    _compiled: ClassVar[dict[tuple[str, tuple[bool, bool]], tuple[str, "Names"]]] = {}
    _compiling = threading.Lock()

    def __init__(self, state: Manifest, connection: duckdb.DuckDBPyConnection, opens: str) -> None:
        self.version = state.version
        # Of its own, to the same memory: one connection does one thing at a time.
        self._connection = connection.cursor()
        self._table = _name(state)
        self._opens = opens
        """The first open month; what began earlier was read once, and is taken along from version to version."""
        self._settled = _settled(state, opens)
        self._backend = ibis.duckdb.from_connection(self._connection)
        self._remembered: dict[Hashable, Any] = {}
        weakref.finalize(self, _drop, self._connection, self._table)

    @classmethod
    def of(cls, store: EventStore, before: "Loaded | None" = None) -> "Loaded":
        """Read the current version of a store into memory; settled months are taken from an earlier version."""
        for attempt in range(TRIES):
            state = store.manifest
            try:
                if before is not None and before._goes_on_as(state):
                    return before._with(state, store)
                connection = duckdb.connect(config={"preserve_insertion_order": False})
                _read(connection, f'CREATE TABLE "{_name(state)}" AS', store, state.parts)
                return cls(state, connection, _opening(state))
            except duckdb.IOException:
                # A writer replaced files while they were read: the next manifest names the new ones.
                if attempt == TRIES - 1 or store.version == state.version:
                    raise
        raise AssertionError("unreachable")

    def _goes_on_as(self, state: Manifest) -> bool:
        """Whether a state of the store differs from this version in its few open months only."""
        opened = {part.month for part in state.parts if part.month >= self._opens}
        return bool(self._settled) and _settled(state, self._opens) == self._settled and len(opened) <= MOST_OPEN

    def _with(self, state: Manifest, store: EventStore) -> "Loaded":
        """The version with its open months read anew, beside this one, which goes on answering."""
        table, first_day = _name(state), int(np.datetime64(self._opens, "D").astype(np.int64))
        with self._connection.cursor() as cursor:
            cursor.table(f'"{self._table}"').filter(f"day < {first_day}").create(f'"{table}"')
            _read(cursor, f'INSERT INTO "{table}"', store, [part for part in state.parts if part.month >= self._opens])
        return Loaded(state, self._connection, self._opens)

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


def _opening(state: Manifest) -> str:
    """The first of the open months of a store; empty when it has no rows."""
    return next(iter(state.months()[-OPEN_MONTHS:]), "")


def _settled(state: Manifest, opens: str) -> frozenset[str]:
    """The files of the months before the open ones: their paths, for a path names its content."""
    return frozenset(part.path for part in state.parts if part.month < opens)


def _read(connection: duckdb.DuckDBPyConnection, into: str, store: EventStore, parts: Iterable[Part]) -> None:
    """Put the rows of some files into a table of a connection, prepared for the questions."""
    paths = [str(store.folder / part.path) for part in parts]
    if paths:
        connection.execute(f"{into} {_preparing()}".replace(f'"{FILES}"', "read_parquet($paths)"), {"paths": paths})
    else:
        connection.register(FILES, EVENTS.empty_table())
        connection.execute(f"{into} {_preparing()}")
        connection.unregister(FILES)


@cache
def _preparing() -> str:
    """SQL that makes the questions' table of files; compiling it takes longer than reading a month."""
    files = ibis.table(ibis.Schema.from_pyarrow(EVENTS), name=FILES)
    sql: str = ibis.duckdb.connect().compile(prepare(files))
    return sql


def _name(state: Manifest) -> str:
    return f"{TABLE}-{state.version}"


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
