"""What can happen to a visit on the street: its result written down, what follows from it reported done."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from openvis.web.access.models import User

from .. import rules
from ..models import ControlDay, ControlStop, Dealer
from ..states import OPEN_DAYS, SEEN, VISITED, CheckState, DayState, Result
from . import dealers
from .acts import (
    NotNowError,
    WrongError,
    act,
    current,
    filled,
    locked,
    not_before_today,
    not_later,
    organisation,
    require,
)

CHECK_OF = {
    Result.IN_ORDER: CheckState.IN_ORDER, Result.SHORTCOMING: CheckState.SHORTCOMING, Result.OFFENCE: CheckState.OFFENCE,
}  # fmt: skip
"""What a result at a dealer's means for the check."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an officer writes down at an address. No photos, no names that are not needed."""

    result: str
    finding: str = ""
    handed_to: str = ""
    follow_up: str = ""
    follow_by: str = ""
    follow_due: date | None = None


def report(by: User, key: UUID, stop: UUID, version: int | None, told: Report) -> ControlStop:
    """Write down the result of a visit; it can be set right for as long as the day is open.

    A shortcoming says what was found and what follows, by whom and when; an offence says who takes it over. A dealer
    gets the result of its check, where somebody was there; a place out of sight its date when the day is closed.
    """
    with act(by, "control_day.report", f"control_day:{key}", result=told.result):
        day = locked(ControlDay.objects.all(), key)
        require(by, "visit_day", day)
        if day.state not in OPEN_DAYS:
            raise NotNowError(day.get_state_display())
        not_later("result", day.date)
        found = locked(ControlStop.objects.filter(day=day), stop)
        current(found, version)
        first = found.result not in SEEN
        _write(found, told)
        found.visited_by, found.visited_at = by, found.visited_at or timezone.now()
        found.save()
        if day.state == DayState.PLANNED:
            day.state = DayState.UNDER_WAY
            day.save(update_fields=["state"])
        if first and found.result in SEEN:
            _told_on(by, day, found)
        return found


def _write(stop: ControlStop, told: Report) -> None:
    if told.result not in VISITED:
        raise WrongError("result", _("Choose what came of the visit."))
    stop.result, stop.finding = told.result, told.finding.strip()
    stop.handed_to = stop.follow_up = stop.follow_by = ""
    stop.follow_due = stop.follow_done = None
    if told.result in (Result.SHORTCOMING, Result.OFFENCE):
        filled("finding", told.finding)
    if told.result == Result.OFFENCE:
        stop.handed_to = organisation("handed_to", told.handed_to)
    if told.result == Result.SHORTCOMING or told.follow_up.strip():
        stop.follow_up = filled("follow_up", told.follow_up)
        stop.follow_by = organisation("follow_by", told.follow_by)
        stop.follow_due = not_before_today("follow_due", told.follow_due)


def _told_on(by: User, day: ControlDay, stop: ControlStop) -> None:
    """The register of dealers learns that somebody was there."""
    # Who may not see the dealer does not find it, at either wall.
    dealer = Dealer.objects.filter(pk=stop.dealer_id, stopped_on__isnull=True).first() if stop.dealer_id else None
    if dealer is not None and rules.reaches(by, rules.KEEP_DEALERS, dealer.areas):
        dealers.visited_on_a_day(by, dealer, CHECK_OF[Result(stop.result)], day.date, stop.finding, stop.follow_due)


def follow_up_done(by: User, key: UUID, stop: UUID, day_done: date) -> ControlStop:
    """Report that what had to follow was done; also after the day is closed."""
    with act(by, "control_day.follow_up", f"control_day:{key}"):
        day = locked(ControlDay.objects.all(), key)
        if not by.has_perm("controls.plan_day", day):
            require(by, "visit_day", day)
        found = locked(ControlStop.objects.filter(day=day), stop)
        if found.follow_due is None or found.follow_done is not None:
            raise NotNowError(found.get_result_display())
        found.follow_done = not_later("follow_done", day_done)
        found.version += 1
        found.save(update_fields=["follow_done", "version"])
        return found
