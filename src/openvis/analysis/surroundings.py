"""Sums over the surroundings of each cell: the one loop that density and hot cells share."""

import numpy as np

from openvis.analysis.checks import Floats
from openvis.analysis.compiled import kernel

ROUNDING = 1e-9


def distances(cells: float) -> Floats:
    """(k, k) distances in cells from the middle cell of a square that holds all cells within `cells`; k is odd."""
    reach = int(np.floor(cells + ROUNDING))
    steps = np.arange(-reach, reach + 1, dtype=np.float64)
    return np.hypot(steps[:, None], steps[None, :])


def disc(cells: float) -> Floats:
    """(k, k) ones for the cells whose centre lies within `cells` of the middle, itself included; zero elsewhere."""
    return np.asarray(distances(cells) <= cells + ROUNDING, dtype=np.float64)


def convolve(values: Floats, weights: Floats) -> Floats:
    """(ny, nx) sum of values × weights around each cell; nothing lies outside the array. weights: (k, k), k odd."""
    out = np.zeros(values.shape)
    _convolve(np.ascontiguousarray(values, dtype=np.float64), np.ascontiguousarray(weights, dtype=np.float64), out)
    return out


@kernel
def _convolve(values: Floats, weights: Floats, out: Floats) -> None:
    ny, nx = values.shape
    reach = weights.shape[0] // 2
    for row in range(ny):
        target = out[row]
        for dy in range(max(-reach, -row), min(reach, ny - 1 - row) + 1):
            source = values[row + dy]
            for dx in range(-reach, reach + 1):
                weight = weights[dy + reach, dx + reach]
                if weight == 0.0:
                    continue
                for column in range(max(0, -dx), min(nx, nx - dx)):
                    target[column] += weight * source[column + dx]
