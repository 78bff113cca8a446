"""How focus places end: closed or dismissed, and past the day that they show; evidence, actions and history with them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from openvis.web.access.finding import forget_history
from openvis.web.access.registry import RetentionRule, held, retention
from openvis.web.access.retention import is_key, previewing

from .models import TERM, Evidence, FocusAction, FocusPlace
from .states import OPEN

KIND = "focus_place"


def due(day: date) -> QuerySet[FocusPlace]:
    """Places on which nothing is to be done any more and whose last day is past."""
    return FocusPlace.objects.filter(ends_on__lt=day).exclude(state__in=OPEN)


def due_keys(day: date) -> list[tuple[str, str]]:
    """These one by one, for a list for destruction."""
    return [(str(place.pk), f"{place.name} ({place.ends_on:%Y-%m-%d})") for place in due(day).exclude(pk__in=held(KIND))]


def end(day: date) -> int:
    """Destroy these."""
    return remove(due(day).exclude(pk__in=held(KIND)).values_list("pk", flat=True))


def remove(places: Iterable[Any]) -> int:
    """Destroy focus places with their evidence, actions and history; gives how many."""
    keys = list(places)
    found = FocusPlace.objects.filter(pk__in=keys)
    evidence = list(found.values_list("evidence", flat=True))
    actions = list(FocusAction.objects.filter(place__in=keys).values_list("pk", flat=True))
    number = found.count()
    FocusAction.objects.filter(pk__in=actions).delete()
    found.delete()
    Evidence.objects.filter(pk__in=evidence).delete()
    forget_history(FocusAction, actions)
    forget_history(FocusPlace, keys)
    return number


RULES = (
    RetentionRule(KIND, _("focus places"), TERM, previewing(KIND, due, "ends_on"), end, order=40, keys=due_keys,
                  exists=is_key(FocusPlace), key_help=_("the key in the address of its page")),
)  # fmt: skip


def register() -> None:
    """Tell `access` how they end."""
    retention.extend(RULES)
