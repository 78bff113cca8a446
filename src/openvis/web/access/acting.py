"""Who is at work: the person, the purpose and the trace of the request that runs now.

The middleware sets it for every request; background work and commands act for nobody. What is written down (audit log,
processing log, history) takes it from here, so that no function has to hand a request on.
"""

import hashlib
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.http import HttpRequest

from .models import User


@dataclass
class Acting:
    """One piece of work. `purpose` is the id of the purpose (doel) in force, `purpose_object` the file it holds for."""

    user: User | None = None
    session: str = ""
    """Stands for the session without being its key."""
    purpose: str = ""
    purpose_object: str = ""
    trace: uuid.UUID = field(default_factory=uuid.uuid4)
    origin: str | None = None
    in_response: bool = False
    """Whether one transaction stands around a whole response: what must wait for its end goes to `afterwards`."""
    failed: bool = False
    """Whether the response came from an exception: its transaction is rolled back."""
    after: list[Callable[[], object]] = field(default_factory=list)
    always: list[Callable[[], object]] = field(default_factory=list)


_current: ContextVar[Acting | None] = ContextVar("openvis_acting", default=None)


def current() -> Acting:
    """Who is at work now; an empty one outside of requests."""
    return _current.get() or Acting()


@contextmanager
def begin(acting: Acting) -> Iterator[Acting]:
    """Be at work for a while."""
    token = _current.set(acting)
    try:
        yield acting
    finally:
        _current.reset(token)


def user_of(request: HttpRequest) -> User | None:
    """Who is signed in; None for nobody."""
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None


def of_request(request: HttpRequest) -> Acting:
    """The work of a request: who is signed in, from where, in which session."""
    key = request.session.session_key if hasattr(request, "session") else None
    return Acting(
        user=user_of(request),
        session=session_mark(key),
        origin=request.META.get("REMOTE_ADDR") or None,
    )


def session_mark(key: str | None) -> str:
    """What stands for a session in the database: nobody gets the session's key back from it."""
    return hashlib.sha256(f"openvis session {key}".encode()).hexdigest()[:32] if key else ""


def afterwards(act: Callable[[], object]) -> None:
    """Do something once the work is committed: at once outside a response; never when the response was rolled back."""
    acting = current()
    if acting.in_response:
        acting.after.append(act)
    else:
        act()


def whatever_happens(act: Callable[[], object]) -> None:
    """Do something outside the transaction of the response, also when that is rolled back: refusals are written so."""
    acting = current()
    if acting.in_response:
        acting.always.append(act)
    else:
        act()
