"""Two departments that register at one address at the very same moment: neither sees the other's row, one match is made."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from openvis.profile import Profile
from openvis.web.access.models import User
from openvis.web.access.walls import load_rights
from openvis.web.refindex.models import Entry, Match
from web.conftest import load_city, use_city
from web.refindex import departments
from web.refindex.departments import enter, make_address

ROUNDS = 8


@pytest.fixture
def city(transactional_db: None, settings: Any, tmp_path: Path) -> Profile:
    """The city, committed: threads see it."""
    profile = use_city("almere", settings, tmp_path)
    load_city(profile)
    return profile


@pytest.fixture
def rights(city: Profile) -> None:
    load_rights(city)


def at_once(*acts: Callable[[], object]) -> list[BaseException]:
    """Run acts at the same moment, each on a connection of its own; gives what went wrong."""
    together, wrong = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        try:
            together.wait(10)
            act()
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return wrong


@pytest.mark.parametrize("silent", [False, True])
def test_exactly_one_match(city: Profile, rights: None, first: User, second: User, silent: bool):
    for number in range(ROUNDS):
        place = make_address(number + 1)
        wrong = at_once(
            lambda place=place: enter(city, first, place), lambda place=place: enter(city, second, place, silent=silent)
        )
        assert wrong == []
        told = Match.objects.filter(entry__address=place)
        # One match is a row for each side that is told; beside a silent entry for its own side alone.
        assert sorted(told.values_list("entry__handler", flat=True)) == sorted(
            [second.pk] if silent else [first.pk, second.pk]
        )


def test_one_person_in_two_windows_enters_once(city: Profile, rights: None, first: User):
    place = make_address()
    wrong = at_once(*[lambda: enter(city, first, place)] * 2)
    assert [type(error).__name__ for error in wrong] == ["WrongError"]
    assert Entry.objects.count() == 1
    assert departments.kind_of(city) == Entry.objects.get().kind
