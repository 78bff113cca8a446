"""What can happen to a second-hand dealer and its checks. Purchases and sellers are nowhere: those are the police's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access.models import User
from openvis.web.places.models import Address

from .. import places
from ..models import Dealer, DealerCheck, ends_on
from ..states import OUTCOMES, STEPS, CheckState, Listed
from .acts import (
    NotNowError,
    WrongError,
    act,
    current,
    filled,
    known,
    locked,
    not_before_today,
    not_later,
    require,
)

ANSWERS = ("yes", "no", "not_asked")
"""What a point of the checklist can be."""


@dataclass(frozen=True, slots=True)
class Particulars:
    """A dealer as somebody fills it in."""

    name: str
    address: Address
    branch: str
    contact: str = ""
    listed: str = Listed.NOTIFICATION
    listed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What an officer found at a dealer's: the outcome, the points of the checklist, and in words."""

    outcome: str
    on: date
    checklist: Mapping[str, str]
    finding: str = ""


def add(by: User, told: Particulars) -> Dealer:
    """Put a dealer in the register. Raises NotYoursError outside the person's areas."""
    dealer = Dealer(listed_by=by, listed_on=told.listed_on or timezone.localdate())
    _fill(by, dealer, told)
    not_later("listed_on", dealer.listed_on)
    with act(by, "dealer.add", f"dealer:{dealer.pk}", branch=dealer.branch):
        dealer.save(force_insert=True)
        return dealer


def change(by: User, key: UUID, version: int | None, told: Particulars) -> Dealer:
    """Set the particulars of a dealer right."""
    with act(by, "dealer.change", f"dealer:{key}"):
        dealer = _kept(by, key)
        current(dealer, version)
        _fill(by, dealer, told)
        dealer.save()
        return dealer


def _fill(by: User, dealer: Dealer, told: Particulars) -> None:
    dealer.address, dealer.areas = told.address, places.codes_of(told.address)
    require(by, "keep_dealer", dealer)
    dealer.name, dealer.contact = filled("name", told.name), told.contact.strip()
    dealer.branch = known("branch", told.branch, city.profile().controls.dealers.branches)
    if told.listed not in Listed.values:
        raise WrongError("listed", _("This is not in the list. Choose one from the list."))
    dealer.listed = told.listed


def _kept(by: User, key: UUID) -> Dealer:
    dealer = locked(Dealer.objects.all(), key)
    require(by, "keep_dealer", dealer)
    if dealer.stopped_on is not None:
        raise NotNowError(_("stopped"))
    return dealer


def stop(by: User, key: UUID, day: date) -> Dealer:
    """The dealer stopped trading: nothing is planned any more, and the term of retention begins."""
    with act(by, "dealer.stop", f"dealer:{key}"):
        dealer = _kept(by, key)
        not_later("stopped_on", day)
        for check in dealer.checks.select_for_update().filter(state=CheckState.PLANNED):
            _step(check, CheckState.WITHDRAWN)
        dealer.stopped_on, dealer.ends_on = day, ends_on()
        dealer.version += 1
        dealer.save()
        return dealer


def plan(by: User, key: UUID, day: date) -> DealerCheck:
    """Plan a check. A dealer has one check planned at a time."""
    with act(by, "dealer.plan_check", f"dealer:{key}"):
        dealer = _kept(by, key)
        return _planned(by, dealer, not_before_today("planned_for", day))


def _planned(by: User, dealer: Dealer, day: date, follows: DealerCheck | None = None) -> DealerCheck:
    check = DealerCheck(dealer=dealer, planned_for=day, planned_by=by, follows=follows)
    try:
        with transaction.atomic():
            check.save(force_insert=True)
    except IntegrityError as error:
        raise WrongError("planned_for", _("A check of this dealer is planned already.")) from error
    return check


