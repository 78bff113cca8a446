"""From the columns of a file to incidents, in one pass over columns, as the source describes them.

Every row comes out once: as an incident, or as a rejected row with all its reasons.
"""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from openvis.profile import Source
from openvis.profile.sources import AttemptColumn, IncidentColumns, KindColumn
from openvis.web import city
from openvis.web.access import sealing

from .columns import mapped
from .moments import Moments, read_moments
from .placing import Ground, read_place
from .problems import Problem, Problems
from .reading import Sheet

REFERENCE_LENGTH = 100
_MOST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that cannot be taken in: its number in the file, every reason, and what it held in the mapped columns."""

    row: int
    problems: list[Problem]
    values: dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a file comes to: `frame` has the columns of the record, one row a valid row."""

    frame: pl.DataFrame
    rejected: list[RejectedRow]
    read: int
    unplaced: int


def map_incidents(sheet: Sheet, source: Source, on: Ground, now: datetime, label: str) -> Mapped:
    """Turn a table into incidents. `label` begins the references of rows that have none of their own."""
    columns = source.columns
    assert columns is not None, "a source of incidents has columns"  # noqa: S101 -- the profile checks it
    frame = sheet.frame
    problems = Problems(frame.height)
    zone = city.profile().municipality.timezone
    kind, by_kind = _kinds(frame, columns.kind, problems)
    attempt = by_kind if columns.attempt is None else _attempts(frame, columns.attempt, by_kind, problems)
    begin, until = _period(frame, columns, zone, now, problems)
    reported = _reported(frame, columns, zone, now, problems)
    place = read_place(frame, columns.place, source.format.decimal, on, problems)
    data = {
        "reference": _references(frame, columns, sheet.rows, label, problems),
        "kind": kind,
        "attempt": attempt,
        "begin": begin,
        "until": until,
        "reported": reported,
        **{name: place[name] for name in place.columns},
        "text": _texts(frame, columns, source.id),
    }
    table = pl.DataFrame(data)
    rejected = rejected_rows(sheet, problems, mapped(source))
    if problems.by_row:
        table = table.filter(problems.good())
    unplaced = int(table["x"].null_count())
    return Mapped(table, rejected, sheet.read, unplaced)


def rejected_rows(sheet: Sheet, problems: Problems, kept: list[str]) -> list[RejectedRow]:
    """The rejected rows in the order of the file, with the columns the source reads and no others."""
    found = []
    for misfit in sheet.misfits:
        names = sheet.frame.columns
        values = {name: value for name, value in zip(names, misfit.values, strict=False) if name in kept}
        problem = Problem(misfit.reason, "", str(misfit.facts.get("value", "")), misfit.facts)
        found.append(RejectedRow(misfit.row, [problem], values))
    places = [place for place, _ in problems]
    kept = [name for name in kept if name in sheet.frame.columns]
    held = sheet.frame.select(kept)[places].rows(named=True) if places else []
    numbers = sheet.rows.gather(places).to_list() if places else []
    for (_, reasons), number, values in zip(problems, numbers, held, strict=True):
        found.append(RejectedRow(number, reasons, values))
    return sorted(found, key=lambda item: item.row)


# Kind and attempt


def _kinds(frame: pl.DataFrame, columns: KindColumn, problems: Problems) -> tuple[pl.Series, pl.Series]:
    """Number of the kind, and whether the kind itself says that it was an attempt."""
    numbers = {kind.id: kind.number for kind in city.profile().kinds}
    default = numbers[columns.default] if columns.default else None
    if columns.column is None:
        kind = pl.Series("kind", [default], dtype=pl.Int16).new_from_index(0, frame.height)
        return kind, pl.Series("attempt", [None], dtype=pl.Boolean).new_from_index(0, frame.height)
    text = frame[columns.column].str.strip_chars()
    table = {key.strip().casefold(): entry for key, entry in columns.map.items()}
    found = {value: table.get(value.casefold()) for value in text.unique().drop_nulls().to_list()}
    known = {value: numbers[entry.kind] for value, entry in found.items() if entry}
    attempts = {value: entry.attempt for value, entry in found.items() if entry and entry.attempt is not None}
    kind = _looked_up(text, known, pl.Int16, default)
    absent = text.is_null() | (text == "")
    problems.add(kind.is_null() & absent, "kind_missing", columns.column, text)
    problems.add(kind.is_null() & ~absent, "kind_unknown", columns.column, text, expected=_some(list(columns.map)))
    return kind, _looked_up(text, attempts, pl.Boolean, None)


def kind_numbers(frame: pl.DataFrame, columns: KindColumn, problems: Problems) -> pl.Series:
    """Number of the kind of every row."""
    return _kinds(frame, columns, problems)[0]


