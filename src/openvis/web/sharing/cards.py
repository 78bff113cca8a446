"""What sharing shows on the page Today."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language, ngettext

from . import covenants, selectors


def to_answer(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """Proposals that this person can answer."""
    waiting = selectors.inbox(request.user)  # type: ignore[arg-type]
    if not waiting:
        return None
    title = ngettext("%d proposal waits for an answer", "%d proposals wait for an answer", len(waiting)) % len(waiting)
    urgent = {item.pk for item in selectors.urgent(waiting, timezone.localdate())}
    return "sharing/today_inbox.html", {"waiting": waiting[:5], "title": title, "urgent": urgent}


def ending(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """Covenants that end or are to be reviewed."""
    today = timezone.localdate()
    found = [(item.name.get(get_language()), covenants.standing(item, today), item) for item in covenants.ending(today)]
    if not found:
        return None
    title = ngettext(
        "%d covenant ends, ended or is to be reviewed", "%d covenants end, ended or are to be reviewed", len(found)
    ) % len(found)
    return "sharing/today_covenants.html", {"found": found, "title": title}