def visit(by: User, key: UUID, check: UUID, version: int | None, told: Finding) -> DealerCheck:
    """Write down what a check found. What is in order ends here; a shortcoming or an offence asks for a next step."""
    with act(by, "dealer.visit", f"dealer:{key}", outcome=told.outcome):
        found = _check(by, key, check, version)
        _visited(by, found, told)
        return found


def _visited(by: User, check: DealerCheck, told: Finding) -> None:
    if told.outcome not in OUTCOMES:
        raise WrongError("outcome", _("Choose what came of the visit."))
    points = {question.id for question in city.profile().controls.dealers.checklist}
    if not set(told.checklist) <= points or not set(told.checklist.values()) <= set(ANSWERS):
        raise WrongError("checklist", _("The checklist holds a point or an answer that does not exist."))
    if told.outcome == CheckState.IN_ORDER and "no" in told.checklist.values():
        raise WrongError("outcome", _("A point of the checklist is not in order: this is a shortcoming or an offence."))
    if told.outcome != CheckState.IN_ORDER:
        filled("finding", told.finding)
    check.visited_by, check.visited_on = by, not_later("on", told.on)
    check.checklist, check.finding = dict(told.checklist), told.finding.strip()
    _step(check, CheckState(told.outcome))
    if check.follows is not None and check.follows.state == CheckState.WARNED:
        _step(check.follows, CheckState.RECHECKED)


def visited_on_a_day(by: User, dealer: Dealer, outcome: CheckState, day: date, finding: str, term: date | None) -> None:
    """A control day came by: its result is that of the planned check, or of a check made for it."""
    check = dealer.checks.select_for_update(of=("self",)).filter(state=CheckState.PLANNED).first()
    if check is None:
        check = _planned(by, dealer, day)
    check.version += 1
    _visited(by, check, Finding(outcome, day, {}, finding))


def warn(by: User, key: UUID, check: UUID, version: int | None, measure: str, term: date | None) -> DealerCheck:
    """Warn a dealer after a shortcoming, with a term; the check after it is planned at once. Gives that check."""
    with act(by, "dealer.warn", f"dealer:{key}"):
        found = _check(by, key, check, version)
        if found.state != CheckState.SHORTCOMING:
            raise NotNowError(found.get_state_display())
        found.measure, found.term = filled("measure", measure), not_before_today("term", term)
        _step(found, CheckState.WARNED)
        return _planned(by, found.dealer, found.term + timedelta(days=1), found)


def to_police(by: User, key: UUID, check: UUID, version: int | None, measure: str) -> DealerCheck:
    """Say that the police took an offence over, and how it was handed on."""
    with act(by, "dealer.to_police", f"dealer:{key}"):
        found = _check(by, key, check, version)
        if found.state != CheckState.OFFENCE:
            raise NotNowError(found.get_state_display())
        found.measure = filled("measure", measure)
        _step(found, CheckState.POLICE)
        return found


def withdraw(by: User, key: UUID, check: UUID, version: int | None, measure: str) -> DealerCheck:
    """Call a planned check off, with the reason."""
    with act(by, "dealer.withdraw_check", f"dealer:{key}"):
        found = _check(by, key, check, version)
        if found.state != CheckState.PLANNED:
            raise NotNowError(found.get_state_display())
        found.measure = filled("measure", measure)
        _step(found, CheckState.WITHDRAWN)
        return found


def _check(by: User, key: UUID, check: UUID, version: int | None) -> DealerCheck:
    dealer = locked(Dealer.objects.all(), key)
    require(by, "keep_dealer", dealer)
    found = locked(DealerCheck.objects.filter(dealer=dealer), check)
    current(found, version)
    return found


def _step(check: DealerCheck, state: CheckState) -> None:
    """The next state; what leads nowhere is done, and its term of retention begins."""
    if state not in STEPS.get(check.state, ()):
        raise NotNowError(check.get_state_display())
    check.state = state
    if state not in STEPS:
        check.closed_on, check.ends_on = timezone.localdate(), ends_on()
    check.save()
