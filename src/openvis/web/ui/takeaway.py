"""A result to take along: a table that may have shapes and a drawing, in every format that fits it.

CSV and XLSX for a spreadsheet, GeoJSON and GeoPackage for a map program, PNG and SVG for a report. What one needs to
understand it later (selection, moment, method, the finding in a sentence) goes along in all but CSV, which programs
read and which has no room for it.
"""

import datetime as dt
import json
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.http import HttpResponse
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from .charts import chart_png, chart_svg
from .downloads import FORMATS, table_response

TABLES = tuple(FORMATS)
SHAPES = {"geojson": "application/geo+json", "gpkg": "application/geopackage+sqlite3"}
PICTURES = {"png": "image/png", "svg": "image/svg+xml"}
NAMES = {"csv": "CSV", "xlsx": "XLSX", "geojson": "GeoJSON", "gpkg": "GeoPackage", "png": "PNG", "svg": "SVG"}
"""All formats, in the order of a menu."""
DECIMALS = 6
"""Of a degree, in GeoJSON."""
EXPLANATION = "explanation"
"""Layer of a GeoPackage that holds the notes."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its name in a map program (short, ASCII) and its title above a table."""

    name: str
    title: str


@dataclass(frozen=True)
class Parcel:
    """One result. rows: as many values as columns each; shapes: one a row, in metres of `crs`."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    notes: Sequence[tuple[str, Any]] = field(default=())
    shapes: Sequence[shapely.Geometry] | None = None
    crs: str = ""
    to_earth: Callable[[Any, Any], tuple[Any, Any]] | None = None
    """From metres to longitude and latitude."""
    drawing: Callable[[], Any] | None = None
    """Makes the chart."""


def parcel_response(parcel: Parcel, kind: str) -> HttpResponse:
    """The parcel as a download in one of `NAMES`. Raises ValueError for a format that does not fit it."""
    if kind in TABLES:
        titles = [column.title for column in parcel.columns]
        return table_response(parcel.name, titles, parcel.rows, kind, notes=parcel.notes)
    if kind in SHAPES and parcel.shapes is not None:
        body = as_geojson(parcel) if kind == "geojson" else as_geopackage(parcel)
        return _attached(body, f"{parcel.name}.{kind}", SHAPES[kind])
    if kind in PICTURES and parcel.drawing is not None:
        chart = parcel.drawing()
        body = chart_svg(chart).encode() if kind == "svg" else chart_png(chart)
        return _attached(body, f"{parcel.name}.{kind}", PICTURES[kind])
    raise ValueError(f"format: {kind!r} does not fit {parcel.name}")


def _attached(body: bytes, name: str, media: str) -> HttpResponse:
    response = HttpResponse(body, content_type=media)
    file = re.sub(r"[^A-Za-z0-9._-]+", "-", name)
    response["Content-Disposition"] = f'attachment; filename="{file}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def as_geojson(parcel: Parcel) -> bytes:
    """RFC 7946: longitude and latitude; the notes stand beside the features."""
    features = []
    for shape, row in zip(parcel.shapes or (), parcel.rows, strict=True):
        properties = {column.name: _json(value) for column, value in zip(parcel.columns, row, strict=True)}
        features.append({"type": "Feature", "properties": properties, "geometry": on_earth(parcel, shape)})
    notes = {str(what): _json(value) for what, value in parcel.notes}
    collection = {"type": "FeatureCollection", "name": parcel.name, EXPLANATION: notes, "features": features}
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()


def on_earth(parcel: Parcel, shape: shapely.Geometry) -> Any:
    """A shape as a GeoJSON geometry: degrees, outer rings against the clock."""
    to_earth = parcel.to_earth
    if to_earth is not None:
        shape = shapely.transform(shape, lambda xy: np.column_stack(to_earth(xy[:, 0], xy[:, 1])))
    shape = shapely.orient_polygons(shape)
    return json.loads(shapely.to_geojson(shapely.transform(shape, lambda xy: np.round(xy, DECIMALS))))


def as_geopackage(parcel: Parcel) -> bytes:
    """A layer with the rows in the city's own plane, and a table without shapes that holds the notes."""
    import pyogrio

    shapes = parcel.shapes or ()
    layer = re.sub(r"[^a-z0-9]+", "_", parcel.name.lower()).strip("_")
    columns = list(zip(*parcel.rows, strict=True)) or [()] * len(parcel.columns)
    notes = [(str(what), _text(value)) for what, value in parcel.notes]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "parcel.gpkg"
        pyogrio.raw.write(
            file,
            shapely.to_wkb(np.array(shapes, dtype=object)),
            [_column(values) for values in columns],
            [column.name for column in parcel.columns],
            layer=layer,
            driver="GPKG",
            geometry_type=_geometry_type(shapes),
            promote_to_multi=True,
            crs=parcel.crs,
            layer_metadata=dict(notes) or None,
        )
        texts = [np.array([note[side] for note in notes], dtype=object) for side in (0, 1)]
        pyogrio.raw.write(
            file, None, texts, [_("subject"), _("value")], layer=EXPLANATION, driver="GPKG", append=True,
            geometry_type=None,
        )  # fmt: skip
        return file.read_bytes()


def _geometry_type(shapes: Sequence[shapely.Geometry]) -> str:
    """The type of the layer; a layer without rows holds polygons."""
    kinds = {shape.geom_type.removeprefix("Multi") for shape in shapes} or {"Polygon"}
    return f"Multi{kinds.pop()}" if len(kinds) == 1 else "Unknown"


def _column(values: Sequence[Any]) -> NDArray[Any]:
    """Values as an array of one kind; nothing stays nothing."""
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, bool) for value in known) and len(known) == len(values):
        return np.array(values, dtype=np.bool_)
    if known and all(isinstance(value, int | float) and not isinstance(value, bool) for value in known):
        whole = len(known) == len(values) and all(isinstance(value, int) for value in known)
        return np.array([np.nan if value is None else value for value in values], np.int64 if whole else np.float64)
    if known and all(type(value) is dt.date for value in known):
        return np.array(values, dtype="datetime64[D]")
    return np.array([None if value is None else _text(value) for value in values], dtype=object)


def _json(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float) else _text(value)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)
