"""The end of the chain, written outside the database: whoever cuts off the tail there is found out here.

`audit/head.json` holds the newest end, `audit/anchors.txt` the end at the first sealing of each day. The second is only
ever added to: an administrator may make it append-only, or send it away. A line that ends with `back` was written after a
restore: the ends behind its own are no longer ours.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from .chain import Head

BACK = "back"


class AnchorError(Exception):
    """The file cannot be read as what it should be; the message says which and what was expected."""


def folder() -> Path:
    """Where the ends of the chain are kept."""
    return Path(settings.OPENVIS_DATA) / "audit"


def read() -> Head | None:
    """The newest end; None where none was ever written. Raises AnchorError."""
    file = folder() / "head.json"
    if not file.is_file():
        return None
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return _head(told["seq"], told["hash"])
    except (ValueError, KeyError, TypeError) as wrong:
        raise AnchorError(f"{file} is not what the sealer writes (number and hash): it was changed or damaged") from wrong


def daily() -> list[Head]:
    """The ends of past days, as far as they are written down. Raises AnchorError."""
    file = folder() / "anchors.txt"
    if not file.is_file():
        return []
    found: list[Head] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            _day, seq, digest, *more = line.split()
            head = _head(seq, digest)
        except ValueError as wrong:
            raise AnchorError(f"{file}, line {number}: expected a day, a number and a hash") from wrong
        if more == [BACK]:
            found = [earlier for earlier in found if earlier.seq < head.seq]
        found.append(head)
    return found


def write(head: Head, *, back: bool = False) -> None:
    """Write an end down, unless a later one is there already; `back` writes it all the same (after a restore)."""
    with _alone():
        try:
            before = read()
        except AnchorError:
            if not back:
                # What is damaged stays as it is, for `openvis audit verify` to find.
                return
            before = None
        if before is not None and before.seq >= head.seq and not back:
            return
        _replace(json.dumps({"seq": head.seq, "hash": head.hash.hex(), "at": timezone.now().isoformat()}))
        _add_daily(head, back)


def _head(seq: int | str, digest: str) -> Head:
    found = Head(int(seq), bytes.fromhex(digest))
    if len(found.hash) != 32:
        raise ValueError(digest)
    return found


@contextmanager
def _alone() -> Iterator[None]:
    """One writer at a time, over all processes."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _replace(text: str) -> None:
    """The file is the old or the new one, never half of either."""
    part = folder() / "head.json.part"
    with part.open("w", encoding="utf-8") as file:
        os.chmod(part, 0o600)
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder() / "head.json")


def _add_daily(head: Head, back: bool) -> None:
    file, day = folder() / "anchors.txt", f"{timezone.localdate():%Y-%m-%d}"
    last = file.read_text(encoding="utf-8").splitlines()[-1:] if file.is_file() else []
    if last and last[0].startswith(day) and not back:
        return
    with file.open("a", encoding="utf-8") as lines:
        os.chmod(file, 0o600)
        lines.write(f"{day} {head.seq} {head.hash.hex()}{f' {BACK}' if back else ''}\n")
        lines.flush()
        os.fsync(lines.fileno())
