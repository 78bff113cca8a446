"""What can happen: a threat is reported, handled and closed; an awareness session is entered."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access import audit, people
from openvis.web.access.acts import ChangedError, NotNowError, NotYoursError, WrongError, filled
from openvis.web.access.models import User

from .models import (
    SESSIONS_TERM,
    TERM,
    Aftercare,
    AwarenessSession,
    Kind,
    Police,
    SessionAttendance,
    State,
    ThreatIncident,
)

REPORT, KEEP = "signals.report", "resilience.keep"


@dataclass(frozen=True, slots=True)
class Told:
    """A threat as an employee reports it."""

    kind: str
    happened_on: date
    organisation: str
    victim: str
    what: str
    area: str = ""


@dataclass(frozen=True, slots=True)
class Handling:
    """What was done about it."""

    police: str
    aftercare: str
    follow_up: str


@contextmanager
def _act(by: User, ability: str, act: str, key: UUID, **facts: Any) -> Iterator[None]:
    if not people.may(by, ability):
        raise NotYoursError(ability)
    with transaction.atomic(), pghistory.context(user=str(by.pk), act=act):
        yield
        audit.record(by, f"threat.{act}", f"threat:{key}", **facts)


def _filled(field: str, value: str, most: int) -> str:
    text = filled(field, value)
    if len(text) > most:
        raise WrongError(field, _("At most %d characters.") % most)
    return text


def report(by: User, told: Told) -> ThreatIncident:
    """Report a threat against oneself or a colleague."""
    profile = city.profile()
    if told.kind not in Kind.values:
        raise WrongError("kind", _("Choose a kind from the list."))
    if told.happened_on > timezone.localdate():
        raise WrongError("happened_on", _("This day is still to come. Give the day on which it happened."))
    if told.organisation not in {item.id for item in profile.organisations}:
        raise WrongError("organisation", _("Choose a department from the list."))
    if told.area and told.area not in {area.code for area in profile.areas}:
        raise WrongError("area", _("Choose an area from the list."))
    made = ThreatIncident(
        kind=told.kind, happened_on=told.happened_on, area_code=told.area, organisation=told.organisation,
        victim=_filled("victim", told.victim, 80), what=_filled("what", told.what, 2000), reporter=by,
    )
    with _act(by, REPORT, "report", made.pk, kind=made.kind):
        made.save(force_insert=True)
    return made


def handle(by: User, key: UUID, seen: int, done: Handling) -> ThreatIncident:
    """Write down what was done: report to the police, aftercare, follow-up."""
    with _act(by, KEEP, "handle", key):
        return _save(_current(key, seen), by, _handling(done) | {"state": State.HANDLING})


def close(by: User, key: UUID, seen: int, done: Handling) -> ThreatIncident:
    """Close it: only when it is decided about the police, and aftercare was offered."""
    values = _handling(done)
    if values["police"] == Police.OPEN:
        raise WrongError("police", _("Say first whether it was reported to the police, and if not, why."))
    if values["aftercare"] == Aftercare.OPEN:
        raise WrongError("aftercare", _("Offer aftercare first: nobody goes on without being asked."))
    today = timezone.localdate()
    ends = city.profile().retention_term(TERM).ends(today)
    with _act(by, KEEP, "close", key):
        current = _current(key, seen)
        return _save(current, by, values | {"state": State.CLOSED, "closed_on": today, "ends_on": ends})


def _handling(done: Handling) -> dict[str, Any]:
    if done.police not in Police.values:
        raise WrongError("police", _("Choose from the list."))
    if done.aftercare not in Aftercare.values:
        raise WrongError("aftercare", _("Choose from the list."))
    if len(done.follow_up) > 2000:
        raise WrongError("follow_up", _("At most %d characters.") % 2000)
    return {"police": done.police, "aftercare": done.aftercare, "follow_up": done.follow_up.strip()}


def _current(key: UUID, seen: int) -> ThreatIncident:
    current = ThreatIncident.objects.select_for_update().filter(pk=key).first()
    if current is None:
        raise NotYoursError(KEEP)
    if current.state == State.CLOSED:
        raise NotNowError
    if current.version != seen:
        raise ChangedError(current)
    return current


def _save(current: ThreatIncident, by: User, values: dict[str, Any]) -> ThreatIncident:
    for name, value in values.items():
        setattr(current, name, value)
    current.version += 1
    current.handled_by = by
    current.save(update_fields=[*values, "version", "handled_by"])
    return current


def hold_session(by: User, title: str, held_on: date, came: dict[str, tuple[int, int]]) -> AwarenessSession:
    """Enter a session: department → (invited, came)."""
    if not came:
        raise WrongError("title", _("Fill in at least one department that was invited."))
    if held_on > timezone.localdate():
        raise WrongError("held_on", _("This day is still to come. Enter a session after it was held."))
    known = {item.id for item in city.profile().organisations}
    for key, (invited, attended) in came.items():
        if key not in known:
            raise WrongError("title", _("Choose a department from the list."))
        if not 0 <= attended <= invited:
            raise WrongError(key, _("More people came than were invited. Count who came unasked as invited."))
    made = AwarenessSession(
        title=_filled("title", title, 100), held_on=held_on, made_by=by,
        ends_on=city.profile().retention_term(SESSIONS_TERM).ends(held_on),
    )
    if not people.may(by, KEEP):
        raise NotYoursError(KEEP)
    with transaction.atomic():
        made.save(force_insert=True)
        SessionAttendance.objects.bulk_create(
            SessionAttendance(session=made, organisation=key, invited=invited, attended=attended)
            for key, (invited, attended) in came.items()
        )
        audit.record(by, "awareness_session.enter", f"awareness_session:{made.pk}", departments=len(came))
    return made
