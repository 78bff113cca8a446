"""The groups that ties fall into, and how well they stand."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from openvis.analysis.checks import Floats, Ints, positive
from openvis.analysis.network.graph import Graph
from openvis.analysis.network.leiden import leiden, modularity
from openvis.analysis.network.resampling import KEEP, Evidence
from openvis.analysis.network.ties import Records, Ties
from openvis.analysis.threads import side_by_side

STARTS = 50
ENOUGH = 0.5
"""Two groups are the same one when what they share is at least this part of both together (Jaccard)."""


@dataclass(frozen=True, eq=False)
class Communities:
    """member: (n,) group of each node, numbered by their first node; modularity of the whole."""

    member: Ints
    modularity: float

    @property
    def number(self) -> int:
        """How many groups."""
        return int(self.member.max()) + 1

    @property
    def sizes(self) -> Ints:
        """(groups,) nodes in each."""
        return np.bincount(self.member)


@dataclass(frozen=True, eq=False)
class Stability:
    """How the groups stand when records are left out, over `resamples` draws.

    node: (n,) share of draws in which a node stays with mostly the same others (Jaccard of its group then and now at
    least 0.5). group: (groups,) mean over the draws of the best Jaccard with any group of that draw; C. Hennig,
    Computational Statistics & Data Analysis 52 (2007) 258-271 calls 0.75 and more stable, and below 0.6 not to be
    trusted. modularity: (2,) 5th and 95th percentile. number: (2,) the same of the number of groups that have ties.
    """

    node: Floats
    group: Floats
    modularity: tuple[float, float]
    number: tuple[float, float]
    resamples: int


def communities(ties: Ties | Graph, *, resolution: float = 1.0, seed: int = 0, starts: int = STARTS) -> Communities:
    """Groups that hold more of each other's ties than their strength alone would bring (Leiden, weighted modularity).

    The best of `starts` runs, which is near the best there is, not proven so. Higher resolution: more, smaller groups.
    Every group is connected; a node without a tie is a group of its own. Groups are a way to read the ties, other
    readings can be nearly as good: see `stability`. Raises ValueError for a resolution not above 0 or starts below 1.
    """
    graph = ties if isinstance(ties, Graph) else ties.graph
    positive("resolution", resolution)
    if starts < 1:
        raise ValueError(f"starts is {starts}; expected at least 1")
    runs = [leiden(graph, resolution, int(s)) for s in np.random.default_rng(seed).integers(0, 2**31, starts)]
    reached = [modularity(graph, run, resolution) for run in runs]
    best = int(np.argmax(np.round(reached, 12)))
    return Communities(runs[best], modularity(graph, runs[best]))


def stability(
    records: Records,
    found: Communities,
    *,
    at: Any = None,
    half_life: float | None = None,
    resolution: float = 1.0,
    resamples: int = 200,
    keep: float = KEEP,
    seed: int = 0,
    threads: int | None = None,
) -> Stability:
    """How often each node and group of `found` comes back when records are left out (`Evidence`)."""
    evidence = Evidence(records, at, half_life, keep)
    if resamples < 1:
        raise ValueError(f"resamples is {resamples}; expected at least 1")

    def one(draw: int) -> tuple[Floats, Floats, float, int]:
        graph = evidence.drawn(seed, draw)
        again = communities(graph, resolution=resolution, seed=draw, starts=1)
        alike = overlap(found.member, again.member)
        with_ties = np.unique(again.member[graph.degree > 0]).size
        return alike[found.member, again.member], alike.max(axis=1), again.modularity, with_ties

    draws = side_by_side(one, range(resamples), threads)
    return Stability(
        np.mean([draw[0] >= ENOUGH for draw in draws], axis=0),
        np.mean([draw[1] for draw in draws], axis=0),
        _ninety([draw[2] for draw in draws]),
        _ninety([draw[3] for draw in draws]),
        resamples,
    )


def overlap(first: Ints, second: Ints) -> Floats:
    """(groups of first, groups of second) Jaccard: nodes in both over nodes in either."""
    rows, columns = int(first.max()) + 1, int(second.max()) + 1
    both = np.bincount(first * columns + second, minlength=rows * columns).reshape(rows, columns)
    either = both.sum(axis=1, keepdims=True) + both.sum(axis=0, keepdims=True) - both
    return np.asarray(both / either)


def _ninety(values: list[Any]) -> tuple[float, float]:
    low, high = np.percentile(values, [5, 95])
    return float(low), float(high)
