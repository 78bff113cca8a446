"""`openvis analyse hot-times`: the hours of the week that hold most."""

from pathlib import Path
from typing import Any

import click

from openvis.analysis.checks import Floats
from openvis.analysis.times import week_matrix
from openvis.analysis.windows import Window, clear, hot_windows
from openvis.cli.analyse import outcome, reading, wording
from openvis.cli.analyse.options import reading as reading_options
from openvis.cli.analyse.wrong import WrongInput, answered

STEPS = ("read", "find", "write")


@click.command("hot-times")
@reading_options(place=False)
@answered
def hot_times(**options: Any) -> None:
    """The fewest windows of the week that hold a share of it.

    What is only known as "between begin and end" is spread evenly over that interval (aoristic analysis).
    """
    steps = outcome.Steps(STEPS, options["quiet"])
    if options["out"] is not None:
        outcome.prepare_pictures()
    with steps.step("read"):
        incidents = reading.read(options["events"], options, None, options["where"], place=False, time=True)
    wording.tell(incidents.account(), options["quiet"])
    if incidents.days_only:
        raise WrongInput(
            f"{options['events'].name}: {incidents.columns.begin!r} holds days without hours; expected a column with "
            "the moment, or --hour with the column that holds the hour"
        )
    with steps.step("find"):
        matrix = week_matrix(incidents.events, timezone=options["timezone"])
        windows = hot_windows(matrix, options["share"])
        sure = clear(matrix, windows)
    finding = _finding(windows, len(incidents.events), sure)
    click.echo(finding)
    heading = ("window", "hours a week", "events", "share", "95 % interval", "× an even week")
    click.echo("\n" + wording.table(heading, [_row(it) for it in windows], left=(0,)))
    if options["out"] is not None:
        with steps.step("write"):
            _write(options["out"], finding, matrix, windows, incidents, options["events"].name)
        found = {"finding": finding, "clear": sure}
        outcome.write_run(options["out"], "hot-times", options, incidents.described(), steps, found)
        wording.tell(
            [f"\nWritten to {options['out']}: matrix.csv, windows.csv, chart.png, run.json."], options["quiet"]
        )


def _finding(windows: list[Window], events: int, sure: bool) -> str:
    share, hours = sum(it.share for it in windows), sum(it.hours for it in windows)
    names = ", ".join(wording.window(it) for it in windows)
    if not sure:
        return f"No clear hours: {events:,} events are spread over the week. The fullest: {names}."
    return f"{wording.percent(share)} of {events:,} events in {hours} of the 168 hours of the week: {names}."


def _row(it: Window) -> list[str]:
    return [
        wording.window(it),
        str(it.hours),
        f"{it.count:,.1f}",
        wording.percent(it.share),
        f"{it.low:,.0f}–{it.high:,.0f}",
        f"{it.share * 168 / it.hours:.1f}",
    ]


def _write(
    folder: Path, finding: str, matrix: Floats, windows: list[Window], incidents: reading.Incidents, name: str
) -> None:
    from openvis.cli.analyse.drawing.matrix import draw_matrix

    folder.mkdir(parents=True, exist_ok=True)
    rows = [[wording.DAYS[d], h, round(float(matrix[d, h]), 6)] for d in range(7) for h in range(24)]
    outcome.write_csv(folder / "matrix.csv", ("day", "hour", "events"), rows)
    outcome.write_csv(
        folder / "windows.csv",
        ("window", "days", "begin_hour", "end_hour", "hours", "events", "share", "low", "high"),
        [
            [wording.window(it), "+".join(wording.DAYS[d] for d in it.days), it.begin_hour, it.end_hour, it.hours]
            + [round(value, 6) for value in (it.count, it.share, it.low, it.high)]
            for it in windows
        ],
    )
    between = int((incidents.events.end > incidents.events.begin).sum())
    subtitle = (
        f"{name} · {len(incidents.events):,} events, {between:,} known as between two moments and spread over that"
    )
    draw_matrix(folder / "chart.png", finding, subtitle, matrix, windows)
