"""What all pictures share: colours, type, size, and how a chart becomes a PNG."""

from pathlib import Path
from typing import Any

import altair as alt

from openvis.cli.analyse.drawing import engine

INK, QUIET, LAND, AREA, RED = "#12394d", "#5b6b75", "#d5dde1", "#f3f6f7", "#b30000"
HEAT = ["#fdd49e", "#fdbb84", "#fc8d59", "#e34a33", "#b30000"]
WATER_TO_INK = ["#f1f4f5", "#cfe0e7", "#7fb2c3", "#2f7d98", "#12394d"]
WIDTH, MOST_HEIGHT = 900, 1000


def save(chart: Any, data: dict[str, Any], path: Path, title: str | list[str], subtitle: str | list[str]) -> None:
    heading = alt.TitleParams(
        title,
        subtitle=subtitle,
        anchor="start",
        fontSize=18,
        subtitleFontSize=13,
        color=INK,
        subtitleColor=QUIET,
        offset=14,
    )
    whole = chart.properties(title=heading, padding=16).configure_view(stroke=None)
    spec = whole.configure(font="DejaVu Sans, Arial, sans-serif", background="white").to_dict(validate=False)
    # Altair walks through every value of inline data, which takes longer than drawing; the data are added afterwards.
    path.write_bytes(engine.png({**spec, "datasets": data}))


def lines(title: str, width: int = 88) -> list[str]:
    """A long title cut at its spaces."""
    cut = [""]
    for word in title.split():
        if len(cut[-1]) + len(word) >= width:
            cut.append("")
        cut[-1] = f"{cut[-1]} {word}".strip()
    return cut
