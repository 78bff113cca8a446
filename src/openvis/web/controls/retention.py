"""How control days, dealers and checks end: what is over, and past the day that it shows; history goes along."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from openvis.web.access.finding import forget_history
from openvis.web.access.registry import RetentionRule, held, retention
from openvis.web.access.retention import is_key, previewing

from .models import TERM, ControlDay, ControlStop, Dealer, DealerCheck
from .states import DONE_CHECKS, OPEN_DAYS

DAY, DEALER, CHECK = "control_day", "dealer", "dealer_check"


def due_days(day: date) -> QuerySet[ControlDay]:
    """Control days that are over and past their term."""
    return ControlDay.objects.filter(ends_on__lt=day).exclude(state__in=OPEN_DAYS)


def due_dealers(day: date) -> QuerySet[Dealer]:
    """Dealers that stopped, past their term."""
    return Dealer.objects.filter(stopped_on__isnull=False, ends_on__lt=day)


def due_checks(day: date) -> QuerySet[DealerCheck]:
    """Checks that are done and past their term; the dealer may go on."""
    return DealerCheck.objects.filter(ends_on__lt=day, state__in=DONE_CHECKS)


def remove_days(days: Iterable[Any]) -> int:
    """Destroy control days with their visits and history; gives how many."""
    keys = list(days)
    stops = list(ControlStop.objects.filter(day__in=keys).values_list("pk", flat=True))
    found = ControlDay.objects.filter(pk__in=keys)
    number = found.count()
    found.delete()
    forget_history(ControlStop, stops)
    forget_history(ControlDay, keys)
    return number


def remove_dealers(dealers: Iterable[Any]) -> int:
    """Destroy dealers with their checks and history; gives how many."""
    keys = list(dealers)
    remove_checks(DealerCheck.objects.filter(dealer__in=keys).values_list("pk", flat=True))
    found = Dealer.objects.filter(pk__in=keys)
    number = found.count()
    found.delete()
    forget_history(Dealer, keys)
    return number


def remove_checks(checks: Iterable[Any]) -> int:
    """Destroy checks with their history; gives how many."""
    keys = list(checks)
    found = DealerCheck.objects.filter(pk__in=keys)
    number = found.count()
    found.delete()
    forget_history(DealerCheck, keys)
    return number


def end_days(day: date) -> int:
    """Destroy the control days that are due."""
    return remove_days(due_days(day).exclude(pk__in=held(DAY)).values_list("pk", flat=True))


def end_dealers(day: date) -> int:
    """Destroy the dealers that are due; one of which a check is under a hold stays with it."""
    kept = DealerCheck.objects.filter(pk__in=held(CHECK)).values("dealer")
    return remove_dealers(due_dealers(day).exclude(pk__in=held(DEALER)).exclude(pk__in=kept).values_list("pk", flat=True))


def end_checks(day: date) -> int:
    """Destroy the checks that are due; those of a dealer under a hold stay with it."""
    due = due_checks(day).exclude(pk__in=held(CHECK)).exclude(dealer__in=held(DEALER))
    return remove_checks(due.values_list("pk", flat=True))


def keys_of_days(day: date) -> list[tuple[str, str]]:
    """The control days that are due, one by one."""
    return [(str(item.pk), str(item)) for item in due_days(day).exclude(pk__in=held(DAY))]


def keys_of_dealers(day: date) -> list[tuple[str, str]]:
    """The dealers that are due, one by one."""
    due = due_dealers(day).exclude(pk__in=held(DEALER))
    return [(str(item.pk), f"{item.name} ({item.ends_on:%Y-%m-%d})") for item in due]


def keys_of_checks(day: date) -> list[tuple[str, str]]:
    """The checks that are due, one by one."""
    due = due_checks(day).exclude(pk__in=held(CHECK)).exclude(dealer__in=held(DEALER))
    return [(str(item.pk), f"{item.planned_for:%Y-%m-%d}") for item in due]


HELP = _("the key in the address of its page")
RULES = (
    RetentionRule(DAY, _("control days"), TERM, previewing(DAY, due_days, "ends_on"), end_days, order=41, keys=keys_of_days,
                  exists=is_key(ControlDay), key_help=HELP),
    RetentionRule(CHECK, _("checks of dealers"), TERM, previewing(CHECK, due_checks, "ends_on"), end_checks, order=42,
                  keys=keys_of_checks, exists=is_key(DealerCheck), key_help=HELP),
    RetentionRule(DEALER, _("second-hand dealers"), TERM, previewing(DEALER, due_dealers, "ends_on"), end_dealers, order=43,
                  keys=keys_of_dealers, exists=is_key(Dealer), key_help=HELP),
)  # fmt: skip


def register() -> None:
    """Tell `access` how they end."""
    retention.extend(RULES)
