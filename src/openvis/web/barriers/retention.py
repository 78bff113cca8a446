"""How barrier models end: put away, and past their term; every version with them."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from openvis.web.access.finding import forget_history
from openvis.web.access.registry import RetentionRule, held, retention
from openvis.web.access.retention import is_key, previewing

from .models import TERM, BarrierModel

KIND = "barrier_model"


def due(day: date) -> QuerySet[BarrierModel]:
    """Models that were put away and whose last day is past."""
    return BarrierModel.objects.filter(ends_on__lt=day)


def due_keys(day: date) -> list[tuple[str, str]]:
    """These one by one, for a list for destruction."""
    return [(str(item.pk), f"{item.title} ({item.ends_on:%Y-%m-%d})") for item in due(day).exclude(pk__in=held(KIND))]


def end(day: date) -> int:
    """Destroy these, with their versions."""
    keys = list(due(day).exclude(pk__in=held(KIND)).values_list("pk", flat=True))
    BarrierModel.objects.filter(pk__in=keys).delete()
    forget_history(BarrierModel, keys)
    return len(keys)


RULES = (
    RetentionRule(KIND, _("barrier models that were put away"), TERM, previewing(KIND, due, "ends_on"), end, order=60,
                  keys=due_keys, exists=is_key(BarrierModel), key_help=_("the key in the address of its page")),
)  # fmt: skip


def register() -> None:
    """Tell `access` how they end."""
    retention.extend(RULES)
