"""`openvis analyse backtest`: which forecast deserves trust here, if any."""

from pathlib import Path
from typing import Any

import click
import numpy as np

from openvis.analysis.forecast import COUNTS, METHODS, SHARES, Backtest, moves, weekly_origins
from openvis.analysis.forecast import backtest as run_backtest
from openvis.analysis.grid import Grid
from openvis.cli.analyse import forecasting, outcome, reading, wording
from openvis.cli.analyse.options import reading as reading_options
from openvis.cli.analyse.wrong import WrongInput, answered

MOVED = ("grid", "method", "share", "cells", "hits", "events", "hit_rate", "pai", "pei", "log_score")


@click.command()
@reading_options(place=True, hours=False)
@click.option("--from", "first", type=forecasting.DAYS, help="First day to forecast [default: 52 forecasts back].")
@click.option("--to", "last", type=forecasting.DAYS, help="Last day, itself included [default: the last in the file].")
@click.option(
    "--share",
    "shares",
    type=click.FloatRange(0.0001, 0.5),
    multiple=True,
    default=SHARES,
    show_default=True,
    help="Part of the area to choose; may be given more than once.",
)
@click.option("--methods", default="all", show_default=True, help=f"Some of {', '.join(METHODS)}, with commas.")
@forecasting.options
@click.option("--move-grid", is_flag=True, help="Also with the cells moved by half a cell: east, north, both.")
@answered
def backtest(**options: Any) -> None:
    """Let every method forecast one period after another in the past, and count what it would have found.

    Each forecast knows only what had ended before it. A method is better only when its paired difference to the best
    count stays above zero, also after allowing for how many methods were tried.
    """
    steps = outcome.Steps(("read", "test", "move", "write"), options["quiet"])
    if options["out"] is not None:
        outcome.prepare_pictures()
    methods = forecasting.chosen_methods(options["methods"], METHODS)
    with steps.step("read"):
        incidents = forecasting.read(options)
        origins = _origins(incidents, options)
        grid = forecasting.area(incidents, options, origins[0])
    wording.tell(incidents.account(), options["quiet"])
    shares = sorted(set(options["shares"]))
    ways = moves(grid) if options["move_grid"] else {"as it is": grid}
    tests = {}
    for name, moved in ways.items():
        with steps.step("test" if name == "as it is" else "move"):
            tests[name] = run_backtest(
                incidents.events, moved, methods, origins, options["horizon"], shares,
                seed=options["seed"], progress=steps.tell,
            )  # fmt: skip
    test = tests["as it is"]
    told = finding(test)
    click.echo(told)
    click.echo("\n" + forecasting.table(test))
    if any(name not in COUNTS for name in test.methods):
        click.echo("\n" + forecasting.told_log_score(test))
    if options["move_grid"]:
        click.echo("\nWith the cells moved:\n\n" + _moved_table(tests))
    wording.tell([f"{name} left out: {why}." for name, why in test.left_out.items()], options["quiet"])
    if options["out"] is not None:
        with steps.step("write"):
            _write(options["out"], told, test, tests, ways, options)
        outcome.write_run(
            options["out"], "backtest", _told(options), incidents.described(), steps,
            {"finding": told, "origins": [forecasting.day(it) for it in test.origins], "cells": grid.size,
             "area_km2": round(grid.area_km2, 3), "left_out": dict(test.left_out)},
        )  # fmt: skip
        names = "scores.csv, differences.csv, " + ("moved.csv, " if options["move_grid"] else "")
        wording.tell([f"\nWritten to {options['out']}: {names}scores.png, run.json."], options["quiet"])


