"""Transfers between compartments, what was received, and the signed texts of covenants."""

import uuid

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openvis.profile.access import NEVER_FEEDS
from openvis.web.access.fields import SealedJSONField, SealedTextField

from .states import ANSWERS, Law, State

SEALED = ["values", "subjects", "motivation", "proportionality", "subsidiarity", "reason"]
"""Content. The history tells what happened and never holds it."""
AS_PROPOSED = [
    "kind", "key", "from_compartment", "to_compartment", "areas", "fields", "role", "organisation", "proposed_at",
    "answer_by", "purpose", "law", "article", "covenant",
]  # fmt: skip
"""What somebody proposed is what somebody else answers: nobody changes it in between."""

NO_FLOW = """
    IF NOT EXISTS (
        SELECT 1 FROM sharing_flow f
        WHERE f.from_compartment = NEW.from_compartment AND f.to_compartment = NEW.to_compartment
    ) THEN
        RAISE EXCEPTION 'nothing flows from % to %', NEW.from_compartment, NEW.to_compartment
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
ANSWERED = """
    -- The worker and commands act for nobody: they let proposals end, remind, and change keys.
    IF openvis_user() IS NULL THEN
        RETURN NEW;
    END IF;
    IF OLD.state <> 'proposed' OR NEW.state = 'proposed' OR NEW.proposed_by_id IS DISTINCT FROM OLD.proposed_by_id
        OR NEW.motivation IS DISTINCT FROM OLD.motivation
        OR NEW.proportionality IS DISTINCT FROM OLD.proportionality
        OR NEW.subsidiarity IS DISTINCT FROM OLD.subsidiarity
    THEN
        RAISE EXCEPTION 'a proposal is answered, not changed' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.decided_by_id IS DISTINCT FROM openvis_user() THEN
        RAISE EXCEPTION 'an answer is given in one''s own name' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'withdrawn' THEN
        IF NOT sharing_proposes(NEW.from_compartment, NEW.role, NEW.areas) THEN
            RAISE EXCEPTION 'not of the proposing side' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF NEW.answer_by < (now() AT TIME ZONE 'Europe/Amsterdam')::date THEN
        RAISE EXCEPTION 'the term for the answer has ended' USING ERRCODE = 'check_violation';
    ELSIF NOT sharing_receives(NEW.to_compartment, NEW.areas) THEN
        RAISE EXCEPTION 'not a receiver' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Flow(models.Model):
    """A way along which data may be proposed: the `feeds` of the profile, as the database itself knows them."""

    from_compartment = models.SlugField()
    to_compartment = models.SlugField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["from_compartment", "to_compartment"], name="flow_once"),
            models.CheckConstraint(
                condition=~models.Q(from_compartment__in=sorted(map(str, NEVER_FEEDS))), name="flow_never_from_these"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_compartment} → {self.to_compartment}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=SEALED)
class Transfer(models.Model):
    """A transfer (overdracht, doorgifte): chosen fields of one object, proposed to another compartment, and the answer.

    `values` holds what was chosen only while the proposal waits for its answer. `areas` are those of the object.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.SlugField(_("kind of object"))
    key = models.CharField(max_length=100)
    from_compartment = models.SlugField(_("from"))
    to_compartment = models.SlugField(_("to"))
    areas = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("areas"))
    fields = ArrayField(models.SlugField(), verbose_name=_("fields"))
    values = SealedJSONField(_("values"), null=True)
    subjects = SealedJSONField(null=True, help_text=_("whose data they are: type and identifier of each person"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("proposed by")
    )
    role = models.SlugField(_("role"))
    organisation = models.SlugField(_("organisation"), blank=True)
    proposed_at = models.DateTimeField(_("proposed at"), default=timezone.now)
    answer_by = models.DateField(_("answer before the end of"))
    purpose = models.SlugField(_("purpose"), max_length=60)
    law = models.CharField(_("law"), max_length=3, choices=Law.choices)
    article = models.CharField(_("article"), max_length=120)
    covenant = models.SlugField(_("covenant"), blank=True)
    motivation = SealedTextField(_("why"), max_length=2000)
    proportionality = SealedTextField(_("why not more than this"), max_length=1000)
    subsidiarity = SealedTextField(_("why it cannot be done with less"), max_length=1000)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PROPOSED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("answered by")
    )
    decided_at = models.DateTimeField(_("answered at"), null=True)
    reason = SealedTextField(_("reason"), max_length=1000, blank=True)
    taken_in = models.CharField(max_length=150, blank=True, help_text=_("kind and key of what the receiver made of it"))
    reminded = models.DateField(null=True)
    ends_on = models.DateField(_("kept until"), help_text=_("end of the retention term"))

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ("-proposed_at",)
        indexes = [
            models.Index(fields=["to_compartment", "state"], name="transfer_to"),
            models.Index(fields=["proposed_by", "state"], name="transfer_by"),
            models.Index(fields=["kind", "key"], name="transfer_of"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="proposed") | models.Q(values__isnull=True, subjects__isnull=True),
                name="transfer_answered_is_empty",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True)
                | models.Q(state="withdrawn")
                | ~models.Q(decided_by=models.F("proposed_by")),
                name="transfer_not_answered_by_its_proposer",
            ),
            models.CheckConstraint(
                condition=~models.Q(from_compartment__in=sorted(map(str, NEVER_FEEDS))),
                name="transfer_never_from_these",
            ),
            models.CheckConstraint(condition=models.Q(fields__len__gt=0), name="transfer_of_something"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="transfer_states", field="state",
                transitions=[(State.PROPOSED.value, state.value) for state in ANSWERS],
            ),
            pgtrigger.ReadOnly(name="transfer_as_proposed", fields=AS_PROPOSED),
            pgtrigger.Trigger(
                name="transfer_flows", when=pgtrigger.Before, operation=pgtrigger.Insert, func=NO_FLOW
            ),
            pgtrigger.Trigger(
                name="transfer_answered", when=pgtrigger.Before, operation=pgtrigger.Update, func=ANSWERED
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.from_compartment} → {self.to_compartment} {self.proposed_at:%Y-%m-%d}"


class Received(models.Model):
    """What an accepted transfer brought, kept for the receiving compartment alone, until its own term ends.

    Only where that compartment has no part of the system of its own yet that takes it in.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transfer = models.OneToOneField(Transfer, models.CASCADE, related_name="received")
    compartment = models.SlugField()
    areas = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    values = SealedJSONField(_("values"))
    subjects = SealedJSONField(null=True)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    received_at = models.DateTimeField(default=timezone.now)
    ends_on = models.DateField(_("kept until"))

    class Meta:
        verbose_name = _("received data")
        verbose_name_plural = _("received data")
        ordering = ("-received_at",)

    def __str__(self) -> str:
        return f"{self.compartment} {self.received_at:%Y-%m-%d}"


class CovenantText(models.Model):
    """The signed text of a covenant: the file is kept encrypted on disk, under its SHA-256."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    covenant = models.SlugField(help_text=_("id of a covenant of the profile"))
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("size in bytes"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("signed text of a covenant")
        verbose_name_plural = _("signed texts of covenants")
        ordering = ("-added_at",)
        constraints = [models.UniqueConstraint(fields=["covenant", "sha256"], name="covenant_text_once")]

    def __str__(self) -> str:
        return f"{self.covenant} {self.sha256[:12]}"
