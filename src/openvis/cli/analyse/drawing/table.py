"""A table of counts as it may be published: a figure in each cell, or a mark where it is left out."""

from pathlib import Path
from typing import Any

import altair as alt
import numpy as np

from openvis.analysis.disclosure import Protected
from openvis.cli.analyse.drawing.base import AREA, INK, LAND, MOST_HEIGHT, QUIET, WIDTH, save
from openvis.cli.analyse.protect_table import Table

LABEL = 150
"""Pixels for the names of the rows."""


def draw_table(path: Path, table: Table, made: Protected) -> None:
    """The first side down, the second across, one block for each value of the third; dark: left out, grey: a total."""
    out = int(made.hidden.sum())
    title = (
        f"{out:,} of {made.values.size:,} figures are left out"
        if made.method == "suppress"
        else f"All figures are rounded to a multiple of {made.base}"
    )
    subtitle = [f"{table.count} by {', '.join(table.columns)}; dark: left out, grey: totals."]
    cells, across, down, labels = _placed(table, made)
    high = max(11.0, min(26.0, (MOST_HEIGHT - 120) / down))
    x, y = (alt.Scale(domain=domain, nice=False, zero=False) for domain in ([0, across], [down, 0]))
    box = {"x": alt.X("x:Q", scale=x, axis=None), "y": alt.Y("y:Q", scale=y, axis=None)}
    base = alt.Chart(alt.NamedData("cells"))
    fill = alt.Color("fill:N", scale=alt.Scale(domain=["shown", "total", "out"], range=[AREA, LAND, INK]), legend=None)
    size = min(12.0, 0.55 * high, 1.9 * WIDTH / across / max(len(it["text"]) for it in cells))
    layers = [
        base.mark_rect(stroke="white", strokeWidth=1).encode(**box, x2="x2:Q", y2="y2:Q", color=fill),
        base.transform_calculate(x="datum.x + 0.5", y="datum.y + 0.5")
        .mark_text(fontSize=size)
        .encode(**box, text="text:N", color=alt.condition("datum.fill == 'out'", alt.value("white"), alt.value(INK))),
    ]
    for side, look in (
        ("left", {"align": "right", "dx": -6}),
        ("top", {"align": "left", "angle": 315, "dy": -4, "dx": 2}),
        ("block", {"align": "left", "dy": -92, "fontWeight": "bold"}),
    ):
        text = alt.Chart(alt.NamedData(side)).mark_text(fontSize=max(size, 9), color=QUIET, clip=False, **look)
        layers.append(text.encode(**box, text="text:N"))
    chart = alt.layer(*layers).properties(width=WIDTH, height=high * down)
    padded = {side: [it for it in labels if it["side"] == side] for side in ("left", "top", "block")}
    save(chart, {"cells": cells, **padded}, path, title, subtitle)


def _placed(table: Table, made: Protected) -> tuple[list[dict[str, Any]], float, int, list[dict[str, Any]]]:
    """Cells with their places, how many fit across and down, and the names beside them."""
    down, second, third = made.values.shape
    columns = table.nodes[1] if len(table.by) > 1 else [table.count]
    blocks = table.nodes[2] if len(table.by) > 2 else [""]
    leaves = [len(table.leaves[side]) if side < len(table.by) else 1 for side in range(3)]
    cells = []
    for a, b, c in np.ndindex(down, second, third):
        hidden = bool(made.hidden[a, b, c])
        total = a >= leaves[0] or b >= leaves[1] or c >= leaves[2]
        left = c * (second + 0.6) + b
        cells.append(
            {
                "x": left, "x2": left + 1.0, "y": float(a), "y2": a + 1.0,
                "fill": "out" if hidden else "total" if total else "shown",
                "text": "×" if hidden else str(made.values[a, b, c]),
            }
        )  # fmt: skip
    labels = [{"side": "left", "x": 0.0, "y": i + 0.5, "text": name} for i, name in enumerate(table.nodes[0])]
    for c, block in enumerate(blocks):
        left = c * (second + 0.6)
        labels += [{"side": "top", "x": left + b + 0.5, "y": 0.0, "text": name} for b, name in enumerate(columns)]
        labels.append({"side": "block", "x": left, "y": 0.0, "text": block})
    return cells, third * (second + 0.6) - 0.6, down, labels
