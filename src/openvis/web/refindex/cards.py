"""What the index shows on Today: matches to their handler, and to its manager that departments are late. Not elsewhere than
on the municipal network."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import ngettext

from . import rules, selectors


def matches(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """Matches that wait for a reply of this person, and new ones for their eyes alone."""
    if not rules.inside(request):
        return None
    user: Any = request.user
    waiting = [item for item in selectors.matches(user, unanswered=True) if item.new]
    if not waiting:
        return None
    title = ngettext(
        "%d other department also has a signal", "%d other departments also have a signal", len(waiting)
    ) % len(waiting)
    return "refindex/today_matches.html", {"waiting": waiting[:5], "title": title}


def offered(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """Silent entries that a colleague offers to this person; no address stands on Today."""
    if not rules.inside(request):
        return None
    user: Any = request.user
    found = selectors.offered(user)
    if not found:
        return None
    title = ngettext(
        "%d entry of the index is offered to you", "%d entries of the index are offered to you", len(found)
    ) % len(found)
    return "refindex/today_offered.html", {"found": found[:5], "title": title}


def overdue(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """How many replies are late, by department."""
    if not rules.inside(request):
        return None
    late = selectors.overdue()
    number = sum(item.overdue for item in late)
    if not number:
        return None
    title = ngettext("%d match without a reply in time", "%d matches without a reply in time", number) % number
    return "refindex/today_overdue.html", {"late": late, "title": title}
