"""Focus places as the pages show them: texts and numbers made ready, so that templates only lay out."""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from openvis.profile import Goal
from openvis.web import city
from openvis.web.access import people
from openvis.web.access.models import User

from . import areas, drawing, evidence, selectors, words
from .models import FocusAction, FocusPlace

DAYS = range(7)
STEPS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list of places."""

    number: int
    place: FocusPlace
    where: str
    goal: str
    due: date | None
    late: int


def rows(found: Iterable[FocusPlace]) -> list[Row]:
    """The lines of the list, numbered as on its map."""
    places = list(getattr(found, "prefetch_related", lambda *_: found)("actions", "evidence"))
    names = areas.names(code for item in places for code in item.home[:1])
    made = []
    for number, item in enumerate(places, start=1):
        late = sum(action.late for action in item.actions.all())
        where = names.get(item.home[0], item.home[0]) if item.home else city.profile().municipality.name
        made.append(Row(number, item, where, goal_name(item.goal), selectors.next_due(item), late))
    return made


def goal_name(key: str) -> str:
    """A goal of the plan in the language of the page; the key itself when the plan has it no more."""
    goal: Goal | None = city.profile().plan.goal(key) if key else None
    return goal.name.get(get_language()) if goal is not None else key


def list_map(lines: list[Row]) -> bytes:
    """The places of the list on a map, with their numbers."""
    levels = city.profile().levels
    background = [(area.name, area.shape) for area in areas.of_level(levels[-2].id)]
    named = [(area.name, area.shape) for area in areas.of_level(levels[max(0, len(levels) - 3)].id)]
    numbers = []
    for line in lines:
        point = shapely.from_wkb(bytes(line.place.evidence.outline)).centroid
        numbers.append(drawing.Number(point.x, point.y, str(line.number)))
    return drawing.svg(background, numbers=numbers, named=named, width=420, height=320)


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action with the names of who does it, and what the reader can do with it."""

    action: FocusAction
    who: str
    may_finish: bool
    may_change: bool


def who_does(action: FocusAction) -> str:
    """Person and organisation in words."""
    language = get_language()
    names = {item.id: (item.short or item.name).get(language) for item in city.profile().organisations}
    parts = [names.get(action.organisation, action.organisation), str(action.person) if action.person else ""]
    return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class EvidenceView:
    """Evidence in words."""

    chips: list[str]
    figures: list[tuple[Any, str, str]]
    """Label, value, and what to know about it."""
    kinds: list[tuple[str, str]]
    hours: list[str]
    matrix: list[tuple[str, list[tuple[int, str]]]]
    period: str
    sources: list[str]


def evidence_view(figures: dict[str, Any], sources: list[dict[str, Any]]) -> EvidenceView:
    """Frozen figures and sources, ready to be shown."""
    return EvidenceView(
        chips=figures["chips"], figures=_figures(figures),
        kinds=[(item["name"], words.number(item["count"])) for item in figures["kinds"]],
        hours=[window["label"] for window in figures["windows"]],
        matrix=matrix(figures["matrix"]),
        period=words.period(date.fromisoformat(figures["from"]), date.fromisoformat(figures["to"])),
        sources=[_source(item) for item in sources],
    )


@dataclass(frozen=True)
class DraftView:
    """A selection about to be kept."""

    evidence: EvidenceView
    picture: str
    """As a data address: nothing is stored yet."""
    where: str


def draft_view(frozen: evidence.Frozen) -> DraftView:
    """What will be kept, before it is."""
    picture = f"data:{frozen.picture_type};base64,{b64encode(frozen.picture).decode()}"
    return DraftView(evidence_view(frozen.figures, frozen.sources), picture, where_in_words(frozen.home))


def where_in_words(home: list[str]) -> str:
    """The area a place lies in, and the one above it; the city when it is at home in none."""
    names = areas.names(home)
    return ", ".join(names.get(code, code) for code in home[:2]) or city.profile().municipality.name


