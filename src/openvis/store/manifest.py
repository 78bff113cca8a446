"""The manifest: which files of the store are valid. Replaced in one step, so readers see the old or the new state."""

import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from openvis import durable
from openvis.store.fingerprint import NOTHING, Fingerprint

NAME = "manifest.json"
FORMAT = 1


class StoreError(Exception):
    """The event store cannot be used as it is; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file: the rows of one batch in one month, or (batch empty) of several batches together."""

    path: str
    month: str
    batch: str
    count: int
    checksum: int

    @property
    def fingerprint(self) -> Fingerprint:
        return Fingerprint(self.count, self.checksum)


@dataclass(frozen=True, slots=True)
class CountsPart:
    """One file with the open counts of one source."""

    path: str
    source: int
    count: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """State of the store: its version and the files that make it up."""

    number: int = 0
    version: str = "0"
    parts: tuple[Part, ...] = ()
    counts: tuple[CountsPart, ...] = ()

    def months(self) -> list[str]:
        """Months with rows, in order."""
        return sorted({part.month for part in self.parts})

    def of(self, months: Iterable[str]) -> list[Part]:
        """The files of some months."""
        wanted = set(months)
        return [part for part in self.parts if part.month in wanted]

    def fingerprints(self) -> dict[str, Fingerprint]:
        """Fingerprint per month, as it was when the files were written."""
        sums: dict[str, Fingerprint] = {}
        for part in self.parts:
            sums[part.month] = sums.get(part.month, NOTHING) + part.fingerprint
        return dict(sorted(sums.items()))

    def paths(self) -> set[str]:
        """All files named, relative to the store."""
        return {part.path for part in self.parts} | {part.path for part in self.counts}

    def after(self, parts: Iterable[Part], counts: Iterable[CountsPart] | None = None) -> "Manifest":
        """The next state. Its version differs from every earlier one, also from those of a folder since thrown away."""
        number = self.number + 1
        return replace(
            self,
            number=number,
            version=f"{number}-{secrets.token_hex(4)}",
            parts=tuple(sorted(parts, key=lambda part: (part.month, part.path))),
            counts=self.counts if counts is None else tuple(sorted(counts, key=lambda part: part.source)),
        )


def read(folder: Path) -> Manifest:
    """The current manifest; an empty one where there is none yet. Raises StoreError for one that cannot be read."""
    path = folder / NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Manifest()
    try:
        document: dict[str, Any] = json.loads(text)
        if document["format"] != FORMAT:
            raise StoreError(
                f"{path}: format is {document['format']}, expected {FORMAT}: written by another release of OpenVIS; "
                "make the store anew with `openvis store rebuild`"
            )
        return Manifest(
            number=document["number"],
            version=document["version"],
            parts=tuple(Part(**part) for part in document["parts"]),
            counts=tuple(CountsPart(**part) for part in document["counts"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"{path}: cannot be read as a manifest ({error}); make the store anew with `openvis store rebuild`"
        ) from error


def write(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest in one step, after everything it names is safely on disk."""
    document = {
        "format": FORMAT,
        "number": manifest.number,
        "version": manifest.version,
        "parts": [asdict(part) for part in manifest.parts],
        "counts": [asdict(part) for part in manifest.counts],
    }
    beside = folder / f"{NAME}.{secrets.token_hex(4)}.new"
    with beside.open("w", encoding="utf-8") as file:
        json.dump(document, file, indent=0)
        file.flush()
        os.fsync(file.fileno())
    durable.put(beside, folder / NAME)
