"""How the follow-up ends: a term after closing (or after the last meeting), with all that hangs under it and its history."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.signals import post_delete
from django.utils.translation import gettext_lazy as _

from openvis.web.access.finding import forget_history, history_of
from openvis.web.access.registry import RetentionRule, held, retention
from openvis.web.access.retention import is_key, previewing

from . import models
from .models import CaseHandOver, Meeting, Project, TabledItem
from .states import ItemState, ProjectState
from .words import TERM

MEETING, ITEM, PROJECT, CASE = "meeting", "tabled_item", "project", "case_hand_over"


def due_items(day: date) -> QuerySet[TabledItem]:
    """Items that were closed and are past their term."""
    return TabledItem.objects.filter(state=ItemState.CLOSED, ends_on__lte=day)


def due_projects(day: date) -> QuerySet[Project]:
    """Projects that were closed and are past their term."""
    return Project.objects.filter(state=ProjectState.CLOSED, ends_on__lte=day)


def due_meetings(day: date) -> QuerySet[Meeting]:
    """Meetings past their term. One of which an item is still kept stays with it."""
    kept = TabledItem.objects.filter(meeting=OuterRef("pk"))
    return Meeting.objects.filter(~Exists(kept), ends_on__lte=day)


def due_cases(day: date) -> QuerySet[CaseHandOver]:
    """Hand-overs past their term that were taken up; what still waits stays."""
    return CaseHandOver.objects.filter(taken_at__isnull=False, ends_on__lte=day)


def remove(found: QuerySet[Any]) -> int:
    """Destroy rows and what hangs under them; their history goes with each."""
    keys = list(found.values_list("pk", flat=True))
    found.model._default_manager.filter(pk__in=keys).delete()
    return len(keys)


def _forget(sender: type[Any], instance: Any, **_told: Any) -> None:
    """History goes with its record, also where the record went with a signal or a meeting."""
    forget_history(sender, [instance.pk])


def _keys(kind: str, due: Callable[[date], QuerySet[Any]]) -> Callable[[date], list[tuple[str, str]]]:
    def keys(day: date) -> list[tuple[str, str]]:
        return [(str(one.pk), f"{_named(one)} ({one.ends_on:%Y-%m-%d})") for one in due(day).exclude(pk__in=held(kind))]

    return keys


def _named(one: Any) -> str:
    """Without content: a number or a day."""
    return one.number if hasattr(one, "number") else f"{getattr(one, 'started', None) or str(one)}"


def _rule(kind: str, title: Any, due: Callable[[date], QuerySet[Any]], model: type[Any], order: int) -> RetentionRule:
    return RetentionRule(
        kind, title, TERM, previewing(kind, due, "ends_on"), lambda day: remove(due(day).exclude(pk__in=held(kind))),
        order=order, keys=_keys(kind, due), exists=is_key(model), key_help=_("the key in the address of its page"),
    )


# The day of each row was worked out from the term of a casus when it was closed: `ends_on`.
RULES = (
    _rule(ITEM, _("signals in the RIEC meeting"), due_items, TabledItem, 36),
    _rule(PROJECT, _("projects"), due_projects, Project, 37),
    _rule(CASE, _("hand-overs to a case"), due_cases, CaseHandOver, 38),
    _rule(MEETING, _("RIEC meetings"), due_meetings, Meeting, 39),
)


def register() -> None:
    """Tell `access` how they end."""
    retention.extend(RULES)
    for model in _tracked():
        post_delete.connect(_forget, sender=model, dispatch_uid=f"followup.forget.{model._meta.label}")


def _tracked() -> Iterable[type[Any]]:
    found = (getattr(models, name) for name in models.__all__)
    return [model for model in found if history_of(model)]
