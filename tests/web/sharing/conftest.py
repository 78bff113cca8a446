"""A city with a focus place, and people of every role around it."""

from collections.abc import Callable
from functools import partial

import pytest

from openvis.profile import Profile
from openvis.web.access.models import User
from openvis.web.deployment.models import FocusPlace
from openvis.web.sharing import flows, services
from openvis.web.sharing.models import Transfer
from web.sharing import handed


@pytest.fixture
def make_user(city: Profile) -> Callable[..., User]:
    """Makes somebody with a role of this city."""
    return partial(handed.make_user, city)


@pytest.fixture
def place(city: Profile) -> FocusPlace:
    """A focus place in the first area."""
    return handed.make_place(city)


@pytest.fixture
def proposer(make_user: Callable[..., User], city: Profile) -> User:
    """Works in operations in the first area, and may propose."""
    return make_user(handed.proposing_role(city))


@pytest.fixture
def receiver(make_user: Callable[..., User], city: Profile) -> User:
    """Answers for nuisance."""
    return make_user(handed.receiving_role(city))


@pytest.fixture
def thing(place: FocusPlace, proposer: User) -> flows.Thing:
    """The place as the proposer may hand it over."""
    found = flows.thing(proposer, "focus_place", str(place.pk))
    assert found is not None
    return found


@pytest.fixture
def transfer(city: Profile, proposer: User, thing: flows.Thing) -> Transfer:
    """Two fields of the place, proposed to nuisance."""
    return services.propose(proposer, thing, handed.asked(city))
