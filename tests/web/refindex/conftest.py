"""Three departments and an address."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from openvis.profile import Profile
from openvis.web.access.models import User
from openvis.web.access.walls import load_rights
from openvis.web.places.models import Address
from web.refindex import departments


@pytest.fixture(autouse=True)
def rights(city: Profile) -> None:
    """The database knows the rights of the roles."""
    load_rights(city)


@pytest.fixture
def address() -> Address:
    return departments.make_address()


def _of(city: Profile, number: int) -> User:
    return departments.make_user(city, "index.contribute", departments.organisations(city)[number])


@pytest.fixture
def first(city: Profile) -> User:
    """Enters for one department."""
    return _of(city, 0)


@pytest.fixture
def second(city: Profile) -> User:
    """Enters for another department."""
    return _of(city, 1)


@pytest.fixture
def third(city: Profile) -> User:
    """Enters for a third department, which has nothing to do with it."""
    return _of(city, 2)


@pytest.fixture
def colleague(city: Profile) -> User:
    """Works in the same department as the first."""
    return _of(city, 0)


@pytest.fixture
def manager_of_index(city: Profile) -> User:
    return departments.make_user(city, "index.manage", departments.organisations(city)[0])


@pytest.fixture
def officer(city: Profile) -> User:
    """The data protection officer (FG)."""
    return departments.make_user(city, "audit.view", departments.organisations(city)[0])


@pytest.fixture
def opened(city: Profile, client_for: Callable[[Any], Client]) -> Callable[..., Any]:
    """Opens a page as somebody, stating a purpose where one is asked."""

    def get(client: Client, name: str, *args: Any) -> Any:
        address = reverse(name, args=args)
        answer = client.get(address)
        if answer.status_code == 302 and answer["Location"].startswith(reverse("purpose")):
            asked = client.get(answer["Location"])
            if asked.status_code == 404:
                return asked
            said = dict(parse_qsl(urlsplit(answer["Location"]).query))
            client.post(reverse("purpose"), said | {"doel": asked.context["choices"][0]["id"]})
            answer = client.get(address)
        return answer

    return get
