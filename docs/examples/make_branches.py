"""Makes branches.csv, the file of the worked example of area-profile. Areas, branches and numbers are invented.

    python docs/examples/make_branches.py

Eight areas by six branches (seed 8), without the combinations of fewer than ten businesses. Of each: how many
businesses, reports by neighbours, permits that lapsed, short leases, and the share of premises that stand empty. Planted:
storage in the Harbour and car hire in Ringside are high on everything; workshops in Oldtown, a small row, have many
reports by chance alone.
"""

import csv
from pathlib import Path

import numpy as np

AREAS = ("Centre", "Oldtown", "Harbour", "Ringside", "Northgate", "Lakeside", "Meadows", "Station")
BRANCHES = {"shops": 90, "restaurants": 45, "car hire": 16, "storage": 22, "workshops": 28, "salons": 30}
PLANTED = {("Harbour", "storage"): 3.0, ("Ringside", "car hire"): 2.8}


def main() -> None:
    rng = np.random.default_rng(8)
    with (Path(__file__).parent / "branches.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["area", "branch", "businesses", "reports", "lapsed_permits", "short_leases", "vacancy"])
        for area in AREAS:
            for branch, usual in BRANCHES.items():
                businesses = int(usual * rng.uniform(0.4, 1.6))
                times = PLANTED.get((area, branch), rng.uniform(0.6, 1.4))
                numbers = [int(rng.poisson(rate * businesses * times)) for rate in (0.30, 0.12, 0.15)]
                vacancy = round(float(np.clip(5.0 * times + rng.normal(0, 1.5), 0, 40)), 1)
                if (area, branch) == ("Oldtown", "workshops"):
                    businesses, numbers = 12, [9, 2, 2]
                if businesses >= 10:
                    writer.writerow([area, branch, businesses, *numbers, vacancy])


if __name__ == "__main__":
    main()
