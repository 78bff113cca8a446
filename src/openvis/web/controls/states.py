"""What can become of a control day, of a visit, and of a check of a dealer; and what leads from one to the other."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DayState(models.TextChoices):
    """Where a control day stands."""

    PLANNED = "planned", _("planned")
    UNDER_WAY = "under_way", _("under way")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


OPEN_DAYS = (DayState.PLANNED, DayState.UNDER_WAY)
"""Days to which something can still happen."""


class Result(models.TextChoices):
    """What came of a visit to an address."""

    WAITING = "waiting", _("not visited yet")
    NOBODY = "nobody", _("nobody there")
    IN_ORDER = "in_order", _("in order")
    SHORTCOMING = "shortcoming", _("shortcoming")
    OFFENCE = "offence", _("offence")


VISITED = (Result.NOBODY, Result.IN_ORDER, Result.SHORTCOMING, Result.OFFENCE)
SEEN = (Result.IN_ORDER, Result.SHORTCOMING, Result.OFFENCE)
"""Somebody was there: the place has been controlled."""


class CheckState(models.TextChoices):
    """Where a check of a dealer stands."""

    PLANNED = "planned", _("planned")
    IN_ORDER = "in_order", _("in order")
    SHORTCOMING = "shortcoming", _("shortcoming")
    WARNED = "warned", _("warned")
    RECHECKED = "rechecked", _("checked again")
    OFFENCE = "offence", _("offence")
    POLICE = "police", _("handed to the police")
    WITHDRAWN = "withdrawn", _("withdrawn")


STEPS: dict[str, tuple[str, ...]] = {
    CheckState.PLANNED: (CheckState.IN_ORDER, CheckState.SHORTCOMING, CheckState.OFFENCE, CheckState.WITHDRAWN),
    CheckState.SHORTCOMING: (CheckState.WARNED,),
    CheckState.WARNED: (CheckState.RECHECKED,),
    CheckState.OFFENCE: (CheckState.POLICE,),
}
"""From a state to those that may follow. What leads nowhere is the end."""
DONE_CHECKS = (CheckState.IN_ORDER, CheckState.RECHECKED, CheckState.POLICE, CheckState.WITHDRAWN)
OUTCOMES = (CheckState.IN_ORDER, CheckState.SHORTCOMING, CheckState.OFFENCE)
"""What an officer can find."""


class Listed(models.TextChoices):
    """How the municipality came to know a dealer."""

    COUNTER = "counter", _("digital dealers' desk (DOL)")
    NOTIFICATION = "notification", _("notified to the mayor")
    FOUND = "found", _("found by ourselves")
