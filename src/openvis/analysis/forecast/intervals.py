"""Bootstrap intervals of totals and ratios over origins: the same draws for all, so that differences are paired."""

import numpy as np

from openvis.analysis.checks import Floats, between

RESAMPLES = 4000


def draws(origins: int, seed: int, resamples: int = RESAMPLES) -> Floats:
    """(resamples, origins) how often each origin is drawn, with replacement; rows add up to `origins`."""
    if resamples < 100:
        raise ValueError(f"resamples is {resamples}; expected at least 100")
    rng = np.random.default_rng([seed, origins])
    return rng.multinomial(origins, np.full(origins, 1.0 / origins), size=resamples).astype(np.float64)


def interval(drawn: Floats, origins: int, confidence: float = 0.95) -> tuple[float, float]:
    """Percentile interval of a bootstrapped figure (resamples,), widened for few origins.

    The plain percentile interval is too short when there are few: its tails are taken at the probability that makes
    it as wide as Student's t would (Hesterberg 2015, The American Statistician 69:371-386, "expanded percentile").
    One origin says nothing about the spread between origins: both ends are NaN.
    """
    from scipy.special import ndtr, stdtrit

    between("confidence", confidence, 0.0, 1.0)
    if origins < 2 or not np.isfinite(drawn).any():
        return float("nan"), float("nan")
    tail = ndtr(np.sqrt(origins / (origins - 1.0)) * stdtrit(origins - 1.0, (1.0 - confidence) / 2.0))
    low, high = np.nanquantile(drawn, [tail, 1.0 - tail])
    return float(low), float(high)


def ratio(drawn: Floats, above: Floats, below: Floats) -> Floats:
    """(resamples,) Σ above / Σ below over the drawn origins; NaN where the second is nothing."""
    with np.errstate(invalid="ignore", divide="ignore"):
        total = drawn @ below
        return np.asarray(np.where(total > 0, (drawn @ above) / total, np.nan))
