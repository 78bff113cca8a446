"""What of focus places is about people: who of the staff did what, and free text in which anybody may be named."""

from django.utils.translation import gettext_lazy as _

from openvis.web.access.finding import finder, forget_history
from openvis.web.access.registry import PersonalTable, personal

from . import retention
from .models import Evidence, FocusAction, FocusPlace

PURPOSE = _("working on a vulnerable place")
PLACE = ("name", "interpretation", "reason", "result", "decided_by", "owner", "kept_by")
ACTION = ("what", "result", "person")


def erase_place(key: str) -> int:
    """Take a focus place away, with its evidence, actions and history."""
    return retention.remove([key])


def erase_action(key: str) -> int:
    """Take an action away, with its history."""
    gone = FocusAction.objects.filter(pk=key).delete()[0]
    forget_history(FocusAction, [key])
    return gone


def correct_place(key: str, column: str, value: str) -> int:
    """Set a text of a focus place right; the history keeps who did when."""
    return _correct(FocusPlace.objects.select_for_update().get(pk=key), column, value)


def correct_action(key: str, column: str, value: str) -> int:
    """Set a text of an action right."""
    return _correct(FocusAction.objects.select_for_update().get(pk=key), column, value)


def _correct(thing: FocusPlace | FocusAction, column: str, value: str) -> int:
    setattr(thing, column, value)
    thing.version += 1
    thing.save()
    return 1


TABLES = (
    PersonalTable(
        FocusPlace, PLACE, "person",
        finder(FocusPlace, PLACE, retention.KIND, PURPOSE, until="ends_on", show=("state", "kept_at")), erase_place,
        compartment="operations", correct=correct_place, correctable=("name", "interpretation", "reason", "result"),
        explained={"goal": "a key of the plan"},
    ),
    PersonalTable(
        FocusAction, ACTION, "person",
        finder(FocusAction, ACTION, "focus_action", PURPOSE, show=("due", "done")), erase_action,
        compartment="operations", correct=correct_action, correctable=("what", "result"),
        explained={"organisation": "a key of the profile"},
    ),
    PersonalTable(
        Evidence, none_because="totals and a drawing of cells, frozen; never changed, so nothing can be written into it",
        explained={"query": "the filter of the picture: areas, kinds and dates"},
    ),
)


def register() -> None:
    """Tell `access` which tables hold what."""
    personal.extend(TABLES)
