"""Who stands between others: betweenness, exact or sampled with an error bound."""

from dataclasses import dataclass

import numpy as np

from openvis.analysis.checks import Bools, Floats, Ints, between
from openvis.analysis.network.graph import Graph
from openvis.analysis.network.shortest import betweenness, passes
from openvis.analysis.network.ties import Ties

EXACT_TO = 20_000
SAMPLES = 100_000


@dataclass(frozen=True, eq=False)
class Brokers:
    """How much of all shortest paths passes each node, in the order of the nodes; all (n,).

    betweenness: sum over pairs of other nodes of the share of their shortest paths through it. share: the same as a
    part of all such pairs. low, high: bounds of share, equal to it where exact; where sampled all of them hold together
    with the confidence asked. samples: paths drawn, 0 where exact.
    """

    betweenness: Floats
    share: Floats
    low: Floats
    high: Floats
    samples: int

    @property
    def exact(self) -> bool:
        """Whether every shortest path was counted."""
        return self.samples == 0


def brokers(
    ties: Ties | Graph,
    *,
    by_strength: bool = False,
    exact_to: int = EXACT_TO,
    samples: int = SAMPLES,
    confidence: float = 0.95,
    seed: int = 0,
    threads: int | None = None,
) -> Brokers:
    """Which part of all shortest paths passes each node (betweenness; L.C. Freeman, Sociometry 40 (1977) 35-41).

    Paths count steps, or with by_strength lengths 1 / strength, so that strong ties are short. Up to `exact_to` nodes
    exact (Brandes 2001). Above that `samples` random shortest paths between random pairs (M. Riondato and E.M.
    Kornaropoulos, Data Mining and Knowledge Discovery 30 (2016) 438-475): what passes a node is then binomial, so that
    Clopper and Pearson's exact interval, at (1 - confidence) / n for each, holds for all nodes together. Sampling counts
    steps only. A high share says that the recorded ties make it a link between others; what was not recorded, and what
    went over a tie, it does not say. Raises ValueError for sampling by strength, or confidence outside (0, 1).
    """
    graph = ties if isinstance(ties, Graph) else ties.graph
    n = graph.nodes
    pairs = max((n - 1) * (n - 2) / 2.0, 1.0)
    if n <= exact_to:
        exact = betweenness(graph, 1.0 / graph.weights if by_strength else None, threads)
        share = exact / pairs
        return Brokers(exact, share, share, share, 0)
    if by_strength:
        raise ValueError(f"by_strength is True with {n:,} nodes; expected at most exact_to = {exact_to:,}, or steps")
    if samples < 1:
        raise ValueError(f"samples is {samples}; expected at least 1")
    hits = passes(graph, samples, seed, threads)
    low, high = _binomial(hits, samples, (1.0 - between("confidence", confidence, 0.0, 1.0)) / n)
    scale = n * (n - 1) / 2.0
    part = scale / pairs
    return Brokers(hits / samples * scale, hits / samples * part, low * part, high * part, samples)


def ties_to_groups(graph: Graph, member: Ints) -> Ints:
    """(n,) in how many groups each node has a tie, its own counted."""
    groups = int(member.max()) + 1
    reached = np.unique(graph.rows * groups + member[graph.neighbours])
    return np.bincount(reached // groups, minlength=graph.nodes)


def connects(graph: Graph, member: Ints, share: Floats, least: float) -> Bools:
    """(n,) ties in two groups or more, and on the shortest paths of at least `least` of all pairs."""
    return np.asarray((ties_to_groups(graph, member) >= 2) & (share >= least))


def _binomial(hits: Ints, samples: int, alpha: float) -> tuple[Floats, Floats]:
    """Clopper and Pearson's interval of each share."""
    from scipy.special import betaincinv

    values, place = np.unique(hits, return_inverse=True)
    k = values.astype(np.float64)
    low = np.where(k > 0, betaincinv(np.maximum(k, 0.5), samples - k + 1, alpha / 2), 0.0)
    high = np.where(k < samples, betaincinv(k + 1, np.maximum(samples - k, 0.5), 1 - alpha / 2), 1.0)
    return low[place], high[place]
