"""Putting a backup back. Dying anywhere leaves the old state or a restore that is known to be unfinished: do it again."""

import json
import os
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from psycopg import sql

from openvis.web.access import audit

from .. import registry
from ..models import Restore
from . import postgres, reading
from .snapshot import Manifest
from .verifying import emptied

ERASED = "erased-after-backup.json"
"""In the data folder while a restore runs: what was erased after the backup, of the database that makes way."""


def restore(path: Path, key: bytes, *, replace: bool, tell: Callable[[str], None] = lambda step: None) -> Manifest:
    """Put database and files back, bring the event store in step, and end and erase again what was ended and erased.

    Raises UnfitError when it may not, DamagedError, KeyFileError, ToolError.
    """
    tell("reading the backup whole")
    manifest = reading.inspect(path, key)
    reading.refuse_unfit(manifest)
    _refuse_company()
    if not replace and _tables():
        raise reading.UnfitError(
            f"the database holds {_tables()} tables already; to put the backup in their place: openvis restore --replace"
        )
    _gather(manifest)
    tell("putting files back")
    for name, pieces in reading.files(path, key):
        _put(name, pieces)
    tell("putting the database back")
    postgres.load(reading.database(path, key), emptied(), _mark(manifest))
    finish(tell)
    return manifest


def finish(tell: Callable[[str], None] = lambda step: None) -> list[str]:
    """What must happen after a restore before anybody may look; safe to repeat. Gives a line for each thing done.

    Raises UnfitError when no restore waits.
    """
    restored = Restore.objects.filter(done=None).first()
    if restored is None:
        raise reading.UnfitError("no restore waits to be finished")
    tell("bringing the tables up to this version")
    call_command("migrate", verbosity=0, interactive=False)
    lines = [f"{_sweep()} files that nothing asks for any more were removed"]
    for act in sorted(registry.afterwards, key=lambda act: act.order):
        tell(act.title)
        lines.append(act.act(restored.manifest))
    with transaction.atomic():
        again = sum(len(keys) for keys in restored.manifest.pop("erased", {}).values())
        restored.done = timezone.now()
        restored.save(update_fields=["done", "manifest"])
        audit.record(None, "backup.restore", restored.backup.isoformat(), erased_again=again)
    _erased().unlink(missing_ok=True)
    return lines


def _tables() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        number: int = cursor.fetchone()[0]
    return number


def _refuse_company() -> None:
    """Nobody may be working in the database that makes way. Raises UnfitError."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        others = cursor.fetchone()[0]
    if others:
        raise reading.UnfitError(f"{others} others are connected to the database: stop openvis serve first")


def _mark(manifest: Manifest) -> str:
    """SQL at the end of the same transaction: a restore that is not finished, and nobody still signed in."""
    told = json.dumps({"at": manifest.at.isoformat(), "version": manifest.version, "erased": _read_erased()})
    sessions = import_module(settings.SESSION_ENGINE).SessionStore.get_model_class()._meta.db_table
    values = {"at": sql.Literal(manifest.at.isoformat()), "told": sql.Literal(told), "sessions": sql.Identifier(sessions)}
    # Privileges are not in the dump; without its mark the second wall is built anew by the migrate that follows.
    return sql.SQL(
        "INSERT INTO public.operations_restore (at, backup, manifest) VALUES (now(), {at}, {told}::jsonb);"
        "DELETE FROM public.{sessions}; DELETE FROM public.procrastinate_workers;"
        "COMMENT ON FUNCTION public.openvis_user() IS NULL;"
    ).format(**values).as_string(None)


def _erased() -> Path:
    return Path(settings.OPENVIS_DATA) / ERASED


def _gather(manifest: Manifest) -> None:
    """Keep what was erased since the backup, unless an earlier attempt kept it: its database may be gone by now."""
    target = _erased()
    if target.exists() or not registry.erased or not _tables():
        return
    try:
        found = {item.name: item.gather(manifest.at) for item in registry.erased}
    except DatabaseError:
        # A database in ruins; what was written on paper and in exports remains: docs/admin/backup.md.
        return
    part = target.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(found, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)


def _read_erased() -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(_erased().read_text())
    except FileNotFoundError:
        return {}
    return found


def _put(name: str, pieces: Iterator[bytes]) -> None:
    """Put a file in its place, whole or not at all."""
    kind, _, rest = name.partition("/")
    found = next((files for files in registry.files if files.name == kind), None)
    if found is None:
        raise reading.UnfitError(f"the backup holds files of a kind that this version does not know: {kind}")
    folder = found.folder().resolve()
    target = (folder / rest).resolve()
    if folder not in target.parents:
        raise reading.UnfitError(f"{name} does not lie where it should")
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = target.with_name(target.name + ".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        for data in pieces:
            file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)


def _sweep() -> int:
    """Remove files that the restored database does not ask for."""
    removed = 0
    for files in registry.files:
        folder, named = files.folder(), set(files.named())
        for path in folder.rglob("*") if folder.is_dir() else ():
            if path.is_file() and path.relative_to(folder).as_posix() not in named:
                path.unlink()
                removed += 1
    return removed
