"""How figures and places end."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from openvis.web.access.finding import forget_history
from openvis.web.access.registry import RetentionRule, held, retention
from openvis.web.access.retention import is_key, previewing

from .models import FIGURES_TERM, PLACES_TERM, PlaceOutOfSight, QuarterFigures

FIGURES, PLACE = "theme_figures", "place_out_of_sight"


def due_figures(day: date) -> QuerySet[QuarterFigures]:
    """Figures past their last day."""
    return QuarterFigures.objects.filter(ends_on__lt=day)


def due_places(day: date) -> QuerySet[PlaceOutOfSight]:
    """Places that left the list and whose last day is past."""
    return PlaceOutOfSight.objects.filter(ends_on__lt=day)


def due_keys(day: date) -> list[tuple[str, str]]:
    """These places one by one, for a list for destruction."""
    return [(str(item.pk), item.title) for item in due_places(day).exclude(pk__in=held(PLACE))]


def end_figures(day: date) -> int:
    """Destroy these."""
    return due_figures(day).exclude(pk__in=held(FIGURES)).delete()[0]


def end_places(day: date) -> int:
    """Destroy these, with their history."""
    keys = list(due_places(day).exclude(pk__in=held(PLACE)).values_list("pk", flat=True))
    PlaceOutOfSight.objects.filter(pk__in=keys).delete()
    forget_history(PlaceOutOfSight, keys)
    return len(keys)


RULES = (
    RetentionRule(FIGURES, _("figures of signals by quarter"), FIGURES_TERM,
                  previewing(FIGURES, due_figures, "ends_on"), end_figures, order=61),
    RetentionRule(PLACE, _("places out of sight that left the list"), PLACES_TERM,
                  previewing(PLACE, due_places, "ends_on"), end_places, order=62, keys=due_keys,
                  exists=is_key(PlaceOutOfSight), key_help=_("the key in the address of its page")),
)  # fmt: skip


def register() -> None:
    """Tell `access` how they end."""
    retention.extend(RULES)
