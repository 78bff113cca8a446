"""The states of an entry and the codes of a reply: closed lists, for the index holds no text."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where an entry stands."""

    ACTIVE = "active", _("active")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXPIRED = "expired", _("run out")


class Result(models.TextChoices):
    """What the two departments found when they spoke to each other."""

    SAME = "same", _("it is about the same thing")
    DIFFERENT = "different", _("it is about different things")
    ACT_TOGETHER = "act_together", _("we act together")


class Ground(models.TextChoices):
    """The checklist before anything is told: all of it, or nothing is exchanged (AVG art. 5 and 6)."""

    TASK = "task", _("Both departments need it for a public task of their own.")
    PURPOSE = "purpose", _("What it is for fits with what the data were collected for.")
    LEAST = "least", _("We told each other no more than was needed.")
    SECRECY = "secrecy", _("No duty of secrecy stands in the way.")


class Reason(models.TextChoices):
    """Why an entry is needed for a second term."""

    RUNNING = "running", _("our investigation is still running")
    MEASURE = "measure", _("a measure or a visit is being prepared")
    PROCEDURE = "procedure", _("an objection or an appeal is running")
    AGREEMENT = "agreement", _("we agreed it with the other department")
