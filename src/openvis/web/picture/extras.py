"""Parts of the page that come when they are asked for: heavier than the main answer, which never waits for them.

Each gives a title that says the finding, a body in HTML, and layers for the map: cells or areas by class, with a legend
that says what a class means.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openvis.web.access import audit
from openvis.web.access.models import User
from openvis.web.ui.formatting import dates, number

from . import alerting, comparing, forecasting, pages, repeating, rules, selectors
from .filter import USUAL_CELL, Filter
from .frame import Frame
from .panels import Asked
from .results.repeating import step_texts

Layer = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """What is shown: a title, a template with its context, and layers by name."""

    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    layers: dict[str, Layer] = field(default_factory=dict)


@dataclass(frozen=True)
class Looking:
    """Who looks at what."""

    request: HttpRequest
    frame: Frame
    filter: Filter

    @property
    def asked(self) -> Asked:
        """The filter, put to the store."""
        return selectors.asked(self.frame, self.filter)

    def may(self, ability: str) -> bool:
        """Whether this person has an ability."""
        return bool(self.request.may(ability))  # type: ignore[attr-defined]


def layer_of_cells(cell: int, ids: list[int], classes: list[str], legend: dict[str, Any]) -> Layer:
    """Cells by class. legend: `title`, `note`, and `classes` as (class, text)."""
    return {"cell": cell, "ids": ids, "classes": classes, "legend": legend}


def layer_of_nothing(title: str, note: str) -> Layer:
    """A layer with nothing to draw, which says why."""
    return layer_of_cells(USUAL_CELL, [], [], {"title": title, "rows": [], "note": note})


def layer_of_areas(level: str, classes: dict[str, str], legend: dict[str, Any]) -> Layer:
    """Areas of a level by class: code to class."""
    return {"level": level, "classes": classes, "legend": legend}


def compared(looking: Looking) -> Part | None:
    """Two periods beside each other."""
    asked = looking.asked
    periods = comparing.periods(looking.request.GET, asked)
    if periods is None:
        return None
    total = comparing.total(asked, periods)
    if total["count"] is None:
        return Part(total["sentence"], "picture/extras/compared.html", {"total": total})
    cells, different = comparing.cells(asked, periods)
    areas = comparing.areas(asked, periods)
    strength, sign = different.strength(), different.sign
    told = sign != 0
    classes = [f"{'more' if one > 0 else 'less'}-{two}" for one, two in zip(sign[told], strength[told], strict=True)]
    by_area = {
        area["code"]: f"{'more' if areas[1].sign[at] > 0 else 'less'}-{areas[1].strength()[at]}"
        for at, area in enumerate(areas[0])
        if areas[1].sign[at]
    }
    legend = difference_legend()
    context = {
        "total": total,
        "whole": {"now": round(total["now"]), "count": round(total["count"])},
        "rows": comparing.area_rows(areas),
        "areas_text": comparing.areas_text(areas[1]),
        "days": periods.days,
        "uneven": periods.days[0] != periods.days[1],
    }
    return Part(
        total["sentence"],
        "picture/extras/compared.html",
        context,
        {
            "verschil": layer_of_cells(
                looking.filter.cell, cells[told].tolist(), classes, legend | {"note": comparing.places_text(different)}
            ),
            "verschilgebieden": layer_of_areas(
                looking.filter.level, by_area, legend | {"note": comparing.areas_text(areas[1])}
            ),
        },
    )


def difference_legend() -> dict[str, Any]:
    """Three shades of more and of fewer."""
    first, second = comparing.STRONG
    texts = {
        1: _("up to %(times)s ×") % {"times": number(first, 1)},
        2: _("to %(times)s ×") % {"times": number(second, 1)},
        3: _("beyond"),
    }
    return {
        "title": _("Difference between the two periods"),
        "rows": [
            {"title": _("more"), "classes": [(f"more-{step}", texts[step]) for step in texts]},
            {"title": _("fewer"), "classes": [(f"less-{step}", texts[step]) for step in texts]},
        ],
    }


def alerts(looking: Looking) -> Part:
    """What stands out in the latest weeks."""
    frame, filter_ = looking.frame, looking.filter
    found = alerting.told(frame, filter_, selectors.loaded().version)
    codes = {alert.area: "alert" for alert in found.open}
    legend = {"title": _("Alerts"), "rows": [{"title": "", "classes": [("alert", _("more than expected"))]}]}
    level = found.open[0].level if found.open else filter_.level
    context = {
        "rows": [alerting.row(frame, alert) for alert in found.open],
        "past": [alerting.row(frame, alert) for alert in found.past],
        "current": found.current,
        "enough": bool(found.outcome and found.outcome.content.get("enough")),
        "sure": alerting.sure(found),
    }
    layer = layer_of_areas(level, codes, legend | {"note": alerting.title(found)})
    return Part(alerting.title(found), "picture/extras/alerts.html", context, {"signaleringen": layer})


def coming_week(looking: Looking) -> Part:
    """The forecast of the coming week, with its test beside it; without a test no forecast."""
    frame, filter_, query = looking.frame, looking.filter, looking.request.GET
    kind = forecasting.kind_of(filter_)
    found = forecasting.chosen(query, filter_, rules.areas_of_rows(looking.request.user) is None)
    template = "picture/extras/forecast.html"
    if kind is None:
        return _no_forecast(_("Choose one kind for a forecast"), "kinds")
    name = frame.kinds[kind].name.get(get_language())
    if found is None:
        enough = kind in forecasting.testable(selectors.loaded(), frame)
        title = _("The forecast is not there yet") if enough else _("Too few incidents for a forecast")
        return _no_forecast(title, "untested" if enough else "few")
    coming = forecasting.coming(looking.asked, found)
    if coming is None:
        return _no_forecast(_("Too few incidents for a forecast"), "few")
    links = pages.Links(query)
    rows = forecasting.rows(found)
    sentence = forecasting.sentence(found, name)
    context = {
        "found": found,
        "name": name,
        "sentence": sentence,
        "coming": coming,
        "in_cells": float(coming.expected.sum()),
        "method": forecasting.method_name(found.method),
        "best_count": forecasting.method_name(found.best_count),
        "rows": [row | {"link": links.with_(methode=row["method"])} for row in rows],
        "shares": [
            {"share": share, "chosen": share == found.share, "link": links.with_(aandeel=forecasting.share_text(share))}
            for share in forecasting.SHARES
        ],
        "tested": found.outcome,
        "test_first": date.fromisoformat(found.outcome.content["first"]),
        "test_last": date.fromisoformat(found.outcome.content["last"]),
    }
    classes = [("forecast", _("chosen cell"))]
    period = dates(coming.first, coming.last)
    legend = {
        "title": _("Forecast %(period)s, %(kind)s") % {"period": period, "kind": name},
        "rows": [{"title": "", "classes": classes}],
        "note": forecasting.sentence(found, name, brief=True),
    }
    cells = coming.cells.tolist()
    layer = layer_of_cells(USUAL_CELL, cells, ["forecast"] * len(cells), legend)
    title = _("%(kind)s, %(period)s: %(n)s cells chosen") % {"kind": name, "period": period, "n": number(len(cells))}
    return Part(title, template, context, {"verwachting": layer})


def _no_forecast(title: str, why: str) -> Part:
    layer = layer_of_nothing(_("Forecast of the coming week"), title)
    context = {"why": why, "least": forecasting.LEAST_EVENTS}
    return Part(title, "picture/extras/forecast.html", context, {"verwachting": layer})


def _no_zones(title: str, note: str, context: dict[str, Any]) -> Part:
    layer = layer_of_nothing(_("Near repeats"), note)
    return Part(title, "picture/extras/repeating.html", context, {"herhaling": layer})


def near_repeats(looking: Looking) -> Part:
    """Whether one incident raises the chance next door; and, for who may see single incidents, where it is raised now."""
    frame, template = looking.frame, "picture/extras/repeating.html"
    kind = forecasting.kind_of(looking.filter)
    if kind is None or not repeating.sensible(frame, kind):
        text = _("Choose one kind of burglary or theft")
        return _no_zones(text, text, {"why": "kinds"})
    outcome = selectors.outcome(repeating.key_of(kind))
    if outcome is None:
        text = _("Near repeats are not tested yet")
        return _no_zones(text, text, {"why": "untested"})
    name = frame.kinds[kind].name.get(get_language())
    sentence = repeating.sentence(outcome, name)
    allowed = looking.may(rules.ROWS)
    context = {"sentence": sentence, "tested": outcome, "allowed": allowed or outcome.content["reach"] is None}
    title = _("%(kind)s: near repeats") % {"kind": name}
    if not allowed or outcome.content["reach"] is None:
        return _no_zones(title, sentence, context)
    found = repeating.zones(looking.asked, outcome, rules.areas_of_rows(looking.request.user))
    zones_text = repeating.zones_text(found)
    actor = looking.request.user if isinstance(looking.request.user, User) else None
    audit.record(actor, rules.ROWS, looking.filter.query, request=looking.request, zones=int(found.cells.size))
    texts = step_texts()
    legend = {
        "title": _("Raised chance after incidents of the last 14 days"),
        "rows": [{"title": "", "classes": [(f"zone-{step}", text) for step, text in enumerate(texts, start=1)]}],
        "note": sentence,
    }
    layer = layer_of_cells(USUAL_CELL, found.cells.tolist(), [f"zone-{step}" for step in found.step.tolist()], legend)
    return Part(title, template, context | {"zones_text": zones_text}, {"herhaling": layer})


EXTRAS: dict[str, Callable[[Looking], Part | None]] = {
    "vergelijking": compared,
    "signaleringen": alerts,
    "verwachting": coming_week,
    "herhaling": near_repeats,
}


def answer(looking: Looking, key: str) -> JsonResponse:
    """A part as the page takes it. Raises FilterError for what does not fit."""
    part = EXTRAS[key](looking)
    if part is None:
        return JsonResponse({"title": "", "html": "", "layers": {}})
    html = render_to_string(part.template, part.context | {"filter": looking.filter}, looking.request)
    return JsonResponse(
        {"title": part.title, "html": html, "layers": part.layers}, json_dumps_params={"separators": (",", ":")}
    )

