"""Where: points that stand for addresses, drawn along made-up streets inside the areas of the profile."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from openvis.cli.city.recipe import Recipe
from openvis.profile import AreaData, Profile

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DWELLINGS_A_POINT = 4
STREET_M = 120.0
POINTS_A_STREET = 20
EDGE_M = 5.0
"""Points keep this far from the border of their area, so that rounding does not move them across."""


@dataclass(frozen=True)
class Places:
    """Points by area, and the weight of each area for each base."""

    areas: list[AreaData]
    x: Floats
    y: Floats
    weight: Floats
    """Of a point within its area: some addresses attract more than others."""
    start: Ints
    """(areas + 1,) where the points of an area begin."""
    bases: dict[str, Floats]
    """Base → (areas,) probability."""
    centres: Floats
    """(centres, 3): x, y, probability."""

    def draw(self, base: str, at_centres: float, n: int, rng: np.random.Generator) -> tuple[Floats, Floats, Ints]:
        """x, y and area of n incidents; those around a centre are found an area by their point."""
        areas = rng.choice(len(self.areas), size=n, p=self.bases[base])
        x, y = self._points(areas, rng)
        central = np.flatnonzero(rng.random(n) < at_centres) if len(self.centres) else np.zeros(0, np.int64)
        which = rng.choice(len(self.centres), size=central.size, p=self.centres[:, 2]) if central.size else central
        return self.around(x, y, areas, central, self.centres[which, 0], self.centres[which, 1], 110.0, rng)

    def around(
        self, x: Floats, y: Floats, areas: Ints, which: Ints, at_x: Floats, at_y: Floats, spread: float,
        rng: np.random.Generator,
    ) -> tuple[Floats, Floats, Ints]:  # fmt: skip
        """Move the incidents `which` to points around (at_x, at_y); one that would leave the city stays."""
        new_x = at_x + rng.normal(0.0, spread, which.size)
        new_y = at_y + rng.normal(0.0, spread, which.size)
        found = self.locate(new_x, new_y)
        inside = found >= 0
        x, y, areas = x.copy(), y.copy(), areas.copy()
        x[which[inside]], y[which[inside]], areas[which[inside]] = new_x[inside], new_y[inside], found[inside]
        return x, y, areas

    def locate(self, x: Floats, y: Floats) -> Ints:
        """Area of each point; -1 outside, and close to a border."""
        found = np.full(x.size, -1, dtype=np.int64)
        inner = [shapely.buffer(area.geometry, -EDGE_M) for area in self.areas]
        points, areas = shapely.STRtree(inner).query(shapely.points(x, y), predicate="within")
        found[points] = areas
        return found

    def _points(self, areas: Ints, rng: np.random.Generator) -> tuple[Floats, Floats]:
        chosen = np.zeros(areas.size, dtype=np.int64)
        for area in np.unique(areas):
            rows = np.flatnonzero(areas == area)
            first, last = self.start[area], self.start[area + 1]
            chance = self.weight[first:last] / self.weight[first:last].sum()
            chosen[rows] = first + rng.choice(last - first, size=rows.size, p=chance)
        return self.x[chosen] + rng.normal(0, 1.0, areas.size), self.y[chosen] + rng.normal(0, 1.0, areas.size)


def lay_out(profile: Profile, recipe: Recipe, rng: np.random.Generator) -> Places:
    """Streets, points and weights for the areas that hold incidents."""
    areas = profile.areas_of(profile.finest.id)
    points = [_streets(area, rng) for area in areas]
    sizes = np.array([len(part) for part in points])
    x, y = np.concatenate(points).T
    risk = np.exp(rng.normal(0.0, 0.45, len(areas)))
    return Places(
        areas=areas,
        x=x,
        y=y,
        weight=np.exp(rng.normal(0.0, 0.8, x.size)),
        start=np.concatenate([[0], np.cumsum(sizes)]),
        bases={
            "dwellings": _shares(np.array([area.dwellings or 0 for area in areas]) * risk),
            "inhabitants": _shares(np.array([area.inhabitants or 0 for area in areas]) * risk),
            "business": _shares(_business(areas) * risk),
        },
        centres=_centres(profile, recipe),
    )


def point_of(profile: Profile, place: str) -> tuple[float, float]:
    """A named place, or a point inside an area, in the profile's plane, in metres."""
    named = next((item for item in profile.places if item.id == place), None)
    if named is None:
        area = next(item for item in profile.areas_of(profile.finest.id) if item.code == place)
        inside = area.geometry.representative_point()
        return float(inside.x), float(inside.y)
    x, y = Transformer.from_crs(4326, profile.municipality.crs, always_xy=True).transform(named.lon, named.lat)
    return float(x), float(y)


def _streets(area: AreaData, rng: np.random.Generator) -> Floats:
    """(points, 2) along straight streets of some 120 m, all well inside the area."""
    inner = shapely.buffer(area.geometry, -EDGE_M)
    if inner.is_empty:
        return np.array([area.geometry.representative_point().coords[0]])
    wanted = int(np.clip((area.dwellings or 0) // DWELLINGS_A_POINT, 8, 600))
    streets = -(-wanted // POINTS_A_STREET)
    left, bottom, right, top = inner.bounds
    kept: list[Floats] = []
    for _ in range(50):
        middle = rng.uniform((left, bottom), (right, top), (4 * streets, 2))
        middle = middle[shapely.contains_xy(inner, middle[:, 0], middle[:, 1])][:streets]
        angle = rng.choice([0.2, 1.77], len(middle)) + rng.normal(0, 0.1, len(middle))
        along = rng.uniform(-STREET_M / 2, STREET_M / 2, (len(middle), POINTS_A_STREET))
        across = rng.choice([-8.0, 8.0], along.shape)
        x = middle[:, :1] + along * np.cos(angle)[:, None] - across * np.sin(angle)[:, None]
        y = middle[:, 1:] + along * np.sin(angle)[:, None] + across * np.cos(angle)[:, None]
        points = np.column_stack([x.ravel(), y.ravel()])
        kept.append(points[shapely.contains_xy(inner, points[:, 0], points[:, 1])])
        if sum(map(len, kept)) >= wanted:
            break
    found = np.concatenate(kept)[:wanted]
    return found if len(found) else np.array([inner.representative_point().coords[0]])


def _business(areas: list[AreaData]) -> Floats:
    """Hectares (at most 100) of areas where hardly anyone lives, and a little everywhere."""
    land = np.minimum(np.array([area.land_ha or area.geometry.area / 1e4 for area in areas]), 100.0)
    quiet = np.array([(area.inhabitants or 0) < 200 for area in areas])
    return np.asarray(np.where(quiet, land, 0.1 * land))


def _shares(weights: Floats) -> Floats:
    total = float(weights.sum())
    return np.asarray(weights / total if total > 0 else np.full(weights.size, 1.0 / weights.size))


def _centres(profile: Profile, recipe: Recipe) -> Floats:
    rows = [(*point_of(profile, place), weight) for place, weight in recipe.centres.items()]
    centres = np.array(rows, dtype=np.float64).reshape(-1, 3)
    if len(centres):
        centres[:, 2] = _shares(centres[:, 2])
    return centres
