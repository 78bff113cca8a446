"""Control days and dealers in words."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access.models import User
from openvis.web.deployment import areas
from openvis.web.ui.formatting import number

from . import dealer_selectors, places, rules
from .models import ControlDay, ControlStop, Dealer
from .selectors import Totals
from .states import Result


@dataclass(frozen=True, slots=True)
class DayView:
    """What stands at the head of a day."""

    where: str
    ground: str
    partners: list[str]
    team: list[str]
    start: str
    end: str


def day_view(day: ControlDay) -> DayView:
    """The parts of a day by name."""
    names, language = organisation_names(), get_language()
    grounds = {item.id: item.name.get(language) for item in city.profile().controls.grounds}
    team = [str(member.person) for member in day.members.select_related("person").order_by("person__name")]
    home = _("back at the start") if day.start is not None else ""
    return DayView(
        places.where(day.area) or _("The whole city"), grounds.get(day.ground, day.ground),
        [names.get(key, key) for key in day.partners], team, str(day.start or ""), str(day.end or home),
    )  # fmt: skip


def organisation_names() -> dict[str, str]:
    """Key → name of every organisation."""
    language = get_language()
    return {item.id: item.name.get(language) for item in city.profile().organisations}


def kind_names() -> dict[str, str]:
    """Key → name of every kind of place."""
    language = get_language()
    return {item.id: item.name.get(language) for item in city.profile().controls.places}


def kinds_of(stops: list[ControlStop]) -> list[tuple[str, str]]:
    """The kinds of place among these, each once, in the order of the profile."""
    there = {stop.kind for stop in stops}
    return [(key, name) for key, name in kind_names().items() if key in there]


def route_text(day: ControlDay, stops: list[ControlStop]) -> str:
    """What the route is worth, in a sentence."""
    if day.metres is None:
        return ""
    long = _("%s km along these addresses, in straight lines times 1.3.") % number(day.metres / 1000, 1)
    if day.gap is None:
        sure = _("The order was changed by hand.")
    elif day.gap == 0:
        sure = _("No other order is shorter.")
    else:
        sure = _("Another order is at most %s %% shorter.") % number(100 * day.gap, 1)
    return f"{long} {sure}"


def map_text(stops: list[ControlStop]) -> str:
    """The map in words, for who does not see it."""
    ordered = [stop for stop in stops if stop.order is not None]
    if not ordered:
        return ngettext("Map with %d address", "Map with %d addresses", len(stops)) % len(stops)
    return _("Map with the route: %s") % "; ".join(f"{stop.order} {stop.address}" for stop in ordered)


def results_title(told: Totals) -> str:
    """The finding of a day."""
    visited = told.stops - told.results[Result.WAITING]
    wrong = told.results[Result.SHORTCOMING] + told.results[Result.OFFENCE]
    if not visited:
        return _("Nothing has been visited yet")
    return ngettext(
        "%(wrong)d of %(visited)d visited address was not in order",
        "%(wrong)d of %(visited)d visited addresses were not in order",
        visited,
    ) % {"wrong": wrong, "visited": visited}


ORDER = (Result.OFFENCE, Result.SHORTCOMING, Result.NOBODY, Result.IN_ORDER, Result.WAITING)
"""What asks for most comes first."""


def result_groups(stops: list[ControlStop]) -> list[tuple[str, Any, list[ControlStop]]]:
    """Visits by result, the worst first: key, name, visits."""
    grouped = [(str(key.value), key.label, [stop for stop in stops if stop.result == key]) for key in ORDER]
    return [group for group in grouped if group[2]]


def dealer_of(user: User, stop: ControlStop) -> Dealer | None:
    """The dealer that a visit is for, where the person sees that one."""
    if stop.dealer_id is None:
        return None
    return dealer_selectors.dealers_for(user).filter(pk=stop.dealer_id).first()


def reach(user: User) -> str:
    """Over which areas figures of dealers count for a person, by name."""
    held = rules.areas_of(user, rules.SEE_DEALERS, rules.KEEP_DEALERS)
    if held is None:
        return _("The whole city")
    names = areas.names(held)
    return ", ".join(sorted(names.get(code, code) for code in held))
