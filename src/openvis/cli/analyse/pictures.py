"""The map of hot places and the matrix of hot hours, as PNG."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt
import shapely
import vl_convert

from openvis.analysis.grid import Grid
from openvis.analysis.hotspots import Hotspot
from openvis.analysis.windows import Window
from openvis.cli.analyse.wording import DAYS

INK, QUIET, LAND, AREA, RED = "#12394d", "#5b6b75", "#d5dde1", "#f3f6f7", "#b30000"
HEAT = ["#fdd49e", "#fdbb84", "#fc8d59", "#e34a33", "#b30000"]
WATER_TO_INK = ["#f1f4f5", "#cfe0e7", "#7fb2c3", "#2f7d98", "#12394d"]
WIDTH, MOST_HEIGHT = 900, 1000
MARGIN = 0.03

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def draw_nothing() -> None:
    """Start the engine, so that the first picture need not wait for it."""
    chart = alt.Chart(alt.NamedData("nothing")).mark_point().encode(x="x:Q")
    vl_convert.vegalite_to_png({**chart.to_dict(validate=False), "datasets": {"nothing": []}})


def draw_map(
    path: Path, title: str, subtitle: str, counts: Floats, hot: Bools, grid: Grid, places: Sequence[Hotspot]
) -> None:
    """The study area pale, cells with events grey, hot ones by count, the places outlined and numbered; in km."""
    frame = _frame(grid)
    data = {
        "area": _rows(grid.mask, grid),
        "quiet": _rows((counts > 0) & ~hot, grid),
        "hot": _squares((counts > 0) & hot, counts, grid),
    }
    layers: list[Any] = [_cells("area", frame, alt.value(AREA)), _cells("quiet", frame, alt.value(LAND))]
    if data["hot"]:
        layers.append(_cells("hot", frame, _heat()))
    if places:
        data["rings"], data["labels"] = _rings(places)
        layers += _outlines(frame)
    height = min(MOST_HEIGHT, int(WIDTH * frame["height"] / frame["width"]))
    chart = alt.layer(*layers).properties(width=int(height * frame["width"] / frame["height"]), height=height)
    _save(chart, data, path, title, subtitle)


def draw_matrix(path: Path, title: str, subtitle: str, matrix: Floats, windows: Sequence[Window]) -> None:
    """Days down, hours across, darker for more; the hot hours have a red edge."""
    inside = np.zeros(matrix.shape, dtype=np.bool_)
    for window in windows:
        inside |= window.cells()
    rows = [
        {"day": DAYS[day], "hour": hour, "n": float(matrix[day, hour]), "hot": bool(inside[day, hour])}
        for day in range(7)
        for hour in range(24)
    ]
    x = alt.X("hour:O", title="hour of the day", axis=alt.Axis(labelAngle=0, ticks=False, domain=False, labelPadding=6))
    y = alt.Y("day:O", title=None, sort=list(DAYS), axis=alt.Axis(ticks=False, domain=False, labelPadding=6))
    shade = alt.Color("n:Q", title="events", scale=alt.Scale(range=WATER_TO_INK, zero=True))
    base = alt.Chart(alt.NamedData("hours")).encode(x=x, y=y)
    cells = base.mark_rect(stroke="white", strokeWidth=2, cornerRadius=3).encode(color=shade)
    edges = base.transform_filter("datum.hot").mark_rect(filled=False, stroke=RED, strokeWidth=2, cornerRadius=3)
    chart = alt.layer(cells, edges).properties(width=WIDTH, height=260)
    _save(chart, {"hours": rows}, path, title, subtitle)


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


def _frame(grid: Grid) -> dict[str, float]:
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


def _axes(frame: dict[str, float]) -> tuple[alt.Scale, alt.Scale]:
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


def _rows(where: Bools, grid: Grid) -> list[dict[str, float]]:
    """Cells beside each other in a row as one rectangle: fewer to draw."""
    steps = np.diff(np.pad(where.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    rows, first = np.nonzero(steps == 1)
    _, last = np.nonzero(steps == -1)
    return [_square(grid, *run) for run in zip(rows.tolist(), first.tolist(), last.tolist(), strict=True)]


def _squares(where: Bools, counts: Floats, grid: Grid) -> list[dict[str, float]]:
    rows, columns = np.nonzero(where)
    return [
        {**_square(grid, row, column, column + 1), "n": round(float(counts[row, column]), 2)}
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
    ]


def _cells(data: str, frame: dict[str, float], color: Any) -> alt.Chart:
    across, up = _axes(frame)
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
    across, up = _axes(frame)
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


def _save(chart: Any, data: dict[str, Any], path: Path, title: str, subtitle: str) -> None:
    heading = alt.TitleParams(
        title,
        subtitle=subtitle,
        anchor="start",
        fontSize=18,
        subtitleFontSize=13,
        color=INK,
        subtitleColor=QUIET,
        offset=14,
    )
    whole = chart.properties(title=heading, padding=16).configure_view(stroke=None)
    spec = whole.configure(font="DejaVu Sans, Arial, sans-serif", background="white").to_dict(validate=False)
    # Altair walks through every value of inline data, which takes longer than drawing; the data are added afterwards.
    path.write_bytes(vl_convert.vegalite_to_png({**spec, "datasets": data}, scale=1.5))
