"""What every act shares: one transaction, the audit entry, and what can be wrong."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from openvis.web.access import people
from openvis.web.access.acts import ChangedError, NotNowError, NotYoursError, WrongError, act, filled
from openvis.web.access.models import User

from .. import rules
from ..states import Law

__all__ = [
    "ChangedError", "NotNowError", "NotYoursError", "WrongError", "act", "ahead", "filled", "fits", "known_law",
    "organisation_of", "require", "require_weigher",
]  # fmt: skip


def require(may: bool, ability: str) -> None:
    """Raise NotYoursError unless somebody may."""
    if not may:
        raise NotYoursError(ability)


def require_weigher(by: User) -> None:
    """What only the coordinator does."""
    require(rules.weighs(by), rules.WEIGH)


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
