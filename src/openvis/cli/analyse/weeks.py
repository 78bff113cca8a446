"""The whole weeks of a file, and what alerts and trend say of them in the same way."""

from collections.abc import Callable
from typing import Any, TypeVar

import click
import numpy as np

from openvis.analysis.checks import Floats, Ints, Times
from openvis.analysis.trend import monday, per_row, whole_weeks
from openvis.cli.analyse import reading
from openvis.cli.analyse.wrong import WrongInput

F = TypeVar("F", bound=Callable[..., Any])
LAST_DAY = np.timedelta64(6, "D")


def options(command: F) -> F:
    """Which week, how sure, and which column names the area."""
    for option in (
        click.option("--area-column", metavar="COLUMN", help="Column with the name of the area."),
        click.option(
            "--confidence",
            type=click.FloatRange(0.5, 0.999),
            default=0.95,
            show_default=True,
            help="Share of ordinary weeks inside the interval.",
        ),
        click.option(
            "--week",
            type=click.DateTime(["%Y-%m-%d"]),
            help="A day of the week to judge; taken as complete [default: the last whole week].",
        ),
    ):
        command = option(command)
    return command


def until(incidents: reading.Incidents, week: Any) -> Times:
    """Mondays of the whole weeks of the file, up to the last one or that of the day `week`."""
    first, last = (it.astype("datetime64[D]") for it in (incidents.events.begin.min(), incidents.events.begin.max()))
    if week is None:
        mondays = whole_weeks(first, last)
        if mondays.size == 0:
            raise WrongInput(
                f"the events run from {first} to {last}; expected at least one whole week, Monday to Sunday"
            )
        return mondays
    asked = monday(f"{week:%Y-%m-%d}")
    mondays = whole_weeks(first, asked + LAST_DAY)
    if asked > last or mondays.size == 0:
        raise WrongInput(f"--week is {week:%Y-%m-%d}; expected a day in the weeks of the events, {first} to {last}")
    return mondays


def beside(incidents: reading.Incidents, mondays: Times) -> list[str]:
    """A remark on the events before the first week and after the last."""
    begin = incidents.events.begin.astype("datetime64[D]")
    end = mondays[-1] + LAST_DAY
    before, after = int((begin < mondays[0]).sum()), int((begin > end).sum())
    counts = [
        f"{count:,} {when}" for count, when in ((before, f"before {mondays[0]}"), (after, f"after {end}")) if count
    ]
    return [f"Whole weeks only: {' and '.join(counts)} not counted."] if counts else []


def counts(incidents: reading.Incidents, row: Ints, rows: int, mondays: Times) -> Floats:
    """(rows, weeks) events per week of each row; one known as between two moments is spread over them."""
    events = incidents.events
    return per_row(events.begin, events.end, np.ones(len(events)), row, rows, mondays)


def number(value: float) -> str:
    """A count: whole where it is, one decimal where an event is only partly in the week."""
    return f"{value:,.0f}" if abs(value - round(value)) < 0.05 else f"{value:,.1f}"


def events(value: float) -> str:
    told = number(value)
    return f"{told} event{'' if told == '1' else 's'}"
