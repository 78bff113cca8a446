"""The states a signal goes through, and the steps that are allowed.

A draft is no state of a signal but a record of its own (`Draft`): once sent in, a signal is never again readable by who
sent it. Sending in and receiving are one act (the receipt is automatic); what is deleted is gone.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a signal stands, as who weighs sees it."""

    RECEIVED = "received", _("to be screened")
    MORE_INFO = "more_info", _("more information asked")
    IMMEDIATE = "immediate_action", _("acted at once, to be weighed")
    ENRICHED = "enriched", _("to be weighed")
    WEIGHED = "weighed", _("waits for the second reader")
    FORWARDED = "forwarded", _("forwarded: out of scope")
    HANDED_OVER = "handed_over", _("passed to a department")
    INDEXED = "indexed", _("in the address index")
    RIEC = "riec_meeting", _("for the RIEC meeting")
    CASUS = "casus", _("casus")
    PROJECT = "project", _("project")
    EVALUATED = "evaluated", _("result known")
    CLOSED = "closed", _("closed")


class Told(models.TextChoices):
    """The same for who reported: no content, and nothing from which the content could be guessed."""

    RECEIVED = "received", _("received")
    ASKED = "asked", _("we have a question for you")
    WEIGHING = "weighing", _("being looked at")
    TAKEN_UP = "taken_up", _("taken up")
    CLOSED = "closed", _("closed")


class Channel(models.TextChoices):
    """How a signal came in."""

    FORM = "form", _("this form")
    MAIL = "mail", _("e-mail or letter")
    TELEPHONE = "telephone", _("telephone")
    ANONYMOUS_LINE = "mma", _("Meld Misdaad Anoniem")
    POLICE_REPORT = "police_report", _("administrative report of the police")


class Outcome(models.TextChoices):
    """Why a signal ended."""

    OUT_OF_SCOPE = "out_of_scope", _("out of scope")
    INSUFFICIENT = "insufficient", _("too little to go on")
    NO_FOLLOW_UP = "no_follow_up", _("no follow-up after weighing")
    DONE = "done", _("followed up")


S = State
STEPS: dict[State, frozenset[State]] = {
    S.RECEIVED: frozenset({S.MORE_INFO, S.IMMEDIATE, S.ENRICHED, S.FORWARDED, S.CLOSED}),
    S.MORE_INFO: frozenset({S.RECEIVED, S.ENRICHED, S.CLOSED}),
    S.IMMEDIATE: frozenset({S.MORE_INFO, S.ENRICHED, S.FORWARDED, S.CLOSED}),
    S.ENRICHED: frozenset({S.IMMEDIATE, S.WEIGHED}),
    S.WEIGHED: frozenset({S.ENRICHED, S.CLOSED, S.HANDED_OVER, S.INDEXED, S.RIEC, S.CASUS, S.PROJECT}),
    S.HANDED_OVER: frozenset({S.EVALUATED, S.ENRICHED, S.CLOSED}),
    S.INDEXED: frozenset({S.ENRICHED, S.CLOSED}),
    S.RIEC: frozenset({S.CASUS, S.PROJECT, S.EVALUATED, S.ENRICHED, S.CLOSED}),
    S.CASUS: frozenset({S.PROJECT, S.EVALUATED, S.CLOSED}),
    S.PROJECT: frozenset({S.CASUS, S.EVALUATED, S.CLOSED}),
    S.EVALUATED: frozenset({S.CLOSED, S.ENRICHED}),
    S.FORWARDED: frozenset(),
    S.CLOSED: frozenset(),
}
"""From which state a signal can go where. The database holds the same list."""
AFTER_ROUTE = {
    "close": S.CLOSED, "department": S.HANDED_OVER, "index": S.INDEXED, "riec": S.RIEC, "project": S.PROJECT,
    "case": S.CASUS,
}  # fmt: skip
"""Where a signal stands once a route was taken."""
SCREENING = (S.RECEIVED, S.IMMEDIATE)
FOLLOWED = (S.HANDED_OVER, S.INDEXED, S.RIEC, S.CASUS, S.PROJECT, S.EVALUATED)
AWAITING = (S.HANDED_OVER, S.INDEXED)
"""Where the reporting point waits for the result of a department."""
ENDED = (S.FORWARDED, S.CLOSED)
OPEN = tuple(state for state in S if state not in ENDED)
TO_DO = (S.RECEIVED, S.MORE_INFO, S.IMMEDIATE, S.ENRICHED, S.WEIGHED, S.EVALUATED)
"""Where the reporting point is to move."""


def told(state: State) -> Told:
    """What the reporter is told of a state."""
    if state == S.MORE_INFO:
        return Told.ASKED
    if state in ENDED:
        return Told.CLOSED
    if state in FOLLOWED:
        return Told.TAKEN_UP
    return Told.RECEIVED if state == S.RECEIVED else Told.WEIGHING
