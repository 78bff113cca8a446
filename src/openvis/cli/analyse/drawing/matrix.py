"""The matrix of the hours of the week."""

from collections.abc import Sequence
from pathlib import Path

import altair as alt
import numpy as np
import numpy.typing as npt

from openvis.analysis.windows import Window
from openvis.cli.analyse.drawing.base import RED, WATER_TO_INK, WIDTH, save
from openvis.cli.analyse.wording import DAYS

Floats = npt.NDArray[np.float64]


def draw_matrix(path: Path, title: str, subtitle: str, matrix: Floats, windows: Sequence[Window]) -> None:
    """Days down, hours across, darker for more; the hot hours have a red edge."""
    inside = np.zeros(matrix.shape, dtype=np.bool_)
    for window in windows:
        inside |= window.cells()
    rows = [
        {"day": DAYS[day], "hour": hour, "n": float(matrix[day, hour]), "hot": bool(inside[day, hour])}
        for day in range(7)
        for hour in range(24)
    ]
    x = alt.X("hour:O", title="hour of the day", axis=alt.Axis(labelAngle=0, ticks=False, domain=False, labelPadding=6))
    y = alt.Y("day:O", title=None, sort=list(DAYS), axis=alt.Axis(ticks=False, domain=False, labelPadding=6))
    shade = alt.Color("n:Q", title="events", scale=alt.Scale(range=WATER_TO_INK, zero=True))
    base = alt.Chart(alt.NamedData("hours")).encode(x=x, y=y)
    cells = base.mark_rect(stroke="white", strokeWidth=2, cornerRadius=3).encode(color=shade)
    edges = base.transform_filter("datum.hot").mark_rect(filled=False, stroke=RED, strokeWidth=2, cornerRadius=3)
    chart = alt.layer(cells, edges).properties(width=WIDTH, height=260)
    save(chart, {"hours": rows}, path, title, subtitle)
