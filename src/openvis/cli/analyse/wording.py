"""Results in words and aligned tables, for the terminal."""

from collections.abc import Sequence

import click
import numpy as np

from openvis.analysis.checks import Ints
from openvis.analysis.windows import Window

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def window(it: Window) -> str:
    """A window as a person says it: "Fri–Sat 23–03", "daily 09–18", "Sat all day"."""
    days = it.days
    if len(days) == len(DAYS):
        when = "daily"
    elif len(days) == 1:
        when = DAYS[days[0]]
    else:
        when = f"{DAYS[days[0]]}{'–' if len(days) > 2 else '+'}{DAYS[days[-1]]}"
    if it.begin_hour == 0 and it.end_hour == 24:
        return f"{when} all day"
    return f"{when} {it.begin_hour:02d}–{it.end_hour % 24:02d}"


def percent(share: float, digits: int = 1) -> str:
    """A share as a percentage; small ones keep two figures that tell something."""
    value = 100.0 * share
    if 0 < value < 10.0**-digits:
        return f"{value:.2g} %"
    return f"{value:.{digits}f} %"


def kinds(codes: Ints, names: Sequence[str]) -> list[str]:
    """Kinds of events with how many, most first: ["burglary 12", "theft 3"]; empty where kinds have no names."""
    found, amounts = np.unique(codes, return_counts=True)
    order = np.lexsort((found, -amounts))
    return [f"{names[found[i]]} {amounts[i]}" for i in order] if names else []


def table(heading: Sequence[str], rows: Sequence[Sequence[str]], left: Sequence[int] = ()) -> str:
    """Columns aligned to the right, those in `left` to the left; a rule under the heading."""
    widths = [max(len(row[i]) for row in (heading, *rows)) for i in range(len(heading))]

    def line(row: Sequence[str]) -> str:
        cells = (v.ljust(w) if i in left else v.rjust(w) for i, (v, w) in enumerate(zip(row, widths, strict=True)))
        return "  " + "  ".join(cells).rstrip()

    rule = "  " + "  ".join("─" * width for width in widths)
    return "\n".join([line(heading), rule, *map(line, rows)])


def tell(lines: Sequence[str], quiet: bool) -> None:
    """Remarks about the input go to standard error, so that the result alone can be piped."""
    if not quiet:
        for line in lines:
            click.echo(line, err=True)
