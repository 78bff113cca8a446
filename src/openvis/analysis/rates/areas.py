"""Many areas at once: which differ from all together (funnel), and what small ones would be without their luck."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from openvis.analysis.checks import Floats, between, finite, positive

Overdispersion = Literal["none", "multiplicative", "additive"]
WINSOR = 0.1
"""Share of areas at either end that do not get to say how much areas differ (Spiegelhalter 2005)."""
LEAST_AREAS = 3
FARTHEST = 1e4
"""Relative variance beyond which no more is looked for: nearly all areas without events, one with all."""


@dataclass(frozen=True, eq=False)
class Funnel:
    """Each area (n,) against the target: its rate, the limits its size allows, and how far out it lies.

    rate, low, high and target are per `per` units of the base; low and high are (levels, n). p: two-sided mid-p, the spread
    between areas counted in. outside: per level whether the area lies below (-1), within (0) or above (1), (levels, n).
    spread: the overdispersion, 1 for none (multiplicative) or the relative variance between areas, 0 for none (additive).
    """

    rate: Floats
    low: Floats
    high: Floats
    p: Floats
    outside: Floats
    target: float
    spread: float


@dataclass(frozen=True, eq=False)
class Shrunk:
    """Rates (n,) per `per` units with a share of their luck taken out, their intervals, and how much of each is its own."""

    rate: Floats
    low: Floats
    high: Floats
    weight: Floats
    mean: Floats


def funnel(
    counts: Any,
    bases: Any,
    *,
    target: float | None = None,
    levels: Sequence[float] = (0.95, 0.998),
    overdispersion: Overdispersion = "none",
    per: float = 1000.0,
) -> Funnel:
    """Funnel plot limits (Spiegelhalter 2005, Statistics in Medicine 24:1185-1202).

    counts: (n,) events; bases: (n,) inhabitants or dwellings. target: the rate to compare with, per `per` [default: all
    areas together]. The limits are exact quantiles, interpolated between whole counts as in the paper's appendix.
    overdispersion: areas differ by more than chance where much that matters is not in the base. "multiplicative" widens
    the limits by the root of the winsorised mean z²; "additive" supposes rates that differ by a relative variance found
    from the same z² (gamma, so that counts are negative binomial): right where sizes differ much.
    Raises ValueError for other lengths, negative counts, bases not above zero, fewer than three areas with overdispersion.
    """
    from scipy.special import ndtr

    n, base = areas(counts, bases)
    scale = positive("per", per)
    together = float(n.sum() / base.sum()) if target is None else positive("target", target) / scale
    expected = base * positive("target", together)
    if overdispersion not in ("none", "multiplicative", "additive"):
        raise ValueError(f"overdispersion is {overdispersion!r}; expected 'none', 'multiplicative' or 'additive'")
    if overdispersion != "none" and n.size < LEAST_AREAS:
        raise ValueError(f"counts has {n.size} areas; expected at least {LEAST_AREAS} to see how much areas differ")
    relative = _relative_variance(n, expected) if overdispersion == "additive" else 0.0
    z = _z(n, expected, relative)
    widening = max(1.0, _mean_square(z)) if overdispersion == "multiplicative" else 1.0
    spread = relative if overdispersion == "additive" else widening
    low, high = limits(base, together, levels=levels, overdispersion=overdispersion, spread=spread, per=1.0)
    outside = (n > high * base).astype(np.float64) - (n < low * base)
    p = 2.0 * ndtr(-np.abs(z) / np.sqrt(widening))
    return Funnel(n * scale / base, low * scale, high * scale, p, outside, together * scale, spread)


def limits(
    bases: Any,
    target: float,
    *,
    levels: Sequence[float] = (0.95, 0.998),
    overdispersion: Overdispersion = "none",
    spread: float = 1.0,
    per: float = 1000.0,
) -> tuple[Floats, Floats]:
    """Lower and upper limits (levels, n) of the rate for areas of these sizes, per `per`: the lines of the picture.

    spread: as `funnel` found it. Raises ValueError for bases or a target not above zero, levels outside 0 to 1.
    """
    from scipy.special import ndtr, ndtri

    base = finite("bases", bases, least=np.finfo(float).tiny)
    expected = base * positive("target", target) / positive("per", per)
    relative = spread if overdispersion == "additive" else 0.0
    wide = np.sqrt(spread) if overdispersion == "multiplicative" else 1.0
    reach = [float(ndtri(0.5 + between("levels", level, 0.0, 1.0) / 2.0) * wide) for level in levels]
    low = np.stack([_limit(expected, relative, float(ndtr(-far))) for far in reach])
    high = np.stack([_limit(expected, relative, float(ndtr(far))) for far in reach])
    return low * per / base, high * per / base


def empirical_bayes(
    counts: Any,
    bases: Any,
    *,
    neighbours: Sequence[Any] | None = None,
    per: float = 1000.0,
    confidence: float = 0.95,
) -> Shrunk:
    """Rates of small areas drawn towards the mean (Marshall 1991, Applied Statistics 40:283-294).

    counts, bases: as for `funnel`. The mean and the variance between areas are found by moments; an area keeps as much of
    its own rate as its size warrants. neighbours: per area the positions of those around it; then the mean and variance
    are those of the area with its neighbours (local), else of all areas (global).

    Marshall's estimate is the mean of a gamma posterior whose prior has that mean and variance; the interval is of that
    posterior. It takes mean and variance as known, so that it is somewhat narrow with fewer than some twenty areas; where
    areas differ no more than by chance all get the mean, with the exact interval of all their events together.
    Raises ValueError for other lengths, negative counts, bases not above zero, fewer than three areas, wrong neighbours.
    """
    from scipy.special import gammaincinv

    n, base = areas(counts, bases)
    scale = positive("per", per)
    between("confidence", confidence, 0.0, 1.0)
    if n.size < LEAST_AREAS:
        raise ValueError(f"counts has {n.size} areas; expected at least {LEAST_AREAS}")
    mean, variance, events, people = _moments(n, base) if neighbours is None else _local_moments(n, base, neighbours)
    prior = np.divide(mean, variance, out=np.full(n.size, np.inf), where=variance > 0)
    alike = ~np.isfinite(prior)
    weight = np.where(alike, 0.0, base / (base + np.where(alike, 0.0, prior)))
    shape = np.where(alike, events, n + mean * np.where(alike, 0.0, prior))
    size = np.where(alike, people, base + np.where(alike, 0.0, prior))
    tail = (1.0 - confidence) / 2.0
    low = np.where(shape > 0, gammaincinv(np.maximum(shape, 1e-12), tail), 0.0) / size
    high = gammaincinv(np.where(alike, shape + 1.0, np.maximum(shape, 1e-12)), 1.0 - tail) / size
    return Shrunk(shape / size * scale, low * scale, high * scale, weight, mean * scale)


def areas(counts: Any, bases: Any) -> tuple[Floats, Floats]:
    """Both as (n,) floats, refused where negative, unknown, of other lengths, without a base or without any event."""
    n = finite("counts", counts, least=0.0)
    base = finite("bases", bases, least=0.0)
    if base.size != n.size or n.size == 0:
        raise ValueError(f"counts has {n.size} areas, bases {base.size}; expected as many, and at least one")
    if (base <= 0).any():
        first = int(np.flatnonzero(base <= 0)[0])
        raise ValueError(f"bases[{first}] is 0 ({int((base <= 0).sum())} such areas); expected a number above 0")
    if n.sum() <= 0:
        raise ValueError("counts are all 0; expected at least one event")
    return n, base


def _below(count: Floats, expected: Floats, relative: float) -> Floats:
    """Chance of `count` or fewer: Poisson, or negative binomial with the relative variance."""
    from scipy.special import betainc, gammaincc

    whole = np.floor(count)
    some = np.maximum(whole, 0.0) + 1.0
    if relative > 0:
        shape = 1.0 / relative
        chance = betainc(shape, some, shape / (shape + expected))
    else:
        chance = gammaincc(some, expected)
    return np.asarray(np.where(whole < 0, 0.0, chance))


def _limit(expected: Floats, relative: float, level: float) -> Floats:
    """The count below which a share `level` lies, interpolated: r − (P(X ≤ r) − level) / P(X = r), by halving for r."""
    low = np.full(expected.size, -1.0)
    high = np.ceil(expected + 20.0 * np.sqrt(expected * (1.0 + relative * expected)) + 40.0)
    while (short := _below(high, expected, relative) < level).any():
        high = np.where(short, 2.0 * high, high)
        if high.max() > 1e15:
            break
    while (high - low > 1.0).any():
        middle = np.floor((low + high) / 2.0)
        enough = _below(middle, expected, relative) >= level
        high, low = np.where(enough, middle, high), np.where(enough, low, middle)
    upto, before = _below(high, expected, relative), _below(high - 1.0, expected, relative)
    part = np.divide(upto - level, upto - before, out=np.zeros_like(upto), where=upto > before)
    return np.asarray(np.maximum(high - part, 0.0))


def _z(counts: Floats, expected: Floats, relative: float) -> Floats:
    """How far out each count lies, as a standard normal value of its mid-p; from the root where that is out of reach."""
    from scipy.special import ndtri

    upto = _below(counts, expected, relative)
    before = _below(np.ceil(counts) - 1.0, expected, relative)
    middle = (upto + before) / 2.0
    rough = (counts - expected) / np.sqrt(expected * (1.0 + relative * expected))
    if relative == 0:
        rough = 2.0 * (np.sqrt(counts) - np.sqrt(expected))
    reached = (middle > 1e-12) & (middle < 1.0 - 1e-12)
    return np.where(reached, ndtri(np.clip(middle, 1e-12, 1.0 - 1e-12)), rough)


def _mean_square(z: Floats) -> float:
    """Mean of z² with the outermost tenths brought to the next value, as a share of what that is for normal values.

    The paper leaves out the last step, and so finds two thirds of the spread there is.
    """
    from scipy.special import ndtri

    ordered = np.sort(z)
    off = int(WINSOR * z.size)
    kept = float((np.clip(z, ordered[off], ordered[z.size - 1 - off]) ** 2).mean())
    if off == 0:
        return kept
    edge = float(-ndtri(off / z.size))
    density = float(np.exp(-(edge**2) / 2.0) / np.sqrt(2.0 * np.pi))
    return kept / (1.0 - 2.0 * off / z.size - 2.0 * edge * density + 2.0 * off / z.size * edge**2)


def _relative_variance(counts: Floats, expected: Floats) -> float:
    """The relative variance of the rates at which the z² of the areas are on average what they are for normal values.

    As Paule & Mandel (1982, Journal of Research of the NBS 87:377-385), on the normal values of the mid-p: the moments of
    Pearson's residuals, which the paper takes (DerSimonian & Laird), lie a tenth to a third too low for skew rates.
    """
    from scipy.optimize import brentq

    def excess(relative: float) -> float:
        return _mean_square(_z(counts, expected, relative)) - (counts.size - 1) / counts.size

    if excess(0.0) <= 0:
        return 0.0
    high = 0.1
    while excess(high) > 0 and high < FARTHEST:
        high *= 4.0
    return high if high >= FARTHEST else float(brentq(excess, 0.0, high, xtol=1e-9, rtol=1e-5))


def _moments(n: Floats, base: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Mean rate, variance between areas beyond chance, events and people, of all areas; the same for each (n,)."""
    mean = n.sum() / base.sum()
    scatter = (base @ (n / base - mean) ** 2) / base.sum()
    # Chance alone scatters by the mean over the average base.
    found = (mean, max(0.0, scatter - mean / base.mean()), n.sum(), base.sum())
    mean, variance, events, people = (np.full(n.size, value) for value in found)
    return mean, variance, events, people


def _local_moments(n: Floats, base: Floats, neighbours: Sequence[Any]) -> tuple[Floats, Floats, Floats, Floats]:
    """As `_moments`, of each area with its neighbours."""
    own = np.arange(n.size)
    if len(neighbours) != n.size:
        raise ValueError(f"neighbours has {len(neighbours)} areas; expected {n.size}")
    lists = [np.setdiff1d(np.asarray(it, dtype=np.int64), [i]) for i, it in enumerate(neighbours)]
    rows = np.concatenate([own, np.repeat(own, [it.size for it in lists])])
    columns = np.concatenate([own, *lists])
    if columns.min() < 0 or columns.max() >= n.size:
        raise ValueError(f"neighbours holds positions {columns.min()} to {columns.max()}; expected 0 to {n.size - 1}")
    events = np.asarray(np.bincount(rows, n[columns], n.size), dtype=np.float64)
    people = np.asarray(np.bincount(rows, base[columns], n.size), dtype=np.float64)
    mean = events / people
    off = base[columns] * (n[columns] / base[columns] - mean[rows]) ** 2
    number = np.bincount(rows, minlength=n.size)
    return mean, np.maximum(0.0, np.bincount(rows, off, n.size) / people - mean * number / people), events, people
