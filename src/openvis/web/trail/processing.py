"""The processing log (Logboek dataverwerkingen): who was shown or changed, in which activity. Never by whom.

What a view shows of people it tells here, all at once:

    processing.shown(people, activity="persons", name="case.open")

`people` are records (of accounts, of persons in a file) or `Subject`s; each gives one line, in the transaction of the
act. Apps below this one say `access.registry.shown(…)`, which comes here.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from openvis import __version__
from openvis.web import city
from openvis.web.access import acting
from openvis.web.access.models import User

from .models import ProcessingEntry

RESOURCE = "openvis"
ACCOUNT = "account"
"""The type of subject that a user of the system is."""
Status = ProcessingEntry.Status


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data were processed: the type of the identifier, and the identifier."""

    type: str
    id: str


@dataclass(frozen=True, slots=True)
class Foreign:
    """The operation of another organisation that asked for this one: its span, and the website of who does it."""

    span: bytes
    processor: str


def subject_of(thing: Any) -> Subject:
    """The subject that a record stands for: an account, or a record about one person."""
    if isinstance(thing, Subject):
        return thing
    if isinstance(thing, User):
        return Subject(ACCOUNT, str(thing.pk))
    if isinstance(thing, models.Model):
        return Subject(thing._meta.model_name or "", str(thing.pk))
    raise TypeError(f"{type(thing).__name__}: expected a record about one person, or a Subject")


def shown(
    things: Iterable[Any], activity: str, name: str, *, started: dt.datetime | None = None, status: Status = Status.UNSET,
    parent: bytes | None = None, foreign: Foreign | None = None,
) -> int:
    """Write a line for each person whose data were shown or changed; gives how many. The same person twice is one.

    `activity` is a compartment of the profile: its row in the register of processing; `name` what was done
    (`people.view`). Raises KeyError for a compartment that is not there.
    """
    subjects = dict.fromkeys(subject_of(thing) for thing in things)
    register, now, trace = activity_uri(activity), timezone.now(), acting.current().trace
    lines = [
        ProcessingEntry(
            trace=trace, parent_span=parent, name=name, activity=register, started=started or now, ended=now, status=status,
            resource=RESOURCE, version=__version__, subject_type=subject.type, subject=subject.id,
            foreign_span=foreign.span if foreign else None, foreign_processor=foreign.processor if foreign else "",
        )
        for subject in subjects
    ]  # fmt: skip
    ProcessingEntry.objects.bulk_create(lines, batch_size=500)
    return len(lines)


@contextmanager
def processing(activity: str, name: str) -> Iterator[list[Any]]:
    """For work that finds its people on the way: put them in the list; the lines are written at its end.

    When the work fails, its lines say so, and are written all the same.
    """
    started, things = timezone.now(), []  # type: ignore[var-annotated]
    try:
        yield things
    except Exception:
        acting.whatever_happens(lambda: shown(things, activity, name, started=started, status=Status.ERROR))
        raise
    shown(things, activity, name, started=started)


def activity_uri(activity: str) -> str:
    """Where the register of processing tells more about an activity."""
    profile = city.profile()
    compartment = profile.compartment(activity)
    base = settings.OPENVIS_PROCESSING_REGISTER or f"urn:openvis:{profile.municipality.code.lower()}:processing:"
    return f"{base}{compartment.id}"
