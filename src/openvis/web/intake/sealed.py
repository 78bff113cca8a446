"""What intake keeps sealed outside of sealed fields, for a change of keys: free text, rejected rows, originals."""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from openvis.web.access import rotation, sealing
from openvis.web.access.keyring import SEAL
from openvis.web.access.rotation import Column, Moved

from . import originals
from .loading import rejected_context
from .mapping import text_context
from .models import Source


@lru_cache(maxsize=1)
def _source_key(number: int) -> str:
    return str(Source.objects.values_list("key", flat=True).get(pk=number))


def _text(old: bytes, source: int) -> bytes:
    return sealing.reseal(old, text_context(_source_key(source)))


def _rejected(old: bytes, batch: object, row: int) -> bytes:
    return sealing.reseal(old, rejected_context(batch, row))


class Originals:
    """The files as they were delivered."""

    name, use = "originals", SEAL

    def under(self) -> Counter[bytes]:
        found: Counter[bytes] = Counter()
        for path in self._files():
            found[_number(path)] += 1
        return found

    def move(self, current: bytes) -> Iterator[Moved]:
        for path in self._files():
            if _number(path) == current:
                continue
            try:
                yield Moved(int(originals.reseal(path.name)))
            except sealing.SealError:
                yield Moved(0, (f"originals {path.name}",))

    def _files(self) -> Iterator[Path]:
        yield from sorted(path for path in Path(settings.ORIGINALS).glob("??/*") if originals.is_one(path))


def _number(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(sealing.KEY_ID)
    except FileNotFoundError:
        # Its term ended while we looked.
        return sealing.current_id()


rotation.more += [
    Column("intake_incident", "id", "text", SEAL, ("source_id",), _text),
    Column("intake_incidenthistory", "pgh_id", "text", SEAL, ("source_id",), _text),
    Column("intake_rejected", "id", "sealed", SEAL, ("batch_id", "row"), _rejected),
    Originals(),
]
