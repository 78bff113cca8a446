"""The picture of a plan: places down, windows across, what is expected as shade, and who is there as a number."""

from pathlib import Path
from typing import Any

import altair as alt
import numpy as np

from openvis.cli.analyse.allocate_files import Drawn
from openvis.cli.analyse.drawing.base import QUIET, RED, WATER_TO_INK, WIDTH, lines, save

MOST_PLACES, MOST_LABELS = 40, 50
ROW = 24
PALE = WATER_TO_INK[:3]
"""Light enough for a disc on it to stand out."""


def draw_schedule(path: Path, title: str, source: str, drawn: Drawn) -> None:
    """The places visited and then those where most is expected, up to 40, each with its windows."""
    table, plan = drawn.table, drawn.plan
    total = table.expected.sum(axis=1)
    visited = np.isin(np.arange(total.size), plan.visits)
    shown = np.lexsort((-total, ~visited))[:MOST_PLACES]
    names = [drawn.name(int(place)) for place in shown]
    windows = [table.windows.told(it) for it in range(table.windows.begin.size)]
    cells = [
        {"place": name, "window": window, "n": float(table.expected[place, at])}
        for place, name in zip(shown.tolist(), names, strict=True)
        for at, window in enumerate(windows)
    ]
    teams = [
        {"place": drawn.name(int(place)), "window": windows[at], "team": str(team + 1)}
        for team, route in enumerate(plan.visits)
        for at, place in enumerate(route)
        if place in shown
    ]
    chart = alt.layer(*_layers(names, windows)).properties(width=WIDTH - 140, height=ROW * len(names))
    left_out = total.size - shown.size
    rest = f" · {left_out} more places, where less is expected, not drawn" if left_out else ""
    subtitle = f"{source} · shade: expected events; number: the team that is there{rest}"
    save(chart, {"cells": cells, "teams": teams}, path, lines(title, 78), lines(subtitle, 126))


def _layers(names: list[str], windows: list[str]) -> list[Any]:
    axis = {"ticks": False, "domain": False, "labelPadding": 6, "labelColor": QUIET, "title": None}
    overlap = "parity" if len(windows) > MOST_LABELS else False
    x = alt.X("window:O", sort=windows, axis=alt.Axis(**axis, labelAngle=-60, labelOverlap=overlap))
    y = alt.Y("place:O", sort=names, axis=alt.Axis(**axis, labelLimit=150))
    legend = alt.Legend(orient="bottom", direction="horizontal", gradientLength=180)
    shade = alt.Color(
        "n:Q", title="expected events", scale=alt.Scale(type="sqrt", range=PALE, domainMin=0), legend=legend
    )
    cells = alt.Chart(alt.NamedData("cells")).mark_rect(stroke="white", strokeWidth=1.5).encode(x=x, y=y, color=shade)
    there = alt.Chart(alt.NamedData("teams")).encode(x=x, y=y)
    size = min(330, int((0.9 * (WIDTH - 140) / len(windows)) ** 2 * 0.9))
    layers = [cells, there.mark_circle(size=size, color=RED, opacity=1, stroke="white", strokeWidth=1)]
    if size >= 90:
        layers.append(there.mark_text(fontSize=10, fontWeight="bold", color="white").encode(text="team:N"))
    return layers
