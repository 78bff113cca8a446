"""What stations reach, the best new sites, and whether that still holds when driving goes slower or faster."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from openvis.analysis.cover import Coverage, Location, coverage, locate
from openvis.cli.analyse import wording
from openvis.cli.analyse.cover_places import Dwellings, Stations
from openvis.cli.analyse.reading import Floats, Ints

SLOWER = ((0.9, "10 % less"), (1.0, "as worked out"), (1.1, "10 % more"))


@dataclass(frozen=True, eq=False)
class Found:
    """What is reached now, and the best new sites where they were asked for; drive: (stations, dwellings) seconds."""

    dwellings: Dwellings
    stations: Stations
    drive: Floats
    new: int
    now: Coverage
    best: Location | None

    @property
    def total(self) -> float:
        """Dwellings in all."""
        return float(self.dwellings.weight.sum())

    @property
    def existing(self) -> Ints:
        """Numbers of the stations that exist."""
        return np.flatnonzero(self.stations.there)

    @property
    def candidates(self) -> Ints:
        """Numbers of the sites to choose from."""
        return np.flatnonzero(~self.stations.there)

    @property
    def chosen(self) -> Ints:
        """Numbers of the sites chosen."""
        return self.candidates[:0] if self.best is None else self.candidates[self.best.chosen]

    @property
    def with_new(self) -> Ints:
        """Numbers of the stations that exist, then of those chosen."""
        return np.concatenate([self.existing, self.chosen])

    @cached_property
    def after(self) -> Coverage:
        """What those reach together."""
        return reach(self.dwellings, self.stations, self.drive, self.with_new)


def find(dwellings: Dwellings, stations: Stations, drive: Floats, new: int, seconds: float) -> Found:
    """What is reached now, and the `new` sites that add most."""
    now = reach(dwellings, stations, drive, np.flatnonzero(stations.there))
    best = _best(dwellings, stations, drive, now, new, seconds) if new else None
    return Found(dwellings, stations, drive, new, now, best)


def slower(found: Found, seconds: float) -> list[dict[str, Any]]:
    """The same with all driving times shorter and longer: shares now, with the sites chosen, and what is best then."""
    rows = []
    for factor, words in SLOWER:
        drive = found.drive * factor
        now = reach(found.dwellings, found.stations, drive, found.existing)
        after = reach(found.dwellings, found.stations, drive, found.with_new)
        row = {"driving": words, "factor": factor, "now": now.share, "after": after.share, "best": "", "best_share": ""}
        if found.best is not None:
            best = found.best
            if factor != 1.0:
                best = _best(found.dwellings, found.stations, drive, now, found.new, seconds)
            row["best"] = _told(found, best, after)
            row["best_share"] = best.weight / found.total
        rows.append(row)
    return rows


def reach(dwellings: Dwellings, stations: Stations, drive: Floats, which: Ints) -> Coverage:
    """What these stations reach together, the time before they drive counted in."""
    area = dwellings.area if dwellings.areas else None
    return coverage(drive[which] + stations.turnout[which, None], dwellings.norm, dwellings.weight, area)


def percent(share: float) -> str:
    """In words; nearly all dwellings is never told as all of them."""
    return "over 99.9 %" if 0.9995 <= share < 1 else wording.percent(share)


def _best(dwellings: Dwellings, stations: Stations, drive: Floats, now: Coverage, new: int, seconds: float) -> Location:
    sites = ~stations.there
    within = drive[sites] + stations.turnout[sites, None] <= dwellings.norm
    return locate(within, dwellings.weight, new, now.reached, seconds)


def _told(found: Found, best: Location, after: Coverage) -> str:
    """The same sites where others reach no more; else those others and what they reach."""
    if best.weight <= after.weight * (1 + 1e-9):
        return "the same"
    names = ", ".join(found.stations.names[i] for i in found.candidates[best.chosen])
    return f"{names}: {percent(best.weight / found.total)}"
