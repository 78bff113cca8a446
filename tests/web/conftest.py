"""A city in the database, and people in it.

Every test that takes `city` runs for both municipalities, unless it says which.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from django.test import Client

from openvis.profile import Profile

ROOT = Path(__file__).resolve().parents[2]
CITIES = {"almere": ROOT / "profiles" / "almere", "veldermeer": ROOT / "tests" / "data" / "profiles" / "veldermeer"}
BACKEND = "openvis.web.access.backend.LocalAccounts"


def use_city(name: str, settings: Any, data: Path) -> Profile:
    """Point the site at a municipality, with a data folder of its own."""
    from openvis.web import city as installed

    settings.OPENVIS_PROFILE = CITIES[name]
    settings.OPENVIS_DATA = data
    settings.EVENT_STORE = data / "events"
    settings.ORIGINALS = data / "originals"
    return installed.profile()


def load_city(profile: Profile) -> None:
    """What `openvis setup` loads: organisations, areas, sources."""
    from openvis.web.access.services import load_organisations
    from openvis.web.intake.services import load_sources
    from openvis.web.places.services import load_areas

    load_organisations(profile)
    load_areas(profile)
    load_sources(profile)


_made: dict[tuple[str, str], dict[str, bytes]] = {}
"""The rows of a city as `load_city` made them, by database and city: for all tables that it fills."""


def put_city(name: str, profile: Profile) -> None:
    """`load_city`; after the first time in a process by copying the rows that it made, which takes a tenth of the time."""
    place = (connection.settings_dict["NAME"], name)
    with transaction.atomic(), connection.cursor() as cursor:
        if place not in _made:
            before = _inserted(cursor)
            load_city(profile)
            tables = [table for table, rows in _inserted(cursor).items() if rows > before.get(table, 0)]
            _made[place] = {table: _rows(cursor, table) for table in tables}
            return
        # The rows hold together as they are; what triggers made of them is among them.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, rows in _made[place].items():
            with cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
                copy.write(rows)
        cursor.execute("SET LOCAL session_replication_role = origin")


def _inserted(cursor: Any) -> dict[str, int]:
    """Rows that this transaction put into each table."""
    names = "SELECT format('%I.%I', schemaname, relname), n_tup_ins"
    cursor.execute(f"{names} FROM pg_stat_xact_user_tables WHERE n_tup_ins > 0")
    return dict(cursor.fetchall())


def _rows(cursor: Any, table: str) -> bytes:
    with cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
        return b"".join(copy)


def make_person(profile: Profile, alias: str) -> Any:
    """Somebody with the role that does this work in this city (`analyst`, `manager`, …); the manager for one area."""
    from openvis.web.access import demo, services

    role = demo.roles_by_alias(profile)[alias]
    person = services.add_person(f"{alias}@test.example", alias, role.organisation, "a password of a test")
    areas = [demo.first_area(profile)] if role.scope == "area" else []
    services.grant(person, role.id, areas=areas, reason="test", source="test")
    return person


def database_address() -> str:
    """`DATABASE_URL` of the test's own database, for a process of its own."""
    database = connection.settings_dict
    return (
        f"postgresql://{quote(database['USER'])}:{quote(database['PASSWORD'])}@/{database['NAME']}"
        f"?host={quote(database['HOST'], safe='')}" + (f"&port={database['PORT']}" if database["PORT"] else "")
    )


@pytest.fixture(params=list(CITIES))
def city(request: pytest.FixtureRequest, db: None, settings: Any, tmp_path: Path) -> Profile:
    """A municipality, loaded. For one of them: `@pytest.mark.parametrize("city", ["almere"], indirect=True)`."""
    profile = use_city(request.param, settings, tmp_path)
    put_city(request.param, profile)
    return profile


@pytest.fixture
def analyst(city: Profile) -> Any:
    """May see and load everything, in the whole city."""
    return make_person(city, "analyst")


@pytest.fixture
def manager(city: Profile) -> Any:
    """Area safety manager of one area, the first of the coarsest level (`manager.grants.get().areas`)."""
    return make_person(city, "manager")


@pytest.fixture
def administrator(city: Profile) -> Any:
    """Keeps accounts and sources, and sees no content."""
    return make_person(city, "administrator")


@pytest.fixture
def outsider(city: Profile) -> Any:
    """Has an account and no role."""
    from openvis.web.access import services

    return services.add_person("outsider@test.example", "outsider", password="a password of a test")


@pytest.fixture
def client_for() -> Callable[[Any], Client]:
    """A client that is signed in as somebody; signed out for None."""

    def signed_in(person: Any) -> Client:
        client = Client()
        if person is not None:
            client.force_login(person, backend=BACKEND)
        return client

    return signed_in
