"""`openvis analyse near-repeat`: whether one incident brings another close by, and where that may be so now."""

from pathlib import Path
from typing import Any

import click
import numpy as np

from openvis.analysis.checks import Bools, Floats
from openvis.analysis.events import Events
from openvis.analysis.grid import Grid
from openvis.analysis.near_repeat import Knox, knox, risk
from openvis.cli.analyse import outcome, reading, wording
from openvis.cli.analyse.blocks import Block, clear_block, distance, lag, strongest
from openvis.cli.analyse.options import reading as reading_options
from openvis.cli.analyse.wrong import WrongInput, answered

FIELDS = (
    "distance_from", "distance_to", "days_from", "days_to", "observed", "expected", "deviation", "ratio", "p", "p_any",
    "clear",
)  # fmt: skip
CELLS = ("x", "y", "lon", "lat", "risk")
DAY = np.timedelta64(1, "D")


@click.command("near-repeat")
@reading_options(place=True, hours=False)
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Last day that is known [default: that of the last event]."
)
@click.option(
    "--distances", default="1,100,200,300,400", show_default=True,
    help="Upper edges of the bands of distance, metres; up to 1 is the same place.",
)  # fmt: skip
@click.option(
    "--days", default="2,4,7,14,21,28", show_default=True,
    help="Upper edges of the bands of days; up to 2 is the same day or the next.",
)  # fmt: skip
@click.option(
    "--permutations",
    type=click.IntRange(0, 99_999),
    help="Shuffles of the days; 0: exact mean and variance instead [default: 999, above 200,000 events 0].",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="For the shuffles.")
@click.option(
    "--alpha", type=click.FloatRange(0.0001, 0.5), default=0.05, show_default=True,
    help="Highest p, all bands counted, that stands out.",
)  # fmt: skip
@click.option(
    "--cell", type=click.FloatRange(10, 5000), default=50.0, show_default=True, help="Cell size of the map, metres."
)
@answered
def near_repeat(**options: Any) -> None:
    """Whether one event is followed by others close by soon after, and where that may be so now (Knox test).

    Counts pairs by distance and days beside what chance would give, were place and day independent. Where a pattern
    stands out, the cells are shown that lie that near to an event of that many last days.
    """
    steps = outcome.Steps(("read", "count", "map", "write"), options["quiet"])
    edges = _edges(options["distances"], "--distances"), _edges(options["days"], "--days")
    _check_permutations(options)
    if options["out"] is not None:
        outcome.prepare_pictures()
    with steps.step("read"):
        incidents = reading.read(options["events"], options, options["crs"], options["where"], place=True, time=True)
    wording.tell(incidents.account(), options["quiet"])
    events, at = _known(incidents.events, options)
    with steps.step("count"):
        found = knox(events, *edges, options["permutations"], options["seed"])
    wording.tell(_remarks(found, incidents, events), options["quiet"])
    block = clear_block(found, options["alpha"])
    told = _finding(found, block, incidents, events)
    click.echo(told)
    click.echo("\n" + _table(found, options["alpha"]))
    click.echo(f"\nTimes the expected number of pairs. * stands out: {_level(found, options['alpha'])}.")
    with steps.step("map"):
        grid = Grid.around(events.x, events.y, options["cell"])
        raised = np.zeros(grid.shape) if block is None else _risk(events, at, grid, block)
    now = _now(raised, grid, block, at)
    click.echo(now)
    if options["out"] is not None:
        with steps.step("write"):
            _write(options, (told, now), found, incidents, events, grid, raised)
        outcome.write_run(
            options["out"], "near-repeat", {**options, "as_of": str((at - DAY).astype("datetime64[D]"))},
            incidents.described(), steps,
            {"finding": told, "now": now, "events": found.events, "permutations": found.permutations,
             "clear": int(found.significant(options["alpha"]).sum()), "bands": found.p_any.size,
             "cells": int((raised > 0).sum())},
        )  # fmt: skip
        files = "table.csv, cells.csv, cells.geojson, matrix.png, map.png, run.json"
        wording.tell([f"\nWritten to {options['out']}: {files}."], options["quiet"])


def _edges(given: str, name: str) -> tuple[float, ...]:
    """Edges of the bands, from 0 on, as the text gives them."""
    try:
        edges = [float(word) for word in given.split(",")]
    except ValueError:
        raise WrongInput(f"{name} is {given!r}; expected rising numbers with commas between, such as 100,200") from None
    return tuple(edges) if edges[0] == 0 else (0.0, *edges)


def _check_permutations(options: dict[str, Any]) -> None:
    drawn, alpha = options["permutations"], options["alpha"]
    if drawn and 1.0 / (drawn + 1.0) > alpha:
        raise WrongInput(
            f"--permutations is {drawn}, with which p is never below {1.0 / (drawn + 1.0):.2g}; expected at least "
            f"{int(np.ceil(1.0 / alpha)) - 1} for --alpha {alpha:g}, or 0 for the exact mean and variance"
        )


def _known(events: Events, options: dict[str, Any]) -> tuple[Events, np.datetime64]:
    """What had ended before the end of the last day, and that moment."""
    last = events.end.max() - np.timedelta64(1, "s") if options["as_of"] is None else options["as_of"]
    at = np.datetime64(np.datetime64(last, "D") + DAY, "s")
    known = events.where(events.end <= at)
    later = len(events) - len(known)
    if later:
        wording.tell([f"{later:,} after {(at - DAY).astype('datetime64[D]')}: not looked at."], options["quiet"])
    return known, at


