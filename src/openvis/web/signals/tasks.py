"""What the reporting point does in the background: a signal over its term is told once to who weighs, without content."""

from datetime import date

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from openvis.web import city
from openvis.web.access import audit, mailing
from openvis.web.access.models import Grant, User

from . import rules
from .models import Report, Signal
from .services.common import key_of
from .states import TO_DO, State

WAITS = _("OpenVIS: something is over its term")


@app.periodic(cron="45 7 * * 1-5")
@app.task(name="signals.remind", queueing_lock="signals.remind")
def remind_daily(timestamp: int) -> None:
    """Remind of signals whose term to screen, to weigh or to answer has passed."""
    remind(timezone.localdate())


def remind(today: date) -> int:
    """One message a person, however much is late; gives how many signals were told. Once for each term: safe to repeat.

    Who weighs is told, and who reported where a question was not answered.
    """
    with transaction.atomic():
        passed = Signal.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            Q(reminded_on__isnull=True) | Q(reminded_on__lte=F("due_on")), state__in=TO_DO, due_on__lt=today
        )
        late = list(passed.only("pk", "state").order_by("due_on", "number"))
        for signal in late:
            audit.record(None, "signal.over_term", key_of(signal), state=str(signal.state))
        Signal.objects.filter(pk__in=[signal.pk for signal in late]).update(reminded_on=today)
        for person in (readers() | reporters(late)) if late else ():
            mailing.something_waits(person, WAITS)
    return len(late)


def readers() -> set[User]:
    """Everybody who weighs now."""
    roles = [role.id for role in city.profile().roles if rules.WEIGH in role.abilities]
    held = Grant.objects.in_force().filter(role__in=roles, user__is_active=True).select_related("user")
    return {grant.user for grant in held if not grant.user.lapsed}


def reporters(late: list[Signal]) -> set[User]:
    """Who was asked something about these and did not answer."""
    asked = [signal.pk for signal in late if signal.state == State.MORE_INFO]
    mine = Report.objects.filter(signal__in=asked, reporter__is_active=True).select_related("reporter")
    return {report.reporter for report in mine if not report.reporter.lapsed}
