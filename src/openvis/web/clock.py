"""What time it is, and whether to believe it. A clock that jumps must not destroy anything, nor keep it too long."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

SKEW = timedelta(seconds=30)
"""How far the clocks of program and database may differ."""
LONGEST_GAP = timedelta(days=35)
"""A daily run that sees more time since the one before does not believe the clock."""


class ClockError(Exception):
    """The time cannot be right; the message says why and what to do."""


def database_now() -> datetime:
    """The clock of the database, not that of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


def skew() -> timedelta:
    """How far the program's clock is ahead of the database's."""
    return timezone.now() - database_now()


def believe(last: datetime | None) -> None:
    """Refuse to go on when a daily run cannot be at this time, given the run before (None when there was none).

    Raises ClockError: run by hand once the clock is right, or to say that so much time really went by.
    """
    apart = skew()
    if abs(apart) > SKEW:
        raise ClockError(
            f"the clocks of this machine and of the database differ {abs(apart).total_seconds():.0f} seconds "
            f"(expected at most {SKEW.total_seconds():.0f}); put them right first"
        )
    now = timezone.now()
    if last is None:
        return
    if last - now > SKEW:
        raise ClockError(f"the clock says {now:%Y-%m-%d %H:%M}, before the last run ({last:%Y-%m-%d %H:%M})")
    if now - last > LONGEST_GAP:
        raise ClockError(
            f"the clock says {now:%Y-%m-%d %H:%M}, {(now - last).days} days after the last run; nothing is destroyed "
            f"on such a leap by itself. If the time is right, run it by hand"
        )
