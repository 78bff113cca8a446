"""Bands of a Knox table in words, and the block of them that a finding is told of."""

from dataclasses import dataclass

import numpy as np

from openvis.analysis.near_repeat import Knox


@dataclass(frozen=True)
class Block:
    """Bands beside each other, from distance `near` to `reach` (metres) and day `first` up to `memory`.

    p: the highest of its bands, each with all bands of the table counted.
    """

    near: float
    reach: float
    first: int
    memory: int
    observed: float
    expected: float
    p: float

    @classmethod
    def of(cls, found: Knox, rows: slice, columns: slice) -> "Block":
        return cls(
            near=float(found.distances[rows.start]),
            reach=float(found.distances[rows.stop]),
            first=int(found.days[columns.start]),
            memory=int(found.days[columns.stop]),
            observed=float(found.observed[rows, columns].sum()),
            expected=float(found.expected[rows, columns].sum()),
            p=float(found.p_any[rows, columns].max()),
        )

    @property
    def ratio(self) -> float:
        """Observed / expected."""
        return self.observed / self.expected

    @property
    def where(self) -> str:
        """As "within 200 m", "at the same place" or "100 to 200 m away"."""
        if self.near > 0:
            return f"{self.near:,g} to {self.reach:,g} m away"
        return "at the same place" if self.reach <= 1 else f"within {self.reach:,g} m"

    @property
    def when(self) -> str:
        """As "in the first 7 days" (its own day is the first) or "4 to 6 days later"."""
        last = self.memory - 1
        if self.first > 0:
            return f"{self.first} to {last} days later" if last > self.first else f"{last} days later"
        return f"in the first {self.memory} days" if last else "on the same day"


def clear_block(found: Knox, alpha: float) -> Block | None:
    """Of all blocks in which every band stands out, the least likely by chance; None where no band does.

    By the likelihood ratio for counts: a huge block that is barely raised does not hide a small one that is raised much.
    """
    clear = found.significant(alpha) & (found.expected > 0)
    blocks = [
        Block.of(found, slice(top, bottom), slice(left, right))
        for top in range(clear.shape[0])
        for bottom in range(top + 1, clear.shape[0] + 1)
        for left in range(clear.shape[1])
        for right in range(left + 1, clear.shape[1] + 1)
        if clear[top:bottom, left:right].all()
    ]
    return max(blocks, key=lambda it: it.observed * np.log(it.ratio) - (it.observed - it.expected), default=None)


def strongest(found: Knox) -> Block | None:
    """The single band that stands out most; None where no band has a pair."""
    if not found.observed.any():
        return None
    p = np.where(found.observed > 0, found.p_any, np.inf)
    ratio = np.where(found.observed > 0, found.ratio, 0.0)
    row, column = np.unravel_index(np.lexsort((-ratio.ravel(), p.ravel()))[0], p.shape)
    return Block.of(found, slice(int(row), int(row) + 1), slice(int(column), int(column) + 1))


def distance(found: Knox, row: int) -> str:
    """A band of distance, as "100–200"; up to 1 m is the same place."""
    low, high = found.distances[row], found.distances[row + 1]
    return "same place" if high <= 1 else f"{low:,g}–{high:,g}"


def lag(found: Knox, column: int) -> str:
    """A band of days, as "4–6": both days belong to it."""
    first, last = int(found.days[column]), int(found.days[column + 1]) - 1
    return f"{first}–{last}" if last > first else f"{first}"
