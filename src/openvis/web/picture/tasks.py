"""What the picture does in the background: alerts after each intake, tests of the forecasts, tidying the event store."""

from contextlib import suppress
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from openvis.web.intake.models import Batch
from openvis.web.operations import registry as operations

ALERTS = "picture.alerts"
TEST = "picture.backtest"


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
    ask_tests(again=False)


def ask_tests(again: bool) -> None:
    """Have the forecasts of all kinds tested, one after the other; without `again` only those that never were."""
    from . import forecasting, selectors

    loaded, frame = selectors.loaded(), selectors.frame()
    for kind in forecasting.testable(loaded, frame):
        if not again and selectors.outcome(forecasting.key_of(kind)) is not None:
            continue
        with suppress(AlreadyEnqueued), transaction.atomic():
            test_forecast.configure(queueing_lock=f"{TEST}.{kind}", lock=TEST).defer(kind=kind)


@app.task(name="picture.test_forecast", retry=2)
def test_forecast(kind: str) -> None:
    """Test the methods of forecasting on one kind, and near repeats in it, when its incidents have changed."""
    from . import forecasting, repeating, selectors

    if kind in selectors.frame().kinds:
        forecasting.test(kind)
        repeating.test(kind)


@app.periodic(cron="10 4 * * *")
@app.task(name="picture.test_forecasts", queueing_lock="picture.test_forecasts")
def test_forecasts(timestamp: int) -> None:
    """Ask at night for a test of every kind."""
    ask_tests(again=True)


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


operations.work |= {
    "picture.recompute_alerts": operations.Work(gettext_lazy("Work out the alerts")),
    "picture.test_forecast": operations.Work(gettext_lazy("Test the forecast of a kind")),
    "picture.test_forecasts": operations.Work(gettext_lazy("Ask for the tests of all forecasts")),
    "picture.tidy_store": operations.Work(gettext_lazy("Tidy the event store")),
}
