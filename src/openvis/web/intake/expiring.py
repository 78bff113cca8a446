"""The end of terms: originals, rejected rows, files on trial, incidents and counts.

Each function ends one kind, inside the transaction in which `keeping` writes its certificate. Everything is safe to repeat:
dying half-way leaves what the next run takes. A file is unlinked before the row that says so is committed, so that a kill in
between leaves a row without a file, which the next run counts, and never a file that nobody will destroy any more.
"""

# ruff: noqa: S608 -- names of our own tables and columns are put together; every value is a parameter

from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from openvis.web import city
from openvis.web.access.registry import Due, held

from . import loading, originals, projection
from .loading import COUNTS, INCIDENTS, Shape
from .models import Batch, Count, Incident, Rejected, Source, Trial

ORIGINALS = "original"
REJECTED = "rejected"
TRIALS = "trial"
OF_SHAPE = {INCIDENTS.table: "incident", COUNTS.table: "count"}


# ---- files as delivered, and rejected rows ----------------------------------------------------------------------------


def _held_batches() -> frozenset[str]:
    """A hold on the original keeps the rejected rows too, and the other way round: they are one delivery."""
    return held(ORIGINALS) | held(REJECTED)


def _due_originals(day: date) -> QuerySet[Batch]:
    return Batch.objects.filter(original_until__lt=day, original_gone__isnull=True).exclude(sha256="")


def preview_originals(day: date) -> Due:
    """Files as delivered whose term is over; two deliveries may share one."""
    due, keys = _due_originals(day), _held_batches()
    goes = due.exclude(pk__in=keys)
    number = sum(not _is_kept(sha256, day) for sha256 in goes.values_list("sha256", flat=True).distinct())
    oldest = goes.aggregate(day=Min("original_until"))["day"] if number else None
    return Due(number, oldest, due.filter(pk__in=keys).count())


def end_originals(day: date) -> int:
    """Destroy files that no delivery within its term, and none under a hold, holds any more."""
    due, gone = _due_originals(day).exclude(pk__in=_held_batches()), 0
    for sha256 in list(due.values_list("sha256", flat=True).distinct()):
        if destroy_original(sha256, day):
            gone += 1
            mark_gone(sha256)
    return gone + _strays(day)


def mark_gone(sha256: str) -> None:
    """Write on its deliveries that a file is there no more."""
    Batch.objects.filter(sha256=sha256).update(original_gone=timezone.now())


def _is_kept(sha256: str, day: date) -> bool:
    return (
        Batch.objects.filter(sha256=sha256).filter(Q(original_until__gte=day) | Q(pk__in=_held_batches())).exists()
        or Trial.objects.filter(sha256=sha256).filter(Q(ends_on__gte=day) | Q(pk__in=held(TRIALS))).exists()
    )


def _strays(day: date) -> int:
    """Files that no delivery came of: whoever took them in died in between. A day old, as one may be coming in now."""
    kept, gone = held_originals(day), 0
    yesterday = timezone.now().timestamp() - timedelta(days=1).total_seconds()
    for path in originals.files():
        if path.name not in kept and path.stat().st_mtime < yesterday:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def held_originals(day: date) -> set[str]:
    """The files that a delivery or a trial within its term, or under a hold, still holds, by their SHA-256."""
    delivered = Batch.objects.filter(Q(original_until__gte=day) | Q(pk__in=_held_batches())).exclude(sha256="")
    tried = Trial.objects.filter(Q(ends_on__gte=day) | Q(pk__in=held(TRIALS)))
    return {*delivered.values_list("sha256", flat=True), *tried.values_list("sha256", flat=True)}


def destroy_original(sha256: str, day: date) -> bool:
    """Remove a file unless a delivery or a trial within its term, or under a hold, holds it. Gives whether it is gone."""
    if _is_kept(sha256, day):
        return False
    originals.destroy(sha256)
    return True


def _due_rejected(day: date) -> QuerySet[Rejected]:
    return Rejected.objects.filter(batch__original_until__lt=day)


def preview_rejected(day: date) -> Due:
    """Rejected rows of deliveries whose term is over."""
    due, keys = _due_rejected(day), _held_batches()
    goes = due.exclude(batch__in=keys)
    return Due(goes.count(), goes.aggregate(day=Min("batch__original_until"))["day"], due.filter(batch__in=keys).count())


def end_rejected(day: date) -> int:
    """Destroy these; the numbers on the delivery stay."""
    return _due_rejected(day).exclude(batch__in=_held_batches()).delete()[0]


