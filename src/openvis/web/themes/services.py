"""What can happen: figures of a quarter are fixed and released; a place out of sight is listed, changed, taken off."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access import audit, people
from openvis.web.access.acts import ChangedError, NotNowError, NotYoursError, WrongError
from openvis.web.access.models import User
from openvis.web.deployment import areas
from openvis.web.places.models import Address
from openvis.web.signals.models import Signal

from . import counting, rules
from .counting import Quarter
from .models import FIGURES_TERM, PLACES_TERM, PlaceKind, PlaceOutOfSight, QuarterFigures

WAIT = timedelta(days=14)
"""How long after its end a quarter is counted: what is registered late is in it."""
RELEASE = "signals.weigh"


# ---- figures -------------------------------------------------------------------------------------------------------


def fix(day: date) -> list[QuarterFigures]:
    """Count and keep every quarter that is long enough over and not kept yet. Safe to repeat and to break off.

    Counted once: a signal that is removed later, or registered later, changes nothing, so that nobody can learn from two
    looks what is not in one.
    """
    made = []
    for quarter in _waiting(day):
        profile = city.profile()
        found = counting.counted(profile, quarter.first, quarter.after)
        year = counting.counted(profile, date(quarter.first.year - 1, quarter.first.month, 1), quarter.after)
        phenomena, branches = counting.of_quarter(profile, found)
        with transaction.atomic():
            kept, new = QuarterFigures.objects.get_or_create(year=quarter.year, quarter=quarter.number, defaults={
                "k": profile.signals.k, "level": profile.themes.level or profile.levels[0].id, "phenomena": phenomena,
                "branches": branches, "risk": counting.risk(profile, year),
                "ends_on": profile.retention_term(FIGURES_TERM).ends(day),
            })  # fmt: skip
            if new:
                audit.record(None, "theme_figures.fix", f"theme_figures:{kept}")
                made.append(kept)
    return made


def _waiting(day: date) -> Iterator[Quarter]:
    """The quarters to count: at most the last four that are over, from the first with a signal."""
    first = Signal.objects.order_by("received_at").values_list("received_at", flat=True).first()
    if first is None:
        return
    done = set(QuarterFigures.objects.values_list("year", "quarter"))
    quarter = max(Quarter.of(timezone.localdate(first)), Quarter.of(day - timedelta(days=380)))
    while quarter.after + WAIT <= day:
        if (quarter.year, quarter.number) not in done:
            yield quarter
        quarter = quarter.next


def release(by: User, year: int, quarter: int) -> QuarterFigures:
    """Release the figures of a quarter for reports: somebody looked at them, and answers for it."""
    if not people.may(by, RELEASE):
        raise NotYoursError(RELEASE)
    with transaction.atomic():
        kept = QuarterFigures.objects.select_for_update().filter(year=year, quarter=quarter).first()
        if kept is None:
            raise NotYoursError(RELEASE)
        if kept.released_at is not None:
            raise NotNowError
        kept.released_by, kept.released_at = by, timezone.now()
        kept.save(update_fields=["released_by", "released_at"])
        audit.record(by, "theme_figures.release", f"theme_figures:{kept}")
    return kept


# ---- places out of sight -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listed:
    """A place as somebody filled it in."""

    title: str
    kind: str
    area: str
    reason: str
    address: Address | None = None
    last_control: date | None = None
    next_control: date | None = None


@contextmanager
def _act(by: User, act: str, key: UUID, **facts: Any) -> Iterator[None]:
    with transaction.atomic(), pghistory.context(user=str(by.pk), act=act):
        yield
        audit.record(by, f"place_out_of_sight.{act}", f"place_out_of_sight:{key}", **facts)


def enlist(by: User, told: Listed) -> PlaceOutOfSight:
    """Put a place on the list."""
    made = PlaceOutOfSight(changed_by=by, **_values(by, told))
    with _act(by, "enlist", made.pk, kind=made.kind):
        made.save(force_insert=True)
    return made


def change(by: User, key: UUID, seen: int, told: Listed) -> PlaceOutOfSight:
    """Change what is told of a place: also that it was controlled, and when it is next."""
    with _act(by, "change", key):
        return _save(_current(by, key, seen), by, _values(by, told))


def take_off(by: User, key: UUID, seen: int) -> PlaceOutOfSight:
    """Take a place off the list: it is in sight again. It is kept until its term ends."""
    with _act(by, "take_off", key):
        ends = city.profile().retention_term(PLACES_TERM).ends(timezone.localdate())
        return _save(_current(by, key, seen), by, {"ends_on": ends})


def _current(by: User, key: UUID, seen: int) -> PlaceOutOfSight:
    current = PlaceOutOfSight.objects.select_for_update().filter(pk=key, ends_on__isnull=True).first()
    if current is None or not rules.keeps(by, current.areas):
        raise NotYoursError(rules.PLAN)
    if current.version != seen:
        raise ChangedError(current)
    return current


def _save(current: PlaceOutOfSight, by: User, values: dict[str, Any]) -> PlaceOutOfSight:
    for name, value in values.items():
        setattr(current, name, value)
    current.version += 1
    current.changed_by, current.changed_at = by, timezone.now()
    current.save(update_fields=[*values, "version", "changed_by", "changed_at"])
    return current


def _values(by: User, told: Listed) -> dict[str, Any]:
    """What is kept of it. Raises WrongError, and NotYoursError for an area that is not the person's."""
    for field in ("title", "reason"):
        if not getattr(told, field).strip():
            raise WrongError(field, _("This is empty. Write at least a few words."))
    if len(told.title) > 100:
        raise WrongError("title", _("At most %d characters.") % 100)
    if told.kind not in PlaceKind.values:
        raise WrongError("kind", _("Choose a kind from the list."))
    found = {place.code: place for level in city.profile().levels for place in areas.of_level(level.id)}
    if told.area not in found:
        raise WrongError("area", _("Choose an area from the list."))
    today = timezone.localdate()
    if told.last_control is not None and told.last_control > today:
        raise WrongError("last_control", _("This day is still to come. Give the last control that was done."))
    codes = found[told.area].codes
    if not rules.keeps(by, codes):
        raise NotYoursError(rules.PLAN)
    if told.address is not None and told.address.area is not None and told.area not in (
        told.address.area.code, *told.address.area.within.values()
    ):  # fmt: skip
        raise WrongError("address", _("This address does not lie in that area. Choose the area of the address."))
    return {
        "title": told.title.strip(), "kind": told.kind, "area_code": told.area, "areas": codes, "address": told.address,
        "reason": told.reason.strip(), "last_control": told.last_control, "next_control": told.next_control,
    }  # fmt: skip
