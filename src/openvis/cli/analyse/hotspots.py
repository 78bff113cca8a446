"""`openvis analyse hotspots`: the places that hold most, with their hours."""

from pathlib import Path
from typing import Any

import click
import numpy as np

from openvis.analysis.checks import Floats
from openvis.analysis.grid import Grid
from openvis.analysis.hotspots import Hotspot, Moran, hot_cells, moran
from openvis.analysis.hotspots import hotspots as find_hotspots
from openvis.cli.analyse import areas, outcome, reading, wording
from openvis.cli.analyse.options import reading as reading_options
from openvis.cli.analyse.wrong import answered

STEPS = ("read", "find", "write")
ALIKE = 0.05
"""p of Moran's I below which near cells are called alike."""
HEADING = ("#", "events", "share", "of area", "× as dense", "hot in", "trend", "busiest hours", "kinds", "lon, lat")
FIELDS = (
    "rank", "events", "share", "area_share", "pai", "z", "cells", "stability", "trend", "trend_p", "windows", "kinds",
    "lon", "lat",
)  # fmt: skip


@click.command()
@reading_options(place=True)
@areas.options
@click.option("--radius", type=click.FloatRange(0, 20_000), help="Surroundings of a cell, metres [default: two cells].")
@click.option(
    "--alpha", type=click.FloatRange(0.0001, 0.5), default=0.05, show_default=True, help="False discovery rate."
)
@click.option("--most", type=click.IntRange(1, 1000), default=10, show_default=True, help="Places to show at most.")
@click.option(
    "--periods",
    type=click.IntRange(1, 120),
    default=12,
    show_default=True,
    help="Equal periods for stability and trend.",
)
@answered
def hotspots(**options: Any) -> None:
    """The places that hold most of it, ranked, with their own hours and trend.

    A hot cell has, with the cells around it, more than chance would bring (Getis-Ord Gi*, false discovery rate). Places
    grow from the hottest cells and stay small enough to go to.
    """
    steps = outcome.Steps(STEPS, options["quiet"])
    if options["out"] is not None:
        outcome.prepare_pictures()
    with steps.step("read"):
        incidents = reading.read(options["events"], options, options["crs"], options["where"], place=True, time=False)
        grid = areas.study_area(incidents, options)
    wording.tell(incidents.account(), options["quiet"])
    with steps.step("find"):
        events = incidents.events
        places = find_hotspots(
            events,
            grid,
            periods=options["periods"],
            radius=options["radius"],
            alpha=options["alpha"],
            most=options["most"],
            share=options["share"],
            timezone=options["timezone"],
        )
        counts = grid.counts(events.x, events.y)
        alike = moran(counts, grid, options["radius"])
    finding = _finding(places, len(events), grid)
    click.echo(finding)
    if places:
        click.echo("\n" + wording.table(HEADING, [_row(place, incidents) for place in places], left=(6, 7, 8, 9)))
    if alike.z:
        click.echo("\n" + _likeness(alike))
    if options["out"] is not None:
        with steps.step("write"):
            _write(options["out"], finding, places, incidents, counts, grid, options)
        outcome.write_run(
            options["out"], "hotspots", options, incidents.described(), steps,
            {"finding": finding, "places": len(places), "cells": grid.size, "area_km2": round(grid.area_km2, 3),
             "moran": {"value": round(alike.value, 4), "expected": round(alike.expected, 6), "z": round(alike.z, 2)}},
        )  # fmt: skip
        wording.tell(
            [f"\nWritten to {options['out']}: hotspots.geojson, hotspots.csv, map.png, run.json."], options["quiet"]
        )


def _finding(places: list[Hotspot], events: int, grid: Grid) -> str:
    where = f"{grid.area_km2:,.1f} km², cells of {grid.cell:g} m"
    if not places:
        return f"No place stands out among {events:,} events ({where})."
    share, area = sum(place.share for place in places), sum(place.area_share for place in places)
    word = "place holds" if len(places) == 1 else "places hold"
    return (
        f"{len(places)} {word} {wording.percent(share)} of {events:,} events "
        f"on {wording.percent(area)} of the area ({where})."
    )


def _likeness(found: Moran) -> str:
    """Whether near cells are alike at all, over the whole area."""
    word = "are alike" if found.p < ALIKE else "are no more alike than by chance"
    return f"Over the whole area cells near each other {word} (Moran's I {found.value:.2f}, z {found.z:.1f})."


def _row(place: Hotspot, incidents: reading.Incidents) -> list[str]:
    return [
        str(place.rank),
        f"{place.count:,.0f}",
        wording.percent(place.share),
        wording.percent(place.area_share, 2),
        f"{place.pai:,.0f}",
        "–" if place.stability is None else f"{place.stability:.0%}",
        place.trend or "–",
        ", ".join(wording.window(it) for it in place.windows) or "no clear hours",
        _kinds(place, incidents),
        ", ".join(f"{v:.5f}" for v in _middle(place, incidents)),
    ]


def _kinds(place: Hotspot, incidents: reading.Incidents) -> str:
    if not incidents.kinds:
        return "–"
    return ", ".join(f"{incidents.kinds[code]} {amount:,.0f}" for code, amount in place.kinds[:2])


def _properties(place: Hotspot, incidents: reading.Incidents) -> dict[str, Any]:
    """One place as plain values, named as in FIELDS."""
    lon, lat = _middle(place, incidents)
    return {
        "rank": place.rank,
        "events": round(place.count, 3),
        "share": round(place.share, 6),
        "area_share": round(place.area_share, 8),
        "pai": round(place.pai, 3),
        "z": round(place.z, 3),
        "cells": len(place.cells),
        "stability": place.stability if place.stability is None else round(place.stability, 4),
        "trend": place.trend,
        "trend_p": place.trend_p if place.trend_p is None else round(place.trend_p, 5),
        "windows": "; ".join(wording.window(it) for it in place.windows),
        "kinds": "; ".join(f"{incidents.kinds[code]} {amount:g}" for code, amount in place.kinds if incidents.kinds),
        "lon": round(lon, 6),
        "lat": round(lat, 6),
    }


def _middle(place: Hotspot, incidents: reading.Incidents) -> tuple[float, float]:
    point = place.polygon.representative_point()
    lon, lat = incidents.ground.lon_lat(point.x, point.y)[0].tolist()
    return lon, lat


def _write(
    folder: Path, finding: str, places: list[Hotspot], incidents: reading.Incidents, counts: Floats, grid: Grid,
    options: dict[str, Any],
) -> None:  # fmt: skip
    from openvis.cli.analyse.drawing.places import draw_map

    folder.mkdir(parents=True, exist_ok=True)
    described = [_properties(place, incidents) for place in places]
    shapes = [incidents.ground.to_globe(place.polygon) for place in places]
    outcome.write_geojson(folder / "hotspots.geojson", list(zip(shapes, described, strict=True)))
    outcome.write_csv(folder / "hotspots.csv", FIELDS, [[it[name] for name in FIELDS] for it in described])
    hot = hot_cells(counts, grid, options["radius"], options["alpha"]).significant
    subtitle = f"{options['events'].name} · hot cells at a false discovery rate of {options['alpha']:.0%}"
    draw_map(folder / "map.png", finding, subtitle, counts, np.asarray(hot), grid, places)
