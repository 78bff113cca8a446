"""What intake says when something is wrong: each reason once, in plain words, with the values filled in.

Reasons are kept by name, so that the same refusal reads in Dutch on the page and in English in the terminal.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

FILE = {
    "absent": _("The file {name} does not exist."),
    "empty": _("The file is empty; expected a row with the names of the columns, and rows under it."),
    "no_rows": _("The file holds the names of the columns, and no rows."),
    "too_large": _("The file is {size} MB; at most {most} MB is taken in. Offer it in parts."),
    "bomb": _(
        "The file unpacks to {size} MB from {packed} MB, more than a table of this size can be; "
        "such a file can make a computer stop. Save it again, or offer it as CSV."
    ),
    "archive": _("This is an archive ({found}). Unpack it, and offer the file that is in it."),
    "old_excel": _(
        "This is a file of old Excel (.xls), or one with a password. Save it as .xlsx without a password, or as CSV."
    ),
    "wrong_type": _("This is {found}, whatever its name says; expected CSV, XLSX, Parquet or GeoJSON."),
    "unknown_type": _(
        "This file is no text and no table that OpenVIS knows, whatever its name says; "
        "expected CSV, XLSX, Parquet or GeoJSON."
    ),
    "damaged": _("The file is damaged or not complete: it starts as {found}, but cannot be read ({detail})."),
    "encoding": _(
        "The file is not written in {encoding}: byte {position}, on line {line}, is no letter in it. "
        "Save it as UTF-8, or name the right encoding in the source."
    ),
    "encoding_unknown": _(
        "The source names the encoding {encoding}, which does not exist; expected utf-8, cp1252 or utf-16."
    ),
    "sheet": _("The file has no sheet {sheet}; it has: {sheets}."),
    "not_features": _(
        "This is JSON without features or rows; expected a GeoJSON FeatureCollection or a list of objects."
    ),
    "header_empty": _("Row {row} should hold the names of the columns, but column {position} has no name."),
    "header_double": _("Two columns are called {column}; expected each name once."),
    "header_shifted": _(
        "The names of the columns are not on row {row} but on row {found}. "
        "Take away what stands above them, or say so in the source (header_row: {found})."
    ),
    "header_missing": _(
        "Row {row} does not hold names of columns but values ({found}); expected the names of the columns."
    ),
    "column_missing": _("Column {column} is missing, which the source {source} needs. The file has: {columns}."),
    "column_nested": _("Column {column} holds lists or groups; expected one value a row."),
    "shifted_rows": _(
        "In most rows the number of values ({found}) differs from the number of names on row {row} ({expected}): "
        "the header is shifted, or the separator is not {delimiter}."
    ),
    "bsn": _(
        "Column {column} looks like citizen service numbers (BSN). OpenVIS never keeps those, so nothing was taken in "
        "and the file was not kept. Take the column out of the file, and offer it again."
    ),
    "names": _(
        "Column {column} looks like names of persons. OpenVIS takes in no names, so nothing was taken in "
        "and the file was not kept. Take the column out of the file, and offer it again."
    ),
    "covenant_ended": _(
        "The covenant {covenant} ran out on {ended}. Until there is a new one, nothing of the source {source} may be "
        "taken in."
    ),
    "covenant_ahead": _(
        "The covenant {covenant} begins on {starts}. Until then nothing of the source {source} may be taken in."
    ),
    "covenant_unknown": _(
        "The source {source} rests on the covenant {covenant}, which is not in the register. Until it is, nothing of it "
        "may be taken in."
    ),
    "already_loaded": _(
        "This file was loaded already, on {loaded}: {new} new, {updated} updated. Nothing was changed."
    ),
    "source_unknown": _("There is no source {source}; expected one of: {sources}."),
    "source_retired": _("The source {source} is no longer in use: the profile does not name it any more."),
    "original_gone": _("The original file is no longer there: its term ended. Offer the file again."),
    "no_areas": _("No areas are loaded, so nothing can be placed. Run `openvis setup` first."),
    "rows_invalid": _(
        "Line {row} of the rows is not JSON ({detail}); expected one object a line, or a list of objects."
    ),
    "not_now": _("The delivery is {state}; expected one that is {expected}."),
    "broken": _("Something went wrong that is not in the file ({detail}). Nothing was taken in; try again."),
}
"""Reasons to refuse a whole file."""

ROW = {
    "too_many_values": _("The row has {found} values and there are {expected} columns; is there a separator too many?"),
    "too_few_values": _("The row has {found} values and there are {expected} columns; is a value missing or shifted?"),
    "not_an_object": _("This is not a row but {value}; expected an object with a value for each column."),
    "reference_missing": _("There is no reference; expected the number by which the provider knows this row."),
    "reference_long": _("The reference is longer than 100 characters."),
    "reference_double": _("The reference {value} is in this file more than once, first on row {first}."),
    "kind_missing": _("There is no kind of incident."),
    "kind_unknown": _("The source does not know the kind {value}; expected one of: {expected}"),
    "attempt_unknown": _("{value} does not say whether it was an attempt; expected one of: {expected}"),
    "moment_missing": _("There is no date."),
    "moment_unreadable": _("{value} is not a date and time that exists; expected something like {expected}."),
    "moment_other_style": _(
        "{value} reads as month-day-year, while the other dates in this column are day-month-year. "
        "Two styles in one column would be guessing."
    ),
    "time_unreadable": _("{value} is not a time; expected something like 23:15."),
    "moment_not_local": _("{value} does not exist: that night the clock went from 2 to 3 (summer time)."),
    "moment_future": _("{value} is in the future."),
    "moment_long_ago": _("{value} is before 1950; is the year right?"),
    "end_before_begin": _("The end ({value}) is before the begin ({begin})."),
    "xy_unreadable": _("{value} is not a number; expected coordinates such as {expected}."),
    "xy_swapped": _("The coordinates ({value}) are swapped: x stands where y belongs."),
    "xy_system": _("The coordinates ({value}) look like {found}, but the source says {expected}."),
    "xy_elsewhere": _("The coordinates ({value}) are not in the Netherlands; expected {expected}."),
    "outside": _("The place ({value}) is outside the municipality of {municipality}."),
    "precision_unreadable": _("{value} is not a precision in metres."),
    "area_unknown": _("There is no area {value} on the level {level}."),
    "period_unreadable": _("{value} is not a period; expected something like 2024, 2024-03 or 2024MM03."),
    "count_unreadable": _("{value} is not a whole number of 0 or more."),
    "count_double": _("This area, kind and period are in this file more than once, first on row {first}."),
}
"""Reasons to reject one row."""


class Refusal(Exception):  # noqa: N818 -- a refusal is an answer, not a fault
    """A file that is not taken in, with the reason and its values."""

    def __init__(self, reason: str, **facts: Any) -> None:
        self.reason = reason
        self.facts = {name: _storable(value) for name, value in facts.items()}
        super().__init__(reason)

    def __str__(self) -> str:
        return file_text(self.reason, self.facts)


def _storable(value: Any) -> int | float | str:
    """A fact as the database can keep it: no zero bytes, no halves of characters."""
    if isinstance(value, int | float):
        return value
    return str(value).replace("\x00", "").encode(errors="replace").decode()


def file_text(reason: str, facts: Mapping[str, Any]) -> str:
    """The sentence for a refused file, in the language of now."""
    return str(FILE[reason]).format_map(facts)


def row_text(reason: str, facts: Mapping[str, Any]) -> str:
    """The sentence for a rejected row, in the language of now; `facts` holds at least `value`."""
    shown = {name: "–" if value is None or value == "" else value for name, value in facts.items()}
    return str(ROW[reason]).format_map(shown)
