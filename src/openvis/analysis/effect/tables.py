"""Intervals for the ratio of a two by two table of counts: treated after and before, control after and before."""

import numpy as np

from openvis.analysis.checks import Floats

FARTHEST = 60.0
"""Log ratio beyond which a limit is taken to be zero or infinite."""


def conditional_interval(cells: tuple[float, ...], confidence: float) -> tuple[float, float]:
    """Limits of the ratio given all margins: where the chance of this count or beyond is half of 1 − confidence."""
    from scipy.optimize import brentq

    after, weight, here = _support(cells)
    tail = (1.0 - confidence) / 2.0

    def beyond(log_ratio: float, upper: bool) -> float:
        chance = _chances(after, weight, log_ratio)
        return float(chance[here:].sum() if upper else chance[: here + 1].sum()) - tail

    low, high = 0.0, float("inf")
    if here > 0:
        low = float(np.exp(brentq(lambda v: beyond(v, True), -FARTHEST, FARTHEST, xtol=1e-12)))
    if here < after.size - 1:
        high = float(np.exp(brentq(lambda v: beyond(v, False), -FARTHEST, FARTHEST, xtol=1e-12)))
    return low, high


def conditional_p(cells: tuple[float, ...]) -> float:
    """Twice the smaller tail at a ratio of 1, at most 1."""
    after, weight, here = _support(cells)
    chance = _chances(after, weight, 0.0)
    return min(1.0, 2.0 * min(float(chance[here:].sum()), float(chance[: here + 1].sum())))


def log_interval(
    cells: tuple[float, ...], spread: float, freedom: int | None, confidence: float
) -> tuple[float, float, float]:
    """Limits and p by the normal (or, with degrees of freedom, Student's) interval of the log ratio."""
    from scipy.special import stdtr, stdtrit

    after, before, other_after, other_before = cells
    value = float(np.log(after / before * other_before / other_after))
    se = float(np.sqrt(spread * sum(1.0 / cell for cell in cells)))
    degrees = float("inf") if freedom is None else float(freedom)
    reach = float(stdtrit(degrees, 0.5 + confidence / 2.0)) * se
    return float(np.exp(value - reach)), float(np.exp(value + reach)), float(2.0 * stdtr(degrees, -abs(value) / se))


def _support(cells: tuple[float, ...]) -> tuple[Floats, Floats, int]:
    """All counts the treated could have had after with these margins, the log weight of each, and which one was had.

    Counts may be parts of events (an interval spread over two periods): the steps are whole all the same.
    """
    from scipy.special import gammaln

    after, before, other_after, other_before = cells
    down, up = int(min(after, other_before)), int(min(before, other_after))
    step = np.arange(-down, up + 1, dtype=np.float64)
    weight = -sum(
        gammaln(cell + sign * step + 1.0)
        for cell, sign in ((after, 1), (before, -1), (other_after, -1), (other_before, 1))
    )
    return after + step, np.asarray(weight), down


def _chances(after: Floats, weight: Floats, log_ratio: float) -> Floats:
    level = weight + after * log_ratio
    chance = np.exp(level - level.max())
    return np.asarray(chance / chance.sum())
