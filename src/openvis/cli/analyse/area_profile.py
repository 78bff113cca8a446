"""`openvis analyse area-profile`: which combinations of area and branch deserve a closer look, of aggregates alone."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
import polars as pl

from openvis.analysis.risk import LEAST_K, Profile, area_branch_profile
from openvis.cli.analyse import outcome, persons, tables, wording
from openvis.cli.analyse.columns import AREAS, choose_named
from openvis.cli.analyse.options import output
from openvis.cli.analyse.reading import Bools, Floats
from openvis.cli.analyse.wrong import WrongInput, answered

NAMES = {
    "area": " ".join(AREAS),
    "branch": "branch sector_name industry trade activity branche bedrijfstak sbi sbi_code",
    "units": "units businesses establishments companies dwellings vestigingen bedrijven aantal_bedrijven woningen",
}
PURPOSE = "Expected one row for each area and branch with numbers over many, nothing about a single business or person."
HEADING = ("#", "area", "branch", "units", "score", "most of it from", "stays, other weights", "stays, and chance")
SURE = 0.8
SEVERAL = 2
"""Indicators named in the table, those that bring most."""


@dataclass(frozen=True, eq=False)
class Found:
    """The rows of the file, the indicators with their share of the weights, and the profile."""

    areas: list[str]
    branches: list[str]
    units: Floats
    indicators: list[str]
    share: Floats
    counted: Bools
    profile: Profile

    def most(self, row: int) -> str:
        """The indicators that bring most of the score of a row, with what they bring."""
        brings = self.profile.contributions[row]
        first = np.argsort(-brings, kind="stable")[:SEVERAL]
        return ", ".join(f"{self.indicators[i]} {brings[i]:.0f}" for i in first)


@click.command()
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--area", metavar="COLUMN", help="Column with the area.")
@click.option("--branch", metavar="COLUMN", help="Column with the branch.")
@click.option("--units", metavar="COLUMN", help="Column with the number of businesses (or dwellings) of a row.")
@click.option(
    "--indicators",
    metavar="COLUMNS",
    help="Columns that are added up, high meaning more reason to look: reports,vacancy [default: all other numbers].",
)
@click.option(
    "--counted", metavar="COLUMNS", help="Those of them that are numbers of events: divided by the units first."
)
@click.option(
    "--weight",
    "weights",
    metavar="NAME=NUMBER",
    multiple=True,
    help="Weight of an indicator; may be given more than once [default: 1 each].",
)
@click.option("--where", metavar="SQL", help="Only rows for which this holds: \"area = 'Harbour'\".")
@click.option(
    "--k",
    type=click.IntRange(LEAST_K, 10_000),
    default=10,
    show_default=True,
    help="Fewest units of a row; a file with less is refused.",
)
@click.option("--top", type=click.IntRange(1, 100), default=10, show_default=True, help="Rows to show.")
@click.option(
    "--draws",
    type=click.IntRange(100, 100_000),
    default=1000,
    show_default=True,
    help="Other weights and counts tried.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="For the draws.")
@output
@answered
def area_profile(**options: Any) -> None:
    """Which areas and branches deserve a closer look: a score that can be added up by hand.

    TABLE has a row for each combination of area and branch, with its number of businesses and what was counted or
    measured over all of them. Files about single businesses or persons are refused. It says where to look, not that
    something is wrong there.
    """
    steps = outcome.Steps(("read", "score", "write"), options["quiet"])
    if options["out"] is not None:
        outcome.prepare_pictures()
    with steps.step("read"):
        frame, rows = persons.read(options["table"], options["where"], PURPOSE)
        taken = _columns(frame, options)
        indicators = _indicators(frame, taken, options)
    with steps.step("score"):
        found = _profile(frame, taken, indicators, options)
    wording.tell(_account(found, taken, rows, options), options["quiet"])
    told = _finding(found)
    click.echo(told)
    click.echo("\n" + wording.table(HEADING, _rows(found), left=(1, 2, 5)))
    if options["out"] is not None:
        from openvis.cli.analyse.area_profile_files import write

        with steps.step("write"):
            files = write(options["out"], told, options["table"].name, found)
        read = {**tables.described(options["table"], rows, found.units.size), "columns": taken}
        outcome.write_run(
            options["out"], "area-profile", options, read, steps,
            {"finding": told, "rows": found.units.size, "steady": _steady(found),
             "weights": dict(zip(found.indicators, found.share.round(6).tolist(), strict=True))},
        )  # fmt: skip
        wording.tell([f"\nWritten to {options['out']}: {', '.join(files)}, run.json."], options["quiet"])


def _columns(frame: pl.DataFrame, options: dict[str, Any]) -> dict[str, str]:
    """Columns of area, branch and units; refuses a row for each person or business."""
    file = options["table"].name
    present = [name for name in frame.columns if name != tables.ROW]
    taken = {}
    for role, names in NAMES.items():
        column = choose_named(present, names.split(), options[role], f"--{role}")
        if column is None:
            raise WrongInput(f"{file}: no column found for {role}; expected --{role} with one of {', '.join(present)}")
        taken[role] = column
    persons.refuse_one_each(frame, file, (taken["area"], taken["branch"]), PURPOSE)
    return taken


def _indicators(frame: pl.DataFrame, taken: dict[str, str], options: dict[str, Any]) -> list[str]:
    left = [name for name in frame.columns if name != tables.ROW and name not in taken.values()]
    if options["indicators"] is None:
        names = [name for name in left if frame[name].dtype.is_numeric()]
        if not names:
            raise WrongInput(f"{options['table'].name}: no column of numbers is left; expected --indicators with some")
        return names
    names = _listed(options["indicators"])
    wrong = next((name for name in names if name not in left or names.count(name) > 1), None)
    if wrong is not None or not names:
        raise WrongInput(f"--indicators holds {wrong!r}; expected columns among {', '.join(left)}, each once")
    return names


def _profile(frame: pl.DataFrame, taken: dict[str, str], indicators: list[str], options: dict[str, Any]) -> Found:
    units = tables.numbers(frame, taken["units"], "--units", least=0.0)
    small = np.flatnonzero(units < options["k"])
    if small.size:
        raise WrongInput(
            f"row {frame[tables.ROW][int(small[0])]}: {taken['units']} is {units[small[0]]:g} ({small.size:,} such rows); "
            f"expected at least {options['k']}: join small branches or areas first, so that no row is about a single one"
        )
    counted = _listed(options["counted"] or "")
    unknown = next((name for name in counted if name not in indicators), None)
    if unknown is not None:
        raise WrongInput(f"--counted holds {unknown!r}; expected indicators: {', '.join(indicators)}")
    table = np.column_stack([tables.numbers(frame, name, "--indicators") for name in indicators])
    weights = _weights(options["weights"], indicators)
    areas, branches = (tables.texts(frame, taken[role], f"--{role}") for role in ("area", "branch"))
    is_counted = np.array([name in counted for name in indicators])
    profile = area_branch_profile(
        areas, branches, units, table, weights, is_counted, options["k"], min(options["top"], max(units.size - 1, 1)),
        options["draws"], options["seed"],
    )  # fmt: skip
    return Found(areas, branches, units, indicators, weights / weights.sum(), is_counted, profile)


def _weights(given: tuple[str, ...], indicators: list[str]) -> Floats:
    weights = dict.fromkeys(indicators, 1.0)
    for text in given:
        name, _, number = text.rpartition("=")
        try:
            weight = float(number)
        except ValueError:
            weight = 0.0
        if name not in weights or not 0 < weight < np.inf:
            raise WrongInput(
                f"--weight is {text!r}; expected NAME=NUMBER with a number above 0 and one of {', '.join(indicators)}"
            )
        weights[name] = weight
    return np.array(list(weights.values()))


def _listed(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _account(found: Found, taken: dict[str, str], rows: int, options: dict[str, Any]) -> list[str]:
    told = [
        f"{name} {wording.percent(share, 0)}{' (per unit)' * bool(counted)}"
        for name, share, counted in zip(found.indicators, found.share, found.counted, strict=True)
    ]
    lines = [
        f"Columns taken: {', '.join(f'{role} = {column}' for role, column in taken.items())}.",
        f"{rows:,} rows, {found.units.size:,} used, each of at least {options['k']} units.",
        f"Indicators and their share of the weights: {', '.join(told)}.",
    ]
    if not found.counted.any():
        lines.append("No indicator is counted (--counted): chance in the numbers is not looked at.")
    return lines


def _steady(found: Found) -> int:
    """How many of the highest stay there with other weights and, where counted, other chance."""
    return int((found.profile.chance[_top(found)] >= SURE).sum())


def _top(found: Found) -> Any:
    return found.profile.order[: found.profile.top]


def _finding(found: Found) -> str:
    first, top = int(found.profile.order[0]), found.profile.top
    what = "weights and chance" if found.counted.any() else "weights"
    return (
        f"Of {found.units.size:,} combinations of area and branch, {found.branches[first]} in {found.areas[first]} "
        f"deserves a closer look first (score {found.profile.score[first]:.1f} of 100: {found.most(first)}); "
        f"{_steady(found)} of the {top} highest stay there in at least {wording.percent(SURE, 0)} of draws of other {what}."
    )


def _rows(found: Found) -> list[list[str]]:
    profile = found.profile
    return [
        [str(rank + 1), found.areas[row], found.branches[row], f"{found.units[row]:,.0f}", f"{profile.score[row]:.1f}",
         found.most(row), wording.percent(profile.steady[row], 0), wording.percent(profile.chance[row], 0)]
        for rank, row in enumerate(_top(found).tolist())
    ]  # fmt: skip
