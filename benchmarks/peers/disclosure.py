"""Protecting a table and auditing it, against one plain linear programme for each end of each left-out cell."""

from typing import Any

import numpy as np

from openvis.analysis import disclosure
from peers.measuring import memory, note, row, seconds, timed

SHAPE, K = (240, 20, 8), 5
SAMPLE = 12
GROWTH = ((60, 10, 4), (120, 20, 4), (240, 20, 8), (480, 40, 8))


def compare() -> None:
    """Counts of one to some hundred, of which three in a hundred are small; all totals published."""
    # First, since a new process starts from the peak of the one that began it.
    note(f"protect and audit of {_told(SHAPE)}: {memory(protect_and_audit):.0f} MB at its peak")
    made = table(SHAPE)
    spent, protected = timed(lambda: disclosure.protect(made, K), 3)
    row("protect, small cells and those that protect them", _told(SHAPE), spent)
    small, hidden = int(protected.small.sum()), int(protected.hidden.sum())
    note(f"{small:,} of {protected.values.size:,} figures are small, {hidden:,} left out")
    quick, verdict = timed(lambda: disclosure.audit(made, protected, exact=False), 3)
    exact, found = timed(lambda: disclosure.audit(made, protected), 1)
    assert verdict.passed
    assert found.passed
    each = _peer(protected, found)
    row("audit, every interval exact, against linprog (scaled)", f"{hidden:,} cells", exact, each * hidden)
    note(
        f"linprog (HiGHS) takes {each:.2f} s a cell for {SAMPLE} cells at random, the same intervals; times {hidden:,}"
    )
    row("audit, whether it passes, against linprog (scaled)", f"{hidden:,} cells", quick, each * hidden)
    for shape in GROWTH:
        counts = table(shape)
        row("protect (growth)", _told(shape), seconds(lambda t=counts: disclosure.protect(t, K), 1))
        safe = disclosure.protect(counts, K)
        row("audit, whether it passes (growth)", _told(shape), seconds(lambda t=counts, s=safe: _passes(t, s), 1))
        if int(safe.hidden.sum()) <= hidden:
            row("audit, exact (growth)", _told(shape), seconds(lambda t=counts, s=safe: disclosure.audit(t, s), 1))
    rounded = disclosure.protect(made, K, method="round")
    row("protect by rounding", _told(SHAPE), seconds(lambda: disclosure.protect(made, K, method="round")))
    assert disclosure.audit(made, rounded).passed


def table(shape: tuple[int, ...]) -> np.ndarray:
    """Counts of areas × kinds × periods, mean 40."""
    rng = np.random.default_rng(0)
    return rng.poisson(rng.gamma(2.0, 20.0, shape))


def protect_and_audit() -> None:
    """Both, on the table of the comparison."""
    made = table(SHAPE)
    disclosure.audit(made, disclosure.protect(made, K), exact=False)


def _passes(made: np.ndarray, protected: disclosure.Protected) -> None:
    assert disclosure.audit(made, protected, exact=False).passed


def _peer(protected: disclosure.Protected, found: disclosure.Audit) -> float:
    """Median seconds a cell: the least and the most of it by linprog, equal to what the audit found."""
    from scipy.optimize import linprog

    hidden = protected.hidden.ravel()
    all_sums = protected.margins.equations
    free = all_sums[:, np.flatnonzero(hidden)]
    sums = -(all_sums[:, np.flatnonzero(~hidden)] @ protected.values.ravel()[~hidden])
    used = np.diff(free.indptr) > 0
    free, sums = free[used], sums[used]
    spent = []
    for cell in np.random.default_rng(1).choice(found.low.size, SAMPLE, replace=False).tolist():
        cost = np.zeros(found.low.size)

        def both(cost: np.ndarray = cost, cell: int = cell) -> list[Any]:
            ends = []
            for sign in (1.0, -1.0):
                cost[cell] = sign
                ends.append(linprog(cost, A_eq=free, b_eq=sums, bounds=(1, None), method="highs"))
            return ends

        taken, (least, most) = timed(both, 1)
        spent.append(taken)
        assert np.ceil(least.fun - 1e-6) == found.low[cell]
        assert np.floor(-most.fun + 1e-6) == found.high[cell]
    return float(np.median(spent))


def _told(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))
