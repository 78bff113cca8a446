"""The map of hot places and the matrix of hot hours, as PNG."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt
import vl_convert
from shapely.geometry import MultiPolygon

from openvis.analysis.grid import Grid
from openvis.analysis.hotspots import Hotspot
from openvis.analysis.windows import Window
from openvis.cli.analyse.wording import DAYS

INK, QUIET, LAND, RED = "#12394d", "#5b6b75", "#e4e9ec", "#b30000"
HEAT = ["#fdd49e", "#fdbb84", "#fc8d59", "#e34a33", "#b30000"]
WATER_TO_INK = ["#f1f4f5", "#cfe0e7", "#7fb2c3", "#2f7d98", "#12394d"]
WIDTH, MOST_HEIGHT = 900, 1000
MARGIN = 0.03

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def draw_map(
    path: Path, title: str, subtitle: str, counts: Floats, hot: Bools, grid: Grid, places: Sequence[Hotspot]
) -> None:
    """Cells with events in grey, hot cells by their count, the places outlined and numbered; axes in kilometres."""
    frame = _frame(grid)
    quiet, warm = (counts > 0) & ~hot, (counts > 0) & hot
    layers = [_cells(_squares(quiet, counts, grid), frame, alt.value(LAND))]
    if warm.any():
        heat = alt.Color(
            "n:Q",
            title="Events per hot cell",
            scale=alt.Scale(type="sqrt", range=HEAT),
            legend=alt.Legend(orient="bottom-left", direction="horizontal", gradientLength=160, format=",.0f",
                              fillColor="white", padding=8, cornerRadius=4, strokeColor="#cfd8dc"),
        )  # fmt: skip
        layers.append(_cells(_squares(warm, counts, grid), frame, heat))
    if places:
        layers += _outlines(places, frame)
    height = min(MOST_HEIGHT, int(WIDTH * frame["height"] / frame["width"]))
    chart = alt.layer(*layers).properties(width=int(height * frame["width"] / frame["height"]), height=height)
    _save(chart, path, title, subtitle)


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
    base = alt.Chart(alt.Data(values=rows)).encode(x=x, y=y)
    cells = base.mark_rect(stroke="white", strokeWidth=2, cornerRadius=3).encode(color=shade)
    edges = (
        base.transform_filter("datum.hot").mark_rect(filled=False, stroke=RED, strokeWidth=2, cornerRadius=3).encode()
    )
    _save(alt.layer(cells, edges).properties(width=WIDTH, height=260), path, title, subtitle)


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


def _squares(where: Bools, counts: Floats, grid: Grid) -> list[dict[str, float]]:
    rows, columns = np.nonzero(where)
    west, south = (grid.x0 + columns * grid.cell) / 1000, (grid.y0 + rows * grid.cell) / 1000
    step = grid.cell / 1000
    return [
        {"x": round(float(x), 4), "y": round(float(y), 4), "x2": round(float(x + step), 4), "y2": round(float(y + step), 4),
         "n": round(float(n), 2)}
        for x, y, n in zip(west, south, counts[rows, columns], strict=True)
    ]  # fmt: skip


def _cells(values: list[dict[str, float]], frame: dict[str, float], color: Any) -> alt.Chart:
    across, up = _axes(frame)
    axis = alt.Axis(grid=False, ticks=False, domain=False, labelColor=QUIET, titleColor=QUIET)
    return (
        alt.Chart(alt.Data(values=values))
        .mark_rect(strokeWidth=0)
        .encode(
            x=alt.X("x:Q", scale=across, axis=axis, title="km east"),
            y=alt.Y("y:Q", scale=up, axis=axis, title="km north"),
            x2="x2:Q",
            y2="y2:Q",
            color=color,
        )
    )


def _outlines(places: Sequence[Hotspot], frame: dict[str, float]) -> list[alt.Chart]:
    rings, labels = [], []
    for place in places:
        shape = place.polygon
        parts = shape.geoms if isinstance(shape, MultiPolygon) else [shape]
        for part, polygon in enumerate(parts):
            rings += [
                {"ring": f"{place.rank}.{part}", "i": i, "x": x / 1000, "y": y / 1000}
                for i, (x, y) in enumerate(polygon.exterior.coords)
            ]
        _, _, east, north = shape.bounds
        labels.append({"x": east / 1000, "y": north / 1000, "rank": str(place.rank)})
    across, up = _axes(frame)
    place_x, place_y = alt.X("x:Q", scale=across), alt.Y("y:Q", scale=up)
    outline = (
        alt.Chart(alt.Data(values=rings))
        .mark_line(color=INK, strokeWidth=1.6, strokeJoin="miter")
        .encode(x=place_x, y=place_y, detail="ring:N", order="i:Q")
    )
    numbers = alt.Chart(alt.Data(values=labels)).encode(x=place_x, y=place_y)
    discs = numbers.mark_circle(
        size=300, color="white", stroke=INK, strokeWidth=1.5, opacity=1, dx=9, xOffset=9, yOffset=-9
    )
    text = numbers.mark_text(fontSize=11, fontWeight="bold", color=INK, xOffset=9, yOffset=-9).encode(text="rank:N")
    return [outline, discs, text]


def _save(chart: alt.LayerChart, path: Path, title: str, subtitle: str) -> None:
    font = "DejaVu Sans, Arial, sans-serif"
    whole = (
        chart.properties(
            title=alt.TitleParams(title, subtitle=subtitle, anchor="start", fontSize=18, subtitleFontSize=13,
                                  color=INK, subtitleColor=QUIET, offset=14),
            padding=16,
        )
        .configure_view(stroke=None)
        .configure(font=font, background="white")
    )  # fmt: skip
    path.write_bytes(vl_convert.vegalite_to_png(whole.to_dict(), scale=1.5))
