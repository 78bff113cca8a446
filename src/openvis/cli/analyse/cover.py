"""`openvis analyse cover`: which dwellings are reached in time, and where one more station helps most."""

from pathlib import Path
from typing import Any

import click
import numpy as np

from openvis.analysis.cover import Location
from openvis.cli.analyse import cover_files, cover_places, outcome, wording
from openvis.cli.analyse.cover_found import Found, find, percent, slower
from openvis.cli.analyse.options import output
from openvis.cli.analyse.wrong import WrongInput, answered

STATIONS = ("station", "reached", "of all", "no other in time", "first at")
SITES = ("site", "adds by itself", "")
AREAS = ("area", "dwellings", "reached", "with the new")
AGAIN = ("driving takes", "reached", "with the new", "the best then")
SHOWN = 5
MOST_STATIONS = 30


@click.command()
@click.argument("dwellings", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--stations",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Stations; in a column status: existing or candidate.",
)
@click.option(
    "--roads", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Edges (CSV) or lines (GeoJSON)."
)
@click.option("--minutes", type=click.FloatRange(0.5, 120), default=8.0, show_default=True, help="The norm.")
@click.option("--norm", metavar="COLUMN", help="Column with the norm of each dwelling, minutes [default: --minutes].")
@click.option(
    "--turnout",
    type=click.FloatRange(0, 60),
    default=0.0,
    show_default=True,
    help="Minutes from call to leaving, where stations have no column for it.",
)
@click.option("--new", type=click.IntRange(0, 50), help="New stations [default: 1 where there are candidates].")
@click.option(
    "--speed",
    type=click.FloatRange(5, 130),
    default=40.0,
    show_default=True,
    help="Km/h, where roads do not say it.",
)
@click.option(
    "--detour",
    type=click.FloatRange(1, 3),
    default=1.3,
    show_default=True,
    help="Without roads: times a straight line.",
)
@click.option("--weight", metavar="COLUMN", help="Column with the number of dwellings of a row [default: each 1].")
@click.option("--area-column", metavar="COLUMN", help="Column with the area of a dwelling.")
@click.option("--crs", metavar="CODE", help="System of the coordinates [default: WGS84 or RD New, by value].")
@click.option("--x", metavar="COLUMN", help="Column of the dwellings with longitude or x.")
@click.option("--y", metavar="COLUMN", help="Column of the dwellings with latitude or y.")
@click.option("--where", metavar="SQL", help="Only dwellings for which this holds: \"area = 'Centre'\".")
@click.option(
    "--seconds",
    type=click.FloatRange(0.1, 86_400),
    default=120.0,
    show_default=True,
    help="Longest search for a proof.",
)
@output
@answered
def cover(**options: Any) -> None:
    """Which dwellings a station reaches in time, and where one more helps most.

    DWELLINGS has a place in each row. The file of stations has a place, a name and, in a column "status", whether a
    station is "existing" or a "candidate": a site to choose from. The choice is proven the best, or it is said how far
    it may be from it.
    """
    steps = outcome.Steps(("read", "drive", "choose", "write"), options["quiet"])
    if options["out"] is not None:
        outcome.prepare_pictures()
    with steps.step("read"):
        dwellings = cover_places.read_dwellings(options)
        plane = dwellings.points.plane
        stations = cover_places.read_stations(options["stations"], options["crs"], plane, options["turnout"])
        new = _new(stations, options)
    wording.tell([*dwellings.points.account(), *stations.points.account()], options["quiet"])
    with steps.step("drive"):
        drive, remarks = cover_places.driving(stations, dwellings, options)
    wording.tell(remarks, options["quiet"])
    with steps.step("choose"):
        found = find(dwellings, stations, drive, new, options["seconds"])
        again = slower(found, options["seconds"])
    told = _finding(found, options)
    click.echo(told)
    for table in _tables(found, again):
        click.echo("\n" + table)
    if options["out"] is not None:
        with steps.step("write"):
            files = cover_files.write(options["out"], told, _subtitle(options), found, again)
        read = {"dwellings": dwellings.points.described(), "stations": stations.points.described()}
        outcome.write_run(options["out"], "cover", options, read, steps, {"finding": told, **_summary(found)})
        wording.tell([f"\nWritten to {options['out']}: {', '.join(files)}, run.json."], options["quiet"])


def _new(stations: cover_places.Stations, options: dict[str, Any]) -> int:
    """How many new stations to look for; refuses more than there are candidates."""
    candidates = int((~stations.there).sum())
    if options["new"] is None:
        return min(1, candidates)
    if options["new"] > candidates:
        raise WrongInput(
            f"--new is {options['new']}; expected at most {candidates}, the rows of {options['stations'].name} with status "
            "candidate"
        )
    return int(options["new"])


