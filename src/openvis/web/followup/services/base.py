"""What every act shares: one transaction, the audit entry, and what can be wrong."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from openvis.web.access import acts, people
from openvis.web.access.acts import ChangedError, NotNowError, NotYoursError, WrongError, act
from openvis.web.access.models import User
from openvis.web.deployment.forms import no_citizen_number

from .. import rules
from ..states import Law, Progress

__all__ = [
    "ChangedError", "NotNowError", "NotYoursError", "WrongError", "act", "ahead", "filled", "fits", "known_law",
    "organisation_of", "reported", "require", "require_weigher",
]  # fmt: skip


def filled(field: str, value: str | None) -> str:
    """A text without its edges and without a citizen service number, from whichever side it comes."""
    text = acts.filled(field, value)
    try:
        no_citizen_number(text)
    except ValidationError as error:
        raise WrongError(field, " ".join(error.messages)) from error
    return text


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


def reported(by: User, state: str, result: str, done_on: date | None) -> dict[str, Any]:
    """What a report says: done on a day, or dropped; what came of it; and who told."""
    if state not in (Progress.DONE, Progress.DROPPED):
        raise WrongError("state", _("Choose: done, or dropped."))
    today = timezone.localdate()
    if done_on is not None and done_on > today:
        raise WrongError("done_on", _("This day is still to come. Choose today or earlier."))
    done = (done_on or today) if state == Progress.DONE else None
    return {"state": state, "result": filled("result", result), "done_on": done, "reported_by": by}


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
