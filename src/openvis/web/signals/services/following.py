"""What follows a weighing: passed to a department and their result, the address index, the end."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from openvis.web import working_days
from openvis.web.access.acts import NotNowError, NotYoursError, WrongError, act, filled
from openvis.web.access.models import User

from .. import rules
from ..models import HandOver, Signal
from ..states import FOLLOWED, Outcome, State
from .common import data, due_weighing, ended, moved, opened

RESULT_DAYS = 20
"""Working days in which a department tells its result."""


def hand_over(by: User, key: UUID, answers: Mapping[str, Any]) -> str:
    """Pass to a department: number and the facts that the readers chose, the address where they say so; nothing else."""
    department = answers["organisation"]
    if department not in data().departments:
        raise WrongError("organisation", _("Choose from the list."))
    with act(by, "signal.hand_over", f"signal:{key}", organisation=department):
        signal = opened(by, key, State.HANDED_OVER, State.INDEXED)
        place = signal.address if answers.get("with_address") else None
        made = HandOver(
            signal=signal, number=signal.number, organisation=department, facts=filled("facts", answers["facts"]),
            request=answers.get("request", ""), address=place, made_by=by,
            due_on=working_days.after(timezone.localdate(), RESULT_DAYS),
        )  # fmt: skip
        made.save(force_insert=True)
    return _("passed to a department")


def _ours(by: User, handed: UUID) -> HandOver:
    """What was passed to the person's department and waits for its result, locked. Raises NotYoursError, NotNowError."""
    made = HandOver.objects.select_for_update(of=("self",)).filter(pk=handed).first()
    if made is None or not rules.handles(by, made):
        raise NotYoursError(rules.REPORT)
    if made.result_at is not None:
        raise NotNowError(_("result known"))
    return made


def take_up(by: User, handed: UUID) -> HandOver:
    """Handle it for the department, also in the place of a colleague. From now on it is a file of one's own.

    Raises NotYoursError, NotNowError.
    """
    with act(by, "signal.take_up", f"hand_over:{handed}"):
        made = _ours(by, handed)
        if made.handler_id != by.pk:
            made.handler, made.taken_at = by, timezone.now()
            made.save(update_fields=["handler", "taken_at"])
        return made


def give_result(by: User, handed: UUID, result: str) -> HandOver:
    """The department tells what it found or did. Raises NotYoursError, NotNowError, WrongError."""
    with act(by, "signal.result", f"hand_over:{handed}"):
        made = _ours(by, handed)
        made.result, made.result_by, made.result_at = filled("result", result), by, timezone.now()
        made.save(update_fields=["result", "result_by", "result_at"])
        return made


def follow(by: User, key: UUID, state: State) -> Signal:
    """Move a signal that was followed up: what the meeting or project decided. For the apps further down."""
    with act(by, "signal.follow", f"signal:{key}", state=str(state)):
        signal = opened(by, key, *FOLLOWED)
        signal.casus = signal.casus or state in (State.CASUS, State.PROJECT)
        due = due_weighing(signal) if state == State.ENRICHED else None
        return moved(signal, state, "casus", due=due)


def weigh_again(by: User, key: UUID, version: int) -> Signal:
    """After a match in the index, or a result that changes things: to be weighed anew."""
    with act(by, "signal.weigh_again", f"signal:{key}"):
        signal = opened(by, key, State.HANDED_OVER, State.INDEXED, State.RIEC, State.EVALUATED, version=version)
        return moved(signal, State.ENRICHED, due=working_days.after(timezone.localdate(), data().terms.weighing_days))


def close(by: User, key: UUID, version: int, reason: str) -> Signal:
    """Close a signal that was followed up, with what came of it."""
    with act(by, "signal.close", f"signal:{key}"):
        signal = opened(by, key, *FOLLOWED, version=version)
        return ended(signal, State.CLOSED, Outcome.DONE, filled("reason", reason))
