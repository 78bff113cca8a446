"""Who may do what with signals: the names of the abilities, and the one question about an object."""

import rules
from django.contrib.auth.models import AnonymousUser

from openvis.web.access import people
from openvis.web.access.compartments import purposes_for
from openvis.web.access.models import User

from .models import HandOver, Signal

REPORT = "signals.report"
WEIGH = "signals.weigh"
COMPARTMENT = "signals"


def weighs(user: User | AnonymousUser, signal: Signal | None = None) -> bool:
    """Whether somebody reads and weighs signals."""
    return people.may(user, WEIGH)


def takes_up(user: User | AnonymousUser) -> bool:
    """Whether somebody works on what is passed to their department: they report, and have a purpose to open signals for."""
    if not isinstance(user, User) or user.organisation is None or not people.may(user, REPORT):
        return False
    return bool(purposes_for(user, COMPARTMENT))


def handles(user: User | AnonymousUser, handed: HandOver) -> bool:
    """Whether a hand-over went to the person's own department, and they take such up."""
    return takes_up(user) and user.organisation.key == handed.organisation


rules.add_perm("signals.see_signal", rules.predicate(weighs))
rules.add_perm("signals.see_hand_over", rules.predicate(handles) | rules.predicate(weighs))
