"""Beforehand: how large an effect must be before these counts can show it."""

from dataclasses import dataclass

import numpy as np

from openvis.analysis.checks import between, finite, positive


@dataclass(frozen=True)
class Power:
    """What the weighted displacement difference can show.

    power: chance that a reduction of the asked size is shown (None when none was asked). detectable: the reduction, in
    events over the after period, that is shown with the wanted chance; share: the same of what was expected in the
    treated place, above 1 where even the end of all events would not be shown.
    """

    power: float | None
    detectable: float
    share: float
    expected: float


def power(
    treated: float,
    control: float,
    displacement: float = 0.0,
    displacement_control: float = 0.0,
    *,
    reduction: float | None = None,
    periods: tuple[float, float] = (1.0, 1.0),
    proportional: bool = False,
    spread: float = 1.0,
    confidence: float = 0.95,
    wanted: float = 0.8,
) -> Power:
    """Power of `effect.wdd` for counts expected over the before period, without a change in the comparison.

    treated, control, displacement, displacement_control: events expected before. reduction: share of the treated events
    that the measure takes away (0.3 is 30 %), nothing of it moved. periods, proportional, spread, confidence: as for `wdd`.
    wanted: the chance with which an effect is to be shown.

    The difference is about normal with the variance of its Poisson counts; a reduction takes its own part of that
    variance away, so that the smallest one shown solves a quadratic equation. Two-sided test, the wrong side neglected.
    Raises ValueError for negative counts, no treated events, a reduction not between 0 and 1.
    """
    from scipy.special import ndtr, ndtri

    if not 0.5 < wanted < 1.0:
        raise ValueError(f"wanted is {wanted!r}; expected a chance between 0.5 and 1")
    between("confidence", confidence, 0.0, 1.0)
    positive("treated", treated)
    counts = finite("counts", [treated, control, displacement, displacement_control], least=0.0)
    length = positive("periods[1]", periods[1]) / positive("periods[0]", periods[0])
    if not np.isfinite(spread) or spread < 1.0:
        raise ValueError(f"spread is {spread!r}; expected a variance relative to Poisson of at least 1")
    weights = np.ones(4)
    if proportional:
        shared = treated + (displacement if displacement_control == 0 else 0.0)
        weights[1] = (shared / positive("control", control)) ** 2
        if displacement_control > 0:
            weights[3] = (displacement / displacement_control) ** 2
    # A count before is scaled by the length of after, so its variance by the square of that.
    variance = spread * float(weights @ counts) * (length + length**2)
    edge = float(ndtri(0.5 + confidence / 2.0))
    reach = (edge + float(ndtri(wanted))) ** 2
    detectable = (-spread * reach + np.sqrt((spread * reach) ** 2 + 4.0 * reach * variance)) / 2.0
    expected = treated * length
    chance = None
    if reduction is not None:
        fewer = between("reduction", reduction, 0.0, 1.0) * expected
        chance = float(ndtr(fewer / np.sqrt(variance - spread * fewer) - edge))
    return Power(chance, float(detectable), float(detectable / expected), expected)
