"""What the logs show on the page Today."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import selectors


def samples_to_judge(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """For a manager: the samples that wait for judgement or signature."""
    waiting = [state for state in selectors.samples() if state.sample.signed is None]
    if not waiting:
        return None
    number = sum(state.open for state in waiting)
    title = (
        ngettext("%d look-up waits for your judgement", "%d look-ups wait for your judgement", number) % number
        if number
        else _("A sample of look-ups waits for your signature")
    )
    return "trail/today_samples.html", {"title": title, "waiting": waiting}


def logs(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """For the privacy officer: a chain that is not in order, look-ups of oneself, and samples that are open."""
    verified = selectors.last_verified()
    broken = verified is not None and verified.result != "done"
    flagged = selectors.flagged()
    open_ones = [state for state in selectors.samples() if state.sample.signed is None]
    if not (broken or flagged or open_ones):
        return None
    return "trail/today_logs.html", {"broken": broken, "flagged": flagged, "open": len(open_ones)}
