"""Places that are no incidents (dwellings, stations): rows with coordinates, and all else that their rows say."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from openvis.cli.analyse import reading, tables
from openvis.cli.analyse.columns import NAMES, choose_named
from openvis.cli.analyse.plane import Plane
from openvis.cli.analyse.reading import Floats
from openvis.cli.analyse.wrong import WrongInput


@dataclass(frozen=True, eq=False)
class Points:
    """The rows that can be used, their places in metres of `plane`, and what became of the others."""

    path: Path
    frame: pl.DataFrame
    x: Floats
    y: Floats
    plane: Plane
    taken: dict[str, str]
    rows: int
    rejected: dict[str, int]

    def named(self, role: str, names: str, given: str | None = None, option: str = "") -> str | None:
        """The column of a role, by the option that gives it or by its name; kept among those taken."""
        present = [name for name in self.frame.columns if name != tables.ROW]
        column = choose_named(present, names.split(), given, option)
        if column is not None:
            self.taken[role] = column
        return column

    def account(self) -> list[str]:
        """Lines that say which columns were taken and what happened to every row."""
        taken = ", ".join(f"{role} = {column}" for role, column in self.taken.items())
        lines = [f"{self.path.name}: {taken}; {self.rows:,} rows, {self.frame.height:,} used."]
        return lines + [f"  {count:,} not used: {reason}" for reason, count in self.rejected.items()]

    def described(self) -> dict[str, Any]:
        """The same as plain values, for run.json."""
        return {
            **tables.described(self.path, self.rows, self.frame.height),
            "columns": self.taken,
            "rejected": self.rejected,
            "crs": self.plane.source,
            "plane": self.plane.name,
        }


def read(
    path: Path,
    crs: str | None,
    given: Mapping[str, str | None] | None = None,
    where: str | None = None,
    plane: Plane | None = None,
) -> Points:
    """Rows of a file that have a place; `given`: columns of x and y where they are not to be guessed."""
    frame, rows = tables.read(path, where)
    present = [name for name in frame.columns if name != tables.ROW]
    taken = {}
    for role in ("x", "y"):
        column = choose_named(present, NAMES[role], (given or {}).get(role), f"--{role}")
        if column is None:
            raise WrongInput(
                f"{path.name}: no column found for the place ({role}); expected lon and lat or x and y, there are "
                f"{', '.join(present)}"
            )
        taken[role] = column
    usable, rejected = np.ones(frame.height, dtype=np.bool_), dict[str, int]()
    x, y, plane = reading.places(frame, taken["x"], taken["y"], crs, usable, rejected, plane)
    tables.refuse_all(path, usable, rejected)
    return Points(path, frame.filter(usable), x[usable], y[usable], plane, taken, rows, rejected)
