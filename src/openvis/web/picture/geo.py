"""Shapes for the map, in WGS84 and compact: cells, areas, lines. Public knowledge, the same for everybody."""

from functools import lru_cache
from typing import Any

import numpy as np
import shapely

from .frame import Frame

DECIMALS = 6
"""Of a degree: about a decimetre."""
SIMPLER = 4.0
"""Metres by which borders of areas may be smoothed; neighbours keep a common border."""


@lru_cache(maxsize=8)
def grid(frame: Frame, cell: int) -> dict[str, Any]:
    """All cells of the city as polygons with their flat cell number as `id`."""
    cells = frame.grid(cell)
    flat = np.flatnonzero(cells.mask)
    row, column = np.divmod(flat, cells.nx)
    edges_x = cells.x0 + np.arange(cells.nx + 1) * cells.cell
    edges_y = cells.y0 + np.arange(cells.ny + 1) * cells.cell
    lon, lat = frame.to_earth.transform(*np.meshgrid(edges_x, edges_y))
    corners = np.round(np.stack([lon, lat], axis=-1), DECIMALS)
    ring = [(0, 0), (0, 1), (1, 1), (1, 0), (0, 0)]
    rings = np.stack([corners[row + up, column + right] for up, right in ring], axis=1).tolist()
    features = [
        {"type": "Feature", "id": number, "properties": {}, "geometry": {"type": "Polygon", "coordinates": [corner]}}
        for number, corner in zip(flat.tolist(), rings, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


@lru_cache(maxsize=16)
def areas(frame: Frame, level: str) -> dict[str, Any]:
    """The areas of a level: code, name, and a point inside for the name. Raises KeyError for an unknown level."""
    if level not in frame.levels:
        raise KeyError(level)
    shown = frame.areas_of(level)
    shapes = shapely.coverage_simplify([area.geometry for area in shown], SIMPLER)
    features = []
    for number, (area, shape) in enumerate(zip(shown, shapes, strict=True)):
        point = shape.representative_point()
        features.append(
            {
                "type": "Feature",
                "id": number,
                "properties": {
                    "code": area.code,
                    "name": area.name,
                    "level": area.level,
                    "point": list(_rounded(frame.to_earth.transform(point.x, point.y))),
                },
                "geometry": _on_earth(frame, shape),
            }
        )
    return {"type": "FeatureCollection", "features": features}


@lru_cache(maxsize=4)
def lines(frame: Frame) -> dict[str, Any]:
    """The profile's own lines and planes (border, water, roads), each with the name of its layer as `line`."""
    features = [
        {**feature, "properties": {**(feature.get("properties") or {}), "line": name}}
        for name, collection in frame.profile.lines.items()
        for feature in collection["features"]
    ]
    return {"type": "FeatureCollection", "features": features}


def _on_earth(frame: Frame, shape: shapely.Geometry) -> dict[str, Any]:
    moved = shapely.transform(shape, lambda xy: np.column_stack(frame.to_earth.transform(xy[:, 0], xy[:, 1])))
    geometry: dict[str, Any] = shapely.geometry.mapping(moved)
    return {"type": geometry["type"], "coordinates": _rounded(geometry["coordinates"])}


def _rounded(part: Any) -> Any:
    """Nested coordinates with fewer decimals."""
    return round(part, DECIMALS) if isinstance(part, float) else [_rounded(item) for item in part]
