"""The end of terms: originals, rejected rows, files on trial, incidents and counts; a certificate in the audit log.

Everything is safe to repeat: dying half-way leaves what the next run takes.
"""

# ruff: noqa: S608 -- names of our own tables and columns are put together; every value is a parameter

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from openvis.web import city, clock
from openvis.web.access import audit
from openvis.web.access.models import AuditEntry

from . import loading, originals, projection
from .loading import COUNTS, INCIDENTS, Shape
from .models import Batch, Rejected, Source, Trial


@dataclass(frozen=True, slots=True)
class Ended:
    """How much was destroyed."""

    originals: int
    rejected: int
    trials: int
    incidents: int
    counts: int


def expire(day: date | None = None, *, by_hand: bool = False) -> Ended:
    """Destroy what is past its term on a day (today when absent), in the record and in the event store.

    Raises ClockError, and destroys nothing, when the clock cannot be right; by hand the day is believed.
    """
    if day is None and not by_hand:
        clock.believe(_last_run())
    day = day or timezone.localdate()
    gone, rejected = _originals(day)
    trials = _trials(day)
    incidents = _rows(INCIDENTS, day)
    counts = _rows(COUNTS, day)
    ended = Ended(gone, rejected, trials, incidents, counts)
    # Also when nothing was due: the next run compares its clock with this one.
    audit.record(None, "intake.expire", day.isoformat(), **asdict(ended))
    if projection.is_behind():
        projection.catch_up()
    return ended


def _last_run() -> datetime | None:
    last = AuditEntry.objects.filter(action="intake.expire").order_by("-id").first()
    return last.at if last is not None else None


def _originals(day: date) -> tuple[int, int]:
    """Files as delivered that no delivery within its term holds any more, and the rejected rows with them."""
    due = Batch.objects.filter(original_until__lt=day)
    rejected, _ = Rejected.objects.filter(batch__in=due).delete()
    gone = 0
    for sha256 in due.exclude(sha256="").values_list("sha256", flat=True).distinct():
        gone += destroy_original(sha256, day)
    return gone + _strays(day), rejected


def _strays(day: date) -> int:
    """Files that no delivery came of: whoever took them in died in between. A day old, as one may be coming in now."""
    held, gone = held_originals(day), 0
    yesterday = timezone.now().timestamp() - timedelta(days=1).total_seconds()
    for path in originals.files():
        if path.name not in held and path.stat().st_mtime < yesterday:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def held_originals(day: date) -> set[str]:
    """The files that a delivery or a trial within its term still holds, by their SHA-256."""
    delivered = Batch.objects.filter(original_until__gte=day).exclude(sha256="").values_list("sha256", flat=True)
    return {*delivered, *Trial.objects.filter(ends_on__gte=day).values_list("sha256", flat=True)}


def destroy_original(sha256: str, day: date) -> bool:
    """Remove a file unless a delivery or a trial within its term still holds it. Gives whether it was removed."""
    held = (
        Batch.objects.filter(sha256=sha256, original_until__gte=day).exists()
        or Trial.objects.filter(sha256=sha256, ends_on__gte=day).exists()
    )
    return False if held else originals.destroy(sha256)


def _trials(day: date) -> int:
    due = list(Trial.objects.filter(ends_on__lt=day))
    for trial in due:
        destroy_original(trial.sha256, day)
        trial.delete()
    return len(due)


def _rows(shape: Shape, day: date) -> int:
    """Rows past their term, their history with them; the event store follows month by month."""
    zone = city.profile().municipality.timezone
    with transaction.atomic(), connection.cursor() as cursor:
        moment = f"to_char({shape.moment} AT TIME ZONE %(zone)s, 'YYYY-MM')" if shape.moment else "NULL"
        values = {"day": day, "zone": zone}
        cursor.execute("DROP TABLE IF EXISTS gone")
        cursor.execute(
            "CREATE TEMPORARY TABLE gone ON COMMIT DROP AS WITH ended AS"
            f" (DELETE FROM {shape.table} WHERE ends_on < %(day)s RETURNING id, source_id, {moment} AS month)"
            " SELECT id, source_id, month FROM ended",
            values,
        )
        cursor.execute("SELECT month, source_id, count(*) FROM gone GROUP BY month, source_id")
        found = cursor.fetchall()
        # History goes with its record; that of withdrawn rows has a term of its own, copied from the row.
        cursor.execute(
            f"DELETE FROM {shape.history} WHERE ends_on < %(day)s OR pgh_obj_id IN (SELECT id FROM gone)", values
        )
        if shape.moment:
            loading.note_behind(None, [month for month, _, _ in found], whole=True)
        else:
            _project_again({source for _, source, _ in found})
    return sum(number for _, _, number in found)


def _project_again(sources: set[int]) -> None:
    """Counts are projected a source at a time: its latest delivery waits again."""
    for source in Source.objects.filter(pk__in=sources):
        latest = source.batches.filter(state=Batch.State.LOADED).order_by("-loaded").first()
        if latest is not None:
            Batch.objects.filter(pk=latest.pk).update(projected=False)
