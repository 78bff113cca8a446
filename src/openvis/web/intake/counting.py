"""From the columns of a file to counts per area, kind and period: a long table, or a wide one with a column a period.

In a wide table every cell is a row read: each is judged, counted and rejected on its own.
"""

import polars as pl

from openvis.profile import Source, parse_period
from openvis.profile.sources import CountColumns

from .columns import mapped
from .mapping import Mapped, kind_numbers, refuse_doubles, rejected_rows
from .placing import Ground
from .problems import Problems
from .reading import Sheet

UNITS = {1: "month", 3: "quarter", 12: "year"}
WITHHELD = ["", ".", "-", "x", "geheim", "onbekend"]
"""How publishers write a number they do not give. That is not zero."""
_PERIOD, _VALUE = "\x00period", "\x00value"


def map_counts(sheet: Sheet, source: Source, on: Ground) -> Mapped:
    """Turn a table into counts."""
    columns = source.counts
    assert columns is not None, "a source of counts has counts"  # noqa: S101 -- the profile checks it
    long = _unpivoted(sheet, columns) if columns.wide else sheet
    frame = long.frame
    problems = Problems(frame.height)
    area = _areas(frame, columns, on, problems)
    kind = kind_numbers(frame, columns.kind, problems)
    column = columns.period or columns.area.column
    period, unit = _periods(frame[columns.period or _PERIOD], column, problems)
    value = _values(frame[columns.value or _VALUE], columns.value or "", frame, problems)
    table = pl.DataFrame({"area_id": area, "kind": kind, "period": period, "unit": unit, "value": value})
    texts = table.select(pl.concat_str("area_id", "kind", "period", "unit", separator="|")).to_series()
    refuse_doubles(texts, long.rows, column, "count_double", problems)
    return Mapped(table.filter(problems.good()), rejected_rows(long, problems, mapped(source)), long.read, 0)


def _unpivoted(sheet: Sheet, columns: CountColumns) -> Sheet:
    """One row a cell; the columns of the file stay beside it, for when it is rejected."""
    parts = [
        sheet.frame.with_columns(pl.lit(period).alias(_PERIOD), pl.col(name).alias(_VALUE))
        for name, period in columns.wide.items()
    ]
    rows = pl.concat([sheet.rows] * len(parts))
    return Sheet(pl.concat(parts), rows, sheet.misfits, sheet.kind, sheet.encoding, sheet.delimiter)


def _areas(frame: pl.DataFrame, columns: CountColumns, on: Ground, problems: Problems) -> pl.Series:
    text = frame[columns.area.column].str.strip_chars()
    known = on.by_key.get((columns.area.level, columns.area.by), {})
    keys = text.unique().drop_nulls().to_list()
    ids = {key: known[key.casefold()].id for key in keys if key.casefold() in known}
    area = text.replace_strict(list(ids), list(ids.values()), default=None, return_dtype=pl.Int64)
    problems.add(area.is_null(), "area_unknown", columns.area.column, text, level=columns.area.level)
    return area.alias("area_id")


def _periods(text: pl.Series, column: str, problems: Problems) -> tuple[pl.Series, pl.Series]:
    starts, units = {}, {}
    for written in text.unique().drop_nulls().to_list():
        try:
            period = parse_period(written)
        except ValueError:
            continue
        starts[written], units[written] = period.start, UNITS[period.months]
    start = text.replace_strict(list(starts), list(starts.values()), default=None, return_dtype=pl.Date)
    unit = text.replace_strict(list(units), list(units.values()), default=None, return_dtype=pl.String)
    problems.add(start.is_null(), "period_unreadable", column, text)
    return start, unit


def _values(text: pl.Series, column: str, frame: pl.DataFrame, problems: Problems) -> pl.Series:
    tidy = text.str.strip_chars().str.replace(r"[.,]0+$", "").str.replace_all(r"\s", "")
    value = tidy.cast(pl.Int32, strict=False)
    withheld = text.is_null() | tidy.str.to_lowercase().is_in(WITHHELD)
    wrong = ~withheld & (value.is_null() | (value < 0))
    if column:
        problems.add(wrong, "count_unreadable", column, text)
    else:
        for period in frame[_PERIOD].unique().to_list():
            problems.add(wrong & (frame[_PERIOD] == period), "count_unreadable", period, text)
    return value.set(withheld, None)
