"""A file becomes a table of texts: every value as it was written, with the number of its row in the file.

CSV, XLSX, Parquet and (Geo)JSON all come out the same, so that mapping knows one shape. Nothing is dropped but empty
rows: a row that does not fit the columns comes out as a misfit.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import fastexcel
import numpy as np
import polars as pl
import pyarrow.parquet as pq

from openvis.profile.sources import Format

from . import sniffing
from .words import Refusal

csv.field_size_limit(1024 * 1024)


@dataclass(frozen=True, slots=True)
class Misfit:
    """A row that does not fit the columns."""

    row: int
    reason: str
    facts: dict[str, Any]
    values: list[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of texts. `rows` holds the number of each row in the file, as a spreadsheet counts."""

    frame: pl.DataFrame
    rows: pl.Series
    misfits: list[Misfit] = field(default_factory=list)
    kind: str = "csv"
    encoding: str = ""
    delimiter: str = ""

    @property
    def read(self) -> int:
        """Rows in the file, those that do not fit included."""
        return self.frame.height + len(self.misfits)


def read(data: bytes, style: Format | None = None) -> Sheet:
    """Read a file. Raises Refusal, each cause with its own sentence."""
    style = style or Format()
    kind = sniffing.kind_of_file(data)
    sheet = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet, "json": _json}[kind](data, style)
    if not sheet.read:
        raise Refusal("no_rows")
    return sheet


def _sheet(frame: pl.DataFrame, first: int, **facts: Any) -> Sheet:
    """Without the empty rows, which every spreadsheet has."""
    rows = pl.Series("row", np.arange(first, first + frame.height, dtype=np.int32))
    filled = frame.select(pl.any_horizontal(pl.all().is_not_null())).to_series() if frame.width else rows > 0
    if not filled.all():
        frame, rows = frame.filter(filled), rows.filter(filled)
    return Sheet(frame, rows, **facts)


def _header(names: list[str], row: int) -> list[str]:
    names = [str(name or "").strip() for name in names]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise Refusal("header_empty", row=row, position=1)
    if (len(set(names)) < len(names) or "" in names) and looks_like_values(names):
        raise Refusal("header_missing", row=row, found=", ".join(name for name in names[:4]))
    seen: set[str] = set()
    for position, name in enumerate(names, 1):
        if not name:
            raise Refusal("header_empty", row=row, position=position)
        if name in seen:
            raise Refusal("header_double", column=name)
        seen.add(name)
    return names


def looks_like_values(names: list[str]) -> bool:
    """Whether a row that should hold names holds values: most of what is filled has a digit in it."""
    filled = [name for name in names if name]
    return sum(any(character.isdigit() for character in name) for name in filled) * 2 > len(filled)


# CSV


def _csv(data: bytes, style: Format) -> Sheet:
    text, encoding = sniffing.as_utf8(data, style.encoding)
    if b"\x00" in text:
        raise Refusal("unknown_type")
    delimiter = sniffing.delimiter_of(text) if style.delimiter == "auto" else style.delimiter
    top = sniffing.head(text, delimiter, style.header_row)
    if len(top) < style.header_row:
        raise Refusal("empty")
    width = len(top[-1])
    names = _header(top[-1], style.header_row)
    spare = width - len(names)
    columns = names + [f"\x00{number}" for number in range(spare)]
    body = text[_end_of_rows(text, delimiter, style.header_row) :]
    del text
    if not body.strip():
        raise Refusal("no_rows")
    misfits: list[Misfit] = []
    rows: np.ndarray | None = None
    if not _even(body, delimiter, width):
        body, rows, misfits = _without_misfits(body, delimiter, width, style.header_row + 1)
    frame = pl.read_csv(
        body,
        has_header=False,
        separator=delimiter,
        schema=dict.fromkeys(columns, pl.String),
        truncate_ragged_lines=True,
    )
    frame = frame.select(names)
    sheet = _sheet(frame, style.header_row + 1, kind="csv", encoding=encoding, delimiter=delimiter)
    if rows is None:
        return sheet
    kept = pl.Series("row", rows.astype(np.int32))
    if len(kept) != frame.height:
        raise Refusal("damaged", found="CSV", detail="a quotation mark is not closed")
    filled = frame.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    return Sheet(sheet.frame, kept.filter(filled), misfits, "csv", encoding, delimiter)


