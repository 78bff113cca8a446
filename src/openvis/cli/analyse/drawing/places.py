"""The map of hot places, numbered as in the list."""

from collections.abc import Sequence
from pathlib import Path

import altair as alt
import numpy as np
import numpy.typing as npt

from openvis.analysis.grid import Grid
from openvis.analysis.hotspots import Hotspot
from openvis.cli.analyse.drawing.base import AREA, HEAT, LAND, lines, save
from openvis.cli.analyse.drawing.maps import corners, outlines
from openvis.cli.analyse.drawing.raster import Ground

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def draw_map(
    path: Path, title: str, subtitle: str, counts: Floats, hot: Bools, grid: Grid, places: Sequence[Hotspot]
) -> None:
    """The study area pale, cells with events grey, hot ones by count, the places outlined and numbered; in km."""
    ground = Ground(grid)
    ground.fill(grid.mask, AREA)
    ground.fill((counts > 0) & ~hot, LAND)
    ground.grade((counts > 0) & hot, counts, HEAT, "Events per hot cell", ",.0f")
    layers, data = ground.chart()
    if places:
        data["rings"], data["labels"] = corners([(str(place.rank), place.polygon) for place in places])
        layers += outlines(ground.frame)
    chart = alt.layer(*layers).properties(width=ground.width, height=ground.height)
    save(chart, data, path, lines(title), subtitle)
