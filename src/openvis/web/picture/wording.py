"""The words of the answer: days and hours as people say them, and for each panel a title that says the finding."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from openvis.analysis.times import Window
from openvis.web.ui.formatting import number

MOST_ROW = 8
"""Weeks in a row that are still worth counting in a title."""


def day_names() -> tuple[str, ...]:
    """Short names of the days, Monday first."""
    return (
        pgettext("day", "Mo"), pgettext("day", "Tu"), pgettext("day", "We"), pgettext("day", "Th"),
        pgettext("day", "Fr"), pgettext("day", "Sa"), pgettext("day", "Su"),
    )  # fmt: skip


def window_label(window: Window) -> str:
    """`vr–za 23–03`: the days on which it begins, and its hours."""
    days = window.days
    names = day_names()
    if len(days) == len(names):
        first = _("every day")
    elif len(days) == 1:
        first = names[days[0]]
    else:
        first = f"{names[days[0]]}–{names[days[-1]]}"
    if window.begin_hour == 0 and window.end_hour == 24:
        return _("%(days)s, all day") % {"days": first}
    return f"{first} {window.begin_hour:02d}–{window.end_hour % 24:02d}"


def percent(share: float) -> str:
    """`26 %`, with a decimal below ten."""
    value = share * 100.0
    return _("%(number)s %%") % {"number": number(value, 0 if value >= 9.95 else 1)}


def matrix_title(windows: Sequence[Window], total: float) -> str:
    """Which hours weigh heaviest."""
    if total <= 0:
        return _("No incidents in this selection")
    if not windows:
        return _("No hours stand out")
    labels = [window_label(window) for window in sorted(windows, key=lambda window: -window.share)]
    share = percent(sum(window.share for window in windows))
    if len(labels) == 1:
        return _sentence(_("%(window)s: %(share)s of all incidents") % {"window": labels[0], "share": share})
    text = _("%(windows)s and %(last)s: %(share)s of all incidents") % {
        "windows": ", ".join(labels[:-1]), "last": labels[-1], "share": share,
    }  # fmt: skip
    return _sentence(text)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def weeks_title(weeks: Sequence[dict[str, Any]]) -> str:
    """How the latest weeks compare with what was to be expected."""
    known = [week for week in weeks if week["expected"] is not None and not week["incomplete"]]
    if not known:
        return _("Too little history to say what was to be expected")
    above, below = _row(known, "above"), _row(known, "below")
    if above:
        return ngettext(
            "Last complete week above expectation", "%(number)s weeks in a row above expectation", above
        ) % {"number": number(above)}  # fmt: skip
    if below:
        return ngettext(
            "Last complete week below expectation", "%(number)s weeks in a row below expectation", below
        ) % {"number": number(below)}  # fmt: skip
    lately = sum(1 for week in known[-MOST_ROW:] if week["above"])
    if lately:
        return ngettext(
            "Now as expected; %(number)s week above expectation in the last two months",
            "Now as expected; %(number)s weeks above expectation in the last two months",
            lately,
        ) % {"number": number(lately)}
    return _("As expected in the last weeks")


def _row(weeks: Sequence[dict[str, Any]], key: str) -> int:
    """How many of the latest weeks, one after the other, are so."""
    found = 0
    for week in reversed(weeks):
        if not week[key]:
            break
        found += 1
    return found


def places_title(places: Sequence[dict[str, Any]]) -> str:
    """How much happens on how little of the surface."""
    if not places:
        return _("No place stands out")
    values = {
        "number": number(len(places)),
        "share": percent(sum(place["share"] for place in places)),
        "area": percent(sum(place["area_share"] for place in places)),
    }
    return ngettext(
        "%(number)s place: %(share)s of the incidents on %(area)s of the surface",
        "%(number)s places: %(share)s of the incidents on %(area)s of the surface",
        len(places),
    ) % values


def areas_title(areas: Sequence[dict[str, Any]]) -> str:
    """Which area has the highest rate, or (without rates) the highest count."""
    rated = [area for area in areas if area["rate"] is not None]
    if rated:
        top = max(rated, key=lambda area: (area["rate"], area["code"]))
        if top["rate"] > 0:
            values = {"area": top["name"], "rate": number(top["rate"], 1)}
            if top["base_kind"] == "dwellings":
                return _("%(area)s is highest: %(rate)s per 1,000 dwellings") % values
            return _("%(area)s is highest: %(rate)s per 1,000 inhabitants") % values
    counted = [area for area in areas if area["count"]]
    if not counted:
        return _("No incidents in this selection")
    top = max(counted, key=lambda area: (area["count"], area["code"]))
    return _("%(area)s is highest: %(count)s incidents") % {"area": top["name"], "count": number(top["count"])}


def nothing() -> str:
    """For every panel when there are no data at all."""
    return _("No data yet")
