"""Making a backup while everything runs: one snapshot of the database, and the files that it asks for."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from openvis import durable
from openvis.web.access import audit

from .. import registry
from ..models import Backup
from . import container, postgres, snapshot
from .container import FRAME, Writer
from .snapshot import Manifest

SUFFIX = ".openvis-backup"
DATABASE, MANIFEST = "database", "manifest"
_NAME = re.compile(rf"^openvis-\d{{8}}-\d{{6}}{re.escape(SUFFIX)}$")


class MissingError(Exception):
    """The backup is made, but files that the database asks for are not on disk: they were lost before."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup as it stands."""

    path: Path
    size: int
    manifest: Manifest
    lost: list[str]
    """Files that the database still asks for and that are not there: damage, not an ended term."""


def make(target: Path, key: bytes, tell: Callable[[str], None] = lambda step: None) -> Made:
    """Write a backup into a folder, or as a file that is not there yet. Whole, or not at all.

    Raises OSError (no room, say), ToolError.
    """
    if target.is_dir():
        target /= f"openvis-{timezone.now():%Y%m%d-%H%M%S}{SUFFIX}"
    if target.exists():
        raise FileExistsError(f"{target} is there already")
    part = target.with_name(target.name + ".part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            writer = Writer(file, key)
            manifest = _write(writer, tell)
            file.flush()
            os.fsync(file.fileno())
        size = part.stat().st_size
        durable.put(part, target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    lost = _still_named(manifest)
    Backup.objects.create(at=manifest.at, name=target.name[:200], size=size, digest=manifest.digest)
    audit.record(
        None, "backup.make", target.name, size=size, rows=sum(manifest.tables.values()), files=len(manifest.parts) - 1,
        lost=len(lost),
    )  # fmt: skip
    return Made(target, size, manifest, lost)


def _write(writer: Writer, tell: Callable[[str], None]) -> Manifest:
    with snapshot.taken() as name:
        tell("counting")
        manifest = snapshot.measure()
        tell("database")
        with writer.part(DATABASE) as sink:
            postgres.dump(name, sink)
    tell("files")
    for files in registry.files:
        for one in manifest.named[files.name]:
            path = f"{files.name}/{one}"
            try:
                source = (files.folder() / one).open("rb")
            except FileNotFoundError:
                manifest.absent.append(path)
                continue
            with source, writer.part(path) as sink:
                while data := source.read(FRAME):
                    sink(data)
    manifest.parts = dict(writer.parts)
    with writer.part(MANIFEST) as sink:
        sink(manifest.to_json().encode())
    writer.close()
    return manifest


def _still_named(manifest: Manifest) -> list[str]:
    """Which absent files the database asks for even now."""
    if not manifest.absent:
        return []
    now = {f"{files.name}/{one}" for files in registry.files for one in files.named()}
    return [path for path in manifest.absent if path in now]


def tidy(folder: Path, days: int) -> list[str]:
    """Remove backups in a folder that are older than so many days; the newest always stays. Gives their names."""
    found = sorted(path for path in folder.iterdir() if _NAME.match(path.name))
    before = (timezone.now() - timedelta(days=days)).timestamp()
    gone = []
    for path in found[:-1]:
        if path.stat().st_mtime < before and _is_ours(path):
            path.unlink()
            gone.append(path.name)
    if gone:
        audit.record(None, "backup.tidy", str(folder)[-200:], removed=len(gone), days=days)
    return gone


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(container.MAGIC)) == container.MAGIC
