"""The pages and the API of the index: on the municipal network, for one's own department, with a purpose."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access import purposes
from openvis.web.access.models import AuditEntry, User
from openvis.web.places.models import Address
from openvis.web.refindex import tasks, terms
from openvis.web.refindex.models import Entry, Match
from openvis.web.refindex.states import Ground
from web.refindex.departments import CONTACTS, at_work, enter, kind_of, make_address, purpose_of

OUTSIDE = "203.0.113.7"
API = "/api/v1/index/"


@pytest.fixture
def met(city: Profile, first: User, second: User, address: Address) -> Entry:
    """An entry of the first that matches with one of the second."""
    entry = enter(city, first, address)
    enter(city, second, address, contact=CONTACTS["second"])
    return entry


PAGES = ["index_entries", "index_new", "index_look_ups"]


class TestNetwork:
    def test_nothing_is_there_from_elsewhere(
        self, city: Profile, met: Entry, first: User, manager_of_index: User, officer: User,
        client_for: Callable[[Any], Client],
    ):  # fmt: skip
        match = Match.objects.get(entry=met)
        addresses = [reverse(name) for name in (*PAGES, "index_counts", "index_use")]
        addresses += [reverse("index_entry", args=[met.pk]), reverse("index_match", args=[match.pk])]
        addresses += [API + part for part in ("entries", "matches", "counts", f"entries/{met.pk}")]
        for person in (first, manager_of_index, officer, None):
            client = client_for(person)
            found = {address: client.get(address, REMOTE_ADDR=OUTSIDE).status_code for address in addresses}
            assert set(found.values()) == {404}, found
        assert AuditEntry.objects.filter(action="index.network", result="refused").exists()

    def test_neither_navigation_nor_today_speaks_of_it_there(
        self, city: Profile, met: Entry, first: User, client_for: Callable[[Any], Client]
    ):
        client, today = client_for(first), reverse("today")
        inside, outside = client.get(today).content.decode(), client.get(today, REMOTE_ADDR=OUTSIDE).content.decode()
        assert reverse("index_entries") in inside
        assert reverse("index_match", args=[Match.objects.get(entry=met).pk]) in inside
        assert "/verwijsindex/" not in outside

    def test_what_a_stranger_claims_is_not_believed(
        self, first: User, client_for: Callable[[Any], Client]
    ):
        answer = client_for(first).get(
            reverse("index_entries"), REMOTE_ADDR=OUTSIDE, HTTP_X_FORWARDED_FOR="10.0.0.1", HTTP_X_REAL_IP="10.0.0.1"
        )
        assert answer.status_code == 404

    def test_our_own_proxy_is(self, settings: Any, first: User, client_for: Callable[[Any], Client]):
        settings.OPENVIS_PROXIES = "10.9.0.2"
        client = client_for(first)
        at = reverse("index_entries")
        assert client.get(at, REMOTE_ADDR="10.9.0.2", HTTP_X_FORWARDED_FOR=OUTSIDE).status_code == 404
        assert client.get(at, REMOTE_ADDR="10.9.0.2", HTTP_X_FORWARDED_FOR="10.9.0.77").status_code == 302

    def test_an_address_of_version_six_that_holds_one_of_four(self, first: User, client_for: Callable[[Any], Client]):
        at = reverse("index_entries")
        assert client_for(first).get(at, REMOTE_ADDR="::ffff:10.9.0.5").status_code == 302
        assert client_for(first).get(at, REMOTE_ADDR=f"::ffff:{OUTSIDE}").status_code == 404


class TestPages:
    def test_a_purpose_is_asked_for_everything(self, met: Entry, first: User, client_for: Callable[[Any], Client]):
        client, match = client_for(first), Match.objects.get(entry=met)
        for address in (
            *map(reverse, PAGES), reverse("index_entry", args=[met.pk]), reverse("index_match", args=[match.pk]),
            reverse("index_look_up", args=["index_entry", met.pk]),
        ):  # fmt: skip
            assert client.get(address).status_code == 302, address

    def test_somebody_registers_and_sees_it(
        self, city: Profile, first: User, address: Address, client_for: Callable[[Any], Client],
        opened: Callable[..., Any],
    ):  # fmt: skip
        client = client_for(first)
        assert opened(client, "index_new").status_code == 200
        said = {**address_fields(address), "kind": kind_of(city), "contact": "bel Jan maar"}
        wrong = client.post(reverse("index_new"), said)
        assert wrong.status_code == 422
        assert "bel Jan maar" in wrong.content.decode()
        done = client.post(reverse("index_new"), said | {"contact": CONTACTS["first"]})
        entry = Entry.objects.get()
        assert done["Location"] == reverse("index_entry", args=[entry.pk])
        page = opened(client, "index_entry", entry.pk).content.decode()
        assert address.street in page
        assert CONTACTS["first"] in page
        assert address.street in opened(client, "index_entries").content.decode()

    def test_a_match_is_noted(
        self, met: Entry, first: User, client_for: Callable[[Any], Client], opened: Callable[..., Any]
    ):
        client, match = client_for(first), Match.objects.get(entry=met)
        assert CONTACTS["second"] in opened(client, "index_match", match.pk).content.decode()
        at = reverse("index_match", args=[match.pk])
        whole = {"spoke": "yes", "on": timezone.localdate().isoformat(), "result": "same", "grounds": Ground.values}
        assert client.post(at, whole | {"grounds": ["task"]}).status_code == 422
        assert client.post(at, whole).status_code == 302
        match.refresh_from_db()
        assert match.result == "same"

    def test_others_find_nothing(
        self, met: Entry, third: User, colleague: User, officer: User, manager_of_index: User, outsider: User,
        client_for: Callable[[Any], Client], opened: Callable[..., Any],
    ):  # fmt: skip
        match = Match.objects.get(entry=met)
        for person in (third, officer, manager_of_index, outsider):
            client = client_for(person)
            for name, args in (
                ("index_entry", [met.pk]), ("index_match", [match.pk]), ("index_look_up", ["index_entry", met.pk])
            ):
                assert opened(client, name, *args).status_code == 404, (person, name)
        client = client_for(colleague)
        assert opened(client, "index_entry", met.pk).status_code == 200
        assert opened(client, "index_match", match.pk).status_code == 404
        assert opened(client, "index_look_up", "index_entry", met.pk).status_code == 404

    def test_looking_up(
        self, city: Profile, met: Entry, first: User, client_for: Callable[[Any], Client], opened: Callable[..., Any]
    ):
        client = client_for(first)
        at = reverse("index_look_up", args=["index_entry", met.pk])
        asked = opened(client, "index_look_up", "index_entry", met.pk).content.decode()
        assert CONTACTS["second"] not in asked
        assert CONTACTS["second"] in client.post(at).content.decode()
        for _time in range(12):
            last = client.post(at)
        assert last.status_code == 429
        assert CONTACTS["second"] not in last.content.decode()

    def test_the_manager_sees_numbers_and_no_address(
        self, city: Profile, met: Entry, second: User, manager_of_index: User, client_for: Callable[[Any], Client],
        monkeypatch: pytest.MonkeyPatch,
    ):  # fmt: skip
        enter(city, second, make_address(5, "Verborgenlaan"), silent=True)
        client = client_for(manager_of_index)
        page = client.get(reverse("index_counts")).content.decode()
        for secret in (met.address.street, "Verborgenlaan", *CONTACTS.values()):
            assert secret not in page
        assert "alert--warning" not in page
        monkeypatch.setattr(terms, "still_in_time", lambda today: today + timedelta(days=1))
        assert "alert--warning" in client.get(reverse("index_counts")).content.decode()
        assert reverse("index_counts") in client.get(reverse("today")).content.decode()
        assert [item["overdue"] for item in client.get(API + "counts").json()] == [1, 1]
        assert sum(item["active"] for item in client.get(API + "counts").json()) == 2

    def test_the_officer_sees_use_and_no_address(
        self, city: Profile, met: Entry, first: User, officer: User, client_for: Callable[[Any], Client],
        opened: Callable[..., Any],
    ):  # fmt: skip
        tasks.tell()
        with at_work(city, first):
            from openvis.web.refindex import services

            services.look_up(first, "index_entry", str(met.pk))
        page = opened(client_for(officer), "index_use").content.decode()
        for secret in (met.address.street, *CONTACTS.values()):
            assert secret not in page
        row = re.search(rf"<tr><th scope=\"row\">{name_of(first)}</th>(.*?)</tr>", page)
        assert row
        assert re.findall(r">(\d+)</td>", row.group(1)) == ["1", "1", "1"]


def name_of(person: User) -> str:
    """How a page calls somebody's department."""
    from django.utils.translation import override

    from openvis.web.refindex.selectors import department_name

    with override("nl"):
        return re.escape(department_name(person.organisation.key))


