"""From a file with one record of contact a row to the records that the methods take; refuses files about persons."""

from typing import Any

import numpy as np
import polars as pl

from openvis.analysis.network import Records
from openvis.cli.analyse import moments, persons, tables
from openvis.cli.analyse.columns import choose_named
from openvis.cli.analyse.wrong import WrongInput

NAMES = {
    "from": "from source van code_a persoon_a node_a a code1 id1 ego",
    "to": "to target naar code_b persoon_b node_b b code2 id2 alter",
    "weight": "weight gewicht times aantal count strength sterkte",
    "date": "date datum day dag at moment begin",
    "kind": "kind soort type source_kind bron contact",
    "reliability": "reliability betrouwbaarheid certainty zekerheid",
}
PURPOSE = "Expected pseudonyms in --from and --to and nothing about persons besides."


def read(options: dict[str, Any]) -> tuple[Records, list[str], dict[str, Any]]:
    """The records, remarks about the file, and what was read as plain values for run.json."""
    path = options["ties"]
    frame, rows = persons.read(path, options["where"], PURPOSE)
    columns = _columns([name for name in frame.columns if name != tables.ROW], options)
    first, second = (tables.texts(frame, columns[side], f"--{side}") for side in ("from", "to"))
    frame = frame.with_columns(pl.Series("__from__", first), pl.Series("__to__", second))
    used = frame.filter(pl.col("__from__") != pl.col("__to__"))
    if used.is_empty():
        raise WrongInput(f"{path.name}: all {frame.height:,} rows tie a code with itself; expected two codes in a row")
    records = _records(used, columns)
    remarks = [f"Columns taken: {', '.join(f'{role} = {name}' for role, name in columns.items())}."]
    asked = f"{frame.height:,} of {rows:,} rows asked for" if frame.height < rows else f"{rows:,} rows"
    remarks.append(f"{asked}, {used.height:,} used, {frame.height - used.height:,} not.")
    if used.height < frame.height:
        remarks.append(f"  {frame.height - used.height:,} not used: a code tied with itself")
    undated = int(np.isnat(records.date).sum())
    if undated and "date" in columns:
        remarks.append(f"{undated:,} without a date that can be read: they do not fade, and are in no window.")
    source = {**tables.described(path, rows, used.height), "columns": columns}
    return (_renamed(records) if options["rename"] else records), remarks, source


def _columns(present: list[str], options: dict[str, Any]) -> dict[str, str]:
    """The column of each role, as given or by its name; refuses when --from or --to is not found."""
    given = {role: choose_named(present, (), options[role], f"--{role}") for role in NAMES}
    taken: dict[str, str] = {}
    for role, names in NAMES.items():
        left = [name for name in present if name not in (*given.values(), *taken.values())]
        column = given[role] or choose_named(left, names.split(), None, f"--{role}")
        if column is not None:
            taken[role] = column
        elif role in ("from", "to"):
            raise WrongInput(f"no column found for {role!r}; expected --{role} with one of {', '.join(present)}")
    return taken


def _records(frame: pl.DataFrame, columns: dict[str, str]) -> Records:
    extra: dict[str, Any] = {
        role: tables.numbers(frame, columns[role], f"--{role}") for role in ("weight", "reliability") if role in columns
    }
    if "date" in columns:
        extra["date"] = moments.read(frame[columns["date"]]).at
    if "kind" in columns:
        extra["kind"] = np.array(tables.texts(frame, columns["kind"], "--kind"))
    return Records.of(frame["__from__"].to_list(), frame["__to__"].to_list(), **extra)


def _renamed(records: Records) -> Records:
    """The same records under other codes, in another order.

    Not from the seed, which run.json keeps: whoever knows it could shuffle the old codes the same way and match them.
    """
    n = len(records.codes)
    order = np.random.default_rng().permutation(n)
    codes = [f"N{number + 1:0{len(str(n))}d}" for number in order]
    return Records.of(
        [codes[i] for i in records.a], [codes[i] for i in records.b], weight=records.weight,
        reliability=records.reliability, date=records.date, kind=records.kind,
    )  # fmt: skip
