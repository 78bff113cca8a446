"""How threats and sessions end."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from openvis.web.access.finding import forget_history
from openvis.web.access.registry import RetentionRule, held, retention
from openvis.web.access.retention import is_key, previewing

from .models import SESSIONS_TERM, TERM, AwarenessSession, ThreatIncident

THREAT, SESSION = "threat", "awareness_session"


def due_threats(day: date) -> QuerySet[ThreatIncident]:
    """Threats that were closed and whose last day is past."""
    return ThreatIncident.objects.filter(ends_on__lt=day)


def due_sessions(day: date) -> QuerySet[AwarenessSession]:
    """Sessions past their last day."""
    return AwarenessSession.objects.filter(ends_on__lt=day)


def due_keys(day: date) -> list[tuple[str, str]]:
    """These threats one by one, for a list for destruction."""
    return [(str(item.pk), str(item)) for item in due_threats(day).exclude(pk__in=held(THREAT))]


def end_threats(day: date) -> int:
    """Destroy these."""
    return remove(due_threats(day).exclude(pk__in=held(THREAT)).values_list("pk", flat=True))


def end_sessions(day: date) -> int:
    """Destroy these, with their attendance."""
    keys = list(due_sessions(day).exclude(pk__in=held(SESSION)).values_list("pk", flat=True))
    AwarenessSession.objects.filter(pk__in=keys).delete()
    return len(keys)


def remove(threats: Iterable[Any]) -> int:
    """Destroy threats with their history; gives how many."""
    keys = list(threats)
    gone = ThreatIncident.objects.filter(pk__in=keys).delete()[0]
    forget_history(ThreatIncident, keys)
    return gone


RULES = (
    RetentionRule(THREAT, _("threats against staff"), TERM, previewing(THREAT, due_threats, "ends_on"), end_threats,
                  order=63, keys=due_keys, exists=is_key(ThreatIncident),
                  key_help=_("the key in the address of its page")),
    RetentionRule(SESSION, _("awareness sessions"), SESSIONS_TERM, previewing(SESSION, due_sessions, "ends_on"),
                  end_sessions, order=64),
)  # fmt: skip


def register() -> None:
    """Tell `access` how they end."""
    retention.extend(RULES)