def _attempts(frame: pl.DataFrame, columns: AttemptColumn, by_kind: pl.Series, problems: Problems) -> pl.Series:
    text = frame[columns.column].str.strip_chars()
    text = text.set(text == "", None)
    yes = {value.strip().casefold() for value in columns.true}
    no = {value.strip().casefold() for value in columns.false}
    values = text.unique().drop_nulls().to_list()
    said = {value: value.casefold() in yes for value in values if value.casefold() in yes | no or not no}
    attempt = _looked_up(text, said, pl.Boolean, None)
    expected = _some([*columns.true, *columns.false])
    problems.add(text.is_not_null() & attempt.is_null(), "attempt_unknown", columns.column, text, expected=expected)
    if not no:
        attempt = attempt.set(text.is_null(), False)
    return pl.select(pl.coalesce(attempt, by_kind)).to_series()


def _looked_up(text: pl.Series, table: dict[str, object], kind: type[pl.DataType], default: object) -> pl.Series:
    if not table:
        return pl.Series([default], dtype=kind).new_from_index(0, text.len())
    return text.replace_strict(list(table), list(table.values()), default=default, return_dtype=kind)


def _some(values: list[str]) -> str:
    shown = ", ".join(values[:_MOST_SHOWN])
    return f"{shown}, …" if len(values) > _MOST_SHOWN else shown


# Times


def _period(
    frame: pl.DataFrame, columns: IncidentColumns, zone: str, now: datetime, problems: Problems
) -> tuple[pl.Series, pl.Series]:
    """From when to when it can have happened. Without an end: the moment itself, or its day."""
    begin = read_moments(frame, columns.begin, zone, now, problems)
    problems.add(~begin.given, "moment_missing", begin.column, begin.text)
    if columns.end is None:
        return begin.since, begin.until
    end = read_moments(frame, columns.end, zone, now, problems)
    before = (end.until < begin.since) | ((end.since == end.until) & (end.since < begin.since))
    problems.add(before, "end_before_begin", end.column, end.text, begin=begin.text)
    until = pl.select(pl.when(end.given).then(end.until).otherwise(begin.until)).to_series()
    return begin.since, until


def _reported(frame: pl.DataFrame, columns: IncidentColumns, zone: str, now: datetime, problems: Problems) -> pl.Series:
    if columns.reported is None:
        return pl.Series([None], dtype=pl.Datetime("us", "UTC")).new_from_index(0, frame.height)
    reported: Moments = read_moments(frame, columns.reported, zone, now, problems)
    return reported.until


# Reference and text


def _references(
    frame: pl.DataFrame, columns: IncidentColumns, rows: pl.Series, label: str, problems: Problems
) -> pl.Series:
    if columns.reference is None:
        return pl.select(pl.concat_str(pl.lit(f"{label}-"), rows.cast(pl.String))).to_series()
    text = frame[columns.reference].str.strip_chars()
    missing = text.is_null() | (text == "")
    problems.add(missing, "reference_missing", columns.reference, text)
    problems.add(text.str.len_chars() > REFERENCE_LENGTH, "reference_long", columns.reference, text.str.slice(0, 20))
    _doubles(text.set(missing, None), rows, columns.reference, "reference_double", problems)
    return text


def _doubles(keys: pl.Series, rows: pl.Series, column: str, reason: str, problems: Problems) -> None:
    """All but the first of equal keys, wrong rows included: which one is right is not ours to guess."""
    again = ~keys.is_first_distinct() & keys.is_not_null()
    if not again.any():
        return
    table = pl.DataFrame({"key": keys, "row": rows})
    first = table.unique("key", keep="first", maintain_order=True)
    first_row = table.join(first, on="key", how="left", maintain_order="left")["row_right"]
    problems.add(again, reason, column, keys, first=first_row)


refuse_doubles = _doubles


def _texts(frame: pl.DataFrame, columns: IncidentColumns, source: str) -> pl.Series:
    """Free text, sealed, of the columns for which the source gives a reason; none otherwise."""
    kept = [text.column for text in columns.free_text if text.keep]
    if not kept:
        return pl.Series([None], dtype=pl.Binary).new_from_index(0, frame.height)
    joined = pl.select(pl.concat_str([frame[name] for name in kept], separator="\n", ignore_nulls=True)).to_series()
    context = text_context(source)
    sealed = [sealing.seal(value.encode(), context) if value else None for value in joined.to_list()]
    return pl.Series(sealed, dtype=pl.Binary)


def text_context(source: str) -> str:
    """What sealed free text is bound to."""
    return f"text|{source}"
