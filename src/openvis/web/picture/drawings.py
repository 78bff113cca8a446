"""The maps that can be taken along as a picture: what the page's map shows, on paper, in the city's own plane."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import shapely
from django.utils.translation import gettext as _

from openvis.web.ui import formatting

from .charts import titled
from .frame import Frame

WIDTH, HEIGHT = 640, 480
SMOOTH = 8.0
"""Metres by which borders are smoothed."""
MARGIN = 1200.0
"""Metres around what is drawn."""
STEPS = 5
HEAT = [f"--ov-heat-{step}" for step in range(1, STEPS + 1)]
NOTHING = "--ov-sunken"
Shapes = Sequence[shapely.Geometry]


def cells(frame: Frame, shapes: Shapes, counts: Sequence[float], title: str, below: Sequence[str], legend: str) -> Any:
    """Cells by count, in at most five steps."""
    bounds = root_breaks(counts)
    labels = step_texts(bounds, max(counts, default=0.0))
    found = [
        _feature(shape, {"step": labels[int(np.searchsorted(bounds, count, side="right")) - 1]})
        for shape, count in zip(shapes, counts, strict=True)
    ]
    scale = alt.Scale(domain=labels, range=HEAT[STEPS - len(labels) :] or HEAT)
    colour = alt.Color("step:N", title=legend, scale=scale, legend=alt.Legend(symbolType="square"))
    return _map(frame, shapes, [_layer(found).encode(colour)], title, below)


def places(frame: Frame, shapes: Shapes, names: Sequence[str], title: str, below: Sequence[str]) -> Any:
    """Places as what they cover, each with its number; the names stand above the map, where they never overlap."""
    found = [_feature(shape, {}) for shape in shapes]
    points = [
        {"x": shape.centroid.x, "y": shape.centroid.y, "text": str(rank)} for rank, shape in enumerate(shapes, start=1)
    ]
    listed = " · ".join(f"{rank} {name}" for rank, name in enumerate(names, start=1))
    at = alt.Chart(alt.Data(values=points)).encode(longitude="x:Q", latitude="y:Q", text="text:N")
    style: dict[str, Any] = {"align": "left", "dx": 8, "fontSize": 12, "fontWeight": "bold"}
    halo = at.mark_text(**style, stroke="--ov-surface", strokeWidth=3)
    return _map(
        frame, shapes, [_layer(found, fill="--ov-heat-4"), halo, at.mark_text(**style)], title, [listed, *below]
    )


def areas(
    frame: Frame, shapes: Shapes, steps: Sequence[int], bounds: Sequence[float], title: str, below: Sequence[str]
) -> Any:
    """Areas by step of their rate; step 0 has none."""
    labels = [_("no rate"), *(formatting.number(bound, 1) for bound in bounds)]
    first = STEPS - len(bounds)
    found = [
        _feature(shape, {"step": labels[step - first] if step else labels[0]})
        for shape, step in zip(shapes, steps, strict=True)
    ]
    scale = alt.Scale(domain=labels, range=[NOTHING, *HEAT[first:]])
    colour = alt.Color("step:N", title=_("Per 1,000, from"), scale=scale, legend=alt.Legend(symbolType="square"))
    return _map(frame, shapes, [_layer(found, stroke="--ov-surface").encode(colour)], title, below, whole=True)


def classes(
    frame: Frame,
    shapes: Shapes,
    names: Sequence[str],
    scale: dict[str, str],
    title: str,
    below: Sequence[str],
    whole: bool = False,
) -> Any:
    """Shapes by a class each, in the colours of `scale` (name to token), all of which the legend shows.

    whole: over the whole city, also where nothing is shown.
    """
    found = [_feature(shape, {"step": name}) for shape, name in zip(shapes, names, strict=True)]
    domain = alt.Scale(domain=list(scale), range=list(scale.values()))
    colour = alt.Color("step:N", title=None, scale=domain, legend=alt.Legend(symbolType="square", labelLimit=0))
    return _map(frame, shapes, [_layer(found, stroke="--ov-surface").encode(colour)], title, below, whole)


def root_breaks(values: Sequence[float]) -> list[float]:
    """Lower bounds of at most five steps, evenly apart on a root scale: as the legend of the page's map."""
    sorted_ = sorted(value for value in values if value > 0)
    if not sorted_:
        return []
    least, most = sorted_[0], sorted_[-1]
    unit = 1.0 if most >= 10 else 0.1
    edges = (np.sqrt(least) + (np.sqrt(most) - np.sqrt(least)) * np.arange(STEPS) / STEPS) ** 2
    bounds = [least, *(float(np.ceil(edge / unit - 1e-9) * unit) for edge in edges[1:])]
    return [bound for i, bound in enumerate(bounds) if i == 0 or bounds[i - 1] < bound <= most]


def step_texts(bounds: Sequence[float], most: float) -> list[str]:
    """A text for each step, `12–19` and so on."""
    texts = [formatting.number(bound, _decimals(bound)) for bound in bounds]
    if bounds and most > bounds[-1]:
        texts[-1] += f"–{formatting.number(most, _decimals(most))}"
    return texts


def _decimals(value: float) -> int:
    return 1 if value < 10 and value != int(value) else 0


def _layer(features: list[dict[str, Any]], **style: Any) -> Any:
    # A field of a feature lies under its properties.
    values = [feature | feature["properties"] for feature in features]
    return alt.Chart(alt.Data(values=values)).mark_geoshape(**({"stroke": "--ov-surface", "strokeWidth": 0.4} | style))


def _map(frame: Frame, shapes: Shapes, layers: list[Any], title: str, below: Sequence[str], whole: bool = False) -> Any:
    """The layers over the areas of the city, around what is drawn."""
    window = shapely.box(*frame.outline.bounds)
    if shapes and not whole:
        window = shapely.box(*shapely.buffer(shapely.box(*shapely.total_bounds(np.array(shapes))), MARGIN).bounds)
    finest = shapely.coverage_simplify([area.geometry for area in frame.areas_of(frame.finest)], SMOOTH)
    coarse = shapely.simplify([area.geometry.boundary for area in frame.areas_of(frame.levels[0])], SMOOTH)
    under = _layer(_inside(finest, window), fill="--ov-sunken", stroke="--ov-line", strokeWidth=0.6)
    over = _layer(_inside(coarse, window), fill=None, stroke="--ov-ink-quiet", strokeWidth=0.8)
    # A layer without anything in it has no size to draw.
    chart = (alt.layer(under, layers[0], over, *layers[1:]) if shapes else alt.layer(under, over)).project(
        type="identity", reflectY=True
    )
    return titled(chart.configure_view(stroke=None), title, below, WIDTH, HEIGHT)


def _inside(shapes: Any, window: shapely.Geometry) -> list[dict[str, Any]]:
    return [_feature(part, {}) for part in shapely.intersection(shapes, window) if not part.is_empty]


def _feature(shape: shapely.Geometry, properties: dict[str, Any]) -> dict[str, Any]:
    rounded = shapely.transform(shape, lambda xy: np.round(xy, 1))
    return {"type": "Feature", "geometry": shapely.geometry.mapping(rounded), "properties": properties}
