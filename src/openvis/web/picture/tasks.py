"""What the picture does in the background: alerts after each intake, and tidying the event store at night."""

from contextlib import suppress
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from openvis.web.intake.models import Batch

ALERTS = "picture.alerts"


def after_batch(sender: object, batch: Batch | None = None, **more: Any) -> None:
    """Hear of a delivery that was loaded or withdrawn: have the alerts worked out anew, once for however many."""

    transaction.on_commit(ask_anew)


def ask_anew() -> None:
    """Have everything worked out anew, once for however many ask."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        recompute_alerts.configure(queueing_lock=ALERTS).defer()


@app.task(name="picture.recompute_alerts", retry=3)
def recompute_alerts() -> None:
    """Work out the alerts anew."""
    from . import alerts

    alerts.recompute()


@app.periodic(cron="40 3 * * *")
@app.task(name="picture.tidy_store", queueing_lock="picture.tidy_store")
def tidy_store(timestamp: int) -> None:
    """Join the small files that streams of deliveries leave, and remove what a crash left."""
    from . import selectors

    store = selectors.current().store
    store.compact()
    store.sweep()
    # Joining files gives the store another version, and what was worked out says of which version it is.
    ask_anew()
