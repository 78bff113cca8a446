"""Figures of signals as they were fixed for a quarter, and places out of sight."""

import uuid

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openvis.web.access.fields import SealedTextField

FIGURES_TERM = "aggregates"
PLACES_TERM = "operations"


class PlaceKind(models.TextChoices):
    """What kind of place it is."""

    HOLIDAY_PARK = "holiday_park", _("holiday park or camp site")
    BUSINESS_PARK = "business_park", _("business park")
    STORAGE = "storage", _("lock-ups and storage")
    HARBOUR = "harbour", _("harbour or moorings")
    CARAVANS = "caravans", _("caravan site")
    ALLOTMENTS = "allotments", _("allotments or rural area")
    CLUB = "club", _("club house or private hall")
    OTHER = "other", _("another kind of place")


class QuarterFigures(models.Model):
    """Figures of signals (kwartaalcijfers): counts of one quarter, protected when it was over, and fixed since.

    Small counts are in no column: what is kept is what may be shown. Reports read it only after somebody released it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    year = models.PositiveSmallIntegerField(_("year"))
    quarter = models.PositiveSmallIntegerField(_("quarter"))
    k = models.PositiveSmallIntegerField(help_text=_("the least number that is told"))
    level = models.SlugField(_("level of the areas"))
    phenomena = models.JSONField(_("phenomenon by area"))
    branches = models.JSONField(_("branch"))
    risk = models.JSONField(_("risk profile of area and branch"), null=True, blank=True)
    made_at = models.DateTimeField(_("fixed at"), default=timezone.now)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("released by")
    )
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)
    ends_on = models.DateField(_("kept until"))

    class Meta:
        verbose_name = _("figures of a quarter")
        verbose_name_plural = _("figures of quarters")
        ordering = ("-year", "-quarter")
        constraints = [
            models.UniqueConstraint(fields=["year", "quarter"], name="quarter_figures_once"),
            models.CheckConstraint(condition=models.Q(quarter__range=(1, 4)), name="quarter_figures_quarter"),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.quarter}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["reason"])
class PlaceOutOfSight(models.Model):
    """A place out of sight (vrijplaats): where the government hardly comes, and is to come again.

    A place, never a person: why it is on the list is about the place. `areas` are the codes of its area and those above.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("place"), max_length=100)
    kind = models.CharField(_("kind of place"), max_length=14, choices=PlaceKind.choices)
    area_code = models.CharField(_("area"), max_length=40)
    areas = ArrayField(models.CharField(max_length=40), default=list)
    address = models.ForeignKey(
        "places.Address", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("address")
    )
    reason = SealedTextField(_("why it is on the list"), max_length=1000)
    last_control = models.DateField(_("last control"), null=True, blank=True)
    next_control = models.DateField(_("next control"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("changed by")
    )
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now)
    ends_on = models.DateField(
        _("kept until"), null=True, blank=True, help_text=_("set when it leaves the list: the end of its retention term")
    )

    class Meta:
        verbose_name = _("place out of sight")
        verbose_name_plural = _("places out of sight")
        ordering = ("next_control", "title")
        indexes = [models.Index(fields=["next_control"], name="place_out_of_sight_due")]

    def __str__(self) -> str:
        return self.title
