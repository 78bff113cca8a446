"""What somebody asked about their own data, what was found and done, and the proof of what was erased."""

import uuid
from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openvis.web.access.fields import BlindIndexField, SealedJSONField, SealedTextField
from openvis.web.access.registry import Person


class SubjectRequest(models.Model):
    """A request (verzoek) of a person about their own data: access (inzage), correction, erasure or objection."""

    class Kind(models.TextChoices):
        ACCESS = "access", _("access")
        CORRECTION = "correction", _("correction")
        ERASURE = "erasure", _("erasure")
        OBJECTION = "objection", _("objection")

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        GATHERING = "gathering", _("being gathered")
        GATHERED = "gathered", _("gathered")
        ERASURE_ASKED = "erasure_asked", _("erasure waits for the second person")
        ERASING = "erasing", _("being erased")
        ERASED = "erased", _("erased")
        CLOSED = "closed", _("answered")

    class Identity(models.TextChoices):
        DESK = "desk", _("identity document shown at the desk")
        DIGID = "digid", _("signed in with DigiD")
        KNOWN = "known", _("known to us, called back on a known number")
        AUTHORISED = "authorised", _("authorised representative, power of attorney seen")

    class Outcome(models.TextChoices):
        GRANTED = "granted", _("granted")
        PARTLY = "partly", _("granted in part")
        REFUSED = "refused", _("refused")
        NOTHING = "nothing", _("nothing found")
        WITHDRAWN = "withdrawn", _("withdrawn by the person")

    class Ground(models.TextChoices):
        """Article 41 (1) of the Dutch implementation act (UAVG), by letter."""

        A = "a", _("a. national security")
        B = "b", _("b. defence")
        C = "c", _("c. public security")
        D = "d", _("d. prevention, investigation, detection and prosecution of criminal offences")
        E = "e", _("e. another important objective of general public interest")
        F = "f", _("f. independence of the judiciary")
        G = "g", _("g. breaches of ethics of regulated professions")
        H = "h", _("h. supervision or inspection connected with a to e and g")
        I = "i", _("i. protection of the person or of the rights of others")  # noqa: E741 -- the letter of the law
        J = "j", _("j. enforcement of civil claims")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(_("what is asked"), max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=14, choices=State.choices, default=State.RECEIVED)
    name = SealedTextField(_("name"), max_length=200)
    name_index = BlindIndexField(of="name")
    born = SealedTextField(_("date of birth"), max_length=10, blank=True, default="")
    email = SealedTextField(_("e-mail address"), max_length=254, blank=True, default="")
    phone = SealedTextField(_("telephone number"), max_length=40, blank=True, default="")
    address = SealedTextField(_("address"), max_length=200, blank=True, default="")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("account")
    )
    question = SealedTextField(_("what the person writes"), max_length=4000, blank=True, default="")
    received = models.DateField(_("received on"))
    due = models.DateField(_("answer before"))
    extended_because = SealedTextField(_("why it takes longer"), max_length=500, blank=True, default="")
    identity = models.CharField(_("identity checked"), max_length=12, choices=Identity.choices, blank=True)
    identity_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    identity_at = models.DateTimeField(null=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered = models.DateTimeField(default=timezone.now)
    findings = SealedJSONField(null=True, help_text=_("what was found; emptied when the request is closed"))
    gathered = models.DateTimeField(null=True)
    restriction = models.CharField(_("ground of a restriction"), max_length=1, choices=Ground.choices, blank=True)
    restriction_text = SealedTextField(_("what is left out, and why"), max_length=2000, blank=True, default="")
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, blank=True)
    answer = SealedTextField(_("answer to the person"), max_length=4000, blank=True, default="")
    chosen = SealedJSONField(null=True, help_text=_("what is to be erased"))
    erasure_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    erasure_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    closed = models.DateTimeField(null=True)
    ends_on = models.DateField(_("kept until"), help_text=_("end of the retention term"))
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-received", "-number")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="request_of_somebody"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | (Q(erasure_by__isnull=False) & ~Q(approved_by=F("erasure_by"))),
                name="erasure_by_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["erasing", "erased"]) | Q(approved_by__isnull=False), name="erasure_approved"
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | (~Q(outcome="") & Q(closed_by__isnull=False) & Q(findings__isnull=True)),
                name="request_closed_with_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["refused", "partly"]) | ~Q(restriction_text=""), name="refused_with_ground"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="erasure_by_who_is_at_work", operation=pgtrigger.Update, when=pgtrigger.Before,
                condition=pgtrigger.AnyChange("erasure_by", "approved_by"),
                func="""
                    IF openvis_user() IS NOT NULL AND (
                        (NEW.approved_by_id IS NOT NULL AND NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id
                            AND NEW.approved_by_id <> openvis_user())
                        OR (NEW.erasure_by_id IS NOT NULL AND NEW.erasure_by_id IS DISTINCT FROM OLD.erasure_by_id
                            AND NEW.erasure_by_id <> openvis_user())
                    ) THEN
                        RAISE insufficient_privilege USING MESSAGE = 'row-level security: in the name of somebody else';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def person(self) -> Person:
        """Whose data are looked for."""
        born = date.fromisoformat(self.born) if self.born else None
        return Person(self.name, born, self.email, self.phone, self.address, self.user)

    @property
    def late(self) -> bool:
        """Whether it should have been answered by now."""
        return self.state != self.State.CLOSED and self.due < timezone.localdate()


class Correction(models.Model):
    """A correction of one column of one record, asked with a request and carried out by the worker."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(SubjectRequest, models.CASCADE, related_name="corrections")
    table = models.CharField(max_length=100, help_text=_("app and model"))
    kind = models.SlugField()
    key = models.CharField(max_length=200)
    column = models.CharField(max_length=100)
    value = SealedTextField(_("what it should be"), max_length=4000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    done = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("at",)

    def __str__(self) -> str:
        return f"{self.kind} {self.column}"


class ErasureProof(models.Model):
    """That a record was erased at the request of a person: a keyed hash of which, numbers and a date. No content."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.CharField(max_length=20, help_text=_("number of the request"))
    kind = models.SlugField()
    table = models.CharField(max_length=100)
    digest = models.BinaryField(max_length=64, help_text=_("keyed hash of kind and key"))
    rows = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("asked_by")), name="proof_by_two_people"
            )
        ]
        triggers = [pgtrigger.Protect(name="proof_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.request} {self.kind}"
