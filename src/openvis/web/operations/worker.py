"""The background worker: does jobs one by one, takes over what dead workers left, and outlives its database."""

import asyncio
import logging
import signal
from contextlib import suppress
from typing import Any

from asgiref.sync import sync_to_async
from django.db import Error as DatabaseFault
from django.db import close_old_connections
from procrastinate.contrib.django import app

from openvis.web import logs
from openvis.web.trail.tasks import keep_sealing

from . import services

LOOKS = 10.0
"""Seconds between two looks for jobs that a dead worker left."""
WAITS = (0.5, 1, 2, 5, 10)
"""Seconds between attempts to reach a database that is gone; the last repeats."""


def work() -> None:
    """Work until SIGTERM or SIGINT; a job that runs is finished first."""
    logs.guard_the_rest()
    with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
        asyncio.run(_work())


async def _work() -> None:
    # Beside the jobs, so that a long one does not hold it up.
    sealing = asyncio.create_task(keep_sealing())
    try:
        await _outlive()
    finally:
        sealing.cancel()


async def _outlive() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    failed = 0
    while not stop.is_set():
        started = asyncio.get_running_loop().time()
        fault = await _connected(stop)
        if stop.is_set():
            return
        # Worked well for a while: the next trouble is a new one.
        failed = 0 if asyncio.get_running_loop().time() - started > 2 * WAITS[-1] else failed + 1
        _log().warning("the worker lost its database (%s); it tries again", fault)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), WAITS[min(failed, len(WAITS)) - 1])


async def _connected(stop: asyncio.Event) -> str:
    """Work as long as the database is there. Gives the kind of fault that ended it."""
    try:
        async with app.open_async():
            working = asyncio.create_task(
                app.run_worker_async(concurrency=1, install_signal_handlers=False, worker_middleware=[_remember])
            )
            rescuing = asyncio.create_task(_rescue())
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait({working, rescuing, stopping}, return_when=asyncio.FIRST_COMPLETED)
            for task in (working, rescuing, stopping):
                task.cancel()
            ended = await asyncio.gather(working, rescuing, stopping, return_exceptions=True)
            return next((type(end).__name__ for end in ended if isinstance(end, Exception)), "it stopped")
    except Exception as fault:
        return type(fault).__name__


async def _rescue() -> None:
    while True:
        await asyncio.sleep(LOOKS)
        await sync_to_async(_look)()


def _look() -> None:
    close_old_connections()
    try:
        services.rescue()
    finally:
        close_old_connections()


async def _remember(go_on: Any, context: Any, worker: Any) -> Any:
    """Around every job: keep what kind of fault it ended with.

    Where the same work waits already, that is its next try: under one queueing lock only one job can wait.
    """
    try:
        return await go_on()
    except Exception as fault:
        with suppress(DatabaseFault):
            await sync_to_async(services.note_fault)(context.job.id, type(fault).__name__)
            if await sync_to_async(services.waits_already)(context.job.queueing_lock):
                return None
        raise


def _log() -> logging.Logger:
    return logging.getLogger("openvis")
