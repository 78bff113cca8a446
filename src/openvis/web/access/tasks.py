"""What is done about accounts each day."""

from procrastinate.contrib.django import app


@app.periodic(cron="5 0 * * *")
@app.task(name="access.end_accounts", queueing_lock="access.end_accounts")
def end_accounts(timestamp: int) -> None:
    """Close the accounts whose last day is past, and remove the rows of sessions that have ended."""
    from . import lifecycle, services
    from .sessions import SessionStore

    for user in lifecycle.expired():
        services.disable(user)
    SessionStore.clear_expired()
