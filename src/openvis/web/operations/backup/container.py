"""The file of a backup: parts one after the other, encrypted as they are written, of any size.

After a line that says what it is come a salt and frames of AES-256-GCM. The key of the file follows from the backup key
and the salt, the nonce is the number of the frame: frames that are changed, moved, left out or cut off do not open.
"""

import base64
import binascii
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"OPENVIS BACKUP 1\n"
FRAME = 1024 * 1024
"""Bytes that are encrypted at a time."""
_SALT, _ID, _LENGTH = 16, 8, 4
_NAME, _DATA, _ENDS, _LAST = b"N", b"D", b"E", b"Z"


class KeyFileError(Exception):
    """The backup key cannot be used, or is not the one of this file."""


class DamagedError(Exception):
    """The file is not whole, or not as it was written."""


@dataclass(frozen=True, slots=True)
class Written:
    """A part as it was written."""

    size: int
    sha256: str


class Sink(Protocol):
    """Takes bytes."""

    def __call__(self, data: bytes) -> None: ...


def make_key(path: Path) -> None:
    """Write a new backup key, for its owner alone. Raises KeyFileError when there is one."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(32)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise KeyFileError(f"{path} is there already; a key is never replaced, as older backups need it") from None


def read_key(path: Path) -> bytes:
    """The backup key in a file. Raises KeyFileError."""
    try:
        key = base64.b64decode(path.read_bytes().strip(), validate=True)
    except (OSError, binascii.Error) as error:
        raise KeyFileError(f"{path} cannot be read as a backup key ({error}); make one: openvis backup key {path}") from None
    if len(key) != 32:
        raise KeyFileError(f"{path} holds {len(key)} bytes, expected 32; make one: openvis backup key {path}")
    return key


def _derived(key: bytes, salt: bytes) -> tuple[AESGCM, bytes]:
    """The cipher of a file, and what tells whether the key is its own."""
    found = HKDF(SHA256(), length=32 + _ID, salt=salt, info=b"openvis backup").derive(key)
    return AESGCM(found[:32]), found[32:]


class Writer:
    """Writes parts into a file."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        salt = secrets.token_bytes(_SALT)
        self._file, self._number = file, 0
        self._cipher, identifier = _derived(key, salt)
        file.write(MAGIC + salt + identifier)
        self.parts: dict[str, Written] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[Sink]:
        """Write one part, in pieces of any size."""
        self._frame(_NAME, name.encode())
        digest, held, size = hashlib.sha256(), bytearray(), 0

        def take(data: bytes) -> None:
            nonlocal size
            digest.update(data)
            size += len(data)
            held.extend(data)
            while len(held) >= FRAME:
                self._frame(_DATA, bytes(held[:FRAME]))
                del held[:FRAME]

        yield take
        if held:
            self._frame(_DATA, bytes(held))
        self._frame(_ENDS, b"")
        self.parts[name] = Written(size, digest.hexdigest())

    def close(self) -> None:
        """Write the end: a file without it is not whole."""
        self._frame(_LAST, b"")

    def _frame(self, kind: bytes, data: bytes) -> None:
        sealed = self._cipher.encrypt(self._number.to_bytes(12, "big"), kind + data, MAGIC)
        self._file.write(len(sealed).to_bytes(_LENGTH, "big") + sealed)
        self._number += 1


class Reader:
    """Reads the parts of a file in their order."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        if file.read(len(MAGIC)) != MAGIC:
            raise DamagedError("this is no backup of OpenVIS, or of another format")
        salt = file.read(_SALT)
        self._file, self._number = file, 0
        self._cipher, identifier = _derived(key, salt)
        if file.read(_ID) != identifier:
            raise KeyFileError("the backup key is not the one this backup was made with")

    def parts(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Name and pieces of every part; the pieces of one must be taken before the next. Raises DamagedError."""
        while True:
            kind, data = self._frame()
            if kind == _LAST:
                if self._file.read(1):
                    raise DamagedError("something stands behind the end of the backup")
                return
            if kind != _NAME:
                raise DamagedError(f"frame {self._number - 1} is out of place")
            yield data.decode(), self._pieces()

    def _pieces(self) -> Iterator[bytes]:
        while True:
            kind, data = self._frame()
            if kind == _ENDS:
                return
            yield data

    def _frame(self) -> tuple[bytes, bytes]:
        length = self._file.read(_LENGTH)
        sealed = self._file.read(int.from_bytes(length, "big")) if len(length) == _LENGTH else b""
        if len(length) < _LENGTH or len(sealed) < int.from_bytes(length, "big"):
            raise DamagedError(f"the backup stops in frame {self._number}: it is not whole")
        try:
            plain = self._cipher.decrypt(self._number.to_bytes(12, "big"), sealed, MAGIC)
        except InvalidTag:
            raise DamagedError(f"frame {self._number} of the backup was changed") from None
        self._number += 1
        return plain[:1], plain[1:]
