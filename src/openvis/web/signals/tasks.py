"""What the reporting point does in the background: what is over its term is told once, without content."""

from datetime import date

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from openvis.web.access import audit, mailing
from openvis.web.access.models import User

from . import selectors
from .models import HandOver, Report, Signal
from .services.common import key_of
from .states import TO_DO, State

WAITS = _("OpenVIS: something is over its term")


@app.periodic(cron="45 7 * * 1-5")
@app.task(name="signals.remind", queueing_lock="signals.remind")
def remind_daily(timestamp: int) -> None:
    """Remind of terms that have passed: to screen, to weigh, to answer, to tell a result."""
    remind(timezone.localdate())


def remind(today: date) -> int:
    """One message a person, however much is late; gives how much was told. Once for each term: safe to repeat.

    Who weighs is told, and who reported where a question was not answered. Of a result that a department owes: who has it in
    hand there, and who handed it over.
    """
    with transaction.atomic():
        late, handed = _signals(today), _hand_overs(today)
        readers = selectors.readers() if late or handed else set()
        told = (readers | reporters(late)) if late else set()
        for person in told.union(*(_waiting(item, readers) for item in handed)):
            mailing.something_waits(person, WAITS)
    return len(late) + len(handed)


def _signals(today: date) -> list[Signal]:
    """Signals that passed their term and of which nobody was told yet; from now on they are told."""
    passed = Signal.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        Q(reminded_on__isnull=True) | Q(reminded_on__lte=F("due_on")), state__in=TO_DO, due_on__lt=today
    )
    late = list(passed.only("pk", "state").order_by("due_on", "number"))
    for signal in late:
        audit.record(None, "signal.over_term", key_of(signal), state=str(signal.state))
    Signal.objects.filter(pk__in=[signal.pk for signal in late]).update(reminded_on=today)
    return late


def _hand_overs(today: date) -> list[HandOver]:
    """The same of results that departments owe."""
    passed = selectors.awaited(today).filter(reminded_on__isnull=True).select_related("handler", "made_by")
    late = list(passed.select_for_update(skip_locked=True, of=("self",)))
    for item in late:
        audit.record(None, "signal.result_over_term", f"hand_over:{item.pk}", organisation=item.organisation)
    HandOver.objects.filter(pk__in=[item.pk for item in late]).update(reminded_on=today)
    return late


def _waiting(item: HandOver, readers: set[User]) -> set[User]:
    """Who is told of a result that did not come; everybody who weighs, where who handed it over does so no longer."""
    return selectors.takers(item) | ({item.made_by} if item.made_by in readers else readers)


def reporters(late: list[Signal]) -> set[User]:
    """Who was asked something about these and did not answer."""
    asked = [signal.pk for signal in late if signal.state == State.MORE_INFO]
    mine = Report.objects.filter(signal__in=asked, reporter__is_active=True).select_related("reporter")
    return {report.reporter for report in mine if not report.reporter.lapsed}
