"""The same area under a grid that lies elsewhere: does the outcome hang on where the cells happen to lie?"""

import numpy as np

from openvis.analysis.grid import Grid


def moves(grid: Grid) -> dict[str, Grid]:
    """The grid as it is, and moved by half a cell to the east, to the north, and both."""
    half = grid.cell / 2
    return {
        "as it is": grid,
        "half a cell east": moved(grid, half, 0.0),
        "half a cell north": moved(grid, 0.0, half),
        "half a cell both": moved(grid, half, half),
    }


def moved(grid: Grid, east: float, north: float) -> Grid:
    """A grid whose lines lie `east` and `north` metres further (from 0 to one cell): all cells that share surface with
    the study area of the old one, so that no event falls beside it.

    Raises ValueError for a move below 0 or of a cell or more.
    """
    for name, value in (("east", east), ("north", north)):
        if not 0 <= value < grid.cell:
            raise ValueError(f"{name} is {value!r}; expected 0 or more metres, less than a cell ({grid.cell:g})")
    columns, rows = int(east > 0), int(north > 0)
    mask = np.zeros((grid.ny + rows, grid.nx + columns), dtype=np.bool_)
    for row in range(rows + 1):
        for column in range(columns + 1):
            mask[row : row + grid.ny, column : column + grid.nx] |= grid.mask
    x0 = grid.x0 + east - columns * grid.cell
    return Grid(x0, grid.y0 + north - rows * grid.cell, grid.cell, grid.nx + columns, grid.ny + rows, mask)
