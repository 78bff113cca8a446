"""The evidence of a focus place as it is at the moment of keeping, and the same filter later beside it."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from openvis.analysis import rates
from openvis.analysis.rates import RateRatio
from openvis.web import city
from openvis.web.access.models import User

from . import areas, drawing, reading, words
from .models import MAX_PICTURE, Evidence

FEWEST_WEEKS = 4
"""Whole weeks that must have passed since the evidence before now and then are compared."""


@dataclass(frozen=True)
class Frozen:
    """Everything the picture says of one place or selection, ready to be stored and never to change."""

    query: str
    store_version: str
    sources: list[dict[str, Any]]
    made_up: bool
    figures: dict[str, Any]
    cell: int | None
    cells: list[int]
    outline: bytes
    shape: dict[str, Any]
    picture: bytes
    name: str
    home: list[str] = field(default_factory=list)
    touches: list[str] = field(default_factory=list)
    picture_type: str = "image/svg+xml"

    def fields(self) -> dict[str, Any]:
        """The fields of the row. Raises ValueError when the picture is too large to be kept in the database."""
        if len(self.picture) > MAX_PICTURE:
            raise ValueError(f"the picture has {len(self.picture):,} bytes; expected at most {MAX_PICTURE:,}")
        return {
            "query": self.query, "store_version": self.store_version, "sources": self.sources,
            "made_up": self.made_up, "figures": self.figures, "cell": self.cell, "cells": self.cells,
            "outline": self.outline, "shape": self.shape, "picture": self.picture,
            "picture_type": self.picture_type, "picture_sha256": hashlib.sha256(self.picture).hexdigest(),
        }


def freeze(user: User, query: str) -> Frozen:
    """Take the picture's answer for a selection as evidence. Raises ValueError that names a wrong parameter."""
    found = reading.ask(user, query)
    spot = _spot(found)
    shape, home, touches = _where(found)
    return Frozen(
        query=found["filter"]["query"], store_version=reading.store_version(),
        sources=found["sources"], made_up=reading.made_up(found), figures=_figures(found, spot),
        cell=found["grid"]["cell"] if found["filter"]["place"] else None, cells=_cells(found),
        outline=shapely.to_wkb(shape), shape=_earthly(shape), picture=_picture(found, shape, bool(spot)),
        name=_name(found, spot), home=home, touches=touches,
    )


def _cells(found: reading.Answer) -> list[int]:
    place = found["filter"]["place"]
    return [int(cell) for cell in place.split(".")] if place else []


def _spot(found: reading.Answer) -> dict[str, Any] | None:
    """The hotspot that was chosen, when it is one of the list."""
    place = found["filter"]["place"]
    chosen = {int(cell) for cell in place.split(".")} if place else set()
    for item in found["places"]:
        if chosen and {int(cell) for cell in str(item["id"]).split(".")} == chosen:
            return dict(item)
    return None


def _where(found: reading.Answer) -> tuple[BaseGeometry, list[str], list[str]]:
    """The outline in metres, the areas it is at home in, and the areas it touches."""
    cells = _cells(found)
    if cells:
        polygons = reading.grid(found["grid"]["cell"]).polygons(np.array(cells))
        home, touches = areas.home_and_touched(shapely.get_coordinates(shapely.centroid(polygons)))
        return shapely.union_all(polygons), home, touches
    if found["filter"]["area"]:
        area = areas.by_code(found["filter"]["area"])
        return area.shape, area.codes, list(dict.fromkeys(code for part in areas.parts_of(area) for code in part.codes))
    # A selection of the whole city is at home in no area: only who works for the whole city keeps and sees it.
    return shapely.union_all([part.shape for part in areas.finest()]), [], []


