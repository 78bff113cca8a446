"""GeoJSON and CSV of a profile, with the line of every feature.

Coordinates are WGS84 (longitude, latitude), as the standard says, or in the system that an old-style `crs` member
names; they come out in the profile's plane coordinates.
"""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from openvis.profile.documents import Problems

_FEATURE = re.compile(r'"type"\s*:\s*"Feature"')


@dataclass(frozen=True)
class Feature:
    """Properties and geometry (None for a row of a table), with the line in the file."""

    properties: dict[str, Any]
    geometry: BaseGeometry | None
    line: int


def read_features(path: Path, crs: int, problems: Problems) -> Iterator[Feature]:
    """The features of a GeoJSON file or the rows of a CSV file, geometry in EPSG `crs`."""
    if path.suffix == ".csv":
        yield from _read_csv(path, problems)
        return
    collection = read_collection(path, problems)
    if collection is None:
        return
    transform = _transformer(collection, crs, path, problems)
    if transform is None:
        return
    text = path.read_text(encoding="utf-8")
    starts = [text.count("\n", 0, match.start()) + 1 for match in _FEATURE.finditer(text)]
    for number, feature in enumerate(collection["features"]):
        line = starts[number] if number < len(starts) else 1
        geometry = _geometry(feature, line, path, problems)
        if geometry is not None:
            geometry = shapely.transform(geometry, lambda points: np.column_stack(transform.transform(*points.T)))
        yield Feature(feature.get("properties") or {}, geometry, line)


def read_collection(path: Path, problems: Problems) -> dict[str, Any] | None:
    """A FeatureCollection as it stands in the file; None, with the problem noted, when it is not one."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problems.add(path, 1, "file", "not found, expected a GeoJSON file")
    except UnicodeDecodeError as error:
        problems.add(path, 1, "file", f"byte {error.start} is not UTF-8, expected a text file in UTF-8")
    except json.JSONDecodeError as error:
        problems.add(path, error.lineno, "JSON", f"{error.msg}, expected valid JSON")
    else:
        if (
            isinstance(data, dict)
            and data.get("type") == "FeatureCollection"
            and isinstance(data.get("features"), list)
        ):
            return data
        problems.add(path, 1, "type", "no FeatureCollection, expected GeoJSON with features")
    return None


def _geometry(feature: dict[str, Any], line: int, path: Path, problems: Problems) -> BaseGeometry | None:
    raw = feature.get("geometry")
    if raw is None:
        return None
    try:
        geometry: BaseGeometry = shape(raw)
    except (ValueError, TypeError, KeyError, AttributeError, shapely.errors.ShapelyError):
        problems.add(path, line, "geometry", "cannot be read, expected a GeoJSON geometry")
        return None
    if geometry.geom_type not in ("Polygon", "MultiPolygon") or geometry.is_empty:
        problems.add(path, line, "geometry", f"found {geometry.geom_type}, expected a Polygon or MultiPolygon")
        return None
    if not geometry.is_valid:
        reason = shapely.is_valid_reason(geometry)
        problems.add(path, line, "geometry", f"not valid ({reason}), expected a polygon that does not cross itself")
        return None
    return geometry


def _transformer(collection: dict[str, Any], crs: int, path: Path, problems: Problems) -> Transformer | None:
    named = ((collection.get("crs") or {}).get("properties") or {}).get("name", "EPSG:4326")
    try:
        return Transformer.from_crs(CRS.from_user_input(named), CRS.from_epsg(crs), always_xy=True)
    except CRSError:
        problems.add(path, 1, "crs", f"found {named!r}, expected a coordinate system such as EPSG:28992")
        return None


def _read_csv(path: Path, problems: Problems) -> Iterator[Feature]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        problems.add(path, 1, "file", "not found, expected a CSV file")
        return
    except UnicodeDecodeError as error:
        problems.add(path, 1, "file", f"byte {error.start} is not UTF-8, expected a text file in UTF-8")
        return
    reader = csv.DictReader(text.splitlines())
    columns = len(reader.fieldnames or [])
    for row in reader:
        if None in row or None in row.values():
            problems.add(path, reader.line_num, "row", f"not {columns} values, expected one for every column")
            continue
        yield Feature({key: value.strip() for key, value in row.items()}, None, reader.line_num)
