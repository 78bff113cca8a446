"""Areas as focus places and briefings need them: their names, their outlines, and in which of them something lies."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import shapely
from django.http import Http404
from django.utils import timezone
from shapely.geometry.base import BaseGeometry

from openvis.web import city
from openvis.web.places.models import Area


@dataclass(frozen=True)
class Place:
    """An area with its outline in metres, and the codes of the coarser areas it lies in."""

    code: str
    name: str
    level: str
    shape: BaseGeometry
    within: dict[str, str] = field(default_factory=dict)
    inhabitants: int | None = None

    @property
    def codes(self) -> list[str]:
        """Its own code and those of the areas above it."""
        return [self.code, *self.within.values()]


def of_level(level: str) -> list[Place]:
    """The areas of a level in force today, by code."""
    return [_place(row) for row in Area.objects.filter(level=level).valid_on(timezone.localdate()).order_by("code")]


def finest() -> list[Place]:
    """The areas incidents are placed in."""
    return of_level(city.profile().finest.id)


def by_code(code: str) -> Place:
    """The area with a code, on the coarsest level that has it; Http404 when there is none."""
    rows = {row.level: row for row in Area.objects.filter(code=code).valid_on(timezone.localdate())}
    for level in city.profile().levels:
        if level.id in rows:
            return _place(rows[level.id])
    raise Http404


def names(codes: Iterable[str]) -> dict[str, str]:
    """Code → name."""
    return dict(Area.objects.filter(code__in=set(codes)).valid_on(timezone.localdate()).values_list("code", "name"))


def parts_of(place: Place) -> list[Place]:
    """The finest areas that lie in an area."""
    return [part for part in finest() if place.code in part.codes]


def home_and_touched(points: np.ndarray, level: list[Place] | None = None) -> tuple[list[str], list[str]]:
    """Codes of the area that holds most of the points (n, 2) with those above it, and of all areas that hold any."""
    areas = finest() if level is None else level
    tree = shapely.STRtree([area.shape for area in areas])
    where, which = tree.query(shapely.points(points), predicate="intersects")
    one_each = {int(point): int(area) for point, area in zip(where, which, strict=True)}
    held = Counter(areas[area].code for area in one_each.values())
    if not held:
        return [], []
    by_key = {area.code: area for area in areas}
    # A tie is settled the same way each time: by the lowest code.
    most = min(held, key=lambda code: (-held[code], code))
    touched = dict.fromkeys(code for key in sorted(held) for code in by_key[key].codes)
    return by_key[most].codes, list(touched)


def _place(row: Area) -> Place:
    shape = shapely.from_wkb(bytes(row.outline))
    return Place(row.code, row.name, row.level, shape, dict(row.within), row.inhabitants)
