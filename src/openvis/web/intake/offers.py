"""What of one incident or observation can be proposed to another part of the work: what, when and where; no persons.

Free text and the number of the provider stay here: both can lead to somebody.
"""

import re

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access.models import User
from openvis.web.access.registry import Offer

from . import rules
from .models import Incident

KIND = "incident"
KEY = re.compile(r"[1-9][0-9]{0,17}")
"""A key in its one way of writing: it is what a transfer remembers."""
FIELDS = {
    "what": gettext_lazy("Kind of incident"), "attempt": gettext_lazy("Completed or attempt"),
    "begin": gettext_lazy("Between"), "end": gettext_lazy("and"), "area": gettext_lazy("Area"),
    "point": gettext_lazy("Place (RD, in metres)"), "source": gettext_lazy("Source"),
}  # fmt: skip


def _row(user: User, key: str) -> tuple[Incident, list[str]] | None:
    """An incident in the areas where this person sees single incidents, with the codes of its areas."""
    row = Incident.objects.select_related("area", "source").filter(pk=key).first() if KEY.fullmatch(key) else None
    if row is None:
        return None
    return (row, rules.codes(row)) if rules.in_own_areas(user, row) else None


def read(user: User, key: str) -> dict[str, str] | None:
    """The incident in words, for who may see it."""
    found = _row(user, key)
    if found is None:
        return None
    row, language = found[0], get_language()
    kind = next((item.name.get(language) for item in city.profile().kinds if item.number == row.kind), str(row.kind))
    precision = _("within %d m") % row.precision if row.precision is not None else ""
    return {
        "what": kind, "attempt": {True: _("attempt"), False: _("completed"), None: ""}[row.attempt],
        "begin": f"{timezone.localtime(row.begin):%d-%m-%Y %H:%M}", "end": f"{timezone.localtime(row.end):%d-%m-%Y %H:%M}",
        "area": row.area.name if row.area is not None else "",
        "point": f"{row.x:.0f}, {row.y:.0f} {precision}".strip() if row.x is not None and row.y is not None else "",
        "source": row.source.described.name.get(language),
    }  # fmt: skip


def areas(user: User, key: str) -> list[str]:
    """The codes of the areas it lies in, for who may see it."""
    found = _row(user, key)
    return found[1] if found is not None else []


INCIDENT = Offer(KIND, gettext_lazy("Incident or observation"), "incidents", FIELDS, read, areas)
