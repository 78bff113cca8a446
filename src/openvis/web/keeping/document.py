"""Certificates and answers to persons as accessible PDF (PDF/UA-1), set by Typst. Needs no fonts on the machine."""

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.ui import formatting

from . import selectors
from .models import Certificate

TEMPLATE = Path(__file__).parent / "templates" / "keeping" / "document.typ"


def certificate(found: Certificate) -> bytes:
    """A certificate of destruction, in the language of the municipality."""
    with translation.override(city.profile().municipality.language):
        rows = [
            [
                str(selectors.title_of(line.kind)), formatting.number(line.number),
                _("made anonymous") if line.anonymised else _("destroyed"), line.term_text, line.ground,
                formatting.date(line.oldest) if line.oldest else "–", str(line.prepared_by or _("daily run")),
                str(line.approved_by or "–"),
            ]
            for line in selectors.lines(found)
        ]  # fmt: skip
        return made({
            "title": _("Certificate of destruction %(number)s") % {"number": found.number},
            "facts": [
                [_("Municipality"), city.profile().municipality.name],
                [_("Drawn up on"), formatting.date(timezone.localtime(found.at))],
                [_("What ended before"), formatting.date(found.run.day)],
            ],
            "paragraphs": [_("This certificate holds numbers, terms and dates, and nothing of what was destroyed.")],
            "tables": [{
                "title": _("What was destroyed"),
                "head": [_("Kind of data"), _("Number"), _("What was done"), _("Term"), _("Ground"), _("Oldest last day"),
                         _("Prepared by"), _("Approved by")],
                "columns": [2, 1, 2, 2, 3, 2, 2, 2], "rows": rows,
            }],
            "flipped": True,
        })  # fmt: skip


def made(data: dict[str, Any]) -> bytes:
    """Set a document: a title, facts, paragraphs, and tables."""
    with TemporaryDirectory(prefix="openvis-document-") as name:
        folder = Path(name)
        shutil.copy(TEMPLATE, folder / "document.typ")
        # In a file and not as an argument: an answer to a person may be long, and arguments can be listed.
        (folder / "data.json").write_text(json.dumps({"lang": translation.get_language() or "nl", **data}))
        found: bytes = typst.compile(folder / "document.typ", root=folder, format="pdf", pdf_standards=["ua-1"])
    return found