def _end_of_rows(text: bytes, delimiter: str, rows: int) -> int:
    """Where the header ends: rows, not lines, because a name may hold a line break."""
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter)
    for _ in range(rows):
        next(reader)
    return lines.position


class _Lines:
    """The lines of a text one by one, remembering where they end in bytes."""

    def __init__(self, text: bytes) -> None:
        self.text, self.position = text, 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.position >= len(self.text):
            raise StopIteration
        end = self.text.find(b"\n", self.position) + 1 or len(self.text)
        line = self.text[self.position : end].decode()
        self.position = end
        return line


def _even(body: bytes, delimiter: str, width: int) -> bool:
    """Whether every line holds the same number of separators as the header; quoted ones make it look closer."""
    array = np.frombuffer(body, dtype=np.uint8)
    step = 16 * 1024 * 1024
    carried = 0
    for start in range(0, len(array), step):
        part = array[start : start + step]
        marks = np.flatnonzero((part == ord(delimiter)) | (part == 10))
        ends = np.flatnonzero(part[marks] == 10)
        if not len(ends):
            carried += len(marks)
            continue
        counts = np.diff(ends, prepend=-1) - 1
        counts[0] += carried
        carried = len(marks) - ends[-1] - 1
        if np.any(counts != width - 1):
            return False
    return carried in (0, width - 1)


def _without_misfits(body: bytes, delimiter: str, width: int, first: int) -> tuple[bytes, np.ndarray, list[Misfit]]:
    """The text without the rows that do not fit, the numbers of the rows that stay, and the misfits."""
    lines = _Lines(body)
    misfits: list[Misfit] = []
    rows: list[int] = []
    pieces: list[bytes] = []
    kept_from = number = 0
    before = 0
    try:
        for values in csv.reader(lines, delimiter=delimiter):
            end = lines.position
            fits = len(values) == width
            if fits:
                rows.append(first + number)
            else:
                pieces.append(body[kept_from:before])
                kept_from = end
                if any(value.strip() for value in values):
                    reason = "too_many_values" if len(values) > width else "too_few_values"
                    facts = {"found": len(values), "expected": width}
                    misfits.append(Misfit(first + number, reason, facts, values))
            number, before = number + 1, end
    except csv.Error as error:
        raise Refusal("damaged", found="CSV", detail=error) from error
    pieces.append(body[kept_from:])
    return b"".join(pieces), np.array(rows, dtype=np.int32), misfits


# XLSX


def _xlsx(data: bytes, style: Format) -> Sheet:
    try:
        book = fastexcel.read_excel(data)
    except fastexcel.FastExcelError as error:
        raise Refusal("damaged", found="XLSX", detail=error) from error
    if not book.sheet_names:
        raise Refusal("empty")
    if style.sheet is not None and style.sheet not in book.sheet_names:
        raise Refusal("sheet", sheet=style.sheet, sheets=", ".join(book.sheet_names))
    try:
        # Without a header: fastexcel would skip empty first rows and rename double names.
        table = book.load_sheet(style.sheet or 0, header_row=None, skip_rows=0, dtypes="string").to_polars()
    except fastexcel.FastExcelError as error:
        raise Refusal("damaged", found="XLSX", detail=error) from error
    if table.height < style.header_row:
        raise Refusal("empty")
    first = [str(value or "") for value in table.row(style.header_row - 1)]
    names = _header(first, style.header_row)
    frame = table.slice(style.header_row).select(table.columns[: len(names)])
    frame.columns = names
    frame = frame.with_columns(pl.all().replace("", None))
    return _sheet(frame, style.header_row + 1, kind="xlsx")


# Parquet


