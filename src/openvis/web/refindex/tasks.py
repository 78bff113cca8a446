"""What the index does in the background: telling of matches, reminding, letting entries run out."""

import contextlib
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from openvis.web.access import audit, mailing
from openvis.web.access.models import User

from . import terms
from .models import Entry, LookUp, Match
from .states import State

WAITS = _("OpenVIS: something waits for your answer")
LOOK_UPS_KEPT = timedelta(days=2)
"""The limit looks one day back."""


def tell_soon() -> None:
    """Have those told who are to be told. Asked after every registration, also when there is nothing to tell."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        tell_task.defer()


@app.periodic(cron="*/10 * * * *")
@app.task(name="refindex.tell", queueing_lock="refindex.tell")
def tell_task(timestamp: int = 0) -> None:
    """Tell of new matches."""
    tell()


@app.periodic(cron="10 0 * * *")
@app.task(name="refindex.expire", queueing_lock="refindex.expire")
def expire_daily(timestamp: int) -> None:
    """Let entries run out, and forget who looked up when once the limit has no more use of it."""
    from . import services

    services.expire(timezone.localdate())
    forget_look_ups()


@app.periodic(cron="40 7 * * 1-5")
@app.task(name="refindex.remind", queueing_lock="refindex.remind")
def remind_daily(timestamp: int) -> None:
    """Remind handlers on the last day of the term."""
    remind(timezone.localdate())


def tell() -> int:
    """Mail every handler with a new match, and who was offered an entry, once a person; gives how many matches were told.
    Safe to repeat.

    The audit log gets its entry here, for nobody: it would tell who registered that something was there.
    """
    with transaction.atomic():
        new = list(
            Match.objects.select_for_update(skip_locked=True, of=("self",)).filter(told_at__isnull=True)
            .select_related("entry__handler").order_by("at")
        )  # fmt: skip
        for match in new:
            audit.record(
                None, "index.match", f"index_match:{match.pk}", department=match.entry.department, other=match.department
            )
        Match.objects.filter(pk__in=[match.pk for match in new]).update(told_at=timezone.now())
        for person in {match.entry.handler for match in new} | _offered():
            _send(person)
    return len(new)


def _offered() -> set[User]:
    """To whom a silent entry was offered and who was not told of that yet; from now on they are."""
    new = list(
        Entry.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(offered_to__isnull=False, offer_told_at__isnull=True, state=State.ACTIVE).select_related("offered_to")
    )  # fmt: skip
    Entry.objects.filter(pk__in=[entry.pk for entry in new]).update(offer_told_at=timezone.now())
    return {entry.offered_to for entry in new if entry.offered_to is not None}


def remind(day: date) -> int:
    """Remind once who has not replied to a match whose term ends today or ended before; one message a person."""
    waiting = Match.objects.filter(
        asks_reply=True, replied_at__isnull=True, reminded_on__isnull=True, entry__state=State.ACTIVE,
        at__date__lte=day,
    ).select_related("entry__handler")
    due = [match for match in waiting if terms.reply_by(timezone.localdate(match.at)) <= day]
    with transaction.atomic():
        Match.objects.filter(pk__in=[match.pk for match in due]).update(reminded_on=day)
        people = {match.entry.handler for match in due}
        for handler in people:
            _send(handler)
    return len(people)


def forget_look_ups() -> int:
    """Take away what the limit on look-ups needs no more."""
    return LookUp.objects.filter(at__lt=timezone.now() - LOOK_UPS_KEPT).delete()[0]


def _send(handler: User) -> None:
    """Say that something waits, to whoever is still there."""
    if handler.is_active:
        mailing.something_waits(handler, WAITS)
