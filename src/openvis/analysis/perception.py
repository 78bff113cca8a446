"""Where people feel less safe than the figures say, from shares of a survey and registered counts, per area."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from openvis.analysis.checks import Bools, Floats, between, finite, positive

LEAST_AREAS = 8
"""Areas needed to know how feeling goes with figures at all."""
ALONE = 0.5
"""Share of the areas with a single respondent, or a share of 0 or 1, above which the rows are taken for persons."""


@dataclass(frozen=True, eq=False)
class Gap:
    """Per area (n,) how much more people feel unsafe than areas with such figures do; NaN for those left out.

    value, low, high: points of the share (0.04 is 4 percentage points), shrunk towards 0 by how little is known, with the
    interval. z: standardised residual, unshrunk. expected: the share that goes with the registered rate. used: (n,) bool.
    slope: change of the share when the rate doubles; scatter: standard deviation between areas that the rate does not
    explain; reliability: share of the differences between the observed log rates that is real.
    """

    value: Floats
    low: Floats
    high: Floats
    z: Floats
    expected: Floats
    used: Bools
    slope: float
    scatter: float
    reliability: float


def gap(
    counts: Any,
    bases: Any,
    shares: Any,
    respondents: Any,
    *,
    design: float = 1.0,
    least: int = 30,
    confidence: float = 0.95,
) -> Gap:
    """Where the feeling of unsafety differs from what registered crime would make one expect.

    counts, bases: (n,) registered events and inhabitants, the objective side. shares: (n,) of the respondents that feel
    unsafe, 0 to 1; respondents: (n,) how many answered. design: variance of the survey relative to a simple random sample.
    least: areas with fewer respondents take no part.

    The share is a straight line of the log rate with a deviation of its own per area; both sides are known with error (a
    Poisson count, a sampled share), so the line is fitted by the structural errors-in-variables likelihood (Fuller 1987,
    Measurement Error Models, chapter 2) and not bent towards the flat by noise in the rates. The gap is the posterior mean
    of the deviation; its interval is Student's and counts in how well the line is known.
    Raises ValueError for other lengths, shares outside 0 to 1, rows that look like persons, or fewer than eight areas left.
    """
    n, base = finite("counts", counts, least=0.0), finite("bases", bases, least=0.0)
    share, asked = finite("shares", shares, least=0.0), finite("respondents", respondents, least=0.0)
    between("confidence", confidence, 0.0, 1.0)
    positive("design", design)
    if not n.size == base.size == share.size == asked.size:
        raise ValueError(f"counts has {n.size} areas, bases {base.size}, shares {share.size}, respondents {asked.size}; "
                         "expected as many of each")  # fmt: skip
    if (share > 1.0).any():
        raise ValueError(f"shares runs to {share.max():g}; expected shares between 0 and 1 (divide percentages by 100)")
    _refuse_persons(share, asked)
    used = (asked >= least) & (base > 0)
    if used.sum() < LEAST_AREAS:
        raise ValueError(
            f"{int(used.sum())} areas have at least {least} respondents and a base; expected {LEAST_AREAS}"
        )
    x = np.log((n[used] + 0.5) / base[used])
    y = share[used]
    x_error = 1.0 / (n[used] + 0.5)
    # Two on either side added: a share of 0 or 1 is no certainty (Agresti & Coull 1998).
    middle = (asked[used] * y + 2.0) / (asked[used] + 4.0)
    y_error = design * middle * (1.0 - middle) / asked[used]
    level, between_x, start, slope, scatter = _line(x, y, x_error, y_error)
    return _gaps(used, (x, y, x_error, y_error), (level, between_x, start, slope, scatter), confidence)


def _refuse_persons(share: Floats, asked: Floats) -> None:
    alone = asked <= 1
    if share.size and (alone.mean() > ALONE or (np.isin(share, (0.0, 1.0)) & (asked < LEAST_AREAS)).mean() > ALONE):
        raise ValueError(
            f"respondents is 1 or less in {int(alone.sum())} of {asked.size} rows; expected a row per area, with the share "
            "of many respondents, and never the answers of single persons"
        )


def _gaps(used: Bools, known: tuple[Floats, ...], line: tuple[float, ...], confidence: float) -> Gap:
    from scipy.special import stdtrit

    x, y, x_error, y_error = known
    level, between_x, start, slope, scatter = line
    xx, xy, yy = between_x + x_error, slope * between_x, slope**2 * between_x + scatter + y_error
    off_x, off_y = x - level, y - start - slope * level
    # Of y given the observed x: what is left when the part of x that is real has been taken along.
    rest, variance = off_y - xy / xx * off_x, yy - xy**2 / xx
    value = scatter / variance * rest
    weight = scatter / variance
    # The line itself is known from these areas alone: less so at its ends.
    line_error = variance.mean() * (1.0 + off_x**2 / (off_x**2).mean()) / x.size
    reach = float(stdtrit(x.size - 2.0, 0.5 + confidence / 2.0)) * np.sqrt(
        scatter * (1.0 - weight) + weight**2 * line_error
    )

    def of_all(values: Floats) -> Floats:
        out = np.full(used.size, np.nan)
        out[used] = values
        return out

    return Gap(
        value=of_all(value),
        low=of_all(value - reach),
        high=of_all(value + reach),
        z=of_all(rest / np.sqrt(variance)),
        expected=of_all(y - rest),
        used=used,
        slope=slope * float(np.log(2.0)),
        scatter=float(np.sqrt(scatter)),
        reliability=float(np.mean(between_x / xx)),
    )


def _line(x: Floats, y: Floats, x_error: Floats, y_error: Floats) -> tuple[float, float, float, float, float]:
    """Mean and variance of the true x, start, slope and scatter of y around the line, by maximum likelihood."""
    from scipy.optimize import minimize

    x_unit, y_unit = float(x.std()) or 1.0, float(y.std()) or 1.0
    x_mid, y_mid = float(x.mean()), float(y.mean())
    xs, ys = (x - x_mid) / x_unit, (y - y_mid) / y_unit
    xe, ye = x_error / x_unit**2, y_error / y_unit**2

    def loss(at: Floats) -> float:
        level, start, slope = at[:3]
        between_x, scatter = np.exp(at[3:])
        xx, xy, yy = between_x + xe, slope * between_x, slope**2 * between_x + scatter + ye
        dx, dy = xs - level, ys - start - slope * level
        determinant = xx * yy - xy**2
        return float(0.5 * (np.log(determinant) + (yy * dx**2 - 2 * xy * dx * dy + xx * dy**2) / determinant).sum())

    first = float(np.mean(xs * ys))
    free = (None, None)
    bounds = [free, free, free, (-9.0, 3.0), (-14.0, 3.0)]
    tries = [
        minimize(loss, [0.0, 0.0, first, -0.3, scatter], method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-11})
        for scatter in (-0.5, -3.0)
    ]
    level, start, slope, between_x, scatter = min(tries, key=lambda it: float(it.fun)).x
    slope *= y_unit / x_unit
    return (
        float(x_mid + level * x_unit),
        float(np.exp(between_x) * x_unit**2),
        float(y_mid + start * y_unit - slope * x_mid),
        float(slope),
        float(np.exp(scatter) * y_unit**2),
    )
