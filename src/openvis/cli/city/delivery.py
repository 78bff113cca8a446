"""The files as the sources of the profile would deliver them, and the truths beside them."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pyproj import Transformer

from openvis.cli.city.faults import Fault, faulty
from openvis.cli.city.processes import City
from openvis.cli.city.truths import truths
from openvis.profile import Source
from openvis.profile.sources import Moment

LATEST_DAYS = 7
CHANGED, REPEATED = 24, 12
"""Rows of the second delivery that were delivered before: changed since, and the same."""

Row = dict[str, str]


@dataclass(frozen=True)
class Delivery:
    """One file of one source, and what intake should make of it."""

    path: Path
    source: str
    rows: int
    new: int
    known: int
    """Delivered before: updated or skipped, as the source says."""
    rejected: int


def write(city: City, folder: Path) -> list[Delivery]:
    """Write every delivery, oldest first, and truths.json. A source's first file holds all but the last week."""
    folder.mkdir(parents=True, exist_ok=True)
    deliveries: list[Delivery] = []
    for position, part in enumerate(city.recipe.deliveries):
        source = city.profile.source(part.source)
        deliveries += _write_source(city, source, np.flatnonzero(city.source == position), folder, first=position == 0)
    story = truths(city) | {"deliveries": [vars(item) | {"path": item.path.name} for item in deliveries]}
    (folder / "truths.json").write_text(json.dumps(story, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return deliveries


def _write_source(city: City, source: Source, which: Any, folder: Path, *, first: bool) -> list[Delivery]:
    rows = as_rows(city, source, which)
    recent = city.rows.reported[which] >= city.calendar.end - np.timedelta64(LATEST_DAYS, "D")
    old = [row for row, new in zip(rows, recent, strict=True) if not new]
    latest = [row for row, new in zip(rows, recent, strict=True) if new]
    again, faults = (_delivered_before(city, source, old), faulty(source, latest)) if first else ([], [])
    files = [("history", old, [], []), ("latest", latest, again, faults)]
    done = []
    for name, fresh, known, wrong in files:
        path = folder / f"{source.id}-{name}.csv"
        _write_csv(path, source, [*fresh, *known, *(fault.row for fault in wrong)])
        done.append(Delivery(path, source.id, len(fresh) + len(known) + len(wrong), len(fresh), len(known), len(wrong)))
    return done


def as_rows(city: City, source: Source, which: Any) -> list[Row]:
    """Rows in the words and styles of the source."""
    assert source.columns is not None  # noqa: S101 -- a recipe delivers incidents and observations
    columns, rows = source.columns, city.rows.where(which)
    made: list[Row] = [{} for _ in range(len(rows))]
    _fill(made, columns.reference, _references(rows.reported))
    _fill(made, columns.kind.column, _kind_values(city, source, rows.kind, rows.attempt))
    if columns.attempt:
        false = columns.attempt.false[0] if columns.attempt.false else ""
        _fill(made, columns.attempt.column, [columns.attempt.true[0] if yes else false for yes in rows.attempt])
    for moment, values in ((columns.begin, rows.begin), (columns.end, rows.end), (columns.reported, rows.reported)):
        if moment:
            _fill_moment(made, moment, values)
    _fill_place(made, city, source, rows, city.mapped[which])
    for text in columns.free_text:
        _fill(made, text.column, [""] * len(made))
    return made


def _fill(made: list[Row], column: str | None, values: list[str]) -> None:
    if column:
        for row, value in zip(made, values, strict=True):
            row[column] = value


def _fill_moment(made: list[Row], moment: Moment, values: Any) -> None:
    listed = None if moment.formats == "auto" else moment.formats
    stamps = values.astype("datetime64[s]").tolist()
    if moment.column:
        style = listed[0] if listed else "%d-%m-%Y %H:%M"
        _fill(made, moment.column, [stamp.strftime(style) for stamp in stamps])
        return
    _fill(made, moment.date_column, [stamp.strftime(listed[0] if listed else "%d-%m-%Y") for stamp in stamps])
    _fill(made, moment.time_column, [stamp.strftime("%H:%M") for stamp in stamps])


def _fill_place(made: list[Row], city: City, source: Source, rows: Any, mapped: Any) -> None:
    place = source.columns.place  # type: ignore[union-attr]
    if place.xy:
        x, y = rows.x, rows.y
        digits = 0
        if place.xy.crs != city.profile.municipality.crs:
            x, y = Transformer.from_crs(city.profile.municipality.crs, place.xy.crs, always_xy=True).transform(x, y)
            digits = 6
        mark = _decimal_mark(source)
        for column, values in ((place.xy.x, x), (place.xy.y, y)):
            texts = [f"{value:.{digits}f}".replace(".", mark) for value in values]
            _fill(made, column, [text if kind == 2 else "" for text, kind in zip(texts, mapped, strict=True)])
    if place.address:
        for column in vars(place.address).values():
            _fill(made, column, [""] * len(made))
    if place.area:
        areas = city.profile.areas_of(city.profile.finest.id)
        names = [area.code if place.area.by == "code" else area.name for area in areas]
        texts = [names[area] if kind else "" for area, kind in zip(rows.area, mapped, strict=True)]
        _fill(made, place.area.column, texts)


def _references(reported: Any) -> list[str]:
    """A number a year, in the order of reporting; recognisable as made up."""
    years = reported.astype("datetime64[Y]").astype(int) + 1970
    position = np.arange(years.size) - np.searchsorted(years, years)
    return [f"DEMO-{year}-{number + 1:06d}" for year, number in zip(years, position, strict=True)]


def _kind_values(city: City, source: Source, kinds: Any, attempts: Any) -> list[str]:
    """The source's own word for each row's kind, and for an attempt where it has one."""
    column = source.columns.kind  # type: ignore[union-attr]
    words: dict[tuple[str, bool | None], str] = {}
    for value, entry in column.map.items():
        words.setdefault((entry.kind, entry.attempt), value)
    found = []
    for number, attempt in zip(kinds, attempts, strict=True):
        kind = city.kinds[number]
        word = words.get((kind, bool(attempt))) or words.get((kind, None)) or words.get((kind, False))
        found.append(word or "Overig")
    return found


def _delivered_before(city: City, source: Source, old: list[Row]) -> list[Row]:
    """Rows of earlier weeks that come again: some changed since (completed after all, say), some the same."""
    columns = source.columns
    if columns is None or columns.reference is None or len(old) < CHANGED + REPEATED:
        return []
    changed = [dict(row) for row in old[-CHANGED:]]
    for row in changed:
        if columns.attempt and row[columns.attempt.column] in columns.attempt.true and columns.attempt.false:
            row[columns.attempt.column] = columns.attempt.false[0]
        elif columns.reported and columns.reported.column:
            row[columns.reported.column] = row[columns.reported.column][:-2] + "59"
    return changed + [dict(row) for row in old[-CHANGED - REPEATED : -CHANGED]]


def _delimiter(source: Source) -> str:
    return ";" if source.format.delimiter == "auto" else source.format.delimiter


def _decimal_mark(source: Source) -> str:
    """A spreadsheet that separates by semicolons writes decimal commas."""
    automatic = source.format.decimal == "auto" and _delimiter(source) == ";"
    return "," if automatic or source.format.decimal == "," else "."


def _write_csv(path: Path, source: Source, rows: list[Row]) -> None:
    encoding = "utf-8" if source.format.encoding == "auto" else source.format.encoding
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]) if rows else [], delimiter=_delimiter(source))
        writer.writeheader()
        writer.writerows(rows)


__all__ = ["Delivery", "Fault", "as_rows", "write"]
