"""Fingerprints of incidents: do two tables hold the same rows, in whatever order?"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from openvis.store.schema import EVENTS

Words = npt.NDArray[np.uint64]

_ABSENT = np.uint64(0x9E3779B97F4A7C15)
_GOLDEN = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1
BLOCK = 1 << 15
"""Rows that are mixed at a time, so that they stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Number of rows and a 64-bit sum over all their fields; adding tables adds fingerprints."""

    count: int
    checksum: int

    def __add__(self, other: "Fingerprint") -> "Fingerprint":
        return Fingerprint(self.count + other.count, (self.checksum + other.checksum) & _MASK)


NOTHING = Fingerprint(0, 0)


def fingerprint(table: pa.Table) -> dict[str, Fingerprint]:
    """Fingerprint per month (`2026-11`, of `begin`) of a table in the EVENTS schema. The order of the rows is of no
    account: each row is mixed to one 64-bit number, and those are added up.
    """
    if table.num_rows == 0:
        return {}
    numbers, rows = months_of(table), row_hashes(table)
    order = np.argsort(numbers, kind="stable")
    ordered, first = np.unique(numbers[order], return_index=True)
    sums = np.add.reduceat(rows[order], first)
    counts = np.diff(np.append(first, numbers.size))
    return {
        month_name(int(number)): Fingerprint(int(count), int(total))
        for number, count, total in zip(ordered, counts, sums, strict=True)
    }


def whole(table: pa.Table) -> Fingerprint:
    """One fingerprint over all rows."""
    if table.num_rows == 0:
        return NOTHING
    return Fingerprint(table.num_rows, int(np.add.reduce(row_hashes(table))))


def months_of(table: pa.Table) -> npt.NDArray[np.int64]:
    """(n,) months since January 1970 of `begin`."""
    begin = table["begin"].combine_chunks().to_numpy(zero_copy_only=False)
    return np.asarray(begin.astype("datetime64[M]").astype(np.int64))


def month_name(number: int) -> str:
    """`2026-11` for a number of months since January 1970."""
    return str(np.datetime64(number, "M"))


def row_hashes(table: pa.Table) -> Words:
    """(n,) one 64-bit number a row, from all columns of EVENTS in their order."""
    return np.concatenate([_hashes(table.slice(at, BLOCK)) for at in range(0, table.num_rows, BLOCK)])


def _hashes(table: pa.Table) -> Words:
    mixed = np.zeros(table.num_rows, dtype=np.uint64)
    for place, field in enumerate(EVENTS):
        salt = np.uint64((place + 1) * _GOLDEN & _MASK)
        words = _words(table[field.name].cast(field.type).combine_chunks())
        mixed = _mix(mixed ^ _mix(words + salt))
    return mixed


def _words(column: pa.Array) -> Words:
    """The values as 64-bit words, the same for equal values; absent values get a word of their own."""
    kind = column.type
    if pa.types.is_timestamp(kind):
        column = column.cast(pa.int64())
    elif pa.types.is_boolean(kind):
        column = column.cast(pa.int8())
    values = pc.fill_null(column, 0).to_numpy(zero_copy_only=False)
    if pa.types.is_floating(kind):
        words = (values.astype(np.float64) + 0.0).view(np.uint64)  # + 0.0 makes -0 and 0 one
    else:
        words = values.astype(np.int64).view(np.uint64)
    if column.null_count:
        words = np.where(column.is_null().to_numpy(zero_copy_only=False), _ABSENT, words)
    return np.asarray(words)


def _mix(words: Words) -> Words:
    """Finaliser of splitmix64 (Steele, Lea & Flood 2014): every bit of the input reaches every bit of the output."""
    words = words ^ (words >> np.uint64(30))
    words *= np.uint64(0xBF58476D1CE4E5B9)
    words ^= words >> np.uint64(27)
    words *= np.uint64(0x94D049BB133111EB)
    words ^= words >> np.uint64(31)
    return words
