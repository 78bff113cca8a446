"""Rates per inhabitants or dwellings, with exact intervals."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from openvis.analysis.checks import between, positive

Direction = Literal["down", "up"]
State = Literal["met", "not_met", "undecided"]


@dataclass(frozen=True)
class Rate:
    """A rate with its interval, all per `per` units of the base."""

    rate: float
    low: float
    high: float


@dataclass(frozen=True)
class RateRatio:
    """How many times as high one rate is as another, with its interval and the chance of such a difference."""

    ratio: float
    low: float
    high: float
    p: float


def count_interval(count: float, confidence: float = 0.95) -> tuple[float, float]:
    """Exact interval for the mean of a Poisson count (Garwood 1936, Biometrika 28:437-442); count may be a weight."""
    from scipy.special import gammaincinv

    between("confidence", confidence, 0.0, 1.0)
    if not np.isfinite(count) or count < 0:
        raise ValueError(f"count is {count!r}; expected 0 or more")
    tail = (1.0 - confidence) / 2.0
    low = float(gammaincinv(count, tail)) if count > 0 else 0.0
    return low, float(gammaincinv(count + 1.0, 1.0 - tail))


def rate(count: float, base: float, per: float = 1000.0, confidence: float = 0.95) -> Rate:
    """Rate of `count` events per `per` units of `base` (inhabitants, dwellings), exact Poisson interval.

    Raises ValueError for a negative count, a base or `per` that is not above zero.
    """
    scale = positive("per", per) / positive("base", base)
    low, high = count_interval(count, confidence)
    return Rate(count * scale, low * scale, high * scale)


def compare(count1: float, base1: float, count2: float, base2: float, confidence: float = 0.95) -> RateRatio:
    """(count1 / base1) / (count2 / base2), with the exact conditional interval and two-sided p.

    For this year against the base year of a plan, or a city against a comparison group (which it must not be part of).

    Given the sum of both, the first count is binomial (Przyborowski & Wilenski 1940, Biometrika 31:313-323); interval
    after Clopper & Pearson 1934. Ratio NaN, interval 0 to infinity, p 1 when both are zero; infinite when only the
    second is. Raises ValueError for negative counts or bases not above zero.
    """
    from scipy.special import betainc, betaincinv

    scale = positive("base2", base2) / positive("base1", base1)
    between("confidence", confidence, 0.0, 1.0)
    for name, count in (("count1", count1), ("count2", count2)):
        if not np.isfinite(count) or count < 0:
            raise ValueError(f"{name} is {count!r}; expected 0 or more")
    if count1 + count2 == 0:
        return RateRatio(np.nan, 0.0, np.inf, 1.0)
    tail = (1.0 - confidence) / 2.0
    low = float(betaincinv(count1, count2 + 1.0, tail)) if count1 > 0 else 0.0
    high = float(betaincinv(count1 + 1.0, count2, 1.0 - tail)) if count2 > 0 else 1.0
    even = base1 / (base1 + base2)
    at_least = float(betainc(count1, count2 + 1.0, even)) if count1 > 0 else 1.0
    at_most = 1.0 - float(betainc(count1 + 1.0, count2, even)) if count2 > 0 else 1.0
    return RateRatio(
        ratio=count1 / count2 * scale if count2 > 0 else np.inf,
        low=low / (1.0 - low) * scale,
        high=high / (1.0 - high) * scale if high < 1.0 else np.inf,
        p=min(1.0, 2.0 * min(at_least, at_most)),
    )


def goal_state(low: float, high: float, target: float, direction: Direction) -> State:
    """Whether a goal is met, given the interval `low` to `high` of what was measured, in the unit of `target`.

    direction: "down" where below the target is wanted, "up" where above is. Met or not met only when the whole interval
    lies on one side of the target; a figure that chance may have put there leaves it undecided.
    Raises ValueError for an unknown direction, an interval upside down or with an unknown limit.
    """
    if direction not in ("down", "up"):
        raise ValueError(f"direction is {direction!r}; expected 'down' or 'up'")
    if not low <= high or np.isnan(target):
        raise ValueError(f"the interval is {low!r} to {high!r}, the target {target!r}; expected low, high in order")
    if high < target:
        return "met" if direction == "down" else "not_met"
    if low > target:
        return "met" if direction == "up" else "not_met"
    return "undecided"
