"""Another key for everything that is sealed or indexed, while the site works; and an end to keys that hold nothing more.

Sealed fields are found by themselves; what else is sealed (rows of intake, files) its app adds to `more`. Everything is
moved in small transactions and may be killed and begun again: what is under the current key already is passed over.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import pgtrigger
from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone
from psycopg.sql import SQL, Composed, Identifier

from . import audit, keyring
from .fields import BlindIndexField, SealedField, blind_index, context_of, owner_column
from .keyring import CURRENT, INDEX, NEW, OPEN, RETIRED, SEAL, Entry, KeyringError, Ring
from .models import AuditEntry
from .sealing import KEY_ID, SealError, reseal

BATCH = 500
"""Rows that are moved in one transaction."""
GRACE = timedelta(hours=1)
"""How long a key that is not current any more stays at least: an import that began under it may still have to write."""
PATIENCE = 60.0
"""Seconds to wait for rows that somebody else holds."""

Tell = Callable[[str, int], None]
"""Called with the name of what is being moved and how many were moved just now."""


class Kept(Protocol):
    """A place where sealed or indexed things are kept."""

    @property
    def name(self) -> str: ...

    @property
    def use(self) -> str: ...

    def under(self) -> Counter[bytes]:
        """How many things are under which key."""

    def move(self, current: bytes) -> Iterator["Moved"]:
        """Bring everything under the current key, batch by batch."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of a batch."""

    moved: int
    closed: tuple[str, ...] = ()
    """Things that do not open: damaged, or under a key that is gone."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of sealed things or of blind indexes. `renew` makes the new value of the old one and of what it `needs`."""

    table: str
    key: str
    column: str
    use: str
    needs: tuple[str, ...]
    renew: Callable[..., bytes]

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"

    def under(self) -> Counter[bytes]:
        with connection.cursor() as cursor:
            text = "SELECT substring({column} FROM 1 FOR %s), count(*) FROM {table} WHERE length({column}) > 0 GROUP BY 1"
            cursor.execute(self._sql(text), [KEY_ID])
            return Counter({bytes(key): number for key, number in cursor.fetchall()})

    def move(self, current: bytes) -> Iterator[Moved]:
        until = time.monotonic() + PATIENCE
        while True:
            moved = closed = 0
            for batch in self._walk(current):
                moved, closed = moved + batch.moved, closed + len(batch.closed)
                yield batch
            # Rows may have come behind us, or been held by somebody; those that do not open stay as they are.
            if sum(number for key, number in self.under().items() if key != current) <= closed:
                return
            if moved:
                until = time.monotonic() + PATIENCE
            elif time.monotonic() > until:
                return
            time.sleep(0.1)

    def _walk(self, current: bytes) -> Iterator[Moved]:
        """Once through the table, in the order of its key."""
        last: Any = None
        while True:
            with transaction.atomic(), pgtrigger.ignore():
                rows = self._locked(current, last)
                moved, closed = self._renewed(rows)
                self._write(moved)
            if not rows:
                return
            last = rows[-1][0]
            yield Moved(len(moved), closed)

    def _locked(self, current: bytes, last: Any) -> list[tuple[Any, ...]]:
        needs = SQL(", ").join(map(Identifier, (self.key, self.column, *self.needs)))
        after = SQL("" if last is None else "AND {key} > %s").format(key=Identifier(self.key))
        text = self._sql(
            "SELECT {needs} FROM {table} WHERE length({column}) > 0 AND substring({column} FROM 1 FOR %s) <> %s {after}"
            " ORDER BY {key} LIMIT %s FOR UPDATE SKIP LOCKED", needs=needs, after=after,
        )
        with connection.cursor() as cursor:
            cursor.execute(text, [KEY_ID, current, *([] if last is None else [last]), BATCH])
            return list(cursor.fetchall())

    def _renewed(self, rows: Iterable[tuple[Any, ...]]) -> tuple[list[tuple[Any, bytes]], tuple[str, ...]]:
        moved, closed = [], []
        for key, old, *needs in rows:
            try:
                moved.append((key, self.renew(bytes(old), *needs)))
            except SealError:
                closed.append(f"{self.name} {key}")
        return moved, tuple(closed)

    def _write(self, moved: list[tuple[Any, bytes]]) -> None:
        if not moved:
            return
        text = self._sql(
            "UPDATE {table} t SET {column} = new.value FROM unnest(%s, %s) AS new (key, value) WHERE t.{key} = new.key"
        )
        with connection.cursor() as cursor:
            cursor.execute(text, [[key for key, _value in moved], [value for _key, value in moved]])

    def _sql(self, text: str, **more: Composed) -> Composed:
        names = {"table": self.table, "key": self.key, "column": self.column}
        return SQL(text).format(**{name: Identifier(value) for name, value in names.items()}, **more)  # type: ignore[arg-type]


more: list[Kept] = []
"""What is sealed outside of sealed fields; filled by each app's `ready()`."""


def everything(use: str) -> list[Kept]:
    """Every place where things are sealed, or indexed."""
    found = [kept for model in apps.get_models(include_auto_created=True) for kept in columns_of(model)]
    return [kept for kept in (*found, *more) if kept.use == use]


def columns_of(model: type[models.Model]) -> list[Column]:
    """The sealed and indexed columns of a model's own table."""
    if not model._meta.managed or model._meta.proxy:
        return []
    return [
        _column(model, item)
        for item in model._meta.local_concrete_fields
        if isinstance(item, SealedField | BlindIndexField)
    ]


