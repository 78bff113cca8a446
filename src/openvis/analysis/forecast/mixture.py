"""The ensemble: counts that forget and spread, mixed as they would have forecast the past best."""

from dataclasses import dataclass

import numpy as np

from openvis.analysis.checks import Floats, Ints
from openvis.analysis.forecast.memory import MEMORIES, OWN, Walk
from openvis.analysis.forecast.model import Expected, steady
from openvis.analysis.forecast.record import DAY, Record

LOOK_BACK_DAYS = 364
"""Past over which the weights are learned."""
PULL = 20.0
"""Events that the plain count of all history is given beforehand: with little to learn from, the mixture is the count."""
ROUNDS = 60


@dataclass(frozen=True, eq=False)
class _Period:
    """Events of a past period: when known, weight, and (events, memories + 1) what each memory gave their cells."""

    known: Ints
    weight: Floats
    shares: Floats


class Ensemble:
    """Goes ahead in time over a record; at every moment it is fitted on what was known then and nothing else.

    The share of each cell is a mixture of the shares by 24 memories (six half-lives × four spreads) and an even spread.
    The weights make the events of the past year likeliest, each forecast from what was known at the begin of its
    period (EM on the simplex, with a prior on the plain count). The level is that of the last 13 weeks.
    """

    def __init__(self, record: Record, step: int, until: int) -> None:
        self._periods: list[_Period] = []
        self._most = max(1, LOOK_BACK_DAYS * DAY // step)
        self._walk = Walk(record, step, until, self._keep)

    def at(self, until: int) -> tuple[Expected, dict[str, float]]:
        self._walk.to(until)
        weights = self._weights(until)
        level = self._walk.record.before(until).level(until)
        told = {name(i): float(weight) for i, weight in enumerate(weights) if weight >= 0.01}
        return steady(weights @ self._walk.shares() * level), told

    def _keep(self, walk: Walk) -> None:
        coming = walk.coming()
        record = walk.record
        shares = np.ascontiguousarray(walk.shares(record.cell[coming]).T)
        self._periods.append(_Period(record.known[coming], record.weight[coming], shares))
        del self._periods[: -self._most]

    def _weights(self, until: int) -> Floats:
        """(memories + 1,) adding up to one, from the events known at `until`."""
        prior = np.zeros(len(MEMORIES) + 1)
        prior[OWN] = PULL
        known = [period.known <= until for period in self._periods]
        if not any(it.any() for it in known):
            return prior / PULL
        shares = np.concatenate([period.shares[it] for period, it in zip(self._periods, known, strict=True)])
        weight = np.concatenate([period.weight[it] for period, it in zip(self._periods, known, strict=True)])
        weights = np.full(prior.size, 1.0 / prior.size)
        for _ in range(ROUNDS):
            likely = shares @ weights
            weights = weights * (shares.T @ (weight / likely)) + prior
            weights /= weights.sum()
        return weights


def name(memory: int) -> str:
    """A memory in words."""
    if memory == len(MEMORIES):
        return "evenly"
    half_life, spread = MEMORIES[memory]
    when = "all history" if np.isinf(half_life) else f"half after {half_life:g} days"
    return f"{when}, {'own cell' if spread == 0 else f'spread {spread:g} m'}"
