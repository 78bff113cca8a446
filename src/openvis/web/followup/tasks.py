"""What the follow-up does in the background: who has something to do, or a meeting to come, is reminded once."""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from openvis.web.access import mailing
from openvis.web.access.models import User

from . import rules, words
from .models import Meeting, MeetingAction, ProjectStep
from .states import MeetingState, Progress, ProjectState

WAITS = _("OpenVIS: something of yours is due")


@app.periodic(cron="40 7 * * 1-5")
@app.task(name="followup.remind", queueing_lock="followup.remind")
def remind_daily(timestamp: int) -> None:
    """Remind of actions and steps whose term is near or past, and of meetings to come."""
    remind(timezone.localdate())


def remind(today: date) -> int:
    """One message a person, however much waits. It says that something waits: not what, for whom or where."""
    limit = today + timedelta(days=words.settings().reminder_days)
    actions = MeetingAction.objects.filter(state=Progress.OPEN, due__lte=limit, reminded__isnull=True)
    steps = ProjectStep.objects.filter(
        state=Progress.OPEN, due__lte=limit, reminded__isnull=True, project__state=ProjectState.RUNNING
    )
    meetings = Meeting.objects.filter(
        state=MeetingState.SENT, begins__date__gte=today, begins__date__lte=limit, reminded__isnull=True
    )
    owned = (*actions.select_related("owner"), *steps.select_related("owner"))
    people: set[User] = {one.owner for one in owned if one.owner}
    for meeting in meetings.prefetch_related("participants__user"):
        people |= {one.user for one in meeting.participants.all()}
    mailed = [person for person in people if rules.takes_part(person)]
    for person in mailed:
        mailing.something_waits(person, WAITS)
    for found in (actions, steps, meetings):
        found.update(reminded=today)
    return len(mailed)
