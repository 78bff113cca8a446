"""What the map looks at, and whose names it shows."""

from typing import Any

import numpy as np

from .filter import Filter
from .frame import Frame

OUTSIDE = 0.005
"""Part of the inhabitants that may live outside the first view of the map, on each side."""
MARGIN = 900.0
"""Metres around where people live."""
LABELLED = 4
"""Areas a level must have for its names to be worth showing on the map."""


def label_levels(frame: Frame) -> list[dict[str, Any]]:
    """Levels whose names the map shows, from large to small, each with the metres across an average area."""
    whole = frame.outline.area
    numbers = {level: len(frame.areas_of(level)) for level in frame.levels}
    levels = [level for level in frame.levels if numbers[level] >= LABELLED] or [frame.finest]
    return [{"id": level, "size": round((whole / numbers[level]) ** 0.5)} for level in levels]


def lived_in(frame: Frame) -> list[float]:
    """West, south, east, north (degrees) of where nearly everybody lives: the map begins there, not with empty polders."""
    areas = [area for area in frame.areas_of(frame.finest) if area.inhabitants]
    box = np.array([area.geometry.bounds for area in areas]).reshape(-1, 4)
    people = np.array([area.inhabitants for area in areas], dtype=np.float64)
    if not areas:
        return list(frame.to_earth.transform_bounds(*frame.outline.bounds))
    middle = np.column_stack([(box[:, 0] + box[:, 2]) / 2, (box[:, 1] + box[:, 3]) / 2])
    ends = [_weighted(middle[:, axis], people, part) for part in (OUTSIDE, 1.0 - OUTSIDE) for axis in (0, 1)]
    west, south, east, north = ends
    return list(frame.to_earth.transform_bounds(west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN))


def bounds_of(frame: Frame, filter_: Filter) -> list[float]:
    """West, south, east, north (degrees) of what is looked at: the chosen area, else where people live."""
    if filter_.area is None:
        return lived_in(frame)
    west, south, east, north = frame.areas[filter_.area].geometry.bounds
    return list(frame.to_earth.transform_bounds(west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN))


def _weighted(values: Any, weights: Any, part: float) -> float:
    """The value below which a part of the weight lies."""
    order = np.argsort(values)
    below = np.cumsum(weights[order]) / weights.sum()
    return float(values[order][min(int(np.searchsorted(below, part)), len(order) - 1)])
