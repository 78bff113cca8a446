"""Finding people among some hundreds: by words, role, organisation and state, and what needs attention."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import Grant, Invitation, User

SOON = dt.timedelta(days=30)
"""How far ahead the end of a role is told."""
STATES = {
    "": _("open accounts"),
    "soon": _("a role ends within 30 days"),
    "endless": _("a role without an end date"),
    "none": _("no role now"),
    "invited": _("invited, no password yet"),
    "expired": _("last day is past"),
    "closed": _("closed accounts"),
    "all": _("all accounts"),
}
"""What the list can be narrowed to."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which people the list shows."""

    words: str = ""
    role: str = ""
    organisation: str = ""
    state: str = ""


def found(wanted: Wanted) -> QuerySet[User]:
    """The people that are wanted, by name; their roles come along."""
    people = User.objects.select_related("organisation").prefetch_related("grants").order_by("name", "email")
    for word in wanted.words.split():
        people = people.filter(Q(name__icontains=word) | Q(email__icontains=word))
    if wanted.role:
        people = people.filter(Exists(_grants(role=wanted.role)))
    if wanted.organisation:
        people = people.filter(organisation__key=wanted.organisation)
    return people.filter(_state(wanted.state))


def counts() -> dict[str, int]:
    """How many accounts are open, and how many are in a state that asks for attention."""
    asked = {"open": "", "soon": "soon", "none": "none", "invited": "invited"}
    return {f"count_{name}": User.objects.filter(_state(key)).count() for name, key in asked.items()}


def account_states(people: list[User]) -> dict[Any, str]:
    """The state of each account, in one question to the database."""
    waiting = _invited({person.pk for person in people})
    states = {}
    for person in people:
        state = "closed" if not person.is_active else "expired" if person.lapsed else "open"
        states[person.pk] = "invited" if state == "open" and person.pk in waiting else state
    return states


def _invited(keys: set[Any]) -> set[Any]:
    waiting = Invitation.objects.filter(user__in=keys, used__isnull=True, ends__gt=timezone.now())
    return set(waiting.values_list("user_id", flat=True))


def _grants(**fields: Any) -> QuerySet[Grant]:
    return Grant.objects.not_ended().filter(user=OuterRef("pk"), **fields)


def _state(key: str) -> Q:
    now, today = timezone.now(), timezone.localdate()
    lapsed = Q(expires__lt=today)
    usable = Q(is_active=True) & ~lapsed
    if key == "all":
        return Q()
    if key == "closed":
        return Q(is_active=False)
    if key == "expired":
        return Q(is_active=True) & lapsed
    if key == "soon":
        return usable & Q(Exists(_grants(ends__lte=now + SOON)))
    if key == "endless":
        return usable & Q(Exists(_grants(ends__isnull=True)))
    if key == "none":
        return usable & ~Q(Exists(Grant.objects.in_force().filter(user=OuterRef("pk"))))
    if key == "invited":
        waiting = Invitation.objects.filter(user=OuterRef("pk"), used__isnull=True, ends__gt=now)
        return usable & Q(Exists(waiting))
    return usable
