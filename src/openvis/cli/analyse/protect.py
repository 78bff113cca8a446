"""`openvis analyse protect`: what of a table of counts may be published, and what an outsider can still work out."""

from pathlib import Path
from typing import Any

import click

from openvis.cli.analyse import outcome, wording
from openvis.cli.analyse.options import output
from openvis.cli.analyse.wrong import answered


@click.command()
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--count", metavar="COLUMN", help="Column with the number of a row.")
@click.option(
    "--by", metavar="COLUMN", multiple=True, help="Column to count by; up to three times [default: all others]."
)
@click.option(
    "--within", metavar="COLUMN", help="Column with the larger area of each area; its totals are published too."
)
@click.option("--largest", metavar="COLUMN", help="Column with how much of the count one single source brought.")
@click.option("--where", metavar="SQL", help='Only rows for which this holds: "year = 2024".')
@click.option("--k", type=click.IntRange(2, 1000), default=5, show_default=True, help="Counts below k may not be told.")
@click.option(
    "--method",
    type=click.Choice(["suppress", "round"]),
    default="suppress",
    show_default=True,
    help="Leave figures out, or round all of them.",
)
@click.option("--base", type=click.IntRange(2), help="Round to multiples of this [default: k].")
@click.option(
    "--audit",
    "protected",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Protect nothing: audit this published version of the table. Status 1 when it tells too much.",
)
@click.option("--exact", is_flag=True, help="Solve for the whole interval of every cell, however many.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="For the rounding.")
@output
@answered
def protect(**options: Any) -> None:
    """What of a table may be published: small counts left out or rounded, and audited.

    TABLE has one row for each combination (area, kind, year), with a count. All totals are published beside it. The
    audit works out what an outsider can infer about what was left out; with --audit also of a table that others made.
    """
    from openvis.cli.analyse import protect_files, protect_found, protect_table

    steps = outcome.Steps(("read", "protect", "audit", "write"), options["quiet"])
    if options["out"] is not None:
        outcome.prepare_pictures()
    with steps.step("read"):
        table, remarks, source = protect_table.read(options["table"], options)
    with steps.step("protect"):
        made = protect_found.protected(table, options, remarks)
    wording.tell(remarks, options["quiet"])
    with steps.step("audit"):
        found = protect_found.audited(table, made, options)
    wording.tell(protect_found.advice(found), options["quiet"])
    finding = protect_found.finding(found)
    click.echo(finding)
    click.echo("\n" + wording.table(protect_found.LEVELS[made.method], protect_found.level_rows(found), left=(0,)))
    narrowest = protect_found.narrowest_rows(found)
    if narrowest:
        heading = [*table.columns, table.count, "can be", "why"]
        left = (*range(len(table.columns)), len(heading) - 1)
        click.echo("\nKnown best, of those that may not be told:\n" + wording.table(heading, narrowest, left=left))
    if options["out"] is not None:
        with steps.step("write"):
            files = protect_files.write(options["out"], found, publish=options["protected"] is None)
        outcome.write_run(
            options["out"], "protect", options, source, steps, {"finding": finding, **protect_found.figures(found)}
        )
        drawn = [] if protect_files.PICTURE in files else [f"Not drawn: over {protect_files.MOST_DRAWN:,} figures."]
        wording.tell([*drawn, f"\nWritten to {options['out']}: {', '.join(files)}, run.json."], options["quiet"])
    if not found.audit.passed:
        raise SystemExit(1)
