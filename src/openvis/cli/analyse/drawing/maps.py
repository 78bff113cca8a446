"""Cells of a grid on a map in kilometres: the ground that every map of places is drawn on."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from openvis.analysis.grid import Grid
from openvis.cli.analyse.drawing.base import INK, QUIET

MARGIN = 0.03

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def frame_of(grid: Grid) -> dict[str, float]:
    """Box around the study area, in kilometres, with a margin."""
    rows, columns = np.flatnonzero(grid.mask.any(axis=1)), np.flatnonzero(grid.mask.any(axis=0))
    west, east = (grid.x0 + grid.cell * np.array([columns[0], columns[-1] + 1])) / 1000
    south, north = (grid.y0 + grid.cell * np.array([rows[0], rows[-1] + 1])) / 1000
    gap = MARGIN * max(east - west, north - south)
    return {
        "west": west - gap,
        "south": south - gap,
        "width": float(east - west + 2 * gap),
        "height": float(north - south + 2 * gap),
    }


def axes(frame: dict[str, float]) -> tuple[alt.Scale, alt.Scale]:
    return (
        alt.Scale(domain=[frame["west"], frame["west"] + frame["width"]], nice=False, zero=False),
        alt.Scale(domain=[frame["south"], frame["south"] + frame["height"]], nice=False, zero=False),
    )


def _square(grid: Grid, row: int, first: int, last: int) -> dict[str, float]:
    """The cells of a row from column `first` up to `last`, kilometres."""
    west, south = grid.x0 / 1000, grid.y0 / 1000
    step = grid.cell / 1000
    edges = {
        "x": west + first * step,
        "y": south + row * step,
        "x2": west + last * step,
        "y2": south + (row + 1) * step,
    }
    return {name: round(float(value), 4) for name, value in edges.items()}


def runs(where: Bools, grid: Grid) -> list[dict[str, float]]:
    """Cells beside each other in a row as one rectangle: fewer to draw."""
    steps = np.diff(np.pad(where.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    rows, first = np.nonzero(steps == 1)
    _, last = np.nonzero(steps == -1)
    return [_square(grid, *run) for run in zip(rows.tolist(), first.tolist(), last.tolist(), strict=True)]


def squares(where: Bools, counts: Floats, grid: Grid) -> list[dict[str, float]]:
    rows, columns = np.nonzero(where)
    return [
        {**_square(grid, row, column, column + 1), "n": round(float(counts[row, column]), 2)}
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
    ]


def cells(data: str, frame: dict[str, float], color: Any) -> alt.Chart:
    across, up = axes(frame)
    axis = alt.Axis(grid=False, ticks=False, domain=False, labelColor=QUIET, titleColor=QUIET)
    chart: alt.Chart = (
        alt.Chart(alt.NamedData(data))
        .mark_rect(strokeWidth=0)
        .encode(
            x=alt.X("x:Q", scale=across, axis=axis, title="km east"),
            y=alt.Y("y:Q", scale=up, axis=axis, title="km north"),
            x2="x2:Q",
            y2="y2:Q",
            color=color,
        )
    )
    return chart


def corners(shapes: Sequence[tuple[str, BaseGeometry]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Corners of named surfaces in order, for `outlines`, and where each name goes: its upper right."""
    rings, labels = [], []
    for name, shape in shapes:
        for part, ring in enumerate(shapely.get_rings(shapely.get_parts(shape))):
            points = shapely.get_coordinates(ring) / 1000
            rings += [{"ring": f"{name}.{part}", "i": i, "x": x, "y": y} for i, (x, y) in enumerate(points.tolist())]
        _, _, east, north = shape.bounds
        labels.append({"x": east / 1000, "y": north / 1000, "name": name})
    return rings, labels[::-1]


def outline(frame: dict[str, float]) -> Any:
    """The edges of the surfaces of data "rings"."""
    across, up = axes(frame)
    return (
        alt.Chart(alt.NamedData("rings"))
        .mark_line(color=INK, strokeWidth=1.4, strokeJoin="miter")
        .encode(x=alt.X("x:Q", scale=across), y=alt.Y("y:Q", scale=up), detail="ring:N", order="i:Q")
    )


def outlines(frame: dict[str, float]) -> list[Any]:
    """The surfaces of data "rings" outlined, the names of data "labels" in small discs beside them."""
    across, up = axes(frame)
    place_x, place_y = alt.X("x:Q", scale=across), alt.Y("y:Q", scale=up)
    names = alt.Chart(alt.NamedData("labels")).encode(x=place_x, y=place_y)
    discs = names.mark_circle(size=190, color="white", stroke=INK, strokeWidth=1.2, opacity=1, xOffset=8, yOffset=-8)
    text = names.mark_text(fontSize=9, fontWeight="bold", color=INK, xOffset=8, yOffset=-8).encode(text="name:N")
    return [outline(frame), discs, text]
