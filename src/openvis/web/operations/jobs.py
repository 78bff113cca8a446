"""The queue as it is: jobs, workers, what repeats. Never the arguments of a job: they may name somebody."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max, Q
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import (
    ProcrastinateEvent,
    ProcrastinateJob,
    ProcrastinatePeriodicDefer,
    ProcrastinateWorker,
)

from . import registry
from .models import JobFault

SILENT = timedelta(seconds=30)
"""A worker that has not been heard of for so long is dead: its work is given to another."""
SHOWN = 100
"""Finished jobs are counted; of the rest so many are shown."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A job on the page."""

    number: int
    title: Any
    state: str
    """`waiting`, `later`, `busy`, `stalled` (its worker died), `failed`."""
    since: datetime | None
    attempts: int
    step: str
    done: float | None
    fault: JobFault | None

    @property
    def may_retry(self) -> bool:
        """A job that runs is left alone."""
        return self.state in ("failed", "stalled")


@dataclass(frozen=True, slots=True)
class Repeating:
    """Work that comes by the clock."""

    title: Any
    cron: str
    last: datetime | None
    state: str
    """Of the last one: `todo`, `doing`, `succeeded`, `failed`; empty when there was none."""


def workers() -> list[ProcrastinateWorker]:
    """Those that were heard of, dead ones too until another takes over their work."""
    return list(ProcrastinateWorker.objects.order_by("id"))


def _heard() -> datetime:
    """Heartbeats are written by the clock of the database: compared with that of the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        now: datetime = cursor.fetchone()[0]
    return now - SILENT


def workers_alive() -> int:
    """How many workers were heard of lately."""
    return ProcrastinateWorker.objects.filter(last_heartbeat__gte=_heard()).count()


def busy() -> bool:
    """Whether a living worker is at work."""
    return ProcrastinateJob.objects.filter(status="doing", worker__last_heartbeat__gte=_heard()).exists()


def longest_wait() -> timedelta | None:
    """How long the job that waits longest could have been done already; None when none waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(now() - coalesce(j.scheduled_at, e.at)) FROM procrastinate_jobs j"
            " JOIN LATERAL (SELECT min(at) AS at FROM procrastinate_events WHERE job_id = j.id) e ON true"
            " WHERE j.status = 'todo' AND coalesce(j.scheduled_at, now()) <= now()"
        )
        waited: timedelta | None = cursor.fetchone()[0]
    return waited


def latest_event() -> datetime | None:
    """When something was last written about a job."""
    last = ProcrastinateEvent.objects.order_by("-id").first()
    return last.at if last is not None else None


def counts() -> dict[str, int]:
    """Jobs by what became of them."""
    found = Counter(ProcrastinateJob.objects.values_list("status", flat=True))
    return {state: found.get(state, 0) for state in ("todo", "doing", "failed", "succeeded")}


def title_of(task: str) -> Any:
    """What a task is called on a page."""
    known = registry.work.get(task)
    return known.title if known is not None else task


def shown() -> list[Shown]:
    """What waits, runs or failed, the latest first."""
    jobs = ProcrastinateJob.objects.filter(status__in=("todo", "doing", "failed")).select_related("worker")
    jobs = list(jobs.annotate(since=Max("procrastinateevent__at")).order_by("-id")[:SHOWN])
    faults = JobFault.objects.in_bulk([job.id for job in jobs])
    heard, now = _heard(), timezone.now()
    return [_shown(job, faults.get(job.id), heard, now) for job in jobs]


def _shown(job: Any, fault: JobFault | None, heard: datetime, now: datetime) -> Shown:
    state = "waiting"
    if job.status == "failed":
        state = "failed"
    elif job.status == "doing":
        state = "busy" if job.worker is not None and job.worker.last_heartbeat >= heard else "stalled"
    elif job.scheduled_at is not None and job.scheduled_at > now:
        state = "later"
    known = registry.work.get(job.task_name)
    told = known.progress(job.args) if known is not None and known.progress is not None and state == "busy" else None
    step, done = told if told is not None else ("", None)
    since = job.scheduled_at if state == "later" else job.since
    return Shown(job.id, title_of(job.task_name), state, since, job.attempts, step, done, fault)


def repeating() -> list[Repeating]:
    """What comes by the clock, and how the last one went."""
    tasks = [(item.task.name, item.cron) for item in app.periodic_registry.periodic_tasks.values()]
    found = []
    for name, cron in sorted(tasks):
        last = ProcrastinatePeriodicDefer.objects.filter(task_name=name).order_by("-defer_timestamp").first()
        job = ProcrastinateJob.objects.filter(pk=last.job_id).first() if last is not None else None
        at = datetime.fromtimestamp(last.defer_timestamp, timezone.get_current_timezone()) if last is not None else None
        found.append(Repeating(title_of(name), cron, at, job.status if job is not None else ""))
    return found


def stalled() -> list[int]:
    """Jobs that a dead worker left half-way."""
    dead = Q(worker=None) | Q(worker__last_heartbeat__lt=_heard())
    return list(ProcrastinateJob.objects.filter(dead, status="doing").order_by("id").values_list("id", flat=True))
