"""The audit log: one entry for each act and each look, written in the transaction of the act itself."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from .models import AuditEntry, User


def record(
    actor: User | None, action: str, object: str = "", *, result: str = "done", purpose: str = "",  # noqa: A002
    request: HttpRequest | None = None, **facts: Any,
) -> AuditEntry:
    """Write that `actor` did `action` on `object`. Facts are numbers and keys, never content."""
    from .people import role_names

    identifier: UUID | None = actor.pk if actor is not None and actor.pk else None
    return AuditEntry.objects.create(
        actor=identifier, role=", ".join(role_names(actor))[:100], action=action, object=object[:200], result=result,
        purpose=purpose, origin=request.META.get("REMOTE_ADDR") if request is not None else None, facts=facts,
    )


def refuse(request: HttpRequest, ability: str, object: str = "") -> AuditEntry:  # noqa: A002
    """Write that somebody tried what they may not. Call it outside the transaction that is rolled back."""
    actor = request.user if isinstance(request.user, User) else None
    return record(actor, ability, object or request.path, result="refused", request=request)
