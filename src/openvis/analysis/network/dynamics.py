"""How groups change: sliding windows over the dates, the groups of each matched with those of the one before."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from openvis.analysis.checks import Bools, Floats, Ints, Times, between, positive
from openvis.analysis.network.communities import communities, overlap
from openvis.analysis.network.ties import DAY, Records, tie_strength

ALIKE = 0.3
LEAST = 3

Happening = Literal["birth", "death", "continues", "merge", "split"]


@dataclass(frozen=True)
class Change:
    """What happened to groups between the window before and `window`.

    before, after: the lasting numbers of the groups concerned. overlap: the smallest Jaccard of the matches made; for a
    birth or death the largest with any group, which fell short.
    """

    window: int
    happening: Happening
    before: tuple[int, ...]
    after: tuple[int, ...]
    overlap: float


@dataclass(frozen=True, eq=False)
class Dynamics:
    """begin, end: (windows,) dates [begin, end). ties: (windows,). group: (windows, n) lasting number of the group of
    each node, -1 where it has none. changes: in order of the windows."""

    codes: tuple[str, ...]
    begin: Times
    end: Times
    ties: Ints
    group: Ints
    changes: tuple[Change, ...]

    @property
    def lasting(self) -> Ints:
        """(groups,) in how many windows each group was there."""
        there = [np.unique(row[row >= 0]) for row in self.group]
        return np.bincount(np.concatenate(there), minlength=int(self.group.max()) + 1)

    def staying(self) -> Floats:
        """(windows - 1,) of the nodes in a group, the share that is in the same group a window later; NaN for none."""
        with_group = self.group[:-1] >= 0
        same = with_group & (self.group[:-1] == self.group[1:])
        with np.errstate(invalid="ignore"):
            return np.asarray(same.sum(axis=1) / with_group.sum(axis=1))


def dynamics(
    records: Records,
    window: float,
    step: float,
    *,
    least: int = LEAST,
    alike: float = ALIKE,
    resolution: float = 1.0,
    seed: int = 0,
) -> Dynamics:
    """Groups per window of `window` days, every `step` days, matched when their Jaccard overlap is at least `alike`.

    After D. Greene, D. Doyle and P. Cunningham, "Tracking the evolution of communities in dynamic social networks",
    ASONAM (2010) 176-183. Groups of fewer than `least` nodes do not count. With one match on both sides a group
    continues; several before: merge; several after: split; none before: birth; none after: death. After a merge or
    split the best mutual match keeps its number. The last window ends at or after the last date. Records without a date
    take no part. A death can be a police team that looked elsewhere: it says that the records end, not the group.
    Raises ValueError for fewer than 2 windows, a window or step not above 0, alike outside (0, 1).
    """
    positive("window", window, "days")
    positive("step", step, "days")
    between("alike", alike, 0.0, 1.0)
    dated = records.where(~np.isnat(records.date))
    if len(dated) == 0:
        raise ValueError("no record has a date; expected dates")
    begin = _begins(dated.date, window, step)
    length = np.timedelta64(round(window * 86_400), "s")
    group = np.full((begin.size, len(records.codes)), -1, dtype=np.int64)
    ties = np.zeros(begin.size, dtype=np.int64)
    changes: list[Change] = []
    number = 0
    for i, first in enumerate(begin):
        inside = (dated.date >= first) & (dated.date < first + length)
        member, ties[i] = _groups(dated, inside, least, resolution, seed)
        if i == 0:
            group[i], number = member, int(member.max()) + 1
        else:
            group[i], number = _matched(group[i - 1], member, alike, number, i, changes)
    return Dynamics(records.codes, begin, begin + length, ties, group, tuple(changes))


def _begins(date: Times, window: float, step: float) -> Times:
    first = date.min().astype("datetime64[D]").astype("datetime64[s]")
    days = float((date.max() - first) / DAY)
    windows = 1 + max(0, int(np.ceil((days - window + 1e-9) / step)))
    if windows < 2:
        raise ValueError(
            f"window is {window!r} days for records over {days:.0f} days; expected room for at least 2 windows"
        )
    return np.asarray(first + np.round(np.arange(windows) * step * 86_400).astype("timedelta64[s]"))


def _groups(records: Records, inside: Bools, least: int, resolution: float, seed: int) -> tuple[Ints, int]:
    """Group of each node from 0, -1 for nodes in none of at least `least`; and the number of ties."""
    n = len(records.codes)
    if not inside.any():
        return np.full(n, -1, dtype=np.int64), 0
    ties = tie_strength(records.where(inside))
    member = communities(ties, resolution=resolution, seed=seed).member
    large = np.bincount(member) >= least
    number = np.cumsum(large) - 1
    return np.where(large[member], number[member], -1), len(ties)


def _matched(
    before: Ints, after: Ints, alike: float, number: int, window: int, changes: list[Change]
) -> tuple[Ints, int]:
    """The groups of a window with lasting numbers, the next free number; what happened is added to `changes`."""
    old, new = np.unique(before[before >= 0]), np.unique(after[after >= 0])
    share = _jaccard(before, after, old, new)
    match = share >= alike
    name = np.full(new.size, -1, dtype=np.int64)
    for j in range(new.size):
        i = int(np.argmax(share[:, j])) if old.size else -1
        if i >= 0 and match[i, j] and int(np.argmax(share[i])) == j:
            name[j] = old[i]
    fresh = np.flatnonzero(name < 0)
    name[fresh] = number + np.arange(fresh.size)
    for j in range(new.size):
        changes += _arrived(match, share, j, old, name, window)
    for i in range(old.size):
        changes += _left(match, share, i, old, name, window)
    out = np.full(after.size, -1, dtype=np.int64)
    out[after >= 0] = name[after[after >= 0]]
    return out, number + fresh.size


def _jaccard(before: Ints, after: Ints, old: Ints, new: Ints) -> Floats:
    if old.size == 0 or new.size == 0:
        return np.zeros((old.size, new.size))
    # Nodes without a group are put in one of their own, which is cut off again.
    first = np.where(before >= 0, np.searchsorted(old, before), old.size)
    second = np.where(after >= 0, after, new.size)
    return overlap(np.r_[first, old.size], np.r_[second, new.size])[: old.size, : new.size]


def _arrived(match: Bools, share: Floats, j: int, old: Ints, name: Ints, window: int) -> list[Change]:
    sources = np.flatnonzero(match[:, j])
    this = (int(name[j]),)
    if sources.size == 0:
        return [Change(window, "birth", (), this, float(share[:, j].max(initial=0.0)))]
    if sources.size > 1:
        return [Change(window, "merge", _numbers(old[sources]), this, float(share[sources, j].min()))]
    if match[sources[0]].sum() == 1:
        return [Change(window, "continues", _numbers(old[sources]), this, float(share[sources[0], j]))]
    return []


def _left(match: Bools, share: Floats, i: int, old: Ints, name: Ints, window: int) -> list[Change]:
    targets = np.flatnonzero(match[i])
    this = (int(old[i]),)
    if targets.size == 0:
        return [Change(window, "death", this, (), float(share[i].max(initial=0.0)))]
    if targets.size > 1:
        return [Change(window, "split", this, _numbers(name[targets]), float(share[i, targets].min()))]
    return []


def _numbers(values: Ints) -> tuple[int, ...]:
    return tuple(sorted(int(value) for value in values))
