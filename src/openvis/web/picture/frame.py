"""The city as the picture needs it: areas with their keys, grids, kinds and sources; made once, then only read."""

import hashlib
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from openvis.analysis.grid import Grid
from openvis.profile import Kind, Profile, Text
from openvis.store.questions import TILE

SMALLEST_CELL, LARGEST_CELL = 50, 500
CELL_SIZES = range(SMALLEST_CELL, LARGEST_CELL + 1, TILE)
NEAR_A_NAMED_PLACE = 300.0
"""Metres within which a hot place takes the name of a station or square."""


@dataclass(frozen=True)
class PictureArea:
    """An area as last drawn. keys: its numbers in the record, one for each division it was part of."""

    code: str
    name: str
    level: str
    keys: tuple[int, ...]
    within: dict[str, str]
    inhabitants: int | None
    dwellings: int | None
    geometry: BaseGeometry


@dataclass(frozen=True)
class PictureSource:
    """A source of incidents or counts, by its number in the store."""

    number: int
    key: str
    name: Text
    kind_of_data: str
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Streets:
    """Where the addresses are, for naming a place after the street most of them lie in."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    street: NDArray[np.int64]
    names: tuple[str, ...]

    def within(self, west: float, south: float, east: float, north: float) -> str | None:
        """The street with most addresses in a box, the first by name among equals."""
        first, last = np.searchsorted(self.x, [west, east])
        inside = (self.y[first:last] >= south) & (self.y[first:last] < north)
        if not inside.any():
            return None
        return self.names[int(np.argmax(np.bincount(self.street[first:last][inside])))]


class Frame:
    """One profile with the areas and sources of this installation."""

    def __init__(
        self,
        profile: Profile,
        areas: Iterable[PictureArea],
        sources: Iterable[PictureSource],
        streets: Streets | None = None,
    ) -> None:
        self.profile = profile
        self.areas = {area.code: area for area in sorted(areas, key=lambda area: area.code)}
        self.sources = tuple(sources)
        self.streets = streets
        self._grids: dict[tuple[int, str | None], Grid] = {}
        self._places: dict[int, NDArray[np.int64]] = {}
        self._making = threading.Lock()

    # Kinds, levels, sources

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """Kinds that can be incidents, by id: all but totals."""
        return {kind.id: kind for kind in self.profile.kinds if not kind.total}

    @cached_property
    def kind_of_number(self) -> dict[int, Kind]:
        """Kinds by their number in the store."""
        return {kind.number: kind for kind in self.profile.kinds}

    @cached_property
    def usual_kinds(self) -> tuple[str, ...]:
        """What the picture starts with: the kinds that sources of incidents give (all, when none says so)."""
        given = set().union(*(source.kinds for source in self.sources if source.kind_of_data == "incidents"))
        return tuple(key for key in self.kinds if key in given) or tuple(self.kinds)

    @property
    def levels(self) -> list[str]:
        """Ids of the levels, from coarse to fine."""
        return [level.id for level in self.profile.levels]

    @property
    def finest(self) -> str:
        """The level incidents are placed in."""
        return self.levels[-1]

    @property
    def usual_level(self) -> str:
        """The level the areas are shown on when nobody asks for another: the finest but one."""
        return self.levels[max(0, len(self.levels) - 2)]

    # Areas

    def areas_of(self, level: str) -> list[PictureArea]:
        """The areas of a level, by code."""
        return [area for area in self.areas.values() if area.level == level]

    def finest_in(self, code: str) -> list[PictureArea]:
        """The areas of the finest level that make up an area."""
        area = self.areas[code]
        if area.level == self.finest:
            return [area]
        return [part for part in self.areas_of(self.finest) if part.within.get(area.level) == code]

    def keys_in(self, codes: Iterable[str]) -> tuple[int, ...]:
        """Keys of the finest level inside any of some areas; codes that do not exist hold nothing."""
        parts = [part for code in codes if code in self.areas for part in self.finest_in(code)]
        return tuple(sorted({key for part in parts for key in part.keys}))

    @cached_property
    def _code_of_key(self) -> dict[int, str]:
        return {key: area.code for area in self.areas_of(self.finest) for key in area.keys}

    def code_of(self, key: int) -> str | None:
        """Code on the finest level for a key in the store."""
        return self._code_of_key.get(key)

    @cached_property
    def outline(self) -> BaseGeometry:
        """The municipality: all areas of the finest level joined, in metres."""
        return shapely.union_all([area.geometry for area in self.areas_of(self.finest)])

    # Grids

    def grid(self, cell: int, area: str | None = None) -> Grid:
        """The grid over the city with cells of some metres; with an area, only the cells that touch it take part."""
        with self._making:
            return self._grid(cell, area)

    def _grid(self, cell: int, area: str | None) -> Grid:
        if (cell, None) not in self._grids:
            self._grids[cell, None] = Grid.covering(self.outline, float(cell))
        whole = self._grids[cell, None]
        if area is None:
            return whole
        if (cell, area) not in self._grids:
            flat = np.flatnonzero(whole.mask)
            part = shapely.union_all([item.geometry for item in self.finest_in(area)])
            shapely.prepare(part)
            mask = np.zeros(whole.nx * whole.ny, dtype=np.bool_)
            mask[flat] = shapely.intersects(part, whole.polygons(flat))
            self._grids[cell, area] = replace(whole, mask=mask.reshape(whole.shape))
        return self._grids[cell, area]

    @cached_property
    def version(self) -> str:
        """Changes when areas or grids do; part of the addresses of what browsers may keep."""
        print_ = hashlib.sha256()
        for area in self.areas.values():
            print_.update(f"{area.code}|{area.name}|{area.level}|".encode() + shapely.to_wkb(area.geometry))
        return print_.hexdigest()[:12]

    def finest_at(self, cell: int) -> NDArray[np.int64]:
        """(ny * nx,) position in `areas_of(finest)` of the area at (or nearest to) each cell's centre."""
        with self._making:
            if cell not in self._places:
                x, y = self._grid(cell, None).centres()
                tree = shapely.STRtree([area.geometry for area in self.areas_of(self.finest)])
                nearest = tree.query_nearest(shapely.points(x.ravel(), y.ravel()), all_matches=False)
                self._places[cell] = nearest[1]
            return self._places[cell]

    # Names and places on earth

    @property
    def crs(self) -> str:
        """The plane of the city, as map programs name it."""
        return f"EPSG:{self.profile.municipality.crs}"

    @cached_property
    def to_earth(self) -> Transformer:
        """From metres to longitude and latitude."""
        return Transformer.from_crs(self.profile.municipality.crs, 4326, always_xy=True)

    @cached_property
    def from_earth(self) -> Transformer:
        """From longitude and latitude to metres."""
        return Transformer.from_crs(4326, self.profile.municipality.crs, always_xy=True)

    @cached_property
    def _named(self) -> tuple[NDArray[np.float64], list[Text]]:
        places = self.profile.places
        x, y = self.from_earth.transform([place.lon for place in places], [place.lat for place in places])
        return np.column_stack([x, y]).reshape(-1, 2), [place.name for place in places]

    def name_near(self, x: float, y: float, cell: float, language: str | None) -> str | None:
        """A station or square nearby, else the street of most addresses in the cell around; None when neither."""
        points, names = self._named
        if names:
            far = np.hypot(points[:, 0] - x, points[:, 1] - y)
            nearest = int(np.argmin(far))
            if far[nearest] <= NEAR_A_NAMED_PLACE:
                return names[nearest].get(language)
        half = cell / 2.0
        return self.streets.within(x - half, y - half, x + half, y + half) if self.streets else None
