"""The course of a theme as a chart, and in words: the numbers that may be told, a dash where one is hidden."""

from collections.abc import Sequence
from typing import Any

import altair as alt
from django.utils.translation import gettext as _

from openvis.web.ui.charts import chart_json

from .selectors import Point

DASH = "–"
"""Stands where a number is hidden: no bar, for a bar of nothing would say zero."""


def course(points: Sequence[Point]) -> dict[str, Any]:
    """A bar for each quarter, from old to new."""
    rows = [
        {"quarter": point.short, "count": point.value or 0, "told": point.value is not None,
         "text": DASH if point.value is None else str(point.value)}
        for point in points
    ]  # fmt: skip
    base = alt.Chart(alt.Data(values=rows))
    # Quarter and year under each other: eight of them fit on a phone.
    # Sorted by name, for a filter would put the hidden ones last.
    order = [point.short for point in points]
    x = alt.X("quarter:O", sort=order, title=None, axis=alt.Axis(labelAngle=0, labelExpr="split(datum.label, ' ')"))
    y = alt.Y("count:Q", title=None, scale=alt.Scale(domainMin=0), axis=alt.Axis(tickCount=4, format="d"))
    bars = base.transform_filter("datum.told").mark_bar(aria=False, width={"band": 0.6}).encode(x, y)
    numbers = base.mark_text(aria=False, dy=-8, color="--ov-ink").encode(x, y, alt.Text("text:N"))
    return chart_json(alt.layer(bars, numbers).properties(width="container", height=200))


def text(name: str, points: Sequence[Point]) -> str:
    """Every bar in words, for who does not see them."""
    told = [
        f"{point.quarter}: {_('hidden') if point.value is None else point.value}" for point in points
    ]
    return _("%(name)s, signals by quarter. %(numbers)s.") % {"name": name, "numbers": "; ".join(told)}


def finding(points: Sequence[Point]) -> str:
    """What the last quarter says beside the one before it; a number that is hidden is not hinted at."""
    if not points:
        return ""
    last = points[-1]
    if last.value is None:
        return _("The number of %(quarter)s is hidden.") % {"quarter": last.quarter}
    told = {"quarter": last.quarter, "number": last.value}
    if len(points) == 1 or points[-2].value is None:
        return _("%(number)d in %(quarter)s.") % told
    return _("%(number)d in %(quarter)s, and %(before)d in the quarter before.") % (told | {"before": points[-2].value})
