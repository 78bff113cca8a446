"""What binds the audit log together; the processing log; own details; and the monthly samples of look-ups."""

import os
import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openvis.web.access.fields import BlindIndexField, SealedTextField

HASH_BYTES = 32
SPAN_BYTES = 8

models.BinaryField.register_lookup(Length)


def new_span() -> bytes:
    """The number of one step of work, as in W3C Trace Context."""
    return os.urandom(SPAN_BYTES)


class AuditSeal(models.Model):
    """The place of an audit entry in the chain, and the hash that binds it to all entries before it."""

    seq = models.BigIntegerField(primary_key=True)
    entry = models.BigIntegerField(unique=True)
    hash = models.BinaryField(max_length=HASH_BYTES)

    class Meta:
        ordering = ("seq",)
        constraints = [
            models.CheckConstraint(condition=models.Q(hash__length=HASH_BYTES), name="seal_is_a_whole_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.seq}: {self.entry}"


class AuditCheckpoint(models.Model):
    """What is left of a part of the audit log whose term ended: where it ended, its hash, how many, from when to when.

    The chain goes on from its hash.
    """

    seq = models.BigIntegerField(primary_key=True)
    hash = models.BinaryField(max_length=HASH_BYTES)
    entries = models.BigIntegerField()
    first = models.DateTimeField()
    last = models.DateTimeField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("seq",)

    def __str__(self) -> str:
        return f"{self.seq}: {self.entries} ({self.first:%Y-%m-%d} – {self.last:%Y-%m-%d})"


class ProcessingEntry(models.Model):
    """One line of the processing log (Logboek dataverwerkingen): one data subject, in one activity. It names no user.

    The fields are those of the Dutch standard (Logius): trace_id, span_id, parent_span_id, name, status, start and end
    time, resource, and of the namespace dpl.core the activity, the subject, its type and the foreign operation.
    """

    class Status(models.TextChoices):
        UNSET = "Unset", _("carried out")
        OK = "Ok", _("carried out, and marked as such")
        ERROR = "Error", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    trace = models.UUIDField(db_index=True, help_text=_("the same as in the audit log"))
    span = models.BinaryField(max_length=SPAN_BYTES, default=new_span)
    parent_span = models.BinaryField(max_length=SPAN_BYTES, null=True)
    name = models.CharField(max_length=100)
    activity = models.CharField(max_length=300, help_text=_("where the register of processing tells more"))
    started = models.DateTimeField()
    ended = models.DateTimeField()
    status = models.CharField(max_length=5, choices=Status.choices, default=Status.UNSET)
    resource = models.CharField(max_length=100)
    version = models.CharField(max_length=40)
    subject_type = models.SlugField(max_length=60)
    subject = SealedTextField()
    subject_index = BlindIndexField(of="subject")
    foreign_span = models.BinaryField(max_length=SPAN_BYTES, null=True)
    foreign_processor = models.URLField(blank=True)
    sent = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-started",)
        indexes = [
            models.Index(fields=["ended"], name="processing_ended"),
            models.Index(fields=["ended"], name="processing_not_sent", condition=models.Q(sent__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.started:%Y-%m-%d %H:%M} {self.name}"


class OwnDetail(models.Model):
    """A part of a user's own name or address, as a keyed hash only, so that a look-up of oneself is noticed."""

    class Kind(models.TextChoices):
        NAME = "name", _("name")
        ADDRESS = "address", _("address")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="own_details")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    digest = models.BinaryField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("at",)
        constraints = [models.UniqueConstraint(fields=["user", "kind", "digest"], name="own_detail_once")]

    def __str__(self) -> str:
        return self.get_kind_display()


class LookupSample(models.Model):
    """The look-ups drawn from a month of an organisation's people, for its manager to judge (steekproef)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.SlugField()
    month = models.DateField(help_text=_("its first day"))
    seed = models.BigIntegerField(help_text=_("of the draw, so that it can be done again"))
    population = models.PositiveIntegerField(help_text=_("look-ups there were"))
    people = models.PositiveIntegerField(help_text=_("people who looked something up"))
    drawn = models.DateTimeField(default=timezone.now)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    signed = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-month", "organisation")
        constraints = [models.UniqueConstraint(fields=["organisation", "month"], name="one_sample_a_month")]

    def __str__(self) -> str:
        return f"{self.organisation} {self.month:%Y-%m}"


class SampledLookup(models.Model):
    """One look-up of a sample, and what the manager found of it. No content: the entry of the audit log has none."""

    class Judgement(models.TextChoices):
        FITS = "fits", _("fits the work")
        ASK = "ask", _("ask about it")
        REPORT = "report", _("report it")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sample = models.ForeignKey(LookupSample, models.CASCADE, related_name="lookups")
    entry = models.BigIntegerField()
    judgement = models.CharField(max_length=10, choices=Judgement.choices, blank=True)
    remark = SealedTextField(max_length=500, blank=True, default="")
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    judged = models.DateTimeField(null=True)

    class Meta:
        ordering = ("entry",)
        constraints = [
            models.UniqueConstraint(fields=["sample", "entry"], name="sampled_once"),
            models.CheckConstraint(
                condition=models.Q(judgement="", judged__isnull=True)
                | (~models.Q(judgement="") & models.Q(judged__isnull=False)),
                name="judged_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry}: {self.judgement or '–'}"
