"""What `openvis analyse network` finds, worked out once for the terminal, the files and the picture."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from openvis.analysis import network as method
from openvis.analysis.checks import Floats, Ints
from openvis.analysis.network.key_players import chosen_again

MANY = 1_000
"""Above so many codes fewer beginnings are tried for the groups, which then takes seconds and not minutes."""
SET_RESAMPLES = 100


@dataclass(frozen=True)
class Groups:
    """The ties, the groups they fall into, and how those stand."""

    ties: method.Ties
    member: Ints
    stability: method.Stability
    modularity: float

    @property
    def sizes(self) -> Ints:
        """(groups,) codes in each."""
        return np.bincount(self.member)

    @property
    def shown(self) -> list[int]:
        """Groups of more than one code."""
        return [int(group) for group in np.flatnonzero(self.sizes > 1)]

    def ties_of(self, group: int) -> tuple[int, int]:
        """Ties inside a group, and out of it."""
        a, b = self.member[self.ties.a] == group, self.member[self.ties.b] == group
        return int((a & b).sum()), int((a ^ b).sum())

    def reached(self, node: int) -> list[int]:
        """The groups that a node has ties in."""
        graph = self.ties.graph
        return [int(it) for it in np.unique(self.member[graph.neighbours[graph.start[node] : graph.start[node + 1]]])]


@dataclass(frozen=True)
class KeySet:
    """The set of codes without which most pairs lose each other, and how often each is chosen in resamples (n,)."""

    held: method.KeyPlayers
    again: Floats


@dataclass(frozen=True)
class Found(Groups):
    """With the places of the codes in the structure; key set and changes only where asked."""

    roles: method.Roles
    key_set: KeySet | None
    changes: method.Dynamics | None


def groups(records: method.Records, options: dict[str, Any]) -> Groups:
    """Ties and groups, and how often the groups come back when records are left out."""
    ties = method.tie_strength(records, half_life=options["half_life"])
    starts = 50 if len(ties.codes) <= MANY else 5
    resolution = options["resolution"]
    it = method.communities(ties, resolution=resolution, seed=options["seed"], starts=starts)
    stands = method.stability(records, it, resolution=resolution, resamples=options["resamples"], **_draws(options))
    return Groups(ties, it.member, stands, it.modularity)


def whole(records: method.Records, it: Groups, options: dict[str, Any]) -> Found:
    """What `groups` found, with roles, and with the key set and the changes where asked."""
    communities = method.Communities(it.member, it.modularity)
    roles = method.roles(records, communities, resamples=options["resamples"], **_draws(options))
    key_set = changes = None
    if options["key_set"]:
        held = method.key_players(it.ties, options["key_set"], goal="components", seed=options["seed"])
        key_set = KeySet(held, _again(records, options))
    if options["window"]:
        step = options["step"] or options["window"] / 2
        changes = method.dynamics(
            records, options["window"], step, resolution=options["resolution"], seed=options["seed"]
        )
    return Found(**vars(it), roles=roles, key_set=key_set, changes=changes)


def _again(records: method.Records, options: dict[str, Any]) -> Floats:
    size = options["key_set"]
    return chosen_again(records, size, goal="components", resamples=SET_RESAMPLES, **_draws(options))


def _draws(options: dict[str, Any]) -> dict[str, Any]:
    return {name: options[name] for name in ("half_life", "keep", "seed")}
