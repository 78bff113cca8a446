"""What every act shares: one transaction, the audit entry, and what can be wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pghistory
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from openvis.web.access import audit, people
from openvis.web.access.models import User

from .. import rules
from ..states import Law


class NotYoursError(Exception):
    """The person may not do this; outside a permission the object does not exist."""


class NotNowError(Exception):
    """Not possible as things stand; the text says why, and what to do."""


class WrongError(ValueError):
    """A field that is missing or not allowed: `field` names it, the text says what is expected."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class ChangedError(Exception):
    """Somebody else saved in the meantime; nothing was overwritten. `current` is what stands there now."""

    def __init__(self, current: models.Model) -> None:
        super().__init__(str(current.pk))
        self.current = current


@contextmanager
def act(by: User | None, name: str, thing: str, **facts: Any) -> Iterator[None]:
    """One transaction in which the history knows who did what, and the audit log gets its entry."""
    with transaction.atomic(), pghistory.context(user=str(by.pk) if by else "", act=name):
        yield
        audit.record(by, name, thing, **facts)


def require(may: bool, ability: str) -> None:
    """Raise NotYoursError unless somebody may."""
    if not may:
        raise NotYoursError(ability)


def require_weigher(by: User) -> None:
    """What only the coordinator does."""
    require(rules.weighs(by), rules.WEIGH)


def filled(field: str, value: str | None) -> str:
    """A text with something in it."""
    text = (value or "").strip()
    if not text:
        raise WrongError(field, _("This is empty. Write at least a few words."))
    return text


def known_law(law: str) -> str:
    """One of the laws."""
    if law not in Law.values:
        raise WrongError("law", _("Choose the law that this falls under."))
    return law


def ahead(field: str, day: date) -> date:
    """A day that is not over yet."""
    if day < timezone.localdate():
        raise WrongError(field, _("This day is past. Choose today or later."))
    return day


def fits(person: User | None, field: str = "owner") -> User:
    """Somebody who can take part: active, with a role for it now."""
    if person is None or not rules.takes_part(person):
        raise WrongError(field, _("This person has no role for meetings and projects. Choose somebody from the list."))
    return person


def organisation_of(person: User) -> str:
    """For whom somebody is there: their own organisation, or that of the role by which they take part."""
    if person.organisation is not None:
        return person.organisation.key
    roles = (standing.role for standing in people.standings(person))
    return next((role.organisation for role in roles if rules.CASUS in role.abilities), "")
