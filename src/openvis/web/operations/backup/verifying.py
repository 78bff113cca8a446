"""Trying a backup: restore it into a database that is thrown away, and compare all that was measured when it was made."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from openvis.web.access import audit

from .. import registry
from ..models import Backup
from . import postgres, reading, snapshot
from .snapshot import Manifest


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of the trial; `wrong` is empty when all is as it was."""

    manifest: Manifest
    wrong: list[str]
    warnings: list[str]


def verify(path: Path, key: bytes) -> Verdict:
    """Restore on trial, on the same server, and compare. Raises DamagedError, KeyFileError, UnfitError, ToolError."""
    manifest = reading.inspect(path, key)
    reading.refuse_unfit(manifest)
    with _scratch() as name:
        postgres.load(reading.database(path, key), emptied(), "", name)
        with _within(name):
            wrong = _differences(manifest)
    warnings = []
    if not reading.keys_fit(manifest):
        warnings.append("the keys of this installation do not open what the backup holds: they are kept elsewhere")
    done = [] if wrong else list(Backup.objects.filter(digest=manifest.digest))
    for backup in done:
        backup.verified = timezone.now()
        backup.save(update_fields=["verified"])
    audit.record(None, "backup.verify", path.name, result="refused" if wrong else "done", wrong=len(wrong))
    return Verdict(manifest, wrong, warnings)


def emptied() -> str:
    """SQL before a dump is put back: whatever was there makes way, in the same transaction; the web role exists."""
    role = connection.ops.quote_name(settings.OPENVIS_WEB_ROLE)
    return (
        f"DO $$ BEGIN CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;"
        " EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN NULL; END $$;"
        "DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;"
    )


def _differences(manifest: Manifest) -> list[str]:
    """Everything that is not as it was in the snapshot; runs in the restored database."""
    wrong = []
    now = snapshot.tables()
    for table in sorted(manifest.tables.keys() | now.keys()):
        if manifest.tables.get(table) != now.get(table):
            wrong.append(f"table {table}: {now.get(table)} rows, expected {manifest.tables.get(table)}")
    for check in registry.checks:
        if check.name not in manifest.checks:
            continue
        if check.measure() != manifest.checks[check.name]:
            wrong.append(f"{check.name}: not what it was when the backup was made")
        said = check.verify(manifest.checks[check.name])
        if said:
            wrong.append(f"{check.name}: {said}")
    for files in registry.files:
        there = {name.partition("/")[2] for name in manifest.parts if name.startswith(f"{files.name}/")}
        there |= {name.partition("/")[2] for name in manifest.absent}
        lacking = sorted(set(files.named()) - there)
        if lacking:
            wrong.append(f"{files.name}: {len(lacking)} files that the database asks for are not in the backup")
    return wrong


@contextmanager
def _scratch() -> Iterator[str]:
    """A database that is gone afterwards."""
    name = f"openvis_trial_{secrets.token_hex(4)}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            raise reading.UnfitError(
                "this user may not make a database, which the trial needs: ALTER ROLE … CREATEDB, or try the backup on "
                "another server with DATABASE_URL"
            )
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    try:
        yield name
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def _within(name: str) -> Iterator[None]:
    """Talk with another database of the server for a while."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
