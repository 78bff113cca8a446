"""Options that the methods share."""

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

ROLES = {
    "begin": "Column with the (first possible) moment or date.",
    "end": "Column with the last possible moment.",
    "hour": "Column with the hour or time, where it is apart from the date.",
    "end_hour": "As --hour, for --end.",
    "kind": "Column with the kind of incident.",
}

HOURS = (
    click.option(
        "--share",
        type=click.FloatRange(0.05, 0.95),
        default=0.5,
        show_default=True,
        help="Share that the hot hours must hold.",
    ),
)

OUTPUT = (
    click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for files and picture."),
    click.option("--quiet", is_flag=True, help="No remarks, only the result."),
)


def output(command: F) -> F:
    """Where the outcome goes: the last options of a command."""
    return reduce(lambda made, option: option(made), reversed(OUTPUT), command)


def reading(place: bool, hours: bool = True) -> Callable[[F], F]:
    """EVENTS and the options that say how to read it; `place`: its coordinates; `hours`: the share for hot hours."""
    options = [click.argument("events", type=click.Path(exists=True, dir_okay=False, path_type=Path))]
    if place:
        options += [
            click.option(
                "--crs", metavar="CODE", help="System of the coordinates [default: WGS84 or RD New, by value]."
            ),
            click.option("--x", metavar="COLUMN", help="Column with longitude or x."),
            click.option("--y", metavar="COLUMN", help="Column with latitude or y."),
        ]
    options += [click.option(f"--{n.replace('_', '-')}", n, metavar="COLUMN", help=text) for n, text in ROLES.items()]
    options += [
        click.option("--where", metavar="SQL", help="Only rows for which this holds: \"offence = 'BURGLARY'\"."),
        click.option("--timezone", metavar="NAME", help="For the hours the clock skips or repeats: Europe/Amsterdam."),
        *(HOURS if hours else ()),
        *OUTPUT,
    ]  # fmt: skip
    return lambda command: reduce(lambda made, option: option(made), reversed(options), command)
