"""Which of many discrete tests stand out: false discovery rate with the sizes that each test can really attain."""

import math

import numpy as np

from openvis.analysis.checks import Floats
from openvis.analysis.compiled import kernel
from openvis.analysis.threads import side_by_side, spans

HIGHEST = 0.2
"""Above this p nothing is looked at further: q is 1."""
SMALLEST = 1e-15
"""p below this is not told apart."""
PIECE = 256
"""Tests looked at together; fixed, so that their sum is the same for any number of threads."""
POISSON = 1e-6
"""Dispersion below which a negative binomial is a Poisson distribution."""


def tail(counts: Floats, mean: Floats, dispersion: Floats) -> Floats:
    """P(X ≥ counts) of the negative binomial with variance mean + dispersion · mean², exact; 1 for counts of 0."""
    from scipy.special import betainc

    shape = 1.0 / np.maximum(dispersion, POISSON)
    p = betainc(np.maximum(counts, 1e-9), shape, mean / (shape + mean))
    return np.asarray(np.where(counts > 0, np.clip(p, SMALLEST, 1.0), 1.0))


def q_values(p: Floats, mean: Floats, dispersion: Floats, least: float, threads: int | None = None) -> Floats:
    """(n,) false discovery rate at which each test is accepted, step-down (HSD of Döhler, Durand & Roquain 2018).

    p: (n,). mean, dispersion: (n, windows) of the negative binomials tested; p is the smallest tail over the windows
    times their number, and 1 below `least` events. A test of which an expectation is tiny can attain few small p; the
    sum of what all can attain, instead of n · p, loses no power to them (Electronic Journal of Statistics
    12:1867-1900). Holds the rate for independent tests. q is 1 where p is above 0.2.
    """
    q = np.ones(p.size)
    order = np.argsort(p, kind="stable")
    order = order[p[order] <= HIGHEST]
    if order.size == 0:
        return q
    levels = p[order]

    def work(span: tuple[int, int]) -> Floats:
        sizes = np.zeros(levels.size)
        _attained(mean, dispersion, *span, math.ceil(max(least, 1.0)), levels, sizes)
        return sizes

    sizes = np.sum(side_by_side(work, spans(p.size, PIECE), threads), axis=0)
    rates = sizes / np.arange(1, order.size + 1)
    q[order] = np.minimum(1.0, np.maximum.accumulate(rates))
    return q


@kernel
def _attained(mean: Floats, dispersion: Floats, first: int, last: int, least: int, levels: Floats, out: Floats) -> None:
    """Add to `out` (one for each level, rising) the sum over tests of F / (1 - F), F the chance of a p so small."""
    windows = mean.shape[1]
    attained = np.zeros(levels.size)
    for i in range(first, last):
        attained[:] = 0.0
        for w in range(windows):
            mu, r = max(mean[i, w], 1e-12), 1.0 / max(dispersion[i, w], POISSON)
            share = mu / (r + mu)
            # With r ≥ 1 more than HIGHEST lies at or above the mean: nothing below it matters.
            start = max(least, int(mu)) if r >= 1.0 else least
            mass = math.exp(
                math.lgamma(start + r) - math.lgamma(r) - math.lgamma(start + 1.0)
                + r * math.log(r / (r + mu)) + start * math.log(share)
            )  # fmt: skip
            top = start
            while mass > 1e-18 or top < mu:
                mass *= (top + r) / (top + 1.0) * share
                top += 1
            above, level = 0.0, 0
            for count in range(top, start - 1, -1):
                reached = above + mass
                while level < levels.size and levels[level] * (1.0 + 1e-9) < windows * reached:
                    attained[level] += above
                    level += 1
                above = reached
                if level == levels.size:
                    break
                mass *= count / ((count - 1.0 + r) * share)
            for rest in range(level, levels.size):
                attained[rest] += above
        for level in range(levels.size):
            size = min(attained[level], 0.999)
            out[level] += size / (1.0 - size)
