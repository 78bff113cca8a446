"""Which records are under a hold: what apps ask, kind by kind, before anything of it ends."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from openvis.web.access import registry
from openvis.web.access.models import User
from openvis.web.access.registry import Person, RetentionRule

from .models import Hold

_known: ContextVar[dict[Any, dict[str, set[str]]] | None] = ContextVar("what holds on people keep", default=None)


@contextmanager
def searched_once() -> Iterator[None]:
    """Within it all tables are searched once for each person under a hold, not again for each kind that ends.

    What is written about somebody while it lasts is new, so nothing that ends now.
    """
    mark = _known.set({})
    try:
        yield
    finally:
        _known.reset(mark)


def in_force() -> QuerySet[Hold]:
    """Holds that keep something today."""
    return Hold.objects.filter(ended__isnull=True, until__gte=timezone.localdate())


def held(kind: str) -> frozenset[str]:
    """The keys of the records of a kind under a hold: named one by one, or found because they are about a person."""
    found = set(in_force().filter(kind=kind).values_list("key", flat=True))
    for hold in in_force().filter(person__isnull=False):
        found |= _of(hold, kind)
    return frozenset(found)


def _of(hold: Hold, kind: str) -> set[str]:
    """The records of a kind that a hold on a person keeps."""
    known = _known.get()
    rule = rule_of(kind)
    if known is None or (rule is not None and rule.of_person is not None):
        return set(keys_of(kind, person_of(hold)))
    if hold.pk not in known:
        known[hold.pk] = everything_of(person_of(hold))
    return known[hold.pk].get(kind, set())


def keys_of(kind: str, person: Person) -> Iterable[str]:
    """The records of a kind about a person."""
    rule = rule_of(kind)
    if rule is not None and rule.of_person is not None:
        return rule.of_person(person)
    return everything_of(person).get(kind, set())


def everything_of(person: Person) -> dict[str, set[str]]:
    """All records about a person, by kind."""
    found: dict[str, set[str]] = defaultdict(set)
    for table in registry.personal:
        for about in table.find(person) if table.find is not None else ():
            found[about.kind].add(about.key)
    return found


def rule_of(kind: str) -> RetentionRule | None:
    """How a kind ends; None for a kind that has no term of its own."""
    return next((rule for rule in registry.retention if rule.kind == kind), None)


def person_of(hold: Hold) -> Person:
    """Whom a hold is about."""
    told: dict[str, Any] = hold.person or {}
    born = date.fromisoformat(told["born"]) if told.get("born") else None
    return Person(
        told.get("name", ""), born, told.get("email", ""), told.get("phone", ""), told.get("address", ""), hold.user
    )


def told_of(person: Person) -> dict[str, str]:
    """What a hold keeps of a person, sealed, to find the records by."""
    told = {"name": person.name, "email": person.email, "phone": person.phone, "address": person.address}
    if isinstance(person.user, User):
        told |= {"name": person.user.name, "email": person.user.email}
    return {key: value for key, value in told.items() if value} | ({"born": person.born.isoformat()} if person.born else {})
