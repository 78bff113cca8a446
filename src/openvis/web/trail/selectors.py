"""Reading the logs: search, one entry with all of its trace, the state of the chain, the lines about one person."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access.models import AuditEntry, Organisation, User

from . import chain, verifying, words
from .lookups import FLAGGED
from .models import LookupSample, ProcessingEntry, SampledLookup
from .processing import ACCOUNT, Subject

PAGE = 50
COUNTED = 10_000
"""Counting stops here: nobody reads on, and counting a million takes longer than finding fifty."""
MOST_PEOPLE = 20


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked of the audit log. Empty asks nothing."""

    actors: tuple[UUID, ...] | None = None
    action: str = ""
    object: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    """Its last day."""
    result: str = ""
    purpose: str = ""
    organisation: str = ""

    @property
    def used(self) -> list[str]:
        """Which parts ask something, for the audit log."""
        return [name for name in self.__slots__ if getattr(self, name) not in ("", None)]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of entries begins: after this moment and number."""

    at: dt.datetime
    id: int

    def __str__(self) -> str:
        return f"{self.at.timestamp():.6f}_{self.id}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """From the address; None for what is not one."""
        moment, _mark, number = text.partition("_")
        try:
            return cls(dt.datetime.fromtimestamp(float(moment), dt.UTC), int(number))
        except (ValueError, OverflowError, OSError):
            return None


@dataclass(frozen=True)
class Line:
    """An entry as the pages show it, with names for numbers."""

    entry: AuditEntry
    who: str
    organisation: str
    action: str
    object: str
    purpose: str
    result: str
    facts: list[tuple[str, Any]] = field(default_factory=list)
    people: frozenset[UUID] = frozenset()
    """The accounts whose names the line shows: who did it, and whom it was done to."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of entries; `after` begins the next."""

    lines: list[Line]
    after: Place | None
    number: int
    """How many there are, up to `COUNTED`."""

    @property
    def more(self) -> bool:
        return self.number > COUNTED


def matching(asked: Filter) -> QuerySet[AuditEntry]:
    """The entries that answer a question, newest first."""
    found = AuditEntry.objects.order_by("-at", "-id")
    exact = {
        name: value for name in ("action", "object", "result", "purpose", "organisation") if (value := getattr(asked, name))
    }
    if exact:
        found = found.filter(**exact)
    if asked.actors is not None:
        # One person is an equality, which an index can also order by.
        found = found.filter(actor=asked.actors[0]) if len(asked.actors) == 1 else found.filter(actor__in=asked.actors)
    if asked.since is not None:
        found = found.filter(at__gte=_midnight(asked.since))
    if asked.until is not None:
        found = found.filter(at__lt=_midnight(asked.until + dt.timedelta(days=1)))
    return found


def search(asked: Filter, after: Place | None = None) -> Found:
    """A page of entries."""
    entries = matching(asked)
    number = entries.order_by()[: COUNTED + 1].count()
    if after is not None:
        entries = entries.filter(at__lte=after.at).filter(Q(at__lt=after.at) | Q(id__lt=after.id))
    page = list(entries[: PAGE + 1])
    following = Place(page[PAGE - 1].at, page[PAGE - 1].id) if len(page) > PAGE else None
    return Found(told(page[:PAGE]), following, number)


def told(entries: Iterable[AuditEntry]) -> list[Line]:
    """Entries with names in the place of numbers."""
    rows = list(entries)
    numbers = {entry.actor for entry in rows if entry.actor} | {_uuid(entry.object) for entry in rows}
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=numbers - {None})}
    parties = dict(Organisation.objects.values_list("key", "name"))
    purposes = {item.id: item.name.get(get_language()) for item in city.profile().purposes}
    return [
        Line(
            entry,
            who=names.get(entry.actor, _("unknown account")) if entry.actor else _("the system"),
            organisation=parties.get(entry.organisation, entry.organisation),
            action=words.action(entry.action),
            object=names.get(_uuid(entry.object), entry.object),  # type: ignore[arg-type]
            purpose=purposes.get(entry.purpose, entry.purpose),
            result=words.result(entry.result),
            facts=sorted(entry.facts.items()),
            people=frozenset(number for number in (entry.actor, _uuid(entry.object)) if number in names),
        )
        for entry in rows
    ]


def find_people(text: str) -> tuple[UUID, ...]:
    """The accounts whose name or address holds the words."""
    found = User.objects.filter(Q(name__icontains=text) | Q(email__icontains=text)).order_by("name")
    return tuple(found.values_list("pk", flat=True)[:MOST_PEOPLE])


def of_trace(trace: UUID) -> list[Line]:
    """Everything that one request did, in order."""
    return told(AuditEntry.objects.filter(trace=trace).order_by("id")[:200])


