"""The table to publish, what the audit found, and the picture of what is left out."""

from pathlib import Path

import numpy as np

from openvis.cli.analyse import outcome
from openvis.cli.analyse.protect_found import Found, reason

LEFT_OUT = "left out"
AUDIT = ("least", "most", "possible_values", "expected", "why", "passed")
PICTURE = "table.png"
MOST_DRAWN = 4_000
"""Figures, above which none can be read."""


def write(folder: Path, found: Found, publish: bool) -> list[str]:
    """Write all, and return the names of the files; what failed its audit is not written as if it could be published."""
    folder.mkdir(parents=True, exist_ok=True)
    table = found.table
    files = ["audit.csv"]
    outcome.write_csv(folder / "audit.csv", (*table.columns, table.count, *AUDIT), _audit(found))
    if publish and found.audit.passed:
        files.insert(0, "protected.csv")
        outcome.write_csv(folder / "protected.csv", (*table.columns, table.count, "note"), _published(found))
    if found.made.values.size <= MOST_DRAWN:
        from openvis.cli.analyse.drawing.table import draw_table

        draw_table(folder / PICTURE, table, found.made)
        files.append(PICTURE)
    return files


def _published(found: Found) -> list[list[object]]:
    """All figures with all totals.

    Nothing tells a small cell from one that protects it: that would narrow what it can be.
    """
    made = found.made
    return [
        [*found.table.named(cell), *(("", LEFT_OUT) if made.hidden[tuple(cell)] else (made.values[tuple(cell)], ""))]
        for cell in np.argwhere(np.ones(made.values.shape, dtype=np.bool_)).tolist()
    ]


def _audit(found: Found) -> list[list[object]]:
    audit, failed = found.audit, set(found.audit.failed.tolist())
    true = found.true
    return [
        [
            *found.table.named(cell), true[tuple(cell)], int(audit.low[i]),
            "" if np.isinf(audit.high[i]) else int(audit.high[i]),
            "" if np.isinf(audit.high[i]) else int(audit.values[i]),
            int(audit.enough[i]) if audit.small[i] else "", reason(found, i), "no" if i in failed else "yes",
        ]
        for i, cell in enumerate(audit.cells.tolist())
    ]  # fmt: skip
