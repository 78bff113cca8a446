"""`openvis analyse scan`: whether a cluster in place and time is emerging now."""

from pathlib import Path
from typing import Any

import click
import shapely

from openvis.analysis.scan import Cluster, Scan, space_time_permutation
from openvis.cli.analyse import outcome, reading, wording
from openvis.cli.analyse.options import reading as reading_options
from openvis.cli.analyse.wrong import answered

HEADING = ("#", "events", "expected", "× as many", "p", "by chance once in", "days", "radius", "kinds", "lon, lat")
FIELDS = (
    "rank", "events", "expected", "ratio", "log_ratio", "p", "recurrence_days", "clear", "begin", "end", "days",
    "radius_m", "x", "y", "lon", "lat", "kinds",
)  # fmt: skip
MEMBERS = ("cluster", "begin", "end", "kind", "x", "y", "lon", "lat")
LEAST_DRAWN = 20.0
"""Metres: a cluster at one single point is drawn as a circle of this radius."""


@click.command()
@reading_options(place=True, hours=False)
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Last day that is known [default: that of the last event]."
)
@click.option(
    "--max-radius", type=click.FloatRange(1, 50_000), default=1000.0, show_default=True, help="Widest circle, metres."
)
@click.option(
    "--max-days", type=click.IntRange(1, 1000), default=14, show_default=True, help="Longest window up to the last day."
)
@click.option(
    "--permutations", type=click.IntRange(19, 99_999), default=999, show_default=True, help="Shuffles of the days."
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="For the shuffles.")
@click.option(
    "--alpha",
    type=click.FloatRange(0.0001, 0.5),
    default=0.05,
    show_default=True,
    help="Highest p that is called a cluster.",
)
@click.option(
    "--cell", type=click.FloatRange(1, 5000), help="Put places in squares of so many metres first [default: exact]."
)
@click.option("--most", type=click.IntRange(1, 100), default=5, show_default=True, help="Clusters to show at most.")
@answered
def scan(**options: Any) -> None:
    """Clusters in place and time that are alive on the last day (space-time permutation scan).

    Looks at every circle around every event and every number of days up to the last. A busy place or a busy week by
    itself is no cluster: only the two together.
    """
    steps = outcome.Steps(("read", "scan", "write"), options["quiet"])
    if options["out"] is not None:
        outcome.prepare_pictures()
    with steps.step("read"):
        incidents = reading.read(options["events"], options, options["crs"], options["where"], place=True, time=True)
    wording.tell(incidents.account(), options["quiet"])
    with steps.step("scan"):
        found = space_time_permutation(
            incidents.events,
            options["max_radius"],
            options["max_days"],
            options["permutations"],
            options["seed"],
            as_of=None if options["as_of"] is None else f"{options['as_of']:%Y-%m-%d}",
            cell=options["cell"],
            most=options["most"],
        )
    later = len(incidents.events) - found.cases
    if later:
        wording.tell([f"{later:,} after {found.end}: not looked at."], options["quiet"])
    told = _finding(found, options)
    click.echo(told)
    if found.clusters:
        rows = [_row(cluster, incidents, options["permutations"]) for cluster in found.clusters]
        click.echo("\n" + wording.table(HEADING, rows, left=(8, 9)))
    if options["out"] is not None:
        with steps.step("write"):
            _write(options["out"], told, found, incidents, options)
        as_of = {**options, "as_of": str(found.end)}
        outcome.write_run(
            options["out"], "scan", as_of, incidents.described(), steps,
            {"finding": told, "clusters": len(found.clusters), "clear": len(_clear(found, options)),
             "events": found.cases, "places": found.places, "first_day": str(found.begin)},
        )  # fmt: skip
        files = "clusters.csv, clusters.geojson, members.csv, map.png, run.json"
        wording.tell([f"\nWritten to {options['out']}: {files}."], options["quiet"])


def _clear(found: Scan, options: dict[str, Any]) -> list[Cluster]:
    return [cluster for cluster in found.clusters if cluster.p <= options["alpha"]]


def _finding(found: Scan, options: dict[str, Any]) -> str:
    many = f"{found.cases:,} events since {found.begin}"
    if not found.clusters:
        return f"No cluster: nowhere did events on the last days up to {found.end} come together ({many})."
    first = found.clusters[0]
    days = f"on {found.end}" if first.days == 1 else f"in the {first.days} days up to {found.end}"
    where = f"within {first.radius:,.0f} m" if first.radius else "at one point"
    what = f"{first.observed} events {where} {days}, {first.expected:.1f} expected"
    chance = f"p {first.p:.3f}, by chance once in {_once(first, options['permutations'])}"
    clear = _clear(found, options)
    if not clear:
        return f"No cluster stands out: the strongest, {what}, is what chance brings ({chance}; {many})."
    head = "1 cluster stands out" if len(clear) == 1 else f"{len(clear)} clusters stand out; the strongest"
    return f"{head}: {what} ({chance}; {many})."


