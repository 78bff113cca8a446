"""Makes neighbourhoods.csv, the file of the worked example of alerts. No such place exists; all of it is invented.

    python docs/examples/make_neighbourhoods.py

Six neighbourhoods and four kinds, 182 whole weeks from 2022-01-03 to 2025-06-29, seed 5, known by the day. Old Town
is always busiest, bicycles are stolen in summer and burglaries done in winter: none of that is an alert. Planted: in
the last week 8 thefts from cars in Harbour on top of what is usual, and in each of the last four weeks 2 more
burglaries in Lakeside, too few for any single week to show.
"""

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np

START, WEEKS = date(2022, 1, 3), 182
AREAS = {"Harbour": 1.2, "Lakeside": 0.6, "Mill Quarter": 0.8, "North Park": 0.5, "Old Town": 2.2, "Station": 1.6}
KINDS = {"burglary": (0.6, 0.3), "theft from car": (1.1, 0.0), "theft of bicycle": (1.3, -0.4), "vandalism": (0.9, 0.0)}
"""Events a week where an area counts 1, and how much more of it in winter."""


def main() -> None:
    rng = np.random.default_rng(5)
    rows = []
    for week in range(WEEKS):
        winter = np.cos(2 * np.pi * week / 52.18)
        for area, size in AREAS.items():
            for kind, (level, season) in KINDS.items():
                usual = rng.poisson(level * size * (1 + season * winter) * rng.gamma(12, 1 / 12))
                rows += [(week, area, kind)] * int(usual + planted(week, area, kind))
    with (Path(__file__).parent / "neighbourhoods.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["date", "neighbourhood", "kind"])
        for day, area, kind in sorted((7 * week + int(rng.integers(7)), area, kind) for week, area, kind in rows):
            writer.writerow([START + timedelta(days=day), area, kind])


def planted(week: int, area: str, kind: str) -> int:
    if (area, kind) == ("Harbour", "theft from car"):
        return 8 if week == WEEKS - 1 else 0
    if (area, kind) == ("Lakeside", "burglary"):
        return 2 if week >= WEEKS - 4 else 0
    return 0


if __name__ == "__main__":
    main()
