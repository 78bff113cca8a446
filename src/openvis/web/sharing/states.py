"""The states a transfer goes through: proposed, and then one answer, for good."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a transfer stands."""

    PROPOSED = "proposed", _("to be answered")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("turned down")
    WITHDRAWN = "withdrawn", _("taken back")
    EXPIRED = "expired", _("not answered in time")


class Law(models.TextChoices):
    """The law under which data are handed over: it stays on them as their label."""

    AVG = "AVG", _("AVG (general data protection regulation)")
    WPG = "Wpg", _("Wpg (police data act)")


ANSWERS = (State.ACCEPTED, State.REFUSED, State.WITHDRAWN, State.EXPIRED)
RECEIVER_SEES = (State.PROPOSED, State.ACCEPTED, State.REFUSED)
"""What was withdrawn or never answered is no business of the receiving side any more."""
