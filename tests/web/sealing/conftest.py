"""A table with sealed columns, apart from those of the program; and key files."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from openvis.web.access import keyring
from openvis.web.access.fields import BlindIndexField, SealedJSONField, SealedTextField
from web.conftest import use_city
from web.deployment import planted
from web.deployment.towns import almere, town  # noqa: F401


@pytest.fixture
def person_model(db: None) -> Iterator[Any]:
    """A model of persons: a sealed name with its index, and sealed facts."""
    with isolate_apps():  # without apps: one given here would be made ready, and registered, again

        class Person(models.Model):
            id = models.UUIDField(primary_key=True, default=uuid.uuid4)
            name = SealedTextField(max_length=40)
            nick = SealedTextField(blank=True, default="")
            facts = SealedJSONField(null=True)
            name_index = BlindIndexField(of="name")

            class Meta:
                app_label = "access"

        with connection.schema_editor() as editor:
            editor.create_model(Person)
        yield Person


@pytest.fixture
def real_town(transactional_db: None, settings: Any, tmp_path: Path) -> planted.City:
    """The planted city, committed, for what happens between processes."""
    return planted.make(use_city("almere", settings, tmp_path), settings.EVENT_STORE)


@pytest.fixture
def key_file(settings: Any, tmp_path: Path) -> Callable[[], Path]:
    """Begins a key file, as `openvis keys add` does."""

    def begun() -> Path:
        path = tmp_path / "keys.json"
        settings.OPENVIS_KEYS = str(path)
        keyring.write(path, tuple(keyring.made(use, keyring.CURRENT) for use in keyring.USES), ())
        return path

    return begun


def column(model: Any, name: str, key: Any) -> bytes:
    """What the database holds in a column of a row."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{name}" FROM "{model._meta.db_table}" WHERE id = %s', [key])
        return bytes(cursor.fetchone()[0])
