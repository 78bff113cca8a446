"""The observation form, made for the phone: what, when, where, in ten seconds."""

from functools import lru_cache
from typing import Any

import numpy as np
import pyproj
import shapely
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from openvis.web import city
from openvis.web.guard import rule

from ..forms import ObservationForm
from ..observing import InvalidError, Observation, observation_source, observe
from ..placing import Ground, ground
from ..words import Refusal

SHOWN_LINES = ("water", "rail", "roads")
"""Lines of the profile that the small map shows, where there are any."""
SIMPLER_M = 8.0
"""How much the lines on the small map may differ from the real ones."""


@rule("observation.enter")
def observation(request: HttpRequest) -> HttpResponse:
    """Enter one observation."""
    source = observation_source()
    if source is None:
        raise Http404
    form = ObservationForm(source.described, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            observe(
                Observation(
                    data["kind"], form.begin, data["lon"], data["lat"], data["precision"], data["area"] or None
                ),
                request.user,
            )
        except InvalidError as wrong:
            for sentence in wrong.sentences:
                form.add_error(None, sentence)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you, it is in. It counts in the picture from now on."))
            return redirect("observation")
    west, south, east, north = _bounds(ground())
    context = {"form": form, "bounds": [west, south, east, north]}
    return render(request, "intake/observation.html", context, status=422 if form.errors else 200)


@rule("observation.enter")
@require_GET
def areas(request: HttpRequest) -> HttpResponse:
    """The areas for the small map, in degrees, with the profile's own lines (water, rail) to find one's way by."""
    response = JsonResponse(_outlines(ground()), content_type="application/geo+json")
    response["Cache-Control"] = "private, max-age=3600"
    return response


@lru_cache(maxsize=2)
def _outlines(on: Ground) -> dict[str, Any]:
    back = pyproj.Transformer.from_crs(on.crs, 4326, always_xy=True)

    def degrees(points: np.ndarray) -> np.ndarray:
        return np.round(np.column_stack(back.transform(points[:, 0], points[:, 1])), 5)

    features = []
    for area in on.by_key[on.finest, "code"].values():
        outline = shapely.transform(shapely.simplify(area.geometry, SIMPLER_M), degrees)
        features.append(
            {
                "type": "Feature",
                "properties": {"code": area.code, "name": area.name},
                "geometry": shapely.geometry.mapping(outline),
            }
        )
    ground_lines = [
        {**feature, "properties": {"layer": layer}}
        for layer, lines in city.profile().lines.items()
        for feature in lines.get("features", [])
        if layer in SHOWN_LINES
    ]
    return {"type": "FeatureCollection", "features": features, "ground": ground_lines}


def _bounds(on: Ground) -> tuple[float, float, float, float]:
    return _in_degrees(on.crs, *on.locator.index.outline.bounds)


@lru_cache(maxsize=4)
def _in_degrees(crs: int, west: float, south: float, east: float, north: float) -> tuple[float, float, float, float]:
    """The municipality stays where it is, and the sum takes longer than the rest of the page."""
    transformer = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
    return tuple(round(value, 5) for value in transformer.transform_bounds(west, south, east, north))  # type: ignore[return-value]
