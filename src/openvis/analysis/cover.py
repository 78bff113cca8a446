"""Cover: which dwellings are reached in time by which station, and where one more helps most (dekkingsplan)."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from openvis.analysis.checks import Bools, Floats, Ints, finite
from openvis.analysis.milp import Rows, Solved, maximise
from openvis.analysis.roads import Roads, straight_times, travel_times

__all__ = ["AreaCover", "Coverage", "Location", "Roads", "coverage", "locate", "straight_times", "travel_times"]

SECONDS = 120.0


@dataclass(frozen=True)
class AreaCover:
    """An area (code): weight of its dwellings, and of those reached within the norm."""

    area: int
    weight: float
    reached: float

    @property
    def share(self) -> float:
        """Reached of all."""
        return self.reached / self.weight if self.weight else float("nan")


@dataclass(frozen=True, eq=False)
class Coverage:
    """What stations reach.

    first: (dwellings,) the station that is there first, -1 where none can come; seconds: (dwellings,) how long it
    takes; reached: (dwellings,) whether within the norm; weight and share: reached together; by_station: (stations,)
    weight that each reaches within the norm; alone: (stations,) weight that no other reaches; areas by code.
    """

    first: Ints
    seconds: Floats
    reached: Bools
    weight: float
    share: float
    by_station: Floats
    alone: Floats
    areas: tuple[AreaCover, ...]


@dataclass(frozen=True, eq=False)
class Location:
    """The best sites for new stations.

    chosen: (new or fewer,) site numbers, ascending; weight: reached by them and the existing ones together; before: by
    the existing ones alone; single: (sites,) what each would add by itself; bound: no choice reaches more than this;
    gap: how much more another choice could reach at most, as a share of `weight` (0: proven the best).
    """

    chosen: Ints
    weight: float
    before: float
    single: Floats
    bound: float
    gap: float

    @property
    def optimal(self) -> bool:
        """Whether it is proven that no other choice reaches more."""
        return self.gap == 0.0


def coverage(seconds: Any, norm: Any, weight: Any = None, area: Any = None) -> Coverage:
    """Which dwellings are reached within the norm, by which station, in all and by area.

    seconds: (stations, dwellings) times from each station, inf where there is no way; norm: seconds, one for all or
    (dwellings,); weight: (dwellings,) e.g. dwellings at an address, 1 each by default; area: (dwellings,) int codes.
    Exactly at the norm counts as reached. Raises ValueError for times below 0 or unknown, a norm not above 0, negative
    weights, weights that sum to 0.
    """
    times = _times(seconds)
    stations, dwellings = times.shape
    limit, load = _norm(norm, dwellings), _weight(weight, dwellings)
    within: Bools = np.asarray(times <= limit)
    first = times.argmin(axis=0) if stations else np.zeros(dwellings, dtype=np.int64)
    fastest = times.min(axis=0, initial=np.inf)
    reached = np.asarray(within.any(axis=0), dtype=np.bool_)
    total = float(load[reached].sum())
    only = within & (within.sum(axis=0) == 1)
    return Coverage(
        np.where(np.isfinite(fastest), first, -1), fastest, reached, total, total / float(load.sum()),
        within @ load, only @ load, _areas(area, load, reached),
    )  # fmt: skip


def locate(reach: Any, weight: Any, new: int, existing: Any = None, seconds: float = SECONDS) -> Location:
    """The `new` sites that, with the existing stations, reach most: the maximal covering location problem.

    Church & ReVelle 1974 (Papers of the Regional Science Association 32:101-118), solved to a proven optimum by HiGHS.
    reach: bool (sites, dwellings) whether a site reaches a dwelling within the norm; weight: (dwellings,) of 0 or more;
    existing: bool (dwellings,) already reached by stations that stay. Dwellings that the same sites reach become one,
    those that exist take no part. Fewer sites are chosen where more add nothing. Several choices can be equally good:
    one of them is given. After `seconds` the best so far is given, with its gap. Raises ValueError for shapes that do
    not fit, new below 1 or above the number of sites.
    """
    sites = np.asarray(reach, dtype=np.bool_)
    if sites.ndim != 2 or sites.shape[0] == 0:
        raise ValueError(f"reach has shape {sites.shape}; expected (sites, dwellings) with at least one site")
    load = finite("weight", weight, sites.shape[1], least=0.0)
    have = np.zeros(load.size, dtype=np.bool_) if existing is None else np.asarray(existing, dtype=np.bool_)
    if have.shape != load.shape:
        raise ValueError(f"existing has shape {have.shape}; expected {load.shape}, one for each dwelling")
    if not 1 <= new <= sites.shape[0]:
        raise ValueError(f"new is {new}; expected 1 to {sites.shape[0]}, the number of sites")
    before = float(load[have].sum())
    open_load = np.where(have, 0.0, load)
    single = np.asarray(sites @ open_load, dtype=np.float64)
    solved = _best(*_patterns(sites[:, open_load > 0], open_load[open_load > 0]), new, seconds)
    chosen = np.flatnonzero(solved.values[: sites.shape[0]] > 0.5)
    chosen = _needed(sites, open_load, chosen)
    found = float(open_load[sites[chosen].any(axis=0)].sum())
    both = Solved(solved.values, before + found, max(before + solved.bound, before + found))
    return Location(chosen, both.objective, before, single, both.bound, both.gap)


def _patterns(sites: Bools, weight: Floats) -> tuple[Bools, Floats]:
    """Dwellings that exactly the same sites reach as one, with their weights added: (sites, patterns), (patterns,)."""
    packed = np.ascontiguousarray(np.packbits(sites, axis=0).T)
    _, first, same = np.unique(
        packed.view(np.dtype((np.void, packed.shape[1]))).ravel(), return_index=True, return_inverse=True
    )
    merged, load = sites[:, first], np.bincount(same, weight, minlength=first.size).astype(np.float64)
    some = merged.any(axis=0)
    return merged[:, some], load[some]


def _best(sites: Bools, weight: Floats, new: int, seconds: float) -> Solved:
    """Variables: whether a site is taken, then whether a pattern is reached; patterns of one site are that site's own."""
    one = sites.sum(axis=0) == 1
    own = sites[:, one] @ weight[one]
    shared, load = sites[:, ~one], weight[~one]
    count, patterns = shared.shape
    at, pattern = np.nonzero(shared)
    reached = np.arange(patterns)
    rows = Rows(
        np.concatenate([pattern, reached, np.full(count, patterns)]),
        np.concatenate([at, count + reached, np.arange(count)]),
        np.concatenate([np.full(at.size, -1.0), np.ones(patterns + count)]),
        np.full(patterns + 1, -np.inf),
        np.append(np.zeros(patterns), float(new)),
    )
    size = count + patterns
    start = _greedy(sites, weight, new)
    solved = maximise(
        np.concatenate([own, load]), np.ones(size), np.arange(size) < count, rows, seconds,
        np.concatenate([start.astype(np.float64), shared[start].any(axis=0)]),
    )  # fmt: skip
    if solved is None:  # taking no site at all fits every row
        raise AssertionError("a covering problem cannot be without answer")
    return solved


