"""`openvis analyse allocate`: which places and windows for the teams there are, and what that covers."""

from pathlib import Path
from typing import Any

import click
import numpy as np

from openvis.analysis.allocate import Evaluation, Plan, evaluate, patrols
from openvis.cli.analyse import allocate_files, allocate_table, outcome, wording
from openvis.cli.analyse.allocate_files import Drawn
from openvis.cli.analyse.options import output
from openvis.cli.analyse.reading import Floats
from openvis.cli.analyse.wrong import WrongInput, answered

TEAMS = ("team", "hours", "visits", "places", "on the way", "expected events met")
PLACES = ("place", "visits", "expected in all", "met")
SHOWN = 10
LONGEST = 24
MOST_WINDOWS, MOST_TEAMS = 60, 6
"""More than this is not printed: the schedule is in its file."""


@click.command()
@click.argument("windows", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--teams", required=True, metavar="HOURS", help="Hours that each team works in all: 24,24,16.")
@click.option("--place", metavar="COLUMN", help="Column with the name of the place.")
@click.option("--day", metavar="COLUMN", help="Column with the date or day of the week.")
@click.option("--begin", metavar="COLUMN", help="Column with the hour at which the window begins.")
@click.option("--end", metavar="COLUMN", help="Column with the hour at which it ends.")
@click.option("--expected", metavar="COLUMN", help="Column with the events expected there and then.")
@click.option("--x", metavar="COLUMN", help="Column with longitude or x.")
@click.option("--y", metavar="COLUMN", help="Column with latitude or y.")
@click.option("--area-column", metavar="COLUMN", help="Column with the area of the place, for --least and --most.")
@click.option("--crs", metavar="CODE", help="System of the coordinates [default: WGS84 or RD New, by value].")
@click.option("--where", metavar="SQL", help="Only rows for which this holds: \"day = 'Fri'\".")
@click.option("--speed", type=click.FloatRange(1, 130), default=20.0, show_default=True, help="Km/h between places.")
@click.option(
    "--detour", type=click.FloatRange(1, 3), default=1.3, show_default=True, help="Ways, times a straight line."
)
@click.option(
    "--most-travel", type=click.FloatRange(0, 600), help="Longest move between windows, minutes [default: any]."
)
@click.option(
    "--repeat",
    type=click.FloatRange(0.01, 1),
    default=1.0,
    show_default=True,
    help="What each next visit to a place counts of the one before.",
)
@click.option("--least", type=click.IntRange(0, 10_000), default=0, show_default=True, help="Visits to each area.")
@click.option("--most", type=click.IntRange(1, 10_000), help="Visits to each area at most [default: any number].")
@click.option(
    "--variation",
    type=click.FloatRange(0, 2),
    default=0.3,
    show_default=True,
    help="How far the expectation of a place may be off, as a share (standard deviation).",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="For the draws of what may happen.")
@click.option(
    "--seconds", type=click.FloatRange(0.1, 86_400), default=60.0, show_default=True, help="Longest search for a proof."
)
@output
@answered
def allocate(**options: Any) -> None:
    """Which places and windows for the teams there are, so that they are where most is expected.

    WINDOWS has a row for each place and window: place, day, begin, end, expected, and x, y where known. All windows are
    as long; a team is at one place for a whole window. It counts where somebody is, not what that prevents.
    """
    steps = outcome.Steps(("read", "plan", "draw", "write"), options["quiet"])
    if options["out"] is not None:
        outcome.prepare_pictures()
    with steps.step("read"):
        hours = _hours(options["teams"])
        table = allocate_table.read(options["windows"], options)
        if (options["least"] or options["most"]) and not table.areas:
            raise WrongInput("--least and --most are for each area; expected --area-column with the area of a place")
        ways = allocate_table.travel(table, options["speed"], options["detour"])
    wording.tell([*table.account(options["windows"]), _ways(ways, options)], options["quiet"])
    with steps.step("plan"):
        plan = patrols(
            table.expected, hours, table.windows.minutes / 60, ways,
            np.inf if options["most_travel"] is None else options["most_travel"], table.windows.follows,
            options["repeat"], table.area, options["least"], options["most"], options["seconds"],
        )  # fmt: skip
    with steps.step("draw"):
        chance = evaluate(plan, table.expected, options["variation"], seed=options["seed"])
    drawn = Drawn(table, plan, hours)
    told = _finding(drawn, chance, options)
    click.echo(told)
    for it in _tables(drawn):
        click.echo("\n" + it)
    if options["out"] is not None:
        with steps.step("write"):
            files = allocate_files.write(options["out"], told, options["windows"].name, drawn)
        outcome.write_run(
            options["out"], "allocate", options, table.described(options["windows"]), steps,
            {"finding": told, **_summary(plan, chance)},
        )  # fmt: skip
        wording.tell([f"\nWritten to {options['out']}: {', '.join(files)}, run.json."], options["quiet"])


def _hours(text: str) -> list[float]:
    """Hours of each team."""
    try:
        hours = [float(it) for it in text.split(",")]
    except ValueError:
        hours = [-1.0]
    if not all(0 < it < 10_000 for it in hours):
        raise WrongInput(f"--teams is {text!r}; expected the hours of each team, such as 24,24,16")
    return hours


def _ways(ways: Floats | None, options: dict[str, Any]) -> str:
    if ways is None:
        return "No places on the map: moves take no time. With x and y they do."
    return (
        f"Ways between places: straight lines, {options['detour']:g} times as long, at {options['speed']:g} km/h; the "
        f"longest takes {ways.max():.0f} minutes."
    )


def _finding(drawn: Drawn, chance: Evaluation, options: dict[str, Any]) -> str:
    plan, teams = drawn.plan, len(drawn.hours)
    share = wording.percent(plan.covered / plan.total)
    evenly = wording.percent(float((plan.equal * drawn.table.expected).sum()) / plan.total)
    proof = "proven the best plan"
    if not plan.optimal:
        most = wording.percent(min(plan.bound / plan.total, 1.0))
        proof = f"the best plan found in {options['seconds']:g} seconds; none meets more than {most}"
    return (
        f"{teams} team{'s' * (teams > 1)} with {sum(drawn.hours):g} hours {'are' if teams > 1 else 'is'} there for "
        f"{plan.covered:,.1f} of {plan.total:,.1f} expected events, {share} ({100 * chance.plan.low:.0f} to "
        f"{100 * chance.plan.high:.0f} % by chance); spread evenly {evenly} ({proof})."
    )


def _tables(drawn: Drawn) -> list[str]:
    teams = [
        [it["team"], f"{it['hours']:g}", str(it["visits"]), str(it["places"]), f"{it['minutes_on_the_way']:.0f} min",
         f"{it['met']:.1f}"]
        for it in drawn.teams()
    ]  # fmt: skip
    places = [
        [it["place"], str(it["visits"]), f"{it['expected']:.1f}", f"{it['met']:.1f}"]
        for it in drawn.places()
        if it["visits"]
    ]
    told = [wording.table(TEAMS, teams, left=(0,)), wording.table(PLACES, places[:SHOWN], left=(0,))]
    worked = np.flatnonzero((drawn.plan.visits >= 0).any(axis=0))
    if len(drawn.hours) <= MOST_TEAMS and worked.size <= MOST_WINDOWS:
        heading = ("window", *(it["team"] for it in drawn.teams()))
        rows = [
            [drawn.table.windows.told(window), *(_short(drawn.name(place)) for place in drawn.plan.visits[:, window])]
            for window in worked.tolist()
        ]
        told.append(wording.table(heading, rows, left=range(len(heading))))
    return told


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def _summary(plan: Plan, chance: Evaluation) -> dict[str, Any]:
    """The finding as plain values, for run.json."""
    spreads = {"plan": chance.plan, "evenly": chance.equal, "difference": chance.difference}
    return {
        "covered": round(plan.covered, 6),
        "total": round(plan.total, 6),
        "bound": round(plan.bound, 6),
        "gap": plan.gap,
        "by_chance": {name: [round(it.mean, 5), round(it.low, 5), round(it.high, 5)] for name, it in spreads.items()},
    }
