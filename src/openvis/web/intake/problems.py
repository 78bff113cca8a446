"""What is wrong with which rows: gathered column by column, told row by row."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from .words import row_text


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason to reject a row: the column, the value that stood there, and what the sentence needs more."""

    reason: str
    column: str
    value: str
    facts: dict[str, Any]

    def __str__(self) -> str:
        return row_text(self.reason, {**self.facts, "value": self.value})


class Problems:
    """Collects problems of a table with `height` rows."""

    def __init__(self, height: int) -> None:
        self.height = height
        self.by_row: dict[int, list[Problem]] = {}

    def add(self, wrong: pl.Series, reason: str, column: str, values: pl.Series, **facts: Any) -> None:
        """Note a reason for the rows where `wrong` is true; a fact that is a Series gives each row its own."""
        places = wrong.fill_null(value=False).arg_true()
        if not places.len():
            return
        told = values.gather(places).cast(pl.String).fill_null("").to_list()
        own = {name: fact.gather(places).to_list() for name, fact in facts.items() if isinstance(fact, pl.Series)}
        shared = {name: fact for name, fact in facts.items() if name not in own}
        for number, (place, value) in enumerate(zip(places.to_list(), told, strict=True)):
            each = shared | {name: values[number] for name, values in own.items()} if own else shared
            self.by_row.setdefault(place, []).append(Problem(reason, column, value[:200], each))

    def good(self) -> pl.Series:
        """Which rows have no problem."""
        good = np.ones(self.height, dtype=bool)
        good[list(self.by_row)] = False
        return pl.Series(good)

    def __iter__(self) -> Iterator[tuple[int, list[Problem]]]:
        return iter(sorted(self.by_row.items()))
