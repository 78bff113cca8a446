"""Reading a backup: is every part as it was written, what does it say of itself, and can this version take it."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from openvis.web.access import sealing

from . import postgres
from .container import DamagedError, Reader, Written
from .making import DATABASE, MANIFEST
from .snapshot import PROBE, PROBE_CONTEXT, Manifest


class UnfitError(Exception):
    """This backup cannot be restored here; the message says why and what to do."""


def inspect(path: Path, key: bytes) -> Manifest:
    """Read a backup whole and compare every part with the manifest. Raises DamagedError, KeyFileError."""
    found: dict[str, Written] = {}
    text = b""
    with path.open("rb") as file:
        for name, pieces in Reader(file, key).parts():
            digest, size = hashlib.sha256(), 0
            for data in pieces:
                digest.update(data)
                size += len(data)
                if name == MANIFEST:
                    text += data
            found[name] = Written(size, digest.hexdigest())
    found.pop(MANIFEST, None)
    try:
        manifest = Manifest.from_json(text)
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedError(f"the manifest cannot be read ({error})") from None
    for name in manifest.parts.keys() | found.keys():
        if manifest.parts.get(name) != found.get(name):
            raise DamagedError(f"{name} is not as the manifest says")
    return manifest


def database(path: Path, key: bytes) -> Iterator[bytes]:
    """The dump of the database."""
    with path.open("rb") as file:
        for name, pieces in Reader(file, key).parts():
            if name == DATABASE:
                yield from pieces
                return


def files(path: Path, key: bytes) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The files of a backup: kind and name, and their pieces."""
    with path.open("rb") as file:
        for name, pieces in Reader(file, key).parts():
            if name in (DATABASE, MANIFEST):
                for _ in pieces:
                    pass
            else:
                yield name, pieces


def refuse_unfit(manifest: Manifest) -> None:
    """Refuse what a newer version made, or a newer PostgreSQL. Raises UnfitError."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    strange = [name for name in manifest.migrations if name not in known]
    if strange:
        raise UnfitError(
            f"the backup was made by a newer version ({manifest.version}; this one does not know {strange[0]}"
            f"{f' and {len(strange) - 1} more' if len(strange) > 1 else ''}): install that version first"
        )
    major = postgres.server_major()
    if manifest.postgres > major:
        raise UnfitError(f"the backup is of PostgreSQL {manifest.postgres}, this server is {major}: use a server as new")
    connection.close()


def keys_fit(manifest: Manifest) -> bool:
    """Whether the keys of this installation open what the backup holds."""
    try:
        return sealing.unseal(bytes.fromhex(manifest.probe), PROBE_CONTEXT) == PROBE
    except sealing.SealError:
        return False
