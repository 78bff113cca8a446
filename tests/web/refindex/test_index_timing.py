"""What the clock tells: nothing. Hit and miss cost the same number of queries and, as far as can be measured, the same time.

Turns are in random order, so that a machine that grows slower does so for both. Medians are compared; two halves of one and
the same thing, measured in the same turns, say how far medians differ by chance.
"""

import random
import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from openvis.profile import Profile
from openvis.web.access.models import User
from openvis.web.places.models import Address
from openvis.web.refindex import lookups, services
from openvis.web.refindex.models import Entry, LookUp
from web.refindex.departments import CONTACTS, at_work, enter, kind_of, make_address

pytestmark = pytest.mark.parametrize("city", ["almere"], indirect=True)
TURNS = 160
SHARE = 0.10
"""How much medians may differ besides chance: a difference that somebody could use is as large as the work itself."""


def medians(ways: dict[str, Callable[[], object]]) -> tuple[dict[str, float], float]:
    """The median time of each way, and how far the halves of one way lie apart."""
    chance = random.Random(20)  # noqa: S311 -- an order, no secret
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for act in ways.values():
        act()
    for _turn in range(TURNS):
        for name in chance.sample(sorted(ways), len(ways)):
            begun = time.perf_counter()
            ways[name]()
            taken[name].append(time.perf_counter() - begun)
    found = {name: statistics.median(times) for name, times in taken.items()}
    apart = max(abs(statistics.median(times[::2]) - statistics.median(times[1::2])) for times in taken.values())
    return found, apart


def same(ways: dict[str, Callable[[], object]]) -> None:
    """Fails where one way takes another time than the other. Once more when the machine was busy just then."""
    for _again in range(3):
        found, apart = medians(ways)
        one, other = found.values()
        if abs(one - other) <= 2 * apart + SHARE * min(one, other):
            return
    pytest.fail(f"{found}, by chance {apart}")


def queries(act: Callable[[], object]) -> list[str]:
    """The shapes of the queries of an act, once what is kept in memory is there."""
    act()
    with CaptureQueriesContext(connection) as caught:
        act()
    return [query["sql"].split(" ")[0] for query in caught.captured_queries]


@pytest.fixture
def ways(city: Profile, first: User, second: User) -> dict[str, Callable[[], object]]:
    """Look-ups of one's own entries: at one address another department holds a signal too."""
    hit, miss = enter(city, first, make_address(1)), enter(city, first, make_address(2))
    enter(city, second, hit.address, contact=CONTACTS["second"])
    for number in range(3, 40):
        enter(city, second, make_address(number))

    def way(entry: Entry) -> Callable[[], list[Any]]:
        def act() -> list[Any]:
            LookUp.objects.all().delete()
            with at_work(city, first):
                return lookups.look_up(first, "index_entry", str(entry.pk))

        return act

    return {"hit": way(hit), "miss": way(miss)}


def test_a_look_up(ways: dict[str, Callable[[], Any]]):
    assert [len(ways[name]()) for name in ("hit", "miss")] == [1, 0]
    assert queries(ways["hit"]) == queries(ways["miss"])
    same(ways)


def test_a_refused_look_up(city: Profile, first: User, second: User, third: User):
    """Somebody without an entry of their own there learns nothing, also not by the clock."""
    known, unknown = make_address(1), make_address(2)
    enter(city, first, known)
    enter(city, second, known)

    def way(address: Address) -> Callable[[], object]:
        def act() -> None:
            with at_work(city, third), pytest.raises(lookups.NotYoursError):
                lookups._ask(lookups.Own("index_entry", "x", "", address))

        return act

    ways = {"known": way(known), "unknown": way(unknown)}
    assert queries(ways["known"]) == queries(ways["unknown"])
    same(ways)


def test_registering_beside_a_silent_entry(city: Profile, first: User, second: User):
    """Who registers does not feel that somebody waits there in silence."""
    watched, quiet = make_address(1), make_address(2)
    enter(city, second, watched, silent=True)

    def way(address: Address) -> Callable[[], object]:
        def act() -> None:
            with transaction.atomic():
                with at_work(city, first):
                    services.register(first, address, kind_of(city), CONTACTS["first"])
                transaction.set_rollback(True)

        return act

    ways = {"watched": way(watched), "quiet": way(quiet)}
    assert queries(ways["watched"]) == queries(ways["quiet"])
    same(ways)
