"""Makes recent.csv, the file of the worked example of the scan. Nothing in it ever happened; the places are invented.

    python docs/examples/make_recent.py

Half a year of 1,500 burglaries and thefts from cars, seed 11, known by the day. In the centre more happens than
elsewhere, every week the same, and in the last two weeks a third more happens everywhere: neither is a cluster. Planted: in
the last five days 9 thefts from cars within some 150 metres, where one a month is usual.
"""

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from pyproj import Transformer

START, DAYS = date(2025, 1, 1), 181
CENTRE, STREET = (143_600.0, 487_300.0), (145_400.0, 486_100.0)


def main() -> None:
    rng = np.random.default_rng(11)
    chance = np.ones(DAYS)
    chance[-14:] = 1.33
    rows = []
    for _ in range(1500):
        place = CENTRE + rng.normal(0, 350, 2) if rng.random() < 0.35 else CENTRE + rng.normal(0, 1900, 2)
        day = rng.choice(DAYS, p=chance / chance.sum())
        rows.append((day, str(rng.choice(["burglary", "theft from car"], p=[0.4, 0.6])), *place))
    rows += [(DAYS - 1 - rng.integers(0, 5), "theft from car", *(STREET + rng.normal(0, 70, 2))) for _ in range(9)]
    rows.sort(key=lambda row: row[0])
    lon, lat = Transformer.from_crs(28992, 4326, always_xy=True).transform([r[2] for r in rows], [r[3] for r in rows])
    with (Path(__file__).parent / "recent.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["date", "kind", "lon", "lat"])
        for (day, kind, _, _), x, y in zip(rows, lon, lat, strict=True):
            writer.writerow([START + timedelta(days=int(day)), kind, f"{x:.5f}", f"{y:.5f}"])


if __name__ == "__main__":
    main()
