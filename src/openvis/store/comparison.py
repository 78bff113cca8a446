"""Does the event store still equal the record?"""

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from openvis.store.eventstore import EventStore
from openvis.store.fingerprint import NOTHING, Fingerprint, fingerprint


@dataclass(frozen=True, slots=True)
class Difference:
    """A month in which record and store are not the same."""

    month: str
    record: Fingerprint
    store: Fingerprint

    def __str__(self) -> str:
        if self.store.count == 0:
            return f"{self.month}: the record has {self.record.count:,} incidents, the store none that can be read."
        if self.record.count == 0:
            return f"{self.month}: the store has {self.store.count:,} incidents, the record none."
        if self.record.count != self.store.count:
            return f"{self.month}: the record has {self.record.count:,} incidents, the store {self.store.count:,}."
        return f"{self.month}: both have {self.record.count:,} incidents, but their contents differ."


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a comparison found."""

    rows: int
    """In the record."""
    months: int
    differences: tuple[Difference, ...]


def compare(store: EventStore, record: Iterable[pa.Table]) -> Comparison:
    """Compare the rows that are in the store's files now with those of the record, in the EVENTS schema."""
    there: dict[str, Fingerprint] = {}
    for table in record:
        for month, part in fingerprint(table).items():
            there[month] = there.get(month, NOTHING) + part
    here = store.fingerprints(recount=True)
    months = sorted({*there, *here})
    differences = tuple(
        Difference(month, there.get(month, NOTHING), here.get(month, NOTHING))
        for month in months
        if there.get(month, NOTHING) != here.get(month, NOTHING)
    )
    return Comparison(sum(part.count for part in there.values()), len(there), differences)
