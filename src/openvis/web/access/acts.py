"""What the services of every app share: why an act is refused, and the transaction with its history and audit entry."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pghistory
from django.db import models, transaction
from django.utils.translation import gettext as _

from . import audit
from .models import User


class NotYoursError(Exception):
    """The person may not do this; outside a permission the thing does not exist."""


class NotNowError(Exception):
    """Not possible as things stand."""


class WrongError(ValueError):
    """A part that is missing or not allowed: `field` names it, the text says what is expected."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class ChangedError(Exception):
    """Somebody else saved in the meantime: `current` is what stands there now. Nothing was overwritten."""

    def __init__(self, current: models.Model) -> None:
        super().__init__(str(current.pk))
        self.current: Any = current


@contextmanager
def act(by: User | None, name: str, thing: str, **facts: Any) -> Iterator[None]:
    """One transaction in which the history knows who did what, and the audit log gets its entry."""
    with transaction.atomic(), pghistory.context(user=str(by.pk) if by else "", act=name):
        yield
        audit.record(by, name, thing, **facts)


def filled(field: str, value: str | None) -> str:
    """A text without its edges. Raises WrongError for an empty one."""
    text = (value or "").strip()
    if not text:
        raise WrongError(field, _("This is empty. Write at least a few words."))
    return text
