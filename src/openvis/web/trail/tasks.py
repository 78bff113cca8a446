"""What trail does in the background: sealing within seconds, verifying at night, sending the processing log, samples."""

import asyncio
import logging

from django.db import DatabaseError, close_old_connections
from procrastinate.contrib.django import app

from . import exporting, sampling, sealer, verifying

logger = logging.getLogger(__name__)
PAUSE = 2.0
"""Seconds between two looks whether anything is to be sealed."""


async def keep_sealing() -> None:
    """Beside the worker's tasks, so that a long one does not hold up the sealing: until it is cancelled."""
    while True:
        await asyncio.to_thread(_seal_what_waits)
        await asyncio.sleep(PAUSE)


def _seal_what_waits() -> None:
    close_old_connections()
    try:
        if sealer.waits():
            sealer.seal()
    except (DatabaseError, OSError) as wrong:
        # It stays among what waits, and is sealed when the database or the disk is there again.
        logger.warning("the audit log could not be sealed now: %s", type(wrong).__name__)


@app.periodic(cron="* * * * *")
@app.task(name="trail.seal", queueing_lock="trail.seal")
def seal_every_minute(timestamp: int) -> None:
    """Seal what waits, also where the worker is one of procrastinate's own and not `openvis serve`."""
    sealer.seal()


@app.periodic(cron="40 2 * * *")
@app.task(name="trail.verify", queueing_lock="trail.verify")
def verify_nightly(timestamp: int) -> None:
    """Read the whole chain; how it went is in the audit log and on the page of the privacy officer."""
    sealer.seal()
    verifying.verify()


@app.periodic(cron="* * * * *")
@app.task(name="trail.send", queueing_lock="trail.send")
def send_every_minute(timestamp: int) -> None:
    """Send what the processing log holds to the logbook elsewhere, where one is configured."""
    exporting.send()


@app.periodic(cron="20 4 * * *")
@app.task(name="trail.sample", queueing_lock="trail.sample")
def draw_samples(timestamp: int) -> None:
    """On the first of the month draw the samples of the month before; on other days those that were missed."""
    sampling.draw_due()
