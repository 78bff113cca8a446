"""How alerts end. Outcomes need no term: each is replaced when it is worked out anew."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from openvis.web import city
from openvis.web.access.registry import RetentionRule, held, retention
from openvis.web.access.retention import is_key, previewing

from .models import Alert

KIND = "alert"


def due(day: date) -> QuerySet[Alert]:
    """Alerts of weeks longer ago than figures per area are kept."""
    return Alert.objects.filter(week__lt=city.profile().retention_term("aggregates").begins_before(day))


def end(day: date) -> int:
    """Destroy these."""
    return due(day).exclude(pk__in=held(KIND)).delete()[0]


RULES = (
    RetentionRule(KIND, _("alerts"), "aggregates", previewing(KIND, due, "week"), end, order=50, exists=is_key(Alert)),
)


def register() -> None:
    """Tell `access` how they end."""
    retention.extend(RULES)
