"""Focus places: what was seen, what people make of it, and what they do about it."""

import uuid
from datetime import date

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openvis.web import city
from openvis.web.access.fields import SealedTextField

from .states import OPEN, State

TERM = "operations"
"""The retention term of the profile that focus places end by."""
MAX_PICTURE = 300_000
"""Largest picture of the evidence, in bytes."""


def ends_on() -> date:
    """The day on which the retention term (bewaartermijn) of a place that is closed today ends."""
    return city.profile().retention_term(TERM).ends(timezone.localdate())


class Phase(models.TextChoices):
    """When an action works: preventief, repressief, nazorg; enabling makes the rest possible."""

    PREVENTIVE = "preventive", _("preventive")
    REPRESSIVE = "repressive", _("repressive")
    AFTERCARE = "aftercare", _("aftercare")
    ENABLING = "enabling", _("enabling")


class Evidence(models.Model):
    """The evidence (onderbouwing) of a focus place, frozen as it was: no later delivery of data changes it.

    `outline` is WKB in the profile's projected system, `shape` the same as GeoJSON in WGS84.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    taken = models.DateTimeField(_("taken at"), default=timezone.now)
    query = models.TextField(_("filter"), help_text=_("the query string of the picture"))
    store_version = models.CharField(_("version of the event store"), max_length=100)
    sources = models.JSONField(_("sources and until when they reach"), default=list)
    made_up = models.BooleanField(_("made-up data"), default=False)
    figures = models.JSONField(_("figures"), default=dict)
    cell = models.PositiveSmallIntegerField(_("cell size in metres"), null=True)
    cells = ArrayField(models.IntegerField(), default=list, verbose_name=_("cells"))
    outline = models.BinaryField(_("outline"))
    shape = models.JSONField(_("shape"))
    picture = models.BinaryField(_("picture"))
    picture_type = models.CharField(max_length=30, default="image/svg+xml")
    picture_sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        triggers = [pgtrigger.Protect(name="evidence_never_changes", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.taken:%Y-%m-%d} {self.query}"


class FocusPlaceQuerySet(models.QuerySet["FocusPlace"]):
    def open(self) -> "FocusPlaceQuerySet":
        """Places where something is still to be done."""
        return self.filter(state__in=OPEN)


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class FocusPlace(models.Model):
    """A focus place (aandachtsplek): a place and time that was found vulnerable, what it means and what is done there.

    `home` are the codes of the area that holds most of it and of the areas above that one: whose place it is.
    `touches` are the codes of all areas it lies in: who may see it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120)
    evidence = models.OneToOneField(Evidence, models.PROTECT, related_name="place", verbose_name=_("evidence"))
    home = ArrayField(models.CharField(max_length=40), default=list, verbose_name=_("home areas"))
    touches = ArrayField(models.CharField(max_length=40), default=list, verbose_name=_("areas"))
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.PROPOSED)
    goal = models.CharField(
        _("goal of the plan"), max_length=40, blank=True, help_text=_("key of a goal of the profile")
    )
    interpretation = SealedTextField(_("interpretation"), blank=True)
    reason = SealedTextField(_("reason of the decision"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="focus_places",
        verbose_name=_("owner"),
    )
    result = SealedTextField(_("result"), blank=True)
    kept_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("kept by")
    )
    kept_at = models.DateTimeField(_("kept at"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    ends_on = models.DateField(_("kept until"), default=ends_on, help_text=_("end of the retention term"))
    version = models.PositiveIntegerField(default=1, help_text=_("grows with each change, so that nobody overwrites"))
    objects = FocusPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("focus place")
        verbose_name_plural = _("focus places")
        ordering = ("-kept_at",)
        indexes = [
            GinIndex(fields=["touches"], name="focus_place_touches"),
            models.Index(fields=["goal", "state"], name="focus_place_goal"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["proposed", "assessed"]) | ~models.Q(reason=""),
                name="focus_place_decided_with_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="closed") | ~models.Q(result=""), name="focus_place_closed_with_result"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="evidence_stays", operation=pgtrigger.Update, condition=pgtrigger.AnyChange("evidence")
            )
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class FocusAction(models.Model):
    """An action (afspraak) on a focus place: what will be done, by whom, by when, and what came of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    place = models.ForeignKey(FocusPlace, models.CASCADE, related_name="actions", verbose_name=_("focus place"))
    what = SealedTextField(_("what will be done"), max_length=300)
    phase = models.CharField(_("phase"), max_length=12, choices=Phase.choices)
    organisation = models.SlugField(_("organisation"), blank=True, help_text=_("key of an organisation of the profile"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="focus_actions",
        verbose_name=_("person"),
    )
    due = models.DateField(_("by when"))
    done = models.DateField(_("done on"), null=True, blank=True)
    result = SealedTextField(_("result"), blank=True)
    agreed_at = models.DateTimeField(_("agreed at"), default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("action on a focus place")
        verbose_name_plural = _("actions on focus places")
        ordering = ("done", "due")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=False) | ~models.Q(organisation=""), name="focus_action_has_a_doer"
            ),
            models.CheckConstraint(
                condition=models.Q(done__isnull=True) | ~models.Q(result=""), name="focus_action_done_with_result"
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def late(self) -> bool:
        """Whether it should have been done by now."""
        return self.done is None and self.due < timezone.localdate()
