"""Makes ties.csv, the network of the worked example. No such group exists; the codes are invented.

    python docs/examples/make_ties.py

Seed 11, a year of 2024. Planted: three groups (P01 to P09, P11 to P18, P21 to P27), thick inside. P05 ties the first to
the second on many records of several kinds; P22 ties the second to the third on a single doubtful report. From July P21
to P27 splits off from nothing: it is there only in the second half of the year.
"""

import csv
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import numpy as np

KINDS = ("seen together", "phone contact", "same incident")
GROUPS = (range(1, 10), range(11, 19), range(21, 28))
BEGIN = date(2024, 1, 1)


def main() -> None:
    rng = np.random.default_rng(11)
    rows = []
    for number, members in enumerate(GROUPS):
        for a, b in combinations(members, 2):
            if rng.random() < 0.55:
                rows += records(rng, a, b, 1 + rng.poisson(1.5), late=number == 2)
    for b in (11, 14):
        rows += records(rng, 5, b, 2)
    rows.append((BEGIN + timedelta(days=250), 16, 22, "same incident", 0.3))
    rows += records(rng, 22, 23, 2, late=True)
    rows.sort()
    with (Path(__file__).parent / "ties.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["from", "to", "date", "kind", "reliability"])
        for day, a, b, kind, reliability in rows:
            writer.writerow([f"P{a:02d}", f"P{b:02d}", day.isoformat(), kind, reliability])


def records(rng: np.random.Generator, a: int, b: int, n: int, late: bool = False) -> list:
    """Records of one pair over the year, or over its second half."""
    return [
        (
            BEGIN + timedelta(days=int(rng.integers(182, 366) if late else rng.integers(0, 366))),
            a,
            b,
            str(rng.choice(KINDS)),
            float(rng.choice([0.7, 0.8, 0.9])),
        )
        for _ in range(n)
    ]


if __name__ == "__main__":
    main()
