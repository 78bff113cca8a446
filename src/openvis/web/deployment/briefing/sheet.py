"""The texts of the sheet, in the reader's language; the page and the PDF lay out the same."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access.models import User

from .. import words
from ..models import FocusPlace
from ..presenting import who_does
from .figures import PLACES_WEEKS, Briefing, Line

MOST_ROWS = 10
"""Agreements that fit on the sheet."""


def as_data(briefing: Briefing, by: User) -> dict[str, Any]:
    """Everything on the sheet as texts and lists of texts."""
    profile, language = city.profile(), get_language()
    week = words.week_name(briefing.week)
    kept = _kept(briefing.kept)
    values = {"area": briefing.area.name, "week": week}
    meeting = capfirst(profile.term("area_meeting", language))
    return {
        "lang": "en" if (language or "nl").startswith("en") else "nl",
        "official": profile.municipality.official.get(language),
        "keywords": [briefing.area.name, words.week_of(briefing.week)],
        "title": _("Briefing %(area)s, %(week)s") % values,
        "subtitle": " · ".join([meeting, words.period(briefing.week, briefing.last_day), _sources(briefing)]),
        "made_up": _("Example data: these incidents were made by the programme and never happened.")
        if briefing.made_up else "",
        "finding": finding(briefing),
        "table": _table(briefing),
        "places": _places(briefing),
        "map": {"alt": _alternative(briefing)},
        "kept": {
            "title": _("What we agreed"),
            "head": [_("Place"), _("Action agreed"), _("Who"), _("By when")],
            "rows": kept[:MOST_ROWS],
            "empty": _("No places are kept in this area."),
            "more": _("And %d more: see the list of kept places.") % (len(kept) - MOST_ROWS)
            if len(kept) > MOST_ROWS else "",
        },
        "footer": _("OpenVIS · made on %(day)s by %(who)s · for the meeting only") % {
            "day": words.day(timezone.localdate()), "who": by,
        },
    }


def finding(briefing: Briefing) -> str:
    """The first sentence: how many, and whether that is more than expected."""
    total = briefing.total
    sentence = _("%(count)s incidents this week: %(word)s") % {
        "count": words.number(total.now),
        "word": _against(total),
    }
    if briefing.expected in (words.MORE, words.LESS):
        sentence += " " + _("For this time of year that is %s.") % words.EXPECTED[briefing.expected]
    return sentence


def _against(line: Line) -> str:
    before = {
        words.MORE: _("more than in the four weeks before."), words.LESS: _("less than in the four weeks before."),
        words.SAME: _("about the same as in the four weeks before."), words.FEW: _("too few to compare."),
        words.INCOMPLETE: _("not complete yet, reports still come in."),
    }
    return before[line.four.word]


def _sources(briefing: Briefing) -> str:
    parts = [
        _("%(name)s until %(day)s") % {"name": item["name"], "day": words.day(date.fromisoformat(item["until"]))}
        for item in briefing.sources if item.get("until")
    ]
    return ", ".join(parts) or _("no data yet")


def _table(briefing: Briefing) -> dict[str, Any]:
    note = _(
        "Before: mean of the four weeks before. Last year: mean of the same five weeks. "
        "“More” and “less” are said only where chance is unlikely."
    )
    if briefing.incomplete:
        note = _("This week is not complete yet: reports still come in.") + " " + note
    return {
        "title": _("This week"),
        "head": [_("Kind"), _("this week"), _("before"), _("difference"), _("last year"), _("difference")],
        "rows": [_row(line) for line in [briefing.total, *briefing.lines]],
        "note": note,
    }


def _row(line: Line) -> dict[str, Any]:
    year = line.year
    return {
        "name": line.name, "now": words.number(line.now),
        "four": line.four.text, "word_four": str(line.four.label), "up_four": line.four.word == words.MORE,
        "year": year.text if year else "–", "word_year": str(year.label) if year else _("no data"),
        "up_year": bool(year and year.word == words.MORE),
    }


def _places(briefing: Briefing) -> dict[str, Any]:
    count = len(briefing.places)
    share = sum(item["share"] or 0 for item in briefing.places)
    title = _("Places that stand out")
    if count > 1 and share:
        title = _("%(number)d places have %(share)s of the incidents") % {"number": count, "share": words.share(share)}
    return {
        "title": title,
        "head": [_("No."), _("Place"), _("incidents"), _("busiest hours")],
        "rows": [
            {
                "rank": str(item["rank"]), "name": item["name"], "count": words.number(item["count"]),
                "hours": ", ".join(item["windows"][:2]),
                "trend": words.trend(item["trend"]) if item["trend"] in ("up", "down") else "",
            }
            for item in briefing.places
        ],
        "empty": _("No place stands out from the rest of the area."),
        "note": _("Over the last %d weeks; the numbers are on the map.") % PLACES_WEEKS,
    }


def _alternative(briefing: Briefing) -> str:
    if not briefing.places:
        return _("Map of %s. No place stands out.") % briefing.area.name
    names = "; ".join(f"{item['rank']} {item['name']}" for item in briefing.places)
    return _("Map of %(area)s with numbered places: %(names)s.") % {"area": briefing.area.name, "names": names}


def _kept(places: list[FocusPlace]) -> list[dict[str, Any]]:
    """One row an action that is not done; a place without any gets a row that says so."""
    rows = []
    for place in places:
        waiting = [action for action in place.actions.all() if action.done is None]
        common = {"key": str(place.pk), "name": place.name, "state": str(place.get_state_display())}
        for action in waiting:
            rows.append({
                **common, "what": action.what, "who": who_does(action), "due": words.day(action.due),
                "late": action.late, "day": action.due.isoformat(),
            })
        if not waiting:
            owner = str(place.owner) if place.owner else ""
            nothing = {"what": _("nothing agreed yet"), "who": owner, "due": "", "late": False, "day": "9999"}
            rows.append({**common, **nothing})
    return sorted(rows, key=lambda row: row["day"])


