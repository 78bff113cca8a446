"""Whether the audit log is what it was when it was sealed: every entry and every seal is read, and the end compared.

It finds an entry that was changed, taken out, put in or moved, a seal that was changed or taken out, and a tail that was
cut off. Each seal is checked against the seal before it as it stands, so that one change gives one finding.
"""

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from openvis.web.access import audit
from openvis.web.access.models import AuditEntry

from . import anchor, chain
from .models import HASH_BYTES, AuditCheckpoint, AuditSeal

MOST = 200
"""Findings that are worked out one by one; of more than that only the number is told."""
PATIENCE = dt.timedelta(minutes=1)
"""How long an entry may wait for its seal."""
ACTION = "audit.verify"

_LENGTH = HASH_BYTES.to_bytes(4, "big")
_NOTHING = b"\xff\xff\xff\xff"
_SEALS = (
    f"SELECT s.hash, s.entry, s.seq, {chain.SELECTED} FROM trail_auditseal s"  # noqa: S608
    " LEFT JOIN access_auditentry e ON e.id = s.entry WHERE s.seq > %s ORDER BY s.seq"
)
_ENTRIES = f"SELECT {chain.SELECTED} FROM access_auditentry e WHERE e.id = ANY(%s)"  # noqa: S608
_LOOSE = """
    SELECT e.id, e.at, p.entry IS NOT NULL FROM access_auditentry e
    LEFT JOIN trail_auditseal s ON s.entry = e.id LEFT JOIN access_auditpending p ON p.entry = e.id
    WHERE s.seq IS NULL ORDER BY e.id
"""
_LOST = """
    SELECT p.entry FROM access_auditpending p LEFT JOIN access_auditentry e ON e.id = p.entry WHERE e.id IS NULL
    ORDER BY p.entry
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was sealed. `kind`: changed, taken_out, put_in, moved, seal_changed, seal_taken_out,
    unsealed, cut_off, end_changed, checkpoint, anchor."""

    kind: str
    text: str
    seq: int | None = None
    entry: int | None = None
    expected: str = ""
    found: str = ""


@dataclass
class Report:
    """What a verification came to."""

    first: int
    last: int
    head: str
    entries: int = 0
    waiting: int = 0
    seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)
    number: int = 0
    """Of findings, also those that are not listed."""

    @property
    def whole(self) -> bool:
        return not self.number

    def add(self, finding: Finding) -> None:
        self.number += 1
        if len(self.findings) < MOST:
            self.findings.append(finding)

    def as_json(self) -> dict[str, object]:
        """For programs."""
        told = asdict(self)
        return told | {"whole": self.whole, "seconds": round(self.seconds, 2)}


@dataclass(slots=True)
class Suspect:
    """A place in the chain where entry, place and hash do not fit."""

    seq: int
    entry: int
    before: bytes
    row: bytes | None
    """The entry as it is now; None where it is gone."""
    stored: bytes
    computed: bytes = b""
    last: int = 0
    """After a gap: the place before it."""


def verify(since: int | None = None, *, keep: bool = True) -> Report:
    """Read the whole chain, or what comes from place `since` on; `keep` writes in the audit log how it went.

    Raises ValueError where `since` is not a place in the chain.
    """
    began = time.monotonic()
    with transaction.atomic():
        # No part of the log ends while it is read.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [chain.ENDING])
        report = _Walk(since).report
    report.seconds = time.monotonic() - began
    if keep:
        audit.record(
            None, ACTION, str(report.last), result="done" if report.whole else "broken", entries=report.entries,
            findings=report.number, seconds=round(report.seconds, 1), since=since or 0,
        )
    return report


