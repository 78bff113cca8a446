"""What an outsider can work out about hidden cells from all that is published: the least and most each can be."""

from typing import Any

import numpy as np

from openvis.analysis.checks import Bools, Floats, Ints
from openvis.analysis.compiled import kernel
from openvis.analysis.disclosure.cubes import reach
from openvis.analysis.disclosure.table import Margins
from openvis.analysis.milp import silent_solver

NEAR = 1e-6


def known_least(full: Ints, hidden: Bools) -> int:
    """What an outsider knows every hidden cell to be at least: 1, or 0 in a table that hides some cell of 0."""
    return int(hidden.any() and full[hidden].min() >= 1)


def proven(full: Ints, hidden: Bools, margins: Margins) -> tuple[Floats, Floats]:
    """(hidden cells,) an interval of values that each can certainly take for all an outsider knows; maybe not the whole."""
    x = full[hidden].astype(np.float64)
    down, up = reach(full, hidden, margins, known_least(full, hidden))
    return x - down, np.where(up >= 2**61, np.inf, x + up)


def bounds(
    full: Ints, hidden: Bools, margins: Margins, least: Floats, most: Floats, wanted: Bools
) -> tuple[Floats, Floats]:
    """(hidden cells,) the least and the most each can be: whole numbers from `known_least` with the published sums.

    least, most: what is `proven`. wanted: (hidden cells,) those for which the interval must be exact; of the others it is
    as wide as happens to be found. First the bounds that follow from one sum after the other (outer); where these meet
    what is proven (inner) nothing is left to solve. The rest is solved part by part (cells that share sums): linear
    programmes by HiGHS, warm from one cell to the next, each solution also being a proof for all other cells; whole
    numbers by branch and bound where a solution is not whole.
    """
    if not wanted.any():
        return least, most
    equations = margins.equations[:, np.flatnonzero(hidden)]
    equations = equations[np.diff(equations.indptr) > 0]
    x = full[hidden]
    sums = equations @ x
    low, high = np.full(x.size, float(known_least(full, hidden))), np.full(x.size, np.inf)
    _narrow(equations.indptr, equations.indices, equations.data, sums, low, high)
    least, most = least.copy(), most.copy()
    wanted = wanted & ((least > low) | (most < high))
    for cells in _parts(equations):
        if wanted[cells].any():
            rows = np.unique(equations[:, cells].tocoo().row)
            part = _Part(equations[rows][:, cells].tocsr(), sums[rows], low[cells], high[cells])
            least[cells], most[cells] = part.solved(least[cells], most[cells], np.flatnonzero(wanted[cells]))
    return least, most


def _parts(equations: Any) -> list[Ints]:
    """Hidden cells that are tied by sums."""
    from scipy.sparse.csgraph import connected_components

    number, part = connected_components(abs(equations.T) @ abs(equations), directed=False)
    order = np.argsort(part, kind="stable")
    return np.split(order, np.searchsorted(part[order], np.arange(1, number)))