def likely_goal(frozen: evidence.Frozen) -> str:
    """The goal that is measured with just the kinds that were chosen; empty when that is not clear."""
    chosen = set(frozen.figures["chosen_kinds"])
    plan = city.profile().plan
    for goal in plan.goals:
        for key in goal.indicators:
            indicator = plan.indicator(key)
            if indicator is not None and chosen and chosen <= set(indicator.kinds):
                return goal.id
    return ""


@dataclass(frozen=True)
class PlaceView:
    """One place with its evidence in words, and how it is now."""

    where: str
    goal: str
    evidence: EvidenceView
    now: evidence.NowThen | None
    compares: bool
    """Whether the reader may see the picture at all, and so the comparison."""
    actions: list[ActionRow]
    history: list[selectors.Step]


def place_view(user: User, place: FocusPlace) -> PlaceView:
    """Everything the page of one place shows."""
    frozen = place.evidence
    compares = people.may(user, "picture.view")
    return PlaceView(
        where=where_in_words(place.home), goal=goal_name(place.goal),
        evidence=evidence_view(frozen.figures, frozen.sources),
        now=evidence.now_and_then(user, frozen) if compares else None, compares=compares,
        actions=[
            ActionRow(
                action, who_does(action), user.has_perm("deployment.finish_action", action),
                user.has_perm("deployment.change_action", action),
            )
            for action in place.actions.select_related("person", "place")
        ],
        history=selectors.history(place),
    )


def _figures(figures: dict[str, Any]) -> list[tuple[Any, str, str]]:
    found = [(_("incidents"), words.number(figures["count"]), "")]
    if figures["share"] is not None:
        total = _("of %s incidents") % words.number(figures["total"])
        found.append((_("of the selection"), words.share(figures["share"]), total))
    if figures["area_share"] is not None:
        found.append((_("of the area"), words.share(figures["area_share"]), ""))
    if figures["trend"]:
        found.append((_("course"), words.trend(figures["trend"]), ""))
    return found


def _source(item: dict[str, Any]) -> str:
    until = date.fromisoformat(item["until"]) if item.get("until") else None
    text = _("%(name)s until %(day)s") % {"name": item["name"], "day": words.day(until)} if until else item["name"]
    return text + " (" + _("made-up data") + ")" if item.get("demo") else text


def matrix(values: list[list[float]]) -> list[tuple[str, list[tuple[int, str]]]]:
    """The hours of the week as rows of (step 0-5, text), Monday first."""
    top = max((max(row) for row in values), default=0.0)
    return [
        (words.weekday(day), [(_step(value, top), words.number(value)) for value in row])
        for day, row in enumerate(values)
    ]


def _step(value: float, top: float) -> int:
    if value <= 0 or top <= 0:
        return 0
    return min(STEPS, 1 + int(STEPS * value / top * 0.999))


def list_title(lines: list[Row]) -> str:
    """The finding of the list: how much is late, else how much there is to do."""
    late = sum(line.late for line in lines)
    if late:
        return ngettext("%d action on these places is late", "%d actions on these places are late", late) % late
    if not lines:
        return _("Kept places")
    return ngettext("%d kept place, nothing late", "%d kept places, nothing late", len(lines)) % len(lines)


def map_text(lines: list[Row]) -> str:
    """What the map of the list shows, for who cannot see it."""
    names = "; ".join(f"{line.number} {line.place.name}, {line.where}" for line in lines[:20])
    return _("Map with numbered places: %s.") % names


def picture_text(name: str, where: str) -> str:
    """What the picture of the evidence shows, for who cannot see it."""
    return _("Map of %(name)s (%(where)s) with the cells in which most happened. The figures are below it.") % {
        "name": name, "where": where,
    }


def now_title(now: evidence.NowThen | None) -> str:
    """How the place is doing now, as a sentence."""
    if now is None:
        return ""
    titles = {
        words.MORE: _("More than when it was kept"), words.LESS: _("Less than when it was kept"),
        words.SAME: _("About the same as when it was kept"), words.FEW: _("Too few incidents to compare"),
    }
    return titles[now.word]


def actions_title(actions: list[ActionRow]) -> str:
    """How far the agreements are."""
    if not actions:
        return _("What is done")
    done = sum(row.action.done is not None for row in actions)
    return _("%(done)d of %(all)d actions done") % {"done": done, "all": len(actions)}
