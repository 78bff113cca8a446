"""A term that passes: who weighs is told once, by a message without content, and on Today."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access.models import AuditEntry, User
from openvis.web.signals import services, tasks
from openvis.web.signals.models import Signal
from web.signals.conftest import SECRET, lightest

In = Callable[[Any], Client]
DAY = timedelta(days=1)


def mailed() -> list[str]:
    found = sorted(address for message in mail.outbox for address in message.to)
    mail.outbox.clear()
    return found


def test_screening_and_weighing_are_told_once_each(signal: Signal, weigher: User, second: User, outsider: User) -> None:
    assert tasks.remind(signal.due_on) == 0
    assert mailed() == []
    assert tasks.remind(signal.due_on + DAY) == 1
    assert mailed() == sorted([weigher.email, second.email])
    assert tasks.remind(signal.due_on + 2 * DAY) == 0
    found = services.enrich(weigher, signal.pk, signal.version, "niets")
    assert tasks.remind(found.due_on) == 0
    assert tasks.remind(found.due_on + DAY) == 1
    assert tasks.remind(found.due_on + 2 * DAY) == 0
    told = AuditEntry.objects.filter(action="signal.over_term").order_by("id")
    assert [(item.actor, item.object, item.facts["state"]) for item in told] == [
        (None, f"signal:{signal.pk}", "received"), (None, f"signal:{signal.pk}", "enriched"),
    ]  # fmt: skip


def test_a_question_that_was_not_answered_reminds_the_reporter_too(
    signal: Signal, weigher: User, reporter: User
) -> None:
    found = services.ask(weigher, signal.pk, signal.version, "Welke dagen?")
    assert tasks.remind(found.due_on + DAY) == 1
    assert mailed() == sorted([weigher.email, reporter.email])


def test_one_message_a_person_and_nothing_in_it(city: Profile, make_signal: Callable[..., Signal], weigher: User) -> None:
    found = [make_signal() for _each in range(3)]
    assert tasks.remind(found[0].due_on + DAY) == 3
    assert [message.to for message in mail.outbox] == [[weigher.email]]
    said = mail.outbox[0].subject + mail.outbox[0].body
    for secret in (SECRET, *(item.number for item in found), city.signals.phenomena[0].name.nl, "Melder"):
        assert secret not in said


def test_what_needs_nobody_is_not_told(city: Profile, enriched: Signal, weigher: User, second: User) -> None:
    services.weigh(weigher, enriched.pk, enriched.version, services.Weighed(lightest(city), "close", "x", {}))
    services.confirm(second, enriched.pk, 1)
    assert tasks.remind(timezone.localdate() + 400 * DAY) == 0


def test_who_left_gets_no_message(signal: Signal, weigher: User, second: User) -> None:
    weigher.is_active = False
    weigher.save()
    second.expires = timezone.localdate() - DAY
    second.save()
    assert tasks.remind(signal.due_on + DAY) == 1
    assert mailed() == []


def test_today_says_what_is_over_its_term_to_who_weighs(
    signal: Signal, weigher: User, reporter: User, client_for: In
) -> None:
    late = f"{reverse('signals_inbox')}?termijn=late"
    assert late not in client_for(weigher).get(reverse("today")).content.decode()
    Signal.objects.filter(pk=signal.pk).update(due_on=timezone.localdate() - DAY)
    page = client_for(weigher).get(reverse("today")).content.decode()
    assert late in page
    assert reverse("signal", args=[signal.pk]) in page
    assert SECRET not in page
    assert late not in client_for(reporter).get(reverse("today")).content.decode()
    assert signal.number in client_for(weigher).get(late).content.decode()


def test_a_reminder_is_no_change_of_the_signal(signal: Signal, weigher: User) -> None:
    tasks.remind(signal.due_on + DAY)
    signal.refresh_from_db()
    assert signal.version == 1
    assert not signal.events.exists()
