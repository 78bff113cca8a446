"""What sharing does in the background: proposals end on their term, and who is to answer is reminded."""

from collections import defaultdict
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from openvis.web.access import mailing
from openvis.web.access.models import User

from . import selectors, services
from .models import Transfer
from .states import State

WAITS = _("OpenVIS: something waits for your answer")


@app.periodic(cron="5 0 * * *")
@app.task(name="sharing.expire", queueing_lock="sharing.expire")
def expire_daily(timestamp: int) -> None:
    """Let proposals end that got no answer: their values are gone in the first minutes of the day after."""
    services.expire(timezone.localdate())


@app.periodic(cron="30 7 * * 1-5")
@app.task(name="sharing.remind", queueing_lock="sharing.remind")
def remind_daily(timestamp: int) -> None:
    """Remind once who can answer a proposal that ends within days."""
    remind(timezone.localdate())


def remind(day: date) -> int:
    """One message a person, however many proposals wait. It says that something waits: not what, from whom or where."""
    waiting = Transfer.objects.filter(
        state=State.PROPOSED, reminded__isnull=True, answer_by__gte=day, answer_by__lte=day + selectors.SOON
    )
    mine: dict[User, list[Transfer]] = defaultdict(list)
    for item in waiting:
        for person in selectors.receivers(item):
            mine[person].append(item)
    for person in mine:
        mailing.something_waits(person, WAITS)
    waiting.update(reminded=day)
    return len(mine)
