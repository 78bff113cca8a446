"""The map of a forecast, and the chart of how well each method did."""

from pathlib import Path
from typing import Any

import altair as alt

from openvis.analysis.checks import Bools, Floats
from openvis.analysis.forecast import COUNTS, Backtest
from openvis.analysis.grid import Grid
from openvis.cli.analyse.drawing.base import AREA, INK, QUIET, RED, WATER_TO_INK, lines, save
from openvis.cli.analyse.drawing.raster import Ground

PANEL, ROW = 200, 30
LEAST_SHOWN = 0.02
"""Cells below this part of the highest risk are drawn as the area: too little to see."""


def draw_risk(path: Path, title: str, subtitle: str, risk: Floats, chosen: Bools, grid: Grid) -> None:
    """The study area pale, darker where more is expected, the chosen cells red; in km."""
    ground = Ground(grid)
    ground.fill(grid.mask, AREA)
    shown = (risk > LEAST_SHOWN * risk.max()) & ~chosen
    ground.grade(shown, 1000 * risk, WATER_TO_INK, "Expected × 1,000", ",.3~g", low=0.0)
    ground.fill(chosen, RED)
    layers, data = ground.chart()
    chart = alt.layer(*layers).properties(width=ground.width, height=ground.height)
    save(chart, data, path, lines(title), [f"{subtitle} · red: chosen cells"])


def draw_scores(path: Path, title: str, subtitle: str, test: Backtest) -> None:
    """Part of the events found per method, with its interval, a panel per share; the best count as a line."""
    rows, best = [], []
    for score in test.scores():
        share = (
            f"{score.share:.2%}".replace("%", " % of the area")
            .replace(".00 ", " ")
            .replace("0 %", " %")
            .replace("  ", " ")
        )
        part = test.chosen[test.shares.index(score.share)] / test.cells
        rows.append(
            {
                "share": share,
                "method": score.method,
                "found": 100 * score.hit_rate,
                "low": max(0.0, 100 * score.pai_low * part),
                "high": 100 * score.pai_high * part,
                "kind": "count" if score.method in COUNTS else "other",
            }
        )
        if score.method == test.best_count(test.shares.index(score.share)):
            best.append({"share": share, "found": 100 * score.hit_rate})
    panels = [_panel(i, rows, best, list(test.methods)) for i in dict.fromkeys(row["share"] for row in rows)]
    chart = alt.hconcat(*panels, spacing=24)
    save(chart, {"scores": rows, "lines": best}, path, lines(title), [f"{subtitle} · line: the best count"])


def _panel(share: str, rows: list[dict[str, Any]], best: list[dict[str, Any]], methods: list[str]) -> Any:
    first = share == rows[0]["share"]
    labels = alt.Axis(ticks=False, domain=False, labels=first, labelColor=INK, labelFontSize=13, labelPadding=8)
    y = alt.Y("method:N", sort=methods, title=None, axis=labels)
    axis = alt.Axis(grid=True, gridColor="#e6ebee", tickCount=4, labelColor=QUIET, titleColor=QUIET, domain=False)
    colour = alt.Color("kind:N", scale=alt.Scale(domain=["count", "other"], range=[QUIET, "#2f7d98"]), legend=None)
    here = alt.Chart(alt.NamedData("scores")).transform_filter(alt.datum.share == share)
    spread = here.mark_rule(strokeWidth=2.5, strokeCap="round").encode(
        x=alt.X("low:Q", axis=axis, title="% of events found", scale=alt.Scale(zero=True)),
        x2="high:Q",
        y=y,
        color=colour,
    )
    point = here.mark_circle(size=90, opacity=1).encode(x="found:Q", y=y, color=colour)
    line = (
        alt.Chart(alt.NamedData("lines"))
        .transform_filter(alt.datum.share == share)
        .mark_rule(color=RED, strokeDash=[4, 3])
        .encode(x="found:Q")
    )
    heading = alt.TitleParams(share, anchor="start", color=INK, fontSize=13)
    return alt.layer(line, spread, point).properties(width=PANEL, height=ROW * len(methods), title=heading)
