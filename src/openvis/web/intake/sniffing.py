"""What a file really is: its type by content and not by name, its encoding, its separator; and what is not taken in."""

import codecs
import csv
import io
import itertools
import zipfile
from collections import Counter

import puremagic
from django.conf import settings

from .words import Refusal

PACKED_MOST = 512 * 1024 * 1024
"""Bytes a packed file (XLSX, Parquet) may unpack to."""
RATIO_MOST = 250
"""How many times larger than itself a packed file may become; real tables stay far below."""
SMALL = 16 * 1024 * 1024
"""Below this size nothing is a bomb."""
DELIMITERS = ";,\t|"
_TEXT_CONTROLS = set(b"\t\n\r\f\x1a")
_MB = 1024 * 1024


def kind_of_file(data: bytes) -> str:
    """`csv`, `xlsx`, `parquet` or `json`. Raises Refusal for everything else, each with its own sentence."""
    if len(data) > settings.OPENVIS_MAX_FILE:
        raise Refusal("too_large", size=len(data) // _MB, most=settings.OPENVIS_MAX_FILE // _MB)
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise Refusal("empty")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(data)
    if data.startswith(b"PAR1"):
        return "parquet"
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refusal("old_excel")
    if _utf16(data) is None and not _is_text(data):
        raise _named(data)
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"<", b"%PDF", b"{\\rtf")):
        raise _named(data)
    return "json" if start.startswith((b"{", b"[")) and not start.startswith(b"[{[") else "csv"


def _is_text(data: bytes) -> bool:
    """No control characters other than those of lines and tabs, in a sample from all over the file."""
    step = max(1, len(data) // 64)
    sample = b"".join(data[start : start + 4096] for start in range(0, len(data), step))
    return not any(byte < 32 and byte not in _TEXT_CONTROLS for byte in set(sample))


def _named(data: bytes) -> Refusal:
    try:
        found = puremagic.from_string(data[:8192], mime=False)
        name = puremagic.magic_string(data[:8192])[0].name or found
    except (puremagic.PureError, ValueError, IndexError):
        return Refusal("unknown_type")
    packed = found.lower() in {".gz", ".bz2", ".xz", ".7z", ".rar", ".zst", ".tar", ".tgz"}
    return Refusal("archive" if packed else "wrong_type", found=f"{name} ({found})")


def _zipped(data: bytes) -> str:
    """XLSX is a zip with certain names in it. It is unpacked once, counting, before any reader sees it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _refuse_bomb(sum(entry.file_size for entry in entries), len(data))
            names = {entry.filename for entry in entries}
            if not any(name.startswith("xl/") for name in names):
                raise Refusal("archive", found="zip")
            if any(entry.flag_bits & 1 for entry in entries):
                raise Refusal("old_excel")
            total = 0
            for entry in entries:
                with archive.open(entry) as part:
                    while block := part.read(_MB):
                        total += len(block)
                        _refuse_bomb(total, len(data))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise Refusal("damaged", found="XLSX", detail=error) from error
    return "xlsx"


def _refuse_bomb(unpacked: int, packed: int) -> None:
    if unpacked > SMALL and (unpacked > PACKED_MOST or unpacked > RATIO_MOST * packed):
        raise Refusal("bomb", size=unpacked // _MB, packed=round(packed / _MB, 1))


refuse_bomb = _refuse_bomb


def _utf16(data: bytes) -> str | None:
    """UTF-16 by its mark, or by the zeros between Latin letters."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = data[:2000]
    if len(sample) >= 8 and sample[1::2].count(0) > 0.4 * len(sample[1::2]) and not sample[::2].count(0):
        return "utf-16-le"
    if len(sample) >= 8 and sample[::2].count(0) > 0.4 * len(sample[::2]) and not sample[1::2].count(0):
        return "utf-16-be"
    return None


def as_utf8(data: bytes, encoding: str) -> tuple[bytes, str]:
    """The text as UTF-8 without a mark, and the encoding it was in. Raises Refusal naming the byte and the line."""
    if encoding != "auto":
        try:
            name = codecs.lookup(encoding).name
        except LookupError as error:
            raise Refusal("encoding_unknown", encoding=encoding) from error
        return _decoded(data, name), name
    wide = _utf16(data)
    if wide:
        return _decoded(data, wide), wide
    if _valid_utf8(data):
        return data.removeprefix(codecs.BOM_UTF8), "utf-8"
    return _decoded(data, "cp1252"), "cp1252"


def _valid_utf8(data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), 4 * _MB):
            decoder.decode(data[start : start + 4 * _MB])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(data: bytes, encoding: str) -> bytes:
    if encoding in ("utf-8", "utf-8-sig"):
        if _valid_utf8(data):
            return data.removeprefix(codecs.BOM_UTF8)
        encoding = "utf-8"
    try:
        return data.decode(encoding).removeprefix("\ufeff").encode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Refusal("encoding", encoding=encoding, position=error.start + 1, line=line) from error


def delimiter_of(text: bytes) -> str:
    """The character that parts the first lines into most, and equally many, values; a comma for one column."""
    lines = [line for line in text[: 256 * 1024].decode(errors="replace").splitlines()[:100] if line.strip()]
    best, most = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter))
        width, rows = max(widths.items(), key=lambda item: (item[1] if item[0] > 1 else 0, item[0]))
        if width > 1 and (rows / len(lines), width) > most:
            best, most = delimiter, (rows / len(lines), width)
    return best


def head(text: bytes, delimiter: str, rows: int) -> list[list[str]]:
    """The first rows of a CSV, as lists of values."""
    lines = io.StringIO(text[: 1024 * 1024].decode(errors="replace"), newline="")
    return list(itertools.islice(csv.reader(lines, delimiter=delimiter), rows))
