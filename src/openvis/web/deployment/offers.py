"""What of a focus place can be proposed to another part of the work. It is about a place: no persons are in it."""

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from openvis.web.access.models import User
from openvis.web.access.registry import Offer

from . import presenting, selectors
from .models import FocusPlace

KIND = "focus_place"
FIELDS = {
    "name": _("Name of the place"), "where": _("Area"), "interpretation": _("Interpretation"),
    "goal": _("Goal of the plan"), "state": _("State"), "period": _("Period of the figures"), "figures": _("Figures"),
    "kinds": _("Kinds of incidents"), "hours": _("Hours"), "actions": _("Actions"), "result": _("Result"),
}  # fmt: skip


def _place(user: User, key: str) -> FocusPlace | None:
    """The place, for who sees it. A key is taken in one way of writing only: it is what a transfer remembers."""
    try:
        identifier = UUID(key)
        return selectors.place(user, identifier) if str(identifier) == key else None
    except (Http404, ValueError):
        return None


def read(user: User, key: str) -> dict[str, str] | None:
    """The place in words, for who sees it."""
    place = _place(user, key)
    if place is None:
        return None
    shown = presenting.evidence_view(place.evidence.figures, place.evidence.sources)
    actions = [
        f"{action.what} ({action.get_phase_display()}, {presenting.who_does(action)})"
        for action in place.actions.select_related("person")
    ]
    return {
        "name": place.name, "where": presenting.where_in_words(place.home), "interpretation": place.interpretation,
        "goal": presenting.goal_name(place.goal), "state": str(place.get_state_display()), "period": shown.period,
        "figures": "\n".join(f"{label}: {value} {note}".strip() for label, value, note in shown.figures),
        "kinds": "\n".join(f"{name}: {number}" for name, number in shown.kinds), "hours": ", ".join(shown.hours),
        "actions": "\n".join(actions), "result": place.result,
    }  # fmt: skip


def areas(user: User, key: str) -> list[str]:
    """The codes of the areas it lies in, for who sees it."""
    place = _place(user, key)
    return list(place.touches) if place is not None else []


FOCUS_PLACE = Offer(KIND, _("Focus place"), "operations", FIELDS, read, areas)