class _Walk:
    """One reading of the chain."""

    def __init__(self, since: int | None) -> None:
        self.since = since
        self.ends = self._ends()
        start = self._start()
        self.seq, self.before = start.seq, start.hash
        self.report = Report(first=start.seq + 1, last=start.seq, head=start.hash.hex())
        self.suspects: list[Suspect] = []
        self.gaps: list[Suspect] = []
        self.problems: list[Finding] = []
        self.loose: list[int] = []
        self._read()
        self._look_for_loose()
        self._explain()
        self._compare_end()
        for finding in self.problems:
            self.report.add(finding)

    # ---- where it begins and should end

    def _ends(self) -> dict[int, bytes]:
        """Ends written down outside the database, by place. Read first: the chain only grows meanwhile."""
        self.newest: chain.Head | None = None
        self.anchor_problem = ""
        try:
            self.newest = anchor.read()
            known = anchor.daily()
        except anchor.AnchorError as wrong:
            self.anchor_problem = str(wrong)
            known = []
        return {head.seq: head.hash for head in [*known, *([self.newest] if self.newest else [])]}

    def _start(self) -> chain.Head:
        last = AuditCheckpoint.objects.order_by("-seq").first()
        start = chain.Head(last.seq, bytes(last.hash)) if last is not None else chain.Head(0, chain.GENESIS)
        if self.since is None or self.since == start.seq + 1:
            return start
        seal = AuditSeal.objects.filter(seq=self.since - 1).first()
        if seal is None:
            raise ValueError(f"--from {self.since}: expected a number from {start.seq + 1} to the end of the chain")
        return chain.Head(seal.seq, bytes(seal.hash))

    # ---- reading

    def _read(self) -> None:
        with connection.cursor() as cursor:
            for row in chain.rows(cursor, _SEALS, [self.seq]):
                self._step(row)
        self.report.last, self.report.head = self.seq, self.before.hex()

    def _step(self, row: bytes) -> None:
        """One seal with its entry. The row holds the hash, the number of the entry, the place, and the entry."""
        if row[:4] != _LENGTH:
            row = _whole(row)
        stored, link = row[4:36], row[48:]
        seq = self.seq + 1
        if link[:12] != chain.place(seq):
            seq = int.from_bytes(link[4:12], "big", signed=True)
            self._gap(seq, row)
            self.seq, self.before = seq, stored
            return
        computed = chain.bind(self.before, link)
        if computed != stored:
            self._suspect(seq, row, link, computed, stored)
        self.report.entries += 1
        self.seq, self.before = seq, stored
        if seq in self.ends and self.ends[seq] != stored:
            self.problems.append(Finding(
                "end_changed", f"The seal of place {seq} is not the one that was written down outside the database.",
                seq, None, self.ends[seq].hex(), stored.hex(),
            ))  # fmt: skip

    def _suspect(self, seq: int, row: bytes, link: bytes, computed: bytes, stored: bytes) -> None:
        last = self.suspects[-1] if self.suspects else None
        if last is not None and last.seq == seq - 1 and chain.bind(last.computed, link) == stored:
            # This one continues from the hash that the seal before it should have had: only that seal was changed.
            self.suspects.pop()
            self.problems.append(_seal_changed(last))
            return
        if len(self.suspects) >= MOST:
            self.report.number += 1
            return
        gone = link[12:16] == _NOTHING
        entry = int.from_bytes(row[40:48], "big", signed=True)
        self.suspects.append(Suspect(seq, entry, self.before, None if gone else link[12:], stored, computed))

    def _gap(self, seq: int, row: bytes) -> None:
        gone = row[60:64] == _NOTHING
        entry = int.from_bytes(row[40:48], "big", signed=True)
        self.gaps.append(Suspect(seq, entry, self.before, None if gone else row[60:], row[4:36], last=self.seq))

    # ---- what is outside the chain

    def _look_for_loose(self) -> None:
        now = timezone.now()
        with connection.cursor() as cursor:
            cursor.execute(_LOOSE)
            for entry, at, waits in _all(cursor):
                if not waits:
                    self.loose.append(entry)
                    continue
                self.report.waiting += 1
                if now - at > PATIENCE:
                    self.problems.append(Finding(
                        "unsealed", f"Entry {entry} of {at:%Y-%m-%d %H:%M} still waits for its seal: see whether the"
                        " worker runs, or seal it with openvis audit seal.", None, entry, "a seal within a minute", "none",
                    ))  # fmt: skip
            cursor.execute(_LOST)
            for (entry,) in _all(cursor):
                self.problems.append(Finding(
                    "taken_out", f"Entry {entry} has been taken out before it was sealed.", None, entry,
                    "an entry that waits for its seal", "nothing",
                ))  # fmt: skip

    # ---- what happened

    def _explain(self) -> None:
        """Say of each place that does not fit whether its entry was changed, moved or taken out."""
        rows = {suspect.entry: suspect.row for suspect in self.suspects if suspect.row is not None}
        loose = self._rows_of(self.loose[:MOST])
        rows |= loose
        for gap in self.gaps:
            self.problems.append(self._explained_gap(gap, loose))
        for suspect in self.suspects:
            self.problems.append(self._explained(suspect, rows))
        for entry in self.loose:
            self.problems.append(Finding(
                "put_in", f"Entry {entry} has no place in the chain: it was put in past the sealer, or its seal is gone.",
                None, entry, "a seal, or a place among what waits", "neither",
            ))  # fmt: skip

    def _explained_gap(self, gap: Suspect, loose: dict[int, bytes]) -> Finding:
        """Which seals are gone; where it is one alone, of which entry."""
        first, after = gap.last + 1, gap.seq
        for entry, row in loose.items():
            between = chain.bind(gap.before, chain.place(first) + row)
            if gap.row is not None and chain.bind(between, chain.place(after) + gap.row) == gap.stored:
                self.loose.remove(entry)
                return Finding("seal_taken_out", f"The seal of entry {entry} (place {first}) has been taken out.", first,
                               entry, between.hex(), "nothing")  # fmt: skip
        missing = f"place {first}" if after == first + 1 else f"places {first} to {after - 1}"
        return Finding("seal_taken_out", f"The seal of {missing} has been taken out; place {after} could not be checked"
                       " against it.", first, None, f"place {first}", f"place {after}")  # fmt: skip

    def _explained(self, suspect: Suspect, rows: dict[int, bytes]) -> Finding:
        seq, entry = suspect.seq, suspect.entry
        found = suspect.computed.hex()
        mine = chain.place(entry)
        for other, row in rows.items():
            if other == entry:
                continue
            if chain.bind(suspect.before, chain.place(seq) + row) == suspect.stored:
                return Finding("moved", f"Place {seq} was sealed for entry {other}, and now holds entry {entry}.", seq,
                               entry, suspect.stored.hex(), found)  # fmt: skip
            if chain.bind(suspect.before, chain.place(seq) + mine + row[12:]) == suspect.stored:
                return Finding("moved", f"What entry {entry} held now stands under number {other} (place {seq}).", seq,
                               entry, suspect.stored.hex(), found)  # fmt: skip
        if suspect.row is None:
            return Finding("taken_out", f"Entry {entry} (place {seq}) has been taken out.", seq, entry,
                           suspect.stored.hex(), "nothing")  # fmt: skip
        if self.ends.get(seq) == suspect.computed:
            return _seal_changed(suspect)
        return Finding("changed", f"Entry {entry} (place {seq}) is not what was sealed: it has been changed.", seq, entry,
                       suspect.stored.hex(), found)  # fmt: skip

    def _rows_of(self, entries: list[int]) -> dict[int, bytes]:
        if not entries:
            return {}
        with connection.cursor() as cursor:
            return {
                int.from_bytes(row[4:12], "big", signed=True): row for row in chain.rows(cursor, _ENTRIES, [entries])
            }

    # ---- the end

    def _compare_end(self) -> None:
        if self.anchor_problem:
            self.problems.append(Finding("anchor", self.anchor_problem))
        elif self.newest is None and self.seq:
            self.problems.append(Finding(
                "anchor", f"The end of the chain is not written down in {anchor.folder()}: whether the tail was cut off"
                " cannot be told. After a restore: openvis audit anchor.", self.seq, None, "head.json", "nothing",
            ))  # fmt: skip
        elif self.newest is not None and self.newest.seq > self.seq:
            missing = self.newest.seq - self.seq
            self.problems.append(Finding(
                "cut_off", f"The chain ends at place {self.seq}; outside the database it was written down that it goes to"
                f" {self.newest.seq}: {missing:,} {'entry is' if missing == 1 else 'entries are'} cut off.", self.seq, None,
                f"{self.newest.seq} {self.newest.hash.hex()}", f"{self.seq} {self.before.hex()}",
            ))  # fmt: skip
        self._compare_checkpoint()

    def _compare_checkpoint(self) -> None:
        """What was written when a segment ended must be what its checkpoint says."""
        last = AuditCheckpoint.objects.order_by("-seq").first()
        if last is None:
            return
        told = AuditEntry.objects.filter(action="audit.expire", object=str(last.seq)).first()
        said = told.facts if told is not None else None
        if said != told_of(last):
            self.problems.append(Finding(
                "checkpoint", f"The checkpoint at place {last.seq} is not the one of which the audit log tells.",
                last.seq, None, str(said), str(told_of(last)),
            ))  # fmt: skip


def told_of(checkpoint: AuditCheckpoint) -> dict[str, object]:
    """What the audit log says of a checkpoint when it is made."""
    return {
        "hash": bytes(checkpoint.hash).hex(), "entries": checkpoint.entries,
        "first": checkpoint.first.isoformat(), "last": checkpoint.last.isoformat(),
    }


def _seal_changed(suspect: Suspect) -> Finding:
    return Finding("seal_changed", f"The seal of place {suspect.seq} (entry {suspect.entry}) has been changed.",
                   suspect.seq, suspect.entry, suspect.computed.hex(), suspect.stored.hex())  # fmt: skip


def _whole(row: bytes) -> bytes:
    """A row whose hash has another length than it should: cut or filled, so that it will not fit."""
    length = max(int.from_bytes(row[:4], "big", signed=True), 0)
    return _LENGTH + row[4 : 4 + length][: HASH_BYTES].ljust(HASH_BYTES, b"\0") + row[4 + length :]


def _all(cursor: CursorWrapper) -> Iterator[tuple[int, ...]]:
    while found := cursor.fetchmany(10_000):
        yield from found
