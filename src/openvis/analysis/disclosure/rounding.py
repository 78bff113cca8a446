"""Random rounding that neither shifts the figures on average nor lets totals drift."""

import numpy as np

from openvis.analysis.checks import Floats, Ints
from openvis.analysis.compiled import kernel


def rounded(table: Ints, base: int, seed: int) -> Ints:
    """The table (rows, columns) in multiples of `base`, each cell and each total of a row or column by less than base.

    Unbiased: the expected value of every cell is the cell; multiples of base stay. L.H. Cox, "A constructive procedure
    for unbiased controlled rounding", Journal of the American Statistical Association 82 (1987) 520-524: what remains
    after division goes round cycles of cells, up and down in turn, by a fair lot until each is 0 or base.
    """
    rest = np.zeros((table.shape[0] + 1, table.shape[1] + 1), dtype=np.int64)
    rest[:-1, :-1] = table % base
    rest[-1, :] = -rest.sum(axis=0) % base
    rest[:, -1] = -rest.sum(axis=1) % base
    whole = table - rest[:-1, :-1]
    draws = np.random.default_rng(seed).random(rest.size)
    _settle(rest, base, draws)
    return np.asarray(whole + rest[:-1, :-1])


@kernel
def _settle(rest: Ints, base: int, draws: Floats) -> None:  # noqa: C901 -- one compiled loop
    """Every row and column of `rest` sums to a multiple of base; ends with 0 or base in each cell, the sums kept."""
    rows, columns = rest.shape
    first_row, first_column = np.zeros(rows, dtype=np.int64), np.zeros(columns, dtype=np.int64)
    path_row, path_column = np.empty(rows + columns + 2, dtype=np.int64), np.empty(rows + columns + 2, dtype=np.int64)
    seen_row, seen_column = np.full(rows, -1, dtype=np.int64), np.full(columns, -1, dtype=np.int64)
    draw = 0
    for begin in range(rows):
        while True:
            while first_row[begin] < columns and rest[begin, first_row[begin]] % base == 0:
                first_row[begin] += 1
            if first_row[begin] >= columns:
                break
            # Cells of the path: 2 i goes along row path_row[i], 2 i + 1 along column path_column[i].
            row, length, last = begin, 0, -1
            seen_row[row] = 0
            while True:
                column = first_row[row]
                while rest[row, column] % base == 0:
                    column += 1
                    first_row[row] = column
                if column == last:
                    column += 1
                    while rest[row, column] % base == 0:
                        column += 1
                path_row[length], path_column[length] = row, column
                length += 1
                if seen_column[column] >= 0:
                    start = seen_column[column]
                    break
                seen_column[column] = length
                at = first_column[column]
                while rest[at, column] % base == 0:
                    at += 1
                    first_column[column] = at
                if at == row:
                    at += 1
                    while rest[at, column] % base == 0:
                        at += 1
                row, last = at, column
                path_row[length], path_column[length] = row, column
                length += 1
                if seen_row[row] >= 0:
                    start = seen_row[row]
                    break
                seen_row[row] = length
            up, down = base, base
            for i in range(start, length):
                left = rest[path_row[i], path_column[i]]
                if (i - start) % 2 == 0:
                    up, down = min(up, base - left), min(down, left)
                else:
                    up, down = min(up, left), min(down, base - left)
            change = up if draws[draw] * (up + down) < down else -down
            draw += 1
            for i in range(start, length):
                rest[path_row[i], path_column[i]] += change if (i - start) % 2 == 0 else -change
            for i in range(length):
                seen_row[path_row[i]] = -1
                seen_column[path_column[i]] = -1