class _Part:
    """Cells tied by sums, as one linear programme."""

    def __init__(self, equations: Any, sums: Floats, low: Floats, high: Floats) -> None:
        import highspy

        self._equations, self._sums, self._low, self._high = equations, sums, low.copy(), high.copy()
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = equations.shape
        lp.col_cost_ = np.zeros(low.size)
        lp.col_lower_, lp.col_upper_ = low, high
        lp.row_lower_ = lp.row_upper_ = sums
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = (
            equations.indptr,
            equations.indices,
            equations.data,
        )
        self._solver = silent_solver()
        self._solver.setOptionValue("presolve", "off")
        self._solver.setOptionValue("threads", 1)
        # Only the objective changes from cell to cell: the last solution stays feasible, so the primal simplex goes on.
        self._solver.setOptionValue("simplex_strategy", 4)
        self._solver.passModel(lp)
        self._unlimited = highspy.HighsModelStatus.kUnbounded

    def solved(self, least: Floats, most: Floats, wanted: Ints) -> tuple[Floats, Floats]:
        """The exact bounds of the cells `wanted`, from proven ones: every solution widens what is proven for all cells."""
        least, most = least.copy(), most.copy()
        for cell in wanted.tolist():
            for sign, reached, limit in ((1.0, least, self._low), (-1.0, most, self._high)):
                if reached[cell] != limit[cell]:
                    value, solution = self._extreme(cell, sign, float(reached[cell]))
                    reached[cell] = value
                    if solution is not None:
                        np.minimum(least, solution, out=least)
                        np.maximum(most, solution, out=most)
        return least, most

    def _extreme(self, cell: int, sign: float, reached: float) -> tuple[float, Floats | None]:
        """The least (sign 1) or most (-1) of a cell and all cells of a solution that has it, unless it was `reached`."""
        self._solver.changeColCost(cell, sign)
        self._solver.run()
        self._solver.changeColCost(cell, 0.0)
        if self._solver.getModelStatus() == self._unlimited:
            return np.inf, None
        solution = np.array(self._solver.getSolution().col_value)
        whole = np.round(solution)
        if np.abs(solution - whole).max() < NEAR and np.array_equal(self._equations @ whole, self._sums):
            return float(whole[cell]), whole
        best = sign * np.ceil(sign * solution[cell] - NEAR)
        if sign * reached <= sign * best:
            return reached, None
        return self._beside(cell, best, solution) or self._whole(cell, sign)

    def _beside(self, cell: int, best: float, solution: Floats) -> tuple[float, Floats] | None:
        """Whole numbers within one of a solution that is not whole, with `best` in the cell: nearly always there are."""
        low, high = np.floor(solution + NEAR) - 1.0, np.ceil(solution - NEAR) + 1.0
        low[cell] = high[cell] = best
        found = self._found(np.zeros(low.size), np.maximum(low, self._low), np.minimum(high, self._high))
        return None if found is None else (best, found)

    def _whole(self, cell: int, sign: float) -> tuple[float, Floats | None]:
        cost = np.zeros(self._low.size)
        cost[cell] = sign
        found = self._found(cost, self._low, self._high)
        if found is None:
            return (np.inf, None) if sign < 0 else (float(self._low[cell]), None)
        return float(found[cell]), found

    def _found(self, cost: Floats, low: Floats, high: Floats) -> Floats | None:
        """Whole numbers with the published sums, at the least cost; None where there are none, or no least."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        sums = LinearConstraint(self._equations, self._sums, self._sums)
        found = milp(cost, integrality=np.ones(cost.size), bounds=Bounds(low, high), constraints=sums)
        return None if found.x is None else np.asarray(np.round(found.x))


@kernel
def _narrow(start: Ints, cells: Ints, signs: Floats, sums: Floats, low: Floats, high: Floats) -> None:  # noqa: C901
    """Bounds that follow from one equation at a time, again and again until none gets narrower; changes low and high."""
    for _ in range(1000):
        narrower = False
        for row in range(sums.size):
            least, most, open_least, open_most = 0.0, 0.0, 0, 0
            for at in range(start[row], start[row + 1]):
                cell = cells[at]
                small = signs[at] * (low[cell] if signs[at] > 0 else high[cell])
                large = signs[at] * (high[cell] if signs[at] > 0 else low[cell])
                if np.isinf(small):
                    open_least += 1
                else:
                    least += small
                if np.isinf(large):
                    open_most += 1
                else:
                    most += large
            for at in range(start[row], start[row + 1]):
                cell, sign = cells[at], signs[at]
                small = sign * (low[cell] if sign > 0 else high[cell])
                large = sign * (high[cell] if sign > 0 else low[cell])
                if open_least - np.isinf(small) == 0:
                    limit = sums[row] - (least if np.isinf(small) else least - small)
                    if sign > 0 and limit < high[cell]:
                        high[cell], narrower = limit, True
                    elif sign < 0 and -limit > low[cell]:
                        low[cell], narrower = -limit, True
                if open_most - np.isinf(large) == 0:
                    limit = sums[row] - (most if np.isinf(large) else most - large)
                    if sign > 0 and limit > low[cell]:
                        low[cell], narrower = limit, True
                    elif sign < 0 and -limit < high[cell]:
                        high[cell], narrower = -limit, True
                # The sums of this row are of before; what changed is seen in the next round.
        if not narrower:
            return
