"""What every act on a signal shares: who may, the lock, the step, the terms, the entry in the log."""

from datetime import date
from uuid import UUID

from django.utils import timezone

from openvis.profile.signals import Signals
from openvis.web import city, working_days
from openvis.web.access import people
from openvis.web.access.acts import NotNowError, NotYoursError
from openvis.web.access.models import User

from .. import rules
from ..models import Report, Signal
from ..states import ENDED, STEPS, Outcome, State, told


class ConflictError(Exception):
    """Somebody else changed the signal meanwhile: `signal` is what it is now. Nothing of either is lost."""

    def __init__(self, signal: Signal) -> None:
        super().__init__(signal.number)
        self.signal = signal


class TwiceError(Exception):
    """This very report is in already: it was sent twice."""


def data() -> Signals:
    """What the city says about signals."""
    return city.profile().signals


def opened(by: User, key: UUID, *states: State, version: int | None = None) -> Signal:
    """The signal, locked, once it is certain that the person may weigh and that it is in one of these states.

    With a version: that nobody changed it since the person saw it. Raises NotYoursError, NotNowError, ConflictError.
    """
    if not people.may(by, rules.WEIGH):
        raise NotYoursError(rules.WEIGH)
    signal = Signal.objects.select_for_update(of=("self",)).filter(pk=key).first()
    if signal is None:
        raise NotYoursError(rules.WEIGH)
    if version is not None and signal.version != version:
        raise ConflictError(signal)
    if states and State(signal.state) not in states:
        raise NotNowError(signal.get_state_display())
    return signal


def moved(signal: Signal, state: State, *fields: str, due: date | None = None) -> Signal:
    """Put a signal in its next state, save these columns with it, and tell its reporter in words of their own."""
    if state not in STEPS[State(signal.state)]:
        raise NotNowError(signal.get_state_display())
    signal.state, signal.due_on = state, due
    saved(signal, "state", "due_on", *fields)
    Report.objects.filter(signal=signal).update(told=told(state))
    return signal


def saved(signal: Signal, *fields: str) -> None:
    """Save columns, and count the change."""
    signal.version += 1
    signal.save(update_fields=["version", *fields])


def ended(signal: Signal, state: State, outcome: Outcome, reason: str) -> Signal:
    """Put an end to a signal: from now on its term runs."""
    if state not in ENDED:
        raise ValueError(state)
    signal.outcome, signal.closing_reason, signal.closed_at = outcome, reason, timezone.now()
    signal.ends_on = kept_until(signal, outcome)
    return moved(signal, state, "outcome", "closing_reason", "closed_at", "ends_on")


def kept_until(signal: Signal, outcome: Outcome) -> date:
    """The end of the term of a signal that is closed today."""
    terms = data().retention
    refused = outcome in (Outcome.OUT_OF_SCOPE, Outcome.INSUFFICIENT)
    term = terms.refused if refused else terms.casus if signal.casus else terms.weighed
    return city.profile().retention_term(term).ends(timezone.localdate())


def due_screening(urgent: bool) -> date:
    """Until when a signal that comes in today is screened: urgent ones on the same day."""
    today = timezone.localdate()
    return today if urgent else working_days.after(today, data().terms.screening_days)


def due_weighing(signal: Signal) -> date:
    """Until when a signal is weighed, counted from when it came in; urgent ones today."""
    if signal.urgent and signal.immediate_at is None:
        return timezone.localdate()
    return working_days.after(timezone.localdate(signal.received_at), data().terms.weighing_days)


def key_of(signal: Signal) -> str:
    """How the audit log names a signal."""
    return f"signal:{signal.pk}"
