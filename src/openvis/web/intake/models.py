"""Where data come from, what came in, and the record: incidents and counts.

Two habits here need a word. The big tables carry no database constraint to their parents, because a million
rows would each be checked on their own (that doubles the time of a load); they are written only by `loading`, which
writes the parents in the same transaction. And their history is kept by triggers that fire once a statement and store
the row as it *was*, on update and delete, so that loading new rows costs nothing and withdrawing gives earlier values
back.
"""

import uuid

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openvis.profile import Source as Definition

from .words import file_text


class Source(models.Model):
    """A source (bron): who delivers, on which legal ground, and how its columns become the event schema.

    `definition` is `openvis.profile.Source` as JSON; sources of the profile are loaded from it, others are saved in the
    browser.
    """

    number = models.SmallAutoField(primary_key=True)
    key = models.SlugField(_("key"), max_length=60, unique=True)
    definition = models.JSONField(_("definition"))
    from_profile = models.BooleanField(default=True)
    in_use = models.BooleanField(default=True, help_text="false when the profile no longer names it")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("key",)

    def __str__(self) -> str:
        return self.key

    @property
    def described(self) -> Definition:
        """The definition as a checked model."""
        return Definition.model_validate(self.definition)


class Batch(models.Model):
    """One delivery (levering): a file, a posted batch, or the observations of a day."""

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        LOADING = "loading", _("being loaded")
        LOADED = "loaded", _("loaded")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Way(models.TextChoices):
        FILE = "file", _("file")
        POSTED = "posted", _("posted by a system")
        FORM = "form", _("form")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.ForeignKey(Source, models.PROTECT, related_name="batches")
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    way = models.CharField(max_length=8, choices=Way.choices, default=Way.FILE)
    file_name = models.CharField(max_length=255, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0)
    original_until = models.DateField(null=True, help_text="the day the original and the rejected rows are destroyed")
    original_gone = models.DateTimeField(null=True, editable=False, help_text="when the original was destroyed")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    corrects = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="corrections")
    received = models.DateTimeField(default=timezone.now)
    loaded = models.DateTimeField(null=True, blank=True)
    withdrawn = models.DateTimeField(null=True, blank=True)
    refusal = models.JSONField(null=True, help_text="{reason, facts} of a refused delivery")
    step = models.CharField(max_length=60, blank=True)
    progress = models.FloatField(default=0, help_text="0 to 1")
    read = models.IntegerField(default=0)
    new = models.IntegerField(default=0)
    updated = models.IntegerField(default=0)
    skipped = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    unplaced = models.IntegerField(default=0)
    projected = models.BooleanField(default=True, help_text="whether the event store holds it")

    class Meta:
        ordering = ("-received",)
        constraints = [
            models.CheckConstraint(
                condition=Q(read=F("new") + F("updated") + F("skipped") + F("rejected")),
                name="every_row_read_is_counted",
            ),
            models.UniqueConstraint(
                fields=["source", "sha256"],
                condition=Q(state__in=["received", "loading", "loaded"]) & ~Q(sha256=""),
                name="one_delivery_a_file",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {timezone.localtime(self.received):%Y-%m-%d}"

    @property
    def message(self) -> str:
        """Why it was refused, in the language of now; empty when it was not."""
        return file_text(self.refusal["reason"], self.refusal["facts"]) if self.refusal else ""


class Behind(models.Model):
    """A month in which the event store is behind the record, written in the transaction that made it so.

    `whole` says that the month must be written anew; otherwise the rows of `batch` are still to be added.
    """

    month = models.CharField(max_length=7)
    batch = models.ForeignKey(Batch, models.CASCADE, null=True, related_name="behind")
    whole = models.BooleanField(default=True)

    class Meta:
        ordering = ("month",)

    def __str__(self) -> str:
        return self.month


class Rejected(models.Model):
    """A row that could not be taken in. What it held is sealed; the clear part says which column and which reason."""

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(Batch, models.CASCADE, related_name="rejected_rows")
    row = models.IntegerField(help_text="row in the file, counted as a spreadsheet does")
    problems = models.JSONField(help_text="a list of {column, reason}")
    sealed = models.BinaryField(help_text="the values at fault and the row, encrypted")

    class Meta:
        ordering = ("batch", "row")

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.row}"


class Repeated(models.Model):
    """The rows of the record that a batch delivered again unchanged: they stay when the earlier batch is withdrawn."""

    batch = models.OneToOneField(Batch, models.CASCADE, primary_key=True, related_name="repeated")
    rows = ArrayField(models.BigIntegerField())

    def __str__(self) -> str:
        return f"{self.batch_id}: {len(self.rows)}"


def _history(name: str) -> object:
    """Keep what a row was, once a statement; without the request's context: the batch says who and when."""
    return pghistory.track(
        pghistory.UpdateEvent(row=pghistory.Old, condition=None, level=pgtrigger.Statement),
        pghistory.DeleteEvent(level=pgtrigger.Statement),
        model_name=name,
        context_field=None,
        obj_field=pghistory.ObjForeignKey(related_name="history", related_query_name="history"),
    )


@_history("IncidentHistory")
class Incident(models.Model):
    """An incident: what happened, when (often only between two moments), where (often only roughly). No names.

    `area` is of the finest level for a placed row; a row without x is unplaced (niet op de kaart), and may have a
    coarser area.
    """

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="incidents", db_index=False, db_constraint=False)
    reference = models.CharField(max_length=100)
    kind = models.SmallIntegerField()
    attempt = models.BooleanField(null=True)
    begin = models.DateTimeField()
    end = models.DateTimeField(db_column="until")
    reported = models.DateTimeField(null=True)
    x = models.FloatField(null=True)
    y = models.FloatField(null=True)
    precision = models.FloatField(null=True, help_text="metres")
    area = models.ForeignKey(
        "places.Area", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    address = models.ForeignKey(
        "places.Address", models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    text = models.BinaryField(null=True, help_text="encrypted; only where the source justifies free text")
    ends_on = models.DateField(help_text="end of the retention term")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "reference"], name="one_incident_a_reference")]
        indexes = [BrinIndex(fields=["begin"], name="incident_begin")]

    def __str__(self) -> str:
        return f"{self.source_id}/{self.reference}"


@_history("CountHistory")
class Count(models.Model):
    """A number per area, kind and period, as open tables give them. Never mixed with incidents."""

    class Unit(models.TextChoices):
        MONTH = "month", _("month")
        QUARTER = "quarter", _("quarter")
        YEAR = "year", _("year")

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="counts", db_index=False, db_constraint=False)
    area = models.ForeignKey("places.Area", models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    kind = models.SmallIntegerField()
    period = models.DateField(help_text="first day")
    unit = models.CharField(max_length=8, choices=Unit.choices)
    value = models.IntegerField(null=True, help_text="empty: withheld by the publisher, which is not zero")
    ends_on = models.DateField(help_text="end of the retention term")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "area", "kind", "period", "unit"], name="one_count_a_period")
        ]

    def __str__(self) -> str:
        return f"{self.source_id}/{self.area_id}/{self.kind}/{self.period}"


class Trial(models.Model):
    """An unknown file, kept (encrypted, until its term) while somebody works out how its columns become incidents."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    received = models.DateTimeField(default=timezone.now)
    ends_on = models.DateField()
    proposal = models.JSONField(default=dict)

    class Meta:
        ordering = ("-received",)

    def __str__(self) -> str:
        return self.file_name
