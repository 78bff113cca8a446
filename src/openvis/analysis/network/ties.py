"""From records of contact to ties with a strength and the evidence for it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from openvis.analysis.checks import Bools, Floats, Ints, Times, positive
from openvis.analysis.network.codes import check_codes
from openvis.analysis.network.graph import Graph

DAY = np.timedelta64(86_400, "s")


@dataclass(frozen=True, eq=False)
class Records:
    """Records of contact between pseudonyms, one row each; a pair may have many.

    codes: (n,) pseudonyms in order. a, b: (m,) their numbers, a < b. weight: (m,) above 0. reliability: (m,) chance that
    the record is right, in (0, 1]. date: (m,) datetime64[s], NaT where unknown. kind: (m,) code of the kind.
    """

    codes: tuple[str, ...]
    a: Ints
    b: Ints
    weight: Floats
    reliability: Floats
    date: Times
    kind: Ints

    @classmethod
    def of(
        cls,
        a: Sequence[Any],
        b: Sequence[Any],
        *,
        weight: Any = None,
        reliability: Any = None,
        date: Any = None,
        kind: Any = None,
    ) -> "Records":
        """Check and number the records; a contact has no direction. Refuses identifiers that are no codes (`codes`).

        weight: how much one record says (default 1). reliability: chance that it is right (default 1). Raises ValueError
        for no record, unequal lengths, a tie of a code with itself, a weight of 0 or less, reliability outside (0, 1].
        """
        first, second = [str(code).strip() for code in a], [str(code).strip() for code in b]
        m = len(first)
        if m == 0 or len(second) != m:
            raise ValueError(f"a has {m} and b {len(second)} values; expected equally many, at least 1")
        check_codes("a", first)
        check_codes("b", second)
        codes = tuple(sorted(set(first) | set(second), key=_natural))
        number = {code: i for i, code in enumerate(codes)}
        ends = np.array([[number[x], number[y]] for x, y in zip(first, second, strict=True)], dtype=np.int64)
        own = np.flatnonzero(ends[:, 0] == ends[:, 1])
        if own.size:
            raise ValueError(f"record {own[0]} ties a code with itself ({own.size} such records); expected two codes")
        return cls(
            codes,
            ends.min(axis=1),
            ends.max(axis=1),
            _above_zero("weight", weight, m, np.inf),
            _above_zero("reliability", reliability, m, 1.0),
            _dates(date, m),
            _kinds(kind, m),
        )

    def __len__(self) -> int:
        return int(self.a.size)

    def where(self, chosen: Bools) -> "Records":
        """The records for which `chosen` (m,) holds; the codes stay numbered as they were."""
        return Records(
            self.codes,
            self.a[chosen],
            self.b[chosen],
            self.weight[chosen],
            self.reliability[chosen],
            self.date[chosen],
            self.kind[chosen],
        )


@dataclass(frozen=True, eq=False)
class Ties:
    """Undirected ties, one row a pair, in order of a, then b; all (ties,).

    strength: expected weight of contact that still counts. records: how many records say so; kinds: of how many kinds.
    certainty: chance that at least one record is right. first, last: dates, NaT where unknown.
    """

    codes: tuple[str, ...]
    a: Ints
    b: Ints
    strength: Floats
    records: Ints
    kinds: Ints
    certainty: Floats
    first: Times
    last: Times

    def __len__(self) -> int:
        return int(self.a.size)

    @cached_property
    def graph(self) -> Graph:
        """The ties as adjacency, weighted by strength."""
        return Graph.of(len(self.codes), self.a, self.b, self.strength)


def tie_strength(records: Records, *, at: Any = None, half_life: float | None = None) -> Ties:
    """How strong each tie is, and on what evidence.

    strength = Σ weight · reliability · ½^(age / half_life): the expected amount of contact, in which a record of
    `half_life` days before `at` (default: the last date) counts half; without half_life age does not count. Records
    without a date do not fade; those after `at` take no part. certainty = 1 − Π(1 − reliability): at least one record is
    right, were they wrong independently of each other. Records that copy each other are not independent: they make both
    figures too high, and only who made the file can know. Raises ValueError for half_life not above 0, `at` without a
    date, or no record left.
    """
    left, used = faded(records, at, half_life)
    if not used.any():
        raise ValueError(f"at is {at!r}, before all {len(records)} records; expected a date with records before it")
    kept = records.where(used)
    n = len(records.codes)
    keys, pair = np.unique(kept.a * n + kept.b, return_inverse=True)
    size = keys.size
    strength = np.bincount(pair, weights=(kept.weight * kept.reliability * left[used]), minlength=size)
    sure = kept.reliability >= 1.0
    doubt = np.bincount(pair, weights=np.log1p(-np.where(sure, 0.0, kept.reliability)), minlength=size)
    certainty = np.where(np.bincount(pair, weights=sure, minlength=size) > 0, 1.0, -np.expm1(doubt))
    pair_kind = np.unique(np.column_stack([pair, kept.kind]), axis=0)[:, 0]
    first, last = _spans(kept.date, pair, size)
    return Ties(
        records.codes,
        keys // n,
        keys % n,
        np.asarray(strength, dtype=np.float64),
        np.bincount(pair, minlength=size),
        np.bincount(pair_kind, minlength=size),
        certainty,
        first,
        last,
    )


def faded(records: Records, at: Any, half_life: float | None) -> tuple[Floats, Bools]:
    """(m,) what is left of each record, and which take part."""
    known = ~np.isnat(records.date)
    left = np.ones(len(records))
    if at is None and half_life is None:
        return left, np.ones(len(records), dtype=np.bool_)
    if at is None and not known.any():
        raise ValueError(f"half_life is {half_life!r} but no record has a date; expected dates or no half_life")
    moment = records.date[known].max() if at is None else np.datetime64(at, "s")
    if np.isnat(moment):
        raise ValueError(f"at is {at!r}; expected a date")
    used = ~known | (records.date <= moment)
    if half_life is not None:
        age = np.where(known & used, (moment - records.date) / DAY, 0.0)
        left = np.exp2(-age / positive("half_life", half_life, "days"))
    return left, np.asarray(used)


def _spans(date: Times, pair: Ints, size: int) -> tuple[Times, Times]:
    known = ~np.isnat(date)
    seconds = date[known].astype(np.int64)
    first = np.full(size, np.iinfo(np.int64).max)
    last = np.full(size, np.iinfo(np.int64).min)
    np.minimum.at(first, pair[known], seconds)
    np.maximum.at(last, pair[known], seconds)
    unknown = first > last
    times = [np.where(unknown, np.int64(0), it).astype("datetime64[s]") for it in (first, last)]
    for it in times:
        it[unknown] = np.datetime64("NaT")
    return times[0], times[1]


def _natural(code: str) -> tuple[list[tuple[int, str]], str]:
    """Numbers inside codes by their value, so that P2 stands before P10."""
    parts = re.split(r"([0-9]+)", code)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts if part], code


def _above_zero(name: str, values: Any, m: int, most: float) -> Floats:
    if values is None:
        return np.ones(m)
    array = np.ascontiguousarray(values, dtype=np.float64)
    if array.shape != (m,):
        raise ValueError(f"{name} has shape {array.shape}; expected ({m},), one for each record")
    wrong = ~(np.isfinite(array) & (array > 0) & (array <= most))
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        limit = "above 0" if np.isinf(most) else f"above 0 and at most {most:g}"
        raise ValueError(
            f"{name}[{first}] is {array[first]} ({int(wrong.sum())} such values); expected numbers {limit}"
        )
    return array


def _dates(values: Any, m: int) -> Times:
    if values is None:
        return np.full(m, np.datetime64("NaT"), dtype="datetime64[s]")
    array = np.asarray(values)
    if array.dtype.kind != "M" or array.shape != (m,):
        raise ValueError(f"date has type {array.dtype} and shape {array.shape}; expected datetime64 of shape ({m},)")
    return np.ascontiguousarray(array.astype("datetime64[s]"))


def _kinds(values: Any, m: int) -> npt.NDArray[np.int64]:
    if values is None:
        return np.zeros(m, dtype=np.int64)
    array = np.asarray(values)
    if array.shape != (m,):
        raise ValueError(f"kind has shape {array.shape}; expected ({m},), one for each record")
    return np.asarray(np.unique(array.astype(str), return_inverse=True)[1], dtype=np.int64)
