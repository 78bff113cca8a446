"""Attachments: looked at when they come in, cleaned of hidden data, kept sealed, given only as a file to save."""

import hashlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import puremagic
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.translation import gettext as _

from openvis.web.access import audit, sealing
from openvis.web.access.models import User

from .models import Attachment

LARGEST = 10 * 1024 * 1024
MOST = 5
"""Files with one report."""
KINDS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}
BEGINS = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n", "application/pdf": b"%PDF-"}
UNTOUCHED = 3600
"""Seconds before a file without a row counts as left behind: its row may not be committed yet."""


class UnfitError(ValueError):
    """A file that is not taken in, with the sentence that says why."""


class LostError(Exception):
    """The row is there and its file is not, or does not open."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A file that may come in."""

    name: str
    kind: str
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def look(file: UploadedFile) -> Looked:
    """A photo or PDF without the data that a camera hides in it. Raises UnfitError: what it is counts, not its name."""
    name = Path(file.name or "").name[:200] or "bestand"
    expected = _("Expected a photo (JPEG or PNG) or a PDF of at most 10 MB.")
    if (file.size or 0) > LARGEST:
        raise UnfitError(_("%(name)s is larger than 10 MB.") % {"name": name} + " " + expected)
    data = file.read(LARGEST + 1)
    kind = _kind(data)
    if kind is None or len(data) > LARGEST:
        raise UnfitError(_("%(name)s is not a photo or PDF, whatever its name says.") % {"name": name} + " " + expected)
    return Looked(name, kind, _cleaned(data, kind))


def look_all(given: Sequence[UploadedFile]) -> list[Looked]:
    """The files of one report, each looked at. Raises UnfitError."""
    if len(given) > MOST:
        raise UnfitError(_("These are more than %(most)d files. Choose the most telling ones.") % {"most": MOST})
    return [look(one) for one in given]


def _kind(data: bytes) -> str | None:
    try:
        found = puremagic.from_string(data[:8192], mime=True) if data else ""
    except (puremagic.PureError, ValueError):
        return None
    if found not in KINDS or not data.startswith(BEGINS[found]):
        return None
    whole = found != "application/pdf" or b"%%EOF" in data[-2048:]
    return found if whole else None


def _cleaned(data: bytes, kind: str) -> bytes:
    """Without place, time and camera: who took a photo should not be found in it."""
    if kind == "image/jpeg":
        return _jpeg(data)
    return _png(data) if kind == "image/png" else data


def _jpeg(data: bytes) -> bytes:
    """Without the segments of applications (EXIF, XMP, IPTC) and comments, up to where the picture begins."""
    kept, at = bytearray(data[:2]), 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        size = 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if not (0xE1 <= data[at + 1] <= 0xED or data[at + 1] == 0xFE):
            kept += data[at : at + size]
        at += size
    return bytes(kept + data[at:])


def _png(data: bytes) -> bytes:
    """Without the chunks of text, time and EXIF."""
    kept, at = bytearray(data[:8]), 8
    while at + 12 <= len(data):
        size = 12 + int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] not in (b"tEXt", b"zTXt", b"iTXt", b"tIME", b"eXIf"):
            kept += data[at : at + size]
        at += size
    return bytes(kept)


def context(item: Attachment) -> str:
    """What a file is bound to: it does not open as that of another signal."""
    return f"signal|{item.signal_id}|{item.pk}"


def folder() -> Path:
    """Where the files are."""
    return Path(settings.OPENVIS_DATA) / "signals"


def place(item: Attachment) -> Path:
    """Where a file is kept."""
    name = hashlib.sha256(context(item).encode()).hexdigest()
    return folder() / name[:2] / name


def keep(item: Attachment, data: bytes) -> None:
    """Seal a file in its place."""
    sealing.seal_file(data, place(item), context(item))


def unsealed(item: Attachment) -> bytes:
    """The bytes of a file. Raises SealError, FileNotFoundError."""
    return sealing.unseal_file(place(item), context(item))


def to_save(by: User, item: Attachment) -> HttpResponse:
    """The file as an answer: to be saved, never shown inside a page of ours. Written down. Raises LostError."""
    audit.record(by, "signal.file", f"signal:{item.signal_id}", size=item.size)
    try:
        data = unsealed(item)
    except (FileNotFoundError, sealing.SealError) as error:
        raise LostError from error
    answer = HttpResponse(data, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="bijlage-{item.sha256[:8]}.{KINDS[item.kind]}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer


def sweep(known: set[Path]) -> int:
    """Take away files that belong to no row, unless they were written just now. Gives how many."""
    gone, before = 0, time.time() - UNTOUCHED
    for path in folder().glob("??/*"):
        if path not in known and re.fullmatch(r"[0-9a-f]{64}(\.\d+\.part)?", path.name) and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
