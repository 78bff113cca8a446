"""The answer of the picture (beeld): one filter in, map, hours, weeks, areas and places out.

`answer` is for everybody with `picture.view` and holds totals only, of the whole city. `incidents` gives single
incidents to those with `picture.rows`, inside their own areas.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language

from openvis.analysis.times import Window
from openvis.store.loaded import Loaded, plain
from openvis.store.questions import MOST_ROWS
from openvis.web.access import audit
from openvis.web.access.models import User
from openvis.web.intake.offers import INCIDENT
from openvis.web.sharing import flows
from openvis.web.sharing import rules as sharing

from . import geo, panels, rules, selectors, wording
from .counts import counts_answer
from .filter import Filter
from .frame import Frame
from .freshness import Freshness, named

__all__ = [
    "Answer", "answer", "areas_geojson", "counts_answer", "grid_geojson", "incidents", "lines_geojson",
]  # fmt: skip

NO_AREA = -1
KEPT = 256
"""Answers kept for who asks the same."""


@dataclass(frozen=True)
class Answer:
    """Everything the page draws for one filter; plain lists and numbers, ready for JSON."""

    version: str
    filter: dict[str, Any]
    totals: dict[str, Any]
    sources: list[dict[str, Any]]
    grid: dict[str, Any]
    cells: dict[str, list[Any]]
    density: dict[str, list[Any]]
    areas: list[dict[str, Any]]
    matrix: list[list[float]]
    windows: list[dict[str, Any]]
    weeks: list[dict[str, Any]]
    places: list[dict[str, Any]]
    findings: dict[str, str]
    rows: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The answer as the page takes it."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


class _Kept:
    """The answers of late, the oldest make way. Any number of threads may use it."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Answer | None:
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def put(self, key: Hashable, answer: Answer) -> None:
        with self._lock:
            self._answers[key] = answer
            while len(self._answers) > self.most:
                self._answers.popitem(last=False)


_kept = _Kept(KEPT)


def answer(user: rules.Person, filter_: Filter) -> Answer:
    """What the picture says under a filter. Raises Http404 for who may not see it.

    Totals are those of the whole city for everybody; `rows` says whether, and in which areas, this person may see
    single incidents.
    """
    if not rules.may_view(user):
        raise Http404
    frame = selectors.frame()
    language = get_language() or frame.profile.municipality.language
    fresh, own = selectors.fresh(frame), rules.areas_of_rows(user)
    return remembered(selectors.loaded(), frame, filter_, fresh, language, own)


def remembered(
    loaded: Loaded, frame: Frame, filter_: Filter, fresh: Freshness, language: str, own: frozenset[str] | None
) -> Answer:
    """The answer, as given before when nothing changed that it depends on.

    The key holds all of that: filter, version of the store, areas, sources, language, and what the person may see. Two
    people with the same rights share an answer; a new delivery, area, language or right makes another key.
    """
    key = (filter_.query, loaded.version, frame.version, fresh, language, own)
    found = _kept.get(key)
    if found is None:
        found = replace(compute(loaded, frame, filter_, fresh, language), rows=_rights(own))
        _kept.put(key, found)
    return found


def _rights(own: frozenset[str] | None) -> dict[str, Any]:
    return {"allowed": own is None or bool(own), "areas": None if own is None else sorted(own)}


def compute(loaded: Loaded, frame: Frame, filter_: Filter, fresh: Freshness, language: str) -> Answer:
    """The answer itself, from a version of the store; knows no person and no database."""
    asked = panels.Asked(loaded, frame, filter_, fresh, language)
    beside = _beside.submit(_times, asked)
    warmth = panels.heat(asked)
    places = panels.places(asked, warmth)
    per = panels.sums(asked)
    areas = panels.areas(asked, per)
    matrix, windows, weeks = beside.result()
    return Answer(
        version=loaded.version,
        filter=filter_.as_json(),
        totals=panels.totals(asked, per),
        sources=named(frame, fresh.sources, language),
        grid={"cell": filter_.cell, "version": frame.version, "nx": asked.grid.nx, "ny": asked.grid.ny},
        cells=panels.cell_lists(asked, warmth),
        density=panels.density_lists(asked, warmth),
        areas=areas,
        matrix=np.round(matrix, 2).tolist(),
        windows=panels.windows_list(windows),
        weeks=weeks,
        places=places,
        findings=_findings(asked, float(matrix.sum()), windows, weeks, places, areas),
        rows=_rights(frozenset()),
    )


