"""The end of the audit log's own term: the oldest part goes, entries and seals, and leaves a checkpoint."""

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils import timezone

from openvis.profile import RetentionTerm
from openvis.web import city
from openvis.web.access import audit, registry
from openvis.web.access.models import AuditEntry
from openvis.web.access.registry import Due

from . import chain, verifying
from .models import AuditCheckpoint, AuditSeal

KIND = "audit"
TERM = "audit"


def preview(day: dt.date) -> Due:
    """What of the audit log is past its term on a day."""
    last, held = _last_due(day)
    entries = AuditEntry.objects.filter(pk__in=AuditSeal.objects.filter(seq__lte=last).values("entry"))
    oldest = entries.aggregate(at=Min("at"))["at"] if last else None
    return Due(entries.count() if last else 0, oldest.date() if oldest else None, held)


@transaction.atomic
def expire(day: dt.date | None = None) -> int:
    """End what is past its term on a day (today when absent); gives how many entries went. Safe to repeat."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [chain.ENDING])
    chain.wait_for_lock()
    last, _held = _last_due(day or timezone.localdate())
    if not last:
        return 0
    seals = AuditSeal.objects.filter(seq__lte=last)
    entries = AuditEntry.objects.filter(pk__in=seals.values("entry"))
    told: dict[str, Any] = entries.aggregate(first=Min("at"), last=Max("at"))
    number = seals.count()
    checkpoint = AuditCheckpoint.objects.create(
        seq=last, hash=bytes(seals.get(seq=last).hash), entries=number, first=told["first"], last=told["last"],
    )
    entries._raw_delete(entries.db)
    seals._raw_delete(seals.db)
    audit.record(None, "audit.expire", str(last), **verifying.told_of(checkpoint))
    return number


def begins_before(term: RetentionTerm, day: dt.date) -> dt.date:
    """The first day that is still within a term on a day: what is of before it has ended."""
    found = day - dt.timedelta(days=term.years * 366 + term.months * 31 + term.days)
    while term.ends(found) <= day:
        found += dt.timedelta(days=1)
    return found


def _last_due(day: dt.date) -> tuple[int, int]:
    """The last place of the part that ends: everything up to it is past its term; and how many stay for a hold."""
    start = begins_before(city.profile().retention_term(TERM), day)
    moment = timezone.make_aware(dt.datetime.combine(start, dt.time()))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(min(s.seq) FILTER (WHERE e.at >= %s) - 1, max(s.seq), 0),"
            " min(s.seq) FILTER (WHERE s.entry = ANY(%s)) - 1"
            " FROM trail_auditseal s JOIN access_auditentry e ON e.id = s.entry",
            [moment, [int(key) for key in registry.held(KIND)]],
        )
        due, held = cursor.fetchone()
    before = AuditCheckpoint.objects.aggregate(seq=Max("seq"))["seq"] or 0
    last = due if held is None else min(due, held)
    return (last if last > before else 0), max(0, due - last)
