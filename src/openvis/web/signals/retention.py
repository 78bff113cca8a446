"""How signals end: each on the day that its outcome gave it; drafts that nobody sent in; files with their signal."""

from datetime import date

from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from openvis.web.access.registry import RetentionRule, held, retention
from openvis.web.access.retention import previewing

from . import files
from .models import Attachment, Draft, Signal

SIGNAL = "signal"
DRAFT = "signal_draft"


def due_signals(day: date) -> QuerySet[Signal]:
    """Signals past their term."""
    return Signal.objects.filter(ends_on__lte=day)


def due_drafts(day: date) -> QuerySet[Draft]:
    """Drafts that nobody sent in."""
    return Draft.objects.filter(ends_on__lte=day)


def run_signals(day: date) -> int:
    """Destroy signals past their term, with everything that hangs under them and their history."""
    return remove(due_signals(day).exclude(pk__in=held(SIGNAL)))


def run_drafts(day: date) -> int:
    """Destroy drafts past their term."""
    return due_drafts(day).exclude(pk__in=held(DRAFT)).delete()[0]


def keys(day: date) -> list[tuple[str, str]]:
    """What is due, one by one; a number says nothing about content."""
    return [(str(key), number) for key, number in due_signals(day).order_by("number").values_list("pk", "number")]


@transaction.atomic
def remove(found: QuerySet[Signal]) -> int:
    """Destroy signals and what hangs under them, history too. Gives how many signals that were.

    The files go after the commit: a row without its file would promise what is not there; a file without a row cannot be
    opened by anybody, and `sweep` takes it away.
    """
    wanted = list(found.values_list("pk", flat=True))
    weighings = list(apps.get_model("signals", "Weighing").objects.filter(signal__in=wanted).values_list("pk", flat=True))
    found.filter(pk__in=wanted).delete()
    apps.get_model("signals", "SignalEvent").objects.filter(pgh_obj_id__in=wanted).delete()
    apps.get_model("signals", "WeighingEvent").objects.filter(pgh_obj_id__in=weighings).delete()
    transaction.on_commit(sweep)
    return len(wanted)


def sweep() -> int:
    """Take away files whose attachment is gone. Gives how many."""
    return files.sweep({files.place(item) for item in Attachment.objects.all()})


# The day of each row was worked out when it was closed: `ends_on`.
RULES = (
    RetentionRule(
        SIGNAL, _("signals"), "", previewing(SIGNAL, due_signals, "ends_on"), run_signals, order=34, after=sweep, keys=keys,
        exists=lambda key: Signal.objects.filter(pk=key).exists(),
    ),
    RetentionRule(
        DRAFT, _("drafts of signals"), "", previewing(DRAFT, due_drafts, "ends_on"), run_drafts, order=35,
        exists=lambda key: Draft.objects.filter(pk=key).exists(),
    ),
)


def register() -> None:
    """Tell `access` how they end."""
    retention.extend(RULES)
