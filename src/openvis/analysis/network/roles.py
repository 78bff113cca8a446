"""The place of each pseudonym in the structure, in words, and how often that place survives leaving records out."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from openvis.analysis.checks import Floats, Ints, between
from openvis.analysis.network.brokers import brokers, connects
from openvis.analysis.network.communities import Communities
from openvis.analysis.network.graph import Graph
from openvis.analysis.network.resampling import KEEP, Evidence
from openvis.analysis.network.ties import Records
from openvis.analysis.threads import side_by_side

WORDS = ("no tie left", "at the edge", "inside its group", "centre of its group", "connects groups")
NONE, EDGE, INSIDE, CENTRE, CONNECTS = range(5)
LEAST = 0.05
CENTRAL = 2.0
ENOUGH_NODES = 2_000
"""Above so many nodes the shares of a draw are sampled, since each draw needs them anew."""


@dataclass(frozen=True, eq=False)
class Roles:
    """role: (n,) index in WORDS on all records. survival: (n, 5) share of the draws in which each node has each role."""

    role: Ints
    survival: Floats
    resamples: int

    @property
    def own(self) -> Floats:
        """(n,) share of the draws in which a node has the role it has on all records."""
        return np.asarray(self.survival[np.arange(self.role.size), self.role])


def roles(
    records: Records,
    found: Communities,
    *,
    at: Any = None,
    half_life: float | None = None,
    least: float = LEAST,
    resamples: int = 200,
    keep: float = KEEP,
    seed: int = 0,
    threads: int | None = None,
) -> Roles:
    """What place each node has in the structure: a description of these records, no score and no order of persons.

    connects groups: ties in two groups of `found` or more, and on the shortest paths of at least `least` of all pairs;
    centre of its group: strength of its ties inside its group at least 2 standard deviations above the mean of the group
    (the within-module degree of R. Guimerà and L.A.N. Amaral, Nature 433 (2005) 895-900); at the edge: one tie; inside
    its group: all others. Each draw leaves records out as `Evidence` says and judges again, with the same groups.
    """
    between("least", least, 0.0, 1.0)
    if resamples < 1:
        raise ValueError(f"resamples is {resamples}; expected at least 1")
    evidence = Evidence(records, at, half_life, keep)

    def one(draw: int) -> Ints:
        return _judged(evidence.drawn(seed, draw), found.member, least, seed=draw, threads=1)

    draws = np.array(side_by_side(one, range(resamples), threads))
    role = _judged(evidence.ties.graph, found.member, least, seed=seed, threads=threads)
    return Roles(role, np.stack([(draws == word).mean(axis=0) for word in range(len(WORDS))], axis=1), resamples)


def _judged(graph: Graph, member: Ints, least: float, seed: int, threads: int | None) -> Ints:
    share = brokers(graph, exact_to=ENOUGH_NODES, samples=20_000, seed=seed, threads=threads).share
    role = np.full(graph.nodes, INSIDE)
    role[_central(graph, member)] = CENTRE
    role[graph.degree == 1] = EDGE
    role[connects(graph, member, share, least)] = CONNECTS
    role[graph.degree == 0] = NONE
    return role


def _central(graph: Graph, member: Ints) -> npt.NDArray[np.bool_]:
    inside = member[graph.rows] == member[graph.neighbours]
    strength = np.bincount(graph.rows[inside], weights=graph.weights[inside], minlength=graph.nodes)
    size = np.bincount(member)
    mean = np.bincount(member, weights=strength) / size
    deviation = np.sqrt(np.bincount(member, weights=(strength - mean[member]) ** 2) / size)
    return np.asarray((deviation[member] > 0) & (strength >= mean[member] + CENTRAL * deviation[member]))
