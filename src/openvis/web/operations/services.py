"""What an administrator, or the worker itself, does about background work."""

import logging

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from openvis.web.access import audit
from openvis.web.access.models import User

from . import jobs
from .models import JobFault

MOST_RESCUES = 5
"""A job that so many times took its worker down with it is left alone: it failed."""


class NotNowError(Exception):
    """The job cannot be tried again now: it runs, is done, or the same work waits already."""


@transaction.atomic
def retry(number: int, by: User) -> None:
    """Have a job done again that failed, or whose worker died. Raises NotNowError for any other."""
    job = ProcrastinateJob.objects.select_for_update(of=("self",)).filter(pk=number).first()
    if job is None or not (job.status == "failed" or number in jobs.stalled()) or not _again(number):
        raise NotNowError
    audit.record(by, "operations.retry", str(number), task=job.task_name)


@transaction.atomic
def rescue() -> int:
    """Give the work of dead workers to the living; gives how many jobs. All work is safe to do again.

    A job that took its worker down again and again fails instead, so that it cannot stop everything behind it.
    """
    chosen = ProcrastinateJob.objects.select_for_update(of=("self",), skip_locked=True)
    left = list(chosen.filter(pk__in=jobs.stalled(), status="doing"))
    for job in left:
        note_fault(job.id, "WorkerDied")
        if job.attempts + 1 >= MOST_RESCUES or not _again(job.id):
            _ask("procrastinate_finish_job_v1(%s, 'failed', false)", job.id)
        logging.getLogger("openvis").warning("job %s (%s): its worker died", job.id, job.task_name)
    return len(left)


def note_fault(job: int, kind: str) -> None:
    """Keep of which kind the last fault of a job was; never its text."""
    JobFault.objects.update_or_create(job=job, defaults={"kind": kind[:100], "at": timezone.now()})


def waits_already(queueing_lock: str | None) -> bool:
    """Whether a job with the same queueing lock waits to be done."""
    return queueing_lock is not None and ProcrastinateJob.objects.filter(queueing_lock=queueing_lock, status="todo").exists()


def _again(number: int) -> bool:
    """Put a job back in the queue. False when the same work waits there already under its queueing lock."""
    try:
        with transaction.atomic():
            _ask("procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", number)
    except IntegrityError:
        return False
    return True


def _ask(function: str, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}", [number])
