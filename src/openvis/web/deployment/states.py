"""The states a focus place goes through, and what leads from one to the next: a plain table.

    proposed → assessed → accepted → in approach → closed
                        ↘ dismissed
"""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a focus place stands."""

    PROPOSED = "proposed", _("proposed")
    ASSESSED = "assessed", _("assessed")
    ACCEPTED = "accepted", _("accepted")
    DISMISSED = "dismissed", _("dismissed")
    IN_APPROACH = "in_approach", _("in approach")
    CLOSED = "closed", _("closed")


OPEN = (State.PROPOSED, State.ASSESSED, State.ACCEPTED, State.IN_APPROACH)
"""States in which something is still to be done."""
WORKED_ON = (State.ACCEPTED, State.IN_APPROACH)
"""States in which actions can be agreed."""


@dataclass(frozen=True, slots=True)
class Transition:
    """An act on a place: from which states it is allowed, and where it leads (None: it stays)."""

    sources: tuple[State, ...]
    target: State | None


TRANSITIONS: dict[str, Transition] = {
    "assess": Transition((State.PROPOSED, State.ASSESSED), State.ASSESSED),
    "accept": Transition((State.ASSESSED,), State.ACCEPTED),
    "dismiss": Transition((State.ASSESSED,), State.DISMISSED),
    "agree_action": Transition(WORKED_ON, State.IN_APPROACH),
    "change_action": Transition(WORKED_ON, None),
    "finish_action": Transition(WORKED_ON, None),
    "hand_over": Transition(WORKED_ON, None),
    "close": Transition(WORKED_ON, State.CLOSED),
}


def possible(state: str) -> list[str]:
    """The acts that a place in this state allows."""
    return [act for act, transition in TRANSITIONS.items() if state in transition.sources]
