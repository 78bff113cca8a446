"""The map of a density."""

from pathlib import Path

import altair as alt
from shapely.geometry.base import BaseGeometry

from openvis.analysis.checks import Floats
from openvis.analysis.grid import Grid
from openvis.cli.analyse.drawing.base import AREA, HEAT, lines, save
from openvis.cli.analyse.drawing.maps import corners, outline
from openvis.cli.analyse.drawing.raster import Ground

LEAST_SHOWN = 0.01
"""Below this part of the peak a cell is drawn as the area: too little to see."""


def draw_density(path: Path, title: str, subtitle: str, per_km2: Floats, half: BaseGeometry, grid: Grid) -> None:
    """The study area pale, darker where more is, the area that holds half of the events outlined; in km."""
    ground = Ground(grid)
    ground.fill(grid.mask, AREA)
    shown = grid.mask & (per_km2 > LEAST_SHOWN * per_km2.max())
    ground.grade(shown, per_km2, ["#fff3e0", *HEAT], "Events per km²", ",.3~s", low=0.0)
    layers, data = ground.chart()
    data["rings"], _ = corners([("half", half)])
    layers.append(outline(ground.frame))
    chart = alt.layer(*layers).properties(width=ground.width, height=ground.height)
    save(chart, data, path, lines(title), lines(subtitle, 130))
