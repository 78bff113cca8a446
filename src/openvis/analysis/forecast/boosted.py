"""Gradient boosting on what each cell and its neighbours saw, and on the season."""

from dataclasses import dataclass

import numpy as np

from openvis.analysis.checks import Floats, Ints
from openvis.analysis.forecast.memory import Walk
from openvis.analysis.forecast.model import Expected, steady
from openvis.analysis.forecast.record import DAY, Record, per_cell

LOOK_BACK_DAYS = 728
PERIODS = 26
"""Past periods to learn from, spread over the last two years."""
OTHERS = 400
"""Cells drawn per period beside those with an event; each stands for many like it."""
MOST_BINS = 32
"""Steps in which a feature is cut; with weights, finding many takes longer than fitting."""
YEAR = 365.25 * DAY


@dataclass(frozen=True, eq=False)
class _Period:
    """A past period: its events (cell, known, weight), the cells drawn, and what the memories held for both."""

    begin: int
    cell: Ints
    known: Ints
    weight: Floats
    drawn: Ints
    held: Floats
    held_drawn: Floats


class Boosted:
    """Goes ahead in time over a record; at every moment it is fitted on what was known then and nothing else.

    Histogram gradient boosting with Poisson loss (scikit-learn) on the 24 memories of a cell and two waves of the year,
    one row per cell and period. Its shares are used, with the level of the last 13 weeks.
    """

    def __init__(self, record: Record, step: int, until: int, seed: int) -> None:
        self._seed = seed
        self._periods: list[_Period] = []
        most = max(1, LOOK_BACK_DAYS * DAY // step)
        self._every, self._most = max(1, most // PERIODS), most
        self._walk = Walk(record, step, until, self._keep)

    def at(self, until: int) -> tuple[Expected, dict[str, float]]:
        self._walk.to(until)
        level = self._walk.record.before(until).level(until)
        rows = [self._rows(period, until) for period in self._periods[:: -self._every]]
        features, target, weight = (np.concatenate(parts) for parts in zip(*rows, strict=True)) if rows else _nothing()
        if target.sum() < 1:
            return steady(np.full(self._walk.record.grid.size, level / self._walk.record.grid.size)), {}
        here = _features(self._walk.amounts().T, until)
        risk = _boost(features, target, weight, here, self._seed)
        return steady(risk * (level / risk.sum())), {}

    def _keep(self, walk: Walk) -> None:
        record, coming = walk.record, walk.coming()
        rng = np.random.default_rng([self._seed, walk.at // walk.step])
        drawn = np.sort(rng.choice(record.grid.size, min(OTHERS, record.grid.size), replace=False))
        held, cell = walk.amounts(), record.cell[coming]
        self._periods.append(
            _Period(
                walk.at, cell, record.known[coming], record.weight[coming], drawn, held[:, cell].T, held[:, drawn].T
            )
        )
        del self._periods[: -self._most]

    def _rows(self, period: _Period, until: int) -> tuple[Floats, Floats, Floats]:
        """Features, target and weight of the cells with an event known at `until`, and of the drawn ones without."""
        cells = self._walk.record.grid.size
        known = np.flatnonzero(period.known <= until)
        busy, first = np.unique(period.cell[known], return_index=True)
        amount = per_cell(period.cell[known], period.weight[known], cells)[busy]
        quiet = ~np.isin(period.drawn, busy)
        held = np.concatenate([period.held[known[first]], period.held_drawn[quiet]])
        stands_for = (cells - busy.size) / max(1, int(quiet.sum()))
        weight = np.concatenate([np.ones(busy.size), np.full(int(quiet.sum()), stands_for)])
        return _features(held, period.begin), np.concatenate([amount, np.zeros(int(quiet.sum()))]), weight


def _features(held: Floats, at: int) -> Floats:
    wave = 2.0 * np.pi * at / YEAR
    season = np.broadcast_to([np.sin(wave), np.cos(wave)], (held.shape[0], 2))
    return np.hstack([held, season]).astype(np.float32)


def _nothing() -> tuple[Floats, Floats, Floats]:
    return np.zeros((0, 0)), np.zeros(0), np.zeros(0)


def _boost(features: Floats, target: Floats, weight: Floats, here: Floats, seed: int) -> Floats:
    from sklearn.ensemble import HistGradientBoostingRegressor
    from threadpoolctl import threadpool_limits

    model = HistGradientBoostingRegressor(
        loss="poisson",
        learning_rate=0.08,
        max_iter=60,
        max_leaf_nodes=12,
        min_samples_leaf=60,
        l2_regularization=1.0,
        max_bins=MOST_BINS,
        early_stopping=False,
        random_state=seed,
    )
    # The order in which threads add up would show in the last digit.
    with threadpool_limits(limits=1, user_api="openmp"):
        model.fit(features, target, sample_weight=weight)
        return np.asarray(model.predict(here), dtype=np.float64)
