"""Makes changes.csv, the file of the worked example of emerging hot spots. Nothing in it ever happened.

    python docs/examples/make_changes.py

Two whole years, seed 3, known by the day: some 45 incidents a month over a town, the same all the time. Planted within some
50 metres each: a square with 18 a month always, a station where it grows from 12 to 40 a month, a market where it shrinks
from 40 to 12, a park with 16 a month since five months, and a car park with 14 in the last month alone.
"""

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from pyproj import Transformer

START, MONTHS = date(2024, 1, 1), 24
MIDDLE = (143_600.0, 487_300.0)
PLACES = {
    "square": ((0, 0), np.full(MONTHS, 18.0)),
    "station": ((-900, 700), np.linspace(12, 40, MONTHS)),
    "market": ((950, 650), np.linspace(40, 12, MONTHS)),
    "park": ((-850, -850), np.where(np.arange(MONTHS) >= MONTHS - 5, 16.0, 0.0)),
    "car park": ((900, -900), np.where(np.arange(MONTHS) == MONTHS - 1, 14.0, 0.0)),
}


def main() -> None:
    rng = np.random.default_rng(3)
    rows = []
    for month in range(MONTHS):
        first = date(START.year + month // 12, month % 12 + 1, 1)
        days = ((first + timedelta(days=32)).replace(day=1) - first).days
        for _ in range(rng.poisson(45)):
            rows.append((first + timedelta(days=int(rng.integers(days))), *(MIDDLE + rng.uniform(-1600, 1600, 2))))
        for place, amounts in PLACES.values():
            for _ in range(rng.poisson(amounts[month])):
                at = np.array(MIDDLE) + place + rng.normal(0, 50, 2)
                rows.append((first + timedelta(days=int(rng.integers(days))), *at))
    rows.sort(key=lambda row: row[0])
    lon, lat = Transformer.from_crs(28992, 4326, always_xy=True).transform([r[1] for r in rows], [r[2] for r in rows])
    with (Path(__file__).parent / "changes.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["date", "lon", "lat"])
        for (day, _, _), x, y in zip(rows, lon, lat, strict=True):
            writer.writerow([day, f"{x:.5f}", f"{y:.5f}"])


if __name__ == "__main__":
    main()
