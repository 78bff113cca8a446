"""Small maps as SVG, drawn on the server: for the evidence, the briefing and the list.

Colours are fixed, because these maps are kept and printed.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import altair as alt
import shapely
import vl_convert
from shapely.geometry.base import BaseGeometry

INK = "#10384f"
PAPER = "#ffffff"
LAND = "#f6f6f3"
BORDER = "#c3ccd3"
HEAT = ("#fdd0a2", "#fdae6b", "#fc8d59", "#e34a33", "#b30000")
FONT = "Noto Sans, DejaVu Sans, Liberation Sans, sans-serif"
MARGIN = 600.0
"""What is shown around a place, in metres."""
MAX_NAMES = 16
"""More names than this would hide the map."""
LEAST_PART = 0.012
"""Part of the picture that an area must fill to be named."""
LETTER = 6.2
"""Width of a letter of a name, in pixels."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A square of the grid with what happened in it."""

    polygon: BaseGeometry
    count: float


@dataclass(frozen=True, slots=True)
class Number:
    """A numbered place at a point in metres; a filled one is what the eye should find first."""

    x: float
    y: float
    text: str
    filled: bool = False


def svg(
    areas: Sequence[tuple[str, BaseGeometry]],
    cells: Sequence[Cell] = (),
    outlines: Sequence[BaseGeometry] = (),
    numbers: Sequence[Number] = (),
    window: BaseGeometry | None = None,
    named: Sequence[tuple[str, BaseGeometry]] | None = None,
    width: int = 480,
    height: int = 360,
) -> bytes:
    """A map: areas as background with their names, cells by count, thick outlines, numbered points.

    Everything in metres of one plane. `window` is what should be seen at least; without it, all areas. `named` are the
    areas whose names are written, when those are others than the background's.
    """
    frame = _frame(window if window is not None else shapely.union_all([shape for _, shape in areas]), width / height)
    layers = [
        _shapes([(shape, {}) for _, shape in areas], frame, fill=LAND, stroke=BORDER, strokeWidth=0.8),
        _heat(cells, frame),
        _shapes([(shape, {}) for shape in outlines], frame, filled=False, stroke=INK, strokeWidth=2),
        *_names(areas if named is None else named, frame, width, [(n.x, n.y) for n in numbers]),
        *_numbered(numbers),
    ]
    chart = (
        alt.layer(*[layer for layer in layers if layer is not None])
        .project(type="identity", reflectY=True, **_fit(frame, width, height))
        .properties(width=width, height=height, background=PAPER, padding=0)
        .configure_view(stroke=None, clip=True)
    )
    return vl_convert.vegalite_to_svg(chart.to_json(validate=False)).encode()


def around(shape: BaseGeometry, margin: float = MARGIN) -> BaseGeometry:
    """The box around a place with some of its surroundings."""
    x0, y0, x1, y1 = shape.bounds
    return shapely.box(x0 - margin, y0 - margin, x1 + margin, y1 + margin)


def apart(numbers: Sequence[Number], least: float) -> list[Number]:
    """The same numbers, moved to the right where two would stand on each other: 1 and 2 must not read as twelve."""
    placed: list[Number] = []
    for number in numbers:
        x = number.x
        while any(abs(other.x - x) < least and abs(other.y - number.y) < least for other in placed):
            x += least
        placed.append(replace(number, x=x))
    return placed


def _frame(window: BaseGeometry, aspect: float) -> BaseGeometry:
    """The window widened to the shape of the paper, with a small rim."""
    x0, y0, x1, y1 = window.bounds
    high = max((y1 - y0), (x1 - x0) / aspect) * 1.04
    wide = high * aspect
    cx, cy = (x0 + x1) / 2, (y0 + y1) / 2
    return shapely.box(cx - wide / 2, cy - high / 2, cx + wide / 2, cy + high / 2)


def _fit(frame: BaseGeometry, width: int, height: int) -> dict[str, Any]:
    x0, y0, x1, y1 = frame.bounds
    scale = width / (x1 - x0)
    return {"scale": scale, "translate": [width / 2 - scale * (x0 + x1) / 2, height / 2 + scale * (y0 + y1) / 2]}


def _shapes(items: Sequence[tuple[BaseGeometry, dict[str, Any]]], frame: BaseGeometry, **mark: Any) -> alt.Chart | None:
    features = []
    for shape, properties in items:
        part = shapely.intersection(shape, frame).simplify(2.0)
        if part.is_empty or part.area == 0:
            continue
        geometry = json.loads(shapely.to_geojson(shapely.set_precision(part, 0.5)))
        features.append({"type": "Feature", "geometry": geometry, "properties": properties})
    if not features:
        return None
    return alt.Chart(alt.Data(values=features)).mark_geoshape(**mark)


def _heat(cells: Sequence[Cell], frame: BaseGeometry) -> alt.Chart | None:
    if not cells:
        return None
    top = max(cell.count for cell in cells) or 1.0
    # By the root, so that the many cells with little still differ from each other.
    steps = [(cell.polygon, {"colour": HEAT[min(4, int(5 * (cell.count / top) ** 0.5))]}) for cell in cells]
    layer = _shapes(steps, frame, stroke=PAPER, strokeWidth=0.5)
    return layer.encode(color=alt.Color("properties.colour:N", scale=None)) if layer is not None else None


def _points(rows: list[dict[str, Any]]) -> alt.Chart:
    return alt.Chart(alt.Data(values=rows)).encode(longitude="x:Q", latitude="y:Q")


def _names(
    areas: Sequence[tuple[str, BaseGeometry]], frame: BaseGeometry, width: int, taken: list[tuple[float, float]]
) -> list[alt.Chart]:
    """Names where there is room: large areas first, none over another, over a number or over the edge."""
    metre = (frame.bounds[2] - frame.bounds[0]) / width
    boxes = [shapely.Point(point).buffer(14 * metre).envelope for point in taken]
    rows: list[dict[str, Any]] = []
    parts = [(name, shapely.intersection(shape, frame)) for name, shape in areas if name]
    for name, part in sorted(parts, key=lambda pair: -pair[1].area):
        if part.area < LEAST_PART * frame.area or len(rows) == MAX_NAMES:
            break
        point = shapely.point_on_surface(part)
        half = LETTER * len(name) * metre / 2
        box = shapely.box(point.x - half, point.y - 8 * metre, point.x + half, point.y + 8 * metre)
        if frame.contains(box) and not any(box.intersects(other) for other in boxes):
            boxes.append(box)
            rows.append({"x": point.x, "y": point.y, "name": name})
    if not rows:
        return []
    marks = ({"stroke": PAPER, "strokeWidth": 3, "opacity": 0.8}, {"color": "#44545f"})
    return [_points(rows).mark_text(font=FONT, fontSize=10, **mark).encode(text="name:N") for mark in marks]


def _numbered(numbers: Sequence[Number]) -> list[alt.Chart]:
    layers = []
    for filled in (False, True):
        rows = [{"x": n.x, "y": n.y, "text": n.text} for n in numbers if n.filled is filled]
        if rows:
            fill, ink = (INK, PAPER) if filled else (PAPER, INK)
            layers += [
                _points(rows).mark_circle(size=330, color=fill, stroke=INK, strokeWidth=1.6, opacity=1),
                _points(rows).mark_text(font=FONT, fontSize=11, fontWeight="bold", color=ink).encode(text="text:N"),
            ]
    return layers
