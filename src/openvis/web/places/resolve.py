"""From points to areas, a million at a time.

A raster over the municipality says for most cells which area they lie in as a whole; only points in a cell that a
border runs through are tested exactly. A point on a border goes to the lowest code, the same way each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import shapely
from scipy.ndimage import distance_transform_edt
from shapely.geometry.base import BaseGeometry

from openvis.profile import Profile

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_CELLS = 500_000
_OUTSIDE, _UNSURE, _FAR = -1, -2, -3
_TOUCHING_M = 0.001
"""Rounding of coordinates can put a point on a border in neither neighbour; this near it counts as on it, in metres."""


class HasGeometry(Protocol):
    """What an area needs to be placed in: a code and a polygon in metres."""

    @property
    def code(self) -> str: ...
    @property
    def geometry(self) -> BaseGeometry: ...


@dataclass(frozen=True)
class AreaIndex:
    """The areas of the finest level, ready to place points in."""

    codes: tuple[str, ...]
    geometries: npt.NDArray[np.object_]
    outline: BaseGeometry
    """Everything that lies in some area: the municipality."""
    tolerance: float
    _raster: npt.NDArray[np.int32]
    _origin: tuple[float, float]
    _cell: float
    _tree: shapely.STRtree
    _rank: Integers
    """Position of each area in the order of the codes; the lowest wins a border."""

    @classmethod
    def build(cls, areas: Sequence[HasGeometry], tolerance: float = 0.0) -> "AreaIndex":
        """Make the index; `areas` are of one level and do not overlap, `tolerance` is in metres.

        Within the tolerance of some area, but in none, a point goes to the nearest: in slits between approximate lines,
        and along the outer border. Raises ValueError without areas or for a tolerance below zero.
        """
        if not areas:
            raise ValueError("areas: none given, expected at least one")
        if not tolerance >= 0:
            raise ValueError(f"tolerance: found {tolerance}, expected zero or more metres")
        geometries = np.array([area.geometry for area in areas], dtype=object)
        codes = tuple(area.code for area in areas)
        rank = np.empty(len(codes), dtype=np.int64)
        rank[sorted(range(len(codes)), key=lambda position: codes[position])] = np.arange(len(codes))
        shapely.prepare(geometries)
        raster, origin, cell = _rasterise(geometries, max(tolerance, _TOUCHING_M))
        outline = shapely.union_all(geometries)
        return cls(codes, geometries, outline, tolerance, raster, origin, cell, shapely.STRtree(geometries), rank)

    def locate(self, x: npt.ArrayLike, y: npt.ArrayLike) -> Integers:
        """Position (in `codes`) of the area each point lies in, -1 outside all; NaN is outside.

        `x`, `y`: (n,) metres. Raises ValueError when they differ in length.
        """
        xs, ys = np.atleast_1d(np.asarray(x, np.float64)), np.atleast_1d(np.asarray(y, np.float64))
        if xs.shape != ys.shape or xs.ndim != 1:
            raise ValueError(f"x and y: shapes {xs.shape} and {ys.shape}, expected two arrays of the same length")
        found = self._from_raster(xs, ys)
        unsure = np.flatnonzero(found == _UNSURE)
        if len(unsure):
            found[unsure] = self._exactly(xs[unsure], ys[unsure])
        self._nearest(found, xs, ys)
        found[found == _FAR] = _OUTSIDE
        return found

    def _from_raster(self, x: Floats, y: Floats) -> Integers:
        rows, columns = self._raster.shape
        with np.errstate(invalid="ignore"):
            column = np.floor((x - self._origin[0]) / self._cell)
            row = np.floor((y - self._origin[1]) / self._cell)
            inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        found = np.full(len(x), _OUTSIDE, dtype=np.int64)
        found[inside] = self._raster[row[inside].astype(np.int64), column[inside].astype(np.int64)]
        return found

    def _exactly(self, x: Floats, y: Floats) -> Integers:
        """Lowest code among the areas that hold or touch each point."""
        point, area = self._tree.query(shapely.points(x, y))
        order = np.argsort(area, kind="stable")
        point, area = point[order], area[order]
        best = np.full(len(x), len(self.codes), dtype=np.int64)
        numbers, starts = np.unique(area, return_index=True)
        # Without any area numpy still gives one, empty, part: hence not strict.
        for number, points in zip(numbers, np.split(point, starts[1:]), strict=False):
            hit = points[shapely.intersects_xy(self.geometries[number], x[points], y[points])]
            best[hit] = np.minimum(best[hit], self._rank[number])
        return self._of_rank(best)

    def _nearest(self, found: Integers, x: Floats, y: Floats) -> None:
        """Give points in no area, but within the tolerance of one, to the nearest (lowest code at equal distance)."""
        reach = max(self.tolerance, _TOUCHING_M)
        west, south, east, north = shapely.bounds(self.outline)
        near = (x >= west - reach) & (x <= east + reach) & (y >= south - reach) & (y <= north + reach)
        lost = np.flatnonzero((found == _OUTSIDE) & near)
        if not len(lost):
            return
        points = shapely.points(x[lost], y[lost])
        point, area = self._tree.query_nearest(points, max_distance=reach, all_matches=True)
        best = np.full(len(lost), len(self.codes), dtype=np.int64)
        np.minimum.at(best, point, self._rank[area])
        found[lost] = self._of_rank(best)

    def _of_rank(self, rank: Integers) -> Integers:
        positions = np.append(np.argsort(self._rank), _OUTSIDE)
        placed: Integers = positions[rank]
        return placed


def _rasterise(
    geometries: npt.NDArray[np.object_], reach: float
) -> tuple[npt.NDArray[np.int32], tuple[float, float], float]:
    """Cells wholly in one area get its position; cells with a border are unsure; cells out of reach of all are far."""
    west, south, east, north = shapely.total_bounds(geometries)
    cell = max(1.0, float(np.sqrt((east - west) * (north - south) / _CELLS)))
    west, south = west - 2 * cell, south - 2 * cell
    columns, rows = int((east - west) / cell) + 3, int((north - south) / cell) + 3
    raster = np.full((rows, columns), _OUTSIDE, dtype=np.int32)
    for number, geometry in enumerate(geometries):
        box = shapely.bounds(geometry)
        c0, c1 = int((box[0] - west) / cell), int((box[2] - west) / cell) + 1
        r0, r1 = int((box[1] - south) / cell), int((box[3] - south) / cell) + 1
        xs, ys = west + (np.arange(c0, c1) + 0.5) * cell, south + (np.arange(r0, r1) + 0.5) * cell
        grid_x, grid_y = np.meshgrid(xs, ys)
        raster[r0:r1, c0:c1][shapely.contains_xy(geometry, grid_x, grid_y)] = number
    # Samples half a cell apart: any cell on the line is a sample's own or one of the eight around it.
    line = shapely.get_coordinates(shapely.segmentize(shapely.boundary(geometries), cell / 2))
    column = ((line[:, 0] - west) / cell).astype(np.int64)
    row = ((line[:, 1] - south) / cell).astype(np.int64)
    for step_row in (-1, 0, 1):
        for step_column in (-1, 0, 1):
            raster[row + step_row, column + step_column] = _UNSURE
    distance = distance_transform_edt(raster == _OUTSIDE) * cell
    raster[distance > reach + 2 * cell] = _FAR
    return raster, (float(west), float(south)), cell


def index_of(profile: Profile) -> AreaIndex:
    """The index of a profile's finest level, with its own tolerance."""
    return AreaIndex.build(profile.areas_of(profile.finest.id), profile.municipality.border_tolerance_m)
