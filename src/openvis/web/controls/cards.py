"""What controls show on the page Today: numbers and days; no address and no name."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import dealer_selectors, selectors


def days(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """The person's next control days, and what should have followed by now."""
    user: Any = request.user
    mine = selectors.mine(user)
    if not mine.days and not mine.late:
        return None
    today = timezone.localdate()
    if any(day.date == today for day in mine.days):
        title = _("There is a control day today")
    elif mine.days:
        title = ngettext("%d control day to come", "%d control days to come", len(mine.days)) % len(mine.days)
    else:
        title = ngettext(
            "%d follow-up of a control is past its term", "%d follow-ups of controls are past their term", len(mine.late)
        ) % len(mine.late)
    return "controls/today_days.html", {"mine": mine, "title": title, "today": today}


def dealers(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """How many dealers were not checked within the term, and how many checks wait for a next step."""
    user: Any = request.user
    today = timezone.localdate()
    overdue, waits = dealer_selectors.waiting(user, today)
    if not overdue and not waits:
        return None
    title = (
        ngettext("%d dealer was not checked in time", "%d dealers were not checked in time", overdue) % overdue
        if overdue
        else ngettext("%d check waits for a next step", "%d checks wait for a next step", waits) % waits
    )
    return "controls/today_dealers.html", {"overdue": overdue, "waits": waits, "title": title}
