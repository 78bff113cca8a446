"""Space-time permutation scan: is a cluster emerging now?"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from openvis.analysis.checks import Floats, Ints, positive
from openvis.analysis.events import Events
from openvis.analysis.scan.places import Places
from openvis.analysis.scan.walk import DAY_BITS, MOST_DAYS, walk

SLACK = 1e-3


@dataclass(frozen=True, eq=False)
class Cluster:
    """A cylinder: a circle, and a number of days that end at the last one.

    x, y, radius: metres, around a place with an event. begin, end: first and last day (datetime64[D]). observed: cases
    inside; expected: as many as place and time apart would bring; ratio: observed / expected. log_ratio: logarithm of
    the likelihood ratio. p: share of the permutations with as high a ratio anywhere. members: positions of the cases
    in the events given.
    """

    rank: int
    x: float
    y: float
    radius: float
    days: int
    begin: np.datetime64
    end: np.datetime64
    observed: int
    expected: float
    log_ratio: float
    p: float
    members: Ints

    @property
    def ratio(self) -> float:
        """Observed / expected."""
        return self.observed / self.expected

    @property
    def recurrence(self) -> float:
        """Recurrence interval in days: scanned daily, chance alone brings one as strong once in this time."""
        return 1.0 / self.p


@dataclass(frozen=True, eq=False)
class Scan:
    """Clusters, strongest first, and what they were judged by: the highest log ratio of each permutation."""

    clusters: tuple[Cluster, ...]
    simulated: Floats
    cases: int
    places: int
    begin: np.datetime64
    end: np.datetime64


def space_time_permutation(
    events: Events,
    max_radius: float,
    max_days: int,
    permutations: int = 999,
    seed: int = 0,
    *,
    as_of: Any = None,
    cell: float | None = None,
    most: int = 10,
) -> Scan:
    """Clusters in place and time that are alive on the last day (Kulldorff et al. 2005, PLoS Medicine 2:e59).

    Windows are all cylinders with a place of an event as centre, any radius up to `max_radius` metres that reaches just
    to another such place, and the last 1 to `max_days` whole days, the last day included; at least two cases. Expected
    in a window: cases in the circle over all days, times cases in those days, divided by all cases. Only the
    combination of place and time counts: a busy place or a busy week is no cluster. `cell`: places are put at the
    centres of squares of so many metres first, which keeps a million events quick; without it, places are exact.
    as_of: last day (default: that of the last event); later events take no part. The day of an event is that of the
    middle of its interval. Events without time, or known less precisely than `max_radius`, take no part. Each event
    counts once, whatever its weight.
    p: days are permuted over the events `permutations` times; the share of the permutations (data included) in which
    the highest ratio of all windows is as high. Secondary clusters are judged by the same, which errs to caution: around
    each centre only its best window is a candidate, in order of ratio, if it shares no place with one before it.
    The same for the same seed and any number of threads. Raises ValueError for a radius that is not positive, max_days
    outside 1 to half the days in the data, fewer than two usable events.
    """
    radius = positive("max_radius", max_radius, "metres")
    used, day, last = _usable(events, radius, as_of)
    span = last - int(day.min()) + 1
    _whole("max_days", max_days, 1, min(MOST_DAYS, span // 2), f"whole days, at most half of the {span} in the data")
    _whole("permutations", permutations, 0, 1_000_000, "permutations")
    _whole("most", most, 1, 1_000_000, "clusters")
    x, y = events.x[used], events.y[used]
    if cell is not None:
        cell = positive("cell", cell, "metres")
        x, y = (np.floor(x / cell) + 0.5) * cell, (np.floor(y / cell) + 0.5) * cell
    places, place = Places.of(x, y, radius)
    ago = last - day
    recent = np.flatnonzero(ago < max_days)
    tally = np.cumsum(np.bincount(ago[recent], minlength=max_days))
    entries = _entries(place, recent, ago[recent], len(places), permutations, seed)
    found, simulated = walk(places, radius, tally, entries, permutations)
    clusters = []
    for rank, (centre, inside) in enumerate(_apart(places, found, most), start=1):
        log_ratio, reach, days, observed, cases = (float(value) for value in found[centre])
        clusters.append(
            Cluster(
                rank=rank,
                x=float(places.x[centre]),
                y=float(places.y[centre]),
                radius=reach,
                days=int(days),
                begin=np.datetime64(last - int(days) + 1, "D"),
                end=np.datetime64(last, "D"),
                observed=int(observed),
                expected=cases * float(tally[int(days) - 1]) / day.size,
                log_ratio=log_ratio,
                p=(1.0 + float((simulated >= log_ratio).sum())) / (permutations + 1.0),
                members=used[np.isin(place, inside) & (ago < days)],
            )
        )
    first = np.datetime64(int(day.min()), "D")
    return Scan(tuple(clusters), simulated, day.size, len(places), first, np.datetime64(last, "D"))


def permuted(cases: int, recent: int, seed: int, replication: int) -> Ints:
    """Which of the cases get the days of the recent ones, in their order, in one permutation; (recent,)."""
    # To permute all days is to draw who gets the recent ones: who gets which older day changes no window.
    return np.random.default_rng([seed, replication]).choice(cases, recent, replace=False)


def _usable(events: Events, radius: float, as_of: Any) -> tuple[Ints, Ints, int]:
    """Positions of the events that take part, their days (since 1970), and the last day."""
    used = np.flatnonzero(events.timed & (events.precision <= radius))
    begin, end = events.begin[used].astype(np.int64), events.end[used].astype(np.int64)
    day = (begin + (end - begin) // 2) // 86_400
    if as_of is not None:
        last = int(np.datetime64(as_of, "D").astype(np.int64))
        used, day = used[day <= last], day[day <= last]
    if used.size < 2:
        until = "" if as_of is None else f" up to {np.datetime64(as_of, 'D')}"
        raise ValueError(f"{used.size} of {len(events)} events{until} can be used; expected at least 2 with a time")
    return used, day, int(day.max()) if as_of is None else last


def _whole(name: str, value: int, low: int, high: int, what: str) -> None:
    if value != int(value) or not low <= value <= high:
        raise ValueError(f"{name} is {value!r}; expected {low} to {high:,} {what}")


def _entries(place: Ints, recent: Ints, ago: Ints, places: int, permutations: int, seed: int) -> tuple[Ints, Ints]:
    """For each place its recent cases in the data and in every permutation, as `walk` takes them."""
    where = np.empty((permutations + 1, recent.size), dtype=np.int64)
    where[0] = place[recent]
    for replication in range(1, permutations + 1):
        where[replication] = place[permuted(place.size, recent.size, seed, replication)]
    what = (np.arange(permutations + 1, dtype=np.int64)[:, None] << DAY_BITS) + ago[None, :]
    order = np.argsort(where.ravel(), kind="stable")
    start = np.zeros(places + 1, dtype=np.int64)
    np.cumsum(np.bincount(where.ravel(), minlength=places), out=start[1:])
    return start, what.ravel()[order].astype(np.int32)


def _apart(places: Places, found: Floats, most: int) -> list[tuple[int, Ints]]:
    """Centres of the best windows that share no place, strongest first, each with the places inside."""
    from scipy.spatial import cKDTree

    tree = cKDTree(np.column_stack([places.x, places.y]))
    order = np.lexsort((np.arange(len(places)), found[:, 1], -found[:, 0]))
    taken = np.zeros(len(places), dtype=np.bool_)
    chosen: list[tuple[int, Ints]] = []
    for centre in order[found[order, 0] > 0].tolist():
        if taken[centre]:
            continue
        x, y, radius = places.x[centre], places.y[centre], found[centre, 1]
        near = np.array(tree.query_ball_point((x, y), radius + SLACK), dtype=np.int64)
        # Worked out as the walk does, so that the place on the rim is inside.
        dx, dy = places.x[near] - x, places.y[near] - y
        inside = near[np.sqrt(dx * dx + dy * dy) <= radius]
        if not taken[inside].any():
            taken[inside] = True
            chosen.append((centre, inside))
            if len(chosen) == most:
                break
    return chosen
