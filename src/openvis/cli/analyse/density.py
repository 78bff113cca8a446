"""`openvis analyse density`: where events are concentrated, as a smooth surface."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
import shapely

from openvis.analysis.checks import Bools, Floats
from openvis.analysis.density import NARROWEST, QUARTIC_PER_SD, kde, likely_bandwidth
from openvis.analysis.grid import Grid
from openvis.cli.analyse import areas, outcome, reading, wording
from openvis.cli.analyse.options import reading as reading_options
from openvis.cli.analyse.wrong import WrongInput, answered

HELD = (0.25, 0.5, 0.75)
"""Parts of the events for which the densest cells that hold them are told."""
HEADING = ("bandwidth", "highest per km²", "lon, lat", "25 % lie in", "50 %", "75 % of the area")
CELLS = ("x", "y", "lon", "lat", "per_km2")


class Bandwidth(click.ParamType):
    """Metres above zero, or auto."""

    name = "METRES|auto"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float | str:
        try:
            metres = float(value)
        except ValueError:
            metres = float("nan")
        if value != "auto" and not 1.0 <= metres <= 50_000.0:
            self.fail(f"{value!r}; expected auto, or a number of metres from 1 to 50,000", param, ctx)
        return "auto" if value == "auto" else metres


@dataclass(frozen=True)
class Surface:
    """The density at one bandwidth: its peak, and for each part of HELD the densest cells that hold it."""

    bandwidth: float
    per_km2: Floats
    peak: tuple[float, float]
    cells: tuple[Bools, ...]

    @property
    def highest(self) -> float:
        return float(self.per_km2.max())


@click.command()
@reading_options(place=True, hours=False)
@areas.options
@click.option(
    "--bandwidth",
    type=Bandwidth(),
    default="auto",
    show_default=True,
    help="How far an event counts; auto: the one that predicts left-out events best.",
)
@click.option(
    "--kernel",
    type=click.Choice(["quartic", "gaussian"]),
    default="quartic",
    show_default=True,
    help="quartic: nothing beyond the bandwidth; gaussian: the bandwidth is its standard deviation.",
)
@click.option(
    "--edge/--no-edge", default=True, show_default=True, help="Correct for what lies beyond the border of the area."
)
@answered
def density(**options: Any) -> None:
    """How many events per km² around each cell: a smooth surface, its peak, and the cells that hold half.

    A density always has a peak, also in events that are spread by chance; `hotspots` says what is more than chance. The
    same is worked out at half and at twice the bandwidth: trust what all three show.
    """
    steps = outcome.Steps(("read", "smooth", "write"), options["quiet"])
    if options["out"] is not None:
        outcome.prepare_pictures()
    with steps.step("read"):
        incidents = reading.read(options["events"], options, options["crs"], options["where"], place=True, time=False)
        grid = areas.study_area(incidents, options)
    wording.tell(incidents.account(), options["quiet"])
    with steps.step("smooth"):
        counts = grid.counts(incidents.events.x, incidents.events.y)
        bandwidth = _bandwidth(counts, grid, options)
        surfaces = [_surface(incidents, counts, grid, part * bandwidth, options) for part in (0.5, 1.0, 2.0)]
    told = _finding(surfaces, incidents, grid, options["bandwidth"] == "auto")
    click.echo(told)
    click.echo("\n" + wording.table(HEADING, [_row(it, incidents, grid) for it in surfaces], left=(2,)))
    if options["out"] is not None:
        with steps.step("write"):
            _write(options["out"], told, surfaces[1], incidents, counts, grid, options)
        outcome.write_run(
            options["out"], "density", options, incidents.described(), steps,
            {"finding": told, "bandwidth_m": round(bandwidth, 3), "highest_per_km2": round(surfaces[1].highest, 3),
             "cells": grid.size, "area_km2": round(grid.area_km2, 3)},
        )  # fmt: skip
        files = "density.csv, density.geojson, map.png, run.json"
        wording.tell([f"\nWritten to {options['out']}: {files}."], options["quiet"])


def _bandwidth(counts: Floats, grid: Grid, options: dict[str, Any]) -> float:
    if options["bandwidth"] != "auto":
        return float(options["bandwidth"])
    chosen = likely_bandwidth(counts, grid, options["kernel"])
    narrowest = NARROWEST * grid.cell * (QUARTIC_PER_SD if options["kernel"] == "quartic" else 1.0)
    if chosen <= 1.001 * narrowest:
        wording.tell(
            [f"{chosen:,.0f} m is the narrowest bandwidth tried: many events share a point. For a picture of a whole city "
             "give --bandwidth 300 to 500."],
            options["quiet"],
        )  # fmt: skip
    return chosen


def _surface(
    incidents: reading.Incidents, counts: Floats, grid: Grid, bandwidth: float, options: dict[str, Any]
) -> Surface:
    per_km2 = kde(incidents.events, grid, bandwidth, options["kernel"], options["edge"])
    if not per_km2.any():
        raise WrongInput(
            f"--bandwidth is {options['bandwidth']:g} m, and at {bandwidth:g} m no event reaches the centre of a cell of "
            f"{grid.cell:g} m; expected a larger bandwidth, or smaller cells"
        )
    x, y = grid.centres()
    highest = np.unravel_index(per_km2.argmax(), per_km2.shape)
    return Surface(bandwidth, per_km2, (float(x[highest]), float(y[highest])), _smallest(per_km2, counts, grid))


def _smallest(per_km2: Floats, counts: Floats, grid: Grid) -> tuple[Bools, ...]:
    """(ny, nx) for each part of HELD: the cells of highest density that together hold that part of the events."""
    order = np.argsort(-per_km2.ravel(), kind="stable")
    order = order[grid.mask.ravel()[order]]
    reached = np.cumsum(counts.ravel()[order])
    place = np.full(grid.nx * grid.ny, order.size)
    place[order] = np.arange(order.size)
    return tuple((place <= np.searchsorted(reached, part * reached[-1])).reshape(grid.shape) for part in HELD)


def _finding(surfaces: Sequence[Surface], incidents: reading.Incidents, grid: Grid, chosen: bool) -> str:
    narrow, it, wide = surfaces
    lon, lat = _globe(it.peak, incidents)
    half = wording.percent(it.cells[HELD.index(0.5)].sum() / grid.size)
    how = "chosen by likelihood cross-validation" if chosen else "as given"
    moved = max(np.hypot(other.peak[0] - it.peak[0], other.peak[1] - it.peak[1]) for other in (narrow, wide))
    stays = "stays there" if moved == 0 else f"lies {_far(float(moved))} away at most"
    return (
        f"Most per km² near {lon:.5f}, {lat:.5f}: {it.highest:,.0f} a km²; half of the events lie in {half} of the area "
        f"(bandwidth {it.bandwidth:,.0f} m, {how}; at half and twice that the peak {stays})."
    )


def _far(metres: float) -> str:
    return f"{metres:,.0f} m" if metres < 1000 else f"{metres / 1000:,.1f} km"


def _globe(place: tuple[float, float], incidents: reading.Incidents) -> tuple[float, float]:
    lon, lat = incidents.ground.lon_lat(*place)[0].tolist()
    return lon, lat


def _row(it: Surface, incidents: reading.Incidents, grid: Grid) -> list[str]:
    return [
        f"{it.bandwidth:,.0f} m",
        f"{it.highest:,.0f}",
        ", ".join(f"{v:.5f}" for v in _globe(it.peak, incidents)),
        *(wording.percent(cells.sum() / grid.size) for cells in it.cells),
    ]


def _write(
    folder: Path, told: str, it: Surface, incidents: reading.Incidents, counts: Floats, grid: Grid,
    options: dict[str, Any],
) -> None:  # fmt: skip
    from openvis.cli.analyse.drawing.density import draw_density

    folder.mkdir(parents=True, exist_ok=True)
    outcome.write_csv(folder / "density.csv", CELLS, _cells(it, incidents, grid))
    shapes = [shapely.union_all(grid.polygons(np.flatnonzero(cells))) for cells in it.cells]
    described = [_properties(i, it, counts, grid) for i in range(len(HELD))]
    globe = [incidents.ground.to_globe(shape) for shape in shapes]
    outcome.write_geojson(folder / "density.geojson", list(zip(globe, described, strict=True)))
    subtitle = (
        f"{options['events'].name} · {options['kernel']} kernel, cells of {grid.cell:g} m · "
        "outlined: the densest cells that hold half of the events"
    )
    draw_density(folder / "map.png", told, subtitle, it.per_km2, shapes[HELD.index(0.5)], grid)


def _cells(it: Surface, incidents: reading.Incidents, grid: Grid) -> list[list[Any]]:
    """The centre and density of each cell of the study area."""
    x, y = (axis[grid.mask] for axis in grid.centres())
    globe = incidents.ground.lon_lat(x, y)
    columns = zip(x.tolist(), y.tolist(), globe.tolist(), it.per_km2[grid.mask].tolist(), strict=True)
    return [[x, y, lon, lat, round(value, 4)] for x, y, (lon, lat), value in columns]


def _properties(i: int, it: Surface, counts: Floats, grid: Grid) -> dict[str, Any]:
    """One of the areas as plain values."""
    cells = it.cells[i]
    return {
        "part": HELD[i],
        "events": round(float(counts[cells].sum()), 3),
        "cells": int(cells.sum()),
        "area_share": round(float(cells.sum() / grid.size), 8),
        "from_per_km2": round(float(it.per_km2[cells].min()), 4),
    }
