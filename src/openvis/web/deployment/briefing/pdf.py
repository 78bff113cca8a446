"""The briefing as an accessible PDF (PDF/UA-1), set by Typst. Needs no fonts on the machine."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

TEMPLATE = Path(__file__).parent.parent / "templates" / "deployment" / "briefing.typ"


SIZES = ("10pt", "9.4pt", "8.8pt", "8.4pt", "7.8pt")
"""Sizes of the letters, the largest that fits one page is taken."""


def pdf(data: dict[str, Any], picture: bytes, system_fonts: bool = True) -> bytes:
    """Set the sheet. `data` is what `sheet.as_data` gives, `picture` an SVG."""
    size = next((size for size in SIZES if pages(data, picture, system_fonts, size) == 1), SIZES[-1])
    made: bytes = _set(data, picture, system_fonts, size, format="pdf", pdf_standards=["ua-1"])
    return made


def pages(data: dict[str, Any], picture: bytes, system_fonts: bool = True, size: str = SIZES[-1]) -> int:
    """How many pages the sheet takes: it should be one."""
    made = _set(data, picture, system_fonts, size, format="svg")
    return len(made) if isinstance(made, list) else 1


def _set(data: dict[str, Any], picture: bytes, system_fonts: bool, size: str, **options: Any) -> Any:
    with _folder(picture) as folder:
        return typst.compile(
            folder / "briefing.typ", root=folder, sys_inputs={"data": json.dumps(data), "size": size},
            ignore_system_fonts=not system_fonts, **options,
        )


@contextmanager
def _folder(picture: bytes) -> Iterator[Path]:
    """A folder with the template and the picture, gone afterwards."""
    with TemporaryDirectory(prefix="openvis-briefing-") as name:
        folder = Path(name)
        shutil.copy(TEMPLATE, folder / "briefing.typ")
        (folder / "kaart.svg").write_bytes(picture)
        yield folder
