"""The house style of charts, once for the screen (Vega in the browser) and for reports (vl-convert).

A chart names colours by their token (`"--ov-time-4"`). In the browser `chart.js` gives each the colour of the theme,
light or dark; `chart_svg` and `chart_png` give them the colours of paper.
"""

from typing import Any

import altair as alt
from django.utils.translation import get_language

PAPER = {
    "--ov-ink": "#001a40",
    "--ov-ink-quiet": "#3d5374",
    "--ov-line": "#dfe3e8",
    "--ov-surface": "#ffffff",
    "--ov-brand": "#083e5a",
    "--ov-accent": "#083e5a",
    "--ov-more": "#b3000f",
    "--ov-less": "#1a6b2f",
    "--ov-band": "#cfe2e9",
    "--ov-sunken": "#eff1f3",
    "--ov-heat-1": "#fdd49e",
    "--ov-heat-2": "#fdb379",
    "--ov-heat-3": "#f98550",
    "--ov-heat-4": "#dd4030",
    "--ov-heat-5": "#a50f15",
    "--ov-time-0": "#eef1f1",
    "--ov-time-1": "#d5e6eb",
    "--ov-time-2": "#a3c9d5",
    "--ov-time-3": "#69a5b7",
    "--ov-time-4": "#2b7c93",
    "--ov-time-5": "#0f4c5f",
}
"""The tokens a chart may use, with their colour on paper (those of `tokens.css`, neutral theme, light)."""

SCREEN_FONT = "Noto Sans Variable"
PAPER_FONT = "DejaVu Sans"
"""Named for vl-convert; where the machine has no such font it takes its own sans serif."""

NUMBERS = {
    "nl": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["€\u00a0", ""], "percent": "\u00a0%"},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["€", ""]},
}
TIMES = {
    "nl": {
        "dateTime": "%a %e %B %Y %X", "date": "%d-%m-%Y", "time": "%H:%M:%S", "periods": ["", ""],
        "days": ["zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"],
        "shortDays": ["zo", "ma", "di", "wo", "do", "vr", "za"],
        "months": ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
                   "november", "december"],
        "shortMonths": ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"],
    },
    "en": {
        "dateTime": "%a %e %B %Y %X", "date": "%d/%m/%Y", "time": "%H:%M:%S", "periods": ["am", "pm"],
        "days": ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
        "shortDays": ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
        "months": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                   "November", "December"],
        "shortMonths": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    },
}


def house_config(font: str = SCREEN_FONT) -> dict[str, Any]:
    """Vega-Lite's `config` in our style: quiet axes, no frame, one strong colour."""
    axis = {
        "labelColor": "--ov-ink-quiet", "titleColor": "--ov-ink-quiet", "gridColor": "--ov-line",
        "domainColor": "--ov-line", "tickColor": "--ov-line", "labelFontSize": 11, "titleFontSize": 11,
        "titleFontWeight": "normal", "labelPadding": 4, "domain": False, "ticks": False,
    }
    return {
        "font": font,
        # The element around the drawing carries its text alternative.
        "aria": False,
        "background": None,
        "padding": 2,
        "view": {"stroke": None},
        "axis": axis,
        "axisX": {"grid": False},
        "legend": {"labelColor": "--ov-ink", "titleColor": "--ov-ink-quiet", "labelFontSize": 11, "titleFontSize": 11,
                   "titleFontWeight": "normal", "orient": "top", "direction": "horizontal"},
        "title": {"color": "--ov-ink", "fontSize": 13, "anchor": "start"},
        "text": {"color": "--ov-ink", "fontSize": 11},
        "line": {"color": "--ov-accent", "strokeWidth": 1.75},
        "bar": {"color": "--ov-time-4"},
        "point": {"color": "--ov-accent", "filled": True},
        "area": {"color": "--ov-band"},
        "rule": {"color": "--ov-ink-quiet"},
        "rect": {"color": "--ov-time-3"},
        "range": {"ordinal": [f"--ov-time-{step}" for step in range(1, 6)],
                  "heatmap": [f"--ov-heat-{step}" for step in range(1, 6)],
                  "ramp": [f"--ov-heat-{step}" for step in range(1, 6)]},
    }


def chart_json(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """The specification for `<c-chart :spec>`: tokens for colours, numbers and dates as the language has them."""
    spec: dict[str, Any] = chart.to_dict()
    spec["config"] = house_config() | _own(spec)
    lang = _language()
    spec["usermeta"] = {"embedOptions": {"formatLocale": NUMBERS[lang], "timeFormatLocale": TIMES[lang]}}
    return spec


def chart_svg(chart: alt.TopLevelMixin) -> str:
    """The same chart for a report, as SVG."""
    import vl_convert

    lang = _language()
    svg: str = vl_convert.vegalite_to_svg(_paper(chart), format_locale=NUMBERS[lang], time_format_locale=TIMES[lang])
    return svg


def chart_png(chart: alt.TopLevelMixin, scale: float = 2.0) -> bytes:
    """The same chart for a report, as PNG of `scale` times its size."""
    import vl_convert

    lang = _language()
    png: bytes = vl_convert.vegalite_to_png(
        _paper(chart), scale=scale, format_locale=NUMBERS[lang], time_format_locale=TIMES[lang]
    )
    return png


def _paper(chart: alt.TopLevelMixin) -> dict[str, Any]:
    spec: dict[str, Any] = chart.to_dict()
    spec["config"] = house_config(PAPER_FONT) | _own(spec) | {"background": "#ffffff"}
    resolved: dict[str, Any] = on_paper(spec)
    return resolved


def on_paper(part: Any) -> Any:
    """A specification with each token replaced by its colour on paper. Raises KeyError for a token that is none."""
    if isinstance(part, dict):
        return {key: on_paper(value) for key, value in part.items()}
    if isinstance(part, list):
        return [on_paper(value) for value in part]
    return PAPER[part] if isinstance(part, str) and part.startswith("--ov-") else part


def _own(spec: dict[str, Any]) -> dict[str, Any]:
    """What the chart itself configures; Altair's default size of the view is not a wish."""
    own = dict(spec.get("config", {}))
    view = own.pop("view", {})
    if set(view) - {"continuousWidth", "continuousHeight"}:
        own["view"] = view
    return own


def _language() -> str:
    return "nl" if (get_language() or "nl").startswith("nl") else "en"
