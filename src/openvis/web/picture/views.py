"""The pages of the picture, and the JSON they draw."""

import gzip
import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from openvis.web.guard import rule
from openvis.web.ui import registry

from . import alerting, comparing, extent, extras, forms, pages, results, selectors, texts
from . import answer as picture_answer
from .filter import Filter, FilterError
from .frame import CELL_SIZES, Frame

YEAR = 365 * 24 * 3600
USUAL_LAYERS = ["hotspots"]
MODULES = [
    *(
        f"picture/{name}.js"
        for name in (
            "extras", "filters", "format", "hours", "layers", "map", "map_cells", "map_incidents", "map_labels",
            "map_legend", "map_places", "map_print", "map_style", "matrix", "server", "share", "state", "weeks",
        )
    ),
    "ui/tokens.js",
]  # fmt: skip
"""What the page's script needs: asked for at once, instead of one after the other as it finds them."""


@rule("picture.view")
@require_GET
def picture(request: HttpRequest) -> HttpResponse:
    """The map with its panels. The first answer is inside the page, so that it needs no second request."""
    frame = selectors.frame()
    filter_, problems = selectors.readable_filter(request.GET)
    query = request.GET
    try:
        found = _answered(request, query, frame, filter_)
    except FilterError as error:  # the comparison is no good: the selection without it
        problems += [str(problem) for problem in error.problems]
        query = QueryDict()
        found = _answered(request, query, frame, filter_)
    context = {
        "answer": found,
        "config": _config(request, frame),
        "texts": texts.texts(),
        "problems": problems,
        "filter": filter_,
        "form": forms.choices(frame, filter_, selectors.fresh(frame).first, selectors.vocabulary(frame), request),
        "rows": pages.matrix_rows(found, found["page"]["steps"]),
        "hours": range(24),
        "actions": [action for action in registry.selection_actions if request.may(action.ability)],  # type: ignore[attr-defined]
        "takes": results.menus(request.may),  # type: ignore[attr-defined]
        "modules": MODULES,
    }
    return render(request, "picture/picture.html", context, status=400 if problems else 200)


def _answered(request: HttpRequest, query: QueryDict, frame: Frame, filter_: Filter) -> dict[str, Any]:
    """The answer with the words of the page around it. Raises FilterError for a comparison that does not fit."""
    found = picture_answer.answer(request.user, filter_).as_json()
    asked = selectors.asked(frame, filter_)
    periods = comparing.periods(query, asked)
    compare = None
    if periods is not None:
        compare = comparing.total(asked, periods)
        before = comparing.weeks(asked, periods, found["weeks"])
        found["weeks"] = [week | {"before": number} for week, number in zip(found["weeks"], before, strict=True)]
    page = pages.around(request, frame, filter_, found, compare)
    page["text"]["pic-alerts-title"] = alerting.title(alerting.told(frame, filter_, asked.loaded.version))
    return found | {"page": page}


def _config(request: HttpRequest, frame: Frame) -> dict[str, Any]:
    """What the scripts need to know of this city and this person."""
    labels = extent.label_levels(frame)
    lines = set(frame.profile.lines)
    tiles = settings.OPENVIS_TILES
    return {
        "urls": {
            "answer": reverse("picture_answer"),
            "lines": _versioned(reverse("picture_lines"), frame),
            "grid": _versioned(reverse("picture_grid", args=[0]), frame).replace("/0.json", "/{cell}.json"),
            "extra": reverse("picture_extra", args=["deel"]).removesuffix("deel"),
            "incidents": reverse("picture_incidents") if request.may("picture.rows") else "",  # type: ignore[attr-defined]
        },
        "areas": {level: _versioned(reverse("picture_areas", args=[level]), frame) for level in frame.levels},
        "finest": frame.finest,
        "coarse": labels[0]["id"],
        "labels": labels,
        "has_water": "water" in lines,
        "tiles": tiles,
        "tiles_source": "© Kadaster, PDOK" if "pdok" in tiles else "",
        "usual_layers": USUAL_LAYERS,
    }


def _versioned(address: str, frame: Frame) -> str:
    return f"{address}?v={frame.version}"


