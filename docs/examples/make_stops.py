"""Makes stops.csv, the file of the worked example of route: fourteen invented places for a control day.

    python docs/examples/make_stops.py

The town hall comes first; three have opening hours, of which the scrap yard's can only be met in one direction.
"""

import csv
from pathlib import Path

import numpy as np

HOME = (5.2210, 52.3700)
NAMES = (
    "Garage North", "Car wash", "Phone shop", "Scrap yard", "Café Harbour", "Tobacconist", "Storage boxes",
    "Second-hand shop", "Gold buyer", "Barber", "Warehouse 4", "Tyre centre", "Kiosk",
)  # fmt: skip
HOURS = {"Gold buyer": ("13:00", "17:30"), "Café Harbour": ("11:00", ""), "Scrap yard": ("", "10:30")}


def main() -> None:
    rng = np.random.default_rng(14)
    rows = [("Town hall", *HOME, "", "")]
    for name in NAMES:
        angle, far = rng.uniform(0, 2 * np.pi), rng.uniform(0.006, 0.035)
        lon, lat = HOME[0] + 1.6 * far * np.cos(angle), HOME[1] + far * np.sin(angle)
        rows.append((name, round(float(lon), 5), round(float(lat), 5), *HOURS.get(name, ("", ""))))
    with (Path(__file__).parent / "stops.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("name", "lon", "lat", "opens", "closes"))
        writer.writerows(rows)


if __name__ == "__main__":
    main()
