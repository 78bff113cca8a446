"""The files of the command `cover`: stations, dwellings, areas, what slower driving changes, and the map."""

from pathlib import Path
from typing import Any

import numpy as np
import shapely

from openvis.analysis.cover import Coverage
from openvis.cli.analyse import outcome, tables
from openvis.cli.analyse.cover_found import Found
from openvis.cli.analyse.reading import Floats, Ints

STATIONS = (
    "station", "status", "chosen", "x", "y", "lon", "lat", "turnout_minutes", "reached", "only_now", "first_now",
    "only_with_new", "first_with_new", "adds",
)  # fmt: skip
DWELLINGS = (
    "row", "lon", "lat", "weight", "area", "norm_minutes", "minutes", "station", "reached", "minutes_with_new",
    "station_with_new", "reached_with_new",
)  # fmt: skip
AREAS = ("area", "dwellings", "reached", "share", "reached_with_new", "share_with_new")
DRIVING = ("driving", "factor", "now", "after", "best", "best_share")


def write(folder: Path, told: str, subtitle: str, found: Found, again: list[dict[str, Any]]) -> list[str]:
    """All files; their names."""
    from openvis.cli.analyse.drawing.cover import draw_cover

    folder.mkdir(parents=True, exist_ok=True)
    stations, dwellings = _stations(found), _dwellings(found)
    outcome.write_csv(folder / "stations.csv", STATIONS, [[it[name] for name in STATIONS] for it in stations])
    outcome.write_csv(folder / "dwellings.csv", DWELLINGS, dwellings)
    outcome.write_csv(folder / "driving.csv", DRIVING, [[it[name] for name in DRIVING] for it in again])
    files = ["stations.csv", "dwellings.csv", "driving.csv"]
    if found.dwellings.areas:
        outcome.write_csv(folder / "areas.csv", AREAS, _areas(found))
        files.append("areas.csv")
    points = shapely.points([[it["lon"], it["lat"]] for it in stations])
    outcome.write_geojson(folder / "stations.geojson", list(zip(points, stations, strict=True)))
    missed = [dict(zip(DWELLINGS, row, strict=True)) for row in dwellings if not row[DWELLINGS.index("reached")]]
    places = [shapely.Point(it["lon"], it["lat"]) for it in missed]
    outcome.write_geojson(folder / "not_reached.geojson", list(zip(places, missed, strict=True)))
    draw_cover(folder / "map.png", told, subtitle, found)
    return [*files, "stations.geojson", "not_reached.geojson", "map.png"]


def _stations(found: Found) -> list[dict[str, Any]]:
    """Each station and site; what only concerns some of them is empty for the others."""
    stations, weight = found.stations, found.dwellings.weight
    globe = _globe(found, stations.points.x, stations.points.y)
    within = found.drive + stations.turnout[:, None] <= found.dwellings.norm
    now, after = (_told(weight, *it) for it in ((found.now, found.existing), (found.after, found.with_new)))
    single = {} if found.best is None else dict(zip(found.candidates.tolist(), found.best.single.tolist(), strict=True))
    return [
        {
            "station": name,
            "status": "existing" if stations.there[i] else "candidate",
            "chosen": i in found.chosen,
            "x": round(float(stations.points.x[i]), 1),
            "y": round(float(stations.points.y[i]), 1),
            "lon": float(globe[i, 0]),
            "lat": float(globe[i, 1]),
            "turnout_minutes": round(float(stations.turnout[i]) / 60, 3),
            "reached": float(weight[within[i]].sum()),
            "only_now": now.get(i, ("", ""))[0],
            "first_now": now.get(i, ("", ""))[1],
            "only_with_new": after.get(i, ("", ""))[0],
            "first_with_new": after.get(i, ("", ""))[1],
            "adds": single.get(i, ""),
        }
        for i, name in enumerate(stations.names)
    ]


def _told(weight: Floats, reach: Coverage, which: Ints) -> dict[int, tuple[float, float]]:
    """By number of the station: what no other reaches in time, and for what it is the first."""
    first = np.bincount(reach.first[reach.first >= 0], weight[reach.first >= 0], minlength=which.size)
    return dict(zip(which.tolist(), zip(reach.alone.tolist(), first.tolist(), strict=True), strict=True))


def _dwellings(found: Found) -> list[list[Any]]:
    it = found.dwellings
    globe = _globe(found, it.points.x, it.points.y)
    columns = [
        it.points.frame[tables.ROW].to_list(),
        globe[:, 0].tolist(),
        globe[:, 1].tolist(),
        it.weight.tolist(),
        [it.areas[code] for code in it.area] if it.areas else [""] * it.weight.size,
        (it.norm / 60).round(3).tolist(),
    ]
    for reach, which in ((found.now, found.existing), (found.after, found.with_new)):
        columns.append(["" if value == np.inf else round(value / 60, 2) for value in reach.seconds.tolist()])
        columns.append(["" if first < 0 else found.stations.names[which[first]] for first in reach.first.tolist()])
        columns.append(reach.reached.tolist())
    return [list(row) for row in zip(*columns, strict=True)]


def _areas(found: Found) -> list[list[Any]]:
    return [
        [
            found.dwellings.areas[now.area],
            now.weight,
            now.reached,
            round(now.share, 5),
            then.reached,
            round(then.share, 5),
        ]
        for now, then in zip(found.now.areas, found.after.areas, strict=True)
    ]


def _globe(found: Found, x: Floats, y: Floats) -> Floats:
    """(n, 2) longitude and latitude."""
    return found.dwellings.points.plane.lon_lat(x, y)
