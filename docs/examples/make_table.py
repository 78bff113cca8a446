"""Makes table.csv, the table of the worked example of protect. The places and the figures are invented.

    python docs/examples/make_table.py

Twenty neighbourhoods in four districts, four kinds, three years, seed 5: most counts are tens, some few. Planted: in
Zeelaan, of 2024, three reports of domestic trouble, of which everybody there would know whose they are.
"""

import csv
from pathlib import Path

import numpy as np

DISTRICTS = {
    "Haven": ("Kadewijk", "Loodsenbuurt", "Sluisplein", "Zeelaan", "Zuidkade"),
    "Hout": ("Berkenhof", "Dennendal", "Eikenrode", "Lindehage", "Wilgenpas"),
    "Stad": ("Brink", "Markt", "Poortwijk", "Raadhuisbuurt", "Veste"),
    "Waard": ("Dijkzicht", "Kreekrug", "Polderrand", "Rietveld", "Weide"),
}
MEAN = {"burglary": 14.0, "domestic trouble": 11.0, "nuisance": 60.0, "vandalism": 25.0}
YEARS = (2022, 2023, 2024)


def main() -> None:
    rng = np.random.default_rng(5)
    with (Path(__file__).parent / "table.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["neighbourhood", "district", "kind", "year", "incidents"])
        for district, neighbourhoods in DISTRICTS.items():
            for name in neighbourhoods:
                size = rng.gamma(6.0, 1 / 6.0)
                for kind, mean in MEAN.items():
                    for year in YEARS:
                        count = int(rng.poisson(size * mean))
                        planted = (name, kind, year) == ("Zeelaan", "domestic trouble", 2024)
                        writer.writerow([name, district, kind, year, 3 if planted else count])


if __name__ == "__main__":
    main()
