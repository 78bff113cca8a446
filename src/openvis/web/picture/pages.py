"""What stands around an answer on the page: words, links and choices; and where the picture hangs in the frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from openvis.web.ui import formatting
from openvis.web.ui.registry import Card, Page, cards, pages

from . import comparing, extent, selectors, wording
from .filter import Filter, hours_between, hours_text
from .frame import Frame

STEPS = 5
LEAST_SHADE = 0.04
"""Part of the busiest hour below which an hour counts as empty in the matrix."""
NAMED_KINDS = 2
"""Kinds named in the bar before the rest becomes a number."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A choice that is active, and the query string without it."""

    key: str
    text: str
    without: str


class Links:
    """Query strings made from the one of this request; what a link does not change stays."""

    def __init__(self, query: QueryDict) -> None:
        self._query = query

    def with_(self, **values: str | None) -> str:
        """The query string with some parameters set, or taken away (None)."""
        kept: list[tuple[str, str]] = []
        for name, several in self._query.lists():
            filled = ",".join(value for value in several if value)
            if name not in values and filled:
                kept.append((name, filled))
        kept += [(name, value) for name, value in values.items() if value is not None]
        return "?" + urlencode(kept, safe=",.:")


def around(
    request: HttpRequest, frame: Frame, filter_: Filter, answer: dict[str, Any], compare: dict[str, Any] | None
) -> dict[str, Any]:
    """The part of an answer that is words: titles, chips, tables as HTML, sentences; made in the reader's language.

    compare: what `comparing.total` says, when two periods are compared.
    """
    links = Links(request.GET)
    context = {
        "answer": answer,
        "places": [_place(place, links, filter_) for place in answer["places"]],
        "areas": [area | {"link": links.with_(gebied=area["code"])} for area in answer["areas"]],
        "weeks": [_week(week, links, filter_) for week in reversed(answer["weeks"])],
        "windows": [window | {"link": links.with_(uren=window["hours"])} for window in answer["windows"]],
        "chips": chips(frame, filter_, links),
        "compare": compare,
        "query": filter_.query,
        "sources": [source | {"until_day": date.fromisoformat(source["until"])} for source in answer["sources"]],
        "totals": answer["totals"] | {"unplaced_whole": round(answer["totals"]["unplaced"])},
    }
    findings, weeks = answer["findings"], answer["weeks"]
    return {
        "steps": steps(answer["matrix"]),
        "compare": compare,
        "take_query": comparing.query_of(request.GET, filter_),
        "bounds": extent.bounds_of(frame, filter_),
        "kinds_text": kinds_text(frame, filter_),
        "period_text": period_text(filter_),
        "html": {
            f"pic-{name}": render_to_string(f"picture/parts/{name}.html", context, request)
            for name in ("chips", "total", "places", "areas", "weeks-table", "windows", "notes")
        },
        "text": {
            "pic-matrix-title": findings["matrix"],
            "pic-weeks-title": findings["weeks"],
            "pic-places-title": findings["places"],
            "pic-areas-title": findings["areas"],
            "pic-matrix-sub": matrix_text(answer),
            "pic-weeks-read": weeks_text(weeks),
            "pic-status": status(answer, filter_, frame),
            "pic-areas-sub": areas_text(answer),
        },
    }


def _place(place: dict[str, Any], links: Links, filter_: Filter) -> dict[str, Any]:
    chosen = filter_.place is not None and place["id"] == ".".join(str(cell) for cell in filter_.place)
    return place | {"chosen": chosen, "link": links.with_(plek=None if chosen else place["id"])}


def week_of(week: dict[str, Any]) -> dict[str, Any]:
    """A week with its name and its Monday."""
    start = date.fromisoformat(week["start"])
    return week | {"name": week_name(start), "first_day": start}


def _week(week: dict[str, Any], links: Links, filter_: Filter) -> dict[str, Any]:
    start = date.fromisoformat(week["start"])
    chosen = filter_.weeks is not None and filter_.weeks[0] <= start <= filter_.weeks[1]
    return week_of(week) | {
        "chosen": chosen,
        "link": links.with_(weken=None if chosen else week["week"]),
    }


