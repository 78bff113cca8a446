"""How entries of the audit log are bound to each other.

hash(n) = SHA-256(hash(n-1) + link(n)). A link is the place in the chain and every column of the entry, each as four bytes
of length (big-endian; -1 for nothing) and the value: whole numbers in eight bytes, moments as microseconds since
2000-01-01 UTC in eight bytes, UUIDs as sixteen bytes, all else as UTF-8. PostgreSQL's binary COPY writes rows in just
this way, so that a million of them are read without taking any of them apart.
"""

import hashlib
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from .models import AuditCheckpoint, AuditSeal

COLUMNS = {
    "id": "e.id", "at": "e.at", "actor": "e.actor", "organisation": "e.organisation", "role": "e.role",
    "action": "e.action", "object": "e.object", "result": "e.result", "purpose": "e.purpose", "origin": "e.origin::text",
    "trace": "e.trace", "facts": "e.facts::text",
}
"""Every column of an entry, in the order of the link, as SQL gives it. Another column makes another kind of chain."""
SELECTED = ", ".join(COLUMNS.values())
GENESIS = hashlib.sha256(b"openvis audit log 1").digest()
"""What the first entry is bound to."""
LOCK = 0x0A15_0010
"""One sealer at a time."""
ENDING = 0x0A15_0011
"""Segments end while nobody reads the chain."""

_SIGNATURE = b"PGCOPY\n\xff\r\n\0"
_HEADER = len(_SIGNATURE) + 8
_END = b"\xff\xff"
_PLACE = struct.Struct(">iq")


@dataclass(frozen=True, slots=True)
class Head:
    """An end of the chain: how many entries it binds, and the hash of the last."""

    seq: int
    hash: bytes


def place(seq: int) -> bytes:
    """A whole number as it stands in a link."""
    return _PLACE.pack(8, seq)


def bind(before: bytes, link: bytes) -> bytes:
    """The hash of a link that comes after another."""
    return hashlib.sha256(before + link).digest()


def rows(cursor: CursorWrapper, query: str, values: Iterable[Any] = ()) -> Iterator[bytes]:
    """The rows of a query as binary COPY writes them, without the number of columns in front."""
    with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT BINARY)", list(values) or None) as copy:
        for block in copy:
            # The protocol sends one row a message; the first has the file's header in front, the last is the end's mark.
            row = bytes(block)
            if row.startswith(_SIGNATURE):
                row = row[_HEADER:]
            if row[:2] != _END:
                yield row[2:]


def head() -> Head:
    """Where the chain ends in the database."""
    seal = AuditSeal.objects.order_by("-seq").first() or AuditCheckpoint.objects.order_by("-seq").first()
    return Head(seal.seq, bytes(seal.hash)) if seal is not None else Head(0, GENESIS)


def try_to_lock() -> bool:
    """Be the only one who changes the chain, until the transaction ends. False when somebody else is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def wait_for_lock() -> None:
    """Be the only one who changes the chain, until the transaction ends; waits for whoever is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
