"""What background tasks work out for the picture: alerts, and outcomes with the version of the data they are about."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Alert(models.Model):
    """More of a kind in an area, in one week, than was to be expected (signalering); worked out after each intake."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        PAST = "past", _("past")

    area = models.CharField(_("area"), max_length=40, help_text=_("code"))
    area_name = models.CharField(_("name of the area"), max_length=200)
    level = models.SlugField(_("level"))
    kind = models.CharField(_("kind"), max_length=60)
    week = models.DateField(_("week"), help_text=_("its Monday"))
    weeks = models.PositiveSmallIntegerField(_("number of weeks"), default=1, help_text=_("that end with this one"))
    count = models.FloatField(_("count"))
    expected = models.FloatField(_("expected"))
    low = models.FloatField(_("lowest ordinary count"))
    high = models.FloatField(_("highest ordinary count"))
    p = models.FloatField(_("chance of so many or more"))
    q = models.FloatField(_("false discovery rate"), default=0.0)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    store_version = models.CharField(max_length=40)
    made = models.DateTimeField(_("worked out"), auto_now=True)

    class Meta:
        ordering = ("-week", "p")
        constraints = [models.UniqueConstraint(fields=["area", "kind", "week"], name="one_alert_a_week")]

    def __str__(self) -> str:
        return f"{self.area} {self.kind} {self.week:%G-W%V}"


class Outcome(models.Model):
    """What a background task worked out (uitkomst), with the version of the data it is about."""

    key = models.CharField(_("key"), max_length=80, unique=True)
    store_version = models.CharField(max_length=40)
    content = models.JSONField(_("content"), default=dict)
    seconds = models.FloatField(_("seconds it took"), default=0.0)
    made = models.DateTimeField(_("worked out"), auto_now=True)

    class Meta:
        ordering = ("key",)

    def __str__(self) -> str:
        return self.key
