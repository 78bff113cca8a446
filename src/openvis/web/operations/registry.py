"""What the apps tell about themselves: whether they are well, what their background work is called, what a backup holds.

Filled in each app's `apps.ready()`; this app lies below the others and imports none of them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the installation that can be well or not."""

    name: str
    """What `/readyz` calls it, in English."""
    title: Any
    """A lazy translated text."""
    look: Callable[[], str | None]
    """None when it is well, else a translated sentence for the administrator that says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of background work."""

    title: Any
    progress: Callable[[dict[str, Any]], tuple[str, float] | None] | None = None
    """From the arguments of a job: the step and how much is done, from 0 to 1. No content."""


@dataclass(frozen=True, slots=True)
class Check:
    """Something that is measured in the snapshot of a backup and again after it was restored: both must be equal."""

    name: str
    measure: Callable[[], Any]
    """Plain JSON; runs inside the transaction of the snapshot."""
    verify: Callable[[Any], str | None] = lambda kept: None
    """Looks closer at what was restored, given what was measured; None when it is right, else a sentence."""


@dataclass(frozen=True, slots=True)
class Files:
    """Files that belong to the database, named by their content, and never changed under their name."""

    name: str
    folder: Callable[[], Path]
    named: Callable[[], Iterable[str]]
    """The names, relative to the folder, that the database asks for: read in the snapshot, and again after a restore."""


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What must happen after a restore before anybody may look: bring in step, end what is past its term, erase again.

    In the order of `order`; each must be safe to repeat, as a restore that dies half-way does all of them again.
    """

    title: str
    act: Callable[[dict[str, Any]], str]
    """Gets the manifest of the backup, with what `Erased` gathered under `erased`; gives a line that says what it did."""
    order: int = 50


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased, corrected or destroyed before its term after a moment, gathered before a database is replaced."""

    name: str
    gather: Callable[[Any], list[Any]]
    """From the moment of the backup (a datetime): plain JSON, identifiers and no content."""


parts: list[Part] = []
work: dict[str, Work] = {}
checks: list[Check] = []
files: list[Files] = []
afterwards: list[Afterwards] = []
erased: list[Erased] = []
