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


def pdf(data: dict[str, Any], picture: bytes, system_fonts: bool = True) -> bytes:
    """Set the sheet. `data` is what `sheet.as_data` gives, `picture` an SVG."""
    with _folder(picture) as folder:
        made: bytes = typst.compile(
            folder / "briefing.typ", root=folder, format="pdf", pdf_standards=["ua-1"],
            sys_inputs={"data": json.dumps(data)}, ignore_system_fonts=not system_fonts,
        )
        return made


def pages(data: dict[str, Any], picture: bytes, system_fonts: bool = True) -> int:
    """How many pages the sheet takes: it should be one."""
    with _folder(picture) as folder:
        made = typst.compile(
            folder / "briefing.typ", root=folder, format="svg",
            sys_inputs={"data": json.dumps(data)}, ignore_system_fonts=not system_fonts,
        )
    return len(made) if isinstance(made, list) else 1


@contextmanager
def _folder(picture: bytes) -> Iterator[Path]:
    """A folder with the template and the picture, gone afterwards."""
    with TemporaryDirectory(prefix="openvis-briefing-") as name:
        folder = Path(name)
        shutil.copy(TEMPLATE, folder / "briefing.typ")
        (folder / "kaart.svg").write_bytes(picture)
        yield folder
