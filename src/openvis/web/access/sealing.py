"""Encryption of what must not lie about readable: AES-256-GCM under a key of the key ring, never stored beside the data.

A sealed thing begins with the number of its key, so that keys can be changed (`keyring`). What it belongs to (the context)
is bound to it: moved elsewhere, it does not open.
"""

import hmac
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag

from openvis import durable

from . import keyring

KEY_ID = keyring.ID_BYTES
NONCE = 12
BLOCK = 4 * 1024 * 1024
"""Bytes of a file that are sealed at a time."""
_TAG = 16


class SealError(Exception):
    """It does not open: changed, moved, or sealed under a key we do not have."""


def _current() -> keyring.Key:
    return keyring.ring().current(keyring.SEAL)


def _of(identifier: bytes) -> keyring.Key:
    key = keyring.ring().opening(identifier)
    if key is None:
        raise SealError(f"sealed under key {identifier.hex() or 'nothing'}, which is retired or was never ours")
    return key


def seal(data: bytes, context: str) -> bytes:
    """Encrypt; the same data in the same context always seal the same, so that sealed things can be compared.

    The nonce is a keyed hash of both (as in a synthetic initialisation vector): equal only where all is equal.
    """
    key = _current()
    bound = context.encode()
    nonce = hmac.digest(key.nonces, len(bound).to_bytes(4, "big") + bound + data, "sha256")[:NONCE]
    return key.id + nonce + key.cipher.encrypt(nonce, data, bound)


def unseal(sealed: bytes | memoryview, context: str) -> bytes:
    """Decrypt. Raises SealError."""
    sealed = bytes(sealed)
    key = _of(sealed[:KEY_ID])
    try:
        return key.cipher.decrypt(sealed[KEY_ID : KEY_ID + NONCE], sealed[KEY_ID + NONCE :], context.encode())
    except InvalidTag as error:
        raise SealError("changed, or from elsewhere") from error


def current_id() -> bytes:
    """The number of the key that seals now."""
    return _current().id


def is_current(sealed: bytes) -> bool:
    """Whether it is under the key that seals now."""
    return sealed[:KEY_ID] == current_id()


def reseal(sealed: bytes, context: str) -> bytes:
    """The same under the current key. Raises SealError."""
    return seal(unseal(sealed, context), context)


def seal_file(data: bytes, target: Path, context: str) -> None:
    """Write data encrypted, block by block; the file is whole or absent (atomic rename after fsync)."""
    key = _current()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    with part.open("wb") as file:
        os.chmod(part, 0o600)
        file.write(key.id)
        view = memoryview(data)
        for number, start in enumerate(range(0, max(len(data), 1), BLOCK)):
            last = start + BLOCK >= len(data)
            nonce = os.urandom(NONCE)
            file.write(nonce + key.cipher.encrypt(nonce, view[start : start + BLOCK], _bound(context, number, last)))
        file.flush()
        os.fsync(file.fileno())
    durable.put(part, target)


def unseal_file(source: Path, context: str) -> bytes:
    """The data of an encrypted file. Raises SealError, also when blocks are missing or in another order."""
    with source.open("rb") as file:
        return b"".join(_blocks(file, context))


def _blocks(file: BinaryIO, context: str) -> Iterator[bytes]:
    key = _of(file.read(KEY_ID))
    size = NONCE + BLOCK + _TAG
    block = file.read(size)
    number = 0
    while block:
        following = file.read(size)
        try:
            yield key.cipher.decrypt(block[:NONCE], block[NONCE:], _bound(context, number, not following))
        except InvalidTag as error:
            raise SealError(f"block {number} is changed, or the file is not complete") from error
        block, number = following, number + 1


def _bound(context: str, number: int, last: bool) -> bytes:
    return f"{context}|{number}|{'last' if last else 'more'}".encode()
