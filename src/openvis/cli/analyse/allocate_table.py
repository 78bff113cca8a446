"""What the command `allocate` reads: what is expected at each place in each window, and how far places lie apart."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from openvis.analysis.cover import straight_times
from openvis.cli.analyse import moments, reading, tables
from openvis.cli.analyse.columns import AREAS, NAMES, choose_named
from openvis.cli.analyse.plane import Plane
from openvis.cli.analyse.reading import Bools, Floats, Ints
from openvis.cli.analyse.wording import DAYS
from openvis.cli.analyse.wrong import WrongInput

COLUMNS = {
    "place": "place name location spot hotspot cell plek plaats locatie",
    "day": "day date weekday dag datum weekdag",
    "begin": "begin from start begin_hour start_hour van begin_time beginuur begintijd",
    "end": "end until to end_hour tot end_time einduur eindtijd",
    "expected": "expected events count n risk verwacht verwachting aantal",
}
DUTCH = ("ma", "di", "wo", "do", "vr", "za", "zo")
TIME = re.compile(r"(\d{1,2})(?:[:.](\d\d)(?:[:.]00)?)?")
DAY = 24 * 60
SAME = 1.0
"""Metres within which a place is where it was in another row."""


@dataclass(frozen=True, eq=False)
class Windows:
    """Windows in order of time, all as long: minutes from the first Monday or from 1970; by date or by day of the week."""

    begin: Ints
    minutes: int
    dated: bool

    @property
    def follows(self) -> Bools:
        """Whether a window begins where the one before ends."""
        after = np.zeros(self.begin.size, dtype=np.bool_)
        after[1:] = self.begin[1:] == self.begin[:-1] + self.minutes
        return after

    def day(self, window: int) -> str:
        """The date, or the day of the week."""
        number = int(self.begin[window]) // DAY
        return str(date(1970, 1, 1) + timedelta(days=number)) if self.dated else DAYS[number % 7]

    def clock(self, window: int) -> tuple[str, str]:
        """Begin and end on the clock."""
        ends = (int(self.begin[window]), int(self.begin[window]) + self.minutes)
        begin, end = (f"{it % DAY // 60:02d}:{it % 60:02d}" for it in ends)
        return begin, "24:00" if end == "00:00" else end

    def told(self, window: int) -> str:
        """As a person says it: "Fri 18–22", "Fri 3 Oct 18–22"."""
        begin, end = (it.removesuffix(":00") for it in self.clock(window))
        if not self.dated:
            return f"{self.day(window)} {begin}–{end}"
        when = date.fromisoformat(self.day(window))
        return f"{DAYS[when.weekday()]} {when.day} {when:%b} {begin}–{end}"


@dataclass(frozen=True, eq=False)
class Table:
    """expected: (places, windows) events; x, y: metres of each place where the file says them; area: its code."""

    places: list[str]
    windows: Windows
    expected: Floats
    x: Floats
    y: Floats
    plane: Plane | None
    areas: list[str]
    area: Ints
    taken: dict[str, str]
    rows: int
    missing: int
    """Combinations of place and window that the file does not hold: nothing expected."""

    def account(self, path: Path) -> list[str]:
        """Lines that say which columns were taken and what they hold."""
        taken = ", ".join(f"{role} = {column}" for role, column in self.taken.items())
        places, windows = self.expected.shape
        lines = [
            f"{path.name}: {taken}; {self.rows:,} rows, all used.",
            f"{places:,} places and {windows:,} windows of {self.windows.minutes / 60:g} hours.",
        ]
        if self.missing:
            lines.append(f"  {self.missing:,} places and windows are not in the file: nothing expected there.")
        return lines

    def described(self, path: Path) -> dict[str, Any]:
        """The same as plain values, for run.json."""
        return {
            **tables.described(path, self.rows, self.rows),
            "columns": self.taken,
            "places": len(self.places),
            "windows": self.windows.begin.size,
            "plane": None if self.plane is None else self.plane.name,
        }


def read(path: Path, options: dict[str, Any]) -> Table:
    """One row for each place and window; every row must be whole."""
    frame, _ = tables.read(path, options["where"])
    taken = _columns(frame, path, options)
    names = tables.texts(frame, taken["place"], "--place")
    expected = tables.numbers(frame, taken["expected"], "--expected", least=0.0)
    begin, minutes, dated = _windows(frame, taken)
    places, first, place = _numbered(names)
    windows, window = np.unique(begin, return_inverse=True)
    if (np.diff(windows) < minutes).any():
        early = int(np.flatnonzero(np.diff(windows) < minutes)[0])
        one, other = (Windows(windows, minutes, dated).told(it) for it in (early, early + 1))
        raise WrongInput(f"{path.name}: windows {one} and {other} overlap; expected windows that follow each other")
    table = np.full((len(places), windows.size), np.nan)
    for row, (at, when, value) in enumerate(zip(place, window, expected, strict=True)):
        if not np.isnan(table[at, when]):
            raise WrongInput(
                f"{path.name}, row {frame[tables.ROW][row]}: {names[row]!r} occurs twice in the window "
                f"{Windows(windows, minutes, dated).told(when)}; expected one row for each place and window"
            )
        table[at, when] = value
    x, y, plane = _where(frame, taken, options["crs"], place, first, path)
    areas, area = _areas(frame, taken, place, first, path)
    unknown = np.isnan(table)
    return Table(
        places, Windows(windows, minutes, dated), np.where(unknown, 0.0, table), x, y, plane, areas, area, taken,
        frame.height, int(unknown.sum()),
    )  # fmt: skip


def travel(table: Table, speed: float, detour: float) -> Floats | None:
    """(places, places) minutes in a straight line made `detour` times as long; None where places are not known."""
    if table.plane is None:
        return None
    return np.asarray(straight_times(table.x, table.y, table.x, table.y, speed, detour) / 60.0)


def _columns(frame: pl.DataFrame, path: Path, options: dict[str, Any]) -> dict[str, str]:
    present = [name for name in frame.columns if name != tables.ROW]
    taken = {}
    wanted: dict[str, Sequence[str]] = {role: names.split() for role, names in COLUMNS.items()}
    for role, names in {**wanted, "x": NAMES["x"], "y": NAMES["y"], "area": AREAS}.items():
        option = "area_column" if role == "area" else role
        column = choose_named(present, names, options.get(option), f"--{option.replace('_', '-')}")
        if column is not None:
            taken[role] = column
        elif role in COLUMNS:
            raise WrongInput(
                f"{path.name}: no column found for {role}; expected --{role} with one of {', '.join(present)}"
            )
    if ("x" in taken) != ("y" in taken):
        raise WrongInput(f"{path.name}: only one of x and y is found; expected both, or neither")
    return taken


def _windows(frame: pl.DataFrame, taken: dict[str, str]) -> tuple[Ints, int, bool]:
    """Begin of the window of each row in minutes, how long all are, and whether they are of dates."""
    days, dated = _days(frame[taken["day"]], frame[tables.ROW], taken["day"])
    begin, end = (_clock(frame[taken[role]], frame[tables.ROW], taken[role]) for role in ("begin", "end"))
    length = np.where(end > begin, end - begin, end - begin + DAY)
    usual = int(np.bincount(length).argmax())
    other = np.flatnonzero(length != usual)
    if other.size:
        raise WrongInput(
            f"row {frame[tables.ROW][int(other[0])]}: a window of {length[other[0]] / 60:g} hours "
            f"({other.size:,} such rows), others of {usual / 60:g}; expected windows that are all as long"
        )
    return days * DAY + begin, usual, dated


def _days(column: pl.Series, rows: pl.Series, name: str) -> tuple[Ints, bool]:
    """Days since 1970, or 0 (Monday) to 6: names in English or Dutch, or 1 to 7."""
    if column.dtype.is_integer() and column.is_between(1, 7).all():
        return column.to_numpy().astype(np.int64) - 1, False
    if column.dtype == pl.String:
        short = column.str.strip_chars().str.to_lowercase()
        names = {**{day: i for i, day in enumerate(DUTCH)}, **{day[:2].lower(): i for i, day in enumerate(DAYS)}}
        known = short.str.contains(r"^\p{L}+$")
        if known.all():
            found = [names.get(it[:2]) for it in short.to_list()]
            wrong = next((i for i, it in enumerate(found) if it is None), None)
            if wrong is None:
                return np.array(found, dtype=np.int64), False
            raise WrongInput(f"row {rows[wrong]}: {name} is {column[wrong]!r}; expected Mon to Sun, ma to zo, or dates")
    read = moments.read(column, None, None).at
    if np.isnat(read).any():
        wrong = int(np.flatnonzero(np.isnat(read))[0])
        raise WrongInput(
            f"row {rows[wrong]}: {name} is {column[wrong]!r}; expected days of the week (Mon, ma, 1 to 7) "
            "or dates, all alike"
        )
    return read.astype("datetime64[D]").astype(np.int64), True


def _clock(column: pl.Series, rows: pl.Series, name: str) -> Ints:
    """Minutes after midnight of 18, 18:30 or 24."""
    found = np.zeros(column.len(), dtype=np.int64)
    for i, value in enumerate(column.cast(pl.String).fill_null("").str.strip_chars().str.strip_suffix(".0").to_list()):
        match = TIME.fullmatch(value)
        minutes = 60 * int(match[1]) + int(match[2] or 0) if match else -1
        if not 0 <= minutes <= DAY or (match and int(match[2] or 0) > 59):
            raise WrongInput(f"row {rows[i]}: {name} is {value!r}; expected an hour such as 18, 18:30 or 24")
        found[i] = minutes
    return found


def _numbered(names: Sequence[str]) -> tuple[list[str], Ints, Ints]:
    """Different names in the order of the file, the first row of each, and the number of each row."""
    number: dict[str, int] = {}
    place = np.array([number.setdefault(name, len(number)) for name in names], dtype=np.int64)
    _, first = np.unique(place, return_index=True)
    return list(number), first.astype(np.int64), place


def _where(
    frame: pl.DataFrame, taken: dict[str, str], crs: str | None, place: Ints, first: Ints, path: Path
) -> tuple[Floats, Floats, Plane | None]:
    """Metres of each place; refuses rows without a place and places that move."""
    if "x" not in taken:
        return np.zeros(0), np.zeros(0), None
    usable, rejected = np.ones(frame.height, dtype=np.bool_), dict[str, int]()
    x, y, plane = reading.places(frame, taken["x"], taken["y"], crs, usable, rejected)
    if not usable.all():
        row = int(np.flatnonzero(~usable)[0])
        reasons = "; ".join(f"{count:,} {reason}" for reason, count in rejected.items())
        raise WrongInput(
            f"{path.name}, row {frame[tables.ROW][row]}: not a place ({reasons}); expected one in every row"
        )
    moved = np.hypot(x - x[first][place], y - y[first][place]) > SAME
    if moved.any():
        row = int(np.flatnonzero(moved)[0])
        raise WrongInput(
            f"{path.name}, row {frame[tables.ROW][row]}: {frame[taken['place']][row]!r} lies elsewhere than in row "
            f"{frame[tables.ROW][int(first[place[row]])]}; expected one place for each name"
        )
    return x[first], y[first], plane


def _areas(frame: pl.DataFrame, taken: dict[str, str], place: Ints, first: Ints, path: Path) -> tuple[list[str], Ints]:
    """Names of the areas and the code of each place."""
    if "area" not in taken:
        return [], np.zeros(first.size, dtype=np.int64)
    names = np.array(tables.texts(frame, taken["area"], "--area-column"))
    if (names != names[first][place]).any():
        row = int(np.flatnonzero(names != names[first][place])[0])
        raise WrongInput(
            f"{path.name}, row {frame[tables.ROW][row]}: {frame[taken['place']][row]!r} lies in {str(names[row])!r} and in "
            f"{str(names[first][place][row])!r}; expected one area for each place"
        )
    areas, code = np.unique(names[first], return_inverse=True)
    return areas.tolist(), code.astype(np.int64)
