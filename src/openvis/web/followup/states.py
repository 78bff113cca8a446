"""The states of what happens after weighing, and the words for choices that the law or the covenant fixes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MeetingState(models.TextChoices):
    """Where a meeting stands. Participants see it from `sent` on."""

    DRAFT = "draft", _("being prepared")
    SENT = "sent", _("agenda sent")
    CLOSED = "closed", _("record closed")


class ItemState(models.TextChoices):
    """Where a signal stands that goes to the RIEC meeting."""

    WAITING = "waiting", _("to be planned")
    TABLED = "tabled", _("on the agenda")
    DECIDED = "decided", _("in approach")
    CLOSED = "closed", _("closed")


class Law(models.TextChoices):
    """The law that something falls under: it stays on it as its label."""

    AVG = "AVG", _("AVG (general data protection regulation)")
    WPG = "Wpg", _("Wpg (police data act)")
    WGS = "WGS", _("WGS (act on data processing by partnerships)")


class Progress(models.TextChoices):
    """How far something that was agreed is."""

    OPEN = "open", _("to do")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")


class ProjectState(models.TextChoices):
    """Whether a project runs."""

    RUNNING = "running", _("running")
    CLOSED = "closed", _("closed")


class Communication(models.TextChoices):
    """Whether an intervention is told to the public (communicatiebesluit)."""

    LATER = "later", _("decide later")
    YES = "communicate", _("communicate")
    NO = "not", _("do not communicate")


SEEN = (MeetingState.SENT, MeetingState.CLOSED)
