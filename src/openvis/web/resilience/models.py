"""Threats against staff, what was done about them, and awareness sessions."""

import uuid

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openvis.web.access.fields import SealedTextField

TERM = "staff_threats"
SESSIONS_TERM = "aggregates"
USER = settings.AUTH_USER_MODEL


class Kind(models.TextChoices):
    """What was done to somebody because of their work."""

    VERBAL = "verbal", _("shouting, insulting")
    THREAT = "threat", _("threat, by word or in writing")
    INTIMIDATION = "intimidation", _("intimidation or pressure on a decision")
    ONLINE = "online", _("threat or spreading of private data online")
    FOLLOWED = "followed", _("followed, or visited at home")
    VIOLENCE = "violence", _("physical violence")
    DAMAGE = "damage", _("damage to property")
    BRIBE = "bribe", _("offer of money, gifts or favours")
    DISCRIMINATION = "discrimination", _("discrimination")


class State(models.TextChoices):
    """Where it stands."""

    RECEIVED = "received", _("received")
    HANDLING = "handling", _("being handled")
    CLOSED = "closed", _("closed")


class Police(models.TextChoices):
    """Whether it was reported to the police (aangifte), and by whom."""

    OPEN = "open", _("not decided yet")
    FILED = "filed", _("report filed")
    EMPLOYER = "employer", _("report filed by the employer")
    NOT_WANTED = "not_wanted", _("no report: not wanted")
    NO_OFFENCE = "no_offence", _("no report: not an offence")


class Aftercare(models.TextChoices):
    """Help for who it happened to."""

    OPEN = "open", _("not offered yet")
    OFFERED = "offered", _("offered")
    GIVEN = "given", _("given")
    DECLINED = "declined", _("offered and declined")


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["victim", "what", "follow_up"]
)
class ThreatIncident(models.Model):
    """A threat against an employee (bedreiging): what happened, and report to the police, aftercare and follow-up.

    Of who it happened to it asks the function, not the name. Who reports sees the state and nothing else afterwards.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    happened_on = models.DateField(_("day"))
    area_code = models.CharField(_("area"), max_length=40, blank=True)
    organisation = models.SlugField(_("department"), help_text=_("of who it happened to"))
    victim = SealedTextField(_("function of who it happened to"), max_length=80)
    what = SealedTextField(_("what happened"), max_length=2000)
    reporter = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+", verbose_name=_("reported by"))
    reported_at = models.DateTimeField(_("reported at"), default=timezone.now)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.RECEIVED)
    police = models.CharField(_("report to the police"), max_length=10, choices=Police.choices, default=Police.OPEN)
    aftercare = models.CharField(_("aftercare"), max_length=8, choices=Aftercare.choices, default=Aftercare.OPEN)
    follow_up = SealedTextField(_("follow-up"), max_length=2000, blank=True)
    handled_by = models.ForeignKey(
        USER, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("handled by")
    )
    version = models.PositiveIntegerField(default=1)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    ends_on = models.DateField(_("kept until"), null=True, blank=True)

    class Meta:
        verbose_name = _("threat against staff")
        verbose_name_plural = _("threats against staff")
        ordering = ("-reported_at",)
        indexes = [models.Index(fields=["state", "reported_at"], name="threat_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="closed", closed_on__isnull=False, ends_on__isnull=False)
                | Q(~Q(state="closed"), closed_on__isnull=True),
                name="threat_closed_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | (~Q(police="open") & ~Q(aftercare="open")), name="threat_closed_is_done"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.happened_on:%Y-%m-%d}"


class AwarenessSession(models.Model):
    """An awareness session (bewustwordingsbijeenkomst) or training for staff."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("title"), max_length=100)
    held_on = models.DateField(_("day"))
    made_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+", verbose_name=_("entered by"))
    ends_on = models.DateField(_("kept until"))

    class Meta:
        verbose_name = _("awareness session")
        verbose_name_plural = _("awareness sessions")
        ordering = ("-held_on", "title")

    def __str__(self) -> str:
        return self.title


class SessionAttendance(models.Model):
    """How many of a department were invited to a session, and came; no names."""

    session = models.ForeignKey(AwarenessSession, models.CASCADE, related_name="attendance")
    organisation = models.SlugField(_("department"))
    invited = models.PositiveIntegerField(_("invited"))
    attended = models.PositiveIntegerField(_("came"))

    class Meta:
        verbose_name = _("attendance of a session")
        verbose_name_plural = _("attendance of sessions")
        constraints = [
            models.UniqueConstraint(fields=["session", "organisation"], name="attendance_once"),
            models.CheckConstraint(condition=Q(attended__lte=F("invited")), name="attendance_of_the_invited"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.attended}/{self.invited}"
