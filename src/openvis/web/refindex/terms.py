"""What the profile says of the index, and the days that follow from it."""

import calendar
from datetime import date, timedelta

from openvis.profile.signals import Index
from openvis.web import city, working_days


def index() -> Index:
    """The section `index` of signals.yaml."""
    return city.profile().signals.index


def expires(day: date) -> date:
    """The day on which what is registered on a day runs out."""
    return months_later(day, index().months)


def deleted(ended: date) -> date:
    """The day from which an entry that ended on a day is due for deletion."""
    return ended + timedelta(days=index().delete_after_days)


def reply_by(day: date) -> date:
    """The last day on which the reply to a match of a day is in time."""
    return working_days.after(day, index().reply_days)


def still_in_time(today: date) -> date:
    """The first day of which a match is not overdue today."""
    return working_days.begun_before(today, index().reply_days)


def months_later(day: date, number: int) -> date:
    """The same day so many months later, or the last of that month."""
    years, month = divmod(day.month - 1 + number, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
