"""Another handler within the department: offered, or taken over from who left. A silent entry: test_index_silent_offers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access import walls
from openvis.web.access.models import AuditEntry, Grant, User
from openvis.web.places.models import Address
from openvis.web.refindex import selectors, services, tasks, terms
from openvis.web.refindex.models import Entry, Match
from web.refindex.departments import CONTACTS, at_work, enter, purpose_of

NEW_CONTACT = "036 539 9999"


def elsewhere(person: User, third: User) -> None:
    person.organisation = third.organisation
    person.save()


def ended_role(person: User, third: User) -> None:
    Grant.objects.filter(user=person).update(ends=timezone.now())


def disabled(person: User, third: User) -> None:
    person.is_active = False
    person.save()


def lapsed(person: User, third: User) -> None:
    person.expires = timezone.localdate() - timedelta(days=1)
    person.save()


WAYS = [elsewhere, ended_role, disabled, lapsed]


@pytest.fixture
def met(city: Profile, first: User, second: User, address: Address) -> Entry:
    """An entry of the first that matches with one of the second."""
    entry = enter(city, first, address)
    enter(city, second, address, contact=CONTACTS["second"])
    return entry


def taken_over(city: Profile, by: User, entry: Entry, contact: str = NEW_CONTACT) -> Entry:
    with at_work(city, by):
        return services.take_over(by, entry.pk, contact)


@pytest.mark.parametrize("leaves", WAYS)
def test_a_colleague_takes_over_from_who_left_and_gets_the_matches(
    city: Profile, met: Entry, first: User, second: User, third: User, colleague: User, leaves: Callable[..., None]
):
    Match.objects.filter(entry=met).update(reminded_on=timezone.localdate())
    leaves(first, third)
    with at_work(city, colleague):
        assert [item.pk for item in selectors.free(colleague, selectors.entries(colleague))] == [met.pk]
    assert taken_over(city, colleague, met).handler == colleague
    with at_work(city, colleague):
        assert [item.contact for item in selectors.matches(colleague)] == [CONTACTS["second"]]
        assert selectors.free(colleague, selectors.entries(colleague)) == []
    with at_work(city, second):
        assert [item.contact for item in selectors.matches(second)] == [NEW_CONTACT]
    entry = AuditEntry.objects.get(action="index.take_over")
    assert (entry.actor, entry.object, entry.facts) == (colleague.pk, f"index_entry:{met.pk}", {})
    # The reminder starts again for whom it is new.
    assert tasks.remind(terms.reply_by(timezone.localdate())) == 2


def test_who_is_still_there_keeps_it_unless_they_offer_it(city: Profile, met: Entry, first: User, colleague: User):
    with pytest.raises(services.NotYoursError):
        taken_over(city, colleague, met)
    with pytest.raises(services.NotYoursError), at_work(city, colleague):
        services.offer(colleague, met.pk)
    with at_work(city, first):
        services.offer(first, met.pk)
        services.offer(first, met.pk, False)
    with pytest.raises(services.NotYoursError):
        taken_over(city, colleague, met)
    with at_work(city, first):
        services.offer(first, met.pk)
    made = taken_over(city, colleague, met)
    assert (made.handler, made.offered) == (colleague, False)
    with at_work(city, first):
        assert selectors.matches(first) == []


def test_nobody_else_takes_it_over(
    city: Profile, met: Entry, first: User, second: User, third: User, officer: User, manager_of_index: User, outsider: User
):
    with at_work(city, first):
        services.offer(first, met.pk)
    for person in (first, second, third, officer, manager_of_index, outsider):
        with pytest.raises(services.NotYoursError):
            taken_over(city, person, met)
    met.refresh_from_db()
    assert met.handler == first


def test_a_silent_entry_is_its_handlers_alone(
    city: Profile, first: User, third: User, colleague: User, address: Address
):
    entry = enter(city, first, address, silent=True)
    with pytest.raises(services.NotNowError), at_work(city, first):
        services.offer(first, entry.pk)
    disabled(first, third)
    with pytest.raises(services.NotYoursError):
        taken_over(city, colleague, entry)


def test_not_twice_at_one_address_nor_without_a_number_nor_when_it_ended(
    city: Profile, met: Entry, first: User, third: User, colleague: User, address: Address
):
    disabled(first, third)
    with pytest.raises(services.WrongError):
        taken_over(city, colleague, met, "bel mij maar")
    own = enter(city, colleague, address)
    with pytest.raises(services.WrongError):
        taken_over(city, colleague, met)
    services.withdraw(colleague, own.pk)
    services.withdraw(colleague, met.pk)
    with pytest.raises(services.NotNowError):
        taken_over(city, colleague, met)


def test_the_database_holds_it_too(city: Profile, met: Entry, first: User, second: User, third: User, colleague: User):
    def refused(person: User, **changed: Any) -> bool:
        with walls.as_user(person):
            try:
                with transaction.atomic():
                    return Entry.objects.filter(pk=met.pk).update(**changed) == 0
            except DatabaseError:
                return True

    assert refused(colleague, handler=colleague)
    assert refused(colleague, offered=True)
    assert refused(first, handler=colleague)
    disabled(first, third)
    assert refused(second, handler=second)
    assert refused(colleague, handler=third)
    assert not refused(colleague, handler=colleague)


def test_by_page_and_by_program(
    city: Profile, met: Entry, first: User, colleague: User, second: User, client_for: Callable[[Any], Client]
):
    purpose, api = {"HTTP_PURPOSE": purpose_of(city)}, f"/api/v1/index/entries/{met.pk}/"

    def post(person: User, way: str, body: dict[str, Any]) -> Any:
        return client_for(person).post(api + way, body, content_type="application/json", **purpose)

    assert post(colleague, "take-over", {"contact": NEW_CONTACT}).status_code == 404
    assert post(colleague, "offer", {"offered": True}).status_code == 404
    assert post(first, "offer", {"offered": True}).json()["offered"] is True
    assert post(second, "take-over", {"contact": NEW_CONTACT}).status_code == 404
    assert post(colleague, "take-over", {"contact": "bel Jan"}).status_code == 422
    done = post(colleague, "take-over", {"contact": NEW_CONTACT}).json()
    assert (done["mine"], done["contact"]) == (True, NEW_CONTACT)
    assert post(first, "offer", {"offered": True}).status_code == 404
