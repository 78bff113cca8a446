"""Series per week beside each other, each with what was expected."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np

from openvis.analysis.checks import Bools, Floats, Times
from openvis.analysis.trend.weeks import YEAR_WEEKS
from openvis.cli.analyse.drawing.base import INK, LAND, QUIET, RED, WIDTH, lines, save

ACROSS, GAP, MARGIN = 3, 26, 34
LOW, TALL = 130, 300
LABEL = 62
"""Pixels that the name of a month takes."""
BLUE = "#2f7d98"


@dataclass(frozen=True, eq=False)
class Panel:
    """One series: events per week, expected with its interval (NaN where unknown), the weeks to mark, and its trend."""

    title: str
    below: str
    weeks: Times
    events: Floats
    expected: Floats
    low: Floats
    high: Floats
    marked: Bools
    trend: Floats | None = None

    def rows(self) -> list[list[Any]]:
        """week, events, expected, low, high of each week, for a table; empty where unknown."""
        columns = (self.events, self.expected, self.low, self.high)
        return [
            [str(week), *("" if np.isnan(it[i]) else round(float(it[i]), 3) for it in columns)]
            for i, week in enumerate(self.weeks)
        ]


def draw_panels(path: Path, title: str, subtitle: str, panels: Sequence[Panel]) -> None:
    """One panel over the whole width, or more of them three in a row, each with its own scale from 0."""
    across = min(ACROSS, len(panels))
    width, height = (WIDTH - (across - 1) * GAP) // across - MARGIN, TALL if across == 1 else LOW
    charts = [_chart(f"panel{i}", panel, width, height) for i, panel in enumerate(panels)]
    data = {f"panel{i}": _values(panel) for i, panel in enumerate(panels)}
    rows = [alt.hconcat(*charts[i : i + across], spacing=GAP) for i in range(0, len(charts), across)]
    save(alt.vconcat(*rows, spacing=22), data, path, lines(title, 84), lines(subtitle, 126))


def _values(panel: Panel) -> list[dict[str, Any]]:
    columns = {"n": panel.events, "expected": panel.expected, "low": panel.low, "high": panel.high}
    if panel.trend is not None:
        columns["trend"] = panel.trend
    return [
        {
            # Without a time a browser reads a date as that of Greenwich, which is another day to the west of it.
            "week": f"{week}T00:00:00",
            "marked": bool(panel.marked[i]),
            **{name: None if np.isnan(it[i]) else float(it[i]) for name, it in columns.items()},
        }
        for i, week in enumerate(panel.weeks)
    ]


def _chart(name: str, panel: Panel, width: int, height: int) -> Any:
    axis = {"labelColor": QUIET, "ticks": False, "domain": False, "labelPadding": 6, "labelFlush": False, "title": None}
    months = {"interval": "month", "step": 3 * math.ceil(LABEL * panel.weeks.size / YEAR_WEEKS * 4 / width)}
    x = alt.X("week:T", axis=alt.Axis(**axis, grid=False, format="%b %Y", tickCount=months))
    top = 1.08 * float(np.nanmax([panel.events, panel.high]))
    scale = alt.Scale(domain=[0, max(top, 1.0)], nice=False)
    y = alt.Y("n:Q", axis=alt.Axis(**axis, gridColor="#e6ebee", tickCount=4), scale=scale)
    base = alt.Chart(alt.NamedData(name)).encode(x=x)
    known = base.transform_filter("isValid(datum.expected)")
    layers = [
        known.mark_area(color=LAND, interpolate="step").encode(y=alt.Y("low:Q"), y2="high:Q"),
        known.mark_line(color=BLUE, strokeWidth=1.6, interpolate="monotone").encode(y=alt.Y("expected:Q")),
        base.mark_line(color=INK, strokeWidth=1).encode(y=y),
        base.transform_filter("datum.marked").mark_circle(color=RED, size=52, opacity=1).encode(y=y),
    ]
    if panel.trend is not None:
        layers.append(base.mark_line(color=INK, strokeWidth=2.6, strokeDash=[7, 4]).encode(y=alt.Y("trend:Q")))
    heading = alt.TitleParams(
        panel.title,
        subtitle=panel.below,
        anchor="start",
        color=INK,
        subtitleColor=QUIET,
        fontSize=13,
        offset=8,
        limit=width + MARGIN,
    )
    return alt.layer(*layers).properties(width=width, height=height, title=heading)
