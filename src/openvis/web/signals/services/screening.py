"""Screening (screenen): is it for us, is there enough to go on, what do lawful sources of our own add?"""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from openvis.web import working_days
from openvis.web.access import people
from openvis.web.access.acts import NotNowError, NotYoursError, WrongError, act, filled
from openvis.web.access.models import User
from openvis.web.places.models import Address

from .. import rules
from ..models import Addition, Likeness, Report, Signal
from ..states import Outcome, State
from .common import data, due_screening, due_weighing, ended, moved, opened, saved

SCREEN = (State.RECEIVED, State.IMMEDIATE)


def forward(by: User, key: UUID, version: int, to: str, reason: str) -> Signal:
    """Out of scope, and brought to where it belongs: outside of this system, by the person."""
    with act(by, "signal.forward", f"signal:{key}"):
        signal = opened(by, key, *SCREEN, version=version)
        if data().forward_to and to not in data().forward_to:
            raise WrongError("to", _("Choose from the list."))
        text = f"{filled('to', to)}: {filled('reason', reason)}"
        return ended(signal, State.FORWARDED, Outcome.OUT_OF_SCOPE, text)


def refuse(by: User, key: UUID, version: int, outcome: str, reason: str) -> Signal:
    """Close a signal that is out of scope, or too thin after more was asked or because nobody can be asked."""
    if outcome not in (Outcome.OUT_OF_SCOPE, Outcome.INSUFFICIENT):
        raise WrongError("outcome", _("Choose from the list."))
    with act(by, "signal.refuse", f"signal:{key}", outcome=outcome):
        signal = opened(by, key, *SCREEN, State.MORE_INFO, version=version)
        return ended(signal, State.CLOSED, Outcome(outcome), filled("reason", reason))


def can_ask(signal: Signal) -> bool:
    """Whether there is somebody to ask, and it was not asked too often."""
    return signal.asked < data().terms.more_info_most and Report.objects.filter(signal=signal).exists()


def ask(by: User, key: UUID, version: int, question: str) -> Signal:
    """Ask the reporter for more. They read the question and nothing else. Raises NotNowError when it was enough."""
    with act(by, "signal.ask", f"signal:{key}"):
        signal = opened(by, key, *SCREEN, version=version)
        if not can_ask(signal):
            raise NotNowError(_("asked often enough, or nobody can be asked"))
        text = filled("question", question)
        until = working_days.after(timezone.localdate(), data().terms.more_info_days)
        signal.asked += 1
        mine = Report.objects.get(signal=signal)
        mine.question, mine.answer_by = text, until
        mine.save(update_fields=["question", "answer_by"])
        return moved(signal, State.MORE_INFO, "asked", due=until)


def note(by: User, key: UUID, version: int, text: str) -> Signal:
    """Write what lawful sources of our own say. Raises ConflictError where a colleague wrote meanwhile."""
    with act(by, "signal.note", f"signal:{key}"):
        signal = opened(by, key, *SCREEN, State.MORE_INFO, State.ENRICHED, version=version)
        signal.note = text.strip()
        saved(signal, "note")
        return signal


def complete(
    by: User, key: UUID, version: int, *, phenomenon: str, branch: str = "", address: Address | None = None
) -> Signal:
    """Fill in or put right where it is and what it is about, once that is known: the reporter may have given an area only.

    An address is added or replaced, never taken away. The history keeps what stood there. Raises as `opened`, WrongError.
    """
    changed: list[str] = []
    with act(by, "signal.complete", f"signal:{key}", changed=changed):
        signal = opened(by, key, *SCREEN, State.MORE_INFO, State.ENRICHED, version=version)
        if phenomenon not in {item.id for item in data().phenomena}:
            raise WrongError("phenomenon", _("Choose from the list."))
        if branch and branch not in {item.id for item in data().branches}:
            raise WrongError("branch", _("Choose from the list."))
        wanted: dict[str, object] = {"phenomenon": phenomenon, "branch": branch}
        if address is not None:
            wanted["address"] = address
            if address.area is not None:
                wanted |= {"area_code": address.area.code, "area_level": address.area.level}
        changed += [name for name, value in wanted.items() if getattr(signal, name) != value]
        if not changed:
            raise WrongError("address", _("Nothing was changed. Give an address, or choose something else."))
        for name in changed:
            setattr(signal, name, wanted[name])
        saved(signal, *changed)
        return signal


def told_by_caller(by: User, key: UUID, text: str) -> Signal:
    """Write down what was told by telephone about a signal: the answer to our question, or more."""
    with act(by, "signal.add", f"signal:{key}"):
        signal = opened(by, key, *SCREEN, State.MORE_INFO, State.ENRICHED)
        Addition(signal=signal, text=filled("text", text), by_reporter=False, added_by=by).save(force_insert=True)
        if signal.state == State.MORE_INFO:
            signal.refresh_from_db()
            signal.due_on = due_screening(signal.urgent)
            saved(signal, "due_on")
        return signal


def enrich(by: User, key: UUID, version: int, text: str) -> Signal:
    """Enough to go on: from now on it is to be weighed. The note says which sources were looked at, or that none were."""
    with act(by, "signal.enrich", f"signal:{key}"):
        signal = opened(by, key, *SCREEN, State.MORE_INFO, version=version)
        signal.note = filled("note", text)
        return moved(signal, State.ENRICHED, "note", due=due_weighing(signal))


def act_at_once(by: User, key: UUID, version: int, done: str) -> Signal:
    """What could not wait for weighing was done: who was called, and what they will do. The weighing comes after."""
    with act(by, "signal.act_at_once", f"signal:{key}"):
        signal = opened(by, key, State.RECEIVED, State.ENRICHED, version=version)
        signal.immediate, signal.immediate_at = filled("done", done), timezone.now()
        signal.urgent = True
        return moved(signal, State.IMMEDIATE, "immediate", "immediate_at", "urgent", due=due_weighing(signal))


def decide_likeness(by: User, key: UUID, other: UUID, same: bool) -> Likeness:
    """Answer whether two signals are about the same. Only the answer is kept: nothing learns from it."""
    if not people.may(by, rules.WEIGH) or Signal.objects.filter(pk__in=(key, other)).count() != 2:
        raise NotYoursError(rules.WEIGH)
    first, second = sorted((key, other))
    with act(by, "signal.likeness", f"signal:{key}", same=same):
        found = Likeness.objects.filter(first=first, second=second).first()
        if found is None:
            found = Likeness(first_id=first, second_id=second)
        found.same, found.decided_by, found.decided_at = same, by, timezone.now()
        found.save()
        return found
