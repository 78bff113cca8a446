"""`openvis analyse forecast`: where the coming days, with what is known on one day, and the test beside it."""

from pathlib import Path
from typing import Any

import click
import numpy as np

from openvis.analysis.checks import Bools, Floats
from openvis.analysis.forecast import COUNTS, METHODS, Backtest, choose, fit, predict, weekly_origins
from openvis.analysis.forecast import backtest as run_backtest
from openvis.analysis.grid import Grid
from openvis.cli.analyse import forecasting, outcome, reading, wording
from openvis.cli.analyse.options import reading as reading_options
from openvis.cli.analyse.wrong import WrongInput, answered

TESTED = ("kde", "ensemble")
"""Methods that are tried beside the counts when none is asked for."""
LEAST_TESTS = 8


@click.command()
@reading_options(place=True, hours=False)
@click.option(
    "--as-of",
    type=forecasting.DAYS,
    help="Forecast from this day, on what had ended before it [default: the day after the last event].",
)
@click.option(
    "--share", type=click.FloatRange(0.0001, 0.5), default=0.01, show_default=True, help="Part of the area to choose."
)
@click.option(
    "--method",
    type=click.Choice(METHODS),
    help="Method [default: the best count, unless the test shows that another finds more].",
)
@forecasting.options
@click.option(
    "--tests", type=click.IntRange(LEAST_TESTS, 520), default=52, show_default=True, help="Past periods to test on."
)
@answered
def forecast(**options: Any) -> None:
    """The cells where most is expected in the coming days, and how well such a forecast did in the past.

    The test is made on the same file, with the periods just before --as-of. Without --method the count is shown that
    did best, unless another method clearly found more.
    """
    steps = outcome.Steps(("read", "test", "forecast", "write"), options["quiet"])
    if options["out"] is not None:
        outcome.prepare_pictures()
    with steps.step("read"):
        incidents = forecasting.read(options)
        begin = _begin(incidents, options)
        grid = forecasting.area(incidents, options, begin)
    wording.tell(incidents.account(), options["quiet"])
    end = begin + np.timedelta64(options["horizon"], "D")
    with steps.step("test"):
        test = _test(incidents, grid, begin, options, steps)
    method = options["method"] or _deserved(test, options["share"])
    with steps.step("forecast"):
        model = fit(method, incidents.events, grid, begin, horizon=options["horizon"], seed=options["seed"])
        risk = predict(model, begin, end)
        chosen = choose(risk, grid, options["share"], options["seed"])
    told = _finding(method, risk, chosen, begin, end, test, options["share"])
    click.echo(told)
    click.echo("\nThe test on this file, each forecast from what was known before it:\n")
    click.echo(forecasting.table(test, options["share"]))
    click.echo("\n" + forecasting.told_log_score(test))
    if model.learned:
        click.echo("\nLearned: " + "; ".join(f"{name} {value:.2g}" for name, value in _heaviest(model.learned)) + ".")
    wording.tell([f"{name} left out of the test: {why}." for name, why in test.left_out.items()], options["quiet"])
    if options["out"] is not None:
        with steps.step("write"):
            _write(options["out"], told, risk, chosen, grid, incidents, test, options)
        outcome.write_run(
            options["out"], "forecast", {**options, "as_of": forecasting.day(begin)}, incidents.described(), steps,
            {"finding": told, "method": method, "known": model.events, "cells": grid.size,
             "chosen": int(chosen.sum()), "area_km2": round(grid.area_km2, 3), "learned": dict(model.learned)},
        )  # fmt: skip
        files = "cells.csv, cells.geojson, scores.csv, differences.csv, map.png, run.json"
        wording.tell([f"\nWritten to {options['out']}: {files}."], options["quiet"])


def _begin(incidents: reading.Incidents, options: dict[str, Any]) -> np.datetime64:
    if options["as_of"] is not None:
        return np.datetime64(f"{options['as_of']:%Y-%m-%d}", "s")
    return np.datetime64((incidents.events.end.max() - np.timedelta64(1, "s")).astype("datetime64[D]") + 1, "s")


