"""What would be said had part of the evidence been missing: the same ties, from records left out at random."""

from typing import Any

import numpy as np

from openvis.analysis.checks import Floats, Ints
from openvis.analysis.network.graph import Graph
from openvis.analysis.network.ties import Records, Ties, faded, tie_strength

KEEP = 0.9


class Evidence:
    """Ties of a group with what each record adds to them; draws versions of it with records left out.

    A record stays with chance reliability · keep: doubtful ones are wrong as often as they are said to be, and of the
    rest one in ten (keep = 0.9) might not have been seen. What nobody ever recorded cannot be drawn: the shares say how
    well a finding stands on these records, not whether the records are complete.
    """

    def __init__(self, records: Records, at: Any, half_life: float | None, keep: float) -> None:
        if not 0.0 < keep <= 1.0:
            raise ValueError(f"keep is {keep!r}; expected a share above 0 and at most 1")
        self.ties: Ties = tie_strength(records, at=at, half_life=half_life)
        n = len(records.codes)
        left, used = faded(records, at, half_life)
        self._pair: Ints = np.unique((records.a * n + records.b)[used], return_inverse=True)[1]
        self._adds: Floats = (records.weight * left)[used]
        self._stays: Floats = records.reliability[used] * keep

    def drawn(self, seed: int, draw: int) -> Graph:
        """The graph of one draw; the same for the same (seed, draw)."""
        rng = np.random.default_rng([seed, draw])
        stays = rng.random(self._stays.size) < self._stays
        summed = np.bincount(self._pair[stays], weights=self._adds[stays], minlength=len(self.ties))
        strength = np.asarray(summed, dtype=np.float64)
        some = strength > 0
        return Graph.of(len(self.ties.codes), self.ties.a[some], self.ties.b[some], strength[some])
