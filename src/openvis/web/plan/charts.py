"""The years of an indicator as a chart: the city with its interval, and those it is compared with."""

from typing import Any

import altair as alt
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.ui.charts import chart_json

from .goals import Measured
from .writing import decimal


def years(measured: Measured) -> dict[str, Any]:
    """Rate per year with its exact interval; a comparison group as a second, dashed line."""
    own = city.profile().municipality.name
    rows = [
        {"year": str(year.year), "rate": year.rate.rate, "low": year.rate.low, "high": year.rate.high, "who": own}
        for year in measured.years
    ]
    for made in measured.comparisons:
        rows += [{"year": str(year), "rate": rate, "who": made.group} for year, rate in made.series]
    names = [own, *(made.group for made in measured.comparisons)]
    base = alt.Chart(alt.Data(values=rows))
    x = alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0))
    y = alt.Y("rate:Q", title=None, scale=alt.Scale(zero=True), axis=alt.Axis(tickCount=4))
    bars = base.transform_filter("isValid(datum.low)").mark_rule(color="--ov-time-3", strokeWidth=5).encode(
        x, alt.Y("low:Q"), alt.Y2("high:Q")
    )
    dash = alt.StrokeDash(
        "who:N", title=None, scale=alt.Scale(domain=names, range=[[1, 0], [4, 3], [1, 2]][: len(names)]),
        legend=alt.Legend(labelLimit=400) if len(names) > 1 else None,
    )
    line = base.mark_line(color="--ov-ink", point={"color": "--ov-ink", "size": 28}).encode(x, y, dash)
    return chart_json(alt.layer(bars, line).properties(width="container", height=190))


def text(measured: Measured) -> str:
    """The chart in a sentence, made from the same data."""
    first, last = measured.years[0], measured.years[-1]
    told = _("%(name)s: %(from)s in %(first)d, %(to)s in %(last)d.") % {
        "name": measured.indicator.name.get(get_language()), "first": first.year, "last": last.year,
        "from": decimal(first.rate.rate), "to": decimal(last.rate.rate),
    }
    return " ".join([told, *(made.words for made in measured.comparisons)])