def _remarks(found: Knox, incidents: reading.Incidents, events: Events) -> list[str]:
    lines = []
    kinds = np.unique(events.kind).size
    if incidents.kinds and kinds > 1:
        lines.append(f"{kinds} kinds taken together; --where takes one: --where \"{incidents.columns.kind} = '…'\".")
    if found.vague:
        share = wording.percent(found.vague)
        lines.append(f"{share} known less precisely than {found.days[1]} days: put on the day in the middle.")
    if not found.permutations:
        lines.append("No permutations drawn: p from the exact mean and variance over all of them.")
    return lines


def _finding(found: Knox, block: Block | None, incidents: reading.Incidents, events: Events) -> str:
    many = f"{found.events:,} events since {events.begin.min().astype('datetime64[D]')}"
    if block is None:
        best = strongest(found)
        if best is None:
            return f"No near repeat: no two events lie this near in place and time ({many})."
        return (
            f"No near repeat stands out: the strongest, {best.ratio:,.1f} times as many as expected {best.where} "
            f"{best.when}, is what chance brings ({_chance(best.p)}; {many})."
        )
    codes = np.unique(events.kind)
    one = incidents.kinds[codes[0]] if incidents.kinds and codes.size == 1 else "event"
    article = "an" if one[:1].lower() in "aeiou" else "a"
    return (
        f"After {article} {one} there are {block.ratio:,.1f} times as many as expected {block.where} {block.when} "
        f"({block.observed:,.0f} pairs, {block.expected:,.1f} expected; {_chance(block.p)}; {many})."
    )


def _chance(p: float) -> str:
    return f"p {p:.3f}" if p >= 0.0005 else "p under 0.001"


def _table(found: Knox, alpha: float) -> str:
    """Ratios by distance (down) and days (across)."""
    days = [lag(found, column) for column in range(found.days.size - 1)]
    rows = []
    for row in range(found.distances.size - 1):
        cells = zip(found.ratio[row], found.significant(alpha)[row], strict=True)
        rows.append([distance(found, row), *(f"{_ratio(ratio)}{'*' if clear else ' '}" for ratio, clear in cells)])
    return wording.table(("metres \\ days", *(f"{it} " for it in days)), rows, left=(0,))


def _ratio(ratio: float) -> str:
    return f"{ratio:,.2f}" if np.isfinite(ratio) else "–"


def _level(found: Knox, alpha: float) -> str:
    how = (
        f"{found.permutations:,} permutations of the days"
        if found.permutations
        else "the exact mean and variance over all permutations"
    )
    return f"p up to {alpha:g} by {how}" + (f", all {found.p.size} bands counted" if found.p.size > 1 else "")


def _risk(events: Events, at: np.datetime64, grid: Grid, block: Block) -> Floats:
    """Reach and memory are those of the pattern found; at least a cell, so that each event has its own."""
    return risk(events, at, grid, max(block.reach, grid.cell), block.memory)


def _now(raised: Floats, grid: Grid, block: Block | None, at: np.datetime64) -> str:
    last = (at - DAY).astype("datetime64[D]")
    if block is None:
        return "So no cells with a raised risk are shown."
    cells = int((raised > 0).sum())
    around = f"within {max(block.reach, grid.cell):,.0f} m of an event of the {block.memory} days up to {last}"
    if not cells:
        return f"Raised now: nowhere, since no cell lies {around}."
    share = wording.percent(cells / grid.size)
    return f"Raised now: {cells:,} cells of {grid.cell:g} m ({share} of the area) {around}."


def _rows(found: Knox, alpha: float) -> list[list[Any]]:
    """Band by band, named as in FIELDS."""
    clear: Bools = found.significant(alpha)
    return [
        [f"{found.distances[i]:g}", f"{found.distances[i + 1]:g}", found.days[j], found.days[j + 1],
         int(found.observed[i, j]), round(float(found.expected[i, j]), 4), round(float(found.deviation[i, j]), 4),
         round(float(found.ratio[i, j]), 4) if np.isfinite(found.ratio[i, j]) else "",
         float(f"{found.p[i, j]:.6g}"), float(f"{found.p_any[i, j]:.6g}"), bool(clear[i, j])]
        for i in range(found.distances.size - 1) for j in range(found.days.size - 1)
    ]  # fmt: skip


def _write(
    options: dict[str, Any], told: tuple[str, str], found: Knox, incidents: reading.Incidents, events: Events,
    grid: Grid, raised: Floats,
) -> None:  # fmt: skip
    from openvis.cli.analyse.drawing.near_repeat import draw_raised, draw_table

    folder: Path = options["out"]
    folder.mkdir(parents=True, exist_ok=True)
    outcome.write_csv(folder / "table.csv", FIELDS, _rows(found, options["alpha"]))
    _write_cells(folder, incidents, grid, raised)
    name = options["events"].name
    edge = f"{name} · red edge: {_level(found, options['alpha'])}"
    draw_table(folder / "matrix.png", told[0], edge, found, options["alpha"])
    draw_raised(folder / "map.png", told[1], f"{name} · grey: cells with an event", events, grid, raised)


def _write_cells(folder: Path, incidents: reading.Incidents, grid: Grid, raised: Floats) -> None:
    """The raised cells, highest first."""
    flat = np.flatnonzero(raised)
    flat = flat[np.argsort(-raised.ravel()[flat], kind="stable")]
    values = [round(float(value), 4) for value in raised.ravel()[flat]]
    x, y = (axis.ravel()[flat] for axis in grid.centres())
    globe = incidents.ground.lon_lat(x, y)
    outcome.write_csv(
        folder / "cells.csv",
        CELLS,
        [[*row] for row in zip(x.tolist(), y.tolist(), *globe.T.tolist(), values, strict=True)],
    )
    squares = [incidents.ground.to_globe(square) for square in grid.polygons(flat)]
    outcome.write_geojson(folder / "cells.geojson", [(it, {"risk": v}) for it, v in zip(squares, values, strict=True)])
