"""Which forecast deserves trust on real data: five series of two cities, 52 weekly forecasts each. Run by hand.

    .venv/bin/python benchmarks/forecasts.py FOLDER > tables.md

FOLDER holds `portland-nij` (the files of the NIJ Real-Time Crime Forecasting Challenge: crimes_bur.csv, crimes_veh.csv,
portland_coords.csv) and `toronto-incidents` (toronto_mci_2014_2021.csv.gz, Toronto Police, Major Crime Indicators); what
is absent is skipped. Neither is shipped. The methods were made on earlier years (Portland 2014 and 2015, Toronto 2016 to
2018); the year tested here decided nothing.
"""

import csv
import gzip
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyproj
import shapely

from openvis.analysis.events import Events
from openvis.analysis.forecast import COUNTS, METHODS, SHARES, Backtest, backtest, moves, weekly_origins
from openvis.analysis.grid import Grid

FOOT, CHALLENGE_CELL, TORONTO_CELL = 0.3048, 600 * 0.3048, 250.0
TORONTO_PLANE = "EPSG:32617"


@dataclass(frozen=True)
class Series:
    """Events of one kind, the study area, and the years to test on: the first is the test, others are checks."""

    name: str
    events: Events
    grid: Grid
    years: tuple[int, ...]


def main(folder: Path) -> None:
    for series in [*portland(folder / "portland-nij"), *toronto(folder / "toronto-incidents")]:
        for year in series.years:
            report(series, year)


def report(series: Series, year: int) -> None:
    began = time.perf_counter()
    origins = weekly_origins(f"{year}-01-01", f"{year + 1}-01-01")
    test = backtest(series.events, series.grid, METHODS, origins)
    taken = time.perf_counter() - began
    print(f"\n### {series.name}, {year}\n")
    print(
        f"{test.events.sum():,.0f} events in {origins.size} weeks, {series.grid.size:,} cells of {series.grid.cell:.2f} m, "
        f"{taken:.0f} s for {len(test.methods)} methods.\n"
    )
    table(test)
    if year == series.years[0]:
        moving(series, origins)
    sys.stdout.flush()


def table(test: Backtest) -> None:
    """Found, times as dense and efficiency per share; and the log score; each with its difference to the best count."""
    differences = {(it.method, it.share): it for it in test.differences()}
    print("| method | " + " | ".join(f"{share:.2%}" for share in test.shares) + " | log score |")
    print("|---|" + "---:|" * (len(test.shares) + 1))
    for m, method in enumerate(test.methods):
        cells = []
        for score in (it for it in test.scores() if it.method == method):
            cell = f"{score.hit_rate:.1%}, PAI {score.pai:.1f}, PEI {score.pei:.2f}"
            cells.append(cell + beside(differences.get((method, score.share)), 100))
        cells.append(f"{test.log_scores[m].mean():.2f}" + beside(differences.get((method, None)), 1))
        print(f"| {method} | " + " | ".join(cells) + " |")
    for method, why in test.left_out.items():
        print(f"\n{method} left out: {why}.")


def beside(difference: object, scale: float) -> str:
    if difference is None:
        return ""
    mark = {"better": " **better**", "worse": " *worse*"}.get(difference.finding, "")  # type: ignore[attr-defined]
    low, high = difference.low, difference.high  # type: ignore[attr-defined]
    return f" ({scale * low:+.1f} to {scale * high:+.1f}){mark}".replace("-", "−")


def moving(series: Series, origins: np.ndarray) -> None:
    print("\nWith the cells moved by half a cell, found on " + ", ".join(f"{share:.2%}" for share in SHARES) + ":\n")
    print("| cells | " + " | ".join((*COUNTS, "ensemble")) + " | ensemble against the best count |")
    print("|---|---|---|---|---|")
    for name, grid in moves(series.grid).items():
        test = backtest(series.events, grid, (*COUNTS, "ensemble"), origins)
        found = [
            " / ".join(f"{100 * it.hit_rate:.1f}" for it in test.scores() if it.method == method)
            for method in test.methods
        ]
        told = " / ".join(it.finding.replace("no clear difference", "–") for it in test.differences())
        print(f"| {name} | " + " | ".join(found) + f" | {told} |")


def portland(folder: Path) -> Iterator[Series]:
    if not folder.is_dir():
        print(f"{folder} is absent: no Portland")
        return
    outline = np.array(
        [[float(v) for v in row] for row in list(csv.reader((folder / "portland_coords.csv").open()))[1:]]
    )
    grid = Grid.covering(shapely.make_valid(shapely.Polygon(outline * FOOT)), CHALLENGE_CELL)
    for name, file in (("Portland burglary", "crimes_bur.csv"), ("Portland vehicle theft", "crimes_veh.csv")):
        rows = list(csv.DictReader((folder / file).open()))
        x, y = (np.array([float(row[column]) for row in rows]) * FOOT for column in ("x_coordina", "y_coordina"))
        day = np.array([row["occ_date"] for row in rows], dtype="datetime64[s]")
        yield Series(name, Events.of(x, y, day, day + np.timedelta64(1, "D")), grid, (2016,))


def toronto(folder: Path) -> Iterator[Series]:
    file = folder / "toronto_mci_2014_2021.csv.gz"
    if not file.is_file():
        print(f"{file} is absent: no Toronto")
        return
    with gzip.open(file, "rt") as text:
        rows = list(csv.DictReader(text))
    plane = pyproj.Transformer.from_crs("EPSG:4326", TORONTO_PLANE, always_xy=True)
    for kind in ("break_and_enter", "auto_theft", "assault"):
        own = [row for row in rows if row["type"] == kind]
        x, y = plane.transform([float(row["lon"]) for row in own], [float(row["lat"]) for row in own])
        at = np.array([row["date"] for row in own], "datetime64[s]")
        at += np.array([int(float(row["hour"])) for row in own]).astype("timedelta64[h]")
        events = Events.of(x, y, at)
        before = at < np.datetime64("2019-01-01")
        grid = Grid.around(events.x[before], events.y[before], TORONTO_CELL)
        yield Series(f"Toronto {kind.replace('_', ' ')}", events, grid, (2019, 2021))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
