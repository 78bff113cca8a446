"""The picture of an effect: its course around the start, and what was counted beside what was expected."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt

from openvis.analysis.effect import Change, EventStudy
from openvis.cli.analyse.drawing.base import INK, QUIET, RED, WIDTH, lines, save

Times = npt.NDArray[np.datetime64]
HEIGHT, ROW = 300, 34
LEAST, MOST = 1 / 8, 8.0
"""The axis of the ratio reaches no further: a month with few events has an interval without end."""


def draw_effect(
    path: Path,
    title: str,
    subtitle: str,
    study: EventStudy,
    edges: Times,
    before: int,
    shown: Sequence[tuple[str, float, Change]],
) -> None:
    """Above the ratio per step with its interval, below the events of each place; `shown`: name, counted, change."""
    middle = edges[:-1] + (edges[1:] - edges[:-1]) / 2
    data: dict[str, Any] = {
        "course": [
            {
                "at": str(at),
                "ratio": float(np.clip(ratio, LEAST, MOST)) if np.isfinite(ratio) else None,
                "low": float(np.clip(low, LEAST, MOST)),
                "high": float(np.clip(high, LEAST, MOST)),
                "after": i >= before,
            }
            for i, (at, ratio, low, high) in enumerate(zip(middle, study.ratio, study.low, study.high, strict=True))
        ],
        "start": [{"at": str(edges[before]), "told": "start"}],
        "one": [{"ratio": 1.0}],
        "effect": [
            {"from": str(edges[before]), "to": str(edges[-1]), "ratio": study.effect.ratio,
             "low": max(study.effect.low, LEAST), "high": min(study.effect.high, MOST)}
        ],
        "places": [_counted(name, after, it) for name, after, it in shown],
    }  # fmt: skip
    names = [name for name, _, _ in shown]
    chart = alt.vconcat(_course([str(edges[0]), str(edges[-1])]), _places(names), spacing=26)
    save(chart, data, path, lines(title), lines(subtitle, 130))


def _counted(name: str, after: float, change: Change) -> dict[str, Any]:
    """What was counted in a place after the start beside what was expected, and where that is written."""
    expected, low, high = after - change.value, after - change.high, after - change.low
    told = f"{after:,.0f} against {expected:,.0f}"
    clear = change.high < 0 or change.low > 0
    return {"name": name, "after": after, "expected": expected, "low": low, "high": high, "told": told, "clear": clear,
            "beside": max(after, high)}  # fmt: skip


def _course(domain: list[str]) -> Any:
    axis = alt.Axis(grid=False, labelColor=QUIET, titleColor=QUIET, domainColor="#cfd8dc", tickColor="#cfd8dc")
    x = alt.X("at:T", title=None, axis=axis, scale=alt.Scale(domain=domain))
    y_scale = alt.Scale(type="log", domain=[LEAST, MOST])
    y_axis = alt.Axis(
        values=[0.125, 0.25, 0.5, 1, 2, 4, 8],
        format="~g",
        gridColor="#eef1f3",
        labelColor=QUIET,
        titleColor=QUIET,
        domain=False,
    )
    y = alt.Y("ratio:Q", title="× as before", scale=y_scale, axis=y_axis)
    low = alt.Y("low:Q", title="× as before", scale=y_scale, axis=y_axis)
    colour = alt.condition("datum.after", alt.value(INK), alt.value(QUIET))
    course = alt.Chart(alt.NamedData("course"))
    whole = alt.Chart(alt.NamedData("effect")).encode(x=alt.X("from:T", title=None), x2="to:T")
    start = alt.Chart(alt.NamedData("start")).encode(x=x)
    return alt.layer(
        whole.mark_rect(color="#cfe0e7", opacity=0.8).encode(y=low, y2="high:Q"),
        alt.Chart(alt.NamedData("one")).mark_rule(color=QUIET).encode(y=y),
        whole.mark_rule(color=INK, strokeWidth=2).encode(y=y),
        start.mark_rule(color=RED, strokeDash=[4, 3]),
        course.mark_rule(strokeWidth=2.5, strokeCap="round").encode(x=x, y=low, y2="high:Q", color=colour),
        course.mark_circle(size=60, opacity=1).encode(x=x, y=y, color=colour),
    ).properties(width=WIDTH, height=HEIGHT)


def _places(names: list[str]) -> Any:
    y = alt.Y(
        "name:N", sort=names, title=None,
        axis=alt.Axis(ticks=False, domain=False, labelColor=INK, labelFontSize=13, labelPadding=8, labelLimit=260),
    )  # fmt: skip
    axis = alt.Axis(gridColor="#eef1f3", tickCount=6, labelColor=QUIET, titleColor=QUIET, domain=False)
    base = alt.Chart(alt.NamedData("places")).encode(y=y)
    colour = alt.condition("datum.clear", alt.value(RED), alt.value(INK))
    return alt.layer(
        base.mark_rule(strokeWidth=8, color="#cfe0e7").encode(
            x=alt.X("low:Q", title="events after the start", axis=axis, scale=alt.Scale(zero=True)), x2="high:Q"
        ),
        base.mark_tick(color=INK, thickness=2, size=16).encode(x="expected:Q"),
        base.mark_circle(size=90, opacity=1).encode(x="after:Q", color=colour),
        base.mark_text(align="left", dx=10, fontSize=12, color=INK).encode(x="beside:Q", text="told:N"),
    ).properties(width=WIDTH - 200, height=ROW * len(names))
