"""`openvis profile`: check a city's profile."""

from pathlib import Path

import click

from openvis.profile import Profile, ProfileError, load


@click.group()
def profile() -> None:
    """Check a city's profile."""


@profile.command()
@click.argument("directory", type=click.Path(path_type=Path))
def check(directory: Path) -> None:
    """Read DIRECTORY whole: a summary when it is right, every problem with file and line when it is not (exit 2)."""
    try:
        found = load(directory)
    except ProfileError as error:
        for problem in error.problems:
            click.echo(problem, err=True)
        number = _number(len(error.problems), "problem")
        raise click.ClickException(f"{directory} cannot be used: {number}.") from None
    for line in summary(found):
        click.echo(line)


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