def address_fields(address: Address) -> dict[str, str]:
    """An address as the form brings it."""
    line = address.in_full() if hasattr(address, "in_full") else str(address.pk)
    return {"address": line, "address-key": str(address.pk), "address-for": line}


class TestApi:
    def test_the_whole_way(
        self, city: Profile, first: User, second: User, address: Address, client_for: Callable[[Any], Client]
    ):
        said = {"address": address.number_id, "kind": kind_of(city), "contact": CONTACTS["first"]}
        purpose = {"HTTP_PURPOSE": purpose_of(city)}

        def post(person: User, way: str, body: Any = None, **headers: str) -> Any:
            return client_for(person).post(API + way, body, content_type="application/json", **headers)

        assert post(first, "entries", said).status_code == 428
        made = post(first, "entries", said, **purpose)
        assert made.status_code == 201
        assert post(first, "entries", said, **purpose).status_code == 422
        assert post(first, "entries", said | {"address": "0" * 16}, **purpose).status_code == 422
        assert post(second, "entries", said | {"contact": CONTACTS["second"]}, **purpose).status_code == 201
        mine = client_for(first).get(API + "matches", **purpose).json()
        assert [item["contact"] for item in mine] == [CONTACTS["second"]]
        key = made.json()["id"]
        looked = post(first, f"entries/{key}/look-up", **purpose)
        call = {"department": second.organisation.key, "contact": CONTACTS["second"]}
        assert looked.json() == {"hit": True, "calls": [call]}
        assert post(second, f"entries/{key}/look-up", **purpose).status_code == 404
        reply = {"spoke": True, "on": timezone.localdate().isoformat(), "result": "different", "grounds": Ground.values}
        assert post(first, f"matches/{mine[0]['id']}/reply", reply, **purpose).json()["result"] == "different"
        assert post(second, f"matches/{mine[0]['id']}/reply", reply, **purpose).status_code == 404
        assert post(first, f"entries/{key}/renew", {"reason": "running"}, **purpose).status_code == 200
        assert post(first, f"entries/{key}/renew", {"reason": "running"}, **purpose).status_code == 409
        assert post(first, f"entries/{key}/withdraw", **purpose).json()["state"] == "withdrawn"
        assert client_for(second).get(API + f"entries/{key}", **purpose).status_code == 404

    def test_registering_answers_the_same_beside_a_silent_entry(
        self, city: Profile, first: User, second: User, address: Address, client_for: Callable[[Any], Client]
    ):
        enter(city, second, address, silent=True)
        answers = []
        for place in (address, make_address(2)):
            said = {"address": place.number_id, "kind": kind_of(city), "contact": CONTACTS["first"]}
            made = client_for(first).post(
                API + "entries", said, content_type="application/json", HTTP_PURPOSE=purpose_of(city)
            )
            answers.append({name: value for name, value in made.json().items() if name not in ("id", "address")})
        assert answers[0] == answers[1]

    def test_what_may_be_looked_up_by_program(
        self, city: Profile, met: Entry, first: User, second: User, third: User, client_for: Callable[[Any], Client]
    ):
        purpose = {"HTTP_PURPOSE": purpose_of(city)}
        own = {"kind": "index_entry", "key": str(met.pk)}
        mine = client_for(first).get(API + "own", **purpose).json()
        assert mine == [own | {"title": "", "address": met.address.number_id}]
        assert client_for(third).get(API + "own", **purpose).json() == []

        def looked(person: User, body: Any, **headers: str) -> Any:
            return client_for(person).post(API + "look-ups", body, content_type="application/json", **headers)

        assert looked(first, own).status_code == 428
        assert looked(first, own, **purpose).json()["calls"] == [
            {"department": second.organisation.key, "contact": CONTACTS["second"]}
        ]
        assert looked(third, own, **purpose).status_code == 404
        assert looked(first, own | {"kind": "hand_over"}, **purpose).status_code == 404
        for _time in range(12):
            last = looked(first, own, **purpose)
        assert last.status_code == 429

    def test_one_match_by_program(
        self, city: Profile, met: Entry, first: User, second: User, colleague: User, client_for: Callable[[Any], Client]
    ):
        purpose, match = {"HTTP_PURPOSE": purpose_of(city)}, Match.objects.get(entry=met)
        at = f"{API}matches/{match.pk}"
        assert client_for(first).get(at, **purpose).json()["contact"] == CONTACTS["second"]
        for person in (second, colleague):
            assert client_for(person).get(at, **purpose).status_code == 404

    def test_use_is_for_the_officer_by_program(
        self, city: Profile, met: Entry, first: User, officer: User, manager_of_index: User,
        client_for: Callable[[Any], Client],
    ):  # fmt: skip
        purpose = {"HTTP_PURPOSE": purposes.allowed(officer, "administration")[0].id}
        told = client_for(officer).get(API + "use", **purpose)
        assert {item["department"]: item["registered"] for item in told.json()}[first.organisation.key] == 1
        assert met.address.street not in told.content.decode()
        assert client_for(officer).get(API + "use", REMOTE_ADDR=OUTSIDE, **purpose).status_code == 404
        for person in (first, manager_of_index):
            assert client_for(person).get(API + "use", **purpose).status_code == 404
