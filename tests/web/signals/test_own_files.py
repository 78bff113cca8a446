"""A signal in hand is a reason to look its address up in the index: for who took it up, while it is open, nobody else."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from openvis.profile import Profile
from openvis.web.access import purposes, walls
from openvis.web.access import services as access
from openvis.web.access.models import AuditEntry, User
from openvis.web.places.models import Address
from openvis.web.refindex import lookups
from openvis.web.refindex import services as index
from openvis.web.signals import own_files, selectors, services
from openvis.web.signals.models import HandOver, Signal
from web.conftest import make_person
from web.signals.conftest import lightest, make_user, role_with
from web.signals.test_signal_pages import open_file

In = Callable[[Any], Client]


@pytest.fixture
def handed(city: Profile, make_signal: Callable[..., Signal], address: Address, weigher: User, second: User) -> HandOver:
    """A signal at an address, passed on to have it registered in the index."""
    found = make_signal(address=address)
    found = services.enrich(weigher, found.pk, found.version, "niets")
    chosen = {"organisation": [city.signals.departments[0]]}
    services.weigh(weigher, found.pk, found.version, services.Weighed(lightest(city), "index", "Kijk mee.", chosen))
    services.confirm(second, found.pk, 1)
    return HandOver.objects.get()


def contributor(city: Profile, name: str, organisation: str) -> User:
    """Somebody who reports signals and enters in the index: one role, or two where the city has it so."""
    person = make_user(city, role_with(city, "signals.report", without="signals.weigh"), name, organisation)
    access.grant(person, role_with(city, "index.contribute"), areas=[], reason="test", source="test")
    return person


@pytest.fixture
def clerk(city: Profile, handed: HandOver) -> User:
    return contributor(city, "Behandelaar", handed.organisation)


def purpose_of(city: Profile) -> str:
    return next(item.id for item in city.purposes if "index" in item.compartments)


def looked(city: Profile, person: User, key: Any) -> Any:
    with walls.as_user(person, purpose_of(city)):
        return index.look_up(person, own_files.KIND, str(key))


def own(city: Profile, person: User) -> list[str]:
    with walls.as_user(person, purpose_of(city)):
        return [item.key for item in lookups.own(person)]


def by_sql(city: Profile, person: User, place: Address) -> bool:
    """Whether the database itself looks this address up for somebody."""
    with walls.as_user(person, purpose_of(city)):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT * FROM refindex_look_up(%s)", [place.pk])
        except DatabaseError:
            return False
        return True


def test_who_took_it_up_may_look_its_address_up(city: Profile, handed: HandOver, clerk: User, address: Address) -> None:
    assert handed.address == address
    assert own(city, clerk) == []
    assert not by_sql(city, clerk, address)
    with walls.as_user(clerk):
        services.take_up(clerk, handed.pk)
    assert own(city, clerk) == [str(handed.pk)]
    assert looked(city, clerk, handed.pk) == []
    assert by_sql(city, clerk, address)
    told = AuditEntry.objects.get(action="index.look_up")
    assert (told.object, told.facts) == (f"hand_over:{handed.pk}", {})
    assert AuditEntry.objects.get(action="signal.take_up").object == f"hand_over:{handed.pk}"


def test_it_finds_what_another_department_entered(city: Profile, handed: HandOver, clerk: User, address: Address) -> None:
    other = contributor(city, "Ander", city.organisations[-1].id)
    with walls.as_user(other, purpose_of(city)):
        index.register(other, address, city.signals.index.kinds[0].id, "036 539 1111")
    services.take_up(clerk, handed.pk)
    assert [call.contact for call in looked(city, clerk, handed.pk)] == ["036 539 1111"]


def test_nobody_else_may(
    city: Profile, handed: HandOver, clerk: User, address: Address, weigher: User, reporter: User, outsider: User
) -> None:
    services.take_up(clerk, handed.pk)
    colleague = contributor(city, "Collega", handed.organisation)
    stranger = contributor(city, "Elders", city.organisations[-1].id)
    for person in (colleague, stranger, weigher, reporter, outsider):
        assert own(city, person) == [], person
        assert not by_sql(city, person, address), person
        with pytest.raises(index.NotYoursError):
            looked(city, person, handed.pk)
    with walls.as_user(clerk), pytest.raises(index.NotYoursError):
        index.look_up(clerk, own_files.KIND, str(handed.pk))


def test_not_once_the_result_is_told_or_the_signal_is_closed_or_the_work_went_to_a_colleague(
    city: Profile, handed: HandOver, clerk: User, address: Address, weigher: User
) -> None:
    def ends(act: Callable[[], object]) -> None:
        with transaction.atomic():
            before = transaction.savepoint()
            assert by_sql(city, clerk, address)
            act()
            assert not by_sql(city, clerk, address)
            assert own(city, clerk) == []
            transaction.savepoint_rollback(before)

    services.take_up(clerk, handed.pk)
    colleague = contributor(city, "Collega", handed.organisation)
    signal = handed.signal
    ends(lambda: services.give_result(clerk, handed.pk, "Bezocht."))
    ends(lambda: services.close(weigher, signal.pk, Signal.objects.get().version, "Klaar."))
    ends(lambda: services.take_up(colleague, handed.pk))
    ends(lambda: User.objects.filter(pk=clerk.pk).update(organisation=None))


def test_without_an_address_passed_on_there_is_nothing_to_look_up(
    city: Profile, make_signal: Callable[..., Signal], address: Address, weigher: User, second: User
) -> None:
    department = city.signals.departments[0]
    for ticked in ({}, {"with_address": ["on"]}):
        found = make_signal(address=address)
        found = services.enrich(weigher, found.pk, found.version, "niets")
        chosen = {"organisation": [department], "facts": ["Licht in de loods."], **ticked}
        services.weigh(weigher, found.pk, found.version, services.Weighed(lightest(city), "department", "Zij.", chosen))
        services.confirm(second, found.pk, 1)
        made = HandOver.objects.get(signal=found)
        person = contributor(city, f"P{len(ticked)}", department)
        services.take_up(person, made.pk)
        assert made.address == (address if ticked else None)
        assert by_sql(city, person, address) == bool(ticked)


def test_only_the_department_takes_it_up_in_their_own_name(
    city: Profile, handed: HandOver, clerk: User, weigher: User, second: User, outsider: User
) -> None:
    stranger = contributor(city, "Elders", city.organisations[-1].id)
    for person in (stranger, outsider):
        with pytest.raises(services.NotYoursError):
            services.take_up(person, handed.pk)
    for person in (clerk, weigher):
        with pytest.raises(DatabaseError), walls.as_user(person), transaction.atomic():
            HandOver.objects.filter(pk=handed.pk).update(handler=second)
    with pytest.raises(DatabaseError), walls.as_user(clerk), transaction.atomic():
        HandOver.objects.filter(pk=handed.pk).update(address=None)
    services.give_result(clerk, handed.pk, "Bezocht.")
    with pytest.raises(services.NotNowError):
        services.take_up(clerk, handed.pk)


def test_from_the_page_to_the_index(city: Profile, handed: HandOver, clerk: User, address: Address, client_for: In) -> None:
    if not purposes.allowed(clerk, "signals"):
        pytest.skip("here nobody who enters in the index opens signals")
    client, at = client_for(clerk), reverse("signal_hand_over", args=[handed.pk])
    page = open_file(client, at, clerk).content.decode()
    assert reverse("signal_take_up", args=[handed.pk]) in page
    assert reverse("index_new") not in page
    client.post(reverse("signal_take_up", args=[handed.pk]))
    page = client.get(at).content.decode()
    register = f"{reverse('index_new')}?dossier=hand_over:{handed.pk}"
    assert register in page
    assert reverse("index_look_up", args=["hand_over", handed.pk]) in page
    new = open_file(client, register, clerk, "index")
    assert address.in_full() in new.content.decode()
    other = client_for(contributor(city, "Collega", handed.organisation))
    assert open_file(other, register, clerk, "index").status_code == 404
    assert "index_new" not in client.get(at, REMOTE_ADDR="203.0.113.7").content.decode()


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_who_may_only_report_does_not_see_what_was_passed(city: Profile, handed: HandOver, clerk: User) -> None:
    """An enforcement officer enters signals (matrix: S e); no purpose of theirs opens one."""
    officer = make_person(city, "handhaver")
    User.objects.filter(pk=officer.pk).update(organisation=clerk.organisation)
    officer = User.objects.get(pk=officer.pk)
    assert selectors.passed_to(clerk).exists()
    assert not selectors.passed_to(officer).exists()
    assert not officer.has_perm("signals.see_hand_over", handed)
