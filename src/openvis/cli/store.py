"""The commands for the event store: does it still equal the record, and make it anew."""

import sys
import time

import click

from .main import django


@click.group()
def store() -> None:
    """Compare the event store with the record, or make it anew."""
    django()


@store.command()
def check() -> None:
    """Compare record and store month by month, and say which differ. Exit status 0 when they are equal, else 1."""
    from openvis.store.comparison import compare
    from openvis.web.intake import projection

    compared = compare(projection.event_store(), projection.record_events())
    for difference in compared.differences:
        click.echo(str(difference))
    if compared.differences:
        months = len(compared.differences)
        click.echo(
            f"The event store differs from the record in {months} {'month' if months == 1 else 'months'}. "
            "Make it anew with: openvis store rebuild"
        )
        sys.exit(1)
    click.echo(f"The event store equals the record: {compared.rows:,} incidents in {compared.months} months.")


@store.command()
def rebuild() -> None:
    """Make the event store anew from the record. Readers keep the old state until the new one is complete."""
    from openvis.web.intake import projection

    started = time.perf_counter()
    target = projection.event_store()
    projection.rebuild(target)
    click.echo(
        f"Made anew: {target.count():,} incidents in {len(target.months())} months, "
        f"{time.perf_counter() - started:.1f} seconds."
    )
