"""The files as they were delivered: untouched, encrypted, under their SHA-256, until their term."""

import hashlib
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
    target.unlink()
    return True
