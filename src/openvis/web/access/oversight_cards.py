"""What waits on Today: access in an emergency, and the yearly review of rights."""

from typing import Any

from django.http import HttpRequest

from . import break_glass, reviewing
from .models import BreakGlass

Shown = tuple[str, dict[str, Any]] | None


def emergencies(request: HttpRequest) -> Shown:
    """For who may allow it: requests that wait, and what is open now."""
    asked = break_glass.waiting().exclude(asked_by=request.user.pk)
    running = break_glass.running().select_related("asked_by", "grant")
    if not asked and not running:
        return None
    return "access/today_emergencies.html", {"asked": len(asked), "running": list(running)}


def own_emergency(request: HttpRequest) -> Shown:
    """For who asked: what became of it, and until when it counts."""
    own = BreakGlass.objects.filter(asked_by=request.user.pk).select_related("grant")[:1]
    latest = next((item for item in own if item.state in ("waiting", "running")), None)
    return None if latest is None else ("access/today_emergency.html", {"latest": latest})


def to_review(request: HttpRequest) -> Shown:
    """For who reviews rights: emergencies that have ended, a review that is under way, and one that is due."""
    ended, current = break_glass.to_review().count(), reviewing.current()
    due = current is None and reviewing.overdue()
    if not ended and current is None and not due:
        return None
    left = reviewing.left(current, request.user) if current is not None else 0  # type: ignore[arg-type]
    return "access/today_reviews.html", {"ended": ended, "current": current, "left": left, "due": due}
