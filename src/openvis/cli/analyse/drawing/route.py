"""The picture of a round: the way as straight lines, the stops numbered in the order of visit."""

from pathlib import Path

import altair as alt
import numpy as np

from openvis.cli.analyse.drawing.base import INK, QUIET, WIDTH, lines, save
from openvis.cli.analyse.reading import Floats

MOST_NAMED = 40
MARGIN = 0.06


def draw_route(path: Path, title: str, x: Floats, y: Floats, names: list[str], back: bool) -> None:
    """Stops in km, joined in their order; named while there are few."""
    across, up = x / 1000, y / 1000
    wide, high = (max(float(np.ptp(it)), 0.2) * (1 + 2 * MARGIN) for it in (across, up))
    side = max(wide, high / 0.8)
    scales = [
        alt.Scale(domain=[middle - half, middle + half], nice=False, zero=False)
        for middle, half in (
            ((across.min() + across.max()) / 2, side / 2), ((up.min() + up.max()) / 2, side * 0.4),
        )
    ]  # fmt: skip
    order = [*range(len(names)), 0] if back else list(range(len(names)))
    way = [{"x": float(across[i]), "y": float(up[i]), "rank": rank} for rank, i in enumerate(order)]
    stops = [
        {"x": float(across[i]), "y": float(up[i]), "number": str(i + 1), "name": name if len(names) <= MOST_NAMED else ""}
        for i, name in enumerate(names)
    ]
    place = {
        "x": alt.X("x:Q", scale=scales[0], title="km"), "y": alt.Y("y:Q", scale=scales[1], title="km"),
    }  # fmt: skip
    line = alt.Chart(alt.NamedData("way")).mark_line(color=QUIET, strokeWidth=2).encode(**place, order="rank:Q")
    base = alt.Chart(alt.NamedData("stops")).encode(**place)
    words = {"fontSize": 11, "align": "left", "dx": 14}
    layers = [
        line,
        base.mark_circle(size=340, color=INK, opacity=1, stroke="white", strokeWidth=1.2),
        base.mark_text(color="white", fontSize=11, fontWeight="bold").encode(text="number:N"),
        base.mark_text(**words, stroke="white", strokeWidth=3).encode(text="name:N"),
        base.mark_text(**words, color=INK).encode(text="name:N"),
    ]
    chart = alt.layer(*layers).properties(width=WIDTH, height=round(0.8 * WIDTH))
    save(chart, {"way": way, "stops": stops}, path, lines(title), "straight lines between the stops; numbers: the order")
