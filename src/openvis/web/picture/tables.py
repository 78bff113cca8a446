"""The pages beside the map: the weeks of each area, and the open counts apart from the incidents."""

from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from openvis.web.guard import rule

from . import forms, multiples, pages, selectors
from .counts import counts_answer
from .filter import FilterError
from .frame import Frame
from .results import COUNTS, RESULTS, menu
from .steps import breaks, step

WIDTH = 720
"""Width of the drawing in its own units; the page scales it."""
SMOOTH = 12.0
"""Metres by which borders may be smoothed on this small map."""
BARS_HIGH = 120
OF_FORM = (multiples.SCALE, multiples.LEVEL, multiples.ALL)
"""What the small form of the areas has fields for."""


@rule("picture.view")
@require_GET
def multiples_page(request: HttpRequest) -> HttpResponse:
    """The weeks of each area beside each other."""
    frame, may = selectors.frame(), request.may  # type: ignore[attr-defined]
    filter_, problems = selectors.readable_filter(request.GET)
    try:
        scale = multiples.scale_of(request.GET)
    except FilterError as error:
        problems, scale = [*problems, *map(str, error.problems)], multiples.SAME
    asked = selectors.asked(frame, filter_)
    level = filter_.level if problems else multiples.level_of(request.GET, asked)
    found = multiples.areas(asked, level)
    shown = found if request.GET.get(multiples.ALL) else found[: multiples.SHOWN]
    most = max((one.most for one in shown), default=0.0)
    links = pages.Links(request.GET)
    context = {
        "filter": filter_,
        "problems": problems,
        "sentence": multiples.sentence(found),
        "areas": [
            {
                "one": one,
                "drawing": multiples.drawing(one, most if scale == multiples.SAME else one.most),
                "weeks": [pages.week_of(week) for week in reversed(one.weeks)],
                "first": pages.week_of(one.weeks[0])["name"] if one.weeks else "",
                "last": pages.week_of(one.weeks[-1])["name"] if one.weeks else "",
                "link": reverse("picture") + links.with_(gebied=one.area.code, schaal=None, alles=None, niveau=None),
            }
            for one in shown
        ],
        "rest": len(found) - len(shown),
        "all_link": links.with_(alles="1"),
        "back_link": reverse("picture") + links.with_(schaal=None, alles=None, niveau=None),
        "width": multiples.WIDTH,
        "height": multiples.HEIGHT,
        "scale": scale,
        "level": level,
        "levels": multiples.levels(frame, get_language()),
        "text": f"{pages.kinds_text(frame, filter_)} · {pages.period_text(filter_)}",
        "kept": {name: value for name, value in request.GET.items() if value and name not in OF_FORM},
        "take": menu(RESULTS["wekengebieden"], "picture_download") if may("export.aggregate") else None,
        "query": f"{filter_.query}&niveau={level}",
    }
    return render(request, "picture/multiples.html", context, status=400 if problems else 200)


@rule("picture.view")
@require_GET
def counts(request: HttpRequest) -> HttpResponse:
    """Map of areas by rate, a bar per year, and the table, of tables that hold no places and no hours."""
    frame, may = selectors.frame(), request.may  # type: ignore[attr-defined]
    filter_, problems = selectors.readable_filter(request.GET)
    found = counts_answer(request.user, filter_)
    bounds = breaks([area["rate"] for area in found["areas"] if area["rate"]])
    context = {
        "found": found,
        "filter": filter_,
        "problems": problems,
        "map": drawing(frame, filter_.level, found["areas"], bounds),
        "bounds": legend(bounds, found["areas"]),
        "bars": bars(found["years"]),
        "areas": ranked(found["areas"]),
        "levels": [{"id": level.id, "name": level.plural.get(get_language())} for level in frame.profile.levels],
        "area_choices": forms.area_choices(frame)[:-1],
        "kinds": [kind["id"] for kind in found["kinds"]],
        "chosen_kind": found["kinds"][0]["id"] if len(found["kinds"]) == 1 else "",
        "years": [year["year"] for year in found["years"] if year["count"] is not None],
        "take": menu(COUNTS["gebieden"], "picture_counts_download") if may("export.aggregate") else None,
    }
    return render(request, "picture/counts.html", context, status=400 if problems else 200)


def ranked(areas: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Highest rate first; areas without a rate after them, by their count. Each with the numbers of its years."""
    order = sorted(areas, key=lambda area: (-(area["rate"] or -1.0), -(area["count"] or 0.0), area["name"]))
    return [area | {"numbers": [one["count"] for one in area["trend"]]} for area in order]


def legend(bounds: list[float], areas: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each step with the rate it begins at, and the highest rate at the end."""
    most = max((area["rate"] for area in areas if area["rate"] is not None), default=None)
    return [
        {"step": index + 1 + 5 - len(bounds), "from": bound, "to": most if index == len(bounds) - 1 else None}
        for index, bound in enumerate(bounds)
    ]


def drawing(frame: Frame, level: str, areas: list[dict[str, Any]], bounds: list[float]) -> dict[str, Any]:
    """The areas as paths of an SVG, each with its step."""
    paths, height = _paths(frame, level)
    shown = [
        area | {"path": paths[area["code"]], "step": step(area["rate"], bounds)}
        for area in areas
        if area["code"] in paths
    ]
    return {"areas": shown, "width": WIDTH, "height": height}


@lru_cache(maxsize=8)
def _paths(frame: Frame, level: str) -> tuple[dict[str, str], int]:
    """Path of each area of a level, and the height of the drawing."""
    areas = frame.areas_of(level)
    west, south, east, north = frame.outline.bounds
    scale = WIDTH / (east - west)
    shapes = shapely.coverage_simplify([area.geometry for area in areas], SMOOTH)
    paths = {}
    for area, shape in zip(areas, shapes, strict=True):
        rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
        paths[area.code] = "".join(_ring(ring, west, north, scale) for ring in rings)
    return paths, round((north - south) * scale)


def _ring(ring: Any, west: float, north: float, scale: float) -> str:
    points = shapely.get_coordinates(ring)
    x = np.round((points[:, 0] - west) * scale, 1)
    y = np.round((north - points[:, 1]) * scale, 1)
    return "M" + "L".join(f"{a:g} {b:g}" for a, b in zip(x[:-1], y[:-1], strict=True)) + "Z"


def bars(years: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A bar per year, in the units of a drawing 120 high."""
    most = max((year["count"] or 0.0 for year in years), default=0.0) or 1.0
    return [
        year | {"x": 20 + index * 90, "height": round(BARS_HIGH * (year["count"] or 0.0) / most, 1),
                "y": round(20 + BARS_HIGH * (1 - (year["count"] or 0.0) / most), 1)}
        for index, year in enumerate(years)
    ]  # fmt: skip
