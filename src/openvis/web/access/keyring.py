"""The keys: in a file beside the program and never in the database, or derived from the settings when there is no file.

Two uses: *seal* keys encrypt (`sealing`), *index* keys make look-up in sealed columns possible (`fields`). Of each use one
key is current; earlier ones stay until nothing is under them any more and they are retired (`openvis keys`).
"""

import base64
import fcntl
import hashlib
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils import timezone

from openvis import durable

ID_BYTES = 4
"""A sealed thing begins with the number of its key, of this length."""
SECRET_BYTES = 32
SEAL, INDEX = "seal", "index"
USES = (SEAL, INDEX)
NEW, CURRENT, OPEN, RETIRED = "new", "current", "open", "retired"
"""Made and not used yet; in use; opens what is still under it; its material is destroyed."""
_DERIVED = {SEAL: b"openvis intake", INDEX: b"openvis index"}
"""What parts the keys that come from one SECRET_KEY. The first has its name from what was sealed first."""
_MADE = {SEAL: b"openvis key of seals", INDEX: b"openvis key of indexes"}


class KeyringError(Exception):
    """The key file cannot be used as it is; the message says what to do."""


class Key:
    """A key ready for use: `cipher` and `nonces` of a seal key, `hashes` of an index key."""

    def __init__(self, secret: bytes, info: bytes) -> None:
        derived = HKDF(SHA256(), length=64, salt=None, info=info).derive(secret)
        self.cipher = AESGCM(derived[:32])
        self.nonces = self.hashes = derived[32:]
        self.id = hashlib.sha256(derived).digest()[:ID_BYTES]


@dataclass(frozen=True, slots=True)
class Entry:
    """A key as the file tells it. Without a secret it is retired; without a moment it was derived from SECRET_KEY."""

    id: str
    use: str
    state: str
    made: datetime | None = None
    changed: datetime | None = None
    """When its state last changed."""
    secret: bytes | None = None

    @property
    def number(self) -> bytes:
        """The number that sealed things begin with."""
        return bytes.fromhex(self.id)

    def become(self, state: str) -> "Entry":
        """The same key in another state; retiring destroys its material."""
        return replace(self, state=state, changed=timezone.now(), secret=None if state == RETIRED else self.secret)


@dataclass(frozen=True, slots=True)
class Ring:
    """All keys, in the order in which they were made."""

    entries: tuple[Entry, ...]
    keys: dict[bytes, Key]
    unfinished: tuple[str, ...] = ()
    """Uses in which a rotation began and has not ended."""

    def current(self, use: str) -> Key:
        """The key that seals, or indexes, from now on."""
        for entry in self.entries:
            if entry.use == use and entry.state == CURRENT:
                return self.keys[entry.number]
        raise KeyringError(f"no current key for use {use!r}: make one with `openvis keys add`")

    def opening(self, number: bytes) -> Key | None:
        """The key with a number, when we have it."""
        return self.keys.get(number)

    def all_of(self, use: str) -> list[Key]:
        """Every key of a use that is not retired nor waiting, the current one first."""
        held = [entry for entry in self.entries if entry.use == use and entry.state in (CURRENT, OPEN)]
        return [self.keys[entry.number] for entry in sorted(held, key=lambda entry: entry.state != CURRENT)]


def ring() -> Ring:
    """The keys of now. The file is looked at each time, so that a running site follows a rotation at once."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    path = place()
    if path is None:
        return _derived(secrets)
    try:
        seen = os.stat(path)
    except FileNotFoundError as error:
        raise KeyringError(f"{path} does not exist: make it with `openvis keys add`") from error
    return _read(path, secrets, seen.st_mtime_ns, seen.st_ino, seen.st_size, seen.st_mode)


def place() -> Path | None:
    """The key file that the settings name, if they do."""
    return Path(settings.OPENVIS_KEYS) if settings.OPENVIS_KEYS else None


def readable_by_others(path: Path) -> bool:
    """Whether anybody but its owner may read a file or folder."""
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


@lru_cache(maxsize=8)
def _derived(secrets: tuple[str, ...]) -> Ring:
    """Keys from the settings alone: the first secret is current."""
    return _whole((), (), secrets)


@lru_cache(maxsize=8)
def _read(path: Path, secrets: tuple[str, ...], *seen: int) -> Ring:
    if seen[-1] & 0o077:
        raise KeyringError(f"{path} can be read by others: chmod 600 {path}")
    return _whole(*_told(path), secrets)


def _told(path: Path) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    try:
        told = json.loads(path.read_bytes())
        return tuple(_entry(item) for item in told["keys"]), tuple(told["unfinished"])
    except (ValueError, KeyError, TypeError) as error:
        raise KeyringError(f"{path} is not a key file of OpenVIS ({type(error).__name__}); restore it from the safe") from (
            error
        )


def _whole(written: tuple[Entry, ...], unfinished: tuple[str, ...], secrets: tuple[str, ...]) -> Ring:
    """The keys of the file, after those that SECRET_KEY gives: these open, and are current only where the file has none."""
    keys = {entry.number: Key(entry.secret, _MADE[entry.use]) for entry in written if entry.secret is not None}
    known = {entry.number for entry in written}
    derived = []
    for use in USES:
        waiting = not any(entry.use == use and entry.state == CURRENT for entry in written)
        for secret in secrets:
            key = Key(secret.encode(), _DERIVED[use])
            if key.id in known or not secret:
                continue
            keys[key.id] = key
            derived.append(Entry(key.id.hex(), use, CURRENT if waiting else OPEN))
            waiting = False
            known.add(key.id)
    return Ring((*derived, *written), keys, unfinished)


# Changing the file


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """Nobody else changes the file meanwhile. Raises KeyringError when somebody does already."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(path.with_name(f"{path.name}.lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise KeyringError("another `openvis keys` is at work; wait until it has ended") from error
    finally:
        os.close(lock)


def made(use: str, state: str = NEW) -> Entry:
    """A new random key."""
    secret = os.urandom(SECRET_BYTES)
    now = timezone.now()
    return Entry(Key(secret, _MADE[use]).id.hex(), use, state, now, now, secret)


def write(path: Path, entries: tuple[Entry, ...], unfinished: tuple[str, ...]) -> None:
    """Write the file: for its owner alone, whole or not at all, on the disk before it counts."""
    kept = [_told_as(entry) for entry in entries if entry.secret is not None or entry.state == RETIRED]
    text = json.dumps({"keys": kept, "unfinished": list(unfinished)}, indent=2) + "\n"
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    target = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(target, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    durable.put(part, path)


def _entry(item: dict[str, Any]) -> Entry:
    moments = [datetime.fromisoformat(item[name]) if item[name] else None for name in ("made", "changed")]
    secret = base64.b64decode(item["secret"]) if item["secret"] else None
    return Entry(item["id"], item["use"], item["state"], *moments, secret)


def _told_as(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "use": entry.use,
        "state": entry.state,
        "made": entry.made.isoformat() if entry.made else None,
        "changed": entry.changed.isoformat() if entry.changed else None,
        "secret": base64.b64encode(entry.secret).decode() if entry.secret is not None else None,
    }
