"""`openvis audit`: seal the audit log, verify it, end what is past its term."""

import datetime as dt
import json
from typing import TYPE_CHECKING

import click

from .main import django

if TYPE_CHECKING:
    from openvis.web.trail.verifying import Report

SHOWN = 20
"""Findings that are written out in the terminal."""


@click.group()
def audit() -> None:
    """Verify that the audit log is what it was, seal it, end what is past its term."""
    django()


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--from", "since", type=click.IntRange(1), help="Begin at this place in the chain.")
def verify(as_json: bool, since: int | None) -> None:
    """Read every entry and every seal, and say what was changed, taken out, put in, moved or cut off.

    Status 0: all is as it was sealed. Status 2: it is not.
    """
    from openvis.web.trail import verifying

    try:
        report = verifying.verify(since)
    except ValueError as wrong:
        raise click.UsageError(str(wrong)) from None
    if as_json:
        click.echo(json.dumps(report.as_json(), indent=2))
    else:
        _tell(report)
    if not report.whole:
        raise click.exceptions.Exit(2)


def _tell(report: "Report") -> None:
    for finding in report.findings[:SHOWN]:
        click.echo(finding.text)
        if finding.expected:
            click.echo(f"  expected {finding.expected}\n  found    {finding.found}")
    if report.number > SHOWN:
        click.echo(f"… and {report.number - min(SHOWN, len(report.findings)):,} more; all that were worked out: --json")
    waiting = f"; {report.waiting:,} wait for their seal" if report.waiting else ""
    span = f"{report.entries:,} entries, places {report.first:,} to {report.last:,}, in {report.seconds:.1f} s{waiting}."
    if report.whole:
        click.echo(f"The audit log is as it was sealed: {span}")
        click.echo(f"It ends with {report.head}.")
    else:
        things = "1 thing is" if report.number == 1 else f"{report.number:,} things are"
        click.echo(f"The audit log is not what was sealed: {things} wrong. Read: {span}", err=True)


@audit.command()
def seal() -> None:
    """Take committed entries into the chain now; the worker does it by itself every few seconds."""
    from openvis.web.trail import chain, sealer

    number = sealer.seal()
    click.echo(f"Sealed: {number:,}. The chain ends at place {chain.head().seq:,}.")


@audit.command()
@click.option("--preview", is_flag=True, help="Say what would end. Nothing changes.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="As it is on this day; default: today.")
def expire(preview: bool, day: dt.datetime | None) -> None:
    """End the part of the audit log that is past its term in the profile; a checkpoint stays in its place."""
    from django.utils import timezone

    from openvis.web.trail import expiring

    on = day.date() if day is not None else timezone.localdate()
    if on > timezone.localdate():
        raise click.UsageError(f"--day {on}: expected today or a day before it.")
    if preview:
        due = expiring.preview(on)
        since = f", the oldest of {due.oldest}" if due.oldest else ""
        held = f"; {due.held:,} stay for a hold" if due.held else ""
        click.echo(f"Past its term on {on}: {due.number:,} entries{since}{held}. Nothing was changed.")
        return
    click.echo(f"Ended: {expiring.expire(on):,} entries.")


@audit.command()
@click.option("--reason", required=True, help="Why, such as: restored from the backup of 1 May.")
def anchor(reason: str) -> None:
    """Write down outside the database that the chain ends where it ends now: after a restore, and only then."""
    from openvis.web.trail import anchor as anchors
    from openvis.web.trail import services

    head = services.anchor_again(reason)
    click.echo(f"Written in {anchors.folder()}: the chain ends at place {head.seq:,}, with {head.hash.hex()}.")
