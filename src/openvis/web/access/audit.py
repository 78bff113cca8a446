"""The audit log: one entry for each act and each look, written in the transaction of the act itself.

This is its only door. Entries are inserted without reading anything back: the web role may do no more than that. What
binds them into a chain is done afterwards, by one sealer (see the app `trail`).
"""

import uuid
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from psycopg.types.json import Jsonb

from . import acting
from .models import User

_INSERT = """
    INSERT INTO access_auditentry
        (at, actor, organisation, role, action, object, result, purpose, origin, trace, facts)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def record(
    actor: User | None, action: str, object: str = "", *, result: str = "done", purpose: str = "",  # noqa: A002
    request: HttpRequest | None = None, **facts: Any,
) -> None:
    """Write that `actor` did `action` on `object`. Facts are numbers and keys, never content.

    Purpose, place and trace are those of the work at hand (`acting`) where they are not given.
    """
    _write(_row(actor, action, object, result, purpose, request, facts))


def refuse(request: HttpRequest, ability: str, object: str = "") -> None:  # noqa: A002
    """Write that somebody tried what they may not, outside the transaction that is rolled back."""
    row = _row(acting.user_of(request), ability, object or request.path, "refused", "", request, {})
    acting.whatever_happens(lambda: _write(row))


def _row(
    actor: User | None, action: str, thing: str, result: str, purpose: str, request: HttpRequest | None,
    facts: dict[str, Any],
) -> list[Any]:
    from .people import role_names, standings

    work = acting.current()
    if any(standing.emergency for standing in standings(actor)):
        facts = {**facts, "break_glass": True}
    known = actor is not None and actor.pk is not None
    identifier: uuid.UUID | None = actor.pk if known and actor is not None else None
    organisation = actor.organisation.key if actor is not None and known and actor.organisation else ""
    origin = work.origin or (request.META.get("REMOTE_ADDR") if request is not None else None)
    return [
        timezone.now(), identifier, organisation, ", ".join(role_names(actor))[:100], action, thing[:200], result,
        purpose or work.purpose, origin, work.trace, Jsonb(facts),
    ]


def _write(row: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, row)
