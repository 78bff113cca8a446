"""The Knox table as a matrix with its numbers, and the map of where the risk is raised now."""

from pathlib import Path
from typing import Any

import altair as alt
import numpy as np

from openvis.analysis.checks import Floats
from openvis.analysis.events import Events
from openvis.analysis.grid import Grid
from openvis.analysis.near_repeat import Knox
from openvis.cli.analyse.blocks import distance, lag
from openvis.cli.analyse.drawing.base import AREA, HEAT, INK, LAND, QUIET, RED, WIDTH, lines, save
from openvis.cli.analyse.drawing.maps import axes
from openvis.cli.analyse.drawing.raster import Ground

ROW = 74
LEAST, MOST = 0.5, 4.0
"""Ratios from which colours do not change any more."""
COLOURS = ["#a9cbd7", "#ffffff", "#fdbb84", "#d7301f"]
DARK = 3.2
"""Ratio from which the numbers are white."""
SMALL = 3.0
"""Pixels: where a cell is smaller than this, rings show where the raised ones are."""


def draw_table(path: Path, title: str, subtitle: str, found: Knox, alpha: float) -> None:
    """Distances down, days across: times the expected number of pairs; a red edge where that stands out."""
    rows, columns = found.ratio.shape
    metres, days = [distance(found, i) for i in range(rows)], [lag(found, j) for j in range(columns)]
    bands = [_band(found, i, j, alpha, metres, days) for i in range(rows) for j in range(columns)]
    axis = alt.Axis(ticks=False, domain=False, labelPadding=8, labelAngle=0, labelFontSize=13, titleColor=QUIET)
    base = alt.Chart(alt.NamedData("bands")).encode(
        x=alt.X("days:N", title="days apart", sort=days, axis=axis, scale=alt.Scale(paddingInner=0.05)),
        y=alt.Y("metres:N", title="metres apart", sort=metres, axis=axis, scale=alt.Scale(paddingInner=0.07)),
    )
    scale = alt.Scale(
        domain=[float(np.log2(it)) for it in (LEAST, 1.0, 2.0, MOST)], range=COLOURS, clamp=True, interpolate="rgb"
    )
    shown = base.mark_rect(stroke="#dfe6e9", cornerRadius=3).encode(
        color=alt.Color("shade:Q", scale=scale, legend=None)
    )
    edges = base.transform_filter("datum.clear").mark_rect(filled=False, stroke=RED, strokeWidth=2.5, cornerRadius=3)
    ink = alt.condition(f"datum.ratio >= {DARK}", alt.value("white"), alt.value(INK))
    ratios = base.mark_text(fontSize=19, fontWeight="bold", dy=-9).encode(text="told:N", color=ink)
    pairs = base.mark_text(fontSize=12, dy=13).encode(text="pairs:N", color=ink)
    chart = alt.layer(shown, edges, ratios, pairs).properties(width=WIDTH - 80, height=ROW * rows)
    under = [
        *lines(subtitle, 120),
        "Large: times the expected number of pairs. Small: pairs counted against pairs expected.",
    ]
    save(chart, {"bands": bands}, path, lines(title), under)


def _band(found: Knox, i: int, j: int, alpha: float, metres: list[str], days: list[str]) -> dict[str, Any]:
    ratio, expected = float(found.ratio[i, j]), float(found.expected[i, j])
    known = bool(np.isfinite(ratio))
    return {
        "metres": metres[i],
        "days": days[j],
        "ratio": ratio if known else 1.0,
        "shade": float(np.log2(min(max(ratio, LEAST), MOST))) if known else 0.0,
        "told": f"{ratio:,.2f}" if known else "–",
        "pairs": f"{found.observed[i, j]:,.0f} against {expected:,.{1 if expected < 100 else 0}f}",
        "clear": bool(found.p_any[i, j] <= alpha),
    }


def draw_raised(path: Path, title: str, subtitle: str, events: Events, grid: Grid, raised: Floats) -> None:
    """The study area pale, cells with events grey, those with a raised risk by how much; in km."""
    ground = Ground(grid)
    ground.fill(grid.mask, AREA)
    ground.fill(grid.counts(events.x, events.y) > 0, LAND)
    ground.grade(raised > 0, raised, HEAT, "Raised risk, weighted", ",.2f")
    layers, data = ground.chart()
    if grid.cell / 1000 * ground.width / ground.frame["width"] < SMALL:
        data["zones"] = _middles(raised, grid)
        across, up = axes(ground.frame)
        zones = alt.Chart(alt.NamedData("zones")).encode(x=alt.X("x:Q", scale=across), y=alt.Y("y:Q", scale=up))
        subtitle += " · rings: where cells are raised"
        layers.append(zones.mark_point(shape="circle", size=110, strokeWidth=1, color=RED))
    chart = alt.layer(*layers).properties(width=ground.width, height=ground.height)
    save(chart, data, path, lines(title), lines(subtitle, 130))


def _middles(raised: Floats, grid: Grid) -> list[dict[str, float]]:
    """Of each group of raised cells that touch, in km."""
    from scipy import ndimage

    groups, number = ndimage.label(raised > 0, np.ones((3, 3)))
    middles = ndimage.center_of_mass(raised > 0, groups, range(1, number + 1))
    return [
        {"x": (grid.x0 + (column + 0.5) * grid.cell) / 1000, "y": (grid.y0 + (row + 0.5) * grid.cell) / 1000}
        for row, column in middles
    ]
