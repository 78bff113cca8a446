"""The register of addresses and buildings (BAG), as PDOK's GeoPackage "BAG light" or as CSV.

BAG light has the layers `verblijfsobject` (points), `standplaats` and `ligplaats` (planes); each row carries its main
address: `nummeraanduiding_hoofdadres_identificatie`, `openbare_ruimte_naam`, `huisnummer`, `huisletter`, `toevoeging`,
`postcode`. It covers the country, so only what lies in the municipality's box is read, a part at a time.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import shapely
from django.utils import timezone
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
    "status": ("status", "nummeraanduidingstatus", "verblijfsobjectstatus"),
    "valid_from": ("begindatum", "begin_geldigheid", "begingeldigheid", "valid_from"),
    "valid_to": ("einddatum", "eind_geldigheid", "eindgeldigheid", "valid_to"),
}  # fmt: skip
_GONE = ("ingetrokken", "niet gerealiseerd", "ten onrechte opgevoerd", "buiten gebruik")
_PART = 200_000

_MOST_KEPT = 1000

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was not taken over: where it stands, which column, what was found, what was expected."""

    where: str
    column: str
    value: str
    expected: str

    def __str__(self) -> str:
        return f"{self.where}, {self.column}: found {self.value!r}, expected {self.expected}"


@dataclass
class BadRows:
    """What was not taken over; of a file full of it the first thousand, and how many in all."""

    first: list[BadRow] = field(default_factory=list)
    count: int = 0
    numbers: list[str] = field(default_factory=list)
    """Their number designations: that a row cannot be read does not end an address."""

    def add(self, rows: list[BadRow]) -> None:
        """Keep some, count all."""
        self.first += rows[: _MOST_KEPT - len(self.first)]
        self.count += len(rows)


def read_bag(path: Path, box: Box, crs: int = 28992, bad: BadRows | None = None) -> Iterator[pl.DataFrame]:
    """Addresses within a box (west, south, east, north in EPSG `crs`), in parts, with the columns of an address.

    Rows with `gone` are withdrawn: of them only the number designation and the last day count. A row that cannot be read
    goes to `bad`. Raises FileError for a file in another layout.
    """
    bad = BadRows() if bad is None else bad
    if path.suffix.lower() == ".csv":
        yield from _read_csv(path, box, crs, bad)
    else:
        yield from _read_geopackage(path, box, bad)


def _read_geopackage(path: Path, box: Box, bad: BadRows) -> Iterator[pl.DataFrame]:
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
            frame = frame.rename({**_COLUMNS, "gebruiksdoel": "use"}, strict=False)
            where = pl.format(f"{layer}, row {{}}", pl.int_range(start + 1, start + 1 + pl.len()))
            yield _tidy(frame.with_columns(where.alias("where")), bad)
            start += len(geometries)
            if len(geometries) < _PART:
                break


def _read_csv(path: Path, box: Box, crs: int, bad: BadRows) -> Iterator[pl.DataFrame]:
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
    frame = frame.with_columns(pl.format("row {}", pl.int_range(2, 2 + pl.len())).alias("where"))
    written = pl.concat_str(needed[2:], separator=", ", ignore_nulls=True).alias("place")
    number = {key: pl.col(key).str.replace(",", ".", literal=True).cast(pl.Float64, strict=False) for key in needed[2:]}
    frame = frame.with_columns(written, **number)
    if not planar:
        transform = Transformer.from_crs(4326, crs, always_xy=True)
        x, y = transform.transform(frame["lon"].to_numpy(), frame["lat"].to_numpy())
        frame = frame.with_columns(pl.Series("x", x), pl.Series("y", y)).drop("lon", "lat")
    outside = ~(pl.col("x").is_between(box[0], box[2]) & pl.col("y").is_between(box[1], box[3]))
    yield _tidy(frame, bad).filter(pl.col("gone") | ~outside)


def _gone() -> pl.Expr:
    """Withdrawn, by its status or since its last day has been."""
    said = pl.col("status").cast(pl.String).str.to_lowercase().str.contains_any(list(_GONE)).fill_null(value=False)
    return said | (pl.col("valid_to") <= timezone.localdate()).fill_null(value=False)


