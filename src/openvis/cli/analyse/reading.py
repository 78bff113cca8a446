"""From a file to events: rows that can be used, and how many cannot and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from openvis.analysis.events import Events
from openvis.cli.analyse import moments, tables
from openvis.cli.analyse.columns import Columns, choose, choose_area
from openvis.cli.analyse.plane import Plane, plane_of
from openvis.cli.analyse.wrong import WrongInput

FAR = 150_000.0
"""Metres from the middle of all, beyond which a place is taken for a mistake."""

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.datetime64]


@dataclass
class Incidents:
    """What a file holds: events for the methods, names of kinds by code, and the account of its rows."""

    events: Events
    kinds: list[str]
    columns: Columns
    plane: Plane | None
    days_only: bool
    rows: int
    chosen: int
    sha256: str
    rejected: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    areas: list[str] = field(default_factory=list)
    """Names of the areas by code, where they were asked for and the file has them."""
    area: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """(n,) code of the area of each event."""

    @property
    def ground(self) -> Plane:
        """The plane in which the places lie; only of a file that was read with its places."""
        if self.plane is None:
            raise RuntimeError("the file was read without its places")
        return self.plane

    def account(self) -> list[str]:
        """Lines that say which columns were taken and what happened to every row."""
        lines = [f"Columns taken: {self.columns.told()}."]
        if self.plane is not None:
            lines.append(f"Coordinates {self.plane.source}, worked out in {self.plane.name}.")
        asked = f"{self.chosen:,} of {self.rows:,} rows asked for" if self.chosen < self.rows else f"{self.rows:,} rows"
        lines.append(f"{asked}, {len(self.events):,} used, {sum(self.rejected.values()):,} not.")
        lines += [f"  {count:,} not used: {reason}" for reason, count in self.rejected.items()]
        return lines + self.notes

    def described(self) -> dict[str, Any]:
        """The same as plain values, for run.json."""
        return {
            "sha256": self.sha256,
            "rows": self.rows,
            "chosen": self.chosen,
            "used": len(self.events),
            "rejected": self.rejected,
            "columns": vars(self.columns),
            "crs": None if self.plane is None else self.plane.source,
            "plane": None if self.plane is None else self.plane.name,
        }


def read(
    path: Path,
    given: Mapping[str, str | None],
    crs: str | None,
    where: str | None,
    *,
    place: bool,
    time: bool,
    area: bool = False,
) -> Incidents:
    """Events of a file; `place` and `time` say what they need. Refuses when no row can be used.

    area: take the names of areas from a column as well, where there is one; places are then not needed.
    """
    frame, rows = tables.read(path, where)
    present = [name for name in frame.columns if name != tables.ROW]
    area_column = choose_area(present, given.get("area_column")) if area else None
    place = place and area_column is None
    columns = choose(present, given, (("x", "y") if place else ()) + (("begin",) if time else ()))
    account: dict[str, int] = {}
    usable = np.ones(frame.height, dtype=np.bool_)
    x, y = np.zeros(frame.height), np.zeros(frame.height)
    plane = None
    if place and columns.x and columns.y:
        x, y, plane = places(frame, columns.x, columns.y, crs, usable, account)
    if area_column is not None:
        tables.refuse(tables.blank(frame[area_column]).to_numpy(), f"no area in {area_column!r}", usable, account)
    begin, end, days_only, notes = _times(frame, columns, usable, account, given.get("timezone"), needed=time)
    tables.refuse_all(path, usable, account)
    kind, kinds = _kinds(frame, columns.kind)
    events = Events.of(x[usable], y[usable], begin[usable], end[usable], kind[usable])
    found = Incidents(events, kinds, columns, plane, days_only, rows, frame.height, tables.sha256(path), account, notes)
    if area_column is not None:
        found.columns = replace(columns, area_column=area_column)
        codes, found.areas = _kinds(frame, area_column)
        found.area = codes[usable]
    return found


def places(
    frame: pl.DataFrame,
    x_name: str,
    y_name: str,
    crs: str | None,
    usable: Bools,
    account: dict[str, int],
    plane: Plane | None = None,
) -> tuple[Floats, Floats, Plane]:
    """Metres of each row, in `plane` (default: what suits them); takes out of `usable` and counts what cannot be used."""
    x, y = tables.floats(frame[x_name]), tables.floats(frame[y_name])
    empty = (tables.blank(frame[x_name]) | tables.blank(frame[y_name])).to_numpy()
    tables.refuse(empty, "no coordinates", usable, account)
    tables.refuse(~(np.isfinite(x) & np.isfinite(y)), "coordinates that are no numbers", usable, account)
    tables.refuse((x == 0) & (y == 0), "coordinates 0, 0", usable, account)
    if not usable.any():
        raise WrongInput(f"no row has coordinates in columns {x_name!r} and {y_name!r}; expected numbers")
    own = plane_of(x[usable], y[usable], crs)
    plane = own if plane is None else replace(plane, source=own.source)
    x, y = plane.project(np.where(usable, x, x[usable][0]), np.where(usable, y, y[usable][0]))
    tables.refuse(~(np.isfinite(x) & np.isfinite(y)), "coordinates outside their system", usable, account)
    if usable.any():
        far = np.hypot(x - np.median(x[usable]), y - np.median(y[usable])) > FAR
        tables.refuse(far, f"places over {FAR / 1000:.0f} km from the middle of the file", usable, account)
    return x, y, plane


def _times(
    frame: pl.DataFrame, columns: Columns, usable: Bools, account: dict[str, int], timezone: str | None, needed: bool
) -> tuple[Times, Times, bool, list[str]]:
    nothing = np.full(frame.height, np.datetime64("NaT", "s"))
    if columns.begin is None:
        return nothing, nothing, False, ["No column with a date: places only."]
    first = moments.read(frame[columns.begin], frame[columns.hour] if columns.hour else None, timezone)
    begin, end, notes, zoned = first.at, first.at, [], first.zoned
    if first.days_only:
        end = begin + np.timedelta64(1, "D")
        notes.append("The time is known by the day: spread over the day.")
    if columns.end is not None:
        last = moments.read(frame[columns.end], frame[columns.end_hour] if columns.end_hour else None, timezone)
        zoned += last.zoned
        until = last.at + np.timedelta64(1, "D") if last.days_only else last.at
        end = np.where(np.isnat(until), end, until)
    if zoned:
        notes.append(
            f"{zoned:,} moments with a distance from Greenwich (Z, +01:00): put on the clock of {timezone}."
            if timezone
            else f"{zoned:,} moments with a distance from Greenwich (Z, +01:00): the clock is taken as written; give "
            "--timezone to put them on the local clock."
        )
    unknown = np.isnat(begin)
    if needed:
        tables.refuse(unknown, f"no time that can be read in {columns.begin!r}", usable, account)
    elif (unknown & usable).any():
        notes.append(
            f"{int((unknown & usable).sum()):,} without a time that can be read: used for places, not for hours."
        )
    backwards = end < begin
    if needed:
        tables.refuse(backwards, "an end before its begin", usable, account)
    elif (backwards & usable).any():
        notes.append(f"{int((backwards & usable).sum()):,} end before they begin: used for places, not for hours.")
    lost = unknown | backwards
    return np.where(lost, nothing, begin), np.where(lost, nothing, end), first.days_only, notes


def _kinds(frame: pl.DataFrame, name: str | None) -> tuple[npt.NDArray[np.int64], list[str]]:
    if name is None:
        return np.zeros(frame.height, dtype=np.int64), []
    text = frame[name].cast(pl.String).fill_null("unknown")
    kinds = sorted(text.unique().to_list())
    return text.replace_strict(kinds, list(range(len(kinds))), return_dtype=pl.Int64).to_numpy(), kinds
