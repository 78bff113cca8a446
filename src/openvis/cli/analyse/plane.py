"""Puts coordinates on a flat plane in metres, and results back on the globe."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from openvis.cli.analyse.wrong import WrongInput

WGS84 = "EPSG:4326"
RD_NEW = "EPSG:28992"
NETHERLANDS = (3.2, 50.72, 7.25, 53.6)
RD_BOX = (0.0, 300_000.0, 300_000.0, 640_000.0)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Plane:
    """The coordinate system of the file, the projected one the method works in, and metres per unit of that."""

    source: str
    name: str
    metres: float

    def project(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Coordinates of the file to metres; not finite where the projection is not defined."""
        east, north = _transformer(self.source, self.name).transform(x, y)
        return np.asarray(east) * self.metres, np.asarray(north) * self.metres

    def to_globe(self, geometry: BaseGeometry) -> BaseGeometry:
        """Geometry in metres to longitude and latitude (WGS84), to a decimetre."""
        back = _transformer(self.name, WGS84)

        def degrees(points: Floats) -> Any:
            east, north = points[:, 0] / self.metres, points[:, 1] / self.metres
            return np.round(np.column_stack(back.transform(east, north)), 6)

        return shapely.transform(geometry, degrees)

    def lon_lat(self, x: Any, y: Any) -> Floats:
        """(n, 2) longitude and latitude of points in metres."""
        return np.asarray(shapely.get_coordinates(self.to_globe(shapely.points(x, y))))

    def from_globe(self, geometry: BaseGeometry) -> BaseGeometry:
        """Geometry in longitude and latitude to metres."""
        there = _transformer(WGS84, self.name)
        return shapely.transform(
            geometry, lambda points: np.column_stack(there.transform(points[:, 0], points[:, 1])) * self.metres
        )


def plane_of(x: Floats, y: Floats, crs: str | None) -> Plane:
    """The plane for these coordinates: RD New inside the Netherlands, else the UTM zone; a projected system stays.

    Without `crs`: degrees when all fit, RD New when all fit that; otherwise it must be said.
    """
    source = crs or _guessed(x, y)
    try:
        system = pyproj.CRS.from_user_input(source)
    except pyproj.exceptions.CRSError as error:
        raise WrongInput(f"--crs is {source!r}; expected a code such as EPSG:4326 or EPSG:28992") from error
    if system.is_projected:
        return Plane(source, source, float(system.axis_info[0].unit_conversion_factor))
    if not system.is_geographic:
        raise WrongInput(f"--crs {source!r} is neither geographic nor projected; expected a code such as EPSG:4326")
    if (np.abs(x) > 180).any() or (np.abs(y) > 90).any():
        raise WrongInput(
            f"coordinates run to x {np.abs(x).max():g}, y {np.abs(y).max():g}, which are no degrees; "
            "expected --crs with their system (or x and y the other way round)"
        )
    lon, lat = float(np.median(x)), float(np.median(y))
    west, south, east, north = NETHERLANDS
    if west <= lon <= east and south <= lat <= north:
        return Plane(source, RD_NEW, 1.0)
    zone = min(int((lon + 180.0) // 6.0) + 1, 60)
    return Plane(source, f"EPSG:{(32600 if lat >= 0 else 32700) + zone}", 1.0)


def _guessed(x: Floats, y: Floats) -> str:
    if (np.abs(x) <= 180).all() and (np.abs(y) <= 90).all():
        return WGS84
    west, south, east, north = RD_BOX
    if ((x >= west) & (x <= east) & (y >= south) & (y <= north)).mean() > 0.5:
        return RD_NEW
    raise WrongInput(
        f"coordinates such as x {x[0]:g}, y {y[0]:g} fit neither degrees nor RD New; expected --crs with their system"
    )


@cache
def _transformer(source: str, target: str) -> pyproj.Transformer:
    """Made once: looking up the way between two systems takes longer than a million points."""
    return pyproj.Transformer.from_crs(source, target, always_xy=True)
