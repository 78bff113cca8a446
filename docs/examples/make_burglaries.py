"""Makes burglaries.csv, the file of the worked example of near repeats. Nothing in it ever happened.

    python docs/examples/make_burglaries.py

A year of burglaries, seed 21, known by the day, at 30,000 invented addresses of which a third lie in a dense centre; more
happens in winter. Planted: one in five of 1,200 is followed, in the first seven days, by another: one in four of those at
the same address, the others at an address within 100 metres.
"""

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from pyproj import Transformer

START, DAYS = date(2024, 7, 1), 365
CENTRE = np.array([143_600.0, 487_300.0])
FIRST, FOLLOWED, SAME_ADDRESS = 1200, 0.2, 0.25


def main() -> None:
    rng = np.random.default_rng(21)
    homes = CENTRE + np.vstack([rng.normal(0, 500, (10_000, 2)), rng.uniform(-2200, 2200, (20_000, 2))])
    winter = 1.0 - 0.4 * np.cos(2 * np.pi * np.arange(DAYS) / DAYS)
    rows = list(zip(rng.choice(DAYS, FIRST, p=winter / winter.sum()), rng.integers(0, len(homes), FIRST), strict=True))
    for day, home in rows[: int(FOLLOWED * FIRST)]:
        near = np.flatnonzero(np.hypot(*(homes - homes[home]).T) < 100)
        again = home if rng.random() < SAME_ADDRESS else rng.choice(near)
        rows.append((min(day + rng.integers(0, 7), DAYS - 1), again))
    rows.sort(key=lambda row: row[0])
    lon, lat = Transformer.from_crs(28992, 4326, always_xy=True).transform(*homes[[home for _, home in rows]].T)
    with (Path(__file__).parent / "burglaries.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["date", "kind", "lon", "lat"])
        for (day, _), x, y in zip(rows, lon, lat, strict=True):
            writer.writerow([START + timedelta(days=int(day)), "burglary", f"{x:.5f}", f"{y:.5f}"])


if __name__ == "__main__":
    main()
