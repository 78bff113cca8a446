"""Looking an address up: for one's own entry or file, with a purpose, not often, and with the same work for hit and miss."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from openvis.web.access import acting, audit
from openvis.web.access.acts import NotYoursError
from openvis.web.access.models import User
from openvis.web.places.models import Address

from . import registry, rules, walls
from .models import Entry
from .states import State

ENTRY = "index_entry"


class TooOftenError(Exception):
    """Looked up too often in an hour or a day."""


@dataclass(frozen=True, slots=True)
class Own:
    """Something of one's own at an address, which gives a reason to look it up."""

    kind: str
    key: str
    title: str
    address: Address


@dataclass(frozen=True, slots=True)
class Call:
    """Whom to call: the other department, and the contact of its handler."""

    department: str
    contact: str


def own(user: User) -> list[Own]:
    """What somebody has in hand at an address: active entries of their own, and files of other apps."""
    if not rules.contributes(user):
        return []
    entries = Entry.objects.filter(handler=user, state=State.ACTIVE).select_related("address")
    found = [Own(ENTRY, str(item.pk), "", item.address) for item in entries]
    for file in registry.files:
        mine = file.mine(user)
        places = Address.objects.in_bulk([place for _key, _title, place in mine])
        found += [Own(file.kind, key, title, places[place]) for key, title, place in mine if place in places]
    return found


def own_file(user: User, kind: str, key: str) -> Own:
    """One of them. Raises NotYoursError."""
    found = _own_entry(user, key) if kind == ENTRY else next(
        (item for item in own(user) if (item.kind, item.key) == (kind, key)), None
    )
    if found is None:
        raise NotYoursError(rules.CONTRIBUTE)
    return found


def _own_entry(user: User, key: str) -> Own | None:
    """One's own active entry, without the hundreds of others beside it."""
    try:
        wanted = UUID(key)
    except ValueError:
        return None
    if str(wanted) != key or not rules.contributes(user):
        return None
    entries = Entry.objects.filter(pk=wanted, handler=user, state=State.ACTIVE).select_related("address")
    return next((Own(ENTRY, str(item.pk), "", item.address) for item in entries), None)


def look_up(by: User, kind: str, key: str) -> list[Call]:
    """Whether another department holds a signal at the address of a file of one's own, and whom to call; mostly nothing.

    Raises NotYoursError without such a file or a purpose, TooOftenError beyond the limit. The audit log tells by whom and
    for which file, never what was found.
    """
    file = own_file(by, kind, key)
    if not acting.current().purpose:
        raise NotYoursError("purpose.state")
    with transaction.atomic():
        rows = _ask(file)
        audit.record(by, "index.look_up", f"{kind}:{key}")
    sealed = Entry._meta.get_field("contact")
    return [Call(department, sealed.opened(bytes(data), entry)) for entry, department, data in rows]


def _ask(file: Own) -> list[tuple[UUID, str, Any]]:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT entry, department, contact FROM refindex_look_up(%s)", [file.address.pk])
            return cursor.fetchall()
    except DatabaseError as error:
        state = getattr(error.__cause__, "sqlstate", "")
        if state == walls.TOO_OFTEN:
            raise TooOftenError from error
        if state == walls.NOT_OWN:
            raise NotYoursError(rules.CONTRIBUTE) from error
        raise
