"""Who plans and carries out control days, and who sees and keeps dealers: in the areas of the role; teams, their day."""

from collections.abc import Iterable

import rules
from django.contrib.auth.models import AnonymousUser

from openvis.web.access import people
from openvis.web.access.models import User

from .models import ControlDay, Dealer

PLAN = "controls.plan"
VISIT = "controls.visit"
SEE_DEALERS = "dor.view"
KEEP_DEALERS = "dor.keep"


def reaches(user: User | AnonymousUser, ability: str, codes: Iterable[str]) -> bool:
    """Whether somebody holds an ability in one of these areas. What has no area belongs to the whole city."""
    held = people.areas_for(user, ability)
    return held is None or not held.isdisjoint(codes)


def areas_of(user: User | AnonymousUser, *abilities: str) -> frozenset[str] | None:
    """The areas in which somebody holds one of these; None for the whole city."""
    codes: set[str] = set()
    for ability in abilities:
        held = people.areas_for(user, ability)
        if held is None:
            return None
        codes |= held
    return frozenset(codes)


@rules.predicate
def plans(user: User, day: ControlDay) -> bool:
    """The day is in an area where the person plans."""
    return reaches(user, PLAN, day.areas)


@rules.predicate
def visits(user: User, day: ControlDay) -> bool:
    """The day is in an area where the person carries out visits, or they are of its team."""
    return reaches(user, VISIT, day.areas) or (
        people.may(user, VISIT) and day.members.filter(person=user).exists()
    )


@rules.predicate
def sees_dealer(user: User, dealer: Dealer) -> bool:
    """The dealer is in an area where the person sees or keeps dealers."""
    return reaches(user, SEE_DEALERS, dealer.areas) or reaches(user, KEEP_DEALERS, dealer.areas)


@rules.predicate
def keeps_dealer(user: User, dealer: Dealer) -> bool:
    """The dealer is in an area where the person keeps dealers."""
    return reaches(user, KEEP_DEALERS, dealer.areas)


rules.add_perm("controls.see_day", plans | visits)
rules.add_perm("controls.plan_day", plans)
rules.add_perm("controls.visit_day", visits)
rules.add_perm("controls.see_dealer", sees_dealer)
rules.add_perm("controls.keep_dealer", keeps_dealer)
