"""Who may see, keep, assess and work on focus places: within the areas of their role, and what is their own."""

import rules
from django.contrib.auth.models import AnonymousUser

from openvis.web.access import people
from openvis.web.access.models import User

from .models import FocusAction, FocusPlace

VIEW = "briefing.view"
KEEP = "places.keep"
ASSESS = "places.assess"
READING = (VIEW, KEEP, ASSESS)
"""Any of these opens the places of the areas it is held for."""


def areas_seen(user: User | AnonymousUser) -> frozenset[str] | None:
    """Codes of the areas whose focus places somebody sees; None for the whole city."""
    codes: set[str] = set()
    for ability in READING:
        held = people.areas_for(user, ability)
        if held is None:
            return None
        codes |= held
    return frozenset(codes)


def within(user: User | AnonymousUser, ability: str, codes: list[str]) -> bool:
    """Whether somebody holds an ability in one of these areas. A place without an area belongs to the whole city."""
    held = people.areas_for(user, ability)
    return held is None or not held.isdisjoint(codes)


@rules.predicate
def sees(user: User, place: FocusPlace) -> bool:
    """Some of the place lies in an area of the person's."""
    held = areas_seen(user)
    return held is None or not held.isdisjoint(place.touches)


@rules.predicate
def keeps_here(user: User, place: FocusPlace) -> bool:
    """The place is at home in an area where the person keeps places."""
    return within(user, KEEP, place.home)


@rules.predicate
def assesses_here(user: User, place: FocusPlace) -> bool:
    """The place is at home in an area where the person assesses."""
    return within(user, ASSESS, place.home)


@rules.predicate
def owns(user: User, place: FocusPlace) -> bool:
    """The place is the person's to see to."""
    return place.owner_id == user.pk


@rules.predicate
def does(user: User, action: FocusAction) -> bool:
    """The action is the person's."""
    return action.person_id == user.pk


@rules.predicate
def leads_the_place(user: User, action: FocusAction) -> bool:
    """The person leads the place the action belongs to."""
    return bool((owns | keeps_here | assesses_here)(user, action.place))


@rules.predicate
def sees_its_place(user: User, action: FocusAction) -> bool:
    """The person sees the place the action belongs to."""
    return bool(sees(user, action.place))


rules.add_perm("deployment.see_place", sees)
rules.add_perm("deployment.keep_place", keeps_here)
rules.add_perm("deployment.assess_place", sees & assesses_here)
rules.add_perm("deployment.agree_action", sees & (owns | keeps_here | assesses_here))
rules.add_perm("deployment.close_place", sees & (owns | assesses_here))
rules.add_perm("deployment.change_action", sees_its_place & leads_the_place)
rules.add_perm("deployment.finish_action", sees_its_place & (does | leads_the_place))
