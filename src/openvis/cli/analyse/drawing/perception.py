"""The picture of feeling against figures: each area beside the line that goes with its rate."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np

from openvis.analysis.checks import Floats, Ints
from openvis.analysis.perception import Gap
from openvis.cli.analyse.drawing.base import INK, QUIET, RED, WIDTH, lines, save

HEIGHT = 460
SAFER, LIGHT = "#2f7d98", "#c5d0d6"


def draw_gap(
    path: Path,
    title: str,
    subtitle: str,
    names: Sequence[str],
    rate: Floats,
    share: Floats,
    found: Gap,
    clear: Ints,
    per: float,
) -> None:
    """Rate across (log), share up, the line that goes with the rate, a bar where the area itself lies; clear ones named."""
    # A rate of 0 has no place on a log axis: half an event stands in, as small as the smallest seen.
    least = float(rate[rate > 0].min()) / 2
    data: dict[str, Any] = {
        "areas": [
            {
                "rate": max(float(rate[i]), least),
                "share": 100 * float(share[i]),
                "low": 100 * float(found.expected[i] + found.low[i]),
                "high": 100 * float(found.expected[i] + found.high[i]),
                "name": names[i] if clear[i] else "",
                "clear": int(clear[i]),
            }
            for i in np.flatnonzero(found.used).tolist()
        ],
        "line": _line(rate, found, least),
    }
    save(
        alt.layer(*_layers(per)).properties(width=WIDTH, height=HEIGHT), data, path, lines(title), lines(subtitle, 130)
    )


def _line(rate: Floats, found: Gap, least: float) -> list[dict[str, float]]:
    """Both ends of the line: through the middle of what is expected, with its slope per doubling."""
    across = np.log2(np.maximum(rate[found.used], least))
    middle, level = float(np.median(across)), float(np.median(found.expected[found.used]))
    return [
        {"rate": float(2.0**at), "share": 100 * (level + found.slope * (at - middle))}
        for at in (float(across.min()), float(across.max()))
    ]


def _layers(per: float) -> list[Any]:
    axis = alt.Axis(grid=False, labelColor=QUIET, titleColor=QUIET, domainColor="#cfd8dc", tickColor="#cfd8dc")
    x = alt.X(
        "rate:Q", title=f"registered per {per:,g} (log)", scale=alt.Scale(type="log", nice=False, padding=16), axis=axis
    )
    scale = alt.Scale(zero=False, padding=16)
    y = alt.Y("share:Q", title="% that feels unsafe", scale=scale, axis=axis)
    colour = alt.Color("clear:N", scale=alt.Scale(domain=[-1, 0, 1], range=[SAFER, QUIET, RED]), legend=None)
    base = alt.Chart(alt.NamedData("areas"))
    text = base.transform_filter("datum.name != ''").encode(x=x, y=y, text="name:N")
    return [
        base.mark_rule(strokeWidth=5, color=LIGHT, opacity=0.6).encode(
            x=x, y=alt.Y("low:Q", title="% that feels unsafe", scale=scale, axis=axis), y2="high:Q"
        ),
        alt.Chart(alt.NamedData("line")).mark_line(color=INK, strokeWidth=1.5).encode(x=x, y=y),
        base.mark_circle(size=60, opacity=1, stroke="white", strokeWidth=0.5).encode(x=x, y=y, color=colour),
        text.mark_text(fontSize=11, dx=9, align="left", color=INK),
    ]
