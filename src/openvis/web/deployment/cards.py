"""What deployment shows on the page Today."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import selectors


def today(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """The person's own places, and what is due this week."""
    mine = selectors.mine(request.user)
    if not mine.due and not mine.owned:
        return None
    late = sum(action.late for action in mine.due)
    if late:
        title = ngettext("%d action should have been done", "%d actions should have been done", late) % late
    elif mine.due:
        title = ngettext("%d action is due this week", "%d actions are due this week", len(mine.due)) % len(mine.due)
    else:
        title = _("Nothing is due this week at your places")
    return "deployment/today.html", {"mine": mine, "title": title}
