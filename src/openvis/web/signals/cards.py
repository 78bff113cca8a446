"""What signals show on the page Today."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import selectors
from .states import Told


def over_term(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """What is over its term: to screen, to weigh, or asked and not answered."""
    found = selectors.late()
    number = found.count()
    if not number:
        return None
    title = ngettext("%d signal is over its term", "%d signals are over their term", number) % number
    return "signals/today_late.html", {"found": found[:5], "title": title}


def awaited(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """Results that departments owe to who handed a signal over to them."""
    user: Any = request.user
    found = selectors.awaited_by(user, timezone.localdate())
    if not found:
        return None
    title = ngettext("%d result of a department is late", "%d results of departments are late", len(found)) % len(found)
    return "signals/today_awaited.html", {"found": found[:5], "more": len(found) > 5, "title": title}


def to_weigh(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """What is due in the inbox, and what waits for this person as second reader."""
    user: Any = request.user
    waiting = selectors.waiting(user)
    if not (waiting["number"] or waiting["second"] or waiting["screen"]):
        return None
    number = waiting["number"]
    due = ngettext("%d signal is due today", "%d signals are due today", number) % number
    title = due if number else _("Signals to look at")
    return "signals/today_inbox.html", {"waiting": waiting, "title": title}


def for_me(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """Questions about my own reports, and what was passed to my department."""
    user: Any = request.user
    asked = list(selectors.reports(user).filter(told=Told.ASKED)[:5])
    passed = list(selectors.passed_to(user).filter(result_at__isnull=True).order_by("due_on")[:5])
    if not asked and not passed:
        return None
    return "signals/today_mine.html", {"asked": asked, "passed": passed, "title": _("Signals: we need you")}
