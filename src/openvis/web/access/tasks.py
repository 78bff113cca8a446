"""What is done about accounts in the background."""

import datetime as dt

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app


@app.periodic(cron="5 0 * * *")
@app.task(name="access.end_accounts", queueing_lock="access.end_accounts")
def end_accounts(timestamp: int) -> None:
    """Close the accounts whose last day is past, and remove what has ended: sessions, attempts, counts."""
    from axes.models import AccessAttempt

    from . import lifecycle, services
    from .sessions import SessionStore

    for user in lifecycle.expired():
        services.disable(user)
    SessionStore.clear_expired()
    AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - dt.timedelta(days=1)).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM access_cache WHERE expires < now()")


@app.task(name="access.mail_notice", priority=10)
def mail_notice(user: str, kind: str, language: str) -> None:
    """Tell somebody that how they sign in was changed."""
    from . import mailing

    mailing.notice(user, kind, language)


@app.task(name="access.mail_reset", priority=10)
def mail_reset(user: str, site: str, language: str) -> None:
    """Send somebody a link to choose a new password; nothing where there is no such account."""
    from . import mailing

    mailing.reset(user, site, language)