def week_name(monday: date) -> str:
    """`wk 47 2026`"""
    year, week, _day = monday.isocalendar()
    return _("wk %(week)s %(year)s") % {"week": week, "year": year}


def steps(matrix: Sequence[Sequence[float]]) -> list[list[int]]:
    """(7, 24) step of the time scale for each hour: 0 for (nearly) nothing, 5 for the busiest."""
    most = max((max(row) for row in matrix), default=0.0)
    if most <= 0:
        return [[0] * 24 for _day in range(7)]
    return [
        [0 if value < LEAST_SHADE * most else min(STEPS, 1 + int(STEPS * value / most)) for value in row]
        for row in matrix
    ]


def chips(frame: Frame, filter_: Filter, links: Links) -> list[Chip]:
    """What is chosen beyond the usual, each with the way back."""
    found = []
    if filter_.area is not None:
        found.append(Chip("area", frame.areas[filter_.area].name, links.with_(gebied=None)))
    if filter_.hours is not None:
        found.append(Chip("hours", hours_words(filter_.hours), links.with_(uren=None)))
    if filter_.weeks is not None:
        names = [week_name(monday) for monday in dict.fromkeys(filter_.weeks)]
        found.append(Chip("weeks", " – ".join(names), links.with_(weken=None)))
    if filter_.place is not None:
        found.append(Chip("place", _("one place"), links.with_(plek=None)))
    if filter_.attempts != "alle":
        words = {"voltooid": _("completed only"), "poging": _("attempts only")}
        found.append(Chip("attempts", words[filter_.attempts], links.with_(pogingen=None)))
    if filter_.sources is not None:
        names = [source.name.get(get_language()) for source in frame.sources if source.key in filter_.sources]
        found.append(Chip("sources", ", ".join(names), links.with_(bron=None)))
    return found


