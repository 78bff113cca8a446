"""What these tables share."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..states import Progress


class Kept(models.Model):
    """A row with a key that nobody can guess, and no order in it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


def staff(verbose_name: Any, **options: Any) -> Any:
    """A column for somebody who works with the system; what they did outlives their account."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=verbose_name, **options
    )


class Reported(Kept):
    """What somebody reports on once it is done: on which day it was, and who told."""

    done_on = models.DateField(_("done on"), null=True)
    reported_by = staff(_("reported by"))

    class Meta:
        abstract = True


class Agreed(Reported):
    """The same with a term (termijn): until when it is to be done."""

    due = models.DateField(_("by when"))
    state = models.CharField(_("state"), max_length=10, choices=Progress.choices, default=Progress.OPEN)
    reported_at = models.DateTimeField(_("reported at"), null=True)
    reminded = models.DateField(null=True)

    class Meta:
        abstract = True

    @property
    def late(self) -> bool:
        """Whether its term is over."""
        return bool(self.state == Progress.OPEN and self.due < timezone.localdate())

    @property
    def kept(self) -> bool:
        """Whether it was done within its term (termijn gehaald)."""
        return self.done_on is not None and self.done_on <= self.due
