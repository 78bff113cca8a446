"""The local RIEC meeting (lokaal RIEC-overleg): its agenda, what we brought in, what was decided, who does what.

Of what partners know there is no column here. Kept are our own contribution and the decisions, each with the law it is
under; partners keep what is theirs.
"""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openvis.web.access.fields import SealedJSONField, SealedTextField

from ..states import ItemState, Law, MeetingState
from .base import Agreed, Kept, staff


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["place"])
class Meeting(Kept):
    """A meeting (overleg): when, where, who is in the chair, under which covenant."""

    begins = models.DateTimeField(_("begins"))
    place = SealedTextField(_("place"), max_length=200)
    chair = staff(_("chair"))
    covenant = models.SlugField(_("covenant"))
    state = models.CharField(_("state"), max_length=10, choices=MeetingState.choices, default=MeetingState.DRAFT)
    made_by = staff(_("made by"))
    sent_at = models.DateTimeField(_("sent at"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    reminded = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)
    ends_on = models.DateField(_("kept until"), help_text=_("end of the retention term"))

    class Meta:
        verbose_name = _("RIEC meeting")
        verbose_name_plural = _("RIEC meetings")
        ordering = ("-begins",)
        indexes = [models.Index(fields=["state", "begins"], name="meeting_state")]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.begins):%Y-%m-%d %H:%M}"


class Participant(Kept):
    """Somebody who takes part in a meeting (deelnemer), for the organisation that they were invited for."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="participants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("participant"))
    organisation = models.SlugField(_("organisation"), blank=True)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [models.UniqueConstraint(fields=["meeting", "user"], name="participant_once")]

    def __str__(self) -> str:
        return str(self.pk)


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["result"])
class TabledItem(Kept):
    """A signal for the meeting (agendapunt), from the day it was routed there until it is closed."""

    signal = models.ForeignKey("signals.Signal", models.CASCADE, related_name="+", verbose_name=_("signal"))
    number = models.CharField(_("running number"), max_length=20)
    meeting = models.ForeignKey(Meeting, models.SET_NULL, null=True, related_name="items", verbose_name=_("meeting"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=ItemState.choices, default=ItemState.WAITING)
    approaches = ArrayField(models.SlugField(), default=list, blank=True, verbose_name=_("approach"))
    partners = ArrayField(models.SlugField(), default=list, blank=True, verbose_name=_("partners"))
    routed_by = staff(_("routed by"))
    routed_at = models.DateTimeField(_("routed at"), default=timezone.now)
    result = SealedTextField(_("result"), max_length=4000, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    version = models.PositiveIntegerField(default=1)
    ends_on = models.DateField(_("kept until"), help_text=_("end of the retention term"))

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ("order", "routed_at")
        constraints = [
            models.UniqueConstraint(
                fields=["signal"], condition=~models.Q(state="closed"), name="signal_tabled_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "closed"]) | models.Q(meeting__isnull=False),
                name="item_tabled_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Contribution(Kept):
    """Our contribution (inbreng): fields of one signal, handed over to a meeting in one act. It never changes."""

    item = models.OneToOneField(TabledItem, models.CASCADE, related_name="contribution")
    fields = ArrayField(models.SlugField(), verbose_name=_("fields"))
    values = SealedJSONField(_("values"), help_text=_("title and text of each field, as they were"))
    law = models.CharField(_("law"), max_length=3, choices=Law.choices)
    article = models.CharField(_("article"), max_length=120)
    covenant = models.SlugField(_("covenant"))
    purpose = models.SlugField(_("purpose"), max_length=60)
    motivation = SealedTextField(_("why"), max_length=2000)
    proportionality = SealedTextField(_("why not more than this"), max_length=1000)
    by = staff(_("handed over by"))
    at = models.DateTimeField(_("handed over at"), default=timezone.now)

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        constraints = [models.CheckConstraint(condition=models.Q(fields__len__gt=0), name="contribution_of_something")]

    def __str__(self) -> str:
        return str(self.pk)


class Decision(Kept):
    """A decision of the meeting about an item (besluit). It stays as it was: what changes is decided anew."""

    item = models.ForeignKey(TabledItem, models.CASCADE, related_name="decisions")
    meeting = models.ForeignKey(Meeting, models.SET_NULL, null=True, related_name="+")
    text = SealedTextField(_("decision"), max_length=4000)
    law = models.CharField(_("law"), max_length=3, choices=Law.choices)
    article = models.CharField(_("article"), max_length=120)
    project = models.ForeignKey(
        "followup.Project", models.SET_NULL, null=True, related_name="+", verbose_name=_("project"),
        help_text=_("where the meeting sent the signal on to"),
    )
    by = staff(_("written down by"))
    at = models.DateTimeField(_("written down at"), default=timezone.now)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ("at",)

    def __str__(self) -> str:
        return str(self.pk)


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["what", "result"])
class MeetingAction(Agreed):
    """What somebody will do about an item (actie): owner, organisation, term, and what came of it.

    With an approach it is an intervention: what an organisation does with its own powers.
    """

    item = models.ForeignKey(TabledItem, models.CASCADE, related_name="actions")
    what = SealedTextField(_("what will be done"), max_length=1000)
    owner = staff(_("owner"))
    organisation = models.SlugField(_("organisation"), blank=True)
    approach = models.SlugField(_("approach"), blank=True)
    result = SealedTextField(_("what came of it"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("action of a meeting")
        verbose_name_plural = _("actions of a meeting")
        ordering = ("due",)
        indexes = [models.Index(fields=["owner", "state", "due"], name="meetingaction_owner")]

    def __str__(self) -> str:
        return str(self.pk)
