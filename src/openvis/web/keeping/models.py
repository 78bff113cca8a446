"""How things end: runs, lists for destruction, certificates, holds. And what people asked about their own data."""

import uuid
from datetime import date

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openvis.web.access.fields import SealedJSONField, SealedTextField

from .request_models import Correction, ErasureProof, SubjectRequest

__all__ = [
    "Certificate", "CertificateLine", "Correction", "DestructionList", "DuePreview", "ErasureProof", "Hold", "RetentionRun",
    "SubjectRequest",
]


class DuePreview(models.Model):
    """What a kind of data has due, as it was last worked out: pages may not count what they may not see."""

    kind = models.SlugField(primary_key=True)
    day = models.DateField(_("day"))
    number = models.BigIntegerField(_("number"))
    oldest = models.DateField(null=True)
    held = models.BigIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.kind} {self.day}: {self.number}"


class RetentionRun(models.Model):
    """One run over all kinds of data: what is due on a day ends. Without an end it was broken off."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    day = models.DateField(_("day"))
    started = models.DateTimeField(default=timezone.now)
    finished = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    failed = models.JSONField(default=dict, help_text=_("kind and sort of fault; no content"))

    class Meta:
        ordering = ("-started",)

    def __str__(self) -> str:
        return f"{self.day} {self.started:%H:%M}"


class DestructionList(models.Model):
    """A list for destruction (vernietigingslijst): what is due of a kind on a day, prepared by one, approved by another."""

    class State(models.TextChoices):
        ASKED = "asked", _("being drawn up")
        PREPARED = "prepared", _("waits for the second person")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        TAKEN = "taken", _("destroyed")
        OVERTAKEN = "overtaken", _("overtaken: more was due than was approved")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.SlugField()
    day = models.DateField(_("what ended before"), default=date.today)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    number = models.BigIntegerField(_("number"), default=0)
    oldest = models.DateField(null=True)
    held = models.BigIntegerField(default=0)
    keys = ArrayField(models.CharField(max_length=200), null=True, help_text=_("null: too many to name one by one"))
    items = SealedJSONField(null=True, help_text=_("titles, for the second person; emptied when the list is taken"))
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    prepared = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved = models.DateTimeField(null=True)
    remark = SealedTextField(_("remark"), blank=True, default="", max_length=500)
    taken = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-prepared",)
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("prepared_by")), name="list_by_two_people"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "taken"]) | Q(approved_by__isnull=False, approved__isnull=False),
                name="list_approved_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(state__in=["asked", "prepared", "approved"]), name="one_open_list_a_kind"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="list_stays_what_it_is", operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("kind", "day", "prepared_by"),
            ),
            pgtrigger.Trigger(
                name="list_approved_by_who_is_at_work", operation=pgtrigger.Update, when=pgtrigger.Before,
                condition=pgtrigger.AnyChange("approved_by"),
                func="""
                    IF openvis_user() IS NOT NULL AND NEW.approved_by_id IS DISTINCT FROM openvis_user() THEN
                        RAISE insufficient_privilege USING MESSAGE = 'row-level security: approved for somebody else';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"


class Certificate(models.Model):
    """A certificate of destruction (verklaring van vernietiging): what one run destroyed. Numbers and dates, no content."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=20, unique=True)
    run = models.OneToOneField(RetentionRun, models.PROTECT, related_name="certificate")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-at",)
        triggers = [pgtrigger.Protect(name="certificate_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.number


class CertificateLine(models.Model):
    """A line of a certificate: one kind of data, on which term and ground, how many, prepared and approved by whom."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="lines")
    kind = models.SlugField()
    term = models.CharField(max_length=60, blank=True)
    term_text = models.CharField(max_length=200, help_text=_("the term in words, as it was that day"))
    ground = models.CharField(max_length=500)
    anonymised = models.BooleanField(default=False)
    number = models.BigIntegerField()
    oldest = models.DateField(null=True)
    held = models.BigIntegerField(default=0)
    day = models.DateField()
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("at",)
        constraints = [
            models.CheckConstraint(condition=Q(number__gt=0), name="certificate_of_something"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("prepared_by")), name="certificate_by_two_people"
            ),
        ]
        triggers = [pgtrigger.Protect(name="certificate_line_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind}: {self.number}"


class Hold(models.Model):
    """A hold (opschorting): a record, or everything about a person, does not end while an appeal or investigation runs."""

    class Reason(models.TextChoices):
        APPEAL = "appeal", _("appeal or objection against a decision")
        OBJECTION = "objection", _("objection of a person to the processing")
        INVESTIGATION = "investigation", _("investigation")
        CLAIM = "claim", _("legal claim")
        REQUEST = "request", _("request of a person about their data")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.SlugField(_("kind of data"), blank=True)
    key = models.CharField(_("key"), max_length=200, blank=True)
    person = SealedJSONField(_("person"), null=True, help_text=_("name, date of birth, contact data"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices)
    explanation = SealedTextField(_("explanation"), max_length=500)
    until = models.DateField(_("until"))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering = ("until",)
        constraints = [
            models.CheckConstraint(
                condition=(~Q(kind="") & ~Q(key="") & Q(person__isnull=True))
                | (Q(kind="", key="") & Q(person__isnull=False)),
                name="hold_on_a_record_or_a_person",
            ),
            models.CheckConstraint(condition=~Q(explanation=""), name="hold_with_explanation"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.key}" if self.kind else str(_("everything about a person"))

    @property
    def in_force(self) -> bool:
        """Whether it keeps anything today."""
        return self.ended is None and self.until >= timezone.localdate()
