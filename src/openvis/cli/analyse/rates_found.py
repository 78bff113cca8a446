"""What `openvis analyse rates` works out: of one area or all together, and of each area."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from openvis.analysis.rates import (
    Funnel,
    Rate,
    RateRatio,
    Shrunk,
    State,
    compare,
    empirical_bayes,
    funnel,
    goal_state,
    rate,
)
from openvis.analysis.rates.areas import LEAST_AREAS
from openvis.cli.analyse.area_table import AreaTable
from openvis.cli.analyse.wrong import WrongInput

Floats = npt.NDArray[np.float64]

NOT_MARKED = ("", "0", "0.0", "no", "nee", "false", "n")


@dataclass(frozen=True)
class Period:
    """Areas in one period that are large enough for a rate: names, counts and bases (n,); and the sums of all areas."""

    name: str
    area: list[str]
    count: Floats
    base: Floats
    together: tuple[float, float]
    small: int

    @property
    def told(self) -> str:
        """How a sentence goes on: "in 2024" after a space, nothing where the file has one period only."""
        return f" in {self.name}" if self.name else ""


@dataclass(frozen=True)
class Found:
    """What is said: of one area or all together (the subject), and of each area."""

    now: Period
    before: Period | None
    subject: str
    total: Rate
    since: RateRatio | None
    versus: tuple[str, RateRatio] | None
    state: State | None
    rates: list[Rate]
    changes: dict[str, tuple[RateRatio, str]]
    limits: Funnel | None
    shrunk: Shrunk | None

    @property
    def outside(self) -> list[int]:
        """Positions of the areas outside the limits over all areas, the farthest first."""
        if self.limits is None:
            return []
        out = np.flatnonzero(self.limits.outside[1])
        return [int(i) for i in out[np.argsort(self.limits.p[out], kind="stable")]]

    @property
    def order(self) -> list[int]:
        """Positions of all areas: outside first, then by how far out; as given where there is no funnel."""
        if self.limits is None:
            return list(range(len(self.now.area)))
        rest = np.argsort(self.limits.p, kind="stable").tolist()
        return [*self.outside, *(i for i in rest if i not in set(self.outside))]


def find(table: AreaTable, options: dict[str, Any]) -> Found:
    now, before = _periods(table, options)
    if not now.area:
        raise WrongInput(f"no area{now.told} has a population of --least {options['least']:g}; expected one at least")
    wide, per = options["confidence"], options["per"]
    subject, counted = _subject(now, options["place"])
    since = versus = None
    if before is not None:
        then = _subject(before, options["place"])[1] if options["place"] else before.together
        since = compare(*counted, *then, confidence=wide)
    if options["place"] is not None:
        others = _others(table, now, options)
        name = f"the other {len(others):,} areas" if options["group"] is None else f"the {len(others):,} of the group"
        versus = name, compare(*counted, float(now.count[others].sum()), float(now.base[others].sum()), confidence=wide)
    total = rate(*counted, per=per, confidence=wide)
    many = len(now.area) >= LEAST_AREAS and now.count.sum() > 0
    all_over = over_all(len(now.area), wide)
    return Found(
        now=now,
        before=before,
        subject=subject,
        total=total,
        since=since,
        versus=versus,
        state=_state(total, since, options),
        rates=[rate(float(c), float(b), per=per, confidence=wide) for c, b in zip(now.count, now.base, strict=True)],
        changes={} if before is None else _changes(now, before, wide, all_over),
        limits=funnel(now.count, now.base, levels=(wide, all_over), overdispersion=options["spread"], per=per)
        if many
        else None,
        shrunk=empirical_bayes(now.count, now.base, per=per, confidence=wide) if many else None,
    )


def over_all(areas: int, confidence: float) -> float:
    """Level of each area at which none of all is outside by chance with this confidence (Šidák 1967)."""
    return float(confidence ** (1.0 / areas))


def _periods(table: AreaTable, options: dict[str, Any]) -> tuple[Period, Period | None]:
    names = sorted(set(table.period), key=_in_order)
    asked = {role: options[role] for role in ("now", "base") if options[role] is not None}
    if asked and not names:
        raise WrongInput(
            f"--{next(iter(asked))} is given, but the file has no period; expected --period with its column"
        )
    for role, name in asked.items():
        if name not in names:
            raise WrongInput(f"--{role} is {name!r}; expected one of the periods {', '.join(names)}")
    now = asked.get("now", names[-1] if names else "")
    if asked.get("base") == now:
        raise WrongInput(f"--base is {now!r}, the period that is looked at; expected another")
    least = options["least"]
    return _period(table, now, least), _period(table, asked["base"], least) if "base" in asked else None


def _in_order(name: str) -> tuple[float, str]:
    """Numbers by size, all else by letters."""
    try:
        return float(name), ""
    except ValueError:
        return np.inf, name


def _period(table: AreaTable, name: str, least: float) -> Period:
    rows = [i for i in range(len(table.area)) if not table.period or table.period[i] == name]
    count, base = table.values["count"][rows], table.values["population"][rows]
    large = base >= least
    area = [table.area[i] for i, enough in zip(rows, large, strict=True) if enough]
    return Period(name, area, count[large], base[large], (float(count.sum()), float(base.sum())), int((~large).sum()))


def _subject(period: Period, place: str | None) -> tuple[str, tuple[float, float]]:
    """Of whom the sentences speak, with count and base."""
    if place is None:
        many = len(period.area) + period.small
        return period.area[0] if many == len(period.area) == 1 else f"{many:,} areas together", period.together
    if place not in period.area:
        told = ", ".join(period.area[:8]) + (" …" if len(period.area) > 8 else "")
        raise WrongInput(f"--place is {place!r}; expected an area that is large enough{period.told}: {told}")
    i = period.area.index(place)
    return place, (float(period.count[i]), float(period.base[i]))


def _others(table: AreaTable, now: Period, options: dict[str, Any]) -> list[int]:
    """Positions of the areas that --place is compared with; never itself."""
    marked = set(now.area)
    if options["group"] is not None:
        words = zip(table.area, table.texts["group"], strict=True)
        marked = {area for area, word in words if word.lower() not in NOT_MARKED}
    others = [i for i, area in enumerate(now.area) if area in marked and area != options["place"]]
    if not others:
        raise WrongInput(
            f"--place {options['place']!r} has nothing to be compared with; expected other areas{now.told}"
        )
    return others


def _state(total: Rate, since: RateRatio | None, options: dict[str, Any]) -> State | None:
    if options["goal"] is None:
        return None
    measured = total if since is None else since
    return goal_state(measured.low, measured.high, options["goal"], options["direction"])


def _changes(now: Period, before: Period, wide: float, all_over: float) -> dict[str, tuple[RateRatio, str]]:
    """Per area that both periods have: the ratio with its interval, and whether it is clear over all areas."""
    then = {area: (float(c), float(b)) for area, c, b in zip(before.area, before.count, before.base, strict=True)}
    found = {}
    for area, c, b in zip(now.area, now.count, now.base, strict=True):
        if area in then:
            strict = compare(float(c), float(b), *then[area], confidence=all_over)
            word = "lower" if strict.high < 1.0 else "higher" if strict.low > 1.0 else "not clear"
            found[area] = compare(float(c), float(b), *then[area], confidence=wide), word
    return found
