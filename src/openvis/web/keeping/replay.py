"""Erasing again after a restore: a backup holds what was erased since it was made.

Each erasure leaves a keyed hash of the kind and key of its record: in the database (`ErasureProof`) and, because that goes
back with the backup, in a file outside of it, which is only ever added to. After a restore every record whose hash is among
them is erased again. Neither tells anybody without the keys, and nobody by name, what was erased.
"""

import datetime as dt
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from openvis.web.access import registry
from openvis.web.access.fields import blind_index, blind_indexes
from openvis.web.access.registry import PersonalTable

from .models import ErasureProof

LABEL = "keeping.erasure"


def digest(kind: str, key: str) -> bytes:
    """The keyed hash under which an erased record is known."""
    return blind_index(marked(kind, key), LABEL)


def marked(kind: str, key: str) -> str:
    """What is hashed: only letters and digits count there, so that every other mark is written out."""
    return f"{kind.encode().hex()}g{key.encode().hex()}"


def name_of(table: PersonalTable) -> str:
    """App and model."""
    return str(table.model._meta.label_lower)


def place() -> Path:
    """Where erasures are written down outside the database. Copy it elsewhere: it is needed when this machine is lost."""
    return Path(settings.OPENVIS_DATA) / "erasures" / "log.jsonl"


def write_down(proof: ErasureProof) -> None:
    """Add an erasure to the file; on the disk when this returns."""
    line = {"at": proof.at.isoformat(), "table": proof.table, "kind": proof.kind, "digest": bytes(proof.digest).hex()}
    place().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(os.open(place(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(json.dumps(line) + "\n")
        file.flush()
        os.fsync(file.fileno())


def since(moment: dt.datetime) -> list[dict[str, str]]:
    """Every erasure from a moment on, of the database and of the file."""
    found = {
        bytes(proof.digest).hex(): {"table": proof.table, "kind": proof.kind, "digest": bytes(proof.digest).hex()}
        for proof in ErasureProof.objects.filter(at__gte=moment)
    }
    for line in written():
        if dt.datetime.fromisoformat(line["at"]) >= moment:
            found[line["digest"]] = {key: line[key] for key in ("table", "kind", "digest")}
    return list(found.values())


def written(file: Path | None = None) -> Iterator[dict[str, str]]:
    """The lines of the file. A half line at the end, of a process that died, is left out: its erasure never began."""
    source = file or place()
    if not source.is_file():
        return
    lines = source.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, start=1):
        try:
            told = json.loads(line)
            yield {key: told[key] for key in ("at", "table", "kind", "digest")}
        except (ValueError, KeyError, TypeError):
            if number < len(lines):
                raise ValueError(f"{source}, line {number}: expected an erasure (at, table, kind, digest)") from None


def replay(erasures: list[dict[str, Any]]) -> int:
    """Erase again every record that is there and is among the erasures; gives how many rows went. Safe to repeat."""
    wanted: dict[str, set[bytes]] = {}
    for item in erasures:
        wanted.setdefault(item["table"], set()).add(bytes.fromhex(item["digest"]))
    rows = 0
    for table in registry.personal:
        digests = wanted.get(name_of(table))
        if digests and table.erase is not None:
            rows += _again(table, digests, {item["kind"] for item in erasures})
    return rows


def _again(table: PersonalTable, digests: set[bytes], kinds: set[str]) -> int:
    """Ask for every record of a table whether it was erased: its key is all there is to know it by."""
    rows = 0
    for key in list(table.keys() if table.keys is not None else _keys(table)):
        if any(number in digests for kind in kinds for number in blind_indexes(marked(kind, key), LABEL)):
            with transaction.atomic():
                rows += table.erase(key) if table.erase is not None else 0
    return rows


def _keys(table: PersonalTable) -> Iterator[str]:
    for key in table.model._default_manager.order_by("pk").values_list("pk", flat=True).iterator():
        yield str(key)
