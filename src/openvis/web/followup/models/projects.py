"""The project approach (projectmatige aanpak): signals with something in common, one goal, a team, a plan, results."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openvis.web.access.fields import SealedTextField

from ..states import Communication, Progress, ProjectState
from .base import Agreed, Kept, Reported, staff


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["name", "goal", "result"]
)
class Project(Kept):
    """A project: several signals handled as one."""

    name = SealedTextField(_("name"), max_length=120)
    goal = SealedTextField(_("goal"), max_length=2000)
    leader = staff(_("leader"))
    state = models.CharField(_("state"), max_length=10, choices=ProjectState.choices, default=ProjectState.RUNNING)
    result = SealedTextField(_("results"), max_length=4000, blank=True)
    started = models.DateField(_("started"), default=timezone.localdate)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    version = models.PositiveIntegerField(default=1)
    ends_on = models.DateField(_("kept until"), help_text=_("end of the retention term"))

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ("-started",)

    def __str__(self) -> str:
        return str(self.pk)


class ProjectSignal(Kept):
    """A signal that a project takes up."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="signals")
    signal = models.ForeignKey("signals.Signal", models.CASCADE, related_name="+", verbose_name=_("signal"))
    number = models.CharField(_("running number"), max_length=20)
    added_by = staff(_("added by"))
    added_at = models.DateTimeField(_("added at"), default=timezone.now)

    class Meta:
        verbose_name = _("signal of a project")
        verbose_name_plural = _("signals of a project")
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["project", "signal"], name="project_signal_once")]

    def __str__(self) -> str:
        return self.number


class ProjectMember(Kept):
    """Somebody in the team of a project (projectlid)."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    organisation = models.SlugField(_("organisation"), blank=True)

    class Meta:
        verbose_name = _("member of a project")
        verbose_name_plural = _("members of a project")
        constraints = [models.UniqueConstraint(fields=["project", "user"], name="project_member_once")]

    def __str__(self) -> str:
        return str(self.pk)


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["what", "result"])
class ProjectStep(Agreed):
    """A step of the plan of a project: what, who, by when."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="steps")
    what = SealedTextField(_("step"), max_length=1000)
    owner = staff(_("owner"))
    result = SealedTextField(_("what came of it"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("step of a project")
        verbose_name_plural = _("steps of a project")
        ordering = ("due",)

    def __str__(self) -> str:
        return str(self.pk)


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["what", "result"])
class Intervention(Reported):
    """An intervention (interventie): what one organisation does with its own powers, and whether that is told."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="interventions")
    approach = models.SlugField(_("approach"))
    what = SealedTextField(_("intervention"), max_length=1000)
    organisation = models.SlugField(_("organisation"))
    state = models.CharField(_("state"), max_length=10, choices=Progress.choices, default=Progress.OPEN)
    result = SealedTextField(_("result"), max_length=2000, blank=True)
    communication = models.CharField(
        _("communication"), max_length=12, choices=Communication.choices, default=Communication.LATER
    )
    decided_by = staff(_("decided by"))
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("intervention")
        verbose_name_plural = _("interventions")

    def __str__(self) -> str:
        return str(self.pk)


class Consent(Kept):
    """That a partner agrees with a decision on communication (akkoord); it goes when the decision changes."""

    intervention = models.ForeignKey(Intervention, models.CASCADE, related_name="consents")
    organisation = models.SlugField(_("organisation"))
    by = staff(_("agreed by"))
    at = models.DateTimeField(_("agreed at"), default=timezone.now)

    class Meta:
        verbose_name = _("agreement to communicate")
        verbose_name_plural = _("agreements to communicate")
        constraints = [models.UniqueConstraint(fields=["intervention", "organisation"], name="consent_once")]

    def __str__(self) -> str:
        return str(self.pk)
