"""Tails and limits of the negative binomial with variance mean + dispersion · mean²."""

import numpy as np

from openvis.analysis.checks import Floats


def interval(mean: Floats, dispersion: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Quantiles of the negative binomial with variance mean + dispersion · mean², NaN where unknown."""
    tail = (1.0 - confidence) / 2.0
    return quantile(mean, dispersion, tail), quantile(mean, dispersion, 1.0 - tail)


def quantile(mean: Floats, dispersion: Floats, level: float) -> Floats:
    """Smallest whole number at or below which at least `level` of the distribution lies, by halving."""
    from scipy.special import betainc

    known = np.isfinite(mean)
    mu = np.maximum(np.where(known, mean, 0.0), 1e-9)
    shape = 1.0 / np.maximum(np.where(known, dispersion, 0.0), 1e-6)
    low = np.full(mu.shape, -1.0)
    high = np.ceil(mu + 12.0 * np.sqrt(mu + mu * mu / shape) + 12.0 + 30.0 * mu / shape)
    while (high - low > 1.0).any():
        middle = np.floor((low + high) / 2.0)
        enough = betainc(shape, middle + 1.0, shape / (shape + mu)) >= level
        high, low = np.where(enough, middle, high), np.where(enough, low, middle)
    return np.where(known, high, np.nan)