def _parquet(data: bytes, style: Format) -> Sheet:
    try:
        file = pq.ParquetFile(io.BytesIO(data))
        groups = range(file.metadata.num_row_groups)
        size = sum(file.metadata.row_group(number).total_byte_size for number in groups)
        sniffing.refuse_bomb(max(size, file.metadata.num_rows * file.metadata.num_columns), len(data))
        frame = pl.read_parquet(io.BytesIO(data))
    except Refusal:
        raise
    except Exception as error:
        raise Refusal("damaged", found="Parquet", detail=str(error).splitlines()[0][:200]) from error
    _header(frame.columns, 1)
    for name, kind in frame.schema.items():
        if kind.is_nested():
            raise Refusal("column_nested", column=name)
    texts = [_as_text(pl.col(name), kind).alias(name) for name, kind in frame.schema.items()]
    return _sheet(frame.select(texts), 2, kind="parquet")


def _as_text(column: pl.Expr, kind: pl.DataType) -> pl.Expr:
    if isinstance(kind, pl.Datetime):
        return column.dt.to_string("%Y-%m-%dT%H:%M:%S%:z" if kind.time_zone else "%Y-%m-%dT%H:%M:%S")
    if kind.is_float():
        whole = (column == column.round(0)) & (column.abs() < 1e15)
        return (
            pl.when(whole).then(column.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(column.cast(pl.String))
        )
    return column.cast(pl.String, strict=False).str.replace_all("\x00", "", literal=True).replace("", None)


# JSON: GeoJSON, a list of objects, or one object a line


def _json(data: bytes, style: Format) -> Sheet:
    text, encoding = sniffing.as_utf8(data, style.encoding)
    items = rows_of_json(text)
    if not items:
        raise Refusal("no_rows")
    misfits: list[Misfit] = []
    rows: list[int] = []
    columns: dict[str, list[str | None]] = {}
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict):
            misfits.append(Misfit(number, "not_an_object", {"value": str(item)[:80]}, [str(item)[:1000]]))
            continue
        for name, value in {_clean(name): value for name, value in item.items()}.items():
            filled = columns.setdefault(name, [])
            filled.extend([None] * (len(rows) - len(filled)))
            filled.append(_plain(value))
        rows.append(number)
    for filled in columns.values():
        filled.extend([None] * (len(rows) - len(filled)))
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return Sheet(frame, pl.Series("row", rows, dtype=pl.Int32), misfits, "json", encoding)


def rows_of_json(text: bytes) -> list[Any]:
    """The objects of a FeatureCollection (a point becomes geometry_x and geometry_y), of a list, or of lines."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        lines = text.splitlines()
        if len([line for line in lines if line.strip()]) < 2 or text.lstrip()[:1] == b"[":
            raise Refusal("rows_invalid", row=getattr(error, "lineno", 1), detail=error) from error
        return [_line(line, number) for number, line in enumerate(lines, 1) if line.strip()]
    if isinstance(whole, list):
        return whole
    if isinstance(whole, dict) and isinstance(whole.get("features"), list):
        return [_feature(item) for item in whole["features"]]
    if isinstance(whole, dict) and whole.get("type") not in ("FeatureCollection", "Feature", "Topology"):
        return [whole]
    raise Refusal("not_features")


def _line(line: bytes, number: int) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Refusal("rows_invalid", row=number, detail=error) from error


def _feature(item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    values = dict(item.get("properties") or {})
    if "id" in item:
        values.setdefault("id", item["id"])
    geometry = item.get("geometry")
    if isinstance(geometry, dict) and geometry.get("type") == "Point":
        point = geometry.get("coordinates")
        if isinstance(point, list) and len(point) >= 2:
            values["geometry_x"], values["geometry_y"] = point[0], point[1]
    values.setdefault("geometry_x", None)
    values.setdefault("geometry_y", None)
    return values


def _plain(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return _clean(json.dumps(value, ensure_ascii=False))
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return _clean(str(value)) or None


def _clean(text: str) -> str:
    """Without zero bytes and halves of characters, which JSON can hold and a database cannot."""
    return text.replace("\x00", "").encode(errors="replace").decode()


def without_apostrophes(sheet: Sheet) -> Sheet:
    """Undo what makes a download safe for spreadsheets (an apostrophe before =, +, -, @), when it comes back."""
    texts = pl.all().str.replace(r"^'([=+\-@\t\r])", "$1").str.replace_all(r"\|", "|", literal=True)
    return replace(sheet, frame=sheet.frame.with_columns(texts))
