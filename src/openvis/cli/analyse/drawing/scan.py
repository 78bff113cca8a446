"""The map of emerging clusters."""

from collections.abc import Sequence
from pathlib import Path

import altair as alt
from shapely.geometry.base import BaseGeometry

from openvis.analysis.events import Events
from openvis.analysis.grid import Grid
from openvis.analysis.scan import Scan
from openvis.cli.analyse.drawing.base import AREA, INK, LAND, QUIET, RED, lines, save
from openvis.cli.analyse.drawing.maps import axes, corners
from openvis.cli.analyse.drawing.raster import Ground

MOST_CELLS_ACROSS = 320


def draw_clusters(
    path: Path,
    title: str,
    subtitle: str,
    events: Events,
    found: Scan,
    circles: Sequence[BaseGeometry],
    clear: Sequence[bool],
) -> None:
    """Cells with events grey, the circles of the clusters numbered, their events as dots; in km."""
    side = max(float(events.x.max() - events.x.min()), float(events.y.max() - events.y.min()))
    grid = Grid.around(events.x, events.y, max(125.0, side / MOST_CELLS_ACROSS))
    ground = Ground(grid)
    ground.fill(grid.mask, AREA)
    ground.fill(grid.counts(events.x, events.y) > 0, LAND)
    layers, data = ground.chart()
    rings, labels = corners([(str(it.rank), circle) for it, circle in zip(found.clusters, circles, strict=True)])
    sure = {str(it.rank): yes for it, yes in zip(found.clusters, clear, strict=True)}
    data["rings"] = [{**it, "clear": sure[it["ring"].split(".")[0]]} for it in rings]
    data["labels"] = [{**it, "clear": sure[it["name"]]} for it in labels]
    data["members"] = [
        {"x": float(events.x[i]) / 1000, "y": float(events.y[i]) / 1000, "clear": yes}
        for it, yes in zip(found.clusters, clear, strict=True)
        for i in it.members.tolist()
    ]
    across, up = axes(ground.frame)
    x, y = alt.X("x:Q", scale=across), alt.Y("y:Q", scale=up)
    red = alt.condition("datum.clear", alt.value(RED), alt.value(QUIET))
    outline = alt.Chart(alt.NamedData("rings")).encode(x=x, y=y, detail="ring:N", order="i:Q")
    layers += [
        alt.Chart(alt.NamedData("members")).mark_circle(size=22, opacity=0.9).encode(x=x, y=y, color=red),
        outline.transform_filter("datum.clear").mark_line(color=RED, strokeWidth=2),
        outline.transform_filter("!datum.clear").mark_line(color=QUIET, strokeWidth=1.3, strokeDash=[4, 3]),
    ]
    names = alt.Chart(alt.NamedData("labels")).encode(x=x, y=y)
    layers += [
        names.mark_circle(size=210, color="white", opacity=1, strokeWidth=1.4, xOffset=8, yOffset=-8).encode(
            stroke=red
        ),
        names.mark_text(fontSize=10, fontWeight="bold", color=INK, xOffset=8, yOffset=-8).encode(text="name:N"),
    ]
    chart = alt.layer(*layers).properties(width=ground.width, height=ground.height)
    save(chart, data, path, lines(title), lines(subtitle, 130))
