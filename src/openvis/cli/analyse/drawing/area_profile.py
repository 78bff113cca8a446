"""The picture of a profile: each row a bar, built up from what the indicators contribute."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import altair as alt

from openvis.cli.analyse.drawing.base import INK, QUIET, WIDTH, lines, save

COLOURS = ["#2f7d98", "#e08e45", "#6a994e", "#a3506b", "#7a6fb0", "#c2a83e", "#4f9d9d", "#8d6e55"]
MOST_BARS, BELOW = 30, 5
"""Bars at most; some below the highest, to see how near they come."""


@dataclass(frozen=True)
class Bar:
    """A row: its name, what each indicator contributes, and how often it stays among the highest."""

    name: str
    contributions: list[float]
    stays: float


def draw_profile(path: Path, title: str, source: str, indicators: Sequence[str], bars: Sequence[Bar], top: int) -> None:
    """The `top` highest bars and the five below them, from the highest down; beside each how often it stays."""
    shown = bars[: min(top + BELOW, MOST_BARS)]
    values = [
        {"row": bar.name, "indicator": name, "i": i, "n": round(value, 3)}
        for bar in shown
        for i, (name, value) in enumerate(zip(indicators, bar.contributions, strict=True))
    ]
    ends = [
        {
            "row": bar.name,
            "n": sum(bar.contributions),
            "told": f"{sum(bar.contributions):.1f} · stays {100 * bar.stays:.0f} %",
        }
        for bar in shown
    ]
    order = [bar.name for bar in shown]
    axis = {"ticks": False, "domain": False, "labelPadding": 6, "labelColor": QUIET, "titleColor": QUIET}
    y = alt.Y("row:N", sort=order, axis=alt.Axis(**axis, title=None, labelLimit=260))
    scale = alt.Scale(domain=[0, 100], nice=False)
    x = alt.X("n:Q", stack="zero", scale=scale, axis=alt.Axis(**axis, gridColor="#e6ebee", title="score, 0 to 100"))
    colours = [COLOURS[i % len(COLOURS)] for i in range(len(indicators))]
    legend = alt.Legend(orient="bottom", direction="horizontal", columns=4, symbolType="square", title=None)
    colour = alt.Color("indicator:N", scale=alt.Scale(domain=list(indicators), range=colours), legend=legend)
    built = alt.Chart(alt.NamedData("values")).mark_bar(stroke="white", strokeWidth=0.6)
    beside = alt.Chart(alt.NamedData("ends")).mark_text(align="left", dx=6, fontSize=11, color=INK)
    chart = alt.layer(
        built.encode(x=x, y=y, color=colour, order=alt.Order("i:Q")),
        beside.encode(x=alt.X("n:Q", scale=scale), y=y, text="told:N"),
    ).properties(width=WIDTH - 300, height=24 * len(shown))
    note = f"{source} · stays: share of draws of other weights and counts in which a row is among the {top} highest"
    save(chart, {"values": values, "ends": ends}, path, lines(title, 78), lines(note, 110))
