"""Signals that are handed over to become a case."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openvis.web.access.fields import SealedTextField

from .base import Kept, staff


class CaseHandOver(Kept):
    """A signal handed over to become a case (overdracht naar een casus): waits until the part for cases takes it up."""

    signal = models.OneToOneField("signals.Signal", models.CASCADE, related_name="+", verbose_name=_("signal"))
    number = models.CharField(_("running number"), max_length=20)
    reason = SealedTextField(_("why a case is needed"), max_length=2000)
    by = staff(_("handed over by"))
    at = models.DateTimeField(_("handed over at"), default=timezone.now)
    taken_at = models.DateTimeField(_("taken up at"), null=True)
    became = SealedTextField(_("what became of it"), max_length=300, blank=True)
    ends_on = models.DateField(_("kept until"), help_text=_("end of the retention term"))

    class Meta:
        verbose_name = _("hand-over to a case")
        verbose_name_plural = _("hand-overs to a case")
        ordering = ("-at",)

    def __str__(self) -> str:
        return self.number
