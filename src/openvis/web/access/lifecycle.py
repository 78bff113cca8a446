"""From when until when an account works. What ends an account or a right ends the person's sessions at once."""

import datetime as dt
import secrets

from django.db import transaction
from django.utils import timezone

from . import audit, sessions
from .models import Session, User


@transaction.atomic
def set_expiry(user: User, day: dt.date | None, *, by: User | None = None) -> None:
    """Set the last day on which somebody signs in; None takes it away. A day that is past signs the person out now."""
    user.expires = day
    user.save(update_fields=["expires"])
    audit.record(by, "people.expiry", str(user.pk), last_day=day.isoformat() if day else "")
    if user.lapsed:
        end_sessions(user, by=by, why="expired")


@transaction.atomic
def end_sessions(user: User, *, by: User | None = None, but: str | None = None, why: str = "") -> int:
    """Sign somebody out everywhere, now: the next page of any of their browsers asks to sign in. Gives how many.

    `but` is the key of a session that stays: the one in which the person themselves asks for it.
    """
    ended = Session.objects.filter(user=user).exclude(session_key=but or "").delete()[0]
    if ended:
        audit.record(by or user, "session.end", str(user.pk), sessions=ended, why=why)
    return ended


@transaction.atomic
def end_own(user: User, this: str | None, chosen: str) -> int:
    """Somebody ends one of their sessions by its handle, or all but `this` one where nothing is chosen."""
    if not chosen:
        return end_sessions(user, but=this, why="others")
    keys = Session.objects.filter(user=user).values_list("session_key", flat=True)
    wanted = [key for key in keys if secrets.compare_digest(sessions.handle(key), chosen)]
    ended = Session.objects.filter(session_key__in=wanted).delete()[0]
    if ended:
        audit.record(user, "session.end", str(user.pk), sessions=ended, why="one")
    return ended


def expired() -> list[User]:
    """Accounts that are open though their last day is past."""
    return list(User.objects.filter(is_active=True, expires__lt=timezone.localdate()))
