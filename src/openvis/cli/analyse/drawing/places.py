"""The map of hot places, numbered as in the list."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt
import shapely

from openvis.analysis.grid import Grid
from openvis.analysis.hotspots import Hotspot
from openvis.cli.analyse.drawing.base import AREA, HEAT, INK, LAND, MOST_HEIGHT, WIDTH, save
from openvis.cli.analyse.drawing.maps import axes, cells, frame_of, runs, squares

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def draw_map(
    path: Path, title: str, subtitle: str, counts: Floats, hot: Bools, grid: Grid, places: Sequence[Hotspot]
) -> None:
    """The study area pale, cells with events grey, hot ones by count, the places outlined and numbered; in km."""
    frame = frame_of(grid)
    data = {
        "area": runs(grid.mask, grid),
        "quiet": runs((counts > 0) & ~hot, grid),
        "hot": squares((counts > 0) & hot, counts, grid),
    }
    layers: list[Any] = [cells("area", frame, alt.value(AREA)), cells("quiet", frame, alt.value(LAND))]
    if data["hot"]:
        layers.append(cells("hot", frame, _heat()))
    if places:
        data["rings"], data["labels"] = _rings(places)
        layers += _outlines(frame)
    height = min(MOST_HEIGHT, int(WIDTH * frame["height"] / frame["width"]))
    chart = alt.layer(*layers).properties(width=int(height * frame["width"] / frame["height"]), height=height)
    save(chart, data, path, title, subtitle)


def _heat() -> alt.Color:
    legend = alt.Legend(
        orient="bottom-left",
        direction="horizontal",
        gradientLength=160,
        format=",.0f",
        fillColor="white",
        padding=8,
        cornerRadius=4,
        strokeColor="#cfd8dc",
    )
    return alt.Color("n:Q", title="Events per hot cell", scale=alt.Scale(type="sqrt", range=HEAT), legend=legend)


def _rings(places: Sequence[Hotspot]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Corners of the outlines in order, and where the number of each place goes: its upper right."""
    rings, labels = [], []
    for place in places:
        for part, polygon in enumerate(shapely.get_parts(place.polygon)):
            corners = shapely.get_coordinates(shapely.get_exterior_ring(polygon)) / 1000
            rings += [
                {"ring": f"{place.rank}.{part}", "i": i, "x": x, "y": y} for i, (x, y) in enumerate(corners.tolist())
            ]
        _, _, east, north = place.polygon.bounds
        labels.append({"x": east / 1000, "y": north / 1000, "rank": str(place.rank)})
    return rings, labels[::-1]


def _outlines(frame: dict[str, float]) -> list[Any]:
    across, up = axes(frame)
    place_x, place_y = alt.X("x:Q", scale=across), alt.Y("y:Q", scale=up)
    outline = (
        alt.Chart(alt.NamedData("rings"))
        .mark_line(color=INK, strokeWidth=1.4, strokeJoin="miter")
        .encode(x=place_x, y=place_y, detail="ring:N", order="i:Q")
    )
    numbers = alt.Chart(alt.NamedData("labels")).encode(x=place_x, y=place_y)
    discs = numbers.mark_circle(size=190, color="white", stroke=INK, strokeWidth=1.2, opacity=1, xOffset=8, yOffset=-8)
    text = numbers.mark_text(fontSize=9, fontWeight="bold", color=INK, xOffset=8, yOffset=-8).encode(text="rank:N")
    return [outline, discs, text]
