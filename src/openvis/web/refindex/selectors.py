"""What the pages read of the index, always for a given person: their department's entries, the matches told to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from openvis.web import city
from openvis.web.access import people
from openvis.web.access.models import AuditEntry, Organisation, User

from . import rules, terms
from .models import Entry, Match
from .states import State

SHOWN = 500
"""Lines on a page."""


def department_name(key: str) -> str:
    """What a department is called, in the language of the reader."""
    try:
        return city.profile().organisation(key).name.get(get_language())
    except KeyError:
        return Organisation.objects.filter(key=key).values_list("name", flat=True).first() or key


def kind_name(key: str) -> str:
    """What a kind is called; its key where the list has it no more."""
    return next((item.name.get(get_language()) for item in terms.index().kinds if item.id == key), key)


def entries(user: User) -> QuerySet[Entry]:
    """The entries of somebody's department, newest first; silent ones only their own."""
    found = Entry.objects.filter(department=rules.department_of(user)).select_related("address", "handler")
    mine = found.filter(silent=False) | found.filter(handler=user) | found.filter(offered_to=user, state=State.ACTIVE)
    return mine if rules.contributes(user) else mine.none()


def entry(user: User, key: UUID) -> Entry | None:
    """One of them."""
    return entries(user).filter(pk=key).first()


def free(user: User, found: Iterable[Entry]) -> list[Entry]:
    """Of the entries of one's department, those that one may take over: their handler offered them, or has left."""
    active = [item for item in found if item.state == State.ACTIVE and item.handler_id != user.pk]
    gone = {
        one.pk for one in {item.handler for item in active if not item.silent} if rules.left(one, rules.department_of(user))
    }
    return [
        item for item in active
        if (rules.is_offered(user, item) if item.silent else item.offered or item.handler_id in gone)
    ]


def offered(user: User) -> list[Entry]:
    """Silent entries that a colleague offers to this very person."""
    return list(entries(user).filter(offered_to=user, state=State.ACTIVE))


def colleagues(user: User) -> list[User]:
    """Who else registers for somebody's department now."""
    if not rules.contributes(user):
        return []
    return [one for one in people.working_for(rules.department_of(user)) if one != user and rules.contributes(one)]


@dataclass(frozen=True, slots=True)
class Told:
    """A match with whom to call."""

    match: Match
    contact: str
    reply_by: date

    @property
    def name(self) -> str:
        """The other department."""
        return department_name(self.match.department)

    @property
    def waits(self) -> bool:
        """Whether a reply is awaited."""
        return self.match.asks_reply and self.match.replied_at is None and self.match.entry.state == State.ACTIVE

    @property
    def late(self) -> bool:
        """Whether it is awaited for too long."""
        return self.waits and self.reply_by < timezone.localdate()

    @property
    def new(self) -> bool:
        """Whether Today should tell of it: a reply is awaited, or it is new and for one's own eyes alone."""
        fresh = timezone.localdate() - timezone.localdate(self.match.at) <= timedelta(days=terms.index().reply_days)
        return self.waits or (not self.match.asks_reply and self.match.replied_at is None and fresh)


def matches(user: User, of: UUID | None = None, *, unanswered: bool = False) -> list[Told]:
    """The matches told to somebody, the ones that wait longest first; of one entry when it is named."""
    found = Match.objects.filter(entry__handler=user).select_related("entry__address", "entry__handler")
    if of is not None:
        found = found.filter(entry=of)
    if unanswered:
        found = found.filter(replied_at__isnull=True)
    # What has no reply first: years of answered ones must not crowd it out.
    waits_first = F("replied_at").desc(nulls_first=True)
    rows = list(found.order_by(waits_first, "at")[:SHOWN]) if rules.contributes(user) else []
    contacts = _contacts([row.pk for row in rows])
    return sorted(
        (Told(row, contacts.get(row.pk, ""), terms.reply_by(timezone.localdate(row.at))) for row in rows),
        key=lambda item: (not item.waits, item.match.at),
    )


def _contacts(wanted: Iterable[UUID]) -> dict[UUID, str]:
    """Whom to call, by match: the database gives the sealed contact of the other entry for one's own matches alone."""
    keys = list(wanted)
    if not keys:
        return {}
    sealed: Any = Entry._meta.get_field("contact")
    with connection.cursor() as cursor:
        cursor.execute("SELECT match, other, contact FROM refindex_contacts() WHERE match = ANY(%s)", [keys])
        return {match: sealed.opened(bytes(data), other) for match, other, data in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class Counts:
    """What is known of a department in numbers: open entries alone."""

    department: str
    active: int
    matches: int
    replied: int
    overdue: int
    same: int
    different: int
    act_together: int
    days: float | None
    """Median time to a reply, in days."""

    @property
    def name(self) -> str:
        return department_name(self.department)


def counts(today: date | None = None) -> list[Counts]:
    """Counts by department, for the manager of the index and the data protection officer; for others nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM refindex_counts(%s)", [terms.still_in_time(today or timezone.localdate())])
        return [Counts(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Overdue:
    """How many replies of a department are late: open entries alone."""

    department: str
    overdue: int

    @property
    def name(self) -> str:
        return department_name(self.department)


def overdue(today: date | None = None) -> list[Overdue]:
    """The departments that are late, for those who see the counts; for others nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM refindex_overdue(%s)", [terms.still_in_time(today or timezone.localdate())])
        return [Overdue(*row) for row in cursor.fetchall()]


USED = ("index.register", "index.look_up")


@dataclass(frozen=True, slots=True)
class Use:
    """How often a department used the index in a period, from the audit log."""

    department: str
    registered: int
    looked_up: int
    matched: int

    @property
    def name(self) -> str:
        return department_name(self.department) if self.department else "–"


def use(since: date) -> list[Use]:
    """By department, how often was registered, looked up and matched since a day: numbers, no addresses."""
    found: dict[str, dict[str, int]] = {}
    log = AuditEntry.objects.filter(at__date__gte=since, result="done").order_by()
    for row in log.filter(action__in=USED).values("organisation", "action").annotate(number=Count("id")):
        found.setdefault(row["organisation"], {})[row["action"]] = row["number"]
    matched = log.filter(action="index.match").values("facts__department").annotate(number=Count("id"))
    for row in matched:
        found.setdefault(row["facts__department"], {})["index.match"] = row["number"]
    return [
        Use(key, told.get("index.register", 0), told.get("index.look_up", 0), told.get("index.match", 0))
        for key, told in sorted(found.items())
    ]


def audit_entries() -> QuerySet[AuditEntry]:
    """What was done with the index, newest first."""
    return AuditEntry.objects.filter(action__startswith="index.").order_by("-id")
