"""Makes areas.csv, the file of the worked example of rates. Nothing in it ever happened; the areas are invented.

    python docs/examples/make_areas.py

Burglaries and dwellings of 48 areas in 2017 and 2024, seed 5. The areas differ by their nature, with a standard deviation of
15 %. Planted: the rate fell by 35 % everywhere; in 2024 Marktkwartier has 3 times as many as its nature, and
Eilandenbuurt went up by 30 % instead of down. Six areas are so small that chance alone decides where they stand.
"""

import csv
from pathlib import Path

import numpy as np

FIRST = (
    "Berken", "Eiken", "Linden", "Wilgen", "Rozen", "Tulpen", "Meeuwen", "Reiger", "Valken", "Schippers", "Molen", "Sluis",
    "Eilanden", "Markt", "Haven", "Parel",
)  # fmt: skip
LAST = ("buurt", "kwartier", "hof")
FELL = 0.65


def main() -> None:
    rng = np.random.default_rng(5)
    names = [first + last for last in LAST for first in FIRST]
    dwellings = np.round(np.exp(rng.normal(7.3, 0.6, len(names))))
    dwellings[rng.choice(len(names), 6, replace=False)] = rng.integers(70, 200, 6)
    dwellings[names.index("Marktkwartier")], dwellings[names.index("Eilandenbuurt")] = 4600, 5200
    nature = 0.02 * rng.gamma(1 / 0.15**2, 0.15**2, len(names))
    rows = []
    for year, factor in ((2017, 1.0), (2024, FELL)):
        times = np.full(len(names), factor)
        if year == 2024:
            times[names.index("Marktkwartier")] *= 3.0
            times[names.index("Eilandenbuurt")] = 1.3
        for name, size, rate in zip(names, dwellings, nature * times, strict=True):
            rows.append(
                [name, year, int(rng.poisson(size * rate)), int(size), "yes" if name.endswith("buurt") else "no"]
            )
    with (Path(__file__).parent / "areas.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["area", "year", "burglaries", "dwellings", "old"])
        writer.writerows(rows)


if __name__ == "__main__":
    main()
