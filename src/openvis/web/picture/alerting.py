"""The alerts as the page tells them: which belong to a selection, and in which words."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from openvis.web.ui.formatting import number, share

from . import pages, selectors
from .alerts import KEY
from .filter import Filter, week_text
from .frame import Frame
from .freshness import ENOUGH
from .models import Alert, Outcome

MOST = 60


@dataclass(frozen=True)
class Told:
    """The alerts of a selection. outcome: what was judged and when; None before the first time."""

    open: list[Alert]
    past: list[Alert]
    outcome: Outcome | None
    current: bool
    """Whether they are about the data as they are now."""

    @property
    def week(self) -> date | None:
        """Monday of the week that was judged."""
        text = self.outcome.content.get("week") if self.outcome else None
        return date.fromisoformat(text) if text else None


def told(frame: Frame, filter_: Filter, version: str) -> Told:
    """The alerts about the kinds and the area of a selection; none that are about data that have changed since."""
    outcome = selectors.outcome(KEY)
    current = outcome is not None and outcome.store_version == version
    if not current:
        return Told([], [], outcome, current)
    found = Alert.objects.filter(store_version=version, kind__in=filter_.kinds).order_by("-week", "p", "area", "kind")
    if filter_.area is not None:
        inside = {part.code for part in frame.finest_in(filter_.area)}
        codes = {
            area.code for area in frame.areas.values()
            if not inside.isdisjoint(part.code for part in frame.finest_in(area.code))
        }
        found = found.filter(area__in=codes)
    listed = list(found[:MOST])
    opened = [alert for alert in listed if alert.state == Alert.State.OPEN]
    return Told(opened, [alert for alert in listed if alert.state == Alert.State.PAST], outcome, current)


def title(found: Told) -> str:
    """How much stands out in the latest week."""
    if not found.current or found.outcome is None:
        return _("Alerts are being worked out")
    if found.week is None or not found.outcome.content.get("enough"):
        return _("Too little history for alerts: two years are needed")
    week = pages.week_name(found.week)
    if not found.open:
        return _("Nothing stands out in %(week)s") % {"week": week}
    return ngettext("%(n)s alert in %(week)s", "%(n)s alerts in %(week)s", len(found.open)) % {
        "n": number(len(found.open)), "week": week,
    }  # fmt: skip


def sure(found: Told) -> str:
    """What it means, and how sure it is."""
    if not found.current or found.outcome is None:
        return _("The data have changed. What stands out is worked out anew; look again in a minute.")
    content = found.outcome.content
    if not content.get("enough"):
        return ""
    text = _(
        "Judged are all %(pairs)s pairs of area and kind. Where nothing is the matter, one week in twenty brings an alert; "
        "of a hundred alerts some five are chance."
    ) % {"pairs": number(content["pairs"])}
    part = content.get("share")
    if part is not None and part < ENOUGH:
        late = _("Of the latest week some %(share)s is in; the expectation allows for that.")
        text += " " + late % {"share": share(part, 0)}
    return text


def kind_name(frame: Frame, key: str) -> str:
    """Name of a kind in the language of the page."""
    return frame.kinds[key].name.get(get_language()) if key in frame.kinds else key


def when(alert: Alert) -> str:
    """`wk 47 2026`, or the weeks that end with it."""
    week = pages.week_name(alert.week)
    if alert.weeks == 1:
        return week
    return _("%(weeks)s weeks up to %(week)s") % {"weeks": alert.weeks, "week": week}


def counted(alert: Alert) -> str:
    """`14, expected 3 (0 to 8)`."""
    decimals = 1 if alert.expected < 10 else 0
    return _("%(count)s, expected %(expected)s (%(low)s to %(high)s is usual)") % {
        "count": number(alert.count), "expected": number(alert.expected, decimals), "low": number(alert.low),
        "high": number(alert.high),
    }  # fmt: skip


def row(frame: Frame, alert: Alert) -> dict[str, Any]:
    """One alert for a list, with the address of its picture."""
    first = alert.week - timedelta(weeks=alert.weeks - 1)
    weeks = week_text(alert.week) if alert.weeks == 1 else f"{week_text(first)}..{week_text(alert.week)}"
    return {
        "alert": alert,
        "kind": kind_name(frame, alert.kind),
        "when": when(alert),
        "counted": counted(alert),
        "query": urlencode({"soort": alert.kind, "gebied": alert.area, "weken": weeks}, safe="."),
    }
