"""The sealer: takes committed entries into the chain, in order of their number, a few thousand at a time.

There is one at a time. Chaining inside each act's own transaction would queue all acts behind the slowest; so an entry
waits (`AuditPending`) until it is committed, and is sealed seconds later. What commits late is sealed later: nothing is
skipped, because what waits is a list and not a number.
"""

from django.db import connection, transaction

from . import anchor, chain
from .chain import Head
from .models import AuditSeal

AT_ONCE = 20_000
"""Entries of one transaction: so many are read, sealed and written in less than a second."""

_WAITING = (
    f"SELECT {chain.SELECTED} FROM access_auditpending p JOIN access_auditentry e ON e.id = p.entry"  # noqa: S608
    f" ORDER BY p.entry LIMIT {AT_ONCE}"
)


def seal() -> int:
    """Seal all that is committed; gives how many. Does nothing while another sealer is at work."""
    total = 0
    while True:
        with transaction.atomic(durable=True):
            if not chain.try_to_lock():
                return total
            number, head = _seal_some()
        if number:
            anchor.write(head)
        total += number
        if number < AT_ONCE:
            return total


def waits() -> bool:
    """Whether anything is to be sealed: a cheap question."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM access_auditpending)")
        return bool(cursor.fetchone()[0])


def _seal_some() -> tuple[int, Head]:
    head = chain.head()
    seq, before = head.seq, head.hash
    sealed: list[tuple[int, int, bytes]] = []
    with connection.cursor() as cursor:
        for row in chain.rows(cursor, _WAITING):
            seq += 1
            before = chain.bind(before, chain.place(seq) + row)
            sealed.append((seq, int.from_bytes(row[4:12]), before))
        if not sealed:
            return 0, head
        with cursor.copy(f"COPY {AuditSeal._meta.db_table} (seq, entry, hash) FROM STDIN") as copy:
            for line in sealed:
                copy.write_row(line)
        cursor.execute("DELETE FROM access_auditpending WHERE entry = ANY(%s)", [[entry for _, entry, _ in sealed]])
    return len(sealed), Head(seq, before)
