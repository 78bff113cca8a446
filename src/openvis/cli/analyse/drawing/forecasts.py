"""The map of a forecast, and the chart of how well each method did."""

from pathlib import Path
from typing import Any

import altair as alt

from openvis.analysis.checks import Bools, Floats
from openvis.analysis.forecast import COUNTS, Backtest
from openvis.analysis.grid import Grid
from openvis.cli.analyse.drawing.base import AREA, INK, MOST_HEIGHT, QUIET, RED, WATER_TO_INK, WIDTH, save
from openvis.cli.analyse.drawing.maps import cells, frame_of, runs, squares

PANEL, ROW = 200, 30
LEAST_SHOWN = 0.02
"""Cells below this part of the highest risk are drawn as the area: too little to see."""


def draw_risk(path: Path, title: str, subtitle: str, risk: Floats, chosen: Bools, grid: Grid) -> None:
    """The study area pale, darker where more is expected, the chosen cells red; in km."""
    frame = frame_of(grid)
    shown = (risk > LEAST_SHOWN * risk.max()) & ~chosen
    data = {"area": runs(grid.mask, grid), "chosen": runs(chosen, grid)}
    layers: list[Any] = [cells("area", frame, alt.value(AREA))]
    if shown.any():
        data["risk"] = squares(shown, 1000 * risk, grid)
        layers.append(cells("risk", frame, _shade()))
    layers.append(cells("chosen", frame, alt.value(RED)))
    height = min(MOST_HEIGHT, int(WIDTH * frame["height"] / frame["width"]))
    chart = alt.layer(*layers).properties(width=int(height * frame["width"] / frame["height"]), height=height)
    save(chart, data, path, _lines(title), [f"{subtitle} · red: chosen cells"])


def draw_scores(path: Path, title: str, subtitle: str, test: Backtest) -> None:
    """Part of the events found per method, with its interval, a panel per share; the best count as a line."""
    rows, lines = [], []
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
            lines.append({"share": share, "found": 100 * score.hit_rate})
    panels = [_panel(i, rows, lines, list(test.methods)) for i in dict.fromkeys(row["share"] for row in rows)]
    chart = alt.hconcat(*panels, spacing=24)
    save(chart, {"scores": rows, "lines": lines}, path, _lines(title), [f"{subtitle} · line: the best count"])


def _panel(share: str, rows: list[dict[str, Any]], lines: list[dict[str, Any]], methods: list[str]) -> Any:
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


def _shade() -> alt.Color:
    legend = alt.Legend(
        orient="bottom-left",
        direction="horizontal",
        gradientLength=160,
        fillColor="white",
        padding=8,
        cornerRadius=4,
        strokeColor="#cfd8dc",
    )
    scale = alt.Scale(type="sqrt", range=WATER_TO_INK, zero=True)
    return alt.Color("n:Q", title="Expected × 1,000", scale=scale, legend=legend)


def _lines(title: str, width: int = 95) -> list[str]:
    """A long title cut at its spaces."""
    lines = [""]
    for word in title.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
