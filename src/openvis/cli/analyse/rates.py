"""`openvis analyse rates`: how areas stand given their size, which stand out, and whether a goal is met."""

from pathlib import Path
from typing import Any

import click

from openvis.cli.analyse import area_table, outcome, rates_told, wording
from openvis.cli.analyse.options import output
from openvis.cli.analyse.rates_found import Found, find, over_all
from openvis.cli.analyse.rates_told import OUTSIDE
from openvis.cli.analyse.wrong import answered

FIELDS = (
    "area", "count", "population", "rate", "low", "high", "shrunk", "shrunk_low", "shrunk_high", "own_part",
    "limit_low", "limit_high", "p", "outside", "count_base", "population_base", "ratio_base", "ratio_low", "ratio_high",
    "change",
)  # fmt: skip


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
@output
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
        found = find(table, options)
    if found.now.small:
        wording.tell(
            [f"{found.now.small:,} areas have a population under {options['least']:g}: not judged."], options["quiet"]
        )
    told = rates_told.sentences(found, options)
    for line in told:
        click.echo(line)
    click.echo("\n" + wording.table(*rates_told.rows(found, options), left=(0,)))
    if found.limits is not None:
        click.echo("\n" + rates_told.rule(found, found.limits, options))
    if options["out"] is not None:
        with steps.step("write"):
            files = _write(options["out"], told[0], found, options)
        outcome.write_run(
            options["out"], "rates", options, table.described(), steps,
            {"finding": told[0], "more": told[1:], "areas": len(found.now.area), "period": found.now.name,
             "outside": [found.now.area[i] for i in found.outside], "goal_state": found.state},
        )  # fmt: skip
        wording.tell([f"\nWritten to {options['out']}: {', '.join(files)}, run.json."], options["quiet"])


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
    records = [_record(found, i) for i in found.order]
    outcome.write_csv(folder / "areas.csv", FIELDS, [[it.get(name, "") for name in FIELDS] for it in records])
    if found.limits is None:
        return ["areas.csv"]
    from openvis.cli.analyse.drawing.rates import draw_funnel

    subtitle = (
        f"{options['areas'].name}{found.now.told} · dark: {wording.percent(options['confidence'], 0)} limits of one area; "
        "light: of all areas at once; line: the rate of all together"
    )
    names = [found.now.area[i] if found.limits.outside[1, i] else "" for i in range(len(found.now.area))]
    levels = options["confidence"], over_all(len(names), options["confidence"])
    draw_funnel(
        folder / "funnel.png", told, subtitle, found.now.base, found.limits, names, levels, options["spread"],
        options["per"],
    )  # fmt: skip
    return ["areas.csv", "funnel.png"]
