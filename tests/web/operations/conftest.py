"""Rows of the queue, as the worker and the tasks write them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob


def ask(statement: str, *values: Any) -> Any:
    """One value."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]


@pytest.fixture
def worker(db: None) -> Callable[..., int]:
    """A worker that was last heard of so long ago."""

    def seen(ago: timedelta = timedelta(0)) -> int:
        return ask("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s) RETURNING id", ago)

    return seen


@pytest.fixture
def job(db: None) -> Callable[..., int]:
    """A job of a task, in a state, that was asked for so long ago."""

    def made(status: str = "todo", ago: timedelta = timedelta(0), task: str = "intake.finish", **more: Any) -> int:
        number = ask(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, args, lock, queueing_lock)"
            " VALUES ('default', %s, 'todo', %s::jsonb, %s, %s) RETURNING id",
            task, more.get("args", "{}"), more.get("lock"), more.get("queueing_lock"),
        )  # fmt: skip
        if "worker" in more:
            ask("UPDATE procrastinate_jobs SET worker_id = %s WHERE id = %s RETURNING id", more["worker"], number)
        ask("UPDATE procrastinate_jobs SET status = %s WHERE id = %s RETURNING id", status, number)
        ask("UPDATE procrastinate_events SET at = now() - %s WHERE job_id = %s RETURNING id", ago, number)
        return number

    return made


@pytest.fixture
def state_of(db: None) -> Callable[[int], str]:
    """What became of a job."""
    return lambda number: ProcrastinateJob.objects.get(pk=number).status