def finding(test: Backtest) -> str:
    """What the test says, in words, with its uncertainty: first whether anything finds more than the counts."""
    where = f"in {test.origins.size} forecasts of {test.horizon} day{'s' if test.horizon > 1 else ''}"
    if all(name in COUNTS for name in test.methods):
        return f"{_line_to_beat(test)} {where}."
    better = test.better()
    more = [it for it in better if it.share is not None]
    likelier = sorted({it.method for it in better if it.share is None}, key=test.methods.index)
    other = f"; {' and '.join(likelier)} better at how many to expect where (log score)" if likelier else ""
    if not more:
        return f"No method clearly finds more than counting: {_line_to_beat(test)} {where}{other}."
    most = max(more, key=lambda it: it.difference)
    share = most.share or 0.0
    names = sorted({it.method for it in more}, key=test.methods.index)
    on = ", ".join(wording.percent(s, 2) for s in sorted({it.share or 0.0 for it in more}))
    less = sorted({it.share for it in test.differences() if it.method in names and it.finding == "worse" and it.share})
    caution = f"; clearly less on {', '.join(wording.percent(it, 2) for it in less)}" if less else ""
    return (
        f"{' and '.join(names)} clearly find{'s' if len(names) == 1 else ''} more than the best count (on {on} of the area) "
        f"{where}: {most.method} {wording.percent(forecasting.held(test, most.method, share).hit_rate)} of the events on "
        f"{wording.percent(share, 2)}, {forecasting.points(most.difference)} points "
        f"({forecasting.points(most.low)} to {forecasting.points(most.high)}){caution}{other}."
    )


def _line_to_beat(test: Backtest) -> str:
    share = min(test.shares, key=lambda it: abs(it - 0.01))
    name = forecasting.best(test, share)
    score = forecasting.held(test, name, share)
    part = test.chosen[test.shares.index(share)] / test.cells
    return (
        f"the {forecasting.NAMES[name]} finds {wording.percent(score.hit_rate)} of {score.events:,.0f} events "
        f"({forecasting.span(score.pai_low * part, score.pai_high * part)}) on {wording.percent(share, 2)} of the area"
    )


def _origins(incidents: reading.Incidents, options: dict[str, Any]) -> Any:
    horizon = options["horizon"]
    last = (
        np.datetime64(incidents.events.begin.max(), "D")
        if options["last"] is None
        else np.datetime64(options["last"], "D")
    )
    after = last + 1
    first = after - 52 * horizon if options["first"] is None else np.datetime64(options["first"], "D")
    if first >= after:
        raise WrongInput(f"--from is {first}, --to is {last}; expected a first day before the last")
    return weekly_origins(first, after, horizon)


def _told(options: dict[str, Any]) -> dict[str, Any]:
    """The arguments, days as text."""
    days = {name: None if options[name] is None else f"{options[name]:%Y-%m-%d}" for name in ("first", "last")}
    rest = {name: value for name, value in options.items() if name not in days}
    return {**rest, "from": days["first"], "to": days["last"]}


def _moved_table(tests: dict[str, Backtest]) -> str:
    shares = next(iter(tests.values())).shares
    heading = ("cells", "method", *(f"found on {wording.percent(share, 2)}" for share in shares), "log score")
    rows = []
    for name, test in tests.items():
        for method in test.methods:
            scores = [it for it in test.scores() if it.method == method]
            rows.append([name, method, *(wording.percent(it.hit_rate) for it in scores), f"{scores[0].log_score:,.2f}"])
    return wording.table(heading, rows, left=(0, 1))


def _write(
    folder: Path, told: str, test: Backtest, tests: dict[str, Backtest], grids: dict[str, Grid], options: dict[str, Any]
) -> None:
    from openvis.cli.analyse.drawing.forecasts import draw_scores

    folder.mkdir(parents=True, exist_ok=True)
    forecasting.write_scores(folder, test)
    if len(tests) > 1:
        lines = [
            [name, *(getattr(it, column) for column in MOVED[1:3]), grids[name].size]
            + [round(getattr(it, column), 6) for column in MOVED[4:]]
            for name, moved in tests.items()
            for it in moved.scores()
        ]
        outcome.write_csv(folder / "moved.csv", MOVED, lines)
    period = f"{forecasting.day(test.origins[0])} to {forecasting.day(test.origins[-1])}"
    draw_scores(folder / "scores.png", told, f"{options['events'].name} · origins {period}", test)
