"""What `forecast` and `backtest` share: the area, the options, and scores in words, tables and files."""

import dataclasses
from collections.abc import Callable, Sequence
from functools import reduce
from pathlib import Path
from typing import Any, TypeVar

import click
import numpy as np

from openvis.analysis.forecast import COUNTS, Backtest, Difference, Score
from openvis.analysis.grid import Grid
from openvis.cli.analyse import outcome, reading, wording
from openvis.cli.analyse.areas import leave_out_beside, read_area
from openvis.cli.analyse.wrong import WrongInput

F = TypeVar("F", bound=Callable[..., Any])

NAMES = {
    "naive": "count of the last 12 months",
    "count": "count of all history",
    "kde": "kernel density",
    "prospective": "near and recent",
    "sepp": "self-exciting process",
    "boosted": "boosted trees",
    "ensemble": "ensemble of counts",
}
SCORES = tuple(field.name for field in dataclasses.fields(Score))
DIFFERENCES = tuple(field.name for field in dataclasses.fields(Difference))
HEADING = (
    "method", "of area", "events found", "95 % interval", "× as dense", "of possible", "log score",
    "found more", "95 % interval", "finding",
)  # fmt: skip
DAYS = click.DateTime(formats=["%Y-%m-%d"])


def options(command: F) -> F:
    """--area, --cell, --horizon and --seed."""
    added = [
        click.option(
            "--area",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="Study area, GeoJSON in degrees [default: all within 500 m of what was known beforehand].",
        ),
        click.option(
            "--cell", type=click.FloatRange(10, 5000), default=125.0, show_default=True, help="Cell size, metres."
        ),
        click.option("--horizon", type=click.IntRange(1, 366), default=7, show_default=True, help="Days to forecast."),
        click.option(
            "--seed", type=click.IntRange(0), default=0, show_default=True, help="For ties and the bootstrap."
        ),
    ]
    return reduce(lambda made, option: option(made), reversed(added), command)


def read(options: dict[str, Any]) -> reading.Incidents:
    """Incidents with place and time."""
    return reading.read(options["events"], options, options["crs"], options["where"], place=True, time=True)


def area(incidents: reading.Incidents, options: dict[str, Any], known: np.datetime64) -> Grid:
    """The study area: as given, or around what was known beforehand (what comes later may not shape it).

    Events beside it are counted out.
    """
    events = incidents.events
    if options["area"] is not None:
        grid = Grid.covering(incidents.ground.from_globe(read_area(options["area"])), options["cell"])
    else:
        before = events.end <= known
        if not before.any():
            raise WrongInput(f"no event had ended before {day(known)}; expected a day with history before it")
        grid = Grid.around(events.x[before], events.y[before], options["cell"])
    leave_out_beside(incidents, grid)
    return grid


def day(at: Any) -> str:
    """A moment as a day."""
    return str(np.datetime64(at, "D"))


def row(test: Backtest, score: Score, differences: Sequence[Difference]) -> list[str]:
    """One line of the table of scores."""
    found = [it for it in differences if it.method == score.method and it.share == score.share]
    more = found[0] if found else None
    part = score.pai / score.hit_rate if score.hit_rate else 0.0
    return [
        score.method,
        wording.percent(score.share, 2),
        wording.percent(score.hit_rate),
        span(score.pai_low / part, score.pai_high / part) if part else "–",
        f"{score.pai:.1f}",
        "–" if np.isnan(score.pei) else wording.percent(score.pei, 0),
        f"{score.log_score:,.2f}",
        points(more.difference) if more else "–",
        f"{points(more.low)} to {points(more.high)}" if more else "–",
        more.finding if more else "the line to beat" if score.method == best(test, score.share) else "a count",
    ]


def best(test: Backtest, share: float | None) -> str:
    """The best count at a share, or in log score (None)."""
    return test.best_count(None if share is None else test.shares.index(share))


def span(low: float, high: float) -> str:
    return f"{max(low, 0.0) * 100:.1f} to {high * 100:.1f} %"


def points(value: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    return f"{value * 100:+.1f}".replace("-", "−")


def table(test: Backtest, share: float | None = None) -> str:
    """The scores as a table; of one share of the area, or of all."""
    differences = test.differences()
    rows = [row(test, it, differences) for it in test.scores() if share is None or it.share == share]
    order = {name: i for i, name in enumerate(test.methods)}
    rows.sort(key=lambda cells: ([wording.percent(s, 2) for s in test.shares].index(cells[1]), order[cells[0]]))
    return wording.table(HEADING, rows, left=(0, 9))


def told_log_score(test: Backtest) -> str:
    """The finding about log scores, which judge the number in every cell."""
    found = [it for it in test.differences() if it.measure == "log_score"]
    parts = [
        f"{it.method} {it.difference:+.1f} ({it.low:+.1f} to {it.high:+.1f}, {it.finding})".replace("-", "−")
        for it in found
    ]
    if not parts:
        return ""
    return f"Log score against {found[0].against}, per forecast: " + "; ".join(parts) + "."


def held(test: Backtest, method: str, share: float) -> Score:
    """The score of a method at a share."""
    return next(it for it in test.scores() if it.method == method and it.share == share)


def write_scores(folder: Path, test: Backtest) -> None:
    """scores.csv and differences.csv."""
    outcome.write_csv(folder / "scores.csv", SCORES, [_plain(it) for it in test.scores()])
    outcome.write_csv(folder / "differences.csv", DIFFERENCES, [_plain(it) for it in test.differences()])


def _plain(line: Score | Difference) -> list[Any]:
    values = dataclasses.astuple(line)
    return [round(value, 6) if isinstance(value, float) else "" if value is None else value for value in values]


def chosen_methods(given: str, known: Sequence[str]) -> list[str]:
    """Methods of `--methods`: all, or names with commas; the counts are always there."""
    if given.strip() == "all":
        return list(known)
    names = [name.strip() for name in given.split(",") if name.strip()]
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        raise WrongInput(f"--methods is {given!r}; expected all, or some of {', '.join(known)}, with commas")
    return [name for name in known if name in names or name in COUNTS]
