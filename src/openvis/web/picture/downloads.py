"""What can be taken away: each panel's numbers as a table, weeks and hours also as a picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from openvis.web.guard import rule
from openvis.web.ui import formatting
from openvis.web.ui.downloads import FORMATS, table_response

from . import answer as picture_answer
from . import charts, pages, selectors
from .counts import counts_answer
from .filter import Filter, FilterError

PICTURES = {"svg": "image/svg+xml", "png": "image/png"}
Rows = list[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Table:
    """Titles and rows of one panel."""

    columns: Sequence[str]
    rows: Rows


def places(found: dict[str, Any]) -> Table:
    """The hot places."""
    columns = [
        _("Rank"), _("Place"), _("Area"), _("Incidents"), _("Share of incidents"), _("Share of surface"),
        _("Times as dense as the city"), _("Share of the period in which it was hot"), _("Trend"), _("Busiest hours"),
        _("Kinds"), _("Longitude"), _("Latitude"),
    ]  # fmt: skip
    trends = {"up": _("rising"), "down": _("falling"), "level": _("level"), None: ""}
    return Table(
        columns,
        [
            (
                place["rank"], place["name"], place["area"], place["count"], place["share"], place["area_share"],
                place["pai"], place["stability"], trends[place["trend"]], ", ".join(place["windows"]),
                ", ".join(f"{kind['name']} {formatting.number(kind['count'])}" for kind in place["kinds"]),
                *place["centre"],
            )
            for place in found["places"]
        ],
    )  # fmt: skip


def weeks(found: dict[str, Any]) -> Table:
    """The weeks with what was expected."""
    columns = [
        _("Week"), _("Monday"), _("Incidents"), _("Expected"), _("At least expected"), _("At most expected"), _("Finding"),
        _("Still coming in"),
    ]  # fmt: skip
    return Table(
        columns,
        [
            (
                week["week"], date.fromisoformat(week["start"]), week["count"], week["expected"], week["low"], week["high"],
                _("more than expected") if week["above"] else _("less than expected") if week["below"] else "",
                week["incomplete"],
            )
            for week in found["weeks"]
        ],
    )  # fmt: skip


def hours(found: dict[str, Any]) -> Table:
    """The matrix: a row a day, a column an hour."""
    columns = [_("Day"), *(f"{hour:02d}" for hour in range(24))]
    return Table(columns, [(day["full"], *row) for day, row in zip(pages.days(), found["matrix"], strict=True)])


def areas(found: dict[str, Any]) -> Table:
    """The areas with count and rate."""
    columns = [
        _("Code"),
        _("Area"),
        _("Incidents"),
        _("Base"),
        _("Kind of base"),
        _("Per 1,000"),
        _("At least"),
        _("At most"),
    ]
    bases = {"dwellings": _("dwellings"), "inhabitants": _("inhabitants")}
    return Table(
        columns,
        [
            (
                area["code"], area["name"], area["count"], area["base"], bases[area["base_kind"]], area["rate"],
                area["low"], area["high"],
            )
            for area in found["areas"]
        ],
    )  # fmt: skip


TABLES: dict[str, Callable[[dict[str, Any]], Table]] = {
    "plekken": places,
    "weken": weeks,
    "uren": hours,
    "gebieden": areas,
}


@rule("export.aggregate")
@require_GET
def download(request: HttpRequest, table: str, kind: str) -> HttpResponse:
    """A panel under a filter, as CSV, XLSX, SVG or PNG."""
    if table not in TABLES or kind not in {*FORMATS, *PICTURES}:
        raise Http404
    try:
        filter_ = selectors.filter_of(request.GET)
    except FilterError as error:
        return HttpResponseBadRequest(str(error), content_type="text/plain; charset=utf-8")
    found = picture_answer.answer(request.user, filter_).as_json()
    name = f"openvis-{table}-{filter_.first}-{filter_.last}"
    if kind in PICTURES:
        return _picture(found, table, kind, name)
    shown = TABLES[table](found)
    return table_response(name, shown.columns, shown.rows, kind, notes=_notes(found, filter_))


def _picture(found: dict[str, Any], table: str, kind: str, name: str) -> HttpResponse:
    if table == "weken":
        chart: Any = charts.weeks(found["weeks"], found["findings"]["weeks"])
    elif table == "uren":
        chart = charts.hours(found["matrix"], found["findings"]["matrix"])
    else:
        raise Http404
    response = HttpResponse(charts.picture(chart, kind), content_type=PICTURES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def _notes(found: dict[str, Any], filter_: Filter) -> list[tuple[str, Any]]:
    """What a table needs beside it to be understood later."""
    frame = selectors.frame()
    notes: list[tuple[str, Any]] = [
        (_("Kinds"), pages.kinds_text(frame, filter_)),
        (_("From"), filter_.first),
        (_("Up to and including"), filter_.last),
        (_("Selection"), filter_.query),
        (_("Incidents in all"), found["totals"]["count"]),
        (_("Without a place on the map"), found["totals"]["unplaced"]),
    ]
    for source in found["sources"]:
        made_up = f" ({_('made up')})" if source["demo"] else ""
        notes.append((_("Source"), f"{source['name']}{made_up}, {_('data until')} {source['until']}"))
    return notes


@rule("export.aggregate")
@require_GET
def counts(request: HttpRequest, table: str, kind: str) -> HttpResponse:
    """The open counts by area and year, as CSV or XLSX."""
    if table != "gebieden" or kind not in FORMATS:
        raise Http404
    try:
        filter_ = selectors.filter_of(request.GET)
    except FilterError as error:
        return HttpResponseBadRequest(str(error), content_type="text/plain; charset=utf-8")
    found = counts_answer(request.user, filter_)
    years = [year["year"] for year in found["years"]]
    columns = [_("Code"), _("Area"), *(str(year) for year in years), _("Per 1,000"), _("At least"), _("At most")]
    rows: Rows = [
        (area["code"], area["name"], *(one["count"] for one in area["trend"]), area["rate"], area["low"], area["high"])
        for area in found["areas"]
    ]
    notes = [(_("Source"), source["name"]) for source in found["sources"]]
    notes += [(_("Kinds"), ", ".join(one["name"] for one in found["kinds"])), (_("Rate of the year"), found["year"])]
    return table_response(f"openvis-tellingen-{found['year']}", columns, rows, kind, notes=notes)