def lines_of_trace(trace: UUID) -> dict[str, int]:
    """How many people were shown or changed in it, by type; who they were is not told here."""
    found: dict[str, int] = {}
    for kind in ProcessingEntry.objects.filter(trace=trace).values_list("subject_type", flat=True):
        found[kind] = found.get(kind, 0) + 1
    return found


def actions() -> list[str]:
    """Every action that occurs, by hopping through the index: as quick with a million entries as with ten."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE hop AS ((SELECT action FROM access_auditentry ORDER BY action LIMIT 1) UNION ALL"
            " SELECT (SELECT action FROM access_auditentry WHERE action > hop.action ORDER BY action LIMIT 1) FROM hop"
            " WHERE hop.action IS NOT NULL) SELECT action FROM hop WHERE action IS NOT NULL"
        )
        return [name for (name,) in cursor.fetchall()]


# ---- the state of the chain


@dataclass(frozen=True, slots=True)
class State:
    """How the chain stands: where it ends, what waits, when it was verified last and what came of it."""

    seq: int
    hash: str
    waiting: int
    verified: AuditEntry | None

    @property
    def broken(self) -> bool:
        return self.verified is not None and self.verified.result != "done"


def state() -> State:
    """How the chain stands now."""
    head = chain.head()
    with connection.cursor() as cursor:
        cursor.execute("SELECT trail_waiting()")
        waiting = cursor.fetchone()[0] or 0
    return State(head.seq, head.hash.hex(), waiting, last_verified())


def last_verified() -> AuditEntry | None:
    """The entry of the last verification."""
    return AuditEntry.objects.filter(action=verifying.ACTION).order_by("-at").first()


def flagged(days: int = 30) -> int:
    """How many look-ups of oneself there were lately."""
    return AuditEntry.objects.filter(result=FLAGGED, at__gte=timezone.now() - dt.timedelta(days=days)).count()


# ---- one data subject


@dataclass(frozen=True, slots=True)
class About:
    """The lines of the processing log about one data subject."""

    title: str
    subject: Subject
    lines: Sequence[tuple[ProcessingEntry, Any, str]]
    """Each with its action and its activity in words."""
    number: int


def about(kind: str, text: str) -> list[About]:
    """Who answers to an identifier, with their lines; accounts are also found by name or e-mail address."""
    if kind != ACCOUNT:
        return [_about(kind, text, text)]
    number = _uuid(text)
    users = User.objects.filter(pk=number) if number else User.objects.filter(pk__in=find_people(text))
    return [_about(kind, str(user.pk), str(user)) for user in users] or ([_about(kind, str(number), text)] if number else [])


def _about(kind: str, identifier: str, title: str) -> About:
    found = ProcessingEntry.objects.filter(subject_index=identifier, subject_type=kind).order_by("-started")
    lang = get_language()
    activities = {item.id: item.name.get(lang) for item in city.profile().compartments}
    lines = [
        (line, words.action(line.name), activities.get(re.split("[:/#]", line.activity)[-1], line.activity))
        for line in found[:200]
    ]
    return About(title, Subject(kind, identifier), lines, found.count())


def subject_types() -> list[str]:
    """The types of subject that occur."""
    found = set(ProcessingEntry.objects.order_by("subject_type").values_list("subject_type", flat=True).distinct())
    return sorted(found | {ACCOUNT})


# ---- samples


@dataclass(frozen=True, slots=True)
class SampleState:
    """A sample with how far it is."""

    sample: LookupSample
    organisation: str
    total: int
    judged: int
    asked: int
    reported: int

    @property
    def open(self) -> int:
        return self.total - self.judged


def samples() -> list[SampleState]:
    """The samples that this person may see: the wall shows managers their own organisation's."""
    parties = dict(Organisation.objects.values_list("key", "name"))
    found = []
    for sample in LookupSample.objects.select_related("signed_by").prefetch_related("lookups"):
        judgements = [lookup.judgement for lookup in sample.lookups.all()]
        found.append(SampleState(
            sample, parties.get(sample.organisation, sample.organisation), len(judgements), sum(map(bool, judgements)),
            judgements.count(SampledLookup.Judgement.ASK), judgements.count(SampledLookup.Judgement.REPORT),
        ))  # fmt: skip
    return found


def drawn(sample: LookupSample) -> list[tuple[SampledLookup, Line | None]]:
    """The look-ups of a sample with their entries; None where an entry's term is over."""
    lookups = list(sample.lookups.select_related("judged_by"))
    lines = {line.entry.pk: line for line in told(AuditEntry.objects.filter(pk__in=[item.entry for item in lookups]))}
    return [(item, lines.get(item.entry)) for item in lookups]


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
