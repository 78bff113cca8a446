"""What the follow-up shows on the page Today: what waits for this person."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import ngettext

from . import selectors
from .states import MeetingState, Progress


def actions(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """Own actions and steps that are still to be done. Their texts open on their own page, for a stated purpose."""
    user: Any = request.user
    found = [one for one in (*selectors.my_actions(user), *selectors.my_steps(user)) if one.state == Progress.OPEN]
    if not found:
        return None
    title = ngettext("%d action is yours", "%d actions are yours", len(found)) % len(found)
    found.sort(key=lambda one: one.due)
    late = sum(one.late for one in found)
    return "followup/today_actions.html", {"title": title, "next": found[0].due, "late": late}


def terms(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """For the coordinator: what others agreed to do whose term passes. Without what it is about."""
    user: Any = request.user
    number, late, first = selectors.near_term(user, timezone.localdate())
    if not number:
        return None
    title = ngettext("%d action of others is near its term", "%d actions of others are near their term", number) % number
    if late:
        title = ngettext("%d action is past its term", "%d actions are past their term", late) % late
    return "followup/today_terms.html", {"title": title, "found": first}


def meetings(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """Meetings that come. For the coordinator also signals that are on no agenda, and agendas that were not sent."""
    user: Any = request.user
    found, waiting = selectors.coming(user), selectors.waiting(user)
    if not found and not waiting:
        return None
    title = ngettext("%d RIEC meeting to come", "%d RIEC meetings to come", len(found)) % len(found)
    if waiting:
        title = ngettext("%d signal waits for a meeting", "%d signals wait for a meeting", len(waiting)) % len(waiting)
    drafts = [one for one in found if one.state == MeetingState.DRAFT]
    return "followup/today_meetings.html", {
        "title": title, "found": found[:4], "drafts": drafts, "today": timezone.localdate(),
    }
