"""Mixed integer linear programs, solved by HiGHS (Huangfu & Hall 2018): the best answer, or how far it may be from it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from openvis.analysis.checks import Bools, Floats, Ints, positive

CLOSE = 1e-7
"""Bound and value this near each other, as a share, count as equal."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Linear constraints low <= Σ value × variable <= high; entries in any order, one triple each."""

    row: Ints
    column: Ints
    value: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class Solved:
    """values: (n,) of the variables; objective: what they give; bound: no answer can give more than this."""

    values: Floats
    objective: float
    bound: float

    @property
    def gap(self) -> float:
        """How much better another answer could be at most, as a share of this one; 0 when it is proven the best."""
        if self.bound - self.objective <= CLOSE * max(1.0, abs(self.objective)):
            return 0.0
        return (self.bound - self.objective) / abs(self.objective) if self.objective else float("inf")

    @property
    def optimal(self) -> bool:
        """Whether nothing better exists."""
        return self.gap == 0.0


def silent_solver() -> Any:
    """HiGHS that prints nothing: `highspy.Highs` announces itself on standard output before it can be told not to."""
    from highspy.highs import _Highs

    solver = _Highs()
    solver.setOptionValue("output_flag", False)
    return solver


def maximise(
    gain: Floats, high: Floats, whole: Bools, rows: Rows, seconds: float, start: Floats | None = None
) -> Solved | None:
    """Maximise Σ gain × v over 0 <= v <= high, `whole` ones integer, within `rows`; None when nothing fits the rows.

    Stops after `seconds` with the best found so far; `start` is an answer to begin from. One thread: the same answer
    every time, unless the clock ends it. Raises ValueError for seconds not above 0, and when the time ends before any
    answer is found.
    """
    import highspy
    from scipy.sparse import csr_array

    positive("seconds", seconds)
    matrix: Any = csr_array((rows.value, (rows.row, rows.column)), shape=(rows.low.size, gain.size))
    solver = silent_solver()
    for option, value in (("threads", 1), ("random_seed", 0), ("time_limit", float(seconds)), ("mip_rel_gap", 0.0)):
        solver.setOptionValue(option, value)
    solver.passModel(
        gain.size, rows.low.size, matrix.nnz, int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMaximize), 0.0,
        gain, np.zeros(gain.size), high, rows.low, rows.high,
        matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32), matrix.data, whole.astype(np.int32),
    )  # fmt: skip
    if start is not None:
        known = highspy.HighsSolution()
        known.col_value = start.tolist()
        solver.setSolution(known)
    solver.run()
    status = solver.getModelStatus()
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return None
    info = solver.getInfo()
    if info.primal_solution_status != int(highspy.SolutionStatus.kSolutionStatusFeasible):
        raise ValueError(
            f"seconds is {seconds:g}, in which no answer was found; expected more time or a smaller question"
        )
    values = np.asarray(solver.getSolution().col_value)
    values = np.where(whole, np.round(values), np.clip(values, 0.0, high))
    bound = info.mip_dual_bound if whole.any() else info.objective_function_value
    return Solved(values, float(gain @ values), float(bound))
