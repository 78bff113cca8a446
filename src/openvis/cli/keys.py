"""`openvis keys`: the keys of what is encrypted, and their change."""

import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from .main import django

T = TypeVar("T")
STATES = {
    "new": "waits for the next rotation",
    "current": "in use",
    "open": "opens what is still under it",
    "retired": "destroyed",
}


@click.group()
def keys() -> None:
    """Change the keys of what is encrypted: the file that OPENVIS_KEYS names."""
    django()


@keys.command(name="list")
def list_() -> None:
    """Show the keys, and how much is under each."""
    from openvis.web.access import keyring, rotation

    ring = _or_say(keyring.ring)
    held = _or_say(lambda: {use: rotation.holdings(use) for use in keyring.USES})
    for entry in ring.entries:
        things = held[entry.use].pop(entry.number, Counter[str]())
        made = f"{entry.made:%Y-%m-%d}" if entry.made else "from the secret key"
        click.echo(f"{entry.id}  {entry.use:<5}  {STATES[entry.state]:<28}  made: {made:<19}  holds: {things.total()}")
        for name, number in sorted(things.items()):
            click.echo(f"    {name}: {number}")
    for use, lost in held.items():
        for number, things in lost.items():
            click.echo(f"{number.hex()}  {use:<5}  NOT HERE: {things.total()} things do not open", err=True)
    if ring.unfinished:
        click.echo(f"A rotation has not ended ({', '.join(ring.unfinished)}): run `openvis keys rotate` again.", err=True)


@keys.command()
def add() -> None:
    """Make the key file with its first keys; later: make keys that wait for the next rotation.

    Copy the file to a safe place at once. Without it nothing that is encrypted can be read.
    """
    from openvis.web.access import rotation

    path = _file()
    new = _or_say(lambda: rotation.add(path))
    click.echo(f"{path}: {', '.join(f'{entry.id} ({entry.use}, {STATES[entry.state]})' for entry in new)}")
    click.echo("Copy this file to a safe place, apart from the backups. Without it nothing encrypted can be read.")


@keys.command()
@click.option("--index", is_flag=True, help="Change the key of the look-up indexes instead of that of the encryption.")
def rotate(index: bool) -> None:
    """Take another key into use and bring everything under it.

    May be interrupted and repeated; the site may work meanwhile.
    """
    from openvis.web.access import keyring, rotation

    path = _file()
    begun = time.monotonic()
    told: Counter[str] = Counter()

    def tell(name: str, number: int) -> None:
        told[name] += number
        click.echo(f"\r{name}: {told[name]}          ", nl=False, err=True)
        sys.stderr.flush()

    outcome = _or_say(lambda: rotation.rotate(path, keyring.INDEX if index else keyring.SEAL, tell))
    if told:
        click.echo(err=True)
    click.echo(
        f"Key {outcome.key} is in use; {outcome.moved.total()} things moved under it in {time.monotonic() - begun:.0f} s."
    )
    if outcome.closed:
        for thing in outcome.closed:
            click.echo(f"does not open: {thing}", err=True)
        raise click.ClickException(
            f"{len(outcome.closed)} things do not open and stay as they were."
            " Restore them from a backup, then run this again."
        )
    click.echo("Copy the key file to its safe place. Earlier keys go with `openvis keys retire ID`.")


@keys.command()
@click.argument("key")
@click.option("--stopped", is_flag=True, help="The site has been stopped: nothing can still be writing under the key.")
def retire(key: str, stopped: bool) -> None:
    """Destroy KEY. Refused while anything is under it. Backups made under it will not open without a copy of it."""
    from openvis.web.access import rotation

    path = _file()
    _or_say(lambda: rotation.retire(path, key, at_once=stopped))
    click.echo(f"Key {key} is destroyed.")


def _file() -> Path:
    from openvis.web.access import keyring

    path = keyring.place()
    if path is None:
        raise click.ClickException("OPENVIS_KEYS is not set: name the file in which the keys are kept, or are to be made")
    return path


def _or_say(act: Callable[[], T]) -> T:
    """What an act gives; why it cannot be done as one clear line."""
    from django.db import DatabaseError

    from openvis.web.access.keyring import KeyringError

    try:
        return act()
    except KeyringError as wrong:
        raise click.ClickException(str(wrong)) from None
    except DatabaseError as wrong:
        raise click.ClickException(
            f"the database does not answer, or is not prepared: run `openvis setup` first ({type(wrong).__name__})"
        ) from None