# ---- unknown files ----------------------------------------------------------------------------------------------------


def preview_trials(day: date) -> Due:
    """Unknown files whose term is over."""
    due, keys = Trial.objects.filter(ends_on__lt=day), held(TRIALS)
    goes = due.exclude(pk__in=keys)
    return Due(goes.count(), goes.aggregate(day=Min("ends_on"))["day"], due.filter(pk__in=keys).count())


def end_trials(day: date) -> int:
    """Destroy these, and their files unless a delivery holds them."""
    due = list(Trial.objects.filter(ends_on__lt=day).exclude(pk__in=held(TRIALS)))
    for trial in due:
        destroy_original(trial.sha256, day)
        trial.delete()
    return len(due)


# ---- the record -------------------------------------------------------------------------------------------------------


def _model(shape: Shape) -> type[Incident] | type[Count]:
    return Incident if shape is INCIDENTS else Count


def key_of_row(source: str, row: str) -> str:
    """How a hold names an incident: the source and the reference that it has there."""
    return f"{source}/{row}"


def _held_rows(shape: Shape) -> tuple[str, dict[str, Any]]:
    """SQL: a row is not under a hold. Incidents are named by source and reference, counts by their number."""
    keys = held(OF_SHAPE[shape.table])
    if shape is not INCIDENTS:
        return "id <> ALL(%(held)s)", {"held": [int(key) for key in keys if key.isdecimal()]}
    numbers = dict(Source.objects.values_list("key", "number"))
    pairs = [(numbers[source], row) for source, _slash, row in (key.partition("/") for key in keys) if source in numbers]
    condition = (
        "(source_id, reference) NOT IN (SELECT * FROM unnest(%(sources)s::smallint[], %(references)s::varchar[]))"
    )
    return condition, {"sources": [number for number, _row in pairs], "references": [row for _number, row in pairs]}


def preview_rows(shape: Shape, day: date) -> Due:
    """Rows whose term is over."""
    free, values = _held_rows(shape)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FILTER (WHERE {free}), min(ends_on) FILTER (WHERE {free}),"
            f" count(*) FILTER (WHERE NOT ({free})) FROM {shape.table} WHERE ends_on < %(day)s",
            {"day": day, **values},
        )
        return Due(*cursor.fetchone())


def end_rows(shape: Shape, day: date) -> int:
    """Destroy rows past their term, their history with them; the event store follows month by month (`follow`)."""
    zone = city.profile().municipality.timezone
    free, held_values = _held_rows(shape)
    history_free = free.replace("id <>", "pgh_obj_id <>")
    with connection.cursor() as cursor:
        moment = f"to_char({shape.moment} AT TIME ZONE %(zone)s, 'YYYY-MM')" if shape.moment else "NULL"
        values = {"day": day, "zone": zone, **held_values}
        cursor.execute("DROP TABLE IF EXISTS gone")
        cursor.execute(
            "CREATE TEMPORARY TABLE gone ON COMMIT DROP AS WITH ended AS"
            f" (DELETE FROM {shape.table} WHERE ends_on < %(day)s AND {free} RETURNING id, source_id, {moment} AS month)"
            " SELECT id, source_id, month FROM ended",
            values,
        )
        cursor.execute("SELECT month, source_id, count(*) FROM gone GROUP BY month, source_id")
        found = cursor.fetchall()
        # History goes with its record; that of withdrawn rows has a term of its own, copied from the row.
        cursor.execute(
            f"DELETE FROM {shape.history} WHERE (ends_on < %(day)s AND {history_free})"
            " OR pgh_obj_id IN (SELECT id FROM gone)",
            values,
        )
        cursor.execute("DROP TABLE gone")
    if shape.moment:
        loading.note_behind(None, sorted({month for month, _, _ in found}), whole=True)
    else:
        _project_again({source for _, source, _ in found})
    return sum(number for _, _, number in found)


def _project_again(sources: set[int]) -> None:
    """Counts are projected a source at a time: its latest delivery waits again."""
    for source in Source.objects.filter(pk__in=sources):
        latest = source.batches.filter(state=Batch.State.LOADED).order_by("-loaded").first()
        if latest is not None:
            Batch.objects.filter(pk=latest.pk).update(projected=False)


def follow() -> None:
    """Bring the event store in step with the record, once that is committed."""
    if projection.is_behind():
        projection.catch_up()
