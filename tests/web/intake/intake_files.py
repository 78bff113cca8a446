"""Files as a provider would make them: rows of the police source, in the middle of Almere unless said otherwise."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

COLUMNS = (
    "registratienummer", "maatschappelijke_klasse", "poging", "begindatum", "begintijd", "einddatum", "eindtijd",
    "kennisname", "x", "y", "postcode", "huisnummer", "huisletter", "toevoeging", "buurtcode", "toelichting",
)  # fmt: skip
START = datetime(2025, 1, 6, 8, 0)  # noqa: DTZ001 -- as written in a file
KINDS = ("Diefstal/inbraak woning", "Straatroof", "Mishandeling", "Overlast jeugd")


def row(number: int, **changes: Any) -> dict[str, Any]:
    """A valid row; `changes` replace its values."""
    begin = START + timedelta(hours=7 * number)
    end = begin + timedelta(hours=number % 5)
    values = {
        "registratienummer": f"PL{number:06d}",
        "maatschappelijke_klasse": KINDS[number % len(KINDS)],
        "poging": "ja" if number % 3 == 0 else "nee",
        "begindatum": begin.strftime("%d-%m-%Y"),
        "begintijd": begin.strftime("%H:%M"),
        "einddatum": end.strftime("%d-%m-%Y"),
        "eindtijd": end.strftime("%H:%M"),
        "kennisname": (end + timedelta(days=1)).strftime("%d-%m-%Y %H:%M"),
        "x": f"{143000 + number % 50},5",
        "y": f"{487000 + number % 70},5",
    }
    return dict.fromkeys(COLUMNS, "") | values | changes


def as_csv(rows: Iterable[Mapping[str, Any]], delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """Rows as CSV."""
    target = io.StringIO()
    rows = list(rows)
    writer = csv.DictWriter(target, list(rows[0]) if rows else COLUMNS, delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue().encode(encoding)


def police_csv(number: int, start: int = 0, **changes: Any) -> bytes:
    """A file of the police with valid rows."""
    return as_csv(row(start + index, **changes) for index in range(number))
