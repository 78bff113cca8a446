"""A city with people who meet."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from openvis.profile import Profile
from openvis.web import city as installed
from openvis.web.access.models import User
from web.followup import casework


@pytest.fixture
def keeper(city: Profile) -> User:
    """Keeps the meetings: the coordinator."""
    return casework.make_user(city, casework.keeper_role(city))


@pytest.fixture
def partner(city: Profile) -> User:
    """Takes part for a partner."""
    return casework.make_user(city, casework.partner_role(city))


@pytest.fixture
def other_partner(city: Profile) -> User:
    """Takes part in other meetings, for the same partner."""
    return casework.make_user(city, casework.partner_role(city))


@pytest.fixture
def covenants_end(city: Profile, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Gives a function that lets every covenant on signals run out yesterday."""
    def end() -> None:
        yesterday = timezone.localdate() - timedelta(days=1)
        access = city.access.model_copy(update={"covenants": [
            item.model_copy(update={"review": yesterday, "ends": yesterday}) if "signals" in item.compartments else item
            for item in city.access.covenants
        ]})  # fmt: skip
        changed = dataclasses.replace(city, access=access)
        monkeypatch.setattr(installed, "profile", lambda: changed)

    return end
