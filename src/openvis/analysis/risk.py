"""Which areas and branches deserve a closer look: a score that can be added up by hand, of aggregates alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from openvis.analysis.checks import Bools, Floats, Ints, finite

LEAST_K = 5
LEAST_ROWS = 3
HALF_OR_DOUBLE = float(np.log(2.0))
PRIOR = 0.5
"""Jeffreys' addition to a count, before it is drawn again."""


@dataclass(frozen=True, eq=False)
class Profile:
    """What `area_branch_profile` finds; rows as given, indicators as given.

    values: (rows, indicators) as given, counts per unit; level: (rows, indicators) 0 to 1, the share of the other rows
    that lie lower (half of those equal); contributions: (rows, indicators), level × share of the weights × 100; score:
    (rows,) their sum, 0 to 100; order: (rows,) row numbers from the highest score; steady: (rows,) how often among the
    `top` highest when each weight is anything from half to double; chance: (rows,) the same, when also what was counted
    had come out differently by chance.
    """

    values: Floats
    level: Floats
    contributions: Floats
    score: Floats
    order: Ints
    steady: Floats
    chance: Floats
    top: int


def area_branch_profile(
    area: Any,
    branch: Any,
    units: Any,
    indicators: Any,
    weights: Sequence[float],
    counted: Any = None,
    k: int = 10,
    top: int = 10,
    draws: int = 1000,
    seed: int = 0,
) -> Profile:
    """A transparent additive score for each area and branch, and how far it holds (weighting: Hwang & Yoon 1981).

    area, branch: (rows,) names or codes, each pair once; units: (rows,) businesses or dwellings that a row stands for,
    whole and at least `k`; indicators: (rows, indicators), high meaning more reason to look; weights: (indicators,)
    above 0, of which only the proportions matter; counted: (indicators,) bool, numbers that are divided by the units
    first. It describes combinations of area and branch, never a business or a person: a row of fewer than `k` units is
    refused, and so is a pair that occurs twice. `k` is at least 5. The same for the same seed.

    Raises ValueError for rows below `k`, pairs that occur twice, fewer than three rows, shapes that do not fit, unknown
    numbers, negative counts.
    """
    size = _units(units, k)
    _pairs(np.asarray(area), np.asarray(branch), size.size)
    table = np.asarray(indicators, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] != size.size or table.shape[1] == 0:
        raise ValueError(f"indicators has shape {table.shape}; expected (rows, indicators) with {size.size} rows")
    if not np.isfinite(table).all():
        raise ValueError(
            "indicators holds unknown numbers; expected a number in every row: leave the row or the indicator out"
        )
    share = _weights(weights, table.shape[1])
    number = _counted(counted, table)
    if not 1 <= top < size.size:
        raise ValueError(f"top is {top}; expected 1 to {size.size - 1}, fewer than the {size.size} rows")
    if draws < 100:
        raise ValueError(f"draws is {draws}; expected at least 100")
    values = np.where(number, table / size[:, None], table)
    level = _levels(values)
    contributions = 100.0 * level * share
    score = np.asarray(contributions.sum(axis=1), dtype=np.float64)
    steady, chance = _again(level, table, size, number, share, top, draws, seed)
    return Profile(values, level, contributions, score, np.argsort(-score, kind="stable"), steady, chance, top)


def _again(
    level: Floats, table: Floats, units: Floats, counted: Bools, share: Floats, top: int, draws: int, seed: int
) -> tuple[Floats, Floats]:
    """How often each row is in the top: with other weights; with other weights and counts drawn again (gamma)."""
    rng = np.random.default_rng(seed)
    times = np.zeros((2, units.size))
    for _ in range(draws):
        other = share * np.exp(rng.uniform(-HALF_OR_DOUBLE, HALF_OR_DOUBLE, share.size))
        drawn = table.copy()
        drawn[:, counted] = rng.gamma(table[:, counted] + PRIOR) / units[:, None]
        for way, levels in enumerate((level, _levels(drawn) if counted.any() else level)):
            times[way, np.argsort(-(levels @ other), kind="stable")[:top]] += 1
    return times[0] / draws, times[1] / draws


def _levels(values: Floats) -> Floats:
    """Share of the other rows that are lower, half of those equal; by column."""
    from scipy.stats import rankdata

    return np.asarray((rankdata(values, axis=0) - 1.0) / (values.shape[0] - 1.0), dtype=np.float64)


def _units(units: Any, k: int) -> Floats:
    if k < LEAST_K:
        raise ValueError(f"k is {k}; expected at least {LEAST_K}: below that a row says something about single units")
    size = finite("units", units, least=0.0)
    if size.size < LEAST_ROWS:
        raise ValueError(f"units has {size.size} rows; expected at least {LEAST_ROWS} combinations to compare")
    small = size < k
    if small.any():
        raise ValueError(
            f"units holds {int(small.sum())} rows below {k}, the first is {size[small][0]:g}; expected aggregates of at "
            f"least {k} units, nothing about a single business or person"
        )
    if (size != np.round(size)).any():
        raise ValueError("units holds parts of units; expected whole numbers")
    return size


def _pairs(area: Any, branch: Any, rows: int) -> None:
    for name, values in (("area", area), ("branch", branch)):
        if values.shape != (rows,):
            raise ValueError(f"{name} has shape {values.shape}; expected ({rows},), one for each row")
    seen: set[tuple[Any, Any]] = set()
    for pair in zip(area.tolist(), branch.tolist(), strict=True):
        if pair in seen:
            raise ValueError(
                f"area {pair[0]!r} with branch {pair[1]!r} occurs twice; expected one row for each combination, not one "
                "for each business or person"
            )
        seen.add(pair)


def _weights(weights: Sequence[float], indicators: int) -> Floats:
    values = finite("weights", weights, least=0.0)
    if values.size != indicators or (values <= 0).any():
        raise ValueError(f"weights is {list(weights)!r}; expected {indicators} numbers above 0, one for each indicator")
    return np.asarray(values / values.sum(), dtype=np.float64)


def _counted(counted: Any, table: Floats) -> Bools:
    number = np.zeros(table.shape[1], dtype=np.bool_) if counted is None else np.asarray(counted, dtype=np.bool_)
    if number.shape != (table.shape[1],):
        raise ValueError(f"counted has shape {number.shape}; expected ({table.shape[1]},), one for each indicator")
    if (table[:, number] < 0).any():
        raise ValueError("indicators holds negative counts; expected 0 or more")
    return number