def _once(cluster: Cluster, permutations: int) -> str:
    """The recurrence interval in words; the lowest p there can be gives a lower limit."""
    days = cluster.recurrence
    limit = "over " if cluster.p <= 1.0 / (permutations + 1.0) else ""
    return f"{limit}{days:,.0f} days" if days >= 10 else f"{days:.1f} days"


def _kinds(cluster: Cluster, incidents: reading.Incidents) -> str:
    return ", ".join(wording.kinds(incidents.events.kind[cluster.members], incidents.kinds))


def _middle(cluster: Cluster, incidents: reading.Incidents) -> tuple[float, float]:
    lon, lat = incidents.ground.lon_lat(cluster.x, cluster.y)[0].tolist()
    return lon, lat


def _row(cluster: Cluster, incidents: reading.Incidents, permutations: int) -> list[str]:
    kinds = _kinds(cluster, incidents)
    return [
        str(cluster.rank),
        str(cluster.observed),
        f"{cluster.expected:.2f}",
        f"{cluster.ratio:,.1f}",
        f"{cluster.p:.3f}",
        _once(cluster, permutations),
        str(cluster.days),
        f"{cluster.radius:,.0f} m",
        kinds if len(kinds) <= 60 else kinds[:59] + "…",
        ", ".join(f"{v:.5f}" for v in _middle(cluster, incidents)),
    ]


def _properties(cluster: Cluster, incidents: reading.Incidents, alpha: float) -> dict[str, Any]:
    """One cluster as plain values, named as in FIELDS."""
    lon, lat = _middle(cluster, incidents)
    return {
        "rank": cluster.rank,
        "events": cluster.observed,
        "expected": round(cluster.expected, 4),
        "ratio": round(cluster.ratio, 3),
        "log_ratio": round(cluster.log_ratio, 5),
        "p": round(cluster.p, 6),
        "recurrence_days": round(cluster.recurrence, 1),
        "clear": cluster.p <= alpha,
        "begin": str(cluster.begin),
        "end": str(cluster.end),
        "days": cluster.days,
        "radius_m": round(cluster.radius, 1),
        "x": round(cluster.x, 1),
        "y": round(cluster.y, 1),
        "lon": round(lon, 6),
        "lat": round(lat, 6),
        "kinds": _kinds(cluster, incidents),
    }


def _members(found: Scan, incidents: reading.Incidents) -> list[list[Any]]:
    """The events of each cluster, so that people can read what happened."""
    events, rows = incidents.events, []
    for cluster in found.clusters:
        globe = incidents.ground.lon_lat(events.x[cluster.members], events.y[cluster.members])
        for i, (lon, lat) in zip(cluster.members.tolist(), globe.tolist(), strict=True):
            kind = incidents.kinds[events.kind[i]] if incidents.kinds else ""
            x, y = round(float(events.x[i]), 1), round(float(events.y[i]), 1)
            rows.append([cluster.rank, str(events.begin[i]), str(events.end[i]), kind, x, y, lon, lat])
    return rows


def _write(folder: Path, told: str, found: Scan, incidents: reading.Incidents, options: dict[str, Any]) -> None:
    from openvis.cli.analyse.drawing.scan import draw_clusters

    folder.mkdir(parents=True, exist_ok=True)
    described = [_properties(cluster, incidents, options["alpha"]) for cluster in found.clusters]
    circles = [shapely.Point(it.x, it.y).buffer(max(it.radius, LEAST_DRAWN), quad_segs=16) for it in found.clusters]
    shapes = [incidents.ground.to_globe(circle) for circle in circles]
    outcome.write_geojson(folder / "clusters.geojson", list(zip(shapes, described, strict=True)))
    outcome.write_csv(folder / "clusters.csv", FIELDS, [[it[name] for name in FIELDS] for it in described])
    outcome.write_csv(folder / "members.csv", MEMBERS, _members(found, incidents))
    clear = [it["clear"] for it in described]
    subtitle = (
        f"{options['events'].name} · circles up to {options['max_radius']:,.0f} m, up to {options['max_days']} days · "
        f"red: p up to {options['alpha']:g}; dashed: what chance brings"
    )
    draw_clusters(folder / "map.png", told, subtitle, incidents.events, found, circles, clear)
