"""`openvis analyse rates`: how areas stand given their size, which stand out, and whether a goal is met."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
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
from openvis.cli.analyse import area_table, outcome, wording
from openvis.cli.analyse.area_table import AreaTable
from openvis.cli.analyse.wrong import WrongInput, answered

Floats = npt.NDArray[np.float64]

FIELDS = (
    "area", "count", "population", "rate", "low", "high", "shrunk", "shrunk_low", "shrunk_high", "own_part",
    "limit_low", "limit_high", "p", "outside", "count_base", "population_base", "ratio_base", "ratio_low", "ratio_high",
    "change",
)  # fmt: skip
OUTSIDE = {-1: "below", 0: "within", 1: "above"}
STATES: dict[State, str] = {"met": "Goal met", "not_met": "Goal not met", "undecided": "Goal undecided"}
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


@click.command()
@click.argument("areas", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--area", metavar="COLUMN", help="Column with the name or code of the area.")
@click.option("--count", metavar="COLUMN", help="Column with the number of events.")
@click.option("--population", metavar="COLUMN", help="Column with inhabitants, dwellings, or what else can be hit.")
@click.option("--period", metavar="COLUMN", help="Column with the year or other period, where there is one.")
@click.option("--now", metavar="PERIOD", help="Period to look at [default: the last].")
@click.option("--base", metavar="PERIOD", help="Period to compare with, such as the base year of a plan.")
@click.option("--place", metavar="AREA", help="One area to speak of, instead of all together.")
@click.option(
    "--group", metavar="COLUMN", help="Column that marks the comparison group of --place [default: all others]."
)
@click.option(
    "--goal", type=click.FloatRange(0, min_open=True),
    help="What is wanted: with --base how many times the rate of then (0.75 is a quarter less), else a rate.",
)  # fmt: skip
@click.option(
    "--direction", type=click.Choice(["down", "up"]), default="down", show_default=True, help="Which side is wanted."
)
@click.option(
    "--per", type=click.FloatRange(0, min_open=True), default=1000.0, show_default=True, help="Rates per so many."
)
@click.option(
    "--spread", type=click.Choice(["additive", "multiplicative", "none"]), default="additive", show_default=True,
    help="How areas differ by their nature, before one stands out; none: by chance alone.",
)  # fmt: skip
@click.option(
    "--confidence", type=click.FloatRange(0.5, 0.9999), default=0.95, show_default=True,
    help="Of intervals, and that no area is called outside when none is.",
)  # fmt: skip
@click.option(
    "--least", type=click.FloatRange(0), default=100.0, show_default=True,
    help="Population from which an area has a rate; smaller ones count in the whole only.",
)  # fmt: skip
@click.option("--where", metavar="SQL", help="Only rows for which this holds: \"kind = 'BURGLARY'\".")
@click.option("--most", type=click.IntRange(1, 1000), default=12, show_default=True, help="Areas to show at most.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for files and picture.")
@click.option("--quiet", is_flag=True, help="No remarks, only the result.")
@answered
def rates(**options: Any) -> None:
    """How areas stand given their size: rates with intervals, which stand out, and whether a goal is met.

    AREAS has a row for each area (and period) with a count and a population. An area stands out when it lies outside
    limits so wide that, with areas that differ as they usually do, none of all of them would in 19 of 20 such tables.
    """
    steps = outcome.Steps(("read", "rates", "write"), options["quiet"])
    if options["out"] is not None:
        outcome.prepare_pictures()
    with steps.step("read"):
        table = area_table.read(options["areas"], options, ("count", "population"), ("group",), period=True)
    wording.tell(table.account(), options["quiet"])
    with steps.step("rates"):
        found = _found(table, options)
    if found.now.small:
        wording.tell(
            [f"{found.now.small:,} areas have a population under {options['least']:g}: not judged."], options["quiet"]
        )
    told = _sentences(found, options)
    for line in told:
        click.echo(line)
    click.echo("\n" + wording.table(*_rows(found, options), left=(0,)))
    if found.limits is not None:
        click.echo("\n" + _rule(found, options))
    if options["out"] is not None:
        with steps.step("write"):
            files = _write(options["out"], told[0], found, options)
        outcome.write_run(
            options["out"], "rates", options, table.described(), steps,
            {"finding": told[0], "more": told[1:], "areas": len(found.now.area), "period": found.now.name,
             "outside": [found.now.area[i] for i in found.outside], "goal_state": found.state},
        )  # fmt: skip
        wording.tell([f"\nWritten to {options['out']}: {', '.join(files)}, run.json."], options["quiet"])


def _found(table: AreaTable, options: dict[str, Any]) -> Found:
    now, before = _periods(table, options)
    if not now.area:
        raise WrongInput(f"no area{_in(now)} has a population of --least {options['least']:g}; expected one at least")
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
    all_over = _over_all(len(now.area), wide)
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


def _over_all(areas: int, confidence: float) -> float:
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
        raise WrongInput(f"--place is {place!r}; expected an area that is large enough{_in(period)}: {told}")
    i = period.area.index(place)
    return place, (float(period.count[i]), float(period.base[i]))


def _in(period: Period) -> str:
    return f" in {period.name}" if period.name else ""


def _others(table: AreaTable, now: Period, options: dict[str, Any]) -> list[int]:
    """Positions of the areas that --place is compared with; never itself."""
    marked = set(now.area)
    if options["group"] is not None:
        words = zip(table.area, table.texts["group"], strict=True)
        marked = {area for area, word in words if word.lower() not in NOT_MARKED}
    others = [i for i, area in enumerate(now.area) if area in marked and area != options["place"]]
    if not others:
        raise WrongInput(
            f"--place {options['place']!r} has nothing to be compared with; expected other areas{_in(now)}"
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


def _sentences(found: Found, options: dict[str, Any]) -> list[str]:
    """The finding first: the goal or the change, else the comparison, else which areas stand out."""
    here = (
        f"{found.subject}{_in(found.now)}: {_number(found.total.rate)} per {options['per']:,g} ({_span(found.total)})"
    )
    told = []
    if found.since is not None or found.state is not None:
        told.append(_against_then(found, here, options))
    if found.versus is not None:
        name, ratio = found.versus
        told.append(f"{here}, {_times(ratio)} that of {name} together: {_clear(ratio)}.")
    if found.limits is not None:
        told.append(_standing_out(found) + ("." if told else f". {here}."))
    return told or [f"{here}."]


def _against_then(found: Found, here: str, options: dict[str, Any]) -> str:
    then = ""
    if found.since is not None and found.before is not None:
        then = f", {_times(found.since)} that of {found.before.name}"
        if found.state is None:
            return f"{here}{then}: {_clear(found.since)}."
    side = "below" if options["direction"] == "down" else "above"
    wanted = f"wanted {side} {options['goal']:g}{' times' if then else ''}"
    return f"{STATES[found.state or 'undecided']}. {here}{then}; {wanted}."


def _clear(ratio: RateRatio) -> str:
    return "clearly more" if ratio.low > 1 else "clearly less" if ratio.high < 1 else "no clear difference"


def _standing_out(found: Found) -> str:
    assert found.limits is not None  # noqa: S101 -- said of a funnel only
    many = len(found.now.area)
    if not found.outside:
        return f"None of {many:,} areas stands out beyond how areas differ by size and chance"
    sides = []
    for side, word in ((1, "above"), (-1, "below")):
        named = [found.now.area[i] for i in found.outside if found.limits.outside[1, i] == side]
        if named:
            more = f" and {len(named) - 5:,} more" if len(named) > 5 else ""
            sides.append(f"{word}: {', '.join(named[:5])}{more}")
    number = len(found.outside)
    return f"{number:,} of {many:,} areas stand{'s' * (number == 1)} out, {'; '.join(sides)}"


def _rule(found: Found, options: dict[str, Any]) -> str:
    assert found.limits is not None  # noqa: S101 -- said of a funnel only
    spread = found.limits.spread
    differ = {
        "none": "had the same rate",
        "additive": f"differed as these usually do ({wording.percent(spread**0.5, 0)} beyond chance)",
        "multiplicative": f"differed as these usually do (variance {spread:.1f} × that of chance)",
    }[options["spread"]]
    return (
        f"Outside: beyond limits that, if all {len(found.now.area):,} areas {differ}, none of them would cross in "
        f"about {wording.percent(options['confidence'], 0)} of such tables."
    )


def _number(value: float) -> str:
    """Three figures that tell something, whole above a hundred."""
    if np.isinf(value):
        return "∞"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _span(interval: Rate | RateRatio) -> str:
    return f"{_number(interval.low)} to {_number(interval.high)}"


def _times(ratio: RateRatio) -> str:
    return f"{_number(ratio.ratio)} times ({_span(ratio)})"


def _order(found: Found) -> list[int]:
    """Outside first, then by how far out; as given where there is no funnel."""
    if found.limits is None:
        return list(range(len(found.now.area)))
    rest = np.argsort(found.limits.p, kind="stable").tolist()
    return [*found.outside, *(i for i in rest if i not in set(found.outside))]


def _rows(found: Found, options: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    interval = f"{wording.percent(options['confidence'], 0)} interval"
    heading = ["area", "count", "population", f"per {options['per']:,g}", interval]
    if found.limits is not None:
        heading += ["shrunk", "limits", "stands"]
    if found.before is not None:
        heading += [f"× {found.before.name}", "interval", "change"]
    return heading, [_row(found, i) for i in _order(found)[: options["most"]]]


def _row(found: Found, i: int) -> list[str]:
    own, area = found.rates[i], found.now.area[i]
    row = [area, f"{found.now.count[i]:,g}", f"{found.now.base[i]:,g}", _number(own.rate), _span(own)]
    if found.limits is not None and found.shrunk is not None:
        limits = f"{_number(found.limits.low[1, i])} to {_number(found.limits.high[1, i])}"
        row += [_number(found.shrunk.rate[i]), limits, OUTSIDE[int(found.limits.outside[1, i])]]
    if found.before is not None:
        ratio, word = found.changes.get(area, (None, "not known then"))
        row += ["", "", word] if ratio is None else [_number(ratio.ratio), _span(ratio), word]
    return row


def _record(found: Found, i: int) -> dict[str, Any]:
    """One area as plain values, named as in FIELDS."""
    own, area = found.rates[i], found.now.area[i]
    record = {"area": area, "count": found.now.count[i], "population": found.now.base[i]}
    record |= {"rate": own.rate, "low": own.low, "high": own.high}
    if found.limits is not None and found.shrunk is not None:
        shrunk, limits = found.shrunk, found.limits
        record |= {"shrunk": shrunk.rate[i], "shrunk_low": shrunk.low[i], "shrunk_high": shrunk.high[i]}
        record |= {"own_part": shrunk.weight[i], "limit_low": limits.low[1, i], "limit_high": limits.high[1, i]}
        record |= {"p": limits.p[i], "outside": OUTSIDE[int(limits.outside[1, i])]}
    if found.before is not None and area in found.changes:
        ratio, word = found.changes[area]
        j = found.before.area.index(area)
        record |= {"count_base": found.before.count[j], "population_base": found.before.base[j]}
        record |= {"ratio_base": ratio.ratio, "ratio_low": ratio.low, "ratio_high": ratio.high, "change": word}
    return {name: round(float(it), 6) if isinstance(it, float) else it for name, it in record.items()}


def _write(folder: Path, told: str, found: Found, options: dict[str, Any]) -> list[str]:
    folder.mkdir(parents=True, exist_ok=True)
    records = [_record(found, i) for i in _order(found)]
    outcome.write_csv(folder / "areas.csv", FIELDS, [[it.get(name, "") for name in FIELDS] for it in records])
    if found.limits is None:
        return ["areas.csv"]
    from openvis.cli.analyse.drawing.rates import draw_funnel

    subtitle = (
        f"{options['areas'].name}{_in(found.now)} · dark: {wording.percent(options['confidence'], 0)} limits of one area; "
        "light: of all areas at once; line: the rate of all together"
    )
    names = [found.now.area[i] if found.limits.outside[1, i] else "" for i in range(len(found.now.area))]
    levels = options["confidence"], _over_all(len(names), options["confidence"])
    draw_funnel(
        folder / "funnel.png", told, subtitle, found.now.base, found.limits, names, levels, options["spread"],
        options["per"],
    )  # fmt: skip
    return ["areas.csv", "funnel.png"]
