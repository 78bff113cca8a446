"""Taking back a wrong delivery: what would happen, and doing it. Earlier values return from the history.

The value of a row is the latest that a delivery in force gave it. What a later delivery repeated unchanged is its value
too, so it stays.
"""

# ruff: noqa: S608 -- names of our own tables and columns are put together; every value is a parameter

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from openvis.web import city
from openvis.web.access import acting, audit
from openvis.web.access.models import User

from . import loading, projection
from .loading import Shape
from .models import Batch
from .words import Refusal


@dataclass(frozen=True, slots=True)
class Preview:
    """What withdrawing comes to: rows that vanish, return to an earlier value (of which batch), or stay."""

    vanish: int
    returning: list[tuple[Batch, int]]
    kept: int
    """Rows that stay, because a later delivery brought them too."""

    @property
    def returned(self) -> int:
        """Rows that get an earlier value back."""
        return sum(number for _, number in self.returning)


def preview(batch: Batch) -> Preview:
    """What withdrawing would do. Raises Refusal for a batch that is not loaded. Nothing changes."""
    _refuse_unless_loaded(batch)
    with transaction.atomic():
        shape = loading.shape_of(batch.source.described)
        kept = _prepare(batch, shape)
        with connection.cursor() as cursor:
            cursor.execute("SELECT batch_id, count(*) FROM returning_rows GROUP BY batch_id")
            numbers = dict(cursor.fetchall())
            cursor.execute("SELECT count(*) FROM leaving")
            vanish = cursor.fetchone()[0] - sum(numbers.values())
        batches = Batch.objects.filter(pk__in=numbers).order_by("loaded")
        found = Preview(vanish, [(item, numbers[item.pk]) for item in batches], kept)
        transaction.set_rollback(True)
    return found


def withdraw(batch: Batch, by: User | None) -> Preview:
    """Take a batch back: its rows vanish or get their earlier value, and the event store and the alerts follow.

    Raises Refusal for a batch that is not loaded.
    """
    with transaction.atomic():
        loading.lock_source(batch.source_id)
        batch.refresh_from_db()
        done = preview(batch)
        shape = loading.shape_of(batch.source.described)
        _prepare(batch, shape)
        months = _months(shape)
        _give_back(shape)
        batch.state = Batch.State.WITHDRAWN
        batch.withdrawn = timezone.now()
        batch.projected = False
        batch.save(update_fields=["state", "withdrawn", "projected"])
        loading.note_behind(batch, months, whole=True)
        audit.record(by, "intake.withdraw", str(batch.pk), vanished=done.vanish, returned=done.returned, kept=done.kept)
    acting.afterwards(projection.catch_up)
    batch.refresh_from_db()
    return done


def _refuse_unless_loaded(batch: Batch) -> None:
    if batch.state != Batch.State.LOADED:
        raise Refusal("not_now", state=batch.get_state_display(), expected=Batch.State.LOADED.label)


def _prepare(batch: Batch, shape: Shape) -> int:
    """Hand over what later deliveries repeated, and find what leaves and what returns. Gives how many rows stay."""
    table, history = shape.table, shape.history
    values: dict[str, Any] = {"batch": batch.pk, "loaded": batch.loaded}
    repeats = (
        "SELECT DISTINCT ON (given.id) given.id, b.id AS batch_id, b.loaded FROM intake_repeated p"
        " JOIN intake_batch b ON b.id = p.batch_id AND b.state = 'loaded' AND b.id <> %(batch)s"
        " AND b.loaded > %(loaded)s, unnest(p.rows) AS given (id) ORDER BY given.id, b.loaded DESC"
    )
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS leaving, returning_rows, repeating")
        cursor.execute(f"CREATE TEMPORARY TABLE repeating ON COMMIT DROP AS {repeats}", values)
        # The web role writes no history: a function with the owner's rights does this one thing (see `walls`).
        cursor.execute(f"SELECT {history}_hand_over(%(batch)s)", values)
        cursor.execute(
            f"UPDATE {table} r SET batch_id = p.batch_id FROM repeating p WHERE r.batch_id = %(batch)s AND p.id = r.id",
            values,
        )
        kept: int = cursor.rowcount
        cursor.execute(
            f"CREATE TEMPORARY TABLE leaving ON COMMIT DROP AS"
            f" SELECT id, {shape.moment or 'NULL'} AS was FROM {table} WHERE batch_id = %(batch)s",
            values,
        )
        earlier = ", ".join(f"h.{name}" for name in shape.values)
        cursor.execute(
            f"CREATE TEMPORARY TABLE returning_rows ON COMMIT DROP AS"
            f" SELECT DISTINCT ON (h.pgh_obj_id) h.pgh_obj_id AS id, h.batch_id, {earlier} FROM {history} h"
            f" JOIN leaving l ON l.id = h.pgh_obj_id"
            f" JOIN intake_batch b ON b.id = h.batch_id AND b.state = 'loaded' AND b.id <> %(batch)s"
            f" ORDER BY h.pgh_obj_id, h.pgh_id DESC",
            values,
        )
    return kept


def _months(shape: Shape) -> list[str]:
    """The months of what leaves and of what returns."""
    if shape.moment is None:
        return []
    zone = city.profile().municipality.timezone
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT to_char(moment AT TIME ZONE %s, 'YYYY-MM')"
            " FROM (SELECT was FROM leaving UNION ALL"
            f" SELECT {shape.moment} FROM returning_rows) AS all_moments (moment)",
            [zone],
        )
        return [month for (month,) in cursor.fetchall()]


def _give_back(shape: Shape) -> None:
    changes = ", ".join(f"{name} = b.{name}" for name in shape.values)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {shape.table} r SET {changes}, batch_id = b.batch_id FROM returning_rows b WHERE b.id = r.id"
        )
        cursor.execute(
            f"DELETE FROM {shape.table} r USING leaving l"
            f" WHERE r.id = l.id AND NOT EXISTS (SELECT 1 FROM returning_rows b WHERE b.id = r.id)"
        )
