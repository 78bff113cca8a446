"""`openvis analyse network`: how a group is held together, in pseudonyms, with how well each finding stands."""

from pathlib import Path
from typing import Any

import click

from openvis.cli.analyse import network_words as words
from openvis.cli.analyse import outcome, wording
from openvis.cli.analyse.options import output
from openvis.cli.analyse.wrong import WrongInput, answered


@click.command()
@click.argument("ties", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from", metavar="COLUMN", help="Column with one pseudonym.")
@click.option("--to", metavar="COLUMN", help="Column with the other.")
@click.option("--weight", metavar="COLUMN", help="Column with how much a record says [default: each 1].")
@click.option("--date", metavar="COLUMN", help="Column with the date of a record.")
@click.option("--kind", metavar="COLUMN", help="Column with the kind of contact or source.")
@click.option("--reliability", metavar="COLUMN", help="Column with the chance that a record is right, up to 1.")
@click.option("--where", metavar="SQL", help="Only rows for which this holds: \"kind = 'call'\".")
@click.option("--half-life", type=click.FloatRange(1), help="Days after which a record counts half [default: never].")
@click.option(
    "--resolution", type=click.FloatRange(0.05, 20), default=1.0, show_default=True, help="Higher: smaller groups."
)
@click.option(
    "--resamples", type=click.IntRange(20, 10_000), default=200, show_default=True, help="Draws of the records."
)
@click.option(
    "--keep",
    type=click.FloatRange(0.5, 1.0),
    default=0.9,
    show_default=True,
    help="Share of the records that a draw keeps, besides their reliability.",
)
@click.option("--key-set", type=click.IntRange(1, 5), help="Also the set of so many codes that holds it together.")
@click.option("--window", type=click.FloatRange(1), help="Days of a window: also how the groups change.")
@click.option("--step", type=click.FloatRange(1), help="Days between windows [default: half a window].")
@click.option(
    "--rename", is_flag=True, help="Write other codes, drawn anew in every run, instead of those of the file."
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="For the draws of the records.")
@output
@answered
def network(**options: Any) -> None:
    """How a group is held together: its groups, what connects them, and how surely.

    For pseudonyms inside one lawful group file. It describes structure; it ranks nobody, and no score is kept. Each row
    of TIES is a record of contact between two codes; a pair may have many.
    """
    from openvis.cli.analyse import network_files, network_found, network_records

    if options["step"] and not options["window"]:
        raise WrongInput(f"--step is {options['step']:g} without --window; expected both, or neither")
    steps = outcome.Steps(("read", "groups", "roles", "write"), options["quiet"])
    if options["out"] is not None:
        outcome.prepare_pictures()
    with steps.step("read"):
        records, remarks, source = network_records.read(options)
    wording.tell(remarks, options["quiet"])
    with steps.step("groups"):
        groups = network_found.groups(records, options)
    with steps.step("roles"):
        found = network_found.whole(records, groups, options)
    finding = words.finding(found)
    more = words.more(found)
    click.echo(finding)
    click.echo("\n" + wording.table(words.GROUPS, words.group_rows(found), left=(5,)))
    roles = words.role_rows(found)
    if roles:
        click.echo("\n" + wording.table(words.ROLES, roles, left=(0, 2, 3, 4)))
    for line in more:
        click.echo("\n" + line)
    if options["out"] is not None:
        with steps.step("write"):
            files = network_files.write(options["out"], finding, found)
        outcome.write_run(
            options["out"], "network", options, source, steps,
            {"finding": finding, "more": more, **words.figures(found)},
        )  # fmt: skip
        drawn = [] if network_files.PICTURE in files else [f"Not drawn: over {network_files.MOST_DRAWN:,} codes."]
        wording.tell([*drawn, f"\nWritten to {options['out']}: {', '.join(files)}, run.json."], options["quiet"])
