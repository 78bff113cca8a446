"""What of a signal can be brought into a meeting: its fields as who weighs reads them, in the order of the uniform form.

`sharing` carries fields from one compartment to another; a meeting is within the compartment of signals, so its form
stands here. Persons come last and are never ticked beforehand.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access.models import User
from openvis.web.signals.models import Signal
from openvis.web.ui import formatting

from . import rules

TEXTS = ("facts", "interpretation", "acted", "company", "telephone", "subjects")


def lines(user: User, signal: UUID) -> list[tuple[str, Any, str]]:
    """(field, title, text) of what there is to hand over; nothing for who does not weigh. What is empty is not offered."""
    found = Signal.objects.select_related("address").filter(pk=signal).first() if rules.weighs(user) else None
    return [] if found is None else [line for line in _lines(found) if line[2]]


def _lines(found: Signal) -> Iterator[tuple[str, Any, str]]:
    language, known = get_language(), city.profile().signals
    yield "phenomenon", _("Phenomenon"), _named(known.phenomena, found.phenomenon, language)
    yield "branch", _("Branch"), _named(known.branches, found.branch, language)
    yield "area", _("Area"), next((area.name for area in city.profile().areas if area.code == found.area_code), "")
    yield "address", _("Address"), str(found.address or "")
    yield "place_text", _title("place_text"), found.place_text
    yield "period", _("Period"), formatting.dates(found.seen_from, found.seen_to) if found.seen_from or found.seen_to else ""
    for name in TEXTS:
        yield name, _title(name), getattr(found, name) or ""


def _title(name: str) -> str:
    title = str(Signal._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return title[:1].upper() + title[1:]


def _named(items: Any, key: str, language: str | None) -> str:
    return next((item.name.get(language) for item in items if item.id == key), "")


def number(signal: UUID) -> str:
    """The number under which people know a signal."""
    return str(Signal.objects.values_list("number", flat=True).get(pk=signal))
