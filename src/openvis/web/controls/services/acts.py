"""What all acts share: their refusals, and the transaction with its history and its entry in the audit log."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar

import pghistory
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access import audit
from openvis.web.access.models import User

Row = TypeVar("Row", bound=models.Model)


class NotYoursError(Exception):
    """The person may not do this; outside a permission the thing does not exist."""


class NotNowError(Exception):
    """The thing is in a state in which this cannot happen."""


class ChangedError(Exception):
    """Somebody else saved in the meantime; nothing was overwritten."""


class WrongError(ValueError):
    """A part that is missing or not allowed: `field` names it, the text says what is expected."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@contextmanager
def act(by: User, name: str, thing: str, **facts: Any) -> Iterator[None]:
    """One transaction in which the history knows who did what, and the audit log gets its entry."""
    with transaction.atomic(), pghistory.context(user=str(by.pk), act=name):
        yield
        audit.record(by, name, thing, **facts)


def locked(rows: "models.QuerySet[Row]", key: Any) -> Row:
    """The row with a key, locked. Raises NotYoursError where it does not exist for whoever is at work."""
    found = rows.select_for_update().filter(pk=key).first()
    if found is None:
        raise NotYoursError(str(key))
    return found


def require(by: User, permission: str, thing: models.Model) -> None:
    """Refuse who may not."""
    if not by.has_perm(f"controls.{permission}", thing):
        raise NotYoursError(permission)


def current(thing: Any, version: int | None) -> None:
    """Refuse what was changed since it was looked at, and count this change."""
    if version is not None and thing.version != version:
        raise ChangedError(str(thing.pk))
    thing.version += 1


def filled(field: str, value: str) -> str:
    """The text without its edges; refuses an empty one."""
    text = value.strip()
    if not text:
        raise WrongError(field, _("This is empty. Write at least a few words."))
    return text


def known(field: str, value: str, choices: Any) -> str:
    """The key, which has to be one of these."""
    if value not in {item.id for item in choices}:
        raise WrongError(field, _("This is not in the list. Choose one from the list."))
    return value


def organisation(field: str, value: str) -> str:
    """The key of an organisation of the profile."""
    return known(field, value, city.profile().organisations)


def not_later(field: str, day: date) -> date:
    """A day that has come."""
    if day > timezone.localdate():
        raise WrongError(field, _("This day is still to come. Fill in today or an earlier day."))
    return day


def not_before_today(field: str, day: date | None) -> date:
    """A day by which something is still to happen."""
    if day is None:
        raise WrongError(field, _("Choose a day."))
    if day < timezone.localdate():
        raise WrongError(field, _("This day is over. Choose today or a later day."))
    return day
