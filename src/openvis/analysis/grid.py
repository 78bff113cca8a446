"""Grid: equal square cells over a study area."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from openvis.analysis.checks import Bools, Floats, Ints, finite, positive

MOST_CELLS = 16_000_000
ROUNDING = 1e-6


@dataclass(frozen=True, eq=False)
class Grid:
    """Cells of `cell` metres: `nx` columns from x0 to the east, `ny` rows from y0 to the north.

    mask: bool (ny, nx), row 0 is the southernmost; True for the cells that belong to the study area. A flat cell
    number is row * nx + column. Lower edges belong to a cell; so do the outermost upper edges of the grid.
    """

    x0: float
    y0: float
    cell: float
    nx: int
    ny: int
    mask: Bools

    def __post_init__(self) -> None:
        positive("cell", self.cell, "metres")
        if self.mask.shape != (self.ny, self.nx) or self.mask.dtype != np.bool_:
            raise ValueError(
                f"mask is {self.mask.dtype} of shape {self.mask.shape}; expected bool of (ny, nx) = {self.ny, self.nx}"
            )
        if not self.mask.any():
            raise ValueError("the grid has no cell inside the study area; expected at least one")

    @classmethod
    def covering(cls, polygon: BaseGeometry, cell: float = 125.0) -> Self:
        """All cells that share surface with `polygon`, so that no event inside it falls beside the grid.

        The origin is a multiple of the cell size: the same cell lies at the same place for every area and filter.
        Raises ValueError for an empty polygon, a cell size that is not positive, or over 16 million cells.
        """
        cell = positive("cell", cell, "metres")
        if polygon.is_empty or polygon.area == 0:
            raise ValueError("polygon has no surface; expected an area in metres")
        west, south, east, north = polygon.bounds
        x0, y0, nx, ny = _frame(west, south, east, north, cell)
        rows, columns = np.divmod(np.arange(nx * ny), nx)
        slack = ROUNDING * cell
        left, bottom = x0 + columns * cell, y0 + rows * cell
        boxes = shapely.box(left + slack, bottom + slack, left + cell - slack, bottom + cell - slack)
        shapely.prepare(polygon)
        mask = shapely.intersects(polygon, boxes).reshape(ny, nx)
        return cls(x0, y0, cell, nx, ny, mask)

    @classmethod
    def around(cls, x: Any, y: Any, cell: float = 125.0, reach: float = 500.0) -> Self:
        """The cells within `reach` metres of a cell with an event: the study area when no border is known.

        Water and empty land farther from any event are left out, so that shares of the area stay honest.
        """
        cell, reach = positive("cell", cell, "metres"), positive("reach", reach, "metres")
        xs, ys = finite("x", x), finite("y", y)
        if xs.size == 0:
            raise ValueError("x is empty; expected at least one event")
        x0, y0, nx, ny = _frame(xs.min() - reach, ys.min() - reach, xs.max() + reach, ys.max() + reach, cell)
        whole = cls(x0, y0, cell, nx, ny, np.ones((ny, nx), dtype=np.bool_))
        from openvis.analysis.surroundings import convolve, disc

        near = convolve(np.minimum(whole.counts(xs, ys), 1.0), disc(reach / cell))
        return cls(x0, y0, cell, nx, ny, near > 0)

    @property
    def shape(self) -> tuple[int, int]:
        """(ny, nx)."""
        return self.ny, self.nx

    @property
    def size(self) -> int:
        """Number of cells in the study area."""
        return int(np.count_nonzero(self.mask))

    @property
    def area_km2(self) -> float:
        """Surface of the cells in the study area, km²."""
        return self.size * self.cell_km2

    @property
    def cell_km2(self) -> float:
        """Surface of one cell, km²."""
        return self.cell * self.cell / 1e6

    def index(self, x: Any, y: Any) -> Ints:
        """(n,) flat cell numbers of points in metres; -1 outside the study area (and for unknown coordinates)."""
        columns, within_x = _places(x, self.x0, self.cell, self.nx)
        rows, within_y = _places(y, self.y0, self.cell, self.ny)
        flat = rows * self.nx + columns
        inside = within_x & within_y & self.mask.ravel()[flat]
        return np.where(inside, flat, -1)

    def counts(self, x: Any, y: Any, weight: Any = None) -> Floats:
        """(ny, nx) sums of weight (or numbers of points) per cell; points outside the study area count nowhere."""
        flat = self.index(x, y)
        inside = flat >= 0
        weights = None if weight is None else np.asarray(weight, dtype=np.float64)[inside]
        sums = np.bincount(flat[inside], weights=weights, minlength=self.nx * self.ny)
        return sums.astype(np.float64).reshape(self.shape)

    def centres(self) -> tuple[Floats, Floats]:
        """x and y of the centres of all cells, metres, both (ny, nx)."""
        columns = self.x0 + (np.arange(self.nx) + 0.5) * self.cell
        rows = self.y0 + (np.arange(self.ny) + 0.5) * self.cell
        x, y = np.meshgrid(columns, rows)
        return x, y

    def polygons(self, cells: Any) -> Any:
        """(n,) array of shapely squares for flat cell numbers; ValueError for a number outside the grid."""
        flat = np.asarray(cells, dtype=np.int64)
        if flat.size and (flat.min() < 0 or flat.max() >= self.nx * self.ny):
            raise ValueError(f"cells run from {flat.min()} to {flat.max()}; expected 0 to {self.nx * self.ny - 1}")
        rows, columns = np.divmod(flat, self.nx)
        left, bottom = self.x0 + columns * self.cell, self.y0 + rows * self.cell
        return shapely.box(left, bottom, left + self.cell, bottom + self.cell)


def _frame(west: float, south: float, east: float, north: float, cell: float) -> tuple[float, float, int, int]:
    """Origin on a multiple of the cell size and numbers of cells that hold the box."""
    first = np.floor(np.array([west, south]) / cell + ROUNDING)
    last = np.ceil(np.array([east, north]) / cell - ROUNDING)
    nx, ny = (int(n) for n in np.maximum(last - first, 1))
    if nx * ny > MOST_CELLS:
        raise ValueError(
            f"cell is {cell:g} m, which makes {nx} × {ny} cells over {(east - west) / 1000:.0f} × "
            f"{(north - south) / 1000:.0f} km; expected at most {MOST_CELLS:,} cells: "
            "take larger cells or leave out what lies far away"
        )
    return float(first[0] * cell), float(first[1] * cell), nx, ny


def _places(values: Any, origin: float, cell: float, n: int) -> tuple[Ints, Bools]:
    """Column (or row) of each value and whether it lies on the grid; the outermost upper edge belongs to the last."""
    steps = (np.asarray(values, dtype=np.float64) - origin) / cell
    within = (steps >= 0) & (steps <= n)
    places = np.where(within, steps, 0.0).astype(np.int64)
    return np.minimum(places, n - 1), within