def _column(model: type[models.Model], item: Any) -> Column:
    meta = model._meta
    owner = meta.get_field(owner_column(model).removesuffix("_id")) if owner_column(model) != meta.pk.attname else meta.pk
    if isinstance(item, SealedField):
        return Column(
            meta.db_table, meta.pk.column, item.column, SEAL, (owner.column,),
            lambda old, key: reseal(old, context_of(item.label, key)),
        )
    source: Any = meta.get_field(item.of)

    def indexed(_old: bytes, text: bytes, key: object) -> bytes:
        return blind_index(source.opened(bytes(text), key) or "", item.label)

    return Column(meta.db_table, meta.pk.column, item.column, INDEX, (source.column, owner.column), indexed)


# What the command does


@dataclass
class Outcome:
    """What a rotation came to."""

    key: str
    moved: Counter[str] = field(default_factory=Counter)
    closed: list[str] = field(default_factory=list)


def add(path: Path) -> list[Entry]:
    """Make the file with a key for each use, or add keys that wait for the next rotation. Gives the new keys."""
    with keyring.changing(path):
        begun = path.exists()
        ring = keyring.ring() if begun else Ring((), {})
        new = [keyring.made(use, NEW if begun else CURRENT) for use in keyring.USES]
        keyring.write(path, (*ring.entries, *new), ring.unfinished)
    # The first keys are made before the database is: there is no audit log yet to write them in.
    if begun or AuditEntry._meta.db_table in connection.introspection.table_names():
        audit.record(None, "keys.add", keys=[entry.id for entry in new])
    return new


def rotate(path: Path, use: str, tell: Tell) -> Outcome:
    """Another key becomes current and everything moves under it; or an interrupted rotation is finished.

    The site may work meanwhile: it follows the key file at once, and both keys open.
    """
    with keyring.changing(path):
        if use not in keyring.ring().unfinished:
            _begin(path, keyring.ring(), use)
        current = keyring.ring().current(use).id
        outcome = Outcome(current.hex())
        for kept in everything(use):
            for batch in kept.move(current):
                outcome.moved[kept.name] += batch.moved
                outcome.closed += batch.closed
                tell(kept.name, batch.moved)
        outcome.closed = sorted(set(outcome.closed))
        if not left(use, current):
            ring = keyring.ring()
            keyring.write(path, ring.entries, tuple(item for item in ring.unfinished if item != use))
    audit.record(
        None, "keys.rotate", outcome.key, use=use, moved=outcome.moved.total(), closed=len(outcome.closed),
        result="done" if use not in keyring.ring().unfinished else "unfinished",
    )
    return outcome


def _begin(path: Path, ring: Ring, use: str) -> None:
    waiting = next((entry for entry in ring.entries if entry.use == use and entry.state == NEW), None)
    chosen = waiting.become(CURRENT) if waiting else keyring.made(use, CURRENT)
    others = [
        entry.become(OPEN) if entry.use == use and entry.state == CURRENT else entry
        for entry in ring.entries
        if entry is not waiting
    ]
    keyring.write(path, (*others, chosen), (*ring.unfinished, use))


def left(use: str, current: bytes) -> dict[str, int]:
    """What is still under another key than the current one: name → how many."""
    counted = {kept.name: sum(number for key, number in kept.under().items() if key != current) for kept in everything(use)}
    return {name: number for name, number in counted.items() if number}


def holdings(use: str) -> dict[bytes, Counter[str]]:
    """Key → what is under it."""
    held: dict[bytes, Counter[str]] = {}
    for kept in everything(use):
        for key, number in kept.under().items():
            held.setdefault(key, Counter())[kept.name] += number
    return held


def retire(path: Path, identifier: str, *, at_once: bool = False) -> Entry:
    """Destroy a key. Raises KeyringError while it is current, was so until just now, or anything is under it.

    `at_once` is for a site that has been stopped: nothing can be writing under it.
    """
    with keyring.changing(path):
        ring = keyring.ring()
        entry = next((entry for entry in ring.entries if entry.id == identifier), None)
        if entry is None or entry.state == RETIRED:
            raise KeyringError(f"key {identifier!r} is not there: `openvis keys list` shows those that are")
        _refuse(ring, entry, at_once=at_once)
        gone = entry.become(RETIRED)
        keyring.write(path, tuple(gone if item is entry else item for item in ring.entries), ring.unfinished)
    audit.record(None, "keys.retire", identifier, use=entry.use)
    return gone


def _refuse(ring: Ring, entry: Entry, *, at_once: bool) -> None:
    if entry.state == CURRENT:
        raise KeyringError(f"key {entry.id} is current: `openvis keys rotate` first")
    if entry.use in ring.unfinished:
        raise KeyringError("a rotation has not ended: run `openvis keys rotate` again, then retire")
    since = next((item.changed for item in ring.entries if item.use == entry.use and item.state == CURRENT), None)
    if entry.state == OPEN and not at_once and since is not None and timezone.now() < since + GRACE:
        until = timezone.localtime(since + GRACE)
        raise KeyringError(
            f"key {entry.id} was current until a moment ago: something may still be written under it. Retire it after"
            f" {until:%H:%M}, or with --stopped when the site has been stopped"
        )
    held = holdings(entry.use).get(entry.number)
    if held:
        told = ", ".join(f"{name} ({number})" for name, number in sorted(held.items()))
        raise KeyringError(f"key {entry.id} still holds {told}: run `openvis keys rotate` first")
