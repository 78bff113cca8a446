"""Reads a table of counts, and a published version of it, into the arrays that the methods of disclosure take."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from openvis.analysis.checks import Ints
from openvis.analysis.disclosure import Margins
from openvis.cli.analyse import persons, tables
from openvis.cli.analyse.columns import choose_named
from openvis.cli.analyse.wrong import WrongInput

COUNT = "count aantal n number incidents incidenten events meldingen registraties reports value waarde"
TOTAL = "total"
TOTALS = (TOTAL, "totaal")
LEFT_OUT, ABSENT = -1, -2
MOST_SIDES = 3
MOST_CELLS = 2_000_000
PURPOSE = "Expected a table of counts, one row for each combination."


@dataclass(frozen=True)
class Table:
    """Counts by one to three sides.

    by: the column of each side; within: that with the group of the first one. leaves: the names on each side, those of
    `group` being what the leaves of the first side are part of. counts: one number for each combination; largest: what
    the largest single source brought.
    """

    count: str
    by: tuple[str, ...]
    within: str | None
    leaves: tuple[tuple[str, ...], ...]
    group: tuple[str, ...] | None
    counts: Ints
    largest: Ints | None

    @cached_property
    def margins(self) -> Margins:
        """What adds up to what."""
        return Margins.of(self.counts.shape, self.group)

    @property
    def columns(self) -> list[str]:
        """Those that say which cell a row is."""
        return [self.by[0], *([self.within] if self.within else []), *self.by[1:]]

    @cached_property
    def groups(self) -> list[str]:
        """The groups of the first side, in the order of `margins`."""
        return [] if self.group is None else sorted(set(self.group))

    @cached_property
    def nodes(self) -> list[list[str]]:
        """Names on each side: leaves, groups (the first side alone), total."""
        return [[*names, *(self.groups if i == 0 else ()), TOTAL] for i, names in enumerate(self.leaves)]

    @cached_property
    def _firsts(self) -> list[list[str]]:
        """What stands in the first columns for each node of the first side."""
        if self.group is None:
            return [[name] for name in self.nodes[0]]
        leaves = [[name, above] for name, above in zip(self.leaves[0], self.group, strict=True)]
        return [*leaves, *([TOTAL, above] for above in [*self.groups, TOTAL])]

    def named(self, cell: Sequence[int]) -> list[str]:
        """What stands in `columns` for a cell of the full table."""
        return [*self._firsts[cell[0]], *(self.nodes[side][cell[side]] for side in range(1, len(self.by)))]


def read(path: Path, options: dict[str, Any]) -> tuple[Table, list[str], dict[str, Any]]:
    """The table, remarks about the file, and what was read as plain values for run.json."""
    frame, rows = persons.read(path, options["where"], PURPOSE)
    count = _count(frame, options["count"])
    remarks: list[str] = []
    by, within = _sides(frame, count, options, remarks)
    frame = _texts(frame, [*by, *([within] if within else [])])
    _no_totals(frame, [*by, *([within] if within else [])])
    if not options["by"]:
        _once(frame, by, path.name)
    table = _filled(frame, count, by, within, options["largest"])
    place = f"{by[0]} (within {within})" if within else by[0]
    told = f"Columns taken: count = {count}, by = {', '.join([place, *by[1:]])}."
    empty = table.counts.size - frame.select(by).n_unique()
    absent = f"; {empty:,} combinations without a row count 0" if empty else ""
    remarks = [told, f"{frame.height:,} rows, {table.counts.size:,} cells{absent}.", *remarks]
    columns = {"count": count, "by": list(by), "within": within, "largest": options["largest"]}
    return table, remarks, {**tables.described(path, rows, frame.height), "columns": columns}


def published(path: Path, table: Table) -> Ints:
    """The figures that a published version shows, in the full table; LEFT_OUT or ABSENT where it shows none."""
    frame, _ = tables.read(path)
    for column in (*table.by, table.count):
        if column not in frame.columns:
            raise WrongInput(f"{path.name} has no column {column!r}; expected those of the table itself")
    sides = [*table.by, *([table.within] if table.within and table.within in frame.columns else [])]
    frame = _texts(frame, sides)
    shown = np.full(table.margins.shape, ABSENT, dtype=np.int64)
    marks = frame[table.count].cast(pl.String).fill_null("").str.strip_chars().to_list()
    for row, mark, *names in zip(frame[tables.ROW], marks, *(frame[it].to_list() for it in sides), strict=True):
        cell = _cell(table, names, f"{path.name}, row {row}")
        if shown[cell] != ABSENT:
            raise WrongInput(f"{path.name}, row {row}: {', '.join(names)} stands there twice; expected one row a cell")
        shown[cell] = _figure(mark, f"{path.name}, row {row}: {table.count}")
    return shown


def _count(frame: pl.DataFrame, given: str | None) -> str:
    present = [name for name in frame.columns if name != tables.ROW]
    found = choose_named(present, COUNT.split(), given, "--count")
    if found is not None:
        return found
    numeric = [name for name in present if frame[name].dtype.is_numeric()]
    if len(numeric) != 1:
        raise WrongInput(f"no column found for the count; expected --count with one of {', '.join(present)}")
    return numeric[0]


def _sides(
    frame: pl.DataFrame, count: str, options: dict[str, Any], remarks: list[str]
) -> tuple[tuple[str, ...], str | None]:
    """The columns of the sides and that of the groups, as given or else all that can be; the first is what has groups."""
    for name in options["by"]:
        tables.named(frame, name, "--by")
    within = options["within"]
    if within is not None:
        tables.named(frame, within, "--within")
    taken = (tables.ROW, count, within, options["largest"])
    by = list(options["by"]) or [name for name in frame.columns if name not in taken and _can_be(frame, name, remarks)]
    if not options["by"] and within is None:
        within = next((up for up in by for name in by if name != up and _follows(frame, up, name)), None)
        by = [name for name in by if name != within]
    if not 1 <= len(by) <= MOST_SIDES:
        names = ", ".join(name for name in frame.columns if name not in (tables.ROW, count))
        raise WrongInput(f"{len(by)} columns to count by; expected --by one to {MOST_SIDES} times, of {names}")
    if within is not None:
        below = next((name for name in by if _follows(frame, within, name)), None)
        if below is None:
            raise WrongInput(f"--within is {within!r}; expected a column that follows from one of {', '.join(by)}")
        by = [below, *(name for name in by if name != below)]
    return tuple(by), within


def _can_be(frame: pl.DataFrame, name: str, remarks: list[str]) -> bool:
    if frame[name].dtype.is_float():
        remarks.append(f"Not looked at: {name}. Published beside the counts, such a figure may give them away.")
        return False
    return frame[name].n_unique() > 1


def _follows(frame: pl.DataFrame, up: str, name: str) -> bool:
    """Whether each value of `name` always stands beside the same, coarser, value of `up`."""
    below = frame[name].n_unique()
    return 1 < frame[up].n_unique() < below and frame.select(up, name).n_unique() == below


def _texts(frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """The columns as texts, none of them empty."""
    return frame.with_columns(
        pl.Series(name, tables.texts(frame, name, "--by"), dtype=pl.String) for name in dict.fromkeys(columns)
    )


def _no_totals(frame: pl.DataFrame, columns: Sequence[str]) -> None:
    for name in columns:
        total = frame.filter(pl.col(name).str.to_lowercase().is_in(TOTALS))
        if total.height:
            value = total[name][0]
            raise WrongInput(
                f"row {total[tables.ROW][0]}: {name} is {value!r} ({total.height:,} such rows); expected the parts only, "
                f"totals are worked out: --where \"{name} <> '{value}'\" leaves them out"
            )


def _once(frame: pl.DataFrame, by: Sequence[str], file: str) -> None:
    double = frame.filter(pl.struct(by).is_duplicated())
    if double.height:
        raise WrongInput(
            f"{file}, row {double[tables.ROW][1]}: {', '.join(map(str, double.select(by).row(1)))} stands in more than one "
            f"row ({double.height:,} such rows); expected one for each combination, or --by with the columns to add up by"
        )


def _filled(frame: pl.DataFrame, count: str, by: tuple[str, ...], within: str | None, largest: str | None) -> Table:
    leaves = tuple(tuple(sorted(frame[name].unique().to_list(), key=_order)) for name in by)
    shape = tuple(len(names) for names in leaves)
    if np.prod(shape) > MOST_CELLS:
        raise WrongInput(f"{' × '.join(map(str, shape))} cells; expected at most {MOST_CELLS:,}")
    cells = tuple(
        frame[name].replace_strict(list(names), list(range(len(names))), return_dtype=pl.Int64).to_numpy()
        for name, names in zip(by, leaves, strict=True)
    )
    group = None
    if within is not None:
        above = dict(frame.select(by[0], within).iter_rows())
        group = tuple(above[name] for name in leaves[0])
    counts = np.zeros(shape, dtype=np.int64)
    np.add.at(counts, cells, _whole(frame, count, "--count"))
    parts = None
    if largest is not None:
        parts = np.zeros(shape, dtype=np.int64)
        np.maximum.at(parts, cells, _whole(frame, largest, "--largest"))
    return Table(count, by, within, leaves, group, counts, parts)


def _order(name: str) -> tuple[float, str]:
    """Numbers by their value, before names."""
    return (float(name), "") if name.lstrip("-").isdecimal() else (np.inf, name)


def _whole(frame: pl.DataFrame, column: str, option: str) -> Ints:
    values = tables.numbers(frame, column, option, least=0.0)
    broken = np.flatnonzero(values != np.floor(values))
    if broken.size:
        raise WrongInput(
            f"row {frame[tables.ROW][int(broken[0])]}: {column} is {values[broken[0]]:g} ({broken.size:,} such rows); "
            "expected whole numbers"
        )
    return values.astype(np.int64)


def _cell(table: Table, names: Sequence[str], where: str) -> tuple[int, ...]:
    """The cell of the full table that a row of names speaks of; the group, if any, is last."""
    cell = []
    for side, name in enumerate(names[: len(table.by)]):
        leaves = table.leaves[side]
        if name.lower() in TOTALS:
            cell.append(len(table.nodes[side]) - 1)
        elif name in leaves:
            cell.append(leaves.index(name))
        else:
            raise WrongInput(
                f"{where}: {table.by[side]} is {name!r}; expected a value of the table itself, or {TOTAL!r}"
            )
    if len(names) > len(table.by) and cell[0] == len(table.nodes[0]) - 1 and names[-1].lower() not in TOTALS:
        if names[-1] not in table.groups:
            raise WrongInput(f"{where}: {table.within} is {names[-1]!r}; expected one of {', '.join(table.groups)}")
        cell[0] = len(table.leaves[0]) + table.groups.index(names[-1])
    return (*cell, *[0] * (MOST_SIDES - len(cell)))


def _figure(mark: str, where: str) -> int:
    """A whole number, or LEFT_OUT for a mark without digits or nothing at all."""
    if not any(sign.isdecimal() for sign in mark):
        return LEFT_OUT
    if not mark.isdecimal():
        raise WrongInput(
            f"{where} is {mark!r}; expected a whole number, or nothing, or a mark without digits: others tell of what is "
            "left out"
        )
    return int(mark)
