"""What the pages read about focus places, always for a given person."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access.models import User

from . import rules
from .models import FocusAction, FocusPlace
from .states import OPEN, State


def visible_for(user: User) -> QuerySet[FocusPlace]:
    """The places somebody may see; every list, count, search and page starts here."""
    held = rules.areas_seen(user)
    places = FocusPlace.objects.select_related("owner", "kept_by", "decided_by")
    return places if held is None else places.filter(touches__overlap=sorted(held))


def place(user: User, key: Any) -> FocusPlace:
    """One place with its evidence; Http404 where the person does not see it."""
    found = visible_for(user).select_related("evidence").filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def action(user: User, key: Any) -> FocusAction:
    """One action; Http404 where the person does not see its place."""
    found = FocusAction.objects.select_related("place", "person").filter(pk=key, place__in=visible_for(user)).first()
    if found is None:
        raise Http404
    return found


def filtered(user: User, state: str = "", area: str = "", goal: str = "", owner: str = "") -> QuerySet[FocusPlace]:
    """The places for the list. `state` is a state, "all", or empty for those where something is to be done."""
    places = visible_for(user).defer("interpretation", "reason", "result")
    if state == "":
        places = places.filter(state__in=OPEN)
    elif state != "all":
        places = places.filter(state=state)
    if area:
        places = places.filter(touches__contains=[area])
    if goal:
        places = places.filter(goal=goal)
    if owner:
        places = places.filter(owner=owner)
    return places


def by_goal(user: User) -> dict[str, list[FocusPlace]]:
    """Goal → its places that were not dismissed, as far as the person sees them."""
    found: dict[str, list[FocusPlace]] = defaultdict(list)
    for item in visible_for(user).exclude(goal="").exclude(state=State.DISMISSED):
        found[item.goal].append(item)
    return found


def in_area(user: User, code: str) -> list[FocusPlace]:
    """The places of an area where something is to be done, with their actions."""
    return list(filtered(user, area=code).prefetch_related("actions__person"))


@dataclass(frozen=True, slots=True)
class Mine:
    """What is somebody's own to do."""

    owned: list[FocusPlace]
    due: list[FocusAction]


def mine(user: User) -> Mine:
    """Places the person owns, and actions of theirs that are late or due before the end of next Sunday."""
    today = timezone.localdate()
    sunday = today + timedelta(days=6 - today.weekday())
    due = FocusAction.objects.filter(
        Q(person=user) | Q(person__isnull=True, place__owner=user), done__isnull=True, due__lte=sunday,
        place__state__in=OPEN, place__in=visible_for(user),
    ).select_related("place")
    return Mine(list(visible_for(user).filter(owner=user, state__in=OPEN)), list(due.order_by("due")))


def people_for(item: FocusPlace) -> QuerySet[User]:
    """Everybody who could own a place or take an action on it: who is active and sees it."""
    candidates = User.objects.filter(is_active=True, grants__in=_grants_in_force()).distinct()
    allowed = [user.pk for user in candidates if rules.sees(user, item)]
    return User.objects.filter(pk__in=allowed)


def _grants_in_force() -> QuerySet[Any]:
    from openvis.web.access.models import Grant

    return Grant.objects.in_force()


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done to a place: when, by whom, what, and the text it replaced."""

    at: datetime
    who: str
    what: Any
    replaced: str = ""


ACTS = {
    "assess": gettext_lazy("interpreted"),
    "accept": gettext_lazy("accepted"),
    "dismiss": gettext_lazy("dismissed"),
    "hand_over": gettext_lazy("handed over"),
    "agree_action": gettext_lazy("action agreed"),
    "change_action": gettext_lazy("action changed"),
    "finish_action": gettext_lazy("action reported"),
    "close": gettext_lazy("closed"),
}


def history(item: FocusPlace) -> list[Step]:
    """What happened to a place and its actions, newest first. History holds what was there before each act."""
    events: list[Any] = list(item.events.select_related("pgh_context").filter(pgh_context__isnull=False))
    for done in item.actions.all():
        events += done.events.select_related("pgh_context").filter(pgh_context__isnull=False)
    events.sort(key=lambda event: (event.pgh_created_at, event.pgh_id), reverse=True)
    meta = [(event, event.pgh_context.metadata) for event in events]
    names = {str(user.pk): str(user) for user in User.objects.filter(pk__in={m.get("user") for _e, m in meta})}
    steps = [
        Step(
            event.pgh_created_at,
            names.get(facts.get("user"), _("somebody")),
            ACTS.get(facts.get("act"), facts.get("act")),
            replaced=event.interpretation if facts.get("act") == "assess" else "",
        )
        for event, facts in meta
    ]
    return [*steps, Step(item.kept_at, str(item.kept_by or _("somebody")), _("kept"))]


def search(user: Any, words: str) -> list[tuple[str, str, str]]:
    """Places whose name holds the words: (title, line, address)."""
    word = city.profile().term("focus_place", get_language()).capitalize()
    return [
        (item.name, f"{word} · {item.get_state_display()}", reverse("focus_place", args=[item.pk]))
        for item in visible_for(user).filter(name__icontains=words)[:20]
    ]


def next_due(item: FocusPlace) -> date | None:
    """The first day on which something of a place should be done."""
    days = [done.due for done in item.actions.all() if done.done is None]
    return min(days) if days else None
