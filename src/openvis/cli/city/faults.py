"""Rows that no intake should take: a delivery without any would not look like one."""

from dataclasses import dataclass

from openvis.profile import Source
from openvis.profile.sources import Moment

Row = dict[str, str]


@dataclass(frozen=True)
class Fault:
    """A row with something wrong, and what."""

    row: Row
    what: str


def faulty(source: Source, rows: list[Row]) -> list[Fault]:
    """A few rows after the example of the last ones, each wrong in one way; none when there are too few to copy."""
    columns = source.columns
    placed = [row for row in rows if columns and columns.place.xy and row[columns.place.xy.x]]
    if columns is None or columns.reference is None or columns.place.xy is None or len(placed) < 5:
        return []
    made = [dict(row) for row in placed[-5:]]
    for number, row in enumerate(made):
        row[columns.reference] = f"DEMO-FOUT-{number + 1}"
    if columns.kind.column and columns.kind.default is None:
        made[0][columns.kind.column] = "Onbekende klasse"
    else:
        _spoil(made[0], columns.begin, "")
    _spoil(made[1], columns.begin, "31-02-2026")
    _spoil(made[2], columns.begin, "")
    _move_away(made[3], source)
    _spoil(made[4], columns.begin, "01-01-2093")
    what = ["unknown kind", "date that does not exist", "no date", "outside the municipality", "in the future"]
    return [Fault(row, text) for row, text in zip(made, what, strict=True)]


def _spoil(row: Row, moment: Moment, value: str) -> None:
    row[moment.column or moment.date_column or ""] = value


def _move_away(row: Row, source: Source) -> None:
    """To the tower of Amersfoort, the origin of the national grid: in the Netherlands, but not here."""
    place = source.columns.place if source.columns else None
    if place and place.xy:
        row[place.xy.x], row[place.xy.y] = ("155000", "463000") if place.xy.crs == 28992 else ("5.387206", "52.155174")
    if place and place.area:
        row[place.area.column] = ""
