"""Makes dwellings.csv, stations.csv and roads.csv, the files of the worked example of cover. All of it is invented.

    python docs/examples/make_dwellings.py

A town of 12 by 8 kilometres with 2,400 postcodes of together some 50,000 dwellings (seed 5), four stations and twelve
candidate sites. A canal with two bridges cuts it in two; roads are a grid of streets of 400 metres at 30 km/h, with
every fifth a through road at 50. Planted: in a straight line a station in the north looks near the new district south of the
canal, over the bridges it is not.
"""

import csv
from pathlib import Path

import numpy as np
from pyproj import Transformer

WEST, SOUTH, STEP = 138_000.0, 482_000.0, 500.0
COLUMNS, ROWS = 31, 21
CANAL, BRIDGES = 7.5, (3, 15)
"""The canal lies between rows 7 and 8 of the streets; these columns cross it."""
RD_NEW = Transformer.from_crs(28992, 4326, always_xy=True)
QUARTERS = (
    # name, column and row of its middle, spread in streets, postcodes
    ("Centre", 15.0, 13.0, 3.0, 800),
    ("Northwest", 5.0, 15.0, 2.6, 450),
    ("Harbour", 26.0, 15.0, 2.0, 350),
    ("Westbank", 5.0, 4.0, 2.2, 350),
    ("Newland", 25.0, 3.5, 2.0, 450),
)
STATIONS = (("Centre", 15, 12), ("Northwest", 4, 16), ("Harbour", 24, 16), ("Westbank", 6, 5))
SITES = (
    (10, 14), (19, 15), (22, 10), (26, 8), (29, 17), (9, 18), (12, 9), (15, 5), (18, 3), (22, 3), (29, 1), (2, 3),
)  # fmt: skip


def main() -> None:
    rng = np.random.default_rng(5)
    rows = []
    for name, column, row, spread, postcodes in QUARTERS:
        for _ in range(postcodes):
            place = rng.normal((column, row), spread).clip(0, (COLUMNS - 1, ROWS - 1))
            # A quarter ends at the canal.
            place[1] = max(place[1], CANAL + 0.3) if row > CANAL else min(place[1], CANAL - 0.3)
            rows.append((*globe(*place), int(rng.integers(8, 35)), name))
    write("dwellings.csv", ("lon", "lat", "dwellings", "area"), rows)
    stations = [(name, "existing", *globe(column, row)) for name, column, row in STATIONS]
    sites = [(f"S{i + 1:02d}", "candidate", *globe(*place)) for i, place in enumerate(SITES)]
    write("stations.csv", ("name", "status", "lon", "lat"), stations + sites)
    write("roads.csv", ("from_lon", "from_lat", "to_lon", "to_lat", "speed"), roads())


def roads() -> list[tuple]:
    found = []
    for row in range(ROWS):
        found += [(*globe(c, row), *globe(c + 1, row), 50 if row % 5 == 2 else 30) for c in range(COLUMNS - 1)]
    for column in range(COLUMNS):
        for row in range(ROWS - 1):
            if row < CANAL < row + 1 and column not in BRIDGES:
                continue
            found.append((*globe(column, row), *globe(column, row + 1), 50 if column % 6 == 3 else 30))
    return found


def globe(column: float, row: float) -> tuple[str, str]:
    lon, lat = RD_NEW.transform(WEST + STEP * column, SOUTH + STEP * row)
    return f"{lon:.5f}", f"{lat:.5f}"


def write(name: str, heading: tuple, rows: list[tuple]) -> None:
    with (Path(__file__).parent / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heading)
        writer.writerows(rows)


if __name__ == "__main__":
    main()
