"""`openvis profile`: check a city's profile, and make the register of processing and the matrix from it."""

from collections.abc import Callable
from pathlib import Path

import click

from openvis.profile import Profile, ProfileError, load, matrix_page, processing
from openvis.profile import firms as registers

from .main import django


@click.group()
def profile() -> None:
    """Check a city's profile, and make the register of processing and the matrix from it."""


@profile.command()
@click.argument("directory", type=click.Path(path_type=Path))
def check(directory: Path) -> None:
    """Read DIRECTORY whole: a summary when it is right, every problem with file and line when it is not (exit 2)."""
    for line in summary(_load(directory)):
        click.echo(line)


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """What the commands that write a page share."""
    for option in (
        click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; else it is shown."),
        click.option("--language", type=click.Choice(["nl", "en"]), help="The profile's own when left out."),
        click.option("--profile", "directory", type=click.Path(path_type=Path), help="Folder; else this installation's."),
    ):
        command = option(command)
    return command


@profile.command()
@_options
@click.option("--format", "form", type=click.Choice(["markdown", "csv"]), default="markdown", show_default=True)
def register(directory: Path | None, language: str | None, out: Path | None, form: str) -> None:
    """Write the register of processing (verwerkingsregister, AVG art. 30)."""
    found = _load(directory or _installed())
    _give(processing.as_csv(found, language) if form == "csv" else processing.as_page(found, language), out)


@profile.command()
@_options
def matrix(directory: Path | None, language: str | None, out: Path | None) -> None:
    """Write who may do what in which part of the data."""
    _give(matrix_page.as_page(_load(directory or _installed()), language), out)


@profile.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--area", default="area", show_default=True, help="Column with the code of the area.")
@click.option("--activity", default="activity", show_default=True, help="Column with branch or activity (SBI).")
@click.option("--number", default="", help="Column with the number of firms; left out: every row is one firm.")
@click.option("--level", default="", help="Count only rows of areas of this level (a file with areas and their parts).")
@click.option("--profile", "directory", type=click.Path(path_type=Path), help="Folder; else this installation's.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; else that of themes.yaml.")
def firms(
    file: Path, area: str, activity: str, number: str, level: str, directory: Path | None, out: Path | None
) -> None:
    """Bring in how many firms each branch has in each area, from FILE: a CSV of CBS, KvK or LISA.

    What is kept is numbers: nothing of a single firm. The risk profile of areas and branches divides by them.
    """
    directory = directory or _installed()
    found = _load(directory)
    if found.themes.risk is None:
        raise click.ClickException("themes.yaml has no `risk`: write there first which file holds the firms, and its source")
    if level and level not in {item.id for item in found.levels}:
        raise click.BadParameter(f"found {level!r}, expected one of {', '.join(item.id for item in found.levels)}")
    wanted = found.themes.level or found.levels[0].id
    try:
        made = registers.from_register(
            file, registers.Register(area, activity, number, level), found.areas, wanted,
            [branch.id for branch in found.signals.branches], found.themes.risk.activities,
        )  # fmt: skip
    except registers.FirmsError as error:
        for problem in error.problems:
            click.echo(problem, err=True)
        raise click.ClickException(f"{file.name} was not taken in, and nothing was changed.") from None
    target = out or directory / found.themes.risk.firms
    if out is None:
        target.parent.mkdir(exist_ok=True)  # the folder that themes.yaml names
    _give(registers.as_csv(made.rows), target)
    for line in _brought_in(made, found, wanted):
        click.echo(line)
    click.echo(f"Written to {target}. Say in themes.yaml where the numbers are from (risk.source).")


def _brought_in(made: registers.Made, found: Profile, level: str) -> list[str]:
    """What came in, and what did not."""
    enough = sum(row.firms >= found.signals.k for row in made.rows)
    lines = [
        f"{sum(row.firms for row in made.rows):,} firms in {_number(len(made.rows), 'combination')} of {level} and branch; "
        f"{enough} of at least {found.signals.k} firms."
    ]
    if made.elsewhere:
        rows, code = sum(made.elsewhere.values()), next(iter(made.elsewhere))
        lines.append(f"{_number(rows, 'row')} left out: no area of this profile (the first: {code}).")
    if made.no_branch:
        codes = ", ".join(code for code, _number_of in made.no_branch.most_common(8))
        lines.append(f"{sum(made.no_branch.values()):,} firms left out: their activity is in no branch ({codes}).")
    if made.unknown:
        lines.append(f"{_number(made.unknown, 'row')} left out: the number is secret or not known.")
    return lines


def _installed() -> Path:
    django()
    from django.conf import settings

    return Path(settings.OPENVIS_PROFILE)


def _give(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as wrong:
        raise click.ClickException(f"{out}: {wrong.strerror}, expected a file that can be written") from None


def _load(directory: Path) -> Profile:
    try:
        return load(directory)
    except ProfileError as error:
        for problem in error.problems:
            click.echo(problem, err=True)
        number = _number(len(error.problems), "problem")
        raise click.ClickException(f"{directory} cannot be used: {number}.") from None


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def summary(found: Profile) -> list[str]:
    """What a profile holds, in a few lines."""
    plan = found.plan
    parts = {
        "theme": len(plan.themes),
        "topic": len(plan.topics),
        "goal": len(plan.goals),
        "action": len(plan.actions),
        "indicator": len(plan.indicators),
    }
    access = {
        "compartment": len(found.compartments),
        "purpose": len(found.purposes),
        "retention term": len(found.retention),
        "covenant": len(found.covenants),
    }
    listed = ", ".join(_number(count, noun) for noun, count in parts.items())
    rows = [
        ("Levels", "; ".join(f"{len(found.areas_of(level.id))} {level.plural.en}" for level in found.levels)),
        ("Inhabitants", f"{sum(area.inhabitants or 0 for area in found.areas_of(found.finest.id)):,}"),
        ("Organisations", f"{len(found.organisations)}, with {len(found.roles)} roles"),
        ("Access", ", ".join(_number(count, noun) for noun, count in access.items())),
        ("Kinds", f"{len(found.kinds)} in {len(found.groups)} groups"),
        ("Sources", "; ".join(f"{source.id} ({source.kind_of_data})" for source in found.sources)),
        ("Counts", "; ".join(item.file for item in found.counts) or "none"),
        ("Plan", f"{plan.plan.title.en}: {listed}"),
    ]
    width = max(len(name) for name, _ in rows)
    title = f"{found.municipality.name} ({found.municipality.code}) is in order."
    return [title, "", *(f"  {name:<{width}}  {value}" for name, value in rows)]
