"""What watches over rights: access in an emergency, and the yearly review of all rights."""

import datetime as dt
import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy

BREAK_GLASS = "break-glass"
"""The source of a grant that was given in an emergency."""
ANSWER_WITHIN = dt.timedelta(hours=4)
"""How long a request for access in an emergency can be answered."""


class BreakGlass(models.Model):
    """Access in an emergency (noodtoegang): who asked for which role, who allowed it, and what was found afterwards."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asked_by = models.ForeignKey("access.User", models.SET_NULL, null=True, related_name="emergencies")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    role = models.SlugField()
    areas = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    reason = models.CharField(max_length=300)
    hours = models.PositiveSmallIntegerField()
    answered_by = models.ForeignKey("access.User", models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    allowed = models.BooleanField(null=True)
    grant = models.OneToOneField("access.Grant", models.SET_NULL, null=True, related_name="emergency")
    reviewed_by = models.ForeignKey("access.User", models.SET_NULL, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    finding = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ("-asked_at",)
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(answered_by=models.F("asked_by")), name="break_glass_by_two",
            ),
            models.CheckConstraint(
                condition=~models.Q(reviewed_by=models.F("asked_by")), name="break_glass_reviewed_by_another",
            ),
            models.CheckConstraint(condition=models.Q(hours__gte=1, hours__lte=24), name="break_glass_hours"),
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True, allowed__isnull=True, grant__isnull=True)
                | models.Q(answered_at__isnull=False, allowed__isnull=False),
                name="break_glass_answered",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="what_was_asked_stays", operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "((OLD.role, OLD.areas, OLD.reason, OLD.hours, OLD.asked_at)"
                    " IS DISTINCT FROM (NEW.role, NEW.areas, NEW.reason, NEW.hours, NEW.asked_at)"
                    " OR NEW.asked_by_id <> OLD.asked_by_id)"
                ),
            ),
            pgtrigger.Protect(
                name="answered_once", operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "(OLD.answered_at IS NOT NULL AND ((OLD.answered_at, OLD.allowed)"
                    " IS DISTINCT FROM (NEW.answered_at, NEW.allowed) OR NEW.answered_by_id <> OLD.answered_by_id"
                    " OR NEW.grant_id <> OLD.grant_id))"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M} {self.role}"

    @property
    def state(self) -> str:
        """`waiting`, `lapsed`, `refused`, `running` or `ended`."""
        now = timezone.now()
        if self.answered_at is None:
            return "waiting" if self.asked_at > now - ANSWER_WITHIN else "lapsed"
        if not self.allowed:
            return "refused"
        return "running" if self.grant is not None and self.grant.ends and self.grant.ends > now else "ended"


class RightsReview(models.Model):
    """The yearly review of all rights (jaarlijkse herbeoordeling): every role as it was on a day, judged and signed for."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    begun = models.DateTimeField(default=timezone.now, editable=False)
    begun_by = models.ForeignKey("access.User", models.SET_NULL, null=True, related_name="+")
    signed = models.DateTimeField(null=True)
    signed_by = models.ForeignKey("access.User", models.SET_NULL, null=True, related_name="+")
    signer = models.CharField(max_length=200, blank=True, help_text="the name of who signed, as it was")
    fingerprint = models.CharField(max_length=64, blank=True, help_text="SHA-256 over what was judged")

    class Meta:
        ordering = ("-begun",)
        constraints = [
            models.UniqueConstraint(
                models.ExpressionWrapper(models.Q(signed__isnull=True), output_field=models.BooleanField()),
                condition=models.Q(signed__isnull=True), name="one_review_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(signed__isnull=True, fingerprint="") | ~models.Q(fingerprint="", signed__isnull=False),
                name="review_signed_with_fingerprint",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="signed_review_stays", operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "(OLD.signed IS NOT NULL AND (OLD.begun, OLD.signed, OLD.signer, OLD.fingerprint)"
                    " IS DISTINCT FROM (NEW.begun, NEW.signed, NEW.signer, NEW.fingerprint))"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.begun:%Y-%m-%d}"


class ReviewedGrant(models.Model):
    """One role in a review of all rights, as it was when the review began, with what was decided about it."""

    KEEP, END = "keep", "end"
    review = models.ForeignKey(RightsReview, models.CASCADE, related_name="rows")
    grant = models.ForeignKey("access.Grant", models.SET_NULL, null=True, related_name="reviews")
    user = models.ForeignKey("access.User", models.SET_NULL, null=True, related_name="+")
    person = models.CharField(max_length=500, help_text="name and e-mail address, as they were")
    organisation = models.SlugField(blank=True)
    role = models.SlugField()
    areas = ArrayField(models.CharField(max_length=40), default=list)
    source = models.CharField(max_length=100)
    reason = models.CharField(max_length=300)
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True)
    decision = models.CharField(
        max_length=4, blank=True,
        choices=[(KEEP, pgettext_lazy("judgement", "keep")), (END, pgettext_lazy("judgement", "end"))],
    )
    remark = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey("access.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("person", "role", "id")
        constraints = [
            models.UniqueConstraint(fields=["review", "grant"], name="one_row_a_grant"),
            models.CheckConstraint(condition=~models.Q(decided_by=models.F("user")), name="nobody_judges_their_own_role"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="signed_rows_stay", operation=pgtrigger.Update, when=pgtrigger.Before,
                func="""
                    IF (OLD.person, OLD.organisation, OLD.role, OLD.areas, OLD.source, OLD.reason, OLD.starts, OLD.ends)
                        IS DISTINCT FROM
                        (NEW.person, NEW.organisation, NEW.role, NEW.areas, NEW.source, NEW.reason, NEW.starts, NEW.ends)
                        OR ((OLD.decision, OLD.remark) IS DISTINCT FROM (NEW.decision, NEW.remark) AND EXISTS
                            (SELECT 1 FROM access_rightsreview r WHERE r.id = OLD.review_id AND r.signed IS NOT NULL))
                    THEN
                        RAISE insufficient_privilege USING MESSAGE = 'permission denied: what was reviewed stays as it was';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.role}"
