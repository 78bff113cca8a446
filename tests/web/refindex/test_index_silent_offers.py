"""A silent entry changes hands by an offer to one colleague, who learns of it by that alone; nobody else learns anything."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access import walls
from openvis.web.access.models import AuditEntry, Grant, User
from openvis.web.places.models import Address
from openvis.web.refindex import lookups, selectors, services, tasks
from openvis.web.refindex.models import Entry, Match
from web.refindex import departments
from web.refindex.departments import CONTACTS, at_work, enter, purpose_of

NEW_CONTACT = "036 539 9999"


@pytest.fixture
def silent(city: Profile, first: User, second: User, address: Address) -> Entry:
    """A silent entry of the first, beside an open one of another department: a match for the first alone."""
    entry = enter(city, first, address, silent=True)
    enter(city, second, address, contact=CONTACTS["second"])
    return entry


@pytest.fixture
def bystander(city: Profile, first: User) -> User:
    """A second colleague of the same department."""
    return departments.make_user(city, "index.contribute", first.organisation.key, "Omstander")


def offered(city: Profile, by: User, entry: Entry, to: User | None) -> Entry:
    with at_work(city, by):
        return services.offer_silent(by, entry.pk, to)


def taken_over(city: Profile, by: User, entry: Entry, contact: str = NEW_CONTACT) -> Entry:
    with at_work(city, by):
        return services.take_over(by, entry.pk, contact)


def sees(city: Profile, person: User) -> list[uuid.UUID]:
    """The silent entries that somebody finds, by the service and in the database."""
    with at_work(city, person):
        rows = set(Entry.objects.filter(silent=True).values_list("pk", flat=True))
        listed = {item.pk for item in selectors.entries(person) if item.silent}
    assert rows == listed
    return sorted(rows)


def test_the_colleague_learns_of_it_by_the_offer_and_gets_it_with_its_matches(
    city: Profile, silent: Entry, first: User, second: User, colleague: User
):
    assert sees(city, colleague) == []
    offered(city, first, silent, colleague)
    assert sees(city, colleague) == sees(city, first) == [silent.pk]
    with at_work(city, colleague):
        # Before they take it over its matches are not theirs, and its address is no reason to look it up.
        assert selectors.matches(colleague) == []
        assert not Match.objects.exists()
        assert lookups.own(colleague) == []
    made = taken_over(city, colleague, silent)
    assert (made.handler, made.contact, made.offered_to, made.silent) == (colleague, NEW_CONTACT, None, True)
    assert sees(city, first) == []
    with at_work(city, first):
        assert selectors.matches(first) == []
    with at_work(city, colleague):
        assert [item.contact for item in selectors.matches(colleague)] == [CONTACTS["second"]]
    # The other side was told nothing before, and is told nothing now.
    with at_work(city, second):
        assert selectors.matches(second) == []


def test_nobody_else_learns_anything(
    city: Profile, silent: Entry, first: User, second: User, third: User, colleague: User, bystander: User, officer: User,
    manager_of_index: User, outsider: User,
):
    others = (second, third, bystander, officer, manager_of_index, outsider)
    with at_work(city, manager_of_index):
        before = selectors.counts()
    offered(city, first, silent, colleague)
    for person in others:
        assert sees(city, person) == [], person
        for act in (
            lambda by=person: services.take_over(by, silent.pk, NEW_CONTACT),
            lambda by=person: services.decline(by, silent.pk),
            lambda by=person: services.offer_silent(by, silent.pk, by), lambda by=person: services.withdraw(by, silent.pk),
        ):  # fmt: skip
            with pytest.raises(services.NotYoursError), at_work(city, person):
                act()
    taken_over(city, colleague, silent)
    for person in (*others, first):
        assert sees(city, person) == []
    with at_work(city, manager_of_index):
        assert selectors.counts() == before
    for entry in AuditEntry.objects.filter(object=f"index_entry:{silent.pk}", action__in=("index.offer", "index.take_over")):
        assert str(colleague.pk) not in str(entry.facts)
        assert "silent" not in str(entry.facts)


def test_until_they_take_it_over_the_colleague_changes_nothing(
    city: Profile, silent: Entry, first: User, colleague: User, bystander: User
):
    offered(city, first, silent, colleague)
    for act in (
        lambda: services.withdraw(colleague, silent.pk), lambda: services.renew(colleague, silent.pk, "running"),
        lambda: services.offer_silent(colleague, silent.pk, bystander),
    ):  # fmt: skip
        with pytest.raises(services.NotYoursError), at_work(city, colleague):
            act()
    silent.refresh_from_db()
    assert (silent.handler, silent.state, silent.offered_to) == (first, "active", colleague)


def test_saying_no_and_taking_back_leave_it_with_its_handler(
    city: Profile, silent: Entry, first: User, colleague: User
):
    offered(city, first, silent, colleague)
    with at_work(city, colleague):
        services.decline(colleague, silent.pk)
    offered_again = offered(city, first, silent, colleague)
    assert offered_again.offered_to == colleague
    offered(city, first, silent, None)
    assert sees(city, colleague) == []
    for act in (services.decline, lambda by, key: services.take_over(by, key, NEW_CONTACT)):
        with pytest.raises(services.NotYoursError), at_work(city, colleague):
            act(colleague, silent.pk)
    silent.refresh_from_db()
    assert (silent.handler, silent.offered_to) == (first, None)


def test_only_to_a_colleague_who_enters_and_only_a_silent_one(
    city: Profile, silent: Entry, first: User, second: User, colleague: User, outsider: User
):
    Grant.objects.filter(user=colleague).update(ends=timezone.now())
    for person in (first, second, outsider, colleague):
        with pytest.raises(services.WrongError):
            offered(city, first, silent, person)
    open_one = enter(city, first, departments.make_address(9))
    with pytest.raises(services.NotNowError):
        offered(city, first, open_one, None)
    with pytest.raises(services.NotYoursError):
        offered(city, second, silent, None)


def test_an_entry_of_their_own_there_does_not_show_to_who_offers(
    city: Profile, silent: Entry, first: User, colleague: User, address: Address
):
    enter(city, colleague, address, silent=True)
    assert offered(city, first, silent, colleague).offered_to == colleague
    with pytest.raises(services.WrongError):
        taken_over(city, colleague, silent)
    silent.refresh_from_db()
    assert (silent.handler, silent.offered_to) == (first, colleague)


def test_when_it_ends_the_offer_ends(city: Profile, silent: Entry, first: User, colleague: User):
    offered(city, first, silent, colleague)
    with at_work(city, first):
        services.withdraw(first, silent.pk)
    assert sees(city, colleague) == []
    other = enter(city, first, departments.make_address(7), silent=True)
    offered(city, first, other, colleague)
    assert services.expire(other.expires_on) >= 1
    assert sees(city, colleague) == []


def test_from_who_left_only_by_an_offer_made_before(
    city: Profile, silent: Entry, first: User, colleague: User, bystander: User
):
    offered(city, first, silent, colleague)
    first.expires = timezone.localdate() - timedelta(days=1)
    first.save()
    with pytest.raises(services.NotYoursError):
        taken_over(city, bystander, silent)
    assert taken_over(city, colleague, silent).handler == colleague


def test_told_once_and_nothing_is_said(city: Profile, silent: Entry, first: User, colleague: User, address: Address):
    tasks.tell()
    mail.outbox.clear()
    offered(city, first, silent, colleague)
    tasks.tell()
    assert [message.to for message in mail.outbox] == [[colleague.email]]
    said = mail.outbox[0].subject + mail.outbox[0].body
    for secret in (address.street, first.name, str(silent.pk)):
        assert secret not in said
    tasks.tell()
    offered(city, first, silent, colleague)
    tasks.tell()
    assert len(mail.outbox) == 1


def test_the_database_holds_it_too(
    city: Profile, silent: Entry, first: User, second: User, colleague: User, bystander: User
):
    def refused(person: User, **changed: Any) -> bool:
        with walls.as_user(person):
            try:
                with transaction.atomic():
                    return Entry.objects.filter(pk=silent.pk).update(**changed) == 0
            except DatabaseError:
                return True

    assert refused(colleague, handler=colleague)
    assert refused(first, offered=True)
    assert refused(first, handler=colleague)
    assert refused(first, offered_to=second)
    assert refused(first, offered_to=first)
    assert refused(bystander, offered_to=bystander)
    offered(city, first, silent, colleague)
    tomorrow = timezone.localdate() + timedelta(days=1)
    for changed in (
        {"state": "withdrawn", "ended_on": tomorrow}, {"expires_on": tomorrow}, {"handler": bystander, "offered_to": None},
        {"offered_to": bystander}, {"handler": colleague}, {"contact": b"x", "offered_to": None},
        {"handler": colleague, "offered_to": None, "ends_on": tomorrow},
    ):  # fmt: skip
        assert refused(colleague, **changed), changed
    assert refused(bystander, handler=bystander, offered_to=None)
    assert not refused(colleague, handler=colleague, offered_to=None)


def test_by_page(
    city: Profile, silent: Entry, first: User, colleague: User, bystander: User, client_for: Callable[[Any], Client],
    opened: Callable[..., Any],
):
    at, own = client_for(first), reverse("index_offer_silent", args=[silent.pk])
    page = opened(at, "index_entry", silent.pk).content.decode()
    assert own in page
    assert bystander.name in page
    assert at.post(own, {"to": str(first.pk)}).status_code == 422
    assert at.post(own, {"to": str(colleague.pk)}).status_code == 302
    page = opened(at, "index_entry", silent.pk).content.decode()
    assert f"Alleen u en {colleague.name} weten" in page
    theirs, others = client_for(colleague), client_for(bystander)
    link = reverse("index_entry", args=[silent.pk])
    today = theirs.get(reverse("today")).content.decode()
    assert link in today
    assert silent.address.street not in today
    assert link not in others.get(reverse("today")).content.decode()
    page = opened(theirs, "index_entry", silent.pk).content.decode()
    assert reverse("index_take_over", args=[silent.pk]) in page
    for name in ("index_withdraw", "index_renew", "index_offer_silent", "index_offer"):
        assert reverse(name, args=[silent.pk]) not in page
    assert opened(others, "index_entry", silent.pk).status_code == 404
    assert link in opened(theirs, "index_entries").content.decode()
    assert link not in opened(others, "index_entries").content.decode()
    opened(theirs, "index_entry", silent.pk)
    assert theirs.post(reverse("index_decline", args=[silent.pk])).status_code == 302
    assert opened(theirs, "index_entry", silent.pk).status_code == 404
    at.post(own, {"to": str(colleague.pk)})
    assert at.post(own, {"offered": "no"}).status_code == 302
    assert link not in theirs.get(reverse("today")).content.decode()


def test_by_program(
    city: Profile, silent: Entry, first: User, colleague: User, second: User, bystander: User,
    client_for: Callable[[Any], Client],
):
    purpose, api = {"HTTP_PURPOSE": purpose_of(city)}, f"/api/v1/index/entries/{silent.pk}/"

    def post(person: User, way: str, body: dict[str, Any]) -> Any:
        return client_for(person).post(api + way, body, content_type="application/json", **purpose)

    people = client_for(first).get("/api/v1/index/colleagues", **purpose).json()
    assert {one["id"] for one in people} == {str(colleague.pk), str(bystander.pk)}
    to = {"to": str(colleague.pk)}
    for person in (colleague, second, bystander):
        assert post(person, "offer-silent", {"to": None}).status_code == 404
    assert post(first, "offer-silent", {"to": str(second.pk)}).status_code == 422
    assert post(colleague, "decline", {}).status_code == 404
    assert post(first, "offer", {"offered": True}).status_code == 409
    assert post(first, "offer-silent", to).json()["offered"] is True
    assert client_for(colleague).get(api.rstrip("/"), **purpose).json()["mine"] is False
    assert client_for(bystander).get(api.rstrip("/"), **purpose).status_code == 404
    assert post(colleague, "decline", {}).status_code == 204
    assert client_for(colleague).get(api.rstrip("/"), **purpose).status_code == 404
    post(first, "offer-silent", to)
    assert post(bystander, "take-over", {"contact": NEW_CONTACT}).status_code == 404
    done = post(colleague, "take-over", {"contact": NEW_CONTACT}).json()
    assert (done["mine"], done["contact"], done["offered"]) == (True, NEW_CONTACT, False)
    assert client_for(first).get(api.rstrip("/"), **purpose).status_code == 404
