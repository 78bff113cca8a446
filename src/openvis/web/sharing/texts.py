"""The signed texts of covenants: looked at when they come in, kept encrypted, given only as a file to keep."""

import hashlib
from pathlib import Path
from uuid import UUID

import puremagic
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from openvis.web.access import audit, sealing
from openvis.web.access.models import User

from . import covenants, rules
from .models import CovenantText

LARGEST = 20 * 1024 * 1024
PDF = "application/pdf"


class UnfitError(ValueError):
    """A file that is not taken in, with the sentence that says why."""


def context(text: CovenantText) -> str:
    """What a file is bound to: it does not open as the text of another covenant."""
    return f"covenant|{text.covenant}|{text.sha256}"


def place(text: CovenantText) -> Path:
    """Where a file is kept. The same text may be signed under two covenants: it is kept for each."""
    name = hashlib.sha256(context(text).encode()).hexdigest()
    return Path(settings.OPENVIS_DATA) / "covenants" / name[:2] / name


def unsealed(text: CovenantText) -> bytes:
    """The bytes of a signed text."""
    return sealing.unseal_file(place(text), context(text))


def _look(file: UploadedFile) -> bytes:
    """The bytes of a PDF. Raises UnfitError for anything else: what it is counts, not what its name says."""
    if (file.size or 0) > LARGEST:
        raise UnfitError(_("The file is larger than 20 MB. Expected one PDF of at most 20 MB."))
    data = file.read(LARGEST + 1)
    try:
        found = puremagic.from_string(data[:8192], mime=True) if data else ""
    except (puremagic.PureError, ValueError):
        found = ""
    if len(data) > LARGEST or found != PDF or not data.startswith(b"%PDF-") or b"%%EOF" not in data[-2048:]:
        raise UnfitError(_("This is not a whole PDF, whatever its name says. Expected one PDF of at most 20 MB."))
    return data


def add(by: User, covenant: str, file: UploadedFile) -> CovenantText:
    """Keep the signed text of a covenant. The same file again changes nothing. Raises UnfitError, Http404."""
    if covenants.find(covenant) is None or not rules.keeps_covenants(by):
        raise Http404
    data = _look(file)
    sha256 = hashlib.sha256(data).hexdigest()
    known = CovenantText.objects.filter(covenant=covenant, sha256=sha256).first()
    if known is not None:
        return known
    text = CovenantText(covenant=covenant, sha256=sha256, size=len(data), added_by=by)
    # The file first: a row without its file would promise what is not there; a file without a row is found by nobody.
    sealing.seal_file(data, place(text), context(text))
    with transaction.atomic():
        text.save(force_insert=True)
        audit.record(by, "covenant.add_text", f"covenant:{covenant}", size=len(data))
    return text


def fetch(by: User, key: UUID) -> tuple[CovenantText, bytes]:
    """A signed text with its bytes. Raises Http404."""
    text = CovenantText.objects.filter(pk=key).first()
    if text is None or not rules.sees_covenants(by):
        raise Http404
    data = unsealed(text)
    audit.record(by, "covenant.fetch_text", f"covenant:{text.covenant}", size=text.size)
    return text, data
