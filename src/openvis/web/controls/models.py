"""Control days with their visits, and second-hand dealers with their checks."""

import uuid
from datetime import date, time
from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openvis.web import city
from openvis.web.access.fields import SealedJSONField, SealedTextField
from openvis.web.places.models import Address

from .states import DONE_CHECKS, STEPS, CheckState, DayState, Listed, Result

TERM = "operations"
"""The retention term of the profile by which control days and checks end."""
DAY_TEXTS = ["aim", "safety", "conclusion"]
STOP_TEXTS = ["why", "safety", "finding", "follow_up"]


def ends_on() -> date:
    """The day on which the retention term (bewaartermijn) of what is closed today ends."""
    return city.profile().retention_term(TERM).ends(timezone.localdate())


def _person(title: Any, **options: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=title, **options
    )


def _address(title: Any, **options: Any) -> Any:
    return models.ForeignKey(Address, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=title, **options)


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=DAY_TEXTS)
class ControlDay(models.Model):
    """A control day (controledag): one aim, one legal ground, a team and partners, and addresses in an order.

    `areas` are the chosen area and those above it: who works there sees the day. Empty: the whole city.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    aim = SealedTextField(_("aim"), max_length=500)
    date = models.DateField(_("date"))
    begins = models.TimeField(_("begins at"), default=time(9, 0))
    area = models.CharField(_("area"), max_length=40, blank=True)
    areas = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("areas"))
    ground = models.SlugField(_("legal ground"), max_length=60)
    partners = ArrayField(models.SlugField(max_length=60), default=list, blank=True, verbose_name=_("partners"))
    start = _address(_("start"))
    end = _address(_("end point"))
    safety = SealedTextField(_("safety note"), max_length=1000, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=DayState.choices, default=DayState.PLANNED)
    metres = models.FloatField(_("length of the route in metres"), null=True, blank=True)
    gap = models.FloatField(null=True, blank=True, help_text=_("by which share a shorter route could be shorter"))
    conclusion = SealedTextField(_("conclusion"), max_length=2000, blank=True)
    made_by = _person(_("made by"))
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    ends_on = models.DateField(_("kept until"), default=ends_on, help_text=_("end of the retention term"))
    version = models.PositiveIntegerField(default=1, help_text=_("grows with each change, so that nobody overwrites"))

    class Meta:
        verbose_name = _("control day")
        verbose_name_plural = _("control days")
        ordering = ("-date", "begins")
        indexes = [
            GinIndex(fields=["areas"], name="control_day_areas"),
            models.Index(fields=["state", "date"], name="control_day_state"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="control_day_states", field="state",
                transitions=[("planned", "under_way"), ("planned", "cancelled"), ("under_way", "closed")],
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.area}".strip()


class ControlMember(models.Model):
    """Somebody of the team of a control day: sees the day, and writes down what was found."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    day = models.ForeignKey(ControlDay, models.CASCADE, related_name="members", verbose_name=_("control day"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))

    class Meta:
        verbose_name = _("team member of a control day")
        verbose_name_plural = _("team members of control days")
        constraints = [models.UniqueConstraint(fields=["day", "person"], name="control_member_once")]

    def __str__(self) -> str:
        return str(self.day_id)


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["name", "contact"])
class Dealer(models.Model):
    """A second-hand dealer (opkoper): who has to keep a register of purchases, of which nothing is kept here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = SealedTextField(_("name"), max_length=200)
    contact = SealedTextField(_("contact"), max_length=500, blank=True)
    address = models.ForeignKey(Address, models.PROTECT, related_name="+", verbose_name=_("address"))
    areas = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("areas"))
    branch = models.SlugField(_("branch"), max_length=60)
    listed = models.CharField(_("known by"), max_length=12, choices=Listed.choices, default=Listed.NOTIFICATION)
    listed_on = models.DateField(_("in the register since"), default=timezone.localdate)
    listed_by = _person(_("entered by"))
    stopped_on = models.DateField(_("stopped on"), null=True, blank=True)
    ends_on = models.DateField(_("kept until"), null=True, blank=True, help_text=_("end of the retention term"))
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("dealer")
        verbose_name_plural = _("dealers")
        ordering = ("listed_on", "id")
        indexes = [GinIndex(fields=["areas"], name="dealer_areas")]
        constraints = [
            models.CheckConstraint(
                condition=Q(stopped_on__isnull=True) | Q(ends_on__isnull=False), name="dealer_stopped_has_a_term"
            )
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["checklist", "finding", "measure"]
)
class DealerCheck(models.Model):
    """A check (controle) of a dealer: planned, carried out with the checklist of the profile, and what followed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dealer = models.ForeignKey(Dealer, models.CASCADE, related_name="checks", verbose_name=_("dealer"))
    planned_for = models.DateField(_("planned for"))
    state = models.CharField(_("state"), max_length=11, choices=CheckState.choices, default=CheckState.PLANNED)
    visited_on = models.DateField(_("visited on"), null=True, blank=True)
    visited_by = _person(_("visited by"))
    checklist = SealedJSONField(_("checklist"), null=True, blank=True)
    finding = SealedTextField(_("finding"), max_length=2000, blank=True)
    measure = SealedTextField(_("what was done"), max_length=1000, blank=True)
    term = models.DateField(_("to be mended before"), null=True, blank=True)
    follows = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="rechecks")
    planned_by = _person(_("planned by"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    ends_on = models.DateField(_("kept until"), null=True, blank=True, help_text=_("end of the retention term"))
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("check of a dealer")
        verbose_name_plural = _("checks of dealers")
        ordering = ("-planned_for", "-visited_on")
        constraints = [
            models.UniqueConstraint(fields=["dealer"], condition=Q(state="planned"), name="dealer_check_planned_once"),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "withdrawn"]) | Q(visited_on__isnull=False),
                name="dealer_check_visited_on_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[str(state) for state in DONE_CHECKS]) | Q(ends_on__isnull=False),
                name="dealer_check_done_has_a_term",
            ),
            models.CheckConstraint(condition=~Q(follows=F("id")), name="dealer_check_follows_another"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="dealer_check_states", field="state",
                transitions=[(str(before), str(after)) for before, following in STEPS.items() for after in following],
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.planned_for:%Y-%m-%d} {self.state}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=STOP_TEXTS)
class ControlStop(models.Model):
    """A visit (bezoek) of a control day: an address, why it is on the list, what was found and what follows from it.

    `place` is the key of a place out of sight, where it is on the list as one: no link, for that register is another's.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    day = models.ForeignKey(ControlDay, models.CASCADE, related_name="stops", verbose_name=_("control day"))
    address = models.ForeignKey(Address, models.PROTECT, related_name="+", verbose_name=_("address"))
    kind = models.SlugField(_("kind of place"), max_length=60)
    why = SealedTextField(_("why this address"), max_length=500, blank=True)
    safety = SealedTextField(_("safety note"), max_length=500, blank=True)
    place = models.UUIDField(null=True, blank=True)
    dealer = models.ForeignKey(Dealer, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("dealer"))
    opens = models.TimeField(_("opens at"), null=True, blank=True)
    closes = models.TimeField(_("closes at"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), null=True, blank=True)
    expected = models.TimeField(_("expected at"), null=True, blank=True)
    shut = models.BooleanField(_("closed by then"), default=False)
    result = models.CharField(_("result"), max_length=12, choices=Result.choices, default=Result.WAITING)
    finding = SealedTextField(_("finding"), max_length=2000, blank=True)
    visited_at = models.DateTimeField(_("visited at"), null=True, blank=True)
    visited_by = _person(_("visited by"))
    handed_to = models.SlugField(_("handed to"), max_length=60, blank=True)
    follow_up = SealedTextField(_("what follows"), max_length=500, blank=True)
    follow_by = models.SlugField(_("by whom"), max_length=60, blank=True)
    follow_due = models.DateField(_("before the end of"), null=True, blank=True)
    follow_done = models.DateField(_("done on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("visit of a control day")
        verbose_name_plural = _("visits of control days")
        ordering = (F("order").asc(nulls_last=True), "id")
        constraints = [
            models.UniqueConstraint(fields=["day", "address", "kind"], name="control_stop_once"),
            models.CheckConstraint(
                condition=Q(result="waiting") | Q(visited_at__isnull=False), name="control_stop_visited_at_a_moment"
            ),
            models.CheckConstraint(condition=~Q(result="offence") | ~Q(handed_to=""), name="control_stop_offence_handed_on"),
            models.CheckConstraint(
                condition=Q(follow_due__isnull=True) | ~Q(follow_by=""), name="control_stop_followed_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return str(self.address)
