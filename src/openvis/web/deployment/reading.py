"""What deployment asks of the picture. Everything goes through the query string and the answer that the page uses."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openvis.analysis.grid import Grid
from openvis.web import city
from openvis.web.access.models import User
from openvis.web.picture import answer as picture
from openvis.web.picture import panels, selectors

from . import areas

Answer = dict[str, Any]
KEPT = 64
"""Answers kept for who asks the same."""
_answers: OrderedDict[Hashable, Any] = OrderedDict()
_answers_lock = threading.Lock()


def ask(user: User, query: str) -> Answer:
    """The picture's answer for a query string. Raises ValueError that names the parameter when it is no good."""
    chosen = selectors.filter_of(dict(parse_qsl(query.lstrip("?"))))
    found: Answer = picture.answer(user, chosen).as_json()
    return found


def whole(query: str) -> Answer:
    """The same without asking who looks: for the briefing, which has its own right."""
    asked = _asked(query)

    def compute() -> Answer:
        return picture.compute(asked.loaded, asked.frame, asked.filter, asked.fresh, asked.language).as_json()

    found: Answer = _once(asked, "whole", compute)
    return found


def week_line(query: str) -> list["Week"]:
    """The weeks of a selection alone, which is quicker than the whole answer."""
    asked = _asked(query)
    found: list[Week] = _once(asked, "weeks", lambda: [_week(item) for item in panels.weeks(asked)])
    return found


def _once(asked: panels.Asked, what: str, compute: Callable[[], Any]) -> Any:
    """The same question to the same state of the data is answered once: a briefing's page, map and PDF share it.

    What comes out is shared too, and only read.
    """
    key = (what, asked.filter.query, asked.loaded.version, asked.frame.version, asked.fresh, asked.language)
    with _answers_lock:
        if key in _answers:
            _answers.move_to_end(key)
            return _answers[key]
    found = compute()
    with _answers_lock:
        _answers[key] = found
        while len(_answers) > KEPT:
            _answers.popitem(last=False)
    return found


def _asked(query: str) -> panels.Asked:
    frame = selectors.frame()
    fresh = selectors.fresh(frame)
    chosen = selectors.filter_of(dict(parse_qsl(query.lstrip("?"))))
    language = get_language() or city.profile().municipality.language
    return panels.Asked(selectors.loaded(), frame, chosen, fresh, language)


def grid(cell: int) -> Grid:
    """The grid that the cell numbers of an answer belong to."""
    return selectors.frame().grid(cell)


def store_version() -> str:
    """Which state of the event store an answer is made from."""
    return selectors.current().store.version


def latest_day() -> date:
    """The last day of the last whole week that the data tell of."""
    return selectors.vocabulary().last


def described(found: Answer) -> list[str]:
    """What was chosen, in words: kinds, area, hours."""
    chosen, language = found["filter"], get_language()
    kinds = selectors.frame().kinds
    usual = selectors.frame().usual_kinds
    words = [] if tuple(chosen["kinds"]) == tuple(usual) else [kinds[key].name.get(language) for key in chosen["kinds"]]
    if chosen["area"]:
        words.append(areas.by_code(chosen["area"]).name)
    if chosen["hours"]:
        words.append(_("hours %s") % chosen["hours"].replace(",", ", ").replace("-", "–"))
    if chosen["attempts"] != "alle":
        words.append(_("attempts only") if chosen["attempts"] == "poging" else _("completed only"))
    return words or [_("all kinds of incidents in %s") % city.profile().municipality.name]


def changed(query: str, **changes: str | None) -> str:
    """The query string with some parameters set, or taken away (None)."""
    kept = [(name, value) for name, value in parse_qsl(query.lstrip("?")) if name not in changes]
    return urlencode(kept + [(name, value) for name, value in changes.items() if value is not None], safe=",:.")


def parameter(query: str, name: str) -> str:
    """One parameter of a query string, empty when it is not there."""
    return dict(parse_qsl(query.lstrip("?"))).get(name, "")


@dataclass(frozen=True, slots=True)
class Week:
    """A week of the trend line."""

    start: date
    count: float
    expected: float | None
    low: float | None
    high: float | None
    above: bool
    below: bool
    incomplete: bool


def weeks(found: Answer) -> list[Week]:
    """The weeks of an answer, in order."""
    return [_week(item) for item in found["weeks"]]


def _week(item: dict[str, Any]) -> Week:
    return Week(
        date.fromisoformat(item["start"]), float(item["count"]), item["expected"], item["low"], item["high"],
        bool(item["above"]), bool(item["below"]), bool(item["incomplete"]),
    )


def made_up(found: Answer) -> bool:
    """Whether any of the sources is made up."""
    return any(source.get("demo") for source in found["sources"])


def period(first: date, last: date) -> dict[str, str | None]:
    """Parameters for a period; a choice of weeks no longer holds."""
    return {"van": first.isoformat(), "tot": last.isoformat(), "weken": None}


def weeks_back(last: date, number: int) -> date:
    """The Monday on which the `number` weeks that end with the week of `last` begin."""
    return last - timedelta(days=last.weekday() + 7 * (number - 1))
