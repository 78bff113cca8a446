"""What the follow-up does in the background: who has something to do, or a meeting to come, is reminded once."""

from datetime import date, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from openvis.web.access.models import User

from . import rules, words
from .models import Meeting, MeetingAction, ProjectStep
from .states import MeetingState, Progress, ProjectState


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
        _send(person)
    for found in (actions, steps, meetings):
        found.update(reminded=today)
    return len(mailed)


def _send(person: User) -> None:
    with translation.override(person.language or settings.LANGUAGE_CODE):
        send_mail(
            _("OpenVIS: something of yours is due"),
            _("Sign in to OpenVIS and look at Today. This message says no more, so that it gives nothing away.")
            + (f"\n\n{settings.OPENVIS_SITE}" if settings.OPENVIS_SITE else ""),
            None, [person.email], fail_silently=False,
        )  # fmt: skip
