"""Reads a CSV or Parquet file into columns, whatever its delimiter and encoding."""

import gzip
import io
from pathlib import Path

import polars as pl

from openvis.cli.analyse.wrong import WrongInput

DELIMITERS = (",", ";", "\t", "|")
CSV_ENDINGS = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
ROW = "__row__"


def read(path: Path, where: str | None = None) -> tuple[pl.DataFrame, int]:
    """All rows (or those that `where`, an SQL condition, holds for) and how many the file has; row numbers in ROW."""
    if path.name.lower().endswith(".parquet"):
        frame = _parquet(path)
    elif path.name.lower().endswith(CSV_ENDINGS):
        frame = _csv(path)
    else:
        raise WrongInput(f"{path.name}: unknown kind of file; expected .csv, .tsv, .txt (also .gz) or .parquet")
    rows = frame.height
    if rows == 0:
        raise WrongInput(f"{path.name} has no rows; expected at least one event")
    frame = frame.with_row_index(ROW, offset=1)
    return (frame if where is None else _chosen(frame, where)), rows


def _parquet(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path)
    except pl.exceptions.PolarsError as error:
        raise WrongInput(f"{path.name} cannot be read as Parquet: {_first_line(error)}") from error


def _csv(path: Path) -> pl.DataFrame:
    content = path.read_bytes()
    if content[:2] == b"\x1f\x8b":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError) as error:
            raise WrongInput(f"{path.name} is a damaged gzip file: {error}") from error
    content = _utf8(content)
    heading = content.split(b"\n", 1)[0].decode("utf-8", "replace")
    delimiter = max(DELIMITERS, key=heading.count)
    if not heading.strip():
        raise WrongInput(f"{path.name} has no heading in its first line; expected names of columns")
    try:
        return _parse(content, delimiter)
    except pl.exceptions.PolarsError as error:
        raise WrongInput(f"{path.name} cannot be read as CSV: {_first_line(error)}") from error


def _utf8(content: bytes) -> bytes:
    """UTF-8, or UTF-16 after its mark, or else what Windows writes in Western Europe."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16").encode()
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace").encode()
    return content.removeprefix(b"\xef\xbb\xbf")


def _parse(content: bytes, delimiter: str) -> pl.DataFrame:
    try:
        return pl.read_csv(io.BytesIO(content), separator=delimiter, infer_schema_length=10_000)
    except pl.exceptions.PolarsError:
        # A value further on does not fit the type guessed from the first rows: keep everything as text.
        return pl.read_csv(io.BytesIO(content), separator=delimiter, infer_schema=False)


def _chosen(frame: pl.DataFrame, where: str) -> pl.DataFrame:
    try:
        chosen = frame.filter(pl.sql_expr(where))
    except (pl.exceptions.PolarsError, ValueError, TypeError) as error:
        columns = ", ".join(name for name in frame.columns if name != ROW)
        raise WrongInput(
            f"--where {where!r} cannot be used: {_first_line(error)}; expected a condition such as "
            f"\"kind = 'BURGLARY'\" on the columns {columns}"
        ) from error
    if chosen.height == 0:
        raise WrongInput(f"--where {where!r} holds for none of the {frame.height:,} rows; expected at least one")
    return chosen


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]
