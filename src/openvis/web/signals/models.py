"""Signals of undermining crime (ondermijning), how they were weighed, and what hangs under them."""

import uuid

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openvis.web.access.fields import BlindIndexField, SealedJSONField, SealedTextField

from .states import STEPS, Channel, Outcome, State, Told

USER = settings.AUTH_USER_MODEL
COUNTED = ["number", "id", "phenomenon", "branch", "area_code"]
"""What the inbox asks beside state and day, kept in its index: the table is wide, and stays unread."""
SEALED = [
    "place_text", "facts", "interpretation", "answers", "company", "telephone", "subjects", "acted", "source_note", "note",
    "immediate", "closing_reason", "company_index", "telephone_index",
]  # fmt: skip
"""Content. The history tells what happened and never holds it."""

CONFIRMED = """
    IF NOT EXISTS (
        SELECT 1 FROM signals_weighing w
        WHERE w.signal_id = NEW.id AND w.outcome = 'confirmed' AND w.decided_by_id IS DISTINCT FROM w.proposed_by_id
            AND w.round = (SELECT max(round) FROM signals_weighing v WHERE v.signal_id = NEW.id)
    ) THEN
        RAISE EXCEPTION 'a weighed signal goes on when a second reader has confirmed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
READ_BY_ANOTHER = """
    -- The worker and commands act for nobody: they change keys and forget people.
    IF openvis_user() IS NULL THEN
        RETURN NEW;
    END IF;
    IF (OLD.outcome <> '' AND (NEW.outcome <> OLD.outcome OR NEW.remark IS DISTINCT FROM OLD.remark))
        OR NEW.proposed_by_id IS DISTINCT FROM OLD.proposed_by_id OR NEW.points <> OLD.points
        OR NEW.route <> OLD.route OR NEW.answers IS DISTINCT FROM OLD.answers OR NEW.reason IS DISTINCT FROM OLD.reason
    THEN
        RAISE EXCEPTION 'a weighing is confirmed or sent back, not changed' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.decided_by_id IS DISTINCT FROM openvis_user() OR NEW.decided_by_id IS NOT DISTINCT FROM OLD.proposed_by_id THEN
        RAISE EXCEPTION 'the second reader is another person, in their own name' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
ANSWERED = """
    UPDATE signals_signal SET state = 'received', version = version + 1
    WHERE id = NEW.signal_id AND state = 'more_info';
    UPDATE signals_report SET told = 'received' WHERE signal_id = NEW.signal_id AND told = 'asked';
    RETURN NULL;
"""

ONLY_RESULT = """
    IF openvis_user() IS NULL THEN
        RETURN NEW;
    END IF;
    IF NEW.handler_id IS DISTINCT FROM OLD.handler_id
        AND (NEW.handler_id IS DISTINCT FROM openvis_user() OR NEW.organisation IS DISTINCT FROM openvis_organisation())
    THEN
        RAISE EXCEPTION 'somebody of the department takes it up, in their own name' USING ERRCODE = 'check_violation';
    END IF;
    IF openvis_holds('signals.weigh') THEN
        RETURN NEW;
    END IF;
    IF OLD.result_at IS NOT NULL OR NEW.facts IS DISTINCT FROM OLD.facts OR NEW.request IS DISTINCT FROM OLD.request
        OR NEW.organisation <> OLD.organisation OR NEW.signal_id <> OLD.signal_id OR NEW.number <> OLD.number
        OR NEW.due_on <> OLD.due_on OR NEW.address_id IS DISTINCT FROM OLD.address_id
        OR (NEW.result_by_id IS DISTINCT FROM OLD.result_by_id AND NEW.result_by_id IS DISTINCT FROM openvis_user())
        OR (NEW.result_at IS NOT NULL AND NEW.result_by_id IS NULL)
    THEN
        RAISE EXCEPTION 'a department gives its result, once' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
RESULT_KNOWN = """
    -- With the last result the signal comes back to the reporting point.
    UPDATE signals_signal SET state = 'evaluated', version = version + 1,
        due_on = (now() AT TIME ZONE 'Europe/Amsterdam')::date
    WHERE id = NEW.signal_id AND state = 'handed_over' AND NOT EXISTS (
        SELECT 1 FROM signals_handover h WHERE h.signal_id = NEW.signal_id AND h.result_at IS NULL
    );
    RETURN NULL;
