"""Reading layers of a GeoPackage with pyogrio, with answers a person can use."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyogrio
import shapely
from pyogrio.errors import DataSourceError

from . import FileError

Objects = npt.NDArray[np.object_]


def layer_names(path: Path) -> list[str]:
    """The layers of a file. Raises FileError when it cannot be read as a GeoPackage."""
    if not path.is_file():
        raise FileError(f"{path.name}: not found, expected a GeoPackage")
    try:
        return [str(name) for name, _ in pyogrio.list_layers(path)]
    except DataSourceError:
        raise FileError(f"{path.name}: cannot be opened, expected a GeoPackage (.gpkg)") from None


def layer_columns(path: Path, layer: str) -> list[str]:
    """The columns of a layer."""
    return [str(name) for name in pyogrio.read_info(path, layer=layer)["fields"]]


def require(path: Path, layer: str, needed: Sequence[str]) -> list[str]:
    """The columns of a layer; raises FileError when the layer or a needed column is absent."""
    layers = layer_names(path)
    if layer not in layers:
        raise FileError(f"{path.name}: has the layers {', '.join(layers) or 'none'}, expected a layer {layer}")
    columns = layer_columns(path, layer)
    absent = [name for name in needed if name not in columns]
    if absent:
        raise FileError(f"{path.name}, layer {layer}: no column {', '.join(absent)} (found {', '.join(columns[:20])})")
    return columns


def read_layer(
    path: Path,
    layer: str,
    columns: Sequence[str],
    where: str | None = None,
    bbox: tuple[float, float, float, float] | None = None,
    part: tuple[int, int] | None = None,
) -> tuple[dict[str, Objects], Objects]:
    """Columns as arrays of objects (None where empty) and the geometries; `part` is (rows to skip, most rows)."""
    skip, most = part or (0, None)
    meta, _, geometry, fields = pyogrio.raw.read(
        path, layer=layer, columns=list(columns), where=where, bbox=bbox, skip_features=skip, max_features=most
    )
    values = {str(name): _objects(array) for name, array in zip(meta["fields"], fields, strict=True)}
    return values, shapely.from_wkb(geometry)


def _objects(array: npt.NDArray[np.generic]) -> Objects:
    values = array.astype(object)
    if array.dtype.kind == "f":
        values[np.isnan(array.astype(np.float64))] = None
    return values
