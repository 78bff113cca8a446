"""What intake does in the background: loading deliveries, and finishing what was broken off."""

from uuid import UUID

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from .models import Batch
from .words import Refusal


def queue(batch: Batch) -> None:
    """Have a delivery loaded by the worker, as soon as the transaction that received it is through."""

    def ask() -> None:
        with transaction.atomic():
            load_batch.configure(lock=f"intake.source.{batch.source_id}").defer(batch=str(batch.pk))

    transaction.on_commit(ask)


@app.task(name="intake.load_batch", retry=RetryStrategy(max_attempts=5, exponential_wait=5))
def load_batch(batch: str) -> None:
    """Load a delivery. A refusal is an answer, written on the delivery; a fault is tried again."""
    from . import services

    found = Batch.objects.filter(pk=UUID(batch)).first()
    if found is None or found.state not in (Batch.State.RECEIVED, Batch.State.LOADING, Batch.State.LOADED):
        return
    try:
        services.load(found)
    except Refusal:
        return


@app.periodic(cron="*/10 * * * *")
@app.task(name="intake.finish", queueing_lock="intake.finish")
def finish_broken_off(timestamp: int) -> None:
    """Bring the event store in step where a process died between the record and the store."""
    from . import services

    services.finish()
