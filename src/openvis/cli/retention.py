"""The commands of retention: what is due, ending it."""

import datetime as dt

import click

from .main import django

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def retention() -> None:
    """See what is past its term, and end it."""


@retention.command()
@click.option("--day", type=DAY, default=None, help="As on this day, such as 2027-01-31; today when absent.")
def preview(day: dt.datetime | None) -> None:
    """Show what a run would end, kind by kind. Nothing changes."""
    django()
    from django.utils import translation

    from openvis.web.keeping import running

    with translation.override("en"):
        click.echo(f"{'kind':18}{'due':>10}  {'oldest':10}  {'held':>6}  term")
        for kind, due in running.preview(day.date() if day else None):
            waits = "; a second person approves" if kind.second_person else ""
            oldest = due.oldest.isoformat() if due.oldest else "–"
            click.echo(f"{kind.rule.kind:18}{due.number:>10,}  {oldest:10}  {due.held:>6,}  {kind.words}{waits}")


@retention.command()
@click.option("--day", type=DAY, default=None, help="As on this day, not later than today; today when absent.")
def run(day: dt.datetime | None) -> None:
    """End what is past its term. Safe to break off and to repeat: what is left the next run takes."""
    django()
    from django.utils import timezone, translation

    from openvis.web.keeping import running

    if day is not None and day.date() > timezone.localdate():
        raise click.UsageError(f"{day:%Y-%m-%d} is still to come: a run ends what is over today. See retention preview.")
    with translation.override("en"):
        done = running.run(day.date() if day else None, by_hand=True)
        running.keep_preview()
    ended = [f"{number:,} {kind}" for kind, number in done.numbers.items() if number]
    certificate = done.certificate
    click.echo(f"Ended: {', '.join(ended)}. Certificate {certificate}." if certificate else "Nothing was due.")
    if done.failed:
        told = ", ".join(f"{kind} ({fault})" for kind, fault in sorted(done.failed.items()))
        raise click.ClickException(f"Not ended, and tried again with the next run: {told}.")