def _tidy(frame: pl.DataFrame, bad: BadRows) -> pl.DataFrame:
    """The columns of an address: texts without spaces around, sixteen digits, whole numbers; `gone` for a withdrawn one."""
    texts = ("postcode", "street", "town", "letter", "addition", "use")
    missing = [pl.lit("").alias(name) for name in (*texts, "status", "place") if name not in frame.columns]
    empty = [pl.lit(None, dtype=pl.String).alias(name) for name in ("valid_from", "valid_to") if name not in frame.columns]
    raw = frame.with_columns(*missing, *empty)
    tidy = raw.select(
        "where",
        pl.col("number_id").cast(pl.String).fill_null("").str.strip_chars().str.zfill(16),
        pl.col("postcode").cast(pl.String).fill_null("").str.to_uppercase().str.replace_all(r"\s", ""),
        *(pl.col(name).cast(pl.String).fill_null("").str.strip_chars() for name in texts[1:]),
        pl.col("number").cast(pl.Float64, strict=False),
        pl.col("x").cast(pl.Float64).fill_nan(None),
        pl.col("y").cast(pl.Float64).fill_nan(None),
        *(_day(name).alias(name) for name in ("valid_from", "valid_to")),
        "status",
    ).with_columns(_gone().alias("gone"))
    for column, right, expected in _checks():
        wrong = ~right.fill_null(value=False)
        if column not in ("number_id", "valid_to"):
            wrong &= ~pl.col("gone")
        marked = tidy.select(wrong).to_series()
        if column in ("valid_from", "valid_to"):
            marked &= raw[column].cast(pl.String).fill_null("").str.strip_chars() != ""
        if marked.any():
            values = raw["place" if column == "x" else column].cast(pl.String).fill_null("").filter(marked).to_list()
            places = tidy["where"].filter(marked).to_list()
            called = _SAID.get(column, column)
            bad.add([BadRow(place, called, value, expected) for place, value in zip(places, values, strict=True)])
            bad.numbers += tidy["number_id"].filter(marked).to_list()
            raw, tidy = raw.filter(~marked), tidy.filter(~marked)
    return tidy.with_columns(pl.col("number").cast(pl.Int64)).drop("where", "status")


def _day(name: str) -> pl.Expr:
    """A date as BAG (20260501, 2026-05-01, with or without a time) or a spreadsheet (01-05-2026) writes it."""
    text = pl.col(name).cast(pl.String).str.strip_chars()
    return pl.coalesce(
        *(text.str.slice(0, length).str.to_date(pattern, strict=False)
          for pattern, length in (("%Y-%m-%d", 10), ("%d-%m-%Y", 10), ("%Y%m%d", 8)))
    )  # fmt: skip


_SAID = {
    "number_id": "nummeraanduiding", "number": "huisnummer", "letter": "huisletter", "addition": "toevoeging",
    "street": "straat", "town": "woonplaats", "x": "place", "valid_from": "begindatum", "valid_to": "einddatum",
}  # fmt: skip


def _checks() -> list[tuple[str, pl.Expr, str]]:
    """What must be true of a row: column, condition, what is expected there."""
    number = pl.col("number")
    return [
        ("number_id", pl.col("number_id").str.contains(r"^\d{16}$") & (pl.col("number_id") != "0" * 16), "up to 16 digits"),
        ("valid_to", pl.col("valid_to").is_not_null(), "a date such as 2026-05-01, or nothing"),
        ("valid_from", pl.col("valid_from").is_not_null(), "a date such as 2026-05-01, or nothing"),
        ("number", number.is_between(1, 99_999) & (number == number.round()), "a whole number from 1 to 99999"),
        ("letter", pl.col("letter").str.contains(r"^[A-Za-z]?$"), "one letter, or nothing"),
        ("addition", pl.col("addition").str.len_chars() <= 10, "at most 10 characters"),
        ("street", pl.col("street").str.len_chars() <= 100, "at most 100 characters"),
        ("town", pl.col("town").str.len_chars() <= 80, "at most 80 characters"),
        ("use", pl.col("use").str.len_chars() <= 200, "at most 200 characters"),
        ("postcode", pl.col("postcode").str.contains(r"^([1-9]\d{3}[A-Z]{2})?$"), "four digits and two letters, or nothing"),
        ("x", pl.col("x").is_finite() & pl.col("y").is_finite(), "two numbers"),
    ]
