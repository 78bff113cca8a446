"""The baseline of many series at once: quasi-Poisson regression, fitted side by side."""

from dataclasses import dataclass

import numpy as np

from openvis.analysis.checks import Floats, Ints
from openvis.analysis.compiled import kernel, summing_kernel
from openvis.analysis.threads import side_by_side, spans
from openvis.analysis.trend.baseline import TERMS

PIECE = 256
"""Series fitted together; fixed, so that the result is the same for any number of threads."""
ROUNDS = 20
OUTLYING = 3.5
"""Standard deviations above which a past week counts less; more than in one series, which need not hold so far out."""
FAR_OUT = 5.0
"""Standard deviations above which a week counts less in the dispersion: cut sooner, it would come out too small."""
SUMS = 5
"""Sums over the weeks that `_gather` keeps for each series."""
HALF = 0.5
"""Events that the usual level is worth in a series of its own (Jeffreys' half an event)."""
CLOSE = 1e-4
"""Change of a coefficient below which a series is fitted."""


@dataclass(frozen=True, eq=False)
class Model:
    """What the series have in common.

    X: (weeks, terms). offset: (curves, weeks or more) logarithm of what is expected where all coefficients are 0;
    curve: (n,) which of them a series follows. decay: (weeks,) how much a week counts by its age. pull: (terms,) pull of
    each coefficient to zero. usual: (n,) level, relative to the curve, to which half an event draws a series; 0 for none.
    """

    X: Floats
    offset: Floats
    curve: Ints
    decay: Floats
    pull: Floats
    usual: Floats


@dataclass(frozen=True, eq=False)
class Fits:
    """beta: (n, terms). covariance: (n, terms, terms) where counts are Poisson. sums: (n, 5), see `_gather`.

    fewer: (n,) weeks / (weeks - coefficients really used), by which residuals are too small.
    """

    beta: Floats
    covariance: Floats
    sums: Floats
    fewer: Floats


def fit_all(counts: Floats, model: Model, threads: int | None = None) -> Fits:
    """Fit each row of counts (n, weeks or more) on the first weeks, as many as the model has."""
    n, terms = counts.shape[0], model.X.shape[1]
    counts = np.ascontiguousarray(counts, dtype=np.float64)
    fits = Fits(np.zeros((n, terms)), np.zeros((n, terms, terms)), np.zeros((n, SUMS)), np.ones(n))
    side_by_side(lambda span: _fit_piece(counts, model, fits, *span), spans(n, PIECE), threads)
    return fits


def _fit_piece(counts: Floats, model: Model, fits: Fits, first: int, last: int) -> None:
    """Weighted scoring until no coefficient of a series moves; series that are done drop out."""
    terms = model.X.shape[1]
    beta, pulls = fits.beta[first:last], np.diag(model.pull)
    information, score = np.zeros((last - first, terms, terms)), np.zeros((last - first, terms))
    sums, spread = fits.sums[first:last], np.ones(last - first)
    beta[:, 0] = _level(counts[first:last], model, slice(first, last))
    active = np.arange(last - first)
    columns, room = np.ascontiguousarray(model.X.T), np.zeros((last - first, model.X.shape[0]))
    for _ in range(ROUNDS):
        mean = room[: active.size]
        _linear(columns, model.offset, model.curve, first, active, beta, mean)
        np.exp(mean, out=mean)  # numpy takes many at once, a loop of numba one by one
        _gather(
            counts, mean, columns, model.decay, model.usual, first, active, beta, spread, information, score, sums
        )  # fmt: skip
        spread[active] = np.maximum(1.0, sums[active, 1] / np.maximum(sums[active, 0], 1e-9))
        pull = model.pull * spread[active, None]
        held = information[active] + pulls * spread[active, None, None]
        step = np.linalg.solve(held, (score[active] - pull * beta[active])[..., None])[..., 0]
        largest = np.abs(step).max(axis=1)
        beta[active] += step / np.maximum(1.0, largest)[:, None]
        active = active[largest > CLOSE]
        if active.size == 0:
            break
    inverse = np.linalg.inv(information + pulls * spread[:, None, None])
    fits.covariance[first:last] = inverse
    used = np.einsum("nij,nji->n", inverse, information)
    weeks = model.X.shape[0]
    fits.fewer[first:last] = weeks / np.maximum(weeks - used, weeks / 2)


