"""The files as they were delivered: untouched, encrypted, under their SHA-256, until their term."""

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from openvis.web.access import sealing

from .words import Refusal


def digest(data: bytes) -> str:
    """The SHA-256 under which a file is kept."""
    return hashlib.sha256(data).hexdigest()


def place(sha256: str) -> Path:
    """Where a file is kept."""
    return Path(settings.ORIGINALS) / sha256[:2] / sha256


def keep(data: bytes, sha256: str) -> None:
    """Keep a file; one that is there already stays as it is."""
    if not place(sha256).exists():
        sealing.seal_file(data, place(sha256), sha256)


def fetch(sha256: str) -> bytes:
    """A file as it was delivered. Raises Refusal when its term has ended."""
    try:
        return sealing.unseal_file(place(sha256), sha256)
    except FileNotFoundError as error:
        raise Refusal("original_gone") from error


def destroy(sha256: str) -> bool:
    """Remove a file. Gives whether it was there."""
    target = place(sha256)
    if not target.exists():
        return False
    with _alone():
        target.unlink(missing_ok=True)
    return True


def reseal(sha256: str) -> bool:
    """Seal a file anew under the current key. Gives whether it was there. Raises SealError."""
    with _alone():
        # Not together with `destroy`: what was destroyed meanwhile would come back.
        try:
            data = sealing.unseal_file(place(sha256), sha256)
        except FileNotFoundError:
            return False
        sealing.seal_file(data, place(sha256), sha256)
    return True


def is_one(path: Path) -> bool:
    """Whether a file is an original, and not a half-written one that a kill left behind."""
    return re.fullmatch(r"[0-9a-f]{64}", path.name) is not None


@contextmanager
def _alone() -> Iterator[None]:
    folder = Path(settings.ORIGINALS)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def files() -> Iterator[Path]:
    """Every file that is kept, and what writing one left behind when it died half-way."""
    folder = Path(settings.ORIGINALS)
    yield from (path for path in folder.glob("??/*") if path.is_file())
