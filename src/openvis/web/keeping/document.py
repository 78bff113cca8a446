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

from . import gathering, selectors
from .models import Certificate, SubjectRequest

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
                "head": [_("Kind of data"), _("How many"), _("What was done"), _("Term"), _("Ground"), _("Oldest last day"),
                         _("Prepared by"), _("Approved by")],
                "columns": [2, 1, 2, 2, 3, 2, 2, 2], "rows": rows,
            }],
            "flipped": True,
        })  # fmt: skip


def answer(asked: SubjectRequest) -> bytes:
    """What the system holds about a person (AVG art. 15), for that person: what was chosen to be told, table by table."""
    with translation.override(city.profile().municipality.language):
        told = set((asked.chosen or {}).get("told", []))
        chosen = [item for item in gathering.unpacked(asked.findings) if item.mark in told]
        return made({
            "title": _("What we hold about you"),
            "facts": [
                [_("Request"), asked.number], [_("Name"), asked.name],
                [_("Received on"), formatting.date(asked.received)], [_("Municipality"), city.profile().municipality.name],
                [_("Gathered on"), formatting.date(timezone.localtime(asked.gathered)) if asked.gathered else "–"],
            ],
            "paragraphs": [
                _("You asked what this system holds about you. Below it stands by kind: what for, on which ground, who"
                  " decides on it, who receives it, and until when it is kept."),
                *([] if chosen else [_("Nothing was found about you.")]),
                _("You may ask to have it corrected or erased, you may object, and you may complain to the Dutch Data"
                  " Protection Authority (Autoriteit Persoonsgegevens). No decision about you is taken by a machine."),
            ],
            "tables": [_group(group) for group in gathering.groups(chosen)],
        })  # fmt: skip


def _group(group: gathering.Group) -> dict[str, Any]:
    return {
        "title": group.title[:1].upper() + group.title[1:],
        "paragraphs": [
            f"{_('Purpose')}: {group.purpose}", f"{_('Ground')}: {group.ground}", f"{_('Who decides')}: {group.controller}",
            f"{_('Recipients')}: {group.recipients}", f"{_('Term')}: {group.term}",
        ],
        "head": [_("Record"), _("What it says"), _("Kept until")],
        "columns": [2, 5, 2],
        "rows": [
            [item.title, "\n".join(f"{name}: {value}" for name, value in item.values),
             formatting.date(item.last_day) if item.last_day else group.term]
            for item in group.findings
        ],
    }  # fmt: skip


def made(data: dict[str, Any]) -> bytes:
    """Set a document: a title, facts, paragraphs, and tables."""
    with TemporaryDirectory(prefix="openvis-document-") as name:
        folder = Path(name)
        shutil.copy(TEMPLATE, folder / "document.typ")
        # In a file and not as an argument: an answer to a person may be long, and arguments can be listed.
        (folder / "data.json").write_text(json.dumps({"lang": translation.get_language() or "nl", **data}))
        found: bytes = typst.compile(folder / "document.typ", root=folder, format="pdf", pdf_standards=["ua-1"])
    return found
