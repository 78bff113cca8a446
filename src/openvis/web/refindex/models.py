"""Entries of the address index, and the matches between them."""

import uuid

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openvis.web.access.fields import SealedTextField
from openvis.web.places.models import Address

from .states import Ground, Reason, Result, State

RENEWED_ONCE = """
    IF NEW.expires_on > OLD.expires_on AND OLD.renewed_on IS NOT NULL THEN
        RAISE EXCEPTION 'an entry is renewed once' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
HANDLER = """
    -- Commands act for nobody.
    IF openvis_user() IS NULL THEN
        RETURN NEW;
    END IF;
    -- A silent entry: its handler alone changes it. Whom they offered it takes it over or declines, and does nothing else.
    IF OLD.silent AND OLD.handler_id <> openvis_user() THEN
        IF OLD.state <> 'active' OR OLD.offered_to_id IS DISTINCT FROM openvis_user() OR NEW.offered_to_id IS NOT NULL
            OR NEW.department IS DISTINCT FROM openvis_organisation()
            OR (NEW.handler_id <> openvis_user() AND (NEW.handler_id <> OLD.handler_id OR NEW.contact <> OLD.contact))
            OR (NEW.state, NEW.kind, NEW.offered, NEW.expires_on, NEW.renewed_on, NEW.reason, NEW.ended_on, NEW.ends_on)
                IS DISTINCT FROM
                (OLD.state, OLD.kind, OLD.offered, OLD.expires_on, OLD.renewed_on, OLD.reason, OLD.ended_on, OLD.ends_on)
        THEN
            RAISE EXCEPTION 'a silent entry is changed by its handler' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.offered_to_id IS DISTINCT FROM OLD.offered_to_id AND NEW.offered_to_id IS NOT NULL
        AND (NOT OLD.silent OR NEW.handler_id <> OLD.handler_id OR NEW.offered_to_id = OLD.handler_id
            OR refindex_left(NEW.offered_to_id, NEW.department))
    THEN
        RAISE EXCEPTION 'a silent entry is offered to a colleague who enters' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.handler_id = OLD.handler_id AND NEW.offered = OLD.offered THEN
        RETURN NEW;
    END IF;
    IF NEW.handler_id = OLD.handler_id THEN
        IF NEW.handler_id <> openvis_user() OR OLD.silent THEN
            RAISE EXCEPTION 'its handler offers an entry, a silent one by name' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF OLD.silent OR OLD.state <> 'active' OR NEW.handler_id <> openvis_user()
        OR NEW.department IS DISTINCT FROM openvis_organisation()
        OR NOT (OLD.offered OR refindex_left(OLD.handler_id, OLD.department))
    THEN
        RAISE EXCEPTION 'an entry is taken over from who offered it or left' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Entry(models.Model):
    """An entry (registratie): a department holds a signal at an address. No person, no text, and no history of it.

    `silent`: its contributor alone is told of a match, and nobody learns of the entry but a colleague to whom they offer it.
    `ends_on` is when it is deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    department = models.SlugField(_("department"), max_length=60)
    address = models.ForeignKey(Address, models.PROTECT, related_name="+", verbose_name=_("address"))
    kind = SealedTextField(_("kind"), max_length=60)
    contact = SealedTextField(_("contact"), max_length=100)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("handler")
    )
    offered = models.BooleanField(
        _("offered to colleagues"), default=False,
        help_text=_("its handler wants somebody else of the department to have it"),
    )
    offered_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("offered to"),
        help_text=_("of a silent entry: the one colleague who learns of it, by this offer"),
    )
    offer_told_at = models.DateTimeField(_("offer told"), null=True, blank=True)
    silent = models.BooleanField(_("silent"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ACTIVE)
    registered_at = models.DateTimeField(_("registered"), default=timezone.now)
    expires_on = models.DateField(_("runs out on"))
    renewed_on = models.DateField(_("renewed on"), null=True)
    reason = models.CharField(_("reason to renew"), max_length=10, choices=Reason.choices, blank=True)
    ended_on = models.DateField(_("ended on"), null=True)
    ends_on = models.DateField(_("kept until"))

    class Meta:
        verbose_name = _("entry of the index")
        verbose_name_plural = _("entries of the index")
        ordering = ("-registered_at",)
        indexes = [
            models.Index(fields=["address"], name="index_entry_active", condition=models.Q(state="active")),
            models.Index(fields=["department", "-registered_at"], name="index_entry_department"),
            models.Index(fields=["handler", "-registered_at"], name="index_entry_handler"),
            models.Index(fields=["ends_on"], name="index_entry_ends"),
            # With the one of matches that wait: what is late is counted from these two, without a row.
            models.Index(fields=["id"], include=["department"], name="index_entry_open",
                         condition=models.Q(state="active", silent=False)),
            models.Index(
                fields=["offered_to"], name="index_entry_offered", condition=models.Q(offered_to__isnull=False)
            ),
        ]  # fmt: skip
        constraints = [
            # Of one's own alone: what a colleague entered silently does not show in a refusal.
            models.UniqueConstraint(
                fields=["handler", "address"], name="index_entry_once", condition=models.Q(state="active")
            ),
            models.CheckConstraint(
                condition=models.Q(renewed_on__isnull=True, reason="")
                | (models.Q(renewed_on__isnull=False) & ~models.Q(reason="")),
                name="index_entry_renewed_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(offered_to__isnull=True) | models.Q(silent=True, state="active"),
                name="index_entry_offered_by_name_silent",
            ),
            models.CheckConstraint(
                condition=models.Q(state="active", ended_on__isnull=True)
                | (~models.Q(state="active") & models.Q(ended_on__isnull=False)),
                name="index_entry_ended",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="index_entry_states", field="state",
                transitions=[(State.ACTIVE.value, State.WITHDRAWN.value), (State.ACTIVE.value, State.EXPIRED.value)],
            ),
            pgtrigger.ReadOnly(
                name="index_entry_as_registered", fields=["department", "address", "silent", "registered_at"]
            ),
            pgtrigger.Trigger(
                name="index_entry_taken_over", operation=pgtrigger.Update, when=pgtrigger.Before, func=HANDLER
            ),
            pgtrigger.Trigger(
                name="index_entry_renewed_once", operation=pgtrigger.Update, when=pgtrigger.Before, func=RENEWED_ONCE
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.department} {self.registered_at:%Y-%m-%d}"


class Match(models.Model):
    """A match (treffer) as one handler is told of it: another department also holds a signal at the address.

    Two open entries make two of these, one for each side; a silent one makes one, for its own side alone, and asks no reply.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="matches")
    other = models.ForeignKey(Entry, models.CASCADE, related_name="+")
    department = models.SlugField(_("other department"), max_length=60)
    asks_reply = models.BooleanField(_("asks a reply"), default=True)
    at = models.DateTimeField(_("since"), default=timezone.now)
    told_at = models.DateTimeField(_("told"), null=True)
    reminded_on = models.DateField(_("reminded"), null=True)
    replied_at = models.DateTimeField(_("replied"), null=True)
    contact_on = models.DateField(_("spoke on"), null=True)
    result = models.CharField(_("result"), max_length=12, choices=Result.choices, blank=True)
    grounds = ArrayField(models.CharField(max_length=10, choices=Ground.choices), default=list, blank=True)

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        ordering = ("-at",)
        indexes = [
            models.Index(fields=["at"], include=["entry", "asks_reply"], name="index_match_waiting",
                         condition=models.Q(replied_at__isnull=True)),
            models.Index(fields=["at"], name="index_match_untold", condition=models.Q(told_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["entry", "other"], name="index_match_once"),
            models.CheckConstraint(
                condition=models.Q(contact_on__isnull=True, result="")
                | (models.Q(contact_on__isnull=False, replied_at__isnull=False) & ~models.Q(result="")),
                name="index_match_result_of_contact",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="index_match_as_made", fields=["entry", "other", "department", "asks_reply", "at"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.at:%Y-%m-%d}"


class LookUp(models.Model):
    """That somebody looked an address up, for the limit on how often: not which address, nor what was found."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("look-up")
        verbose_name_plural = _("look-ups")
        ordering = ("-at",)
        indexes = [models.Index(fields=["user", "at"], name="index_look_up_by")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
