"""Reads a study area from GeoJSON."""

import json
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from openvis.cli.analyse.wrong import WrongInput


def read_area(path: Path) -> BaseGeometry:
    """All surfaces of a GeoJSON file joined, longitude and latitude; refuses a file without any."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        shapes = [shape(part) for part in _geometries(content)]
    except (ValueError, TypeError, KeyError, AttributeError, shapely.errors.ShapelyError) as error:
        raise WrongInput(f"{path.name} cannot be read as GeoJSON: {error}") from error
    area = shapely.union_all([shapely.make_valid(part) for part in shapes if part.area > 0])
    if area.is_empty:
        raise WrongInput(f"{path.name} holds no surface; expected a polygon in longitude and latitude")
    west, south, east, north = area.bounds
    if min(west, south) < -180 or east > 180 or north > 90:
        raise WrongInput(f"{path.name} runs from {west:g}, {south:g} to {east:g}, {north:g}; expected degrees (WGS84)")
    return area


def _geometries(content: dict[str, Any]) -> list[dict[str, Any]]:
    if content["type"] == "FeatureCollection":
        return [feature["geometry"] for feature in content["features"] if feature["geometry"]]
    return [content["geometry"] if content["type"] == "Feature" else content]
