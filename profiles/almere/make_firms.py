"""Make INVENTED numbers of firms by stadsdeel and branch, for the demonstration. No register was used.

    python profiles/almere/make_firms.py

So many firms for every thousand inhabitants (made up), and chance around it. Put the numbers of a register in their place
with `openvis profile firms` before anything real is looked at; docs/admin/profile.md says how.
"""

from pathlib import Path

import numpy as np

from openvis.profile import load
from openvis.profile.firms import Firms, as_csv

HERE = Path(__file__).resolve().parent
FILE = HERE / "firms" / "invented.csv"
PER_THOUSAND = {
    "hospitality": 2.4, "cars": 1.9, "barber_beauty": 2.2, "retail": 4.0, "phone_money": 0.3, "second_hand": 0.4,
    "care": 6.0, "employment": 1.1, "logistics": 2.3, "garage_boxes": 0.5, "agriculture": 0.3, "construction": 7.5,
    "holiday_parks": 0.1, "real_estate": 1.6, "advice": 5.5, "sport": 1.8,
}  # fmt: skip
"""Firms for every thousand inhabitants: invented. A dwelling is no firm, and “other” is no branch."""


def main() -> None:
    rng = np.random.default_rng(2026)
    rows = [
        Firms(area=area.code, branch=branch, firms=_invented(rng, share * (area.inhabitants or 0) / 1000))
        for area in load(HERE).areas_of("stadsdeel")
        for branch, share in PER_THOUSAND.items()
    ]  # fmt: skip
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(as_csv(rows), encoding="utf-8")


def _invented(rng: np.random.Generator, usual: float) -> int:
    return int(rng.poisson(usual * rng.lognormal(0, 0.25)))


if __name__ == "__main__":
    main()
