"""A department that does not tell its result in time: it and who handed over are told once, and see it on Today."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access import walls
from openvis.web.access.models import AuditEntry, Grant, User
from openvis.web.signals import rules, selectors, services, tasks
from openvis.web.signals.models import HandOver, Signal
from web.signals.conftest import SECRET, lightest, make_user

In = Callable[[Any], Client]
DAY = timedelta(days=1)
FACTS = "loods-kwikstaart-7719"
MINE = "/api/v1/signals/hand-overs"


def mailed() -> list[str]:
    found = sorted(address for message in mail.outbox for address in message.to)
    mail.outbox.clear()
    return found


@pytest.fixture
def colleague(city: Profile, reporter: User) -> User:
    """Of the same department, with the same role."""
    return make_user(city, reporter.grants.get().role, "Collega", reporter.organisation.key)


@pytest.fixture
def elsewhere(city: Profile, reporter: User) -> User:
    """The same role in another department."""
    other = next(item.id for item in city.organisations if item.id != reporter.organisation.key)
    return make_user(city, reporter.grants.get().role, "Elders", other)


@pytest.fixture
def handed(city: Profile, enriched: Signal, reporter: User, weigher: User, second: User) -> HandOver:
    """Passed to the department of `reporter`; `second` confirmed, and so handed it over."""
    chosen = {"organisation": [reporter.organisation.key], "facts": [FACTS]}
    services.weigh(weigher, enriched.pk, enriched.version, services.Weighed(lightest(city), "department", "x", chosen))
    services.confirm(second, enriched.pk, 1)
    return HandOver.objects.get()


def department(handed: HandOver, *people: User) -> set[str]:
    """The addresses of who of these may take it up. In a small town who weighs works in the same department, and may too."""
    return {person.email for person in people if rules.handles(person, handed)}


def late(handed: HandOver) -> None:
    HandOver.objects.filter(pk=handed.pk).update(due_on=timezone.localdate() - DAY)


def test_the_department_and_who_handed_over_are_told_once(
    handed: HandOver, reporter: User, colleague: User, elsewhere: User, weigher: User, second: User, outsider: User
) -> None:
    assert tasks.remind(handed.due_on) == 0
    assert mailed() == []
    assert tasks.remind(handed.due_on + DAY) == 1
    said = "".join(message.subject + message.body for message in mail.outbox)
    assert mailed() == sorted(department(handed, reporter, colleague, weigher, second) | {second.email})
    for secret in (FACTS, SECRET, handed.number, reporter.organisation.key, "Melder"):
        assert secret not in said
    assert tasks.remind(handed.due_on + 9 * DAY) == 0
    assert mailed() == []
    told = AuditEntry.objects.get(action="signal.result_over_term")
    assert (told.actor, told.object, told.facts) == (
        None, f"hand_over:{handed.pk}", {"organisation": reporter.organisation.key}
    )


def test_its_handler_is_told_and_no_colleague(
    handed: HandOver, reporter: User, colleague: User, second: User
) -> None:
    if not rules.takes_up(colleague):
        pytest.skip("in this city nobody of a department takes anything up")
    services.take_up(colleague, handed.pk)
    tasks.remind(handed.due_on + DAY)
    assert mailed() == sorted([colleague.email, second.email])


def test_who_left_is_not_told_and_others_take_their_place(
    handed: HandOver, reporter: User, colleague: User, weigher: User, second: User
) -> None:
    if rules.takes_up(colleague):
        services.take_up(colleague, handed.pk)
    Grant.objects.filter(user__in=(colleague, second)).update(ends=timezone.now())
    assert tasks.remind(handed.due_on + DAY) == 1
    assert mailed() == sorted(department(handed, reporter) | {weigher.email})


@pytest.mark.parametrize("end", ["result", "weighed again", "closed"])
def test_once_nobody_waits_nobody_is_told(
    handed: HandOver, reporter: User, weigher: User, end: str
) -> None:
    signal = handed.signal
    signal.refresh_from_db()
    if end == "result":
        handed.result, handed.result_at = "Bezocht.", timezone.now()
        handed.save()
    elif end == "closed":
        services.close(weigher, signal.pk, signal.version, "Opgelost.")
    else:
        services.weigh_again(weigher, signal.pk, signal.version)
    Signal.objects.update(due_on=None)
    assert tasks.remind(handed.due_on + DAY) == 0
    assert mailed() == []
    assert selectors.awaited_by(handed.made_by, handed.due_on + DAY) == []


def test_today_tells_who_waits_and_who_owes(
    handed: HandOver, reporter: User, elsewhere: User, weigher: User, second: User, client_for: In
) -> None:
    owed, passed = "Het resultaat moest er voor het einde van", "Doorgegeven aan uw afdeling"

    def page(person: User) -> str:
        return str(client_for(person).get(reverse("today")).content.decode())

    assert owed not in page(second)
    late(handed)
    assert owed in page(second)
    assert reverse("signal_hand_over", args=[handed.pk]) in page(second)
    assert owed not in page(weigher)
    assert passed not in page(elsewhere)
    if rules.takes_up(reporter):
        assert passed in page(reporter)
        assert "te laat" in page(reporter)
    for person in (second, reporter):
        assert FACTS not in page(person)
    Grant.objects.filter(user=second).update(ends=timezone.now())
    assert owed in page(weigher)


def test_a_program_reads_what_is_late(
    handed: HandOver, reporter: User, weigher: User, second: User, outsider: User, client_for: In
) -> None:
    assert client_for(second).get(f"{MINE}/late").json() == []
    late(handed)
    found = client_for(second).get(f"{MINE}/late")
    assert [(item["id"], item["late"], item["organisation"]) for item in found.json()] == [
        (str(handed.pk), True, reporter.organisation.key)
    ]
    assert FACTS not in found.content.decode()
    assert client_for(weigher).get(f"{MINE}/late").json() == []
    for person in (reporter, outsider):
        assert client_for(person).get(f"{MINE}/late").status_code == 404
    own = client_for(reporter).get(MINE).json()
    assert [item["late"] for item in own] == [True for _each in department(handed, reporter)]


def test_a_department_is_not_told_what_went_to_another(
    handed: HandOver, elsewhere: User, client_for: In
) -> None:
    late(handed)
    assert elsewhere not in selectors.takers(handed)
    with walls.as_user(elsewhere):
        assert not HandOver.objects.exists()
