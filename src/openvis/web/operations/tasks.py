"""What is tidied in the background: the list of jobs that are done."""

from django.db import connection
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from . import registry
from .models import JobFault

KEPT = 30
"""Days that a finished job stays in the list."""


@app.periodic(cron="50 4 * * *")
@app.task(name="operations.tidy", queueing_lock="operations.tidy")
def tidy(timestamp: int) -> None:
    """Take finished jobs off the list after their term; what failed stays until it is tried again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE status IN ('succeeded', 'cancelled', 'aborted') AND id IN"
            " (SELECT job_id FROM procrastinate_events GROUP BY job_id HAVING max(at) < now() - %s * interval '1 day')",
            [KEPT],
        )
        cursor.execute("SELECT id FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed')")
        JobFault.objects.exclude(job__in=[number for (number,) in cursor.fetchall()]).delete()


registry.work["operations.tidy"] = registry.Work(_("Tidy the list of finished work"))
