"""Did a measure work: counts before and after in the treated place, beside those of a comparison place."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from openvis.analysis.checks import Floats, between, finite, positive
from openvis.analysis.effect.tables import conditional_interval, conditional_p, log_interval


@dataclass(frozen=True)
class Change:
    """A difference in events over the after period, net of the comparison; below zero is fewer."""

    value: float
    se: float
    low: float
    high: float
    z: float
    p: float


@dataclass(frozen=True)
class Displacement:
    """Weighted displacement difference: in the treated place, in the places it may have moved to, and both together.

    `displaced` is None where no displacement area was given; `total` is then `local`.
    """

    local: Change
    displaced: Change | None
    total: Change


@dataclass(frozen=True)
class Ratio:
    """How many times as much the treated place had after, relative to the comparison; `spread` is the overdispersion."""

    ratio: float
    low: float
    high: float
    p: float
    spread: float


@dataclass(frozen=True, eq=False)
class EventStudy:
    """Per period (m,) the ratio treated / comparison, relative to before the start, with intervals.

    offset counts periods from the start (0 is the first after it). A period before the start is measured against the
    other periods before, one after it against all of them. trend: change of the log ratio per period before the start,
    with its p; a trend that was there before makes the effect doubtful.
    """

    offset: Floats
    ratio: Floats
    low: Floats
    high: Floats
    trend: float
    trend_p: float
    effect: Ratio


def wdd(
    treated: Any,
    control: Any,
    displacement: Any = None,
    displacement_control: Any = None,
    *,
    periods: tuple[float, float] = (1.0, 1.0),
    sizes: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0),
    proportional: bool = False,
    spread: float = 1.0,
    confidence: float = 0.95,
) -> Displacement:
    """Weighted displacement difference (Wheeler & Ratcliffe 2018, Crime Science 7:11).

    treated, control, displacement, displacement_control: (before, after) counts. The change in the treated place and in
    the place it may have moved to, minus the change in the comparison place (and in that of the displacement, else
    nothing): events that came less (below 0) or more, displacement counted in. The variance is the sum of the Poisson
    variances and the interval normal, as published; below some five events in a cell it promises too much.

    periods: lengths of before and after in any unit; counts before are brought to the length of after. sizes: of
    treated, control, displacement and its control (area, dwellings); counts are divided by them, so that the outcome is
    per unit of size. proportional: the comparison says by which factor the count changes, not by how many: for places of
    unequal level. Without a displacement control the control then serves both; delta-method variance. spread: variance
    relative to Poisson, from several periods (see `did`).
    Raises ValueError for other shapes, negative counts, sizes or periods not above zero, a control without events when
    `proportional`, a displacement control without displacement.
    """
    before = positive("periods[1]", periods[1]) / positive("periods[0]", periods[0])
    units = [np.array([before, 1.0]) / positive(f"sizes[{i}]", size) for i, size in enumerate(sizes)]
    _limits(spread, confidence)
    place, other = _Place(pair("treated", treated), units[0]), _Place(pair("control", control), units[1])
    local = _net([place], other, proportional)
    if displacement is None:
        if displacement_control is not None:
            raise ValueError("displacement_control is given without displacement; expected both, or displacement alone")
        only = _change(local, spread, confidence)
        return Displacement(only, None, only)
    near = _Place(pair("displacement", displacement), units[2])
    if displacement_control is None:
        moved = _net([near], other if proportional else None, proportional)
        total = _net([place, near], other, proportional)
    else:
        beside = _Place(pair("displacement_control", displacement_control), units[3])
        moved = _net([near], beside, proportional)
        total = local + moved
    return Displacement(*(_change(terms, spread, confidence) for terms in (local, moved, total)))


@dataclass(frozen=True)
class _Place:
    """Counts before and after as they were, and what one of them counts for."""

    raw: Floats
    unit: Floats

    @property
    def counts(self) -> Floats:
        return self.raw * self.unit


_Term = tuple[_Place, Floats]
"""A place, and how much the difference changes with each of its two (scaled) counts."""


def _net(places: list[_Place], other: _Place | None, proportional: bool) -> list[_Term]:
    """After − before in the places, minus the same in the other; or after − before × the factor of the other."""
    step = np.array([-1.0, 1.0])
    level = 1.0
    if other is not None and proportional:
        before, after = other.counts
        if before <= 0:
            raise ValueError("control has no events before; expected some, since its change is taken as a factor")
        step = np.array([-after / before, 1.0])
        level = sum(float(place.counts[0]) for place in places) / before
    terms = [(place, step) for place in places]
    return terms if other is None else [*terms, (other, -level * step)]


def _change(terms: list[_Term], spread: float, confidence: float) -> Change:
    from scipy.special import ndtr, ndtri

    value = sum(float(slope @ place.counts) for place, slope in terms)
    se = float(np.sqrt(spread * sum(float((slope * place.unit) ** 2 @ place.raw) for place, slope in terms)))
    reach = float(ndtri(0.5 + confidence / 2.0)) * se
    z = value / se if se > 0 else 0.0
    return Change(value, se, value - reach, value + reach, z, float(2.0 * ndtr(-abs(z))))


def did(
    treated_before: Any,
    treated_after: Any,
    control_before: Any,
    control_after: Any,
    *,
    confidence: float = 0.95,
    exact: bool | None = None,
) -> Ratio:
    """Poisson difference-in-differences: (treated after / before) / (control after / before).

    Each argument is a count or (periods,) counts, treated and control over the same periods. With an effect per place, per
    period and of the measure the likelihood depends on the sums alone (the periods drop out on conditioning on their
    totals), so the ratio has a closed form. exact: the interval conditional on all margins (noncentral hypergeometric,
    Cornfield 1956; p twice the smaller tail); else log-linear with the overdispersion of the periods (Pearson χ² over its
    degrees of freedom, at least 1) and Student's t. Default: exact when there are fewer than four periods in all.
    Raises ValueError for negative counts or unequal numbers of periods, and where not exact for a sum that is 0.
    """
    between("confidence", confidence, 0.0, 1.0)
    t0, t1 = _counts("treated_before", treated_before), _counts("treated_after", treated_after)
    c0 = _counts("control_before", control_before, t0.size)
    c1 = _counts("control_after", control_after, t1.size)
    cells = (float(t1.sum()), float(t0.sum()), float(c1.sum()), float(c0.sum()))
    freedom = t0.size + t1.size - 2
    if exact if exact is not None else freedom < 2:
        low, high = conditional_interval(cells, confidence)
        return Ratio(_ratio(cells), low, high, conditional_p(cells), 1.0)
    if min(cells) <= 0:
        raise ValueError(f"a sum of counts is 0 (treated {t0.sum():g} → {t1.sum():g}, control {c0.sum():g} → "
                         f"{c1.sum():g}); expected events in all four, or exact=True")  # fmt: skip
    spread = max(1.0, (_pearson(t0, c0) + _pearson(t1, c1)) / freedom) if freedom > 0 else 1.0
    low, high, p = log_interval(cells, spread, freedom if spread > 1.0 else None, confidence)
    return Ratio(_ratio(cells), low, high, p, spread)


def event_study(treated: Any, control: Any, after: Any, *, confidence: float = 0.95) -> EventStudy:
    """The effect per period around the start, so that a course that differed before can be seen.

    treated, control: (m,) counts over the same successive periods; after: (m,) bool, first False then True. Intervals are
    exact and conditional, widened by the overdispersion over all periods where there is any (then log-normal, with half
    an event added to each cell). trend: binomial regression of the share of the treated on time before the start
    (Cochran-Armitage score test for its p, one-step estimate).
    Raises ValueError for unequal lengths, fewer than two periods before or none after, or control or treated all zero.
    """
    t, c = _counts("treated", treated), _counts("control", control)
    late = np.asarray(after, dtype=np.bool_)
    if c.size != t.size or late.shape != t.shape:
        raise ValueError(f"treated has {t.size} periods, control {c.size}, after {late.size}; expected the same")
    first = int(np.count_nonzero(~late))
    if (np.diff(late.astype(np.int8)) < 0).any() or first < 2 or first == t.size:
        raise ValueError("after marks no start; expected at least two periods before it, and at least one after")
    if t[~late].sum() <= 0 or c[~late].sum() <= 0:
        raise ValueError("treated or control has no events before the start; expected some in both")
    dense = min(t[late].sum(), c[late].sum()) > 0
    effect = did(t[~late], t[late], c[~late], c[late], confidence=confidence, exact=None if dense else True)
    ratio, low, high = np.full((3, t.size), np.nan)
    for i in range(t.size):
        base = ~late & (np.arange(t.size) != i)
        cells = (float(t[i]), float(t[base].sum()), float(c[i]), float(c[base].sum()))
        ratio[i] = _ratio(cells)
        if effect.spread > 1.0:
            low[i], high[i], _ = log_interval(tuple(v + 0.5 for v in cells), effect.spread, t.size - 2, confidence)
        else:
            low[i], high[i] = conditional_interval(cells, confidence)
    trend, p = _trend(t[~late], c[~late], effect.spread)
    return EventStudy(np.arange(-first, t.size - first, dtype=np.float64), ratio, low, high, trend, p, effect)


def _trend(treated: Floats, control: Floats, spread: float) -> tuple[float, float]:
    """Slope of the log odds per period, and the p of the Cochran-Armitage test."""
    from scipy.special import ndtr

    n = treated + control
    share, time = treated.sum() / n.sum(), np.arange(n.size, dtype=np.float64)
    off = time - (n @ time) / n.sum()
    score, information = float(off @ (treated - n * share)), float(share * (1.0 - share) * (n @ off**2))
    if information <= 0:
        return 0.0, 1.0
    return score / information, float(2.0 * ndtr(-abs(score) / np.sqrt(information * spread)))


def _ratio(cells: tuple[float, ...]) -> float:
    """(treated after × control before) / (treated before × control after); infinite or NaN where divided by zero."""
    t1, t0, c1, c0 = cells
    above, below = t1 * c0, t0 * c1
    return above / below if below > 0 else float("inf") if above > 0 else float("nan")


def _pearson(treated: Floats, control: Floats) -> float:
    """χ² of the treated share of each period against the share of all of them."""
    n = treated + control
    share = treated.sum() / n.sum()
    some = n > 0
    expected = n[some] * share
    return float(((treated[some] - expected) ** 2 / (expected * (1.0 - share))).sum())


def pair(name: str, values: Any) -> Floats:
    """(before, after) as floats, refused where not two counts of 0 or more."""
    counts = finite(name, values, least=0.0)
    if counts.size != 2:
        raise ValueError(f"{name} has {counts.size} values; expected two counts, before and after")
    return counts


def _counts(name: str, values: Any, length: int | None = None) -> Floats:
    counts = finite(name, np.atleast_1d(np.asarray(values, dtype=np.float64)), least=0.0)
    if counts.size == 0 or (length is not None and counts.size != length):
        raise ValueError(f"{name} has {counts.size} periods; expected {length or 'at least one'}")
    return counts


def _limits(spread: float, confidence: float) -> None:
    between("confidence", confidence, 0.0, 1.0)
    if not np.isfinite(spread) or spread < 1.0:
        raise ValueError(f"spread is {spread!r}; expected a variance relative to Poisson of at least 1")
