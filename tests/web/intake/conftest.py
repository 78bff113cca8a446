"""Almere with its areas and sources in a real PostgreSQL, folders of its own, and files of the police source."""

from collections.abc import Callable
from pathlib import Path

import pytest
from intake_files import police_csv

from openvis.web import city
from openvis.web.access.models import Grant, Organisation, User
from openvis.web.intake.services import load_sources
from openvis.web.places.services import load_areas

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def folders(settings, tmp_path: Path) -> Path:
    """Event store and originals in a folder of this test."""
    settings.OPENVIS_DATA = tmp_path
    settings.EVENT_STORE = tmp_path / "events"
    settings.ORIGINALS = tmp_path / "originals"
    return tmp_path


def _fill(settings, directory: Path) -> None:
    settings.OPENVIS_PROFILE = directory
    load_areas(city.profile())
    load_sources(city.profile())


@pytest.fixture
def almere(db, folders: Path, settings) -> Path:
    """Almere loaded, inside the test's transaction."""
    _fill(settings, ROOT / "profiles" / "almere")
    return folders


@pytest.fixture
def real_almere(transactional_db, folders: Path, settings) -> Path:
    """Almere loaded and committed, for what happens between processes."""
    _fill(settings, ROOT / "profiles" / "almere")
    return folders


@pytest.fixture
def veldermeer(db, folders: Path, settings) -> Path:
    """The second, invented municipality."""
    _fill(settings, ROOT / "tests" / "data" / "profiles" / "veldermeer")
    return folders


@pytest.fixture
def person(almere: Path) -> Callable[[str], User]:
    """Somebody with a role of the profile."""

    def make(role: str, areas: tuple[str, ...] = ()) -> User:
        organisation, _ = Organisation.objects.get_or_create(key="gemeente", defaults={"name": "Gemeente"})
        user = User.objects.create_user(f"{role}@almere.example", name=role, organisation=organisation)
        Grant.objects.create(user=user, role=role, areas=list(areas), source="test", reason="test")
        return user

    return make


@pytest.fixture
def csv_file(tmp_path: Path) -> Path:
    """A small file of the police, with rows of every sort."""
    path = tmp_path / "levering.csv"
    path.write_bytes(police_csv(40))
    return path