def _greedy(sites: Bools, weight: Floats, new: int) -> Bools:
    """The site that adds most, time after time: at least 63 % of the best, and a start for the proof."""
    chosen, left = np.zeros(sites.shape[0], dtype=np.bool_), weight.copy()
    for _ in range(new):
        best = int(np.argmax(sites @ left))
        chosen[best] = True
        left[sites[best]] = 0.0
    return chosen


def _needed(sites: Bools, weight: Floats, chosen: Ints) -> Ints:
    """Without the chosen ones that reach nothing the others do not."""
    kept = chosen.tolist()
    for site in chosen.tolist():
        others = [it for it in kept if it != site]
        if weight[sites[site] & ~sites[others].any(axis=0)].sum() == 0:
            kept = others
    return np.array(kept, dtype=np.int64)


def _areas(area: Any, weight: Floats, reached: Bools) -> tuple[AreaCover, ...]:
    if area is None:
        return ()
    codes = np.asarray(area, dtype=np.int64)
    if codes.shape != weight.shape:
        raise ValueError(f"area has shape {codes.shape}; expected {weight.shape}, one for each dwelling")
    present, place = np.unique(codes, return_inverse=True)
    all_of, reached_of = np.bincount(place, weight), np.bincount(place, weight * reached)
    return tuple(AreaCover(*it) for it in zip(present.tolist(), all_of.tolist(), reached_of.tolist(), strict=True))


def _times(seconds: Any) -> Floats:
    times = np.asarray(seconds, dtype=np.float64)
    if times.ndim != 2:
        raise ValueError(f"seconds has {times.ndim} dimensions; expected (stations, dwellings)")
    if np.isnan(times).any() or (times < 0).any():
        raise ValueError("seconds holds unknown or negative times; expected 0 or more, inf where there is no way")
    return times


def _norm(norm: Any, dwellings: int) -> Floats:
    limit = np.broadcast_to(np.asarray(norm, dtype=np.float64), (dwellings,)) if np.ndim(norm) == 0 else norm
    checked = finite("norm", limit, dwellings)
    if (checked <= 0).any():
        raise ValueError(f"norm is {checked.min():g} at the least; expected seconds above 0")
    return checked


def _weight(weight: Any, dwellings: int) -> Floats:
    load = np.ones(dwellings) if weight is None else finite("weight", weight, dwellings, least=0.0)
    if load.sum() <= 0:
        raise ValueError(f"weight sums to {load.sum():g}; expected dwellings with a weight above 0")
    return load
