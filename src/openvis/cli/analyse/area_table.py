"""From a file to figures per area: a row for each area (and period), and which rows cannot be used and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from openvis.cli.analyse import persons, tables
from openvis.cli.analyse.columns import AREAS, choose_named
from openvis.cli.analyse.wrong import WrongInput

Floats = npt.NDArray[np.float64]

NAMES: Mapping[str, tuple[str, ...]] = {
    role: tuple(names.split())
    for role, names in {
        "area": f"{' '.join(AREAS)} gebiedsnaam gemeente municipality gemeentenaam gm_naam bu_naam wk_naam regio",
        "count": "count events incidents aantal number n crimes offences misdrijven incidenten meldingen",
        "population": "population inhabitants dwellings households base inwoners woningen huishoudens bevolking noemer",
        "period": "period year jaar periode perioden month maand",
        "share": "share unsafe feels_unsafe share_unsafe unsafe_pct pct_unsafe onveilig onveiligheidsgevoel onveilig_pct",
        "respondents": "respondents asked answers sample respondenten ondervraagd steekproef",
    }.items()
}
"""Likely names of the column for each role, the likeliest first."""

PURPOSE = "Expected one row for each area (and period); --period names the column, --where chooses rows."


@dataclass
class AreaTable:
    """Rows that can be used: the area of each, its period where there is one, numbers and texts by role."""

    area: list[str]
    period: list[str]
    values: dict[str, Floats]
    texts: dict[str, list[str]]
    columns: dict[str, str]
    rows: int
    chosen: int
    sha256: str
    rejected: dict[str, int] = field(default_factory=dict)

    def account(self) -> list[str]:
        """Lines that say which columns were taken and what happened to every row."""
        taken = ", ".join(f"{role} = {name}" for role, name in self.columns.items())
        asked = f"{self.chosen:,} of {self.rows:,} rows asked for" if self.chosen < self.rows else f"{self.rows:,} rows"
        lost = sum(self.rejected.values())
        return [
            f"Columns taken: {taken}.",
            f"{asked}, {len(self.area):,} used, {lost:,} not.",
            *(f"  {count:,} not used: {reason}" for reason, count in self.rejected.items()),
        ]

    def described(self) -> dict[str, Any]:
        """The same as plain values, for run.json."""
        used = {"rows": self.rows, "chosen": self.chosen, "used": len(self.area), "rejected": self.rejected}
        return {"sha256": self.sha256, **used, "columns": self.columns}


def read(
    path: Path, options: Mapping[str, Any], numbers: Sequence[str], texts: Sequence[str] = (), period: bool = False
) -> AreaTable:
    """The table of a file. `numbers`: roles that every row must have; `texts`: options that name a column, where given.

    Refuses two rows for the same area (and period), and a file of which no row can be used.
    """
    frame, rows = tables.read(path, options["where"])
    present = [name for name in frame.columns if name != tables.ROW]
    columns = {role: _column(present, options, role, needed=True) for role in ("area", *numbers)}
    if period:
        columns["period"] = _column(present, options, "period", needed=False)
    columns |= {role: _column(present, options, role, needed=False) for role in texts if options[role] is not None}
    taken = {role: name for role, name in columns.items() if name}
    key = [taken[role] for role in ("area", "period") if role in taken]
    persons.refuse_one_each(frame, path.name, key, PURPOSE)
    values = {role: tables.floats(frame[taken[role]]) for role in numbers}
    usable, rejected = _usable(frame, taken, values)
    tables.refuse_all(path, usable, rejected)
    kept = frame.filter(pl.Series(usable))
    words = {role: _texts(kept, taken[role]) for role in ("area", "period", *texts) if role in taken}
    return AreaTable(
        area=words.pop("area"),
        period=words.pop("period", []),
        values={role: array[usable] for role, array in values.items()},
        texts=words,
        columns=taken,
        rows=rows,
        chosen=frame.height,
        sha256=tables.sha256(path),
        rejected=rejected,
    )


def _column(present: Sequence[str], options: Mapping[str, Any], role: str, needed: bool) -> str:
    """The column for a role, as given (checked) or by its name; empty where there is none and none is needed."""
    found = choose_named(present, NAMES.get(role, ()), options.get(role), f"--{role}")
    if needed and not found:
        raise WrongInput(f"no column found for the {role}; expected --{role} with one of {', '.join(present)}")
    return found or ""


def _usable(
    frame: pl.DataFrame, columns: Mapping[str, str], values: Mapping[str, Floats]
) -> tuple[npt.NDArray[np.bool_], dict[str, int]]:
    """Which rows hold all that is needed; a row counts under its first reason."""
    usable = np.ones(frame.height, dtype=np.bool_)
    rejected: dict[str, int] = {}
    for role in ("area", "period"):
        if role in columns:
            name = columns[role]
            tables.refuse(tables.blank(frame[name]).to_numpy(), f"no {role} in {name!r}", usable, rejected)
    for role, array in values.items():
        name, wrong = columns[role], ~(np.isfinite(array) & (array >= 0))
        tables.refuse(wrong, f"no number of at least 0 in {name!r}", usable, rejected)
        if role == "population":
            tables.refuse(array == 0, f"{name!r} is 0", usable, rejected)
    return usable, rejected


def _texts(frame: pl.DataFrame, column: str) -> list[str]:
    return frame[column].cast(pl.String).fill_null("").str.strip_chars().to_list()
