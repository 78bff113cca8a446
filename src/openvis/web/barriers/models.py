"""Barrier models of this municipality."""

import uuid

import pghistory
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .content import Content

TERM = "barriers"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class BarrierModel(models.Model):
    """A barrier model (barrièremodel): the steps of a criminal process, who can put what in the way, and how that stands.

    Its content is one document, so that each version in the history is the whole model as it was.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("title"), max_length=80)
    origin = models.SlugField(max_length=60, blank=True, help_text=_("the starting model that it is a copy of"))
    content = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    act = models.SlugField(default="made", help_text=_("what was done to come to this version"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("changed by")
    )
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now)
    ends_on = models.DateField(
        _("kept until"), null=True, blank=True, help_text=_("set when it is put away: the end of its retention term")
    )

    class Meta:
        verbose_name = _("barrier model")
        verbose_name_plural = _("barrier models")
        ordering = ("title", "id")
        constraints = [models.CheckConstraint(condition=models.Q(version__gte=1), name="barrier_model_version")]

    def __str__(self) -> str:
        return self.title

    @property
    def document(self) -> Content:
        """What stands in it."""
        return Content.model_validate(self.content)

    @property
    def put_away(self) -> bool:
        """Whether it is no longer in use."""
        return self.ends_on is not None
