"""`openvis analyse alerts`: which area and kind stand out in a week."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from openvis.analysis.checks import Bools, Floats, Times
from openvis.analysis.trend import LEAST_WEEKS, Judgement, judge
from openvis.cli.analyse import outcome, reading, weeks, wording
from openvis.cli.analyse.drawing.panels import Panel
from openvis.cli.analyse.options import reading as reading_options
from openvis.cli.analyse.wrong import WrongInput, answered

HEADING = ("area", "kind", "observed", "expected", "up to", "× as many", "q", "how long", "early signal")
FIELDS = (
    "area", "kind", "observed", "expected", "low", "high", "ratio", "p", "q", "weeks", "since", "until", "alert",
    "early",
)  # fmt: skip
WEEKS = ("area", "kind", "week", "events", "expected", "low", "high")
ALL = "all kinds"
"""Stands for the kind where the file has no such column."""
SHOWN_WEEKS = 52
NEAREST = 3
"""Pairs drawn where nothing stands out: those that come nearest."""


@dataclass(frozen=True, eq=False)
class Judged:
    """The cube (areas, kinds, weeks) with its names, how each pair was judged, and which stand out."""

    areas: list[str]
    kinds: list[str]
    cube: Floats
    mondays: Times
    found: Judgement
    alerts: Bools
    early: Bools
    """Alerts that no single week of their window would have brought: only the weeks together show them."""

    @property
    def pairs(self) -> int:
        """Pairs that ever had an event."""
        return int((self.cube.sum(axis=2) > 0).sum())

    def surest(self) -> list[tuple[int, int]]:
        """All pairs that had an event, the surest first."""
        had = np.flatnonzero(self.cube.sum(axis=2).ravel() > 0)
        excess = (self.found.expected - self.found.observed).ravel()
        order = had[np.lexsort((had, excess[had], self.found.p.ravel()[had]))]
        return [divmod(int(flat), len(self.kinds)) for flat in order]


@click.command()
@reading_options(place=False, hours=False)
@weeks.options
@click.option(
    "--rate",
    type=click.FloatRange(0.0001, 0.5),
    default=0.05,
    show_default=True,
    help="Share of the alerts that may be false.",
)
@click.option(
    "--least", type=click.FloatRange(1, 1000), default=3.0, show_default=True, help="Fewer events are no alert."
)
@click.option(
    "--windows",
    metavar="WEEKS",
    default="1,2,4",
    show_default=True,
    help="Weeks taken together, up to the judged one: 1 to 8 each.",
)
@click.option(
    "--reported",
    metavar="SHARES",
    help="Share of what happened that the file holds, of its last week, the one before …: 0.8,0.95.",
)
@click.option("--most", type=click.IntRange(1, 100), default=12, show_default=True, help="Alerts to show at most.")
@answered
def alerts(**options: Any) -> None:
    """Areas and kinds that stand out in the last whole week, against what the weeks before let expect.

    All pairs are judged together, so that looking at hundreds brings no more false alerts. Needs an area per event and
    two years before the week.
    """
    steps = outcome.Steps(("read", "judge", "write"), options["quiet"])
    if options["out"] is not None:
        outcome.prepare_pictures()
    with steps.step("read"):
        incidents = reading.read(options["events"], options, None, options["where"], place=False, time=True, area=True)
        if not incidents.areas:
            raise WrongInput(
                f"{options['events'].name}: no column with the area found; expected --area-column with one"
            )
        mondays = weeks.until(incidents, options["week"])
    wording.tell([*incidents.account(), *weeks.beside(incidents, mondays)], options["quiet"])
    with steps.step("judge"):
        judged = _judge(incidents, mondays, options)
    told = _finding(judged, options)
    click.echo(told)
    shown = [pair for pair in judged.surest() if judged.alerts[pair]]
    if shown:
        rows = [_row(judged, pair) for pair in shown[: options["most"]]]
        click.echo("\n" + wording.table(HEADING, rows, left=(0, 1, 8)))
    if len(shown) > options["most"]:
        wording.tell([f"{len(shown) - options['most']:,} more not shown; --most shows more."], options["quiet"])
    if options["out"] is not None:
        with steps.step("write"):
            _write(options["out"], told, judged, shown or judged.surest()[:NEAREST], options)
        outcome.write_run(
            options["out"], "alerts", {**options, "week": str(mondays[-1])}, incidents.described(), steps,
            {"finding": told, "week": str(mondays[-1]), "weeks": mondays.size, "pairs": judged.pairs,
             "alerts": len(shown), "early": int(judged.early.sum())},
        )  # fmt: skip
        wording.tell(
            [f"\nWritten to {options['out']}: alerts.csv, pairs.csv, weeks.csv, alerts.png, run.json."],
            options["quiet"],
        )


def _judge(incidents: reading.Incidents, mondays: Times, options: dict[str, Any]) -> Judged:
    kinds = incidents.kinds or [ALL]
    areas = incidents.areas
    row = incidents.area * len(kinds) + incidents.events.kind
    cube = weeks.counts(incidents, row, len(areas) * len(kinds), mondays).reshape(len(areas), len(kinds), -1)
    asked = {
        "reported": _numbers("reported", options["reported"], float) if options["reported"] else None,
        "least": options["least"],
        "confidence": options["confidence"],
    }
    found = judge(cube, mondays, windows=_numbers("windows", options["windows"], int), **asked)
    standing = found.q <= options["rate"]
    early = standing & (found.weeks > 1)
    if early.any():
        for back in range(int(found.weeks[early].max())):
            alone = judge(cube, mondays, week=mondays[-1 - back], windows=(1,), **asked)
            early &= (alone.q > options["rate"]) | (found.weeks <= back)
    return Judged(areas, kinds, cube, mondays, found, standing, early)


def _numbers(option: str, given: str, kind: type[int] | type[float]) -> tuple[Any, ...]:
    try:
        return tuple(kind(part) for part in given.split(","))
    except ValueError as wrong:
        example = "1,2,4" if kind is int else "0.8,0.95"
        raise WrongInput(f"--{option} is {given!r}; expected numbers with commas between, such as {example}") from wrong


def _finding(judged: Judged, options: dict[str, Any]) -> str:
    week, pairs = judged.mondays[-1], judged.surest()
    many = f"{judged.pairs:,} pairs of area and kind"
    if not judged.alerts.any():
        if not pairs or judged.found.p[pairs[0]] >= 1:
            return f"Nothing stands out in the week of {week}: none of {many} had more than expected."
        return (
            f"Nothing stands out in the week of {week}: the strongest of {many}, {_counted(judged, pairs[0])}, is what "
            f"chance brings among so many (q {_q(judged, pairs[0])})."
        )
    number = int(judged.alerts.sum())
    head = f"1 of {many} stands out" if number == 1 else f"{number} of {many} stand out"
    also = "" if number == 1 else "most surely "
    return (
        f"{head} in the week of {week}: {also}{_counted(judged, pairs[0])}; on average at most "
        f"{wording.percent(options['rate'], 0)} of such alerts are false."
    )


def _counted(judged: Judged, pair: tuple[int, int]) -> str:
    found, (area, kind) = judged.found, pair
    length = int(found.weeks[pair])
    over = "" if length == 1 else f" in {length} weeks"
    return (
        f"{judged.kinds[kind]} in {judged.areas[area]}, {weeks.events(found.observed[pair])}{over} where "
        f"{found.expected[pair]:.1f} were expected (at most {found.high[pair]:.0f})"
    )


def _q(judged: Judged, pair: tuple[int, int]) -> str:
    q = float(judged.found.q[pair])
    return f"{q:.2g}" if q >= 0.0001 else "<0.0001"


def _row(judged: Judged, pair: tuple[int, int]) -> list[str]:
    found, (area, kind) = judged.found, pair
    length = int(found.weeks[pair])
    return [
        judged.areas[area],
        judged.kinds[kind],
        weeks.number(found.observed[pair]),
        f"{found.expected[pair]:.1f}",
        f"{found.high[pair]:.0f}",
        f"{found.observed[pair] / found.expected[pair]:,.1f}",
        _q(judged, pair),
        f"{length} week{'s' if length > 1 else ''}",
        "yes" if judged.early[pair] else "",
    ]


def _properties(judged: Judged, pair: tuple[int, int]) -> list[Any]:
    """One pair as plain values, in the order of FIELDS."""
    found, (area, kind) = judged.found, pair
    length = int(found.weeks[pair])
    return [
        judged.areas[area], judged.kinds[kind], round(float(found.observed[pair]), 3),
        round(float(found.expected[pair]), 4), int(found.low[pair]), int(found.high[pair]),
        round(float(found.observed[pair] / found.expected[pair]), 3), f"{found.p[pair]:.6g}", f"{found.q[pair]:.6g}",
        length, str(judged.mondays[-length]), str(judged.mondays[-1] + weeks.LAST_DAY),
        bool(judged.alerts[pair]), bool(judged.early[pair]),
    ]  # fmt: skip


def _write(folder: Path, told: str, judged: Judged, drawn: Sequence[tuple[int, int]], options: dict[str, Any]) -> None:
    from openvis.cli.analyse.drawing.panels import draw_panels

    folder.mkdir(parents=True, exist_ok=True)
    listed = [_properties(judged, pair) for pair in judged.surest()]
    outcome.write_csv(folder / "alerts.csv", FIELDS, [row for row in listed if row[FIELDS.index("alert")]])
    outcome.write_csv(folder / "pairs.csv", FIELDS, listed)
    panels = _panels(judged, drawn[: options["most"]], options)
    outcome.write_csv(folder / "weeks.csv", WEEKS, _rows(judged, drawn, panels))
    subtitle = (
        f"{options['events'].name} · events per week, the last {SHOWN_WEEKS} weeks · line and band: expected from "
        f"the weeks before, and where {wording.percent(options['confidence'], 0)} of ordinary weeks lie · "
        "red: what stands out"
    )
    draw_panels(folder / "alerts.png", told, subtitle, panels)


def _panels(judged: Judged, drawn: Sequence[tuple[int, int]], options: dict[str, Any]) -> list[Panel]:
    """Each pair over the last weeks, every week with what the weeks before it let expect."""
    # A pair is judged relative to its own kind alone, so other kinds need not be judged again.
    kinds = sorted({kind for _, kind in drawn})
    cube, shown = judged.cube[:, kinds], judged.mondays[-SHOWN_WEEKS:]
    known = [week for week in shown if week >= judged.mondays[0] + LEAST_WEEKS * np.timedelta64(7, "D")]
    told = [judge(cube, judged.mondays, week=week, confidence=options["confidence"]) for week in known]
    panels = []
    for area, kind in drawn:
        at, pair = (area, kinds.index(kind)), (area, kind)
        lines = np.full((3, shown.size), np.nan)
        if told:
            lines[:, -len(told) :] = np.array([(it.expected[at], it.low[at], it.high[at]) for it in told]).T
        length = int(judged.found.weeks[pair])
        marked = np.arange(shown.size) >= shown.size - length if judged.alerts[pair] else np.zeros(shown.size, bool)
        panels.append(
            Panel(
                f"{judged.kinds[kind]} in {judged.areas[area]}",
                _below(judged, pair),
                shown,
                judged.cube[pair][-shown.size :],
                *lines,
                marked,
            )
        )
    return panels


def _below(judged: Judged, pair: tuple[int, int]) -> str:
    found, length = judged.found, int(judged.found.weeks[pair])
    over = "this week" if length == 1 else f"{length} weeks"
    return (
        f"{over}: {weeks.number(found.observed[pair])}, expected {found.expected[pair]:.1f}, at most "
        f"{found.high[pair]:.0f}{' · early' if judged.early[pair] else ''}"
    )


def _rows(judged: Judged, drawn: Sequence[tuple[int, int]], panels: Sequence[Panel]) -> list[list[Any]]:
    return [
        [judged.areas[area], judged.kinds[kind], *values]
        for (area, kind), panel in zip(drawn, panels, strict=False)
        for values in panel.rows()
    ]