def hours_words(hours: frozenset[int]) -> str:
    """`vr–za 23–03`: days with the same hours said together; a number of hours when that gets long."""
    days = wording.day_names()
    by_stretch: dict[tuple[int, int], list[int]] = {}
    for stretch in (hours_text(hours) or "").split(","):
        begin, length = _stretch(stretch)
        by_stretch.setdefault((begin % 24, length), []).append(begin // 24)
    parts = []
    for (begin, length), on in by_stretch.items():
        if length > 24:
            end = (on[0] * 24 + begin + length) % 168
            parts.append(f"{days[on[0]]} {begin:02d} – {days[end // 24]} {end % 24:02d}")
            continue
        whole = _("all day") if (begin, length) == (0, 24) else f"{begin:02d}–{(begin + length) % 24:02d}"
        parts.append(f"{_days(on, days)} {whole}")
    if len(parts) > 2:
        return ngettext("%(n)s hour of the week", "%(n)s hours of the week", len(hours)) % {"n": len(hours)}
    return ", ".join(parts)


def _stretch(text: str) -> tuple[int, int]:
    """First hour of the week and length of a stretch in canonical text."""
    found = hours_between(text) or set()
    begin = next((hour for hour in sorted(found) if (hour - 1) % 168 not in found), 0)
    return begin, len(found)


def _days(on: list[int], names: Sequence[str]) -> str:
    if len(on) == len(names):
        return _("every day")
    if len(on) > 2 and on[-1] - on[0] == len(on) - 1:
        return f"{names[on[0]]}–{names[on[-1]]}"
    return ", ".join(names[day] for day in on)


def kinds_text(frame: Frame, filter_: Filter) -> str:
    """The chosen kinds in a few words."""
    if filter_.kinds == frame.usual_kinds:
        return _("All kinds")
    names = [frame.kinds[key].short.get(get_language()) for key in filter_.kinds]
    rest = len(names) - NAMED_KINDS
    if rest > 0:
        return _("%(names)s and %(rest)s more") % {"names": ", ".join(names[:NAMED_KINDS]), "rest": rest}
    return ", ".join(names)


def period_text(filter_: Filter) -> str:
    """The chosen period."""
    return formatting.dates(filter_.first, filter_.last)


def matrix_text(answer: dict[str, Any]) -> str:
    """What the matrix counts."""
    total = sum(map(sum, answer["matrix"]))
    return ngettext(
        "Hour of the week · %(count)s incident, spread between begin and end",
        "Hour of the week · %(count)s incidents, spread between begin and end",
        round(total),
    ) % {"count": formatting.number(total)}


def weeks_text(weeks: list[dict[str, Any]]) -> str:
    """What the line shows."""
    if weeks and "before" in weeks[-1]:
        return _("Per week, with what was to be expected; the teal line is the other period")
    if weeks and weeks[-1]["incomplete"]:
        return _("Per week, with what was to be expected; hatched weeks are still coming in")
    return _("Per week, with what was to be expected from earlier weeks")


def areas_text(answer: dict[str, Any]) -> str:
    """What the rates are taken of."""
    if not answer["areas"]:
        return ""
    if answer["areas"][0]["base_kind"] == "dwellings":
        return _("Per 1,000 dwellings over the whole period")
    return _("Per 1,000 inhabitants over the whole period")


def status(answer: dict[str, Any], filter_: Filter, frame: Frame) -> str:
    """The sentence that a screen reader says after each change."""
    count = answer["totals"]["count"]
    return ngettext(
        "%(count)s incident in this selection: %(kinds)s, %(period)s.",
        "%(count)s incidents in this selection: %(kinds)s, %(period)s.",
        round(count),
    ) % {
        "count": formatting.number(count),
        "kinds": kinds_text(frame, filter_),
        "period": period_text(filter_),
    }


def days() -> list[dict[str, Any]]:
    """The rows of the matrix."""
    full = (
        pgettext("day", "Monday"), pgettext("day", "Tuesday"), pgettext("day", "Wednesday"), pgettext("day", "Thursday"),
        pgettext("day", "Friday"), pgettext("day", "Saturday"), pgettext("day", "Sunday"),
    )  # fmt: skip
    return [
        {"short": short.lower() if (get_language() or "").startswith("nl") else short, "full": name}
        for short, name in zip(wording.day_names(), full, strict=True)
    ]


def matrix_rows(answer: dict[str, Any], shade: list[list[int]]) -> list[dict[str, Any]]:
    """The matrix as rows of cells, for the table."""
    chosen = set(answer["filter"]["hour_numbers"] or ())
    return [
        names
        | {
            "cells": [
                {"hour": day * 24 + hour, "value": value, "step": shade[day][hour], "chosen": day * 24 + hour in chosen}
                for hour, value in enumerate(row)
            ]
        }
        for day, (names, row) in enumerate(zip(days(), answer["matrix"], strict=True))
    ]


# Where the picture hangs in the frame


def alerts_card(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """What stands out this week, for Today; nothing when nothing does."""
    from .alerting import row

    found = selectors.alerts_for(request.user, most=5)
    if not found:
        return None
    frame = selectors.frame()
    rows = [row(frame, alert) for alert in found]
    return "picture/alerts_card.html", {"rows": rows}


def register() -> None:
    """Put the pages and the card of the picture into the frame."""
    pages.extend(
        [
            Page(
                "picture", gettext_lazy("Map"), "picture", "picture.view", 10,
                gettext_lazy("Where and when it happens: map, hours of the week, trend and places in one picture."), "map",
            ),
            Page(
                "picture", gettext_lazy("By area"), "picture_multiples", "picture.view", 15,
                gettext_lazy("The weeks of each area beside each other, each with what was to be expected."),
                "layout-grid",
            ),
            Page(
                "picture", gettext_lazy("Registered crime"), "picture_counts", "picture.view", 20,
                gettext_lazy("Published totals of the police by neighbourhood and year: areas, rates and trends."),
                "chart-bar",
            ),
            Page(
                "picture", gettext_lazy("Explanation"), "picture_explained", "picture.view", 30,
                gettext_lazy("How everything in the picture is computed, and what it can and cannot say."), "help",
            ),
            Page(
                "picture", gettext_lazy("Algorithm register"), "algorithms", "picture.view", 40,
                gettext_lazy("Every method: what it is for, on which data, who decides."), "binary-tree",
            ),
        ]
    )  # fmt: skip
    cards.append(Card("picture.view", alerts_card, order=20))
