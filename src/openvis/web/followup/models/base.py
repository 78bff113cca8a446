"""What these tables share."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models


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
