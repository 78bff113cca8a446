"""One state of the database, for as long as it takes: what it holds, counted, and the name by which pg_dump sees it too."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from openvis import __version__
from openvis.web.access import sealing

from .. import registry
from .container import Written

FORMAT = 1
PROBE = b"openvis"
"""Sealed under the keys of the installation: who restores can tell whether the keys are there, which no backup holds."""
PROBE_CONTEXT = "backup|probe"


@dataclass(slots=True)
class Manifest:
    """What a backup holds, and what must be true of it after a restore."""

    format: int
    at: datetime
    """The moment of the snapshot, by the clock of the database."""
    version: str
    postgres: int
    profile: str
    migrations: list[str]
    tables: dict[str, int]
    """Rows a table."""
    checks: dict[str, Any]
    named: dict[str, list[str]]
    """Files that the database asks for, by kind."""
    probe: str
    absent: list[str] = field(default_factory=list)
    """Files asked for that were not on disk any more: ended between the snapshot and the copying."""
    parts: dict[str, Written] = field(default_factory=dict)

    def to_json(self) -> str:
        """As it is written into the backup."""
        return json.dumps(asdict(self) | {"at": self.at.isoformat()}, indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str | bytes) -> "Manifest":
        """As it is read. Raises KeyError, TypeError or ValueError for another form."""
        kept = json.loads(text)
        if kept["format"] != FORMAT:
            raise ValueError(f"format is {kept['format']}, expected {FORMAT}")
        parts = {name: Written(**part) for name, part in kept.pop("parts").items()}
        return cls(**kept | {"at": datetime.fromisoformat(kept["at"]), "parts": parts})

    @property
    def digest(self) -> str:
        """By which a backup is known."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()


@contextmanager
def taken() -> Iterator[str]:
    """Hold one state of the database. Gives the name of the snapshot."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        name: str = cursor.fetchone()[0]
        yield name


def measure() -> Manifest:
    """Count and check all that the database holds, in the transaction of the snapshot."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT transaction_timestamp(), current_setting('server_version_num')::int / 10000")
        at, major = cursor.fetchone()
    return Manifest(
        FORMAT, at, __version__, major, settings.OPENVIS_PROFILE.name, applied(), tables(),
        {check.name: check.measure() for check in registry.checks},
        {files.name: sorted(files.named()) for files in registry.files},
        sealing.seal(PROBE, PROBE_CONTEXT).hex(),
    )  # fmt: skip


def applied() -> list[str]:
    """The migrations that made the tables."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def tables() -> dict[str, int]:
    """How many rows each table has, exactly."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence = 'p'"
            " AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
        )
        names = [name for (name,) in cursor.fetchall()]
        found = {}
        for name in names:
            cursor.execute(f"SELECT count(*) FROM {name}")  # noqa: S608 -- a name that PostgreSQL quoted itself
            found[name] = cursor.fetchone()[0]
    return found
