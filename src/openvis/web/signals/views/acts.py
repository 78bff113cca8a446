"""What can be done with a signal from its page: each with its form, the states in which it can be done, and its service."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from .. import forms, services
from ..states import FOLLOWED, State

SCREEN = (State.RECEIVED, State.IMMEDIATE)


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done with a signal: its form, in which states, and what it calls."""

    form: Any
    states: tuple[State, ...]
    run: Callable[..., object]
    title: Any
    button: Any
    done: Any
    icon: str = "check"


ACTS: dict[str, Act] = {
    "verrijken": Act(
        forms.EnrichForm, (*SCREEN, State.MORE_INFO), services.enrich,
        gettext_lazy("Enough to go on"), gettext_lazy("To be weighed"), gettext_lazy("It can be weighed now."),
        "arrow-right",
    ),
    "vragen": Act(
        forms.AskForm, SCREEN, services.ask,
        gettext_lazy("Ask for more"), gettext_lazy("Ask"), gettext_lazy("The question waits with the reporter."), "message",
    ),
    "gegevens": Act(
        forms.CompleteForm, (*SCREEN, State.MORE_INFO, State.ENRICHED), services.complete,
        gettext_lazy("Complete where and what"), gettext_lazy("Save"),
        gettext_lazy("It is completed. What stood there before is kept."), "map-pin",
    ),
    "doorsturen": Act(
        forms.ForwardForm, SCREEN, services.forward,
        gettext_lazy("Forward: it belongs elsewhere"), gettext_lazy("Forwarded"),
        gettext_lazy("It is closed here. You bring it there yourself."), "send",
    ),
    "afwijzen": Act(
        forms.RefuseForm, (*SCREEN, State.MORE_INFO), services.refuse,
        gettext_lazy("Close without weighing"), gettext_lazy("Close"), gettext_lazy("The signal is closed."), "x",
    ),
    "meteen": Act(
        forms.DoneForm, (State.RECEIVED, State.ENRICHED), services.act_at_once,
        gettext_lazy("It could not wait"), gettext_lazy("Write down what was done"),
        gettext_lazy("It is written down. The weighing still has to be done."), "alert-triangle",
    ),
    "aanvullen": Act(
        forms.AddForm, (*SCREEN, State.MORE_INFO, State.ENRICHED), services.told_by_caller,
        gettext_lazy("Told by telephone"), gettext_lazy("Add"), gettext_lazy("It is added to the signal."), "plus",
    ),
    "notitie": Act(
        forms.NoteForm, (State.ENRICHED,), services.note,
        gettext_lazy("Note from own sources"), gettext_lazy("Save"), gettext_lazy("The note is saved."), "device-floppy",
    ),
    "sluiten": Act(
        forms.CloseForm, FOLLOWED, services.close,
        gettext_lazy("Close"), gettext_lazy("Close"), gettext_lazy("The signal is closed."), "check",
    ),
    "opnieuw": Act(
        forms.VersionForm, (State.HANDED_OVER, State.INDEXED, State.RIEC, State.EVALUATED),
        services.weigh_again,
        gettext_lazy("Weigh again"), gettext_lazy("Weigh again"), gettext_lazy("It can be weighed now."), "refresh",
    ),
}  # fmt: skip
