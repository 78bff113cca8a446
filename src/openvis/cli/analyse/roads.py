"""Reads roads (CSV of edges, or GeoJSON of lines) into a graph that can be driven."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import shapely
from shapely.geometry import shape

from openvis.analysis.cover import Roads
from openvis.cli.analyse import tables
from openvis.cli.analyse.columns import choose_named
from openvis.cli.analyse.plane import WGS84, Plane, plane_of
from openvis.cli.analyse.reading import Bools, Floats
from openvis.cli.analyse.wrong import WrongInput

PIECE = 100.0
"""Metres: longer edges are cut, so that a dwelling half-way starts half-way."""
TOGETHER = 0.5
"""Metres within which ends of edges are the same crossing."""
APART = 0.01
"""Pieces of the network with a smaller share of the crossings are left out: nobody comes from there or gets there."""
ENDS = {
    "from x": "from_x from_lon x_from lon_from x1 lon1 begin_x begin_lon van_x x_van",
    "from y": "from_y from_lat y_from lat_from y1 lat1 begin_y begin_lat van_y y_van",
    "to x": "to_x to_lon x_to lon_to x2 lon2 end_x end_lon naar_x x_naar",
    "to y": "to_y to_lat y_to lat_to y2 lat2 end_y end_lat naar_y y_naar",
}
LENGTH = "length length_m metres meters distance lengte afstand"
SPEED = "speed speed_kmh kmh maxspeed max_speed snelheid"
ONE_WAY = "oneway one_way eenrichting"
WAYS = {"": 0, "no": 0, "false": 0, "0": 0, "nee": 0, "yes": 1, "true": 1, "1": 1, "ja": 1, "-1": -1}


@dataclass(frozen=True, eq=False)
class Edges:
    """Lines in metres; metres and speed (km/h) as said, NaN where not; ways: 0 both, 1 along the line, -1 against it."""

    lines: Any
    metres: Floats
    speed: Floats
    ways: Any


def read(path: Path, crs: str | None, plane: Plane, speed: float) -> tuple[Roads, list[str]]:
    """The graph in metres of `plane`, and remarks; edges that do not say their speed are driven at `speed`, km/h."""
    edges = _lines(path, plane) if path.name.lower().endswith((".geojson", ".json")) else _table(path, crs, plane)
    kept = shapely.length(edges.lines) > 0
    edges = Edges(edges.lines[kept], edges.metres[kept], edges.speed[kept], edges.ways[kept])
    if not kept.any():
        raise WrongInput(f"{path.name} holds no edge with a length; expected roads")
    remarks = [f"{path.name}: {kept.sum():,} edges, {shapely.length(edges.lines).sum() / 1000:,.0f} km of road."]
    unsaid = np.isnan(edges.speed)
    if unsaid.any():
        remarks.append(f"  {unsaid.sum():,} edges do not say their speed: driven at {speed:g} km/h.")
    return _connected(_graph(edges, np.where(unsaid, speed, edges.speed)), remarks)


def _graph(edges: Edges, speed: Floats) -> Roads:
    """Every corner of every line is a crossing; lines that share one meet there."""
    points, line = shapely.get_coordinates(shapely.segmentize(edges.lines, PIECE), return_index=True)
    first = np.flatnonzero(line[1:] == line[:-1])
    far = np.hypot(*(points[first + 1] - points[first]).T)
    own = line[first]
    drawn = np.bincount(own, far)
    metres = np.where(np.isnan(edges.metres), drawn, edges.metres)
    seconds = far / drawn[own] * metres[own] * 3.6 / speed[own]
    _, where, number = np.unique(
        np.round(points / TOGETHER).astype(np.int64), axis=0, return_index=True, return_inverse=True
    )
    begin, end = number[first], number[first + 1]
    along, back = edges.ways[own] >= 0, edges.ways[own] <= 0
    return Roads.of(
        points[where, 0], points[where, 1], np.concatenate([begin[along], end[back]]),
        np.concatenate([end[along], begin[back]]), np.concatenate([seconds[along], seconds[back]]),
    )  # fmt: skip


def _connected(roads: Roads, remarks: list[str]) -> tuple[Roads, list[str]]:
    """Without the small pieces from which the rest cannot be reached and back: a place beside one belongs to the rest."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    size = roads.x.size
    graph: Any = csr_array((np.ones(roads.begin.size), (roads.begin, roads.end)), shape=(size, size))
    _, part = connected_components(graph, directed=True, connection="strong")
    many = np.bincount(part)
    kept: Bools = (many >= min(max(APART * size, 2), many.max()))[part]
    if kept.all():
        return roads, remarks
    number = np.cumsum(kept) - 1
    inside = kept[roads.begin] & kept[roads.end]
    left = Roads.of(
        roads.x[kept], roads.y[kept], number[roads.begin[inside]], number[roads.end[inside]], roads.seconds[inside]
    )
    return left, [*remarks, f"  {size - int(kept.sum()):,} of {size:,} points of it lie apart and are left out."]


