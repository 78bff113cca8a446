"""Reads a CSV or Parquet file into columns, whatever its delimiter and encoding."""

import gzip
import hashlib
import io
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from openvis.cli.analyse.wrong import WrongInput

Bools = npt.NDArray[np.bool_]

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
    return (frame if where is None else chosen(frame, where)), rows


def sha256(path: Path) -> str:
    """Hash of the file, for run.json."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def described(path: Path, rows: int, used: int) -> dict[str, object]:
    """What was read, as plain values for run.json; for tables that are no incidents."""
    return {"sha256": sha256(path), "rows": rows, "used": used}


def blank(column: pl.Series) -> pl.Series:
    """True where a cell is empty or holds spaces only."""
    if column.dtype == pl.String:
        return column.is_null() | (column.str.strip_chars() == "").fill_null(True)
    return column.is_null()


def floats(column: pl.Series) -> npt.NDArray[np.float64]:
    """Float64, NaN where it is no number; a decimal comma is read as such."""
    if column.dtype == pl.String:
        column = column.str.strip_chars().str.replace(",", ".", literal=True)
    return column.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()


def named(frame: pl.DataFrame, column: str, option: str) -> pl.Series:
    """The column that `option` (as typed: "--count") names; refuses a name the file does not have."""
    if column == ROW or column not in frame.columns:
        present = ", ".join(name for name in frame.columns if name != ROW)
        raise WrongInput(f"{option} is {column!r}; expected one of the columns {present}")
    return frame[column]


def numbers(frame: pl.DataFrame, column: str, option: str, least: float | None = None) -> npt.NDArray[np.float64]:
    """As `named`, every row a finite number (of at least `least`); the refusal names row, value and what is expected."""
    series = named(frame, column, option)
    values = floats(series)
    wrong = ~np.isfinite(values) if least is None else ~(np.isfinite(values) & (values >= least))
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        expected = "a number" if least is None else f"a number of at least {least:g}"
        raise WrongInput(
            f"row {frame[ROW][first]}: {column} is {series[first]!r} ({int(wrong.sum()):,} such rows); expected {expected}"
        )
    return values


def texts(frame: pl.DataFrame, column: str, option: str) -> list[str]:
    """As `named`, every row a text that is not empty."""
    series = named(frame, column, option)
    empty = blank(series)
    if empty.any():
        raise WrongInput(
            f"row {frame[ROW][int(empty.arg_max() or 0)]}: {column} is empty; expected a value in every row"
        )
    return series.cast(pl.String).str.strip_chars().to_list()


def refuse(wrong: Bools, reason: str, usable: Bools, account: dict[str, int]) -> None:
    """Take rows out of the usable ones and count them under the reason; a row counts under its first reason."""
    newly = wrong & usable
    if newly.any():
        account[reason] = account.get(reason, 0) + int(newly.sum())
        usable &= ~wrong


def refuse_all(path: Path, usable: Bools, account: dict[str, int]) -> None:
    """Refuse a file of which no row can be used, with the reasons."""
    if not usable.any():
        reasons = "; ".join(f"{count:,} {reason}" for reason, count in account.items())
        raise WrongInput(f"{path.name}: none of {usable.size:,} rows can be used ({reasons})")


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


def chosen(frame: pl.DataFrame, where: str) -> pl.DataFrame:
    """The rows that an SQL condition holds for; refuses when it cannot be used, or holds for none."""
    try:
        found = frame.filter(pl.sql_expr(where))
    except (pl.exceptions.PolarsError, ValueError, TypeError) as error:
        columns = ", ".join(name for name in frame.columns if name != ROW)
        raise WrongInput(
            f"--where {where!r} cannot be used: {_first_line(error)}; expected a condition such as "
            f"\"kind = 'BURGLARY'\" on the columns {columns}"
        ) from error
    if found.height == 0:
        raise WrongInput(f"--where {where!r} holds for none of the {frame.height:,} rows; expected at least one")
    return found


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]
