"""Protects a table, or takes a published version of it, and tells what the audit found."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from openvis.analysis import disclosure
from openvis.analysis.checks import Bools, Ints
from openvis.cli.analyse.protect_table import ABSENT, LEFT_OUT, Table, published
from openvis.cli.analyse.wording import percent
from openvis.cli.analyse.wrong import WrongInput

EXACT_TO = 500
"""Cells left out, up to which all intervals are solved; a matter of seconds."""
MOST_TOLD = 5
LEVELS = {
    "suppress": ("", "all", "may not be told", "left out", "of what is counted"),
    "round": ("", "all", "may not be told", "changed", "by at most"),
}


@dataclass(frozen=True)
class Found:
    """A table, the version to publish, what an outsider can infer; whether that version was made here."""

    table: Table
    made: disclosure.Protected
    audit: disclosure.Audit
    ours: bool

    @cached_property
    def inner(self) -> Bools:
        """The cells of the table itself, without its totals."""
        inside = np.zeros(self.made.values.shape, dtype=np.bool_)
        self.made.margins.inner(inside)[...] = True
        return inside

    @cached_property
    def small(self) -> Bools:
        """Cells that may not be told, as the audit sees them."""
        small = np.zeros(self.made.values.shape, dtype=np.bool_)
        small[tuple(self.audit.cells[self.audit.small].T)] = True
        return small

    @cached_property
    def true(self) -> Ints:
        """The true figures, with all totals."""
        return self.made.margins.extend(self.table.counts)


def protected(table: Table, options: dict[str, Any], remarks: list[str]) -> disclosure.Protected:
    """The table as it may be published, or the version of --audit."""
    if options["protected"] is not None:
        return _taken(table, published(options["protected"], table), options, remarks)
    if options["base"] and options["method"] != "round":
        raise WrongInput(f"--base is {options['base']} with --method {options['method']}; expected --method round")
    base = options["base"] if options["method"] == "round" else None
    return disclosure.protect(
        table.counts, options["k"], method=options["method"], base=base, groups=table.group, largest=table.largest,
        seed=options["seed"],
    )  # fmt: skip


def audited(table: Table, made: disclosure.Protected, options: dict[str, Any]) -> Found:
    """What an outsider can infer: all of it, or where much is left out whether it is too much."""
    exact = options["exact"] or int(made.hidden.sum()) <= EXACT_TO
    audit = disclosure.audit(table.counts, made, exact=exact, largest=table.largest)
    return Found(table, made, audit, options["protected"] is None)


def finding(found: Found) -> str:
    """The first line: what is small, what was done about it, and what the audit says."""
    made, small = found.made, found.small
    cells, totals = int((small & found.inner).sum()), int((small & ~found.inner).sum())
    what = f"below {made.k}" if found.table.largest is None else f"below {made.k} or from one source"
    are = f"{cells:,} of {int(found.inner.sum()):,} cells {'is' if cells == 1 else 'are'} {what}"
    if not cells + totals:
        done = "" if not found.ours else "; nothing is left out" if made.method == "suppress" else _rounded(found)
        return f"No cell of {int(found.inner.sum()):,} is {what}{done}."
    if not found.audit.passed:
        return _failure(found, cells + totals, what)
    if made.method == "round":
        return f"{are}; {_rounded(found)} so that nobody can work them out ({_audit(found)})."
    out, more = int((made.hidden & found.inner).sum()), int((made.hidden & ~found.inner).sum())
    beside = f", with {more:,} {'total' if more == 1 else 'totals'}," if more else ""
    gone = f"{out:,} {'is' if out == 1 else 'are'} left out{beside}"
    return f"{are}; {gone} so that nobody can work them out ({_audit(found)})."


def advice(found: Found) -> list[str]:
    """What to do when little of the table is left."""
    cells = found.inner & (found.true > 0)
    if 2 * int((found.made.hidden & cells).sum()) <= int(cells.sum()):
        return []
    return ["More than half is left out: larger areas, longer periods or one column fewer would tell more."]


def figures(found: Found) -> dict[str, Any]:
    """The same as plain values, for run.json."""
    tightest = found.audit.tightest
    return {
        "cells": int(found.inner.sum()),
        "may_not_be_told": int((found.small & found.inner).sum()),
        "left_out": int((found.made.hidden & found.inner).sum()),
        "totals_left_out": int((found.made.hidden & ~found.inner).sum()),
        "audit_passed": found.audit.passed,
        "exact": found.audit.exact,
        "narrowest": None if tightest is None else [None if np.isinf(it) else int(it) for it in tightest],
    }


def level_rows(found: Found) -> list[list[str]]:
    """Cells, and totals: how many, how many may not be told, what it costs."""
    rows = []
    for name, at in (("cells", found.inner), ("totals", ~found.inner)):
        row = [name, f"{int(at.sum()):,}", f"{int((found.small & at).sum()):,}"]
        if found.made.method == "round":
            off = np.abs(found.made.values - found.true)[at]
            row += [f"{int((off > 0).sum()):,}", f"{int(off.max())}"]
        else:
            whole = int(found.true[at].sum())
            lost = int(found.true[found.made.hidden & at].sum())
            share = percent(lost / max(whole, 1)) if name == "cells" else ""
            row += [f"{int((found.made.hidden & at).sum()):,}", share]
        rows.append(row)
    return rows


def narrowest_rows(found: Found) -> list[list[str]]:
    """The small cells that an outsider knows best."""
    audit = found.audit
    small = np.flatnonzero(audit.small)
    order = small[np.lexsort((small, audit.values[small] - audit.enough[small]))][:MOST_TOLD]
    return [
        [
            *found.table.named(audit.cells[i]),
            str(found.true[tuple(audit.cells[i])]),
            interval(found, i),
            reason(found, i),
        ]
        for i in order.tolist()
    ]


def interval(found: Found, at: int) -> str:
    """What a cell of the audit can be, as a person says it."""
    low, high = found.audit.low[at], found.audit.high[at]
    if low == high:
        return f"{low:.0f}"
    return f"{low:.0f} or more" if np.isinf(high) else f"{low:.0f} to {high:.0f}"


def reason(found: Found, at: int) -> str:
    """Why a cell of the audit is at risk."""
    if not found.audit.small[at]:
        return "protects others" if found.made.method == "suppress" else ""
    count = found.true[tuple(found.audit.cells[at])]
    return f"below {found.made.k}" if count < found.made.k else "from one source"


def _failure(found: Found, small: int, what: str) -> str:
    failed = found.audit.failed
    at = int(failed[np.argmin(found.audit.values[failed])])
    return (
        f"Audit failed: {failed.size:,} of the {small:,} figures {what} can be worked out too well. "
        f"{_told(found.table, tuple(found.audit.cells[at].tolist()))} can only be {interval(found, at)}; expected at least "
        f"{found.audit.enough[at]} possible values."
    )


def _rounded(found: Found) -> str:
    return f"all figures are rounded to a multiple of {found.made.base}"


def _audit(found: Found) -> str:
    small = np.flatnonzero(found.audit.small)
    at = int(small[np.argmin(found.audit.values[small])])
    limit = "" if found.audit.exact else "at least "
    return f"audit passed: narrowest interval {limit}{interval(found, at)}"


def _taken(table: Table, shown: Ints, options: dict[str, Any], remarks: list[str]) -> disclosure.Protected:
    """What others published, as if it were made here."""
    margins, k = table.margins, options["k"]
    full = margins.extend(table.counts)
    totals = np.ones(full.shape, dtype=np.bool_)
    margins.inner(totals)[...] = False
    small = (full > 0) & (full < k)
    absent = int((shown[totals] == ABSENT).sum())
    if options["method"] == "round":
        if absent:
            remarks.append(f"{absent:,} totals are not listed: taken as the sums of the figures that are.")
        return _taken_rounded(table, shown, small, options, remarks)
    if absent:
        remarks.append(f"{absent:,} totals are not listed: taken as published elsewhere.")
    wrong = (shown >= 0) & (shown != full)
    if wrong.any():
        cell, many = _first(wrong)
        raise WrongInput(
            f"{options['protected'].name} shows {shown[cell]} for {_told(table, cell)} ({many:,} such figures); expected "
            f"{full[cell]}, as in {options['table'].name}, or --method round"
        )
    # A combination without a row that counts 0 is told by that; one that counts more is left out.
    hidden = (shown == LEFT_OUT) | ((shown == ABSENT) & ~totals & (full > 0))
    return disclosure.Protected(margins, "suppress", k, np.where(hidden, -1, full), hidden, small, 0)


def _taken_rounded(
    table: Table, shown: Ints, small: Bools, options: dict[str, Any], remarks: list[str]
) -> disclosure.Protected:
    margins, k = table.margins, options["k"]
    base = options["base"] or k
    leaves = np.maximum(margins.inner(shown), 0)
    values = margins.extend(leaves.reshape(table.counts.shape))
    for wrong, expected in (
        (shown == LEFT_OUT, "a figure in every row with --method round"),
        ((shown >= 0) & (shown % base != 0), f"a multiple of {base}"),
        ((shown >= 0) & (shown != values), "the sum of its parts: what else a total gives away is not audited"),
    ):
        if wrong.any():
            cell, many = _first(wrong)
            was = "left out" if shown[cell] == LEFT_OUT else shown[cell]
            raise WrongInput(f"{_told(table, cell)} is {was} ({many:,} such figures); expected {expected}")
    off = np.abs(leaves.reshape(table.counts.shape) - table.counts)
    nearest = bool(2 * off.max() <= base)
    if nearest:
        remarks.append(
            f"No figure is more than half of {base} off: judged as rounded to the nearest, which tells more."
        )
    nothing = np.zeros(shown.shape, dtype=np.bool_)
    return disclosure.Protected(margins, "round", k, values, nothing, small, base, nearest)


def _first(cells: Bools) -> tuple[tuple[int, ...], int]:
    """The first cell, and how many there are."""
    at = np.argwhere(cells)
    return tuple(at[0].tolist()), len(at)


def _told(table: Table, cell: tuple[int, ...]) -> str:
    return ", ".join(table.named(cell))
