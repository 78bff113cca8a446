"""The map of what stations reach in time."""

from pathlib import Path
from typing import Any

import altair as alt
import numpy as np

from openvis.analysis.grid import Grid
from openvis.cli.analyse.cover_found import Found
from openvis.cli.analyse.drawing.base import AREA, INK, QUIET, RED, lines, save
from openvis.cli.analyse.drawing.maps import axes
from openvis.cli.analyse.drawing.raster import Ground

REACHED, WITH_NEW, MISSED = "#a9c9d4", "#2f7d98", "#fc8d59"
WORDS = (("reached in time", REACHED), ("reached with the new", WITH_NEW), ("not reached in time", MISSED))
MOST_CELLS_ACROSS, LEAST_CELL = 160, 50.0
MOST_NAMED = 60


def draw_cover(path: Path, title: str, subtitle: str, found: Found) -> None:
    """Cells with dwellings in the colour of most of them; stations named, chosen sites in red, others small; in km."""
    x, y = found.dwellings.points.x, found.dwellings.points.y
    across, up = (np.concatenate(it) for it in ((x, found.stations.points.x), (y, found.stations.points.y)))
    side = max(float(np.ptp(across)), float(np.ptp(up)))
    grid = Grid.around(across, up, max(LEAST_CELL, side / MOST_CELLS_ACROSS))
    ground = Ground(grid)
    ground.fill(grid.mask, AREA)
    weight, now, after = found.dwellings.weight, found.now.reached, found.after.reached
    kinds = np.stack([grid.counts(x[it], y[it], weight[it]) for it in (now, after & ~now, ~after)])
    for kind, (_, colour) in enumerate(WORDS):
        ground.fill((kinds.sum(axis=0) > 0) & (kinds.argmax(axis=0) == kind), colour)
    layers, data = ground.chart()
    data["stations"] = _stations(found)
    shown = [word for word, any_of in zip(WORDS, kinds.sum(axis=(1, 2)) > 0, strict=True) if any_of]
    data["words"] = [{"word": word, "x": None} for word, _ in shown]
    layers += [_legend(shown), *_marks(ground)]
    chart = alt.layer(*layers).properties(width=ground.width, height=ground.height)
    save(chart, data, path, lines(title), lines(subtitle, 130))


def _stations(found: Found) -> list[dict[str, Any]]:
    many = len(found.stations.names) > MOST_NAMED
    rows = []
    for i, name in enumerate(found.stations.names):
        kind = "existing" if found.stations.there[i] else "chosen" if i in found.chosen else "candidate"
        place = {"x": float(found.stations.points.x[i]) / 1000, "y": float(found.stations.points.y[i]) / 1000}
        rows.append({**place, "kind": kind, "name": "" if many and kind == "candidate" else name})
    return rows


def _legend(shown: list[tuple[str, str]]) -> Any:
    """Nothing to see but the colours in words."""
    scale = alt.Scale(domain=[word for word, _ in shown], range=[colour for _, colour in shown])
    legend = alt.Legend(
        orient="bottom", direction="horizontal", title=None, symbolType="square", symbolSize=160, symbolOpacity=1
    )
    marks = alt.Chart(alt.NamedData("words")).mark_square(opacity=0)
    return marks.encode(color=alt.Color("word:N", scale=scale, legend=legend))


def _marks(ground: Ground) -> list[Any]:
    across, up = axes(ground.frame)
    base = alt.Chart(alt.NamedData("stations")).encode(x=alt.X("x:Q", scale=across), y=alt.Y("y:Q", scale=up))
    layers = []
    for kind, size, colour, edge, bold in (
        ("candidate", 45, "white", QUIET, "normal"),
        ("existing", 130, INK, "white", "bold"),
        ("chosen", 190, RED, "white", "bold"),
    ):
        these = base.transform_filter(f"datum.kind == '{kind}'")
        words = {"fontSize": 9 if kind == "candidate" else 12, "fontWeight": bold, "dx": 9, "align": "left"}
        layers += [
            these.mark_square(size=size, color=colour, stroke=edge, strokeWidth=1.2, opacity=1),
            these.mark_text(**words, stroke="white", strokeWidth=3).encode(text="name:N"),
            these.mark_text(**words, color=QUIET if kind == "candidate" else colour).encode(text="name:N"),
        ]
    return layers
