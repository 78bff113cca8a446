"""What can happen to an entry and to a match: one function an event, each a transaction with its audit entry.

No entry in the audit log names an address or says that there was a match: only whose entry, what was done, and when.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from openvis.web.access import acting, audit
from openvis.web.access.acts import NotNowError, NotYoursError, WrongError
from openvis.web.access.models import User
from openvis.web.places.models import Address

from . import lookups, rules, selectors, tasks, terms
from .models import Entry, Match
from .states import Ground, Reason, Result, State

TooOftenError = lookups.TooOftenError
look_up = lookups.look_up
TELEPHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{5,24}")
"""A telephone number; nothing else than that or an e-mail address fits in the contact, so that no text can."""


@contextmanager
def _act(by: User | None, act: str, thing: str, **facts: Any) -> Iterator[None]:
    with transaction.atomic():
        yield
        audit.record(by, f"index.{act}", thing, **facts)


def register(by: User, address: Address, kind: str, contact: str, *, silent: bool = False) -> Entry:
    """Register that the department of `by` holds a signal at an address. Whoever it matches with is told afterwards.

    Raises NotYoursError for who may not enter, WrongError for what does not fit.
    """
    if not rules.contributes(by):
        raise NotYoursError(rules.CONTRIBUTE)
    _check(by, address, kind, contact)
    today = timezone.localdate()
    expires = terms.expires(today)
    entry = Entry(
        department=rules.department_of(by), address=address, kind=kind, contact=contact.strip(), handler=by, silent=silent,
        expires_on=expires, ends_on=terms.deleted(expires),
    )  # fmt: skip
    with _act(by, "register", f"index_entry:{entry.pk}"):
        _saved(entry)
        _match(entry)
    # Always, whatever was found: the time it takes must not tell.
    acting.afterwards(tasks.tell_soon)
    return entry


def _check(by: User, address: Address, kind: str, contact: str) -> None:
    if kind not in {item.id for item in terms.index().kinds}:
        raise WrongError("kind", _("Choose a kind from the list."))
    if not is_contact(contact):
        raise WrongError("contact", _("Give a telephone number or an e-mail address, and nothing else."))
    if address.ended:
        raise WrongError("address", _("This address has ended in the register. Choose one that is in use."))
    if Entry.objects.filter(handler=by, address=address, state=State.ACTIVE).exists():
        raise WrongError("address", _("You have an active entry at this address already."))


def is_contact(text: str) -> bool:
    """Whether a text is a telephone number or an e-mail address, and nothing else."""
    try:
        validate_email(text.strip())
    except ValidationError:
        return TELEPHONE.fullmatch(text.strip()) is not None
    return len(text.strip()) <= 100


def _saved(entry: Entry) -> None:
    """Save a new entry; of two at the same moment by one person the second is refused like a repeated one."""
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except DatabaseError as error:
        if "index_entry_once" not in str(error):
            raise
        raise WrongError("address", _("You have an active entry at this address already.")) from error


def _match(entry: Entry) -> None:
    """Have the database look for entries of other departments: it alone sees them, and does not say what it found."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT refindex_match(%s)", [entry.pk])


def _own(by: User, key: UUID, right: str = "change_entry") -> Entry:
    """An entry of one's own department, locked. Of a silent one its handler changes it; who is offered it sees it."""
    entry = Entry.objects.select_for_update().filter(pk=key).first()
    if entry is None or not by.has_perm(f"refindex.{right}", entry):
        raise NotYoursError(rules.CONTRIBUTE)
    if entry.state != State.ACTIVE:
        raise NotNowError(entry.get_state_display())
    return entry


def withdraw(by: User, key: UUID) -> Entry:
    """Take an entry back: it matches no more, and is deleted after the term."""
    with _act(by, "withdraw", f"index_entry:{key}"):
        entry = _own(by, key)
        _end(entry, State.WITHDRAWN, timezone.localdate())
        return entry


def renew(by: User, key: UUID, reason: str) -> Entry:
    """Let an entry stand for a second term, once, with a reason from the list."""
    if reason not in Reason.values:
        raise WrongError("reason", _("Choose a reason from the list."))
    with _act(by, "renew", f"index_entry:{key}", reason=reason):
        entry = _own(by, key)
        if entry.renewed_on is not None:
            raise NotNowError(_("renewed already"))
        entry.renewed_on, entry.reason = timezone.localdate(), reason
        entry.expires_on = terms.expires(entry.expires_on)
        entry.ends_on = terms.deleted(entry.expires_on)
        entry.save(update_fields=["renewed_on", "reason", "expires_on", "ends_on"])
        return entry


def offer(by: User, key: UUID, offered: bool = True) -> Entry:
    """Let colleagues know that they may take an entry over, or take that back. Its handler alone does so.

    Nobody is named: a refusal would tell who holds a silent entry there. A silent one is offered by name: `offer_silent`.
    Raises NotYoursError, NotNowError.
    """
    with _act(by, "offer", f"index_entry:{key}", offered=offered):
        entry = _own(by, key)
        if entry.handler_id != by.pk:
            raise NotYoursError(rules.CONTRIBUTE)
        if entry.silent:
            raise NotNowError(_("silent"))
        entry.offered = offered
        entry.save(update_fields=["offered"])
        return entry


