"""The picture of a network: groups by colour, links between groups ringed, ties as thick as they are strong."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt

from openvis.analysis.network import Ties
from openvis.cli.analyse.drawing.base import INK, QUIET, WIDTH, lines, save

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

COLOURS = ["#2f7d98", "#e08e45", "#6a994e", "#a3506b", "#7a6fb0", "#c2a83e", "#4f9d9d", "#8d6e55"]
OTHER = "#b8c4ca"
MOST_NAMED = 150


def draw_network(
    path: Path,
    title: str,
    subtitle: list[str],
    ties: Ties,
    places: Floats,
    member: Ints,
    links: Sequence[int],
    sure: Floats,
) -> None:
    """Nodes at `places` (n, 2), coloured by `member`; `links` ringed, the fuller the surer (n,); thick ties are strong."""
    x, y = places[:, 0], places[:, 1]
    large = [int(group) for group in np.argsort(-np.bincount(member), kind="stable")[: len(COLOURS)]]
    large = sorted(group for group in large if (member == group).sum() > 1)
    named = {group: f"group {group + 1}" for group in large}
    ringed = set(links)
    nodes = [
        {
            "x": float(x[i]),
            "y": float(y[i]),
            "code": code,
            "group": named.get(int(member[i]), "other"),
            "ring": float(sure[i]) if i in ringed else 0.0,
            "above": float(y[i]),
        }
        for i, code in enumerate(ties.codes)
    ]
    thick = np.sqrt(ties.strength / ties.strength.max())
    edges = [
        {"x": float(x[a]), "y": float(y[a]), "x2": float(x[b]), "y2": float(y[b]), "w": float(w)}
        for a, b, w in zip(ties.a.tolist(), ties.b.tolist(), thick, strict=True)
    ]
    height = int(min(WIDTH, max(420, WIDTH * (np.ptp(y) + 1e-9) / (np.ptp(x) + 1e-9))))
    chart = alt.layer(*_layers(nodes, named)).properties(width=WIDTH, height=height)
    save(chart, {"edges": edges, "nodes": nodes}, path, lines(title), subtitle)


def _layers(nodes: list[dict[str, Any]], named: dict[int, str]) -> list[Any]:
    place_x = alt.X("x:Q", axis=None, scale=alt.Scale(zero=False, nice=False, padding=25))
    place_y = alt.Y("y:Q", axis=None, scale=alt.Scale(zero=False, nice=False, padding=25))
    words = [*named.values(), *({"other"} if any(node["group"] == "other" for node in nodes) else ())]
    colours = [*COLOURS[: len(named)], OTHER][: len(words)]
    size = 240 if len(nodes) <= MOST_NAMED else max(12, 30_000 // len(nodes))
    edges = (
        alt.Chart(alt.NamedData("edges"))
        .mark_rule(color=QUIET)
        .encode(
            x=place_x,
            y=place_y,
            x2="x2:Q",
            y2="y2:Q",
            strokeWidth=alt.StrokeWidth("w:Q", scale=alt.Scale(domain=[0, 1], range=[0.4, 4]), legend=None),
            opacity=alt.Opacity("w:Q", scale=alt.Scale(domain=[0, 1], range=[0.25, 0.7]), legend=None),
        )
    )
    base = alt.Chart(alt.NamedData("nodes")).encode(x=place_x, y=place_y)
    ring = (
        base.transform_filter("datum.ring > 0")
        .mark_circle(size=size * 2.4, color="white", stroke=INK, strokeWidth=2.5, opacity=1)
        .encode(strokeOpacity=alt.StrokeOpacity("ring:Q", scale=alt.Scale(domain=[0, 1], range=[0.15, 1]), legend=None))
    )
    legend = alt.Legend(orient="bottom", direction="horizontal", columns=9, symbolSize=140)
    colour = alt.Color("group:N", title=None, scale=alt.Scale(domain=words, range=colours), legend=legend)
    dots = base.mark_circle(size=size, opacity=1, stroke="white", strokeWidth=0.8).encode(color=colour)
    layers: list[Any] = [edges, ring, dots]
    if len(nodes) <= MOST_NAMED:
        text = base.mark_text(fontSize=10, color=INK, dy=-18, stroke=None).encode(text="code:N")
        halo = base.mark_text(fontSize=10, stroke="white", strokeWidth=3, dy=-18).encode(text="code:N")
        layers += [halo, text]
    return layers
