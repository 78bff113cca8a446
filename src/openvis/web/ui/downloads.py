"""Any table as a file: CSV for a program, XLSX for a person. A cell never becomes a formula."""

import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from defusedcsv import csv
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
WIDEST = 60
"""Characters of the widest column of a sheet."""


def table_response(
    name: str, columns: Sequence[Any], rows: Iterable[Sequence[Any]], kind: str = "csv",
    notes: Sequence[tuple[Any, Any]] = (),
) -> HttpResponse:
    """A table to download as `name.csv` or `name.xlsx`.

    `columns` are the titles; `rows` hold numbers, texts, dates or None, as many as there are columns. `notes` (period,
    source, data until) come on a second sheet; CSV leaves them out. Raises ValueError for an unknown kind.
    """
    if kind not in FORMATS:
        raise ValueError(f"format: {kind!r}, expected one of {', '.join(FORMATS)}")
    titles = [str(title) for title in columns]
    body = as_csv(titles, rows) if kind == "csv" else as_xlsx(titles, rows, notes)
    response = HttpResponse(body, content_type=FORMATS[kind])
    file = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-") or "table"
    response["Content-Disposition"] = f'attachment; filename="{file}.{kind}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with a byte order mark, semicolons, and the decimal sign of the language, as spreadsheets here read it."""
    comma = (get_language() or "nl").startswith("nl")
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_plain(value, comma) for value in row])
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(columns: Sequence[str], rows: Iterable[Sequence[Any]], notes: Sequence[tuple[Any, Any]] = ()) -> bytes:
    """A workbook with a frozen, bold first row; numbers stay numbers, dates dates, and texts texts."""
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(
        memory, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
    )
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    formats = {
        dt.datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        dt.date: book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    sheet = book.add_worksheet(_("Table"))
    widths = [len(title) for title in columns]
    sheet.write_row(0, 0, columns, bold)
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            value = _cell(value)
            sheet.write(number, place, value, formats.get(type(value)))
            if place < len(widths):
                widths[place] = max(widths[place], len(str(value if value is not None else "")))
    for place, width in enumerate(widths):
        sheet.set_column(place, place, min(WIDEST, width + 2))
    sheet.freeze_panes(1, 0)
    if notes:
        second = book.add_worksheet(_("Explanation"))
        second.set_column(0, 0, 24)
        second.set_column(1, 1, WIDEST)
        for number, (what, value) in enumerate(notes):
            second.write(number, 0, str(what), bold)
            second.write(number, 1, _cell(value))
    book.close()
    return memory.getvalue()


def disarmed(text: str) -> str:
    """A text that no spreadsheet takes for a formula because blanks stand before it; the rest defusedcsv does."""
    return f"'{text}" if text[:1] in ("\t", "\r", "\n") else text


def _plain(value: Any, comma: bool) -> Any:
    """A value as the text of a CSV cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float):
        text = repr(round(value, 6))
        return text.replace(".", ",") if comma and "e" not in text else text
    if isinstance(value, dt.datetime):
        return _local(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, dt.date):
        return value.isoformat()
    return value if isinstance(value, int) else disarmed(str(value))


def _cell(value: Any) -> Any:
    """A value as a sheet takes it: lazy texts become texts, moments become local ones without a zone."""
    if isinstance(value, dt.datetime):
        return _local(value).replace(tzinfo=None)
    if value is None or isinstance(value, (bool, int, float, dt.date)):
        return value
    return str(value)


def _local(value: dt.datetime) -> dt.datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value
