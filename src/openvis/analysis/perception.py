"""Where people feel less safe than the figures say, from shares of a survey and registered counts, per area."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from openvis.analysis.checks import Bools, Floats, between, finite, positive
from openvis.analysis.rates import empirical_bayes

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

    The share is a straight line of the log rate with a deviation of its own per area. Both sides are known with error: a
    Poisson count, a sampled share. For the log rate its posterior mean stands in (gamma prior, see `empirical_bayes`), so
    that noise in small counts does not flatten the line (regression calibration; Carroll and others 2006, Measurement Error
    in Nonlinear Models, chapter 4); its posterior variance and the sampling variance of the share go into the variance.
    Line and scatter are fitted by restricted maximum likelihood. The gap is the posterior mean of the deviation; its
    interval is Student's and counts in how well the line is known.
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
    x, x_error, reliability = _log_rates(n[used], base[used])
    y = share[used]
    # Two on either side added: a share of 0 or 1 is no certainty (Agresti & Coull 1998).
    middle = (asked[used] * y + 2.0) / (asked[used] + 4.0)
    y_error = design * middle * (1.0 - middle) / asked[used]
    slope, scatter = _line(x, y, x_error, y_error)
    return _gaps(used, (x, y, slope**2 * x_error + y_error), slope, scatter, reliability, confidence)


def _log_rates(n: Floats, base: Floats) -> tuple[Floats, Floats, float]:
    """Posterior mean and variance of each log rate, and the share of their spread that is real.

    Raises ValueError where the rates differ no more than chance would make them: no line can be drawn then.
    """
    from scipy.special import polygamma, psi

    shrunk = empirical_bayes(n, base, per=1.0)
    if (shrunk.weight <= 0).any():
        raise ValueError("counts differ between areas no more than by chance; expected areas with different rates")
    size = base / shrunk.weight
    shape = shrunk.rate * size
    x, error = np.asarray(psi(shape) - np.log(size)), np.asarray(polygamma(1, shape))
    return x, error, float(x.var() / (x.var() + error.mean()))


def _refuse_persons(share: Floats, asked: Floats) -> None:
    alone = asked <= 1
    if share.size and (alone.mean() > ALONE or (np.isin(share, (0.0, 1.0)) & (asked < LEAST_AREAS)).mean() > ALONE):
        raise ValueError(
            f"respondents is 1 or less in {int(alone.sum())} of {asked.size} rows; expected a row per area, with the share "
            "of many respondents, and never the answers of single persons"
        )


def _gaps(
    used: Bools,
    known: tuple[Floats, Floats, Floats],
    slope: float,
    scatter: float,
    reliability: float,
    confidence: float,
) -> Gap:
    from scipy.special import stdtrit

    x, y, error = known
    variance = scatter + error
    off_x, rest = _fitted(x, y, 1.0 / variance, slope)
    weight = scatter / variance
    # The line itself is known from these areas alone: less so at its ends.
    line_error = 1.0 / (1.0 / variance).sum() + off_x**2 / (off_x**2 / variance).sum()
    value = weight * rest
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
        reliability=reliability,
    )


def _fitted(x: Floats, y: Floats, weight: Floats, slope: float) -> tuple[Floats, Floats]:
    """Distance of x from its weighted mean, and what the line with this slope leaves of y."""
    off_x = x - (weight @ x) / weight.sum()
    return off_x, y - (weight @ y) / weight.sum() - slope * off_x


def _line(x: Floats, y: Floats, x_error: Floats, y_error: Floats) -> tuple[float, float]:
    """Slope of the line and variance of the deviations from it."""
    from scipy.optimize import minimize

    # In units in which both are about 1, for the search.
    x_unit, y_unit = float(x.std()), float(y.std()) or 1.0
    xs, ys, xe, ye = x / x_unit, y / y_unit, x_error / x_unit**2, y_error / y_unit**2

    def loss(at: Floats) -> float:
        slope, log_scatter = at
        weight = 1.0 / (np.exp(log_scatter) + slope**2 * xe + ye)
        off_x, rest = _fitted(xs, ys, weight, slope)
        known = np.log(weight.sum()) + np.log(weight @ off_x**2)
        return float(0.5 * (weight @ rest**2 - np.log(weight).sum() + known))

    bounds = [(None, None), (-14.0, 3.0)]
    start = float(np.cov(xs, ys)[0, 1])
    tries = [minimize(loss, [start, scatter], method="L-BFGS-B", bounds=bounds) for scatter in (-0.5, -3.0)]
    slope, log_scatter = min(tries, key=lambda it: float(it.fun)).x
    return float(slope) * y_unit / x_unit, float(np.exp(log_scatter)) * y_unit**2