@rule("picture.view")
@require_GET
def answer(request: HttpRequest) -> HttpResponse:
    """The answer to a changed filter, for the page."""
    frame = selectors.frame()
    try:
        found = _answered(request, request.GET, frame, selectors.filter_of(request.GET))
    except FilterError as error:
        return _problems([str(problem) for problem in error.problems])
    response = JsonResponse(found, json_dumps_params={"separators": (",", ":")})
    response["Cache-Control"] = "private, no-store"
    return response


@rule("picture.view")
@require_GET
def extra(request: HttpRequest, key: str) -> HttpResponse:
    """A part of the page that comes when it is asked for."""
    if key not in extras.EXTRAS:
        raise Http404
    try:
        looking = extras.Looking(request, selectors.frame(), selectors.filter_of(request.GET))
        response = extras.answer(looking, key)
    except FilterError as error:
        return _problems([str(problem) for problem in error.problems])
    response["Cache-Control"] = "private, no-store"
    return response


def _problems(sentences: list[str]) -> JsonResponse:
    return JsonResponse({"problems": sentences}, status=400)


# Shapes: the same for everybody, kept by the browser under an address with their version


@rule("picture.view")
@require_GET
def grid(request: HttpRequest, cell: int) -> HttpResponse:
    """The cells of the city as polygons."""
    if cell not in CELL_SIZES:
        raise Http404
    return _shape(request, f"grid-{cell}", lambda: picture_answer.grid_geojson(cell))


@rule("picture.view")
@require_GET
def areas(request: HttpRequest, level: str) -> HttpResponse:
    """The areas of a level as polygons."""
    if level not in selectors.frame().levels:
        raise Http404
    return _shape(request, f"areas-{level}", lambda: picture_answer.areas_geojson(level))


@rule("picture.view")
@require_GET
def lines(request: HttpRequest) -> HttpResponse:
    """The profile's own lines and planes."""
    return _shape(request, "lines", picture_answer.lines_geojson)


def _shape(request: HttpRequest, name: str, make: Callable[[], dict[str, Any]]) -> HttpResponse:
    version = selectors.frame().version
    etag = f'"{version}-{name}"'
    if request.headers.get("If-None-Match") in (etag, f"W/{etag}"):
        response = HttpResponse(status=304)
    else:
        zipped = "gzip" in request.headers.get("Accept-Encoding", "")
        response = HttpResponse(_bytes(version, name, zipped, make), content_type="application/geo+json")
        if zipped:
            response["Content-Encoding"] = "gzip"
    response["ETag"] = etag
    response["Cache-Control"] = (
        f"private, max-age={YEAR}, immutable" if request.GET.get("v") == version else "private, no-cache"
    )
    patch_vary_headers(response, ("Accept-Encoding", "Cookie"))
    return response


class _Kept:
    """Shapes as bytes, made once a version."""

    def __init__(self) -> None:
        self.version = ""
        self.texts: dict[tuple[str, bool], bytes] = {}


_kept = _Kept()


def _bytes(version: str, name: str, zipped: bool, make: Callable[[], dict[str, Any]]) -> bytes:
    if _kept.version != version:
        _kept.version, _kept.texts = version, {}
    if (name, zipped) not in _kept.texts:
        text = json.dumps(make(), separators=(",", ":"), ensure_ascii=False).encode()
        _kept.texts[name, zipped] = gzip.compress(text, 6) if zipped else text
    return _kept.texts[name, zipped]


@rule("picture.rows")
@require_GET
def incidents(request: HttpRequest) -> HttpResponse:
    """Single incidents in a part of the map, for who may see them, in their own areas."""
    try:
        filter_ = selectors.filter_of(request.GET)
        box = forms.box(request.GET.get("bbox", ""))
    except FilterError as error:
        return _problems([str(problem) for problem in error.problems])
    found = picture_answer.incidents(request.user, filter_, box, request)
    response = JsonResponse(found, json_dumps_params={"separators": (",", ":")})
    response["Cache-Control"] = "private, no-store"
    return response


@rule("picture.view")
@require_GET
def explained(request: HttpRequest) -> HttpResponse:
    """How the picture is made, in plain words."""
    return render(request, "picture/explained.html", {"floor": selectors.frame().profile.municipality.rate_floor})
