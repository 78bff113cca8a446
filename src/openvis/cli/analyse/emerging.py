"""`openvis analyse emerging`: which places are new, growing, lasting or fading."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
import shapely

from openvis.analysis.checks import Floats, Ints, Times
from openvis.analysis.emerging import CLASSES, LEAST_PERIODS, Emerging, per_period
from openvis.analysis.emerging import emerging as classify
from openvis.analysis.events import Events
from openvis.analysis.grid import Grid
from openvis.cli.analyse import areas, outcome, reading, wording
from openvis.cli.analyse.options import reading as reading_options
from openvis.cli.analyse.wrong import WrongInput, answered

DAY = np.timedelta64(1, "D")
RISING, FADING = ("new", "consecutive", "intensifying"), ("diminishing", "historical")
LEAST, LEAST_LAST = 4, 2
"""A place has so many events in all periods, and in the last one unless it fades; with fewer it is a colour on the map."""
HEADING = ("class", "places", "cells", "events", "in the last period")
PLACES = ("#", "class", "cells", "events", "last period", "earlier, a period", "hot in", "kinds", "lon, lat")
FIELDS = (
    "rank", "class", "cells", "events", "last", "earlier", "hot_periods", "trend_p", "kinds", "lon", "lat",
)  # fmt: skip
CELLS = ("x", "y", "lon", "lat", "class", "events", "last", "hot_periods", "z_last", "trend", "trend_p")


class Period(click.ParamType):
    """A month, a week, or so many days."""

    name = "month|week|DAYS"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        if value == "month":
            return "month"
        days = {"week": "7"}.get(value, str(value))
        if not days.isdecimal() or not 1 <= int(days) <= 3660:
            self.fail(f"{value!r}; expected month, week, or a number of days from 1 to 3,660", param, ctx)
        return int(days)


@dataclass(frozen=True)
class Place:
    """Cells of one class that touch, also by a corner. cells: flat numbers. events, last: in all periods, in the last."""

    kind: str
    cells: Ints
    events: float
    last: float
    hot_periods: int
    trend_p: float

    @property
    def enough(self) -> bool:
        """Enough events to be called a place: a cell is hot by those around it as well, and may hold none itself."""
        return self.events >= LEAST and (self.last >= LEAST_LAST or self.kind in FADING)


@click.command()
@reading_options(place=True, hours=False)
@areas.options
@click.option(
    "--period", type=Period(), default="month", show_default=True, help="Length of a period; whole ones are looked at."
)
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Last day that is known [default: that of the last event]."
)
@click.option("--radius", type=click.FloatRange(0, 20_000), help="Surroundings of a cell, metres [default: two cells].")
@click.option(
    "--alpha", type=click.FloatRange(0.0001, 0.5), default=0.05, show_default=True, help="False discovery rate."
)
@click.option("--most", type=click.IntRange(1, 1000), default=10, show_default=True, help="Places to show at most.")
@answered
def emerging(**options: Any) -> None:
    """Which places are new, growing, lasting or fading, from which cells were hot in each period.

    A cell is hot in a period when it has, with the cells around it, more than chance would bring (Getis-Ord Gi*). What
    rises in the whole city alike is no trend here.
    """
    steps = outcome.Steps(("read", "find", "write"), options["quiet"])
    if options["out"] is not None:
        outcome.prepare_pictures()
    with steps.step("read"):
        incidents = reading.read(options["events"], options, options["crs"], options["where"], place=True, time=True)
        grid = areas.study_area(incidents, options)
        edges = _edges(incidents.events, options)
    wording.tell([*incidents.account(), *_left_out(incidents.events, edges)], options["quiet"])
    with steps.step("find"):
        cube = per_period(incidents.events, grid, edges)
        found = classify(cube, grid, options["radius"], options["alpha"])
        patches = _patches(found, cube)
        places = [patch for patch in patches if patch.enough]
        described = _described(places, incidents, grid, edges)
    if left := len(patches) - len(places):
        wording.tell(
            [f"{left:,} patch{' has' if left == 1 else 'es have'} hardly an event: on the map only."], options["quiet"]
        )
    told = _finding(places, edges, cube, options["alpha"])
    click.echo(told)
    if places:
        click.echo("\n" + wording.table(HEADING, list(_classes(places)), left=(0,)))
    rising = [it for it in described if it["class"] in RISING][: options["most"]]
    if rising:
        rows = [_row(it, edges) for it in rising]
        click.echo("\nNew or growing, the largest first:\n\n" + wording.table(PLACES, rows, left=(1, 7, 8)))
    if options["out"] is not None:
        with steps.step("write"):
            _write(options["out"], told, found, places, described, cube, incidents, grid, edges, options)
        outcome.write_run(
            options["out"], "emerging", {**options, "as_of": str(edges[-1] - DAY)}, incidents.described(), steps,
            {"finding": told, "periods": edges.size - 1, "begin": str(edges[0]), "end": str(edges[-1] - DAY),
             "places": len(places), "cells": grid.size},
        )  # fmt: skip
        files = "places.csv, cells.csv, emerging.geojson, map.png, run.json"
        wording.tell([f"\nWritten to {options['out']}: {files}."], options["quiet"])


def _edges(events: Events, options: dict[str, Any]) -> Times:
    """First days of the periods, and the day after the last one; whole periods alone."""
    first = events.begin.min().astype("datetime64[D]")
    last = (events.end.max() - np.timedelta64(1, "s")).astype("datetime64[D]")
    last = max(last, events.begin.max().astype("datetime64[D]"))
    if options["as_of"] is not None:
        last = np.datetime64(f"{options['as_of']:%Y-%m-%d}", "D")
    if options["period"] == "month":
        months = (first - DAY).astype("datetime64[M]") + 1, (last + DAY).astype("datetime64[M]") + 1
        edges: Times = np.arange(*months).astype("datetime64[D]")
    else:
        days = options["period"]
        edges = last + DAY - np.arange((last + DAY - first) // DAY // days, -1, -1) * days * DAY
    if edges.size - 1 < LEAST_PERIODS:
        name = "months" if options["period"] == "month" else f"periods of {options['period']} days"
        raise WrongInput(
            f"{first} to {last} holds {max(edges.size - 1, 0)} whole {name}; expected at least {LEAST_PERIODS}: "
            "take a shorter --period"
        )
    return edges


def _left_out(events: Events, edges: Times) -> list[str]:
    """Remarks on events before the first whole period and after the last."""
    late, early = int((events.begin >= edges[-1]).sum()), int((events.end <= edges[0]).sum())
    return [
        *([f"{early:,} before {edges[0]}, no whole period: not looked at."] if early else []),
        *([f"{late:,} after {edges[-1] - DAY}: not looked at."] if late else []),
    ]


def _patches(found: Emerging, cube: Floats) -> list[Place]:
    """Touching cells of one class, new and growing ones first, within them the largest in the last period."""
    from scipy.ndimage import label

    total, hot = cube.sum(axis=0).ravel(), found.hot.reshape(len(cube), -1)
    patches = []
    for code, kind in enumerate(CLASSES[1:], start=1):
        parts, amount = label(found.category == code, np.ones((3, 3)))
        for part in range(1, amount + 1):
            cells = np.flatnonzero(parts.ravel() == part)
            patches.append(
                Place(
                    kind,
                    cells,
                    float(total[cells].sum()),
                    float(cube[-1].ravel()[cells].sum()),
                    int(hot[:, cells].any(axis=1).sum()),
                    float(found.trend_p.ravel()[cells].min()),
                )
            )
    return sorted(patches, key=lambda it: (it.kind not in RISING, -it.last, -it.events, int(it.cells[0])))


def _finding(places: list[Place], edges: Times, cube: Floats, alpha: float) -> str:
    amount = {name: sum(place.kind == name for place in places) for name in CLASSES}
    when = _when(edges, -1)
    sure = (
        f"{cube.sum():,.0f} events in {len(cube)} periods from {edges[0]}; of the cells called hot in a period some "
        f"{wording.percent(alpha, 0)} at most are so by chance"
    )
    rising = sum(amount[name] for name in RISING)
    if rising:
        parts = ", ".join(f"{amount[name]} {name}" for name in RISING if amount[name])
        head = f"{rising} place{' is' if rising == 1 else 's are'} new or growing in {when}: {parts}"
    else:
        head = f"No place is new or growing in {when}"
    lasting, fading = amount["persistent"], sum(amount[name] for name in FADING)
    rest = f"{lasting} last{'s' if lasting == 1 else ''}, {fading} fade{'s' if fading == 1 else ''}"
    return f"{head}; {rest} ({sure})."


def _when(edges: Times, period: int) -> str:
    """A period in words: a calendar month by its name, else its first and last day."""
    begin, until = edges[:-1][period], edges[1:][period] - DAY
    month = begin.astype("datetime64[M]")
    whole = month.astype("datetime64[D]") == begin and (month + 1).astype("datetime64[D]") == until + DAY
    return str(month) if whole else f"{begin} to {until}"


def _classes(places: list[Place]) -> Iterator[list[str]]:
    for name in CLASSES[1:]:
        these = [place for place in places if place.kind == name]
        if these:
            cells, events, last = (
                sum(amounts) for amounts in zip(*((it.cells.size, it.events, it.last) for it in these), strict=True)
            )
            yield [name, str(len(these)), f"{cells:,}", f"{events:,.0f}", f"{last:,.0f}"]


def _row(it: dict[str, Any], edges: Times) -> list[str]:
    return [
        str(it["rank"]),
        it["class"],
        str(it["cells"]),
        f"{it['events']:,.0f}",
        f"{it['last']:,.0f}",
        f"{it['earlier']:,.1f}",
        f"{it['hot_periods']} of {edges.size - 1}",
        ", ".join(it["kinds"].split("; ")[:2]) or "–",
        f"{it['lon']:.5f}, {it['lat']:.5f}",
    ]


def _described(places: list[Place], incidents: reading.Incidents, grid: Grid, edges: Times) -> list[dict[str, Any]]:
    """All places as plain values, named as in FIELDS."""
    events = incidents.events
    seen = (events.end > edges[0]) & (events.begin < edges[-1])
    cell, kind = grid.index(events.x, events.y)[seen], events.kind[seen]
    return [
        _properties(rank, it, wording.kinds(kind[np.isin(cell, it.cells)], incidents.kinds), incidents, grid, edges)
        for rank, it in enumerate(places, start=1)
    ]


def _properties(
    rank: int, it: Place, kinds: list[str], incidents: reading.Incidents, grid: Grid, edges: Times
) -> dict[str, Any]:
    lon, lat = _middle(it, incidents, grid)
    return {
        "rank": rank,
        "class": it.kind,
        "cells": int(it.cells.size),
        "events": round(it.events, 3),
        "last": round(it.last, 3),
        "earlier": round((it.events - it.last) / (edges.size - 2), 3),
        "hot_periods": it.hot_periods,
        "trend_p": round(it.trend_p, 6),
        "kinds": "; ".join(kinds),
        "lon": round(lon, 6),
        "lat": round(lat, 6),
    }


def _middle(it: Place, incidents: reading.Incidents, grid: Grid) -> tuple[float, float]:
    x, y = (axis.ravel()[it.cells] for axis in grid.centres())
    nearest = np.argmin((x - x.mean()) ** 2 + (y - y.mean()) ** 2)
    lon, lat = incidents.ground.lon_lat(x[nearest], y[nearest])[0].tolist()
    return lon, lat


def _write(
    folder: Path,
    told: str,
    found: Emerging,
    places: list[Place],
    described: list[dict[str, Any]],
    cube: Floats,
    incidents: reading.Incidents,
    grid: Grid,
    edges: Times,
    options: dict[str, Any],
) -> None:
    from openvis.cli.analyse.drawing.emerging import draw_classes

    folder.mkdir(parents=True, exist_ok=True)
    outcome.write_csv(folder / "places.csv", FIELDS, [[it[name] for name in FIELDS] for it in described])
    outcome.write_csv(folder / "cells.csv", CELLS, _cells(found, cube, incidents, grid))
    shapes = [incidents.ground.to_globe(shapely.union_all(grid.polygons(it.cells))) for it in places]
    outcome.write_geojson(folder / "emerging.geojson", list(zip(shapes, described, strict=True)))
    subtitle = (
        f"{options['events'].name} · {edges.size - 1} periods, {_when(edges, 0)} to {_when(edges, -1)} · "
        f"hot at a false discovery rate of {wording.percent(options['alpha'], 0)}"
    )
    draw_classes(folder / "map.png", told, subtitle, found.category, cube.sum(axis=0), grid)


def _cells(found: Emerging, cube: Floats, incidents: reading.Incidents, grid: Grid) -> list[list[Any]]:
    """The cells that have a class."""
    chosen = found.category > 0
    x, y = (axis[chosen] for axis in grid.centres())
    globe = incidents.ground.lon_lat(x, y)
    columns = (
        x, y, globe[:, 0], globe[:, 1], np.array(CLASSES)[found.category[chosen]], cube.sum(axis=0)[chosen].round(3),
        cube[-1][chosen].round(3), found.hot.sum(axis=0)[chosen], found.z[-1][chosen].round(4),
        found.trend[chosen].astype(np.int64), found.trend_p[chosen].round(6),
    )  # fmt: skip
    return [list(row) for row in zip(*(column.tolist() for column in columns), strict=True)]
