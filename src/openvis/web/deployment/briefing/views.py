"""The pages of the briefing: which there are, one on the page, the same as PDF."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access.people import areas_for
from openvis.web.guard import rule

from .. import areas, words
from . import figures, pdf
from . import sheet as sheets


def _seen(user: Any, area: areas.Place) -> bool:
    held = areas_for(user, "briefing.view")
    return held is None or not held.isdisjoint(area.codes)


def _area(request: HttpRequest, code: str) -> areas.Place:
    area = areas.by_code(code)
    if not _seen(request.user, area):
        raise Http404
    return area


def _week(request: HttpRequest) -> date:
    """The Monday of the week in the address; the latest whole week when there is none or no such week."""
    latest = figures.recent_weeks(1)[0]
    asked = request.GET.get("week", "")
    if not asked:
        return latest
    try:
        monday = words.monday(asked)
    except ValueError:
        messages.error(request, _("“%s” is not a week. Write a year and a week, such as 2026-W47.") % asked[:40])
        return latest
    if monday > latest:
        messages.warning(request, _("%s is not over yet, or there are no data of it. This is the latest week.") % asked)
        return latest
    return monday


@rule("briefing.view")
def index(request: HttpRequest) -> HttpResponse:
    """Areas by week."""
    levels = city.profile().levels
    mondays = figures.recent_weeks()
    rows = []
    for area in areas.of_level(levels[0].id):
        if _seen(request.user, area):
            counts = figures.week_counts(area, mondays)
            rows.append((area, [(words.week_of(monday), counts.get(monday)) for monday in mondays]))
    finer = []
    if len(levels) > 2:
        finer = [area for area in areas.of_level(levels[1].id) if _seen(request.user, area)]
    context = {"rows": rows, "weeks": [(words.week_of(monday), monday) for monday in mondays], "finer": finer}
    return render(request, "deployment/briefings.html", context)


@rule("briefing.view")
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """The briefing on the page."""
    area, week = _area(request, code), _week(request)
    data = sheets.as_data(figures.make(request.user, area, week), request.user)
    weeks = [(words.week_of(monday), words.week_name(monday)) for monday in figures.recent_weeks()]
    context = {"area": area, "data": data, "week": words.week_of(week), "weeks": weeks}
    return render(request, "deployment/briefing.html", context)


@rule("briefing.view")
def document(request: HttpRequest, code: str) -> HttpResponse:
    """The briefing as PDF."""
    area, week = _area(request, code), _week(request)
    made = figures.make(request.user, area, week)
    content = pdf.pdf(sheets.as_data(made, request.user), figures.draw(made))
    response = HttpResponse(content, content_type="application/pdf")
    name = f"briefing-{slugify(area.name)}-{words.week_of(week)}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@rule("briefing.view")
def picture(request: HttpRequest, code: str) -> HttpResponse:
    """The map of the briefing."""
    area, week = _area(request, code), _week(request)
    response = HttpResponse(figures.draw(figures.make(request.user, area, week)), content_type="image/svg+xml")
    response["Cache-Control"] = "private, max-age=60"
    return response
