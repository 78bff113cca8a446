"""The map of what places became."""

from pathlib import Path

import altair as alt

from openvis.analysis.checks import Floats, Ints
from openvis.analysis.emerging import CLASSES
from openvis.analysis.grid import Grid
from openvis.cli.analyse.drawing.base import AREA, LAND, lines, save
from openvis.cli.analyse.drawing.raster import Ground

COLOURS = {
    "new": "#6a1b9a",
    "consecutive": "#b05cc6",
    "intensifying": "#b30000",
    "persistent": "#ef6548",
    "diminishing": "#fdbb84",
    "historical": "#8d9aa3",
    "sporadic": "#2f7d98",
    "oscillating": "#12394d",
}


def draw_classes(path: Path, title: str, subtitle: str, category: Ints, counts: Floats, grid: Grid) -> None:
    """The study area pale, cells with events grey, those with a class in its colour; in km."""
    ground = Ground(grid)
    ground.fill(grid.mask, AREA)
    ground.fill(grid.mask & (counts > 0), LAND)
    there = {name: colour for name, colour in COLOURS.items() if (category == CLASSES.index(name)).any()}
    for name, colour in there.items():
        ground.fill(category == CLASSES.index(name), colour)
    if there:
        ground.explain(there, "Hot spots")
    layers, data = ground.chart()
    chart = alt.layer(*layers).properties(width=ground.width, height=ground.height)
    save(chart, data, path, lines(title), lines(subtitle, 130))
