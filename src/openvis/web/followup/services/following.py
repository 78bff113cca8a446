"""The signal behind an item or a project goes on with it. Its reporter reads a state, and nothing of what was decided."""

from uuid import UUID

from django.db import connection
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access import audit
from openvis.web.access.models import User
from openvis.web.signals import services as signals
from openvis.web.signals.models import Signal
from openvis.web.signals.states import State
from openvis.web.ui import formatting

from .. import rules
from ..models import CaseHandOver, Project, ProjectSignal, TabledItem
from ..states import ItemState, ProjectState

OURS = (State.RIEC, State.CASUS, State.PROJECT)
"""Where the signal is with a meeting, a project or a case. Whatever else was done with it meanwhile stays as it is."""


def state(signal: UUID) -> str:
    """Where a signal stands now."""
    return str(Signal.objects.values_list("state", flat=True).get(pk=signal))


def gone(signal: UUID) -> str:
    """Where the signal stands, in words, when it went another way than its meeting or project; empty while it did not."""
    now = state(signal)
    return "" if now in (*OURS, State.EVALUATED) else str(State(now).label)


def elsewhere(signal: UUID) -> bool:
    """Whether something else still follows it: it ends with the last."""
    return (
        TabledItem.objects.filter(signal=signal).exclude(state=ItemState.CLOSED).exists()
        or ProjectSignal.objects.filter(signal=signal, project__state=ProjectState.RUNNING).exists()
        or CaseHandOver.objects.filter(signal=signal).exists()
    )


def taken_up(by: User, signal: UUID) -> None:
    """The meeting chose an approach: from now on it is a casus, with the term of one."""
    if state(signal) == State.RIEC:
        signals.follow(by, signal, State.CASUS)


def in_project(by: User, signal: UUID) -> None:
    """The meeting sent it on to a project: that is where it stands now."""
    if state(signal) in (State.RIEC, State.CASUS):
        signals.follow(by, signal, State.PROJECT)


def known(by: User, signal: UUID) -> None:
    """The result is known: it is with the reporting point again, which closes it or weighs it anew."""
    if state(signal) in OURS and not elsewhere(signal):
        signals.follow(by, signal, State.EVALUATED)


def handled(by: User, signal: UUID, reason: str) -> None:
    """The result is known and nothing more follows: it is closed."""
    known(by, signal)
    if state(signal) == State.EVALUATED and not elsewhere(signal):
        version = Signal.objects.values_list("version", flat=True).get(pk=signal)
        signals.close(by, signal, version, reason)


def back(by: User, signal: UUID) -> None:
    """It was taken back: to be weighed anew."""
    if elsewhere(signal):
        return
    if state(signal) in (State.CASUS, State.PROJECT):
        signals.follow(by, signal, State.EVALUATED)
    if state(signal) in (State.RIEC, State.EVALUATED):
        signals.follow(by, signal, State.ENRICHED)


def of_item(by: User, item: TabledItem, *, ends: bool) -> None:
    """What a closed item means for its signal. `ends`: that nothing more follows."""
    if not ends:
        return known(by, item.signal_id)
    day = formatting.date(timezone.localtime(item.meeting.begins)) if item.meeting else ""
    with translation.override(city.profile().municipality.language):
        reason = _("Handled after the RIEC meeting of %(day)s.") % {"day": day}
    return handled(by, item.signal_id, reason)


def of_project(by: User, project: Project, *, ends: bool) -> None:
    """What a closed project means for its signals. A leader who does not weigh hands them to the reporting point."""
    if not rules.weighs(by):
        with connection.cursor() as cursor:
            cursor.execute("SELECT followup_results_known(%s)", [project.pk])
            audit.record(by, "project.results_known", f"project:{project.pk}", number=cursor.fetchone()[0])
        return
    with translation.override(city.profile().municipality.language):
        reason = _("Handled in a project.")
    for signal in project.signals.values_list("signal", flat=True):
        if ends:
            handled(by, signal, reason)
        else:
            known(by, signal)
