"""The planted city on both profiles."""

from pathlib import Path

import planted
import pytest
from django.test import Client

from openvis.profile import load
from openvis.web.access.models import User

ROOT = Path(__file__).resolve().parents[3]
PROFILES = {"almere": ROOT / "profiles" / "almere", "veldermeer": ROOT / "tests" / "data" / "profiles" / "veldermeer"}


@pytest.fixture(params=sorted(PROFILES))
def town(request: pytest.FixtureRequest, db: None, settings: object, tmp_path: Path) -> planted.City:
    """Both cities in turn, each with its planted place."""
    return _make(request.param, settings, tmp_path)


@pytest.fixture
def almere(db: None, settings: object, tmp_path: Path) -> planted.City:
    """Almere alone, where the city does not matter to the test."""
    return _make("almere", settings, tmp_path)


def _make(name: str, settings: object, folder: Path) -> planted.City:
    settings.OPENVIS_PROFILE = PROFILES[name]  # type: ignore[attr-defined]
    settings.OPENVIS_DATA = folder  # type: ignore[attr-defined]
    settings.EVENT_STORE = folder / "events"  # type: ignore[attr-defined]
    return planted.make(load(PROFILES[name]), folder / "events")


def browser(user: User) -> Client:
    """A client signed in as somebody."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