def _figures(found: reading.Answer, spot: dict[str, Any] | None) -> dict[str, Any]:
    weeks = reading.weeks(found)
    chosen = spot or {}
    count, share = chosen.get("count", found["totals"]["count"]), chosen.get("share")
    return {
        "count": count,
        # With a place chosen the totals are those of the place; its share tells what it is a part of.
        "total": round(count / share) if share else found["totals"]["count"],
        "share": share,
        "area_share": chosen.get("area_share"),
        "pai": chosen.get("pai"),
        "stability": chosen.get("stability"),
        "trend": chosen.get("trend"),
        "kinds": chosen.get("kinds", []),
        "windows": found["windows"],
        "matrix": found["matrix"],
        "weeks": [
            {"start": week.start.isoformat(), "count": week.count, "incomplete": week.incomplete} for week in weeks
        ],
        "from": found["filter"]["from"],
        "to": found["filter"]["to"],
        "unplaced_share": found["totals"]["unplaced_share"],
        "chips": reading.described(found),
        "chosen_kinds": found["filter"]["kinds"],
    }


def _name(found: reading.Answer, spot: dict[str, Any] | None) -> str:
    if spot:
        return str(spot["name"])
    if found["filter"]["area"]:
        return areas.by_code(found["filter"]["area"]).name
    return city.profile().municipality.name


def _earthly(shape: BaseGeometry) -> dict[str, Any]:
    """GeoJSON in WGS84, to some centimetres."""
    to_earth = Transformer.from_crs(city.profile().municipality.crs, 4326, always_xy=True)
    moved = shapely.transform(shape, lambda xy: np.column_stack(to_earth.transform(xy[:, 0], xy[:, 1])))
    made: dict[str, Any] = json.loads(shapely.to_geojson(shapely.set_precision(moved, 1e-6)))
    return made


def _picture(found: reading.Answer, shape: BaseGeometry, close: bool) -> bytes:
    """The place in its surroundings with what happened in each hot cell."""
    grid = reading.grid(found["grid"]["cell"])
    rows = zip(found["cells"]["id"], found["cells"]["count"], found["cells"]["hot"], strict=True)
    hot = [(cell, count) for cell, count, is_hot in rows if is_hot and count]
    polygons = grid.polygons(np.array([cell for cell, _count in hot], dtype=int)) if hot else []
    cells = [drawing.Cell(polygon, count) for polygon, (_cell, count) in zip(polygons, hot, strict=True)]
    background = [(part.name, part.shape) for part in areas.finest()]
    window = drawing.around(shape, drawing.MARGIN if close else 0.0)
    return drawing.svg(background, cells, [shape], window=window, width=640, height=440)


@dataclass(frozen=True, slots=True)
class NowThen:
    """The same selection since the evidence was taken, beside what it was then; both per week."""

    first: date
    last: date
    then: float
    now: float
    weeks_then: int
    weeks_now: int
    ratio: RateRatio
    word: str

    @property
    def label(self) -> Any:
        """The difference in words."""
        return words.LABELS[self.word]


def now_and_then(user: User, evidence: Evidence) -> NowThen | None:
    """Compare the weeks since the evidence with the weeks it shows; None while too few have passed.

    Weeks that overlap would compare the evidence with itself, so only later ones count, and no more than it has; weeks
    that are not complete yet are left out on both sides.
    """
    then = [week for week in evidence.figures["weeks"] if not week["incomplete"]]
    taken_to = date.fromisoformat(evidence.figures["to"])
    latest = reading.latest_day()
    first = max(taken_to + timedelta(days=1), reading.weeks_back(latest, max(1, len(evidence.figures["weeks"]))))
    first += timedelta(days=-first.weekday() % 7)
    if not then or (latest - first).days + 1 < 7 * FEWEST_WEEKS:
        return None
    found = reading.ask(user, reading.changed(evidence.query, **reading.period(first, latest)))
    now = [week for week in reading.weeks(found) if not week.incomplete and week.start >= first]
    if len(now) < FEWEST_WEEKS:
        return None
    sum_then, sum_now = sum(week["count"] for week in then), sum(week.count for week in now)
    return NowThen(
        first, latest, sum_then / len(then), sum_now / len(now), len(then), len(now),
        rates.compare(sum_now, len(now), sum_then, len(then)),
        words.compared(sum_now, len(now), sum_then, len(then)),
    )