def offer_silent(by: User, key: UUID, to: User | None) -> Entry:
    """Offer a silent entry to one colleague, who learns of it by this alone; None takes the offer back.

    Its handler does so, by name: nobody else of the department is told, and the log does not say to whom. Whether that
    colleague holds an entry there too does not show. Raises NotYoursError, NotNowError, WrongError.
    """
    with _act(by, "offer", f"index_entry:{key}", offered=to is not None):
        entry = _own(by, key)
        if entry.handler_id != by.pk:
            raise NotYoursError(rules.CONTRIBUTE)
        if not entry.silent:
            raise NotNowError(_("not silent"))
        if to is not None and to not in selectors.colleagues(by):
            raise WrongError("to", _("Choose a colleague of your department who registers in the index."))
        if to is None or entry.offered_to_id != to.pk:
            entry.offered_to, entry.offer_told_at = to, None
            entry.save(update_fields=["offered_to", "offer_told_at"])
    # Also when an offer was taken back: neither way takes longer.
    acting.afterwards(tasks.tell_soon)
    return entry


def decline(by: User, key: UUID) -> None:
    """Say no to a silent entry that was offered: from now on it does not exist for this person. Raises NotYoursError."""
    with _act(by, "decline", f"index_entry:{key}"):
        if not rules.contributes(by):
            raise NotYoursError(rules.CONTRIBUTE)
        with connection.cursor() as cursor:
            cursor.execute("SELECT refindex_decline(%s)", [key])
            if not cursor.fetchone()[0]:
                raise NotYoursError(rules.CONTRIBUTE)


def take_over(by: User, key: UUID, contact: str) -> Entry:
    """Become the handler of an entry of one's department whose handler offered it or has left; its matches come along.

    A silent one only where it was offered to this very person. Raises NotYoursError, NotNowError, WrongError.
    """
    with _act(by, "take_over", f"index_entry:{key}"):
        entry = _own(by, key, "see_entry")
        if not selectors.free(by, [entry]):
            raise NotYoursError(rules.CONTRIBUTE)
        if not is_contact(contact):
            raise WrongError("contact", _("Give a telephone number or an e-mail address, and nothing else."))
        if Entry.objects.filter(handler=by, address=entry.address_id, state=State.ACTIVE).exists():
            raise WrongError("contact", _("You have an active entry at this address already."))
        entry.handler, entry.contact, entry.offered, entry.offered_to = by, contact.strip(), False, None
        entry.save(update_fields=["handler", "contact", "offered", "offered_to"])
        # Who comes new to it is reminded of what waits as well.
        Match.objects.filter(entry=entry, replied_at__isnull=True).update(reminded_on=None)
        return entry


def _end(entry: Entry, state: State, day: date) -> None:
    entry.state, entry.ended_on, entry.ends_on, entry.offered_to = state, day, terms.deleted(day), None
    entry.save(update_fields=["state", "ended_on", "ends_on", "offered_to"])


def reply(
    by: User, key: UUID, *, spoke: bool, on: date | None = None, result: str = "", grounds: Iterable[str] = ()
) -> Match:
    """Note of a match whether the handlers spoke, on which day, what came of it, and the checklist before it.

    Without contact nothing is noted but that there was a reply. A later reply takes the place of an earlier one.
    """
    with _act(by, "reply", f"index_match:{key}", spoke=spoke, outcome=result if spoke else ""):
        match = Match.objects.select_for_update(of=("self",)).select_related("entry").filter(pk=key).first()
        if match is None or not by.has_perm("refindex.handle_match", match):
            raise NotYoursError(rules.CONTRIBUTE)
        ticked = list(dict.fromkeys(grounds))
        if spoke:
            _check_reply(match, on, result, ticked)
        match.contact_on, match.result = (on, result) if spoke else (None, "")
        match.grounds, match.replied_at = ticked if spoke else [], match.replied_at or timezone.now()
        match.save(update_fields=["contact_on", "result", "grounds", "replied_at"])
        return match


def _check_reply(match: Match, on: date | None, result: str, grounds: list[str]) -> None:
    if on is None or not timezone.localdate(match.at) <= on <= timezone.localdate():
        raise WrongError("on", _("Give the day on which you spoke: not before the match, and not after today."))
    if result not in Result.values:
        raise WrongError("result", _("Choose what came of it."))
    if set(grounds) != set(Ground.values):
        raise WrongError(
            "grounds", _("All points of the checklist must hold. If one does not, do not exchange anything.")
        )


def expire(day: date) -> int:
    """Let entries end whose term is over. Safe to repeat and break off."""
    over = Entry.objects.filter(state=State.ACTIVE, expires_on__lte=day)
    ended = 0
    for key in list(over.values_list("pk", flat=True)):
        with transaction.atomic():
            entry = over.select_for_update().filter(pk=key).first()
            if entry is None:
                continue
            _end(entry, State.EXPIRED, day)
            audit.record(None, "index.expire", f"index_entry:{key}")
            ended += 1
    return ended