def _table(path: Path, crs: str | None, plane: Plane) -> Edges:
    frame, _ = tables.read(path)
    present = [name for name in frame.columns if name != tables.ROW]
    ends = []
    for role, names in ENDS.items():
        column = choose_named(present, names.split(), None, "")
        if column is None:
            raise WrongInput(
                f"{path.name}: no column found for {role}; expected columns such as from_x, from_y, to_x, to_y (or "
                f"from_lon …), there are {', '.join(present)}"
            )
        ends.append(tables.numbers(frame, column, "--roads"))
    own = plane_of(np.concatenate(ends[::2]), np.concatenate(ends[1::2]), crs).source
    there = Plane(own, plane.name, plane.metres)
    points = np.stack([np.column_stack(there.project(*ends[:2])), np.column_stack(there.project(*ends[2:]))], axis=1)
    if not np.isfinite(points).all():
        raise WrongInput(f"{path.name} has coordinates that {own} does not know; expected --crs with their system")
    return Edges(shapely.linestrings(points), *_attributes(frame, path))


def _lines(path: Path, plane: Plane) -> Edges:
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        shapes = np.array([shape(it["geometry"]) for it in features], dtype=object)
        said = [(it["properties"] or {}).items() for it in features]
    except (ValueError, TypeError, KeyError, AttributeError, shapely.errors.ShapelyError) as error:
        raise WrongInput(f"{path.name} cannot be read as GeoJSON: {error}") from error
    parts, own = shapely.get_parts(shapes, return_index=True)
    line = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    if not line.any():
        raise WrongInput(f"{path.name} holds no lines; expected roads in longitude and latitude")
    parts, own = parts[line], own[line]
    west, south, east, north = shapely.total_bounds(parts)
    if min(west, south) < -180 or east > 180 or north > 90:
        raise WrongInput(f"{path.name} runs from {west:g}, {south:g} to {east:g}, {north:g}; expected degrees (WGS84)")
    rows = [
        {**{name: None if value is None else str(value) for name, value in it}, tables.ROW: i + 1}
        for i, it in enumerate(said)
    ]
    frame = pl.DataFrame(rows, infer_schema_length=None)[own.tolist()]
    metres, speed, ways = _attributes(frame, path)
    lone = np.bincount(own)[own] == 1  # a length that is said of several parts together is none of one of them
    there = Plane(WGS84, plane.name, plane.metres)
    flat = shapely.transform(shapely.force_2d(parts), lambda it: np.column_stack(there.project(it[:, 0], it[:, 1])))
    return Edges(flat, np.where(lone, metres, np.nan), speed, ways)


def _attributes(frame: pl.DataFrame, path: Path) -> tuple[Floats, Floats, Any]:
    """Metres, km/h and ways of each row."""
    present = [name for name in frame.columns if name != tables.ROW]
    found = []
    for names, what in ((LENGTH, "metres"), (SPEED, "km/h")):
        column = choose_named(present, names.split(), None, "")
        found.append(np.full(frame.height, np.nan) if column is None else _above(frame, column, path, what))
    column = choose_named(present, ONE_WAY.split(), None, "")
    if column is None:
        return found[0], found[1], np.zeros(frame.height, dtype=np.int64)
    said = frame[column].cast(pl.String).fill_null("").str.strip_chars().str.to_lowercase().to_list()
    unknown = next((i for i, it in enumerate(said) if it not in WAYS), None)
    if unknown is not None:
        raise WrongInput(
            f"{path.name}, row {frame[tables.ROW][unknown]}: {column} is {said[unknown]!r}; expected yes, no or -1 (against "
            "the direction of the line)"
        )
    return found[0], found[1], np.array([WAYS[it] for it in said])


def _above(frame: pl.DataFrame, column: str, path: Path, what: str) -> Floats:
    """Numbers above 0, NaN where the cell is empty."""
    values, empty = tables.floats(frame[column]), tables.blank(frame[column]).to_numpy()
    wrong = ~empty & ~(np.isfinite(values) & (values > 0))
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        raise WrongInput(
            f"{path.name}, row {frame[tables.ROW][first]}: {column} is {frame[column][first]!r} ({int(wrong.sum()):,} such "
            f"rows); expected {what} above 0, or an empty cell"
        )
    return np.where(empty, np.nan, values)