def _level(counts: Floats, model: Model, rows: slice) -> Floats:
    """Logarithm of the level of each series relative to its curve, exact where nothing stands out."""
    had = counts[:, : model.decay.size] @ model.decay
    curve = (np.exp(model.offset[:, : model.decay.size]) @ model.decay)[model.curve[rows]]
    usual = model.usual[rows]
    half = np.where(usual > 0, HALF, 0.0)
    return np.asarray(np.log(np.maximum(had + half, 1e-9) / (curve + half / np.maximum(usual, 1e-9))))


@kernel
def _linear(terms: Floats, offset: Floats, curve: Ints, first: int, rows: Ints, beta: Floats, out: Floats) -> None:
    """Logarithm of the mean of the rows of a piece that begins with series `first`. terms: (terms, weeks)."""
    weeks = out.shape[1]
    for which in range(rows.size):
        row = rows[which]
        base = offset[curve[first + row]]
        b0, b1, b2, b3, b4, b5 = beta[row]
        for t in range(weeks):
            linear = base[t] + b0 + b1 * terms[1, t] + b2 * terms[2, t]
            linear += b3 * terms[3, t] + b4 * terms[4, t] + b5 * terms[5, t]
            out[which, t] = min(linear, 30.0)


@summing_kernel
def _gather(
    counts: Floats,
    mean: Floats,
    terms: Floats,
    decay: Floats,
    usual: Floats,
    first: int,
    rows: Ints,
    beta: Floats,
    spread: Floats,
    information: Floats,
    score: Floats,
    sums: Floats,
) -> None:
    """Information and score of the rows of a piece that begins with series `first`. mean: (rows, weeks).

    sums: weighted sums over the weeks of the mean, squared residuals, squared residuals less counts, squared means,
    and counts.
    """
    weeks = mean.shape[1]
    weight, surprise = np.zeros(weeks), np.zeros(weeks)
    for which in range(rows.size):
        row = rows[which]
        series = counts[first + row]
        means, squares, squared, events = 0.0, 0.0, 0.0, 0.0
        for t in range(weeks):
            mu = mean[which, t]
            off = series[t] - mu
            trust = believed = decay[t]
            # The 1: a lone event in a quiet series is no outlier, however small its mean.
            scale = spread[row] * mu + 1.0
            if off > 0.0 and off * off > OUTLYING * OUTLYING * scale:
                trust *= OUTLYING * OUTLYING * scale / (off * off)
                believed *= min(1.0, FAR_OUT * FAR_OUT * scale / (off * off))
            weight[t] = trust * mu
            surprise[t] = trust * off
            means += believed * mu
            squares += believed * off * off
            squared += believed * mu * mu
            events += believed * series[t]
        for a in range(TERMS):
            total = 0.0
            for t in range(weeks):
                total += surprise[t] * terms[a, t]
            score[row, a] = total
            for b in range(a + 1):
                total = 0.0
                for t in range(weeks):
                    total += weight[t] * terms[a, t] * terms[b, t]
                information[row, a, b] = information[row, b, a] = total
        if usual[first + row] > 0.0:
            pseudo = HALF * np.exp(beta[row, 0]) / usual[first + row]
            information[row, 0, 0] += pseudo
            score[row, 0] += HALF - pseudo
        sums[row, 0] = means
        sums[row, 1] = squares
        sums[row, 2] = squares - events
        sums[row, 3] = squared
        sums[row, 4] = events
