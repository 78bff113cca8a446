"""Three departments and an address."""

import pytest

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