def _test(
    incidents: reading.Incidents, grid: Grid, begin: np.datetime64, options: dict[str, Any], steps: outcome.Steps
) -> Backtest:
    """The last periods before `begin`, as many as leave at least as much history before the first."""
    horizon = np.timedelta64(options["horizon"], "D")
    events = incidents.events.where(incidents.events.end <= begin)
    if len(events) == 0:
        raise WrongInput(
            f"no event in the study area had ended before {forecasting.day(begin)}; expected a later --as-of"
        )
    periods = min(options["tests"], int((begin - events.begin.min()) // horizon) // 2)
    if periods < LEAST_TESTS:
        raise WrongInput(
            f"the history before {forecasting.day(begin)} starts on {forecasting.day(events.begin.min())}, too short to "
            f"test on; expected at least {2 * LEAST_TESTS} periods of {options['horizon']} days"
        )
    methods = (*COUNTS, *TESTED) if options["method"] is None else (*COUNTS, options["method"])
    return run_backtest(
        events, grid, methods, weekly_origins(begin - periods * horizon, begin, options["horizon"]), options["horizon"],
        [options["share"]], seed=options["seed"], progress=steps.tell,
    )  # fmt: skip


def _deserved(test: Backtest, share: float) -> str:
    """The method that clearly found most more than the best count; if there is none, that count."""
    more = [it for it in test.better() if it.share is not None]
    return max(more, key=lambda it: it.difference).method if more else forecasting.best(test, share)


def _finding(
    method: str, risk: Floats, chosen: Bools, begin: np.datetime64, end: np.datetime64, test: Backtest, share: float
) -> str:
    score = forecasting.held(test, method, share) if method in test.methods else None
    part = test.chosen[0] / test.cells
    last = forecasting.day(end - np.timedelta64(1, "D"))
    cells = int(chosen.sum())
    said = (
        f"{cells:,} cell{'s' if cells > 1 else ''} ({wording.percent(share, 2)} of the area), by the "
        f"{forecasting.NAMES[method]}, for {forecasting.day(begin)} to {last}: {risk[chosen].sum():.1f} of {risk.sum():.1f} "
        "events expected"
    )
    if score is None:
        return f"{said}; the method cannot be tested on this file."
    found = (
        f"in {test.origins.size} tests such cells held {wording.percent(score.hit_rate)} "
        f"({forecasting.span(score.pai_low * part, score.pai_high * part)})"
    )
    return f"{said}; {found}, {_standing(method, test, share)}."


def _standing(method: str, test: Backtest, share: float) -> str:
    """How the method stands to the counts, in words."""
    if method in COUNTS:
        more = any(it.share is not None for it in test.better())
        return "less than another method" if more else "and no method clearly found more than counting"
    against = next(it for it in test.differences() if it.method == method and it.share == share)
    found = wording.percent(forecasting.held(test, against.against, share).hit_rate)
    words = {"better": "clearly more", "worse": "clearly less", "no clear difference": "not clearly more"}
    return f"{words[against.finding]} than the {forecasting.NAMES[against.against]} ({found})"


def _heaviest(learned: Any) -> list[tuple[str, float]]:
    return sorted(learned.items(), key=lambda item: -item[1])[:6]


def _write(
    folder: Path, told: str, risk: Floats, chosen: Bools, grid: Grid, incidents: reading.Incidents, test: Backtest,
    options: dict[str, Any],
) -> None:  # fmt: skip
    from openvis.cli.analyse.drawing.forecasts import draw_risk

    folder.mkdir(parents=True, exist_ok=True)
    x, y = grid.centres()
    cells = zip(x[grid.mask], y[grid.mask], risk[grid.mask], chosen[grid.mask], strict=True)
    outcome.write_csv(
        folder / "cells.csv",
        ("x", "y", "risk", "chosen"),
        [(round(float(a), 3), round(float(b), 3), f"{r:.8g}", "true" if c else "false") for a, b, r, c in cells],
    )
    flat = np.flatnonzero(chosen)
    flat = flat[np.argsort(-risk.ravel()[flat], kind="stable")]
    shapes = [incidents.ground.to_globe(square) for square in grid.polygons(flat)]
    ranked = [{"rank": i, "risk": round(float(r), 8)} for i, r in enumerate(risk.ravel()[flat], start=1)]
    outcome.write_geojson(folder / "cells.geojson", list(zip(shapes, ranked, strict=True)))
    forecasting.write_scores(folder, test)
    draw_risk(folder / "map.png", told, f"{options['events'].name} · expected events per cell", risk, chosen, grid)
