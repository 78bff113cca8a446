"""What resilience shows on the page Today."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import ngettext

from . import selectors


def waiting(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """Threats against staff that are to be handled."""
    found = selectors.open_incidents()
    if not found:
        return None
    title = ngettext(
        "%d threat against staff to handle", "%d threats against staff to handle", len(found)
    ) % len(found)
    return "resilience/today.html", {"title": title, "waiting": found[:5]}
