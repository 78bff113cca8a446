"""Fixtures: the planted city on both profiles."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from openvis.web.access.models import User
from web.conftest import BACKEND, CITIES, use_city
from web.deployment import planted


@pytest.fixture(params=sorted(CITIES))
def town(request: pytest.FixtureRequest, db: None, settings: Any, tmp_path: Path) -> planted.City:
    """Both cities in turn, each with its planted place."""
    return planted.make(use_city(request.param, settings, tmp_path), settings.EVENT_STORE)


@pytest.fixture
def almere(db: None, settings: Any, tmp_path: Path) -> planted.City:
    """Almere alone, where the city does not matter to the test."""
    return planted.make(use_city("almere", settings, tmp_path), settings.EVENT_STORE)


def browser(user: User) -> Client:
    """A client signed in as somebody."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client
