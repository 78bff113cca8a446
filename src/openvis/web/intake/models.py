"""Where data come from, what came in, and the record: incidents and counts."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Source(models.Model):
    """A source (bron): who delivers, on which legal ground, and how its columns become the event schema.

    `definition` is `openvis.profile.Source` as JSON; sources of the profile are loaded from it, others are saved in the browser.
    """

    key = models.SlugField(_("key"), unique=True)
    number = models.SmallAutoField(primary_key=True)
    definition = models.JSONField(_("definition"))
    from_profile = models.BooleanField(default=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("key",)

    def __str__(self) -> str:
        return self.key


class Batch(models.Model):
    """One delivery (levering): a file, a posted batch, or the observations of a day."""

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        LOADING = "loading", _("being loaded")
        LOADED = "loaded", _("loaded")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.ForeignKey(Source, models.PROTECT, related_name="batches")
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    file_name = models.CharField(max_length=255, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    received = models.DateTimeField(default=timezone.now)
    loaded = models.DateTimeField(null=True, blank=True)
    message = models.TextField(blank=True)
    step = models.CharField(max_length=60, blank=True)
    progress = models.FloatField(default=0)
    read = models.IntegerField(default=0)
    new = models.IntegerField(default=0)
    updated = models.IntegerField(default=0)
    skipped = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    unplaced = models.IntegerField(default=0)
    projected = models.BooleanField(default=False, help_text="whether the event store holds it")

    class Meta:
        ordering = ("-received",)

    def __str__(self) -> str:
        return f"{self.source} {self.received:%Y-%m-%d}"


class Incident(models.Model):
    """An incident: what happened, when (often only between two moments), where (often only roughly). No names."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", db_index=False)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="incidents", db_index=False)
    reference = models.CharField(max_length=100)
    kind = models.SmallIntegerField()
    attempt = models.BooleanField(null=True)
    begin = models.DateTimeField()
    end = models.DateTimeField(db_column="until")
    reported = models.DateTimeField(null=True)
    x = models.FloatField(null=True)
    y = models.FloatField(null=True)
    precision = models.FloatField(null=True)
    area = models.ForeignKey("places.Area", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    address = models.ForeignKey("places.Address", models.SET_NULL, null=True, related_name="+", db_index=False, db_constraint=False)
    text = models.TextField(blank=True)
    ends_on = models.DateField(help_text="end of the retention term")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "reference"], name="one_incident_a_reference")]

    def __str__(self) -> str:
        return f"{self.source_id}/{self.reference}"