_beside = ThreadPoolExecutor(2, thread_name_prefix="picture")
"""Hours and weeks are worked out beside map and list: the kernels leave the interpreter free."""


def _times(asked: panels.Asked) -> tuple[Any, list[Window], list[dict[str, Any]]]:
    matrix, windows = panels.hours(asked)
    return matrix, windows, panels.weeks(asked)


def _findings(asked: panels.Asked, total: float, windows: Any, weeks: Any, places: Any, areas: Any) -> dict[str, str]:
    """A title for each panel that says what was found."""
    if asked.fresh.until is None:
        return dict.fromkeys(("matrix", "weeks", "places", "areas"), wording.nothing())
    return {
        "matrix": wording.matrix_title(windows, total),
        "weeks": wording.weeks_title(weeks),
        "places": wording.places_title(places),
        "areas": wording.areas_title(areas),
    }


def incidents(
    user: rules.Person, filter_: Filter, bbox: tuple[float, float, float, float], request: Any = None
) -> dict[str, Any]:
    """Single incidents under a filter within west, south, east, north (degrees), the latest 5,000, as GeoJSON.

    Kind, begin, end, attempt and precision; no reference, no text, and for who can propose it to another part of the work
    the address to do so. Only for who has `picture.rows`, and only inside the
    areas of that right: for everybody else they do not exist (Http404). The look is written in the audit log.
    """
    own = rules.areas_of_rows(user)
    if not rules.may_see_rows(user):
        raise Http404
    loaded, frame = selectors.loaded(), selectors.frame()
    asked = panels.Asked(loaded, frame, filter_, selectors.fresh(frame), get_language() or "")
    selection = asked.selection
    if own is not None:
        keys = set(frame.keys_in(own))
        chosen = keys if selection.areas is None else keys & set(selection.areas)
        selection = replace(selection, areas=tuple(sorted(chosen)))
    rows = asked.ask("rows", replace(selection, box=frame.from_earth.transform_bounds(*bbox)))
    lon, lat = frame.to_earth.transform(rows["x"], rows["y"])
    kinds = {number: (kind.id, kind.name.get(asked.language)) for number, kind in frame.kind_of_number.items()}
    attempts = plain(rows["attempt"].astype(np.int64), -1)
    places = plain(rows["area"], NO_AREA).tolist()
    proposed = _proposed_from(user, frame, set(places))
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(x, geo.DECIMALS), round(y, geo.DECIMALS)]},
            "properties": {
                "kind": kinds[kind][0],
                "kind_name": kinds[kind][1],
                "begin": str(begin),
                "end": str(end),
                "attempt": {1: True, 0: False}.get(attempt),
                "precision": round(precision, 1),
            }
            | ({"propose": reverse("transfer_propose", args=[INCIDENT.kind, key])} if area in proposed else {}),
        }
        for x, y, kind, begin, end, attempt, precision, key, area in zip(
            lon.tolist(), lat.tolist(), rows["kind"].tolist(), rows["begin"].astype("datetime64[s]"),
            rows["end"].astype("datetime64[s]"), attempts.tolist(), rows["precision"].tolist(), rows["id"].tolist(),
            places, strict=True,
        )
        if kind in kinds
    ]  # fmt: skip
    actor = user if isinstance(user, User) else None
    audit.record(actor, rules.ROWS, filter_.query, request=request, shown=len(features))
    return {"type": "FeatureCollection", "features": features, "complete": len(features) < MOST_ROWS}


def _proposed_from(user: rules.Person, frame: Frame, keys: set[int]) -> set[int]:
    """The keys of the areas from which somebody can propose an incident to another part of the work."""
    if not isinstance(user, User) or not flows.open_ways(INCIDENT.compartment):
        return set()
    found = set()
    for key in keys:
        area = frame.areas.get(str(frame.code_of(key)))
        codes = [area.code, *area.within.values()] if area is not None else []
        if sharing.proposing_role(user, INCIDENT.compartment, codes) is not None:
            found.add(key)
    return found


def grid_geojson(cell: int) -> dict[str, Any]:
    """All cells of the city as polygons, for the page to load once; ids as in the answer's `cells`."""
    return geo.grid(selectors.frame(), cell)


def areas_geojson(level: str) -> dict[str, Any]:
    """The areas of a level with code and name. Raises Http404 for a level that does not exist."""
    frame = selectors.frame()
    if level not in frame.levels:
        raise Http404
    return geo.areas(frame, level)


def lines_geojson() -> dict[str, Any]:
    """The profile's own lines, for a map without tiles."""
    return geo.lines(selectors.frame())
