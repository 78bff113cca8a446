"""The register of addresses and buildings (BAG), as PDOK's GeoPackage "BAG light" or as CSV.

BAG light has the layers `verblijfsobject` (points), `standplaats` and `ligplaats` (planes); each row carries its main
address: `nummeraanduiding_hoofdadres_identificatie`, `openbare_ruimte_naam`, `huisnummer`, `huisletter`, `toevoeging`,
`postcode`. It covers the country, so only what lies in the municipality's box is read, a part at a time.
"""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import shapely
from pyproj import Transformer

from . import FileError
from .layers import layer_names, read_layer, require

LAYERS = ("verblijfsobject", "standplaats", "ligplaats")
_COLUMNS = {
    "nummeraanduiding_hoofdadres_identificatie": "number_id",
    "postcode": "postcode",
    "openbare_ruimte_naam": "street",
    "woonplaats_naam": "town",
    "huisnummer": "number",
    "huisletter": "letter",
    "toevoeging": "addition",
}
_CSV_NAMES = {
    "number_id": ("nummeraanduiding_hoofdadres_identificatie", "nummeraanduiding_identificatie", "nummeraanduiding",
                  "nummer_id", "identificatie"),
    "postcode": ("postcode",),
    "street": ("openbare_ruimte_naam", "openbareruimte", "openbareruimtenaam", "straat", "straatnaam"),
    "town": ("woonplaats_naam", "woonplaats", "woonplaatsnaam", "plaats"),
    "number": ("huisnummer",),
    "letter": ("huisletter",),
    "addition": ("toevoeging", "huisnummertoevoeging"),
    "use": ("gebruiksdoel", "verblijfsobjectgebruiksdoel"),
    "x": ("x", "x_rd", "rd_x"),
    "y": ("y", "y_rd", "rd_y"),
    "lon": ("lon", "longitude"),
    "lat": ("lat", "latitude"),
}  # fmt: skip
_GONE = ("ingetrokken", "niet gerealiseerd", "ten onrechte opgevoerd", "buiten gebruik")
_PART = 200_000

Box = tuple[float, float, float, float]


def read_bag(path: Path, box: Box, crs: int = 28992) -> Iterator[pl.DataFrame]:
    """Addresses within a box (west, south, east, north in EPSG `crs`), in parts, with the columns of an address.

    Raises FileError for a file in another layout.
    """
    if path.suffix.lower() == ".csv":
        yield from _read_csv(path, box, crs)
    else:
        yield from _read_geopackage(path, box)


def _read_geopackage(path: Path, box: Box) -> Iterator[pl.DataFrame]:
    present = [layer for layer in LAYERS if layer in layer_names(path)]
    if not present:
        raise FileError(f"{path.name}: has the layers {', '.join(layer_names(path))}, expected {', '.join(LAYERS)}")
    for layer in present:
        columns = require(path, layer, [name for name in _COLUMNS if name != "woonplaats_naam"])
        extra = [name for name in ("status", "gebruiksdoel") if name in columns]
        taken = [name for name in _COLUMNS if name in columns]
        start = 0
        while True:
            values, geometries = read_layer(path, layer, [*taken, *extra], bbox=box, part=(start, _PART))
            if not len(geometries):
                break
            centres = shapely.centroid(geometries)
            frame = pl.DataFrame({name: pl.Series(list(array), strict=False) for name, array in values.items()})
            frame = frame.with_columns(pl.Series("x", shapely.get_x(centres)), pl.Series("y", shapely.get_y(centres)))
            yield _tidy(frame.rename({**_COLUMNS, "gebruiksdoel": "use"}, strict=False))
            start += len(geometries)
            if len(geometries) < _PART:
                break


def _read_csv(path: Path, box: Box, crs: int) -> Iterator[pl.DataFrame]:
    try:
        head = path.read_bytes()[:65536].decode("utf-8-sig", errors="replace").split("\n", 1)[0]
        separator = max(";,\t|", key=head.count)
        frame = pl.read_csv(path, separator=separator, infer_schema=False, encoding="utf8-lossy")
    except FileNotFoundError:
        raise FileError(f"{path.name}: not found, expected a CSV file") from None
    except pl.exceptions.PolarsError as error:
        raise FileError(f"{path.name}: cannot be read as CSV ({str(error).splitlines()[0]})") from None
    names = {name.strip().lower().lstrip("\ufeff"): name for name in frame.columns}
    found = {key: next((names[n] for n in options if n in names), None) for key, options in _CSV_NAMES.items()}
    planar = bool(found["x"] and found["y"])
    needed = ["number_id", "number", *(["x", "y"] if planar else ["lon", "lat"])]
    absent = [_CSV_NAMES[key][0] for key in needed if found[key] is None]
    if absent:
        raise FileError(f"{path.name}: no column {', '.join(absent)} (found {', '.join(frame.columns[:20])})")
    frame = frame.select(pl.col(column).alias(key) for key, column in found.items() if column is not None)
    number = {key: pl.col(key).str.replace(",", ".", literal=True).cast(pl.Float64, strict=False) for key in needed[2:]}
    frame = frame.with_columns(**number)
    if not planar:
        transform = Transformer.from_crs(4326, crs, always_xy=True)
        x, y = transform.transform(frame["lon"].to_numpy(), frame["lat"].to_numpy())
        frame = frame.with_columns(pl.Series("x", x), pl.Series("y", y)).drop("lon", "lat")
    inside = pl.col("x").is_between(box[0], box[2]) & pl.col("y").is_between(box[1], box[3])
    yield _tidy(frame.filter(inside))


def _tidy(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of an address: texts without spaces around, sixteen digits, no withdrawn objects."""
    if "status" in frame.columns:
        gone = pl.col("status").cast(pl.String).str.to_lowercase().str.contains_any(list(_GONE)).fill_null(value=False)
        frame = frame.filter(~gone)
    texts = ("postcode", "street", "town", "letter", "addition", "use")
    missing = [pl.lit("").alias(name) for name in texts if name not in frame.columns]
    frame = frame.with_columns(*missing)
    return frame.select(
        pl.col("number_id").cast(pl.String).str.strip_chars().str.zfill(16),
        pl.col("postcode").cast(pl.String).fill_null("").str.to_uppercase().str.replace_all(r"\s", ""),
        *(pl.col(name).cast(pl.String).fill_null("").str.strip_chars() for name in texts[1:]),
        pl.col("number").cast(pl.Int64, strict=False),
        pl.col("x").cast(pl.Float64),
        pl.col("y").cast(pl.Float64),
    ).filter(pl.col("number").is_not_null() & pl.col("x").is_not_null() & pl.col("number_id").str.contains(r"^\d{16}$"))
