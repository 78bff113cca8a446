"""The funnel plot: rates of areas by size, between the limits that their size allows."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np

from openvis.analysis.checks import Floats
from openvis.analysis.rates import Funnel, limits
from openvis.analysis.rates.areas import Overdispersion
from openvis.cli.analyse.drawing.base import INK, QUIET, RED, WIDTH, lines, save

HEIGHT, POINTS = 460, 160
ROOM = 1.3
"""The axis ends this much above the highest rate: limits of the smallest areas may lie far beyond."""
LETTER, LINE = 6.5, 14.0
"""Pixels that a letter and a line of text take."""
BANDS = {"all": "#e3ebef", "each": "#c9d9e0"}


def draw_funnel(
    path: Path,
    title: str,
    subtitle: str,
    bases: Floats,
    found: Funnel,
    names: Sequence[str],
    levels: tuple[float, float],
    overdispersion: Overdispersion,
    per: float,
) -> None:
    """A dot for each area. names: empty for those within, shown where there is room, the farthest out first.

    levels: of one area, and of all at once.
    """
    sizes = np.geomspace(bases.min() * 0.9, bases.max() * 1.1, POINTS)
    low, high = limits(sizes, found.target, levels=levels, overdispersion=overdispersion, spread=found.spread, per=per)
    top = max(float(found.rate.max()), found.target) * ROOM
    across, up = np.log(bases / sizes[0]) / np.log(sizes[-1] / sizes[0]), found.rate / top
    farthest = [int(i) for i in np.argsort(found.p, kind="stable") if names[i]]
    named = _with_room(farthest, across * WIDTH, up * HEIGHT, names)
    data: dict[str, Any] = {
        "bands": [
            {"size": size, "low": float(low[k, i]), "high": min(float(high[k, i]), top), "band": band}
            for k, band in ((1, "all"), (0, "each"))
            for i, size in enumerate(sizes.tolist())
        ],
        "areas": [
            {
                "size": size,
                "rate": rate,
                "out": bool(name),
                "name": name if i in named else "",
                "left": bool(across[i] > 0.5),
            }
            for i, (size, rate, name) in enumerate(zip(bases.tolist(), found.rate.tolist(), names, strict=True))
        ],
        "whole": [{"rate": found.target}],
    }
    chart = alt.layer(*_layers(sizes, top, f"per {per:,g}", len(names))).properties(width=WIDTH, height=HEIGHT)
    save(chart, data, path, lines(title), lines(subtitle, 130))


def _with_room(order: Sequence[int], x: Floats, y: Floats, names: Sequence[str]) -> set[int]:
    """Those of `order` whose name, beside its dot (pixels), does not run over one that came before."""
    boxes: dict[int, tuple[float, float]] = {}
    for i in order:
        wide = LETTER * len(names[i])
        begin = x[i] - wide if x[i] > WIDTH / 2 else x[i]
        if all(abs(y[i] - y[j]) > LINE or begin > last or begin + wide < first for j, (first, last) in boxes.items()):
            boxes[i] = begin, begin + wide
    return set(boxes)


def _layers(sizes: Floats, top: float, unit: str, areas: int) -> list[Any]:
    plain = alt.Axis(grid=False, labelColor=QUIET, titleColor=QUIET, domainColor="#cfd8dc", tickColor="#cfd8dc")
    size = alt.X(
        "size:Q",
        title="population",
        axis=alt.Axis(**{**plain.to_dict(), "format": ",.0f", "tickCount": 6, "labelOverlap": True}),
        scale=alt.Scale(type="log", domain=[float(sizes[0]), float(sizes[-1])], nice=False),
    )
    up = alt.Scale(domain=[0, top], nice=False)
    rate = alt.Y("rate:Q", title=unit, scale=up, axis=plain)
    bands = alt.Chart(alt.NamedData("bands"))
    layers: list[Any] = [
        bands.transform_filter(alt.datum.band == band)
        .mark_area(color=colour)
        .encode(x=size, y=alt.Y("low:Q", title=unit, scale=up, axis=plain), y2="high:Q")
        for band, colour in BANDS.items()
    ]
    layers.append(alt.Chart(alt.NamedData("whole")).mark_rule(color=INK, strokeWidth=1.2).encode(y=rate))
    dots = alt.Chart(alt.NamedData("areas")).encode(x=size, y=rate)
    colour = alt.condition("datum.out", alt.value(RED), alt.value(INK))
    dot = 60 if areas <= 200 else 24 if areas <= 2000 else 8
    layers.append(dots.mark_circle(size=dot, opacity=0.85, stroke="white", strokeWidth=0.4).encode(color=colour))
    text = dots.transform_filter("datum.name != ''").encode(text="name:N")
    layers.append(text.transform_filter("datum.left").mark_text(fontSize=11, align="right", dx=-8, color=INK))
    layers.append(text.transform_filter("!datum.left").mark_text(fontSize=11, align="left", dx=8, color=INK))
    return layers
