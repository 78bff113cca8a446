"""The charts of the picture as files, for reports and slides. On the page its own scripts draw the same rows.

The weeks and hours of the page are live: one drags over them. That asks for more than a chart, and for less to load.
"""

import textwrap
from collections.abc import Sequence
from typing import Any

import altair as alt
from django.utils.translation import gettext as _

from . import pages, wording

MULTIPLES_WIDE = 3
"""Areas beside each other."""
TITLE_LETTERS, LETTERS = 88, 110
"""Letters that fit on a line of the title, and of the small print under it."""
TIME = [f"--ov-time-{step}" for step in range(6)]


def weeks(
    rows: list[dict[str, Any]], title: str, below: Sequence[str] = (), width: int = 640, height: int = 200
) -> alt.LayerChart:
    """Count per week with its expected band; red dots above it, weeks that are still coming in dashed.

    rows: the `weeks` of an answer.
    """
    return titled(_week_layers(alt.Data(values=_parts(rows))), title, [pages.weeks_text(rows), *below], width, height)


def multiples(found: Sequence[tuple[str, list[dict[str, Any]]]], title: str, below: Sequence[str]) -> Any:
    """The weeks of some areas beside each other, on one scale. found: name and weeks of each."""
    values = [row | {"area": name} for name, rows in found for row in _parts(rows)]
    layers = _week_layers(alt.Data(values=values), 2).properties(width=200, height=90)
    chart = layers.facet(
        facet=alt.Facet("area:N", title=None, sort=[name for name, _rows in found]), columns=MULTIPLES_WIDE
    )
    lines = [*(pages.weeks_text(rows) for _name, rows in found[:1]), *below]
    return chart.properties(title=_header(title, lines), padding=12)


def _parts(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The weeks by whether they are complete; the dashed part begins at the last complete one: no break in the line."""
    first_open = next((number for number, row in enumerate(rows) if row["incomplete"]), len(rows))
    values = [row | {"part": "complete"} for row in rows[:first_open]]
    values += [
        row | {"part": "open", "above": row["above"] and row["incomplete"]} for row in rows[max(0, first_open - 1) :]
    ]
    return values


def _week_layers(data: alt.Data, ticks: int = 5) -> alt.LayerChart:
    """Band, line and red points above the band."""
    base = alt.Chart(data)
    x = alt.X("start:T", title=None, axis=alt.Axis(format="wk %V %Y", tickCount=ticks, labelFlush=True))
    y = alt.Y("count:Q", title=None, axis=alt.Axis(tickCount=4))
    known = base.transform_filter("isValid(datum.low)")
    band = known.mark_area(color="--ov-band").encode(x, alt.Y("low:Q", title=None), alt.Y2("high:Q"))
    dash = alt.Scale(domain=["complete", "open"], range=[[1, 0], [3, 2]])
    line = base.mark_line(color="--ov-ink", strokeWidth=1.5).encode(
        x, y, strokeDash=alt.StrokeDash("part:N", legend=None, scale=dash)
    )
    above = base.transform_filter("datum.above").mark_circle(color="--ov-more", size=42, opacity=1).encode(x, y)
    return alt.layer(band, line, above)


def hours(
    matrix: list[list[float]], title: str, below: Sequence[str] = (), width: int = 640, height: int = 200
) -> alt.Chart:
    """The hours of the week, darker where there is more. matrix: (7, 24), Monday first."""
    names = list(wording.day_names())
    shade = pages.steps(matrix)
    rows = [
        {"day": names[day], "hour": hour, "step": shade[day][hour], "count": value}
        for day, row in enumerate(matrix)
        for hour, value in enumerate(row)
    ]
    chart = (
        alt.Chart(alt.Data(values=rows))
        .mark_rect(stroke="--ov-surface", strokeWidth=1.5, cornerRadius=2)
        .encode(
            alt.X("hour:O", title=None, axis=alt.Axis(values=[0, 6, 12, 18], labelAngle=0, orient="top")),
            alt.Y("day:O", title=None, sort=names),
            alt.Color("step:O", scale=alt.Scale(domain=list(range(len(TIME))), range=TIME), legend=None),
        )
    )
    return titled(chart, title, [_("Hour of the week; darker is more"), *below], width, height)


def titled(chart: Any, title: str, below: Sequence[str], width: int, height: int) -> Any:
    """The finding above a chart, and below it in small print what it shows, of what and until when."""
    return chart.properties(width=width, height=height, title=_header(title, below), padding=12)


def _header(title: str, below: Sequence[str]) -> alt.TitleParams:
    return alt.TitleParams(
        wrapped(title, TITLE_LETTERS), subtitle=[line for text in below for line in wrapped(text, LETTERS)],
        anchor="start", subtitleColor="--ov-ink-quiet", offset=10,
    )  # fmt: skip


def wrapped(text: str, letters: int) -> list[str]:
    """A text in lines that fit above a chart."""
    return textwrap.wrap(text, letters) or [""]
