"""What all acts share: their refusals, and the transaction with its history and its entry in the audit log."""

from datetime import date, timedelta
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access.acts import ChangedError, NotNowError, NotYoursError, WrongError, act, filled
from openvis.web.access.models import User

__all__ = [
    "ChangedError", "NotNowError", "NotYoursError", "WrongError", "act", "current", "filled", "known", "locked",
    "not_before_today", "not_later", "organisation", "require",
]  # fmt: skip

FAR = timedelta(days=3652)
"""Nothing is agreed for longer: a year that was mistyped."""
Row = TypeVar("Row", bound=models.Model)


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
        raise ChangedError(thing)
    thing.version += 1


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
    today = timezone.localdate()
    if day < today:
        raise WrongError(field, _("This day is over. Choose today or a later day."))
    if day > today + FAR:
        raise WrongError(field, _("This day is too far away. Choose one within ten years."))
    return day
