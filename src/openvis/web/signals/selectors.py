"""Reads of signals: the inbox without any text, one signal for who weighs, own reports, what was passed to a department."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from openvis.web.access import people
from openvis.web.access.models import User
from openvis.web.places.models import Address

from . import rules
from .models import Attachment, Draft, HandOver, Report, Signal, Weighing
from .states import AWAITING, FOLLOWED, OPEN, TO_DO, State

LISTED = (
    "id", "number", "state", "phenomenon", "branch", "area_code", "area_level", "urgent", "due_on", "received_at", "channel",
    "weight", "route", "version",
)  # fmt: skip
"""The columns of the list: no sealed text is read for it."""
PAGE = 50
KEY = re.compile(r"[\w.-]{1,60}")
"""What a key of the profile or a code of an area looks like; nothing else is asked of the database."""
GROUPS: dict[str, tuple[State, ...]] = {
    "screen": (State.RECEIVED, State.IMMEDIATE),
    "asked": (State.MORE_INFO,),
    "weigh": (State.ENRICHED,),
    "second": (State.WEIGHED,),
    "followed": FOLLOWED,
}
"""The parts of the inbox, by what is to be done."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the inbox is asked for; unknown words ask for nothing."""

    group: str = ""
    phenomenon: str = ""
    branch: str = ""
    area: str = ""
    due: str = ""
    """`late`: past its day; `today`: past or today."""
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        page = query.get("pagina", "1")
        return cls(
            query.get("deel", ""), query.get("fenomeen", ""), query.get("branche", ""), query.get("gebied", ""),
            query.get("termijn", ""), int(page) if page.isdecimal() and 0 < int(page) < 100_000 else 1,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of the inbox, and how many there are of each part."""

    rows: list[Signal]
    total: int
    counts: dict[str, int]
    late: int
    page: int
    pages: int


def _wanted(asked: Asked, today: date) -> QuerySet[Signal]:
    found = Signal.objects.filter(state__in=GROUPS.get(asked.group, OPEN))
    for column, value in (("phenomenon", asked.phenomenon), ("branch", asked.branch), ("area_code", asked.area)):
        if value:
            found = found.filter(**{column: value}) if KEY.fullmatch(value) else found.none()
    if asked.due == "late":
        found = found.filter(due_on__lt=today)
    elif asked.due == "today":
        found = found.filter(due_on__lte=today)
    return found


def inbox(user: User, asked: Asked) -> Inbox:
    """What is open, the most pressing first. Raises Http404 for who does not weigh."""
    if not people.may(user, rules.WEIGH):
        raise Http404
    today = timezone.localdate()
    by_state = {
        row["state"]: row for row in Signal.objects.filter(state__in=OPEN).order_by().values("state").annotate(
            number=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today))
        )
    }
    counts = {
        group: sum(by_state[state]["number"] for state in states if state in by_state) for group, states in GROUPS.items()
    }
    found = _wanted(asked, today)
    narrowed = asked.phenomenon or asked.branch or asked.area or asked.due
    total = found.count() if narrowed else counts.get(asked.group, sum(counts.values()))
    pages = max(1, -(-total // PAGE))
    page = min(asked.page, pages)
    # What has a day goes before what waits for others; urgent ones have today as their day from the start.
    order = (F("due_on").asc(nulls_last=True), "number")
    # Which ones is answered from the index alone; the rows, wide with sealed texts, are read for one page only.
    keys = found.order_by(*order).values("pk")[(page - 1) * PAGE : page * PAGE]
    rows = list(Signal.objects.filter(pk__in=keys).order_by(*order).only(*LISTED))
    return Inbox(rows, total, counts, sum(row["late"] for row in by_state.values()), page, pages)


def signal(user: User, key: UUID) -> Signal:
    """One signal, for who weighs. Raises Http404."""
    found = Signal.objects.select_related("address", "registered_by").filter(pk=key).first()
    if found is None or not rules.weighs(user, found):
        raise Http404
    return found


@dataclass(frozen=True, slots=True)
class Completed:
    """That somebody completed a signal: who, when, and of each column what stood there and what came."""

    by: str
    at: datetime
    changed: list[tuple[str, Any, Any]]


COMPLETED = ("address_id", "area_code", "phenomenon", "branch")


def completions(found: Signal) -> list[Completed]:
    """How a signal was completed after it came in, the earliest first; from its history."""
    events: list[Any] = list(found.events.select_related("pgh_context").order_by("pgh_id"))
    states = [*events, found]
    told = []
    for before, after in pairwise(states):
        said = before.pgh_context.metadata if before.pgh_context else {}
        changed = [(name, getattr(before, name), getattr(after, name)) for name in COMPLETED]
        if said.get("act") == "signal.complete":
            told.append((before.pgh_created_at, said.get("user", ""), [one for one in changed if one[1] != one[2]]))
    names = {str(user.pk): str(user) for user in User.objects.filter(pk__in={user for _at, user, _changed in told if user})}
    places = Address.objects.in_bulk(
        [key for _at, _user, changed in told for name, *keys in changed if name == "address_id" for key in keys if key]
    )
    return [
        Completed(names.get(user, "–"), at, [
            ("address", places.get(old), places.get(new)) if name == "address_id" else (name, old, new)
            for name, old, new in changed
        ])
        for at, user, changed in told
    ]  # fmt: skip


def reports(user: User) -> QuerySet[Report]:
    """What somebody reported, in number and state."""
    return Report.objects.filter(reporter=user)


def own_report(user: User, key: UUID) -> Report:
    """One report of one's own. Raises Http404."""
    found = Report.objects.filter(pk=key, reporter=user).first()
    if found is None:
        raise Http404
    return found


def drafts(user: User) -> QuerySet[Draft]:
    """What somebody began and did not send in."""
    return Draft.objects.filter(reporter=user)


def attachment(user: User, signal_key: UUID, key: UUID) -> Attachment:
    """A file of a signal, for who weighs. Raises Http404."""
    found = Attachment.objects.filter(pk=key, signal=signal_key).first()
    if found is None or not people.may(user, rules.WEIGH):
        raise Http404
    return found


def passed_to(user: User) -> QuerySet[HandOver]:
    """What was passed to the person's own department, without texts."""
    organisation = user.organisation.key if user.organisation and rules.takes_up(user) else ""
    found = HandOver.objects.filter(organisation=organisation).select_related("handler")
    return found.defer("facts", "request", "result")


def awaited(today: date) -> QuerySet[HandOver]:
    """What departments have not answered within their term, while the reporting point waits for it; the longest first."""
    found = HandOver.objects.filter(result_at__isnull=True, due_on__lt=today, signal__state__in=AWAITING)
    return found.defer("facts", "request", "result").order_by("due_on", "number")


def awaited_by(user: User, today: date) -> list[HandOver]:
    """Of these what this person handed over, and what nobody waits for any more: who did weighs no longer."""
    if not people.may(user, rules.WEIGH):
        return []
    late = list(awaited(today).select_related("made_by"))
    others = readers() - {user} if late else set()
    return [item for item in late if item.made_by not in others]


def readers() -> set[User]:
    """Everybody who weighs now."""
    return set(people.holders(rules.WEIGH))


def takers(handed: HandOver) -> set[User]:
    """Who has a hand-over in hand: its handler; while there is none, everybody of the department who may take it up."""
    handler = handed.handler
    if handler is not None and not handler.lapsed and rules.handles(handler, handed):
        return {handler}
    return {person for person in people.working_for(handed.organisation) if rules.takes_up(person)}


def hand_over(user: User, key: UUID) -> HandOver:
    """One hand-over, for the department it went to, and for who weighs. Raises Http404."""
    found = HandOver.objects.select_related("handler", "address", "result_by").filter(pk=key).first()
    if found is None or not user.has_perm("signals.see_hand_over", found):
        raise Http404
    return found


def late() -> QuerySet[Signal]:
    """What is over its term, the longest first; walls decide who finds it."""
    return Signal.objects.filter(state__in=TO_DO, due_on__lt=timezone.localdate()).order_by("due_on", "number").only(*LISTED)


def waiting(user: User) -> dict[str, Any]:
    """What waits for who weighs: what is due today, to screen, and to read as second reader."""
    today = Signal.objects.filter(state__in=TO_DO, due_on=timezone.localdate())
    # Each weighed signal waits for a reader, and one's own are few: counted from two indexes. Who was first reader of an
    # earlier round may read this one.
    weighed = Signal.objects.filter(state=State.WEIGHED)
    own = Weighing.objects.filter(outcome="", proposed_by=user, signal__state=State.WEIGHED)
    return {
        "due": list(today.order_by("number").only(*LISTED)[:5]), "number": today.count(),
        "second": weighed.count() - own.count(),
        "screen": Signal.objects.filter(state__in=GROUPS["screen"]).count(),
    }