def _finding(found: Found, options: dict[str, Any]) -> str:
    norm = "their norm" if options["norm"] else f"{options['minutes']:g} minutes"
    there = int(found.stations.there.sum())
    within = f"of {found.total:,.0f} dwellings within {norm}"
    now = f"{there} station{'s reach' if there != 1 else ' reaches'} {percent(found.now.share)} {within}"
    if found.best is None:
        return f"{now}."
    if found.chosen.size == 0:
        return f"{now}; none of {found.candidates.size} candidate sites reaches more."
    names = [found.stations.names[i] for i in found.chosen]
    where = " and ".join(it for it in (", ".join(names[:-1]), names[-1]) if it)
    proof = "proven the best"
    if not found.best.optimal:
        most = percent(min(found.best.bound / found.total, 1.0))
        proof = f"the best found in {options['seconds']:g} seconds; no choice makes it more than {most}"
    after = percent(found.after.share)
    sites = f"site {where}" if len(names) == 1 else f"sites {where}"
    if there == 0:
        return f"{len(names)} station{'s' * (len(names) > 1)} at {sites} would reach {after} {within} ({proof})."
    more = "one more" if len(names) == 1 else f"{len(names)} more"
    rest = ", and further ones add nothing" if len(names) < found.new else ""
    return f"{now}; {more} at {sites} make{'s' * (len(names) == 1)} it {after}{rest} ({proof})."


def _tables(found: Found, again: list[dict[str, Any]]) -> list[str]:
    tables = []
    rows = [_station(found, i) for i in np.flatnonzero(found.stations.there)[:MOST_STATIONS]]
    rows += [_station(found, i) for i in found.chosen]
    if rows:
        tables.append(wording.table(STATIONS, rows, left=(0,)))
    if found.best is not None:
        order = np.argsort(-found.best.single, kind="stable")
        shown = [int(i) for rank, i in enumerate(order) if rank < SHOWN or i in found.best.chosen]
        sites = [_site(found, found.best, i) for i in shown if found.best.single[i] > 0]
        if sites:
            tables.append(wording.table(SITES, sites, left=(0, 2)))
    if found.dwellings.areas:
        tables.append(wording.table(AREAS, _areas(found)[:SHOWN], left=(0,)))
    slow = [[it["driving"], *(percent(it[key]) for key in ("now", "after")), it["best"]] for it in again]
    tables.append(wording.table(AGAIN, slow, left=(0, 3)))
    return tables


def _station(found: Found, number: int) -> list[str]:
    """A station in words: now, or with the new ones where it is new."""
    reach = found.after if number in found.chosen else found.now
    which = found.with_new if number in found.chosen else found.existing
    at = int(np.flatnonzero(which == number)[0])
    first = float(found.dwellings.weight[reach.first == at].sum())
    return [
        found.stations.names[number] + (" (new)" if number in found.chosen else ""),
        f"{reach.by_station[at]:,.0f}",
        percent(reach.by_station[at] / found.total),
        f"{reach.alone[at]:,.0f}",
        f"{first:,.0f}",
    ]


def _site(found: Found, best: Location, candidate: int) -> list[str]:
    number = found.candidates[candidate]
    mark = "chosen" if number in found.chosen else ""
    return [found.stations.names[number], f"{best.single[candidate]:,.0f}", mark]


def _areas(found: Found) -> list[list[str]]:
    """Areas, the least reached first."""
    rows = sorted(zip(found.now.areas, found.after.areas, strict=True), key=lambda it: (it[0].share, it[0].area))
    return [
        [
            found.dwellings.areas[now.area],
            f"{now.weight:,.0f}",
            percent(now.share),
            percent(after.share),
        ]
        for now, after in rows
    ]


def _subtitle(options: dict[str, Any]) -> str:
    way = f"over {options['roads'].name}" if options["roads"] else f"straight line × {options['detour']:g}"
    speed = "" if options["roads"] else f" at {options['speed']:g} km/h"
    return f"{options['dwellings'].name} · {way}{speed} · dark square: station; red: new; small: candidate site"


def _summary(found: Found) -> dict[str, Any]:
    """The finding as plain values, for run.json."""
    told = {"dwellings": found.total, "stations": found.existing.size, "share": round(found.now.share, 6)}
    if found.best is not None:
        chosen = [found.stations.names[i] for i in found.chosen]
        told |= {"chosen": chosen, "share_with_new": round(found.after.share, 6), "gap": found.best.gap}
    return told