"""


class NumberSeries(models.Model):
    """The last number of a year. Given out by a function of the database: nobody sees how many there are."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.year)


class Draft(models.Model):
    """A report that somebody began and did not send in; theirs alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reporter = models.ForeignKey(USER, models.CASCADE, related_name="+", verbose_name=_("reporter"))
    values = SealedJSONField(_("as typed"))
    saved_at = models.DateTimeField(_("saved at"), default=timezone.now)
    ends_on = models.DateField(_("kept until"))

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ("-saved_at",)

    def __str__(self) -> str:
        return f"{self.saved_at:%Y-%m-%d %H:%M}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=[*SEALED, "reminded_on"])
class Signal(models.Model):
    """A signal (signaal): what somebody saw, where, and what it may mean; weighed by people.

    The weight belongs to the signal: no person and no address has one. Who reported is not here but in `Report`, and
    nowhere at all when they chose to stay unknown.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("number"), max_length=12, unique=True)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.RECEIVED)
    version = models.PositiveIntegerField(default=1)
    channel = models.CharField(_("came in by"), max_length=16, choices=Channel.choices, default=Channel.FORM)
    registered_by = models.ForeignKey(
        USER, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("registered by"),
        help_text=_("who entered what came in by another way"),
    )
    organisation = models.SlugField(_("department"), blank=True, help_text=_("of the reporter; empty for who is unknown"))
    received_at = models.DateTimeField(_("received"), default=timezone.now)

    phenomenon = models.SlugField(_("phenomenon"))
    branch = models.SlugField(_("branch"), blank=True)
    indicators = ArrayField(models.SlugField(), default=list, blank=True, verbose_name=_("indicators"))
    address = models.ForeignKey(
        "places.Address", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("address")
    )
    place_text = SealedTextField(_("place in words"), max_length=300, blank=True)
    area_code = models.CharField(_("area"), max_length=40, blank=True)
    area_level = models.SlugField(blank=True)
    seen_from = models.DateField(_("seen from"), null=True, blank=True)
    seen_to = models.DateField(_("seen until"), null=True, blank=True)
    facts = SealedTextField(_("facts"), max_length=8000)
    interpretation = SealedTextField(_("interpretation"), max_length=4000, blank=True)
    answers = SealedJSONField(_("answers"), null=True, blank=True)
    company = SealedTextField(_("business"), max_length=200, blank=True)
    company_index = BlindIndexField(of="company")
    telephone = SealedTextField(_("telephone number"), max_length=40, blank=True)
    telephone_index = BlindIndexField(of="telephone")
    subjects = SealedTextField(_("persons"), max_length=2000, blank=True)
    acted = SealedTextField(_("done already"), max_length=1000, blank=True)
    source_note = SealedTextField(_("where it comes from"), max_length=1000, blank=True)
    urgent = models.BooleanField(_("urgent"), default=False)

    asked = models.PositiveSmallIntegerField(_("times asked"), default=0)
    due_on = models.DateField(_("to be done before the end of"), null=True, blank=True)
    reminded_on = models.DateField(_("reminded"), null=True, blank=True, help_text=_("that it is over its term"))
    note = SealedTextField(_("note from own sources"), max_length=8000, blank=True)
    immediate = SealedTextField(_("done at once"), max_length=2000, blank=True)
    immediate_at = models.DateTimeField(_("acted at"), null=True, blank=True)
    weight = models.PositiveSmallIntegerField(_("weight"), null=True, blank=True)
    route = models.SlugField(_("went to"), blank=True)
    casus = models.BooleanField(default=False, help_text=_("was taken up in a casus or project"))
    outcome = models.CharField(_("ended as"), max_length=14, choices=Outcome.choices, blank=True)
    closing_reason = SealedTextField(_("reason"), max_length=2000, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    ends_on = models.DateField(_("kept until"), null=True, blank=True)

    class Meta:
        verbose_name = _("signal")
        verbose_name_plural = _("signals")
        ordering = ("-received_at",)
        indexes = [
            models.Index(fields=["state", "due_on"], include=COUNTED, name="signal_inbox"),
            models.Index(fields=["due_on", "number"], name="signal_due", condition=Q(due_on__isnull=False)),
            models.Index(fields=["received_at"], name="signal_received"),
            models.Index(fields=["phenomenon", "received_at"], name="signal_phenomenon"),
            models.Index(fields=["received_at"], include=["id", "phenomenon", "area_code"], name="signal_named",
                         condition=~Q(company="")),
            models.Index(fields=["ends_on"], name="signal_ends", condition=Q(ends_on__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(seen_from__isnull=True) | Q(seen_to__isnull=True) | Q(seen_from__lte=models.F("seen_to")),
                name="signal_seen_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["closed", "forwarded"]) | (Q(ends_on__isnull=False) & ~Q(outcome="")),
                name="signal_ended_has_an_end",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="signal_states", field="state",
                transitions=[(here.value, there.value) for here, steps in STEPS.items() for there in sorted(steps)],
            ),
            pgtrigger.Trigger(
                name="signal_confirmed", when=pgtrigger.Before, operation=pgtrigger.UpdateOf("state"), func=CONFIRMED,
                condition=pgtrigger.Q(old__state="weighed") & ~pgtrigger.Q(new__state__in=["weighed", "enriched"]),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number


class Report(models.Model):
    """What a reporter (melder) keeps of a report: number and state, never its content. None for who stays unknown."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    signal = models.OneToOneField(Signal, models.CASCADE, related_name="report")
    reporter = models.ForeignKey(USER, models.CASCADE, related_name="+", verbose_name=_("reporter"))
    number = models.CharField(_("number"), max_length=12)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    told = models.CharField(_("state"), max_length=10, choices=Told.choices, default=Told.RECEIVED)
    may_name = models.BooleanField(_("may be named to others"), default=False)
    question = SealedTextField(_("question"), max_length=1000, blank=True)
    answer_by = models.DateField(_("answer before the end of"), null=True, blank=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ("-received_at",)
        indexes = [models.Index(fields=["reporter", "-received_at"], name="signal_reports_of")]

    def __str__(self) -> str:
        return self.number


class Addition(models.Model):
    """What was added to a signal afterwards: the answer of the reporter, or what a caller told."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    signal = models.ForeignKey(Signal, models.CASCADE, related_name="additions")
    text = SealedTextField(_("text"), max_length=4000)
    by_reporter = models.BooleanField(default=True)
    added_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+", verbose_name=_("added by"))
    added_at = models.DateTimeField(_("added at"), default=timezone.now)

    class Meta:
        verbose_name = _("addition")
        verbose_name_plural = _("additions")
        ordering = ("added_at",)
        triggers = [
            pgtrigger.Trigger(name="signal_answered", when=pgtrigger.After, operation=pgtrigger.Insert, func=ANSWERED)
        ]

    def __str__(self) -> str:
        return f"{self.added_at:%Y-%m-%d %H:%M}"


class Attachment(models.Model):
    """A file (bijlage) with a signal; kept sealed on disk, given only to be saved. Who added it is not kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    signal = models.ForeignKey(Signal, models.CASCADE, related_name="attachments")
    name = SealedTextField(_("name"), max_length=200)
    kind = models.CharField(_("kind of file"), max_length=20)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ("signal", "id")
        constraints = [models.UniqueConstraint(fields=["signal", "sha256"], name="attachment_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.size}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(),
                 exclude=["answers", "reason", "with_route", "remark"])  # fmt: skip
class Weighing(models.Model):
    """A weighing (weging): the checklist as the first reader filled it in, the decision, and what the second reader said."""

    class Verdict(models.TextChoices):
        """What the second reader said."""

        CONFIRMED = "confirmed", _("confirmed")
        SENT_BACK = "sent_back", _("sent back")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    signal = models.ForeignKey(Signal, models.CASCADE, related_name="weighings")
    round = models.PositiveSmallIntegerField(default=1)
    answers = SealedJSONField(_("answers"), help_text=_("criterion and answer"))
    points = models.PositiveSmallIntegerField(_("points"))
    proposal = models.SlugField(_("proposal of the checklist"))
    route = models.SlugField(_("decision"))
    with_route = SealedJSONField(null=True, help_text=_("answers to what this decision asks for"))
    reason = SealedTextField(_("reason"), max_length=4000)
    proposed_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+", verbose_name=_("first reader"))
    proposed_at = models.DateTimeField(_("weighed at"), default=timezone.now)
    outcome = models.CharField(_("second reader says"), max_length=10, choices=Verdict.choices, blank=True)
    remark = SealedTextField(_("remark"), max_length=2000, blank=True)
    decided_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+", verbose_name=_("second reader"))
    decided_at = models.DateTimeField(_("read at"), null=True)
    became = models.CharField(_("what became of it"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("weighing")
        verbose_name_plural = _("weighings")
        ordering = ("-round",)
        constraints = [
            models.UniqueConstraint(fields=["signal", "round"], name="weighing_rounds"),
            models.UniqueConstraint(fields=["signal"], condition=Q(outcome=""), name="weighing_one_open"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("proposed_by")),
                name="weighing_second_reader_is_another",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="weighing_read", when=pgtrigger.Before, operation=pgtrigger.Update, func=READ_BY_ANOTHER
            )
        ]

    def __str__(self) -> str:
        return f"{self.signal_id} {self.round}"


class HandOver(models.Model):
    """What was passed to a department (doorgegeven): the number and the facts that the readers chose; and their result."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    signal = models.ForeignKey(Signal, models.CASCADE, related_name="hand_overs")
    number = models.CharField(_("number"), max_length=12)
    organisation = models.SlugField(_("department"))
    facts = SealedTextField(_("facts"), max_length=8000)
    request = SealedTextField(_("what is asked"), max_length=2000, blank=True)
    made_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+", verbose_name=_("passed by"))
    made_at = models.DateTimeField(_("passed at"), default=timezone.now)
    due_on = models.DateField(_("result before the end of"))
    address = models.ForeignKey(
        "places.Address", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("address"),
        help_text=_("only where the readers chose to pass it on"),
    )
    handler = models.ForeignKey(
        USER, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("handler"),
        help_text=_("who of the department took it up"),
    )
    taken_at = models.DateTimeField(_("taken up"), null=True, blank=True)
    result = SealedTextField(_("result"), max_length=4000, blank=True)
    result_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+", verbose_name=_("result by"))
    result_at = models.DateTimeField(_("result at"), null=True)
    reminded_on = models.DateField(_("reminded"), null=True, blank=True, help_text=_("that it is over its term"))

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        ordering = ("-made_at",)
        indexes = [
            models.Index(fields=["organisation", "result_at"], name="handover_of"),
            models.Index(fields=["handler"], name="handover_taken", condition=Q(handler__isnull=False)),
            models.Index(fields=["due_on"], name="handover_awaited", condition=Q(result_at__isnull=True)),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="handover_only_result", when=pgtrigger.Before, operation=pgtrigger.Update, func=ONLY_RESULT
            ),
            pgtrigger.Trigger(
                name="handover_result_known", when=pgtrigger.After, operation=pgtrigger.UpdateOf("result_at"),
                func=RESULT_KNOWN,
            ),
        ]

    @property
    def late(self) -> bool:
        """Whether its term passed without a result."""
        return self.result_at is None and self.due_on < timezone.localdate()

    def __str__(self) -> str:
        return f"{self.number} → {self.organisation}"


class Likeness(models.Model):
    """A person's answer to the question whether two signals are about the same (hetzelfde): kept, never learned from."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    first = models.ForeignKey(Signal, models.CASCADE, related_name="+")
    second = models.ForeignKey(Signal, models.CASCADE, related_name="+")
    same = models.BooleanField(_("about the same"), default=False)
    decided_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+", verbose_name=_("answered by"))
    decided_at = models.DateTimeField(_("answered at"), default=timezone.now)

    class Meta:
        verbose_name = _("likeness")
        verbose_name_plural = _("likenesses")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="likeness_once"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {'=' if self.same else '≠'} {self.second_id}"
