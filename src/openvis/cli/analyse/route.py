"""`openvis analyse route`: the shortest round along places to be visited, and when one is where."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from openvis.analysis.cover import straight_times
from openvis.analysis.route import Round, Timetable, shortest_round, visits
from openvis.cli.analyse import cover_places, outcome, points, roads, tables, wording
from openvis.cli.analyse.options import output
from openvis.cli.analyse.reading import Floats
from openvis.cli.analyse.wrong import WrongInput, answered

NAME = "name naam stop address adres place plek id code"
OPENS = "opens open from van opent"
CLOSES = "closes close until to tot sluit"
HEADING = ("", "stop", "driving", "there at", "")


@dataclass(frozen=True, eq=False)
class Stops:
    """Places to be visited, by name, with when they open and close (seconds after midnight, NaN where unknown)."""

    points: points.Points
    names: list[str]
    opens: Floats
    closes: Floats


@click.command()
@click.argument("stops", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--start", metavar="NAME", help="The stop to begin at [default: the first row].")
@click.option("--end", metavar="NAME", help="The stop to end at [default: back at the start].")
@click.option(
    "--roads", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Edges (CSV) or lines (GeoJSON)."
)
@click.option("--speed", type=click.FloatRange(1, 130), default=30.0, show_default=True, help="Km/h, stops included.")
@click.option(
    "--detour", type=click.FloatRange(1, 3), default=1.3, show_default=True, help="Without roads: times a straight line."
)
@click.option("--begin", default="09:00", show_default=True, metavar="HH:MM", help="When one leaves.")
@click.option("--stay", type=click.FloatRange(0, 600), default=15.0, show_default=True, help="Minutes at each stop.")
@click.option("--name", metavar="COLUMN", help="Column with the name of a stop.")
@click.option("--crs", metavar="CODE", help="System of the coordinates [default: WGS84 or RD New, by value].")
@click.option("--x", metavar="COLUMN", help="Column with longitude or x.")
@click.option("--y", metavar="COLUMN", help="Column with latitude or y.")
@click.option("--where", metavar="SQL", help="Only stops for which this holds: \"area = 'Centre'\".")
@click.option(
    "--seconds", type=click.FloatRange(0.1, 86_400), default=60.0, show_default=True, help="Longest search for a proof."
)
@output
@answered
def route(**options: Any) -> None:
    """In which order to visit places, so that the way along them is the shortest.

    STOPS has a place in each row, and perhaps when it opens and closes (09:30). The order is proven the shortest, or it
    is said how far it may be from it. Opening hours decide in which direction the round goes, not its order: a stop that
    is closed by then is marked.
    """
    steps = outcome.Steps(("read", "drive", "order", "write"), options["quiet"])
    if options["out"] is not None:
        outcome.prepare_pictures()
    with steps.step("read"):
        stops = _read(options)
        begin = _clock(options["begin"], "--begin")
        start, end = (None if options[it] is None else _place(stops, options[it], f"--{it}") for it in ("start", "end"))
    wording.tell(stops.points.account(), options["quiet"])
    with steps.step("drive"):
        times = _times(stops, options)
    if options["roads"] is None:
        remark = f"No roads given: straight lines, {options['detour']:g} times as long, at {options['speed']:g} km/h."
        wording.tell([remark], options["quiet"])
    with steps.step("order"):
        found = shortest_round(times, start or 0, end, options["seconds"])
        stay = 60.0 * options["stay"]
        found, table = visits(found, times, stay, stops.opens - begin, stops.closes - begin)
    told = _finding(stops, found, options)
    click.echo(told)
    click.echo("\n" + wording.table(HEADING, _rows(stops, found, table, begin), left=(0, 1, 4)))
    if options["out"] is not None:
        with steps.step("write"):
            files = _write(options["out"], told, stops, found, table, begin)
        summary = {"finding": told, "minutes": found.length / 60, "gap": found.gap}
        outcome.write_run(options["out"], "route", options, {"stops": stops.points.described()}, steps, summary)
        wording.tell([f"\nWritten to {options['out']}: {', '.join(files)}, run.json."], options["quiet"])


def _read(options: dict[str, Any]) -> Stops:
    found = points.read(options["stops"], options["crs"], options, options["where"])
    name, opens, closes = (
        found.named(role, names, options["name"] if role == "name" else None, "--name")
        for role, names in (("name", NAME), ("opens", OPENS), ("closes", CLOSES))
    )
    size = found.frame.height
    names = [f"stop {i + 1}" for i in range(size)] if name is None else tables.texts(found.frame, name, "name")
    hours = [
        np.full(size, np.nan) if column is None else np.array([_hour(found, it, column) for it in found.frame[column]])
        for column in (opens, closes)
    ]
    return Stops(found, names, *hours)


def _hour(found: points.Points, value: Any, column: str) -> float:
    return float("nan") if value in (None, "") else _clock(str(value), f"{found.path.name}, {column}")


def _clock(text: str, what: str) -> float:
    """Seconds after midnight of 9:30 or 09:30:00."""
    parts = text.split(":")
    try:
        hour, minute = int(parts[0]), int(parts[1])
    except (ValueError, IndexError):
        hour, minute = -1, -1
    if not (0 <= hour <= 24 and 0 <= minute < 60):
        raise WrongInput(f"{what} is {text!r}; expected a time such as 09:30")
    return 3600.0 * hour + 60.0 * minute


def _place(stops: Stops, name: str, option: str) -> int:
    if name not in stops.names:
        raise WrongInput(f"{option} is {name!r}; expected the name of a stop, there are {', '.join(stops.names[:20])}")
    return stops.names.index(name)


def _times(stops: Stops, options: dict[str, Any]) -> Floats:
    """(stops, stops) seconds from each to each."""
    it, speed = stops.points, options["speed"]
    if options["roads"] is None:
        return straight_times(it.x, it.y, it.x, it.y, speed, options["detour"])
    graph, remarks = roads.read(options["roads"], options["crs"], it.plane, speed)
    wording.tell(remarks, options["quiet"])
    times, _far = cover_places.over_roads(graph, it, it, speed)
    lost = ~np.isfinite(times).all(axis=0)
    if lost.any():
        raise WrongInput(f"{stops.names[int(np.argmax(lost))]}: cannot be reached from every stop over these roads")
    return times


def _finding(stops: Stops, found: Round, options: dict[str, Any]) -> str:
    names = [stops.names[i] for i in found.order]
    back = found.legs.size == found.order.size
    way = f"from {names[0]} and back" if back else f"from {names[0]} to {names[-1]}"
    long = f"{found.length / 60:,.0f} minutes"
    if options["roads"] is None:
        long += f", {found.length * options['speed'] / 3600:,.1f} km"
    proof = "proven the shortest" if found.optimal else f"another order is at most {100 * found.gap:.1f} % shorter"
    return f"{len(names):,} stops {way}: {long} on the way ({proof})."


def _rows(stops: Stops, found: Round, table: Timetable, begin: float) -> list[list[str]]:
    names = [stops.names[i] for i in found.order]
    rows = [["1", names[0], "", _told(begin), ""]]
    back = found.legs.size == found.order.size
    for number, (leg, at) in enumerate(zip(found.legs, table.arrive, strict=True)):
        last = back and number == found.legs.size - 1
        remark = "closed by then" if number in table.closed else ""
        if table.wait[number] > 0:
            remark = f"waits until {_told(begin + at + table.wait[number])}"
        label = ["", f"back at {names[0]}"] if last else [str(number + 2), names[number + 1]]
        rows.append([*label, f"{leg / 60:.0f} min", _told(begin + at), remark])
    return rows


def _told(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def _write(folder: Path, told: str, stops: Stops, found: Round, table: Timetable, begin: float) -> list[str]:
    from shapely import LineString, Point

    from openvis.cli.analyse.drawing.route import draw_route

    folder.mkdir(parents=True, exist_ok=True)
    rows = _rows(stops, found, table, begin)
    outcome.write_csv(folder / "route.csv", ("number", "stop", "driving", "there_at", "remark"), rows)
    globe = stops.points.plane.lon_lat(stops.points.x, stops.points.y)[found.order]
    back = found.legs.size == found.order.size
    line = np.concatenate([globe, globe[:1]]) if back else globe
    features: list[Any] = [
        (Point(place), {"number": i + 1, "stop": stops.names[it]})
        for i, (place, it) in enumerate(zip(globe, found.order, strict=True))
    ]
    if len(line) > 1:
        features.append((LineString(line), {"minutes": round(found.length / 60, 1)}))
    outcome.write_geojson(folder / "route.geojson", features)
    x, y = stops.points.x[found.order], stops.points.y[found.order]
    draw_route(folder / "route.png", told, x, y, [stops.names[i] for i in found.order], back)
    return ["route.csv", "route.geojson", "route.png"]
