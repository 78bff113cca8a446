"""Who may do what with signals: the names of the abilities, and the one question about an object."""

import rules
from django.contrib.auth.models import AnonymousUser

from openvis.web.access import people
from openvis.web.access.models import User

from .models import HandOver, Signal

REPORT = "signals.report"
WEIGH = "signals.weigh"


def weighs(user: User | AnonymousUser, signal: Signal | None = None) -> bool:
    """Whether somebody reads and weighs signals."""
    return people.may(user, WEIGH)


def handles(user: User | AnonymousUser, handed: HandOver) -> bool:
    """Whether a hand-over went to the person's own department, and they may report signals there."""
    if not isinstance(user, User) or user.organisation is None or not people.may(user, REPORT):
        return False
    return bool(user.organisation.key == handed.organisation)


rules.add_perm("signals.see_signal", rules.predicate(weighs))
rules.add_perm("signals.see_hand_over", rules.predicate(handles) | rules.predicate(weighs))
