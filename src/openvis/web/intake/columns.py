"""Whether a file has the columns that its source needs, and in which words it says so when not."""

from collections import Counter

from openvis.profile import Source

from .reading import Sheet, looks_like_values
from .words import Refusal

__all__ = ["Sheet", "check_columns", "mapped"]

LOOK = 20
"""Rows in which a shifted header is looked for."""


def mapped(source: Source) -> list[str]:
    """The columns of the file that a source reads, in the order of the definition; free text only when it is kept."""
    found: list[str | None] = []
    if source.columns is not None:
        columns = source.columns
        found += [columns.reference, columns.kind.column, columns.attempt.column if columns.attempt else None]
        for moment in (columns.begin, columns.end, columns.reported):
            found += moment.columns if moment else []
        place = columns.place
        found += [place.xy.x, place.xy.y] if place.xy else []
        if place.address:
            found += [place.address.postcode, place.address.number, place.address.letter, place.address.addition]
        found += [place.area.column if place.area else None, place.precision_column]
        found += [text.column for text in columns.free_text if text.keep]
    if source.counts is not None:
        counts = source.counts
        found += [counts.area.column, counts.kind.column, counts.period, counts.value, *counts.wide]
    return list(dict.fromkeys(name for name in found if name))


def check_columns(sheet: Sheet, source: Source) -> None:
    """Refuse a file that lacks a column, saying where the header is when it is lower down. Raises Refusal."""
    needed = mapped(source)
    present = set(sheet.frame.columns)
    missing = [name for name in needed if name not in present]
    row = source.format.header_row
    if missing:
        found = _header_below(sheet, set(needed))
        if found:
            raise Refusal("header_shifted", row=row, found=found)
        if len(missing) == len(needed) and looks_like_values(sheet.frame.columns):
            raise Refusal("header_missing", row=row, found=", ".join(sheet.frame.columns[:4]))
        shown = ", ".join(sheet.frame.columns[:40])
        raise Refusal("column_missing", column=missing[0], source=source.name, columns=shown)
    if len(sheet.misfits) > sheet.frame.height:
        width = Counter(misfit.facts.get("found", 0) for misfit in sheet.misfits).most_common(1)[0][0]
        delimiter = {"\t": "tab"}.get(sheet.delimiter, sheet.delimiter)
        raise Refusal("shifted_rows", found=width, expected=sheet.frame.width, row=row, delimiter=delimiter)


def _header_below(sheet: Sheet, needed: set[str]) -> int | None:
    rows = [
        (number, [str(value).strip() for value in values if value is not None])
        for number, values in zip(sheet.rows.head(LOOK), sheet.frame.head(LOOK).iter_rows(), strict=True)
    ]
    rows += [(misfit.row, [value.strip() for value in misfit.values]) for misfit in sheet.misfits[:LOOK]]
    return next((number for number, values in sorted(rows) if needed <= set(values)), None)
