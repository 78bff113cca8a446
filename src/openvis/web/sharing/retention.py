"""How transfers end: what was received on the term of its compartment, the fact of a transfer with it or after it."""

from datetime import date

from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from openvis.web.access.registry import RetentionRule, held, retention
from openvis.web.access.retention import previewing

from .models import Received, Transfer

RECEIVED = "received"
TRANSFER = "transfer"


def due_received(day: date) -> QuerySet[Received]:
    """What was received and is past its term."""
    return Received.objects.filter(ends_on__lte=day)


def due_transfers(day: date) -> QuerySet[Transfer]:
    """Transfers past their term. One of which something received is still kept (a hold) stays with it."""
    return Transfer.objects.filter(ends_on__lte=day, received__isnull=True)


def run_received(day: date) -> int:
    """Destroy what was received and is past its term."""
    return due_received(day).exclude(pk__in=held(RECEIVED)).delete()[0]


def run_transfers(day: date) -> int:
    """Destroy transfers past their term, with their history."""
    return remove(due_transfers(day).exclude(pk__in=held(TRANSFER)))


@transaction.atomic
def remove(found: QuerySet[Transfer]) -> int:
    """Destroy transfers, what was received by them, and their history. Gives how many transfers that were."""
    keys = list(found.values_list("pk", flat=True))
    found.filter(pk__in=keys).delete()
    apps.get_model("sharing", "TransferEvent").objects.filter(pgh_obj_id__in=keys).delete()
    return len(keys)


# The term of each row is that of the compartment it is in, worked out when it came there: `ends_on`.
RULES = (
    RetentionRule(
        RECEIVED, _("data received by a transfer"), "", previewing(RECEIVED, due_received, "ends_on"), run_received, order=30
    ),
    RetentionRule(TRANSFER, _("transfers"), "", previewing(TRANSFER, due_transfers, "ends_on"), run_transfers, order=31),
)


def register() -> None:
    """Tell `access` how they end."""
    retention.extend(RULES)
