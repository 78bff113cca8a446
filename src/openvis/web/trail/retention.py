"""How the logs end: each on a term of its own, from the profile."""

import datetime as dt

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openvis.web import city
from openvis.web.access.finding import accounts_of
from openvis.web.access.models import AuditEntry
from openvis.web.access.registry import Due, Person, RetentionRule, retention

from . import expiring
from .models import LookupSample, ProcessingEntry

PROCESSING = "processing_log"
SAMPLES = "lookup_samples"


def _start(term: str, day: dt.date) -> dt.date:
    return expiring.begins_before(city.profile().retention_term(term), day)


def _moment(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def preview_lines(day: dt.date) -> Due:
    """Lines of the processing log that are past their term."""
    due = ProcessingEntry.objects.filter(ended__lt=_moment(_start(PROCESSING, day)))
    oldest = due.aggregate(at=Min("ended"))["at"]
    return Due(due.count(), oldest.date() if oldest else None)


def end_lines(day: dt.date) -> int:
    """Destroy these; also those that no logbook elsewhere has taken."""
    return ProcessingEntry.objects.filter(ended__lt=_moment(_start(PROCESSING, day))).delete()[0]


def preview_samples(day: dt.date) -> Due:
    """Samples of look-ups whose entries are past the term of the audit log."""
    due = LookupSample.objects.filter(month__lt=_start(expiring.TERM, day).replace(day=1))
    return Due(due.count(), due.aggregate(month=Min("month"))["month"])


def end_samples(day: dt.date) -> int:
    """Destroy these, with what was found of them."""
    gone = LookupSample.objects.filter(month__lt=_start(expiring.TERM, day).replace(day=1)).delete()[1]
    return gone.get(LookupSample._meta.label, 0)


def entries_of(person: Person) -> list[str]:
    """The entries of what somebody did: a hold on a person keeps these, and the chain behind the first of them."""
    accounts = [user.pk for user in accounts_of(person)]
    return [str(key) for key in AuditEntry.objects.filter(actor__in=accounts).values_list("pk", flat=True)]


RULES = (
    RetentionRule(expiring.KIND, _("audit log"), expiring.TERM, expiring.preview, expiring.expire, order=90,
                  exists=str.isdecimal, of_person=entries_of),
    RetentionRule(PROCESSING, _("processing log"), PROCESSING, preview_lines, end_lines, order=91),
    RetentionRule(SAMPLES, _("samples of look-ups"), expiring.TERM, preview_samples, end_samples, order=92),
)


def register() -> None:
    """Tell `access` how the logs end."""
    retention.extend(RULES)
