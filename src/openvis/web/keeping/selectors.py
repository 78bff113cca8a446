"""What the pages of retention show."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from . import terms
from .models import Certificate, CertificateLine, DestructionList, DuePreview, Hold, RetentionRun

SHOWN = 25
"""Runs and certificates on the page."""
SOON = 30
"""Days before its end that a hold is marked."""


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of data, its term, and what is due of it."""

    kind: terms.Kind
    due: DuePreview | None
    open_list: DestructionList | None


def rows() -> list[Row]:
    """All kinds of data with their terms, and what was due when it was last worked out."""
    due = DuePreview.objects.in_bulk()
    unfinished = [DestructionList.State.ASKED, DestructionList.State.PREPARED, DestructionList.State.APPROVED]
    lists = {item.kind: item for item in DestructionList.objects.filter(state__in=unfinished)}
    return [Row(kind, due.get(kind.rule.kind), lists.get(kind.rule.kind)) for kind in terms.kinds()]


def worked_out() -> Any:
    """When what is due was last worked out; None when it never was."""
    first = DuePreview.objects.order_by("at").first()
    return first.at if first is not None else None


def runs() -> list[tuple[RetentionRun, list[tuple[Any, str]]]]:
    """The last runs, with the kinds that failed and the sort of fault."""
    found = RetentionRun.objects.select_related("by").order_by("-started")[:SHOWN]
    return [(item, [(title_of(kind), fault) for kind, fault in item.failed.items()]) for item in found]


def certificates() -> list[tuple[Certificate, int]]:
    """The last certificates, with how many records each is about."""
    found = Certificate.objects.prefetch_related("lines")[:SHOWN]
    return [(item, sum(line.number for line in item.lines.all())) for item in found]


def lines(certificate: Certificate) -> QuerySet[CertificateLine]:
    """What a certificate says."""
    return certificate.lines.select_related("prepared_by", "approved_by")


def lists() -> list[tuple[Any, DestructionList]]:
    """Lists for destruction with the kind they are of, the latest first."""
    found = DestructionList.objects.select_related("prepared_by", "approved_by").defer("items")[:SHOWN]
    return [(title_of(item.kind), item) for item in found]


def holds() -> list[dict[str, Any]]:
    """Holds in force, the first to end first; what a person's hold is about is told on its own page alone."""
    today = timezone.localdate()
    titles = {rule.kind: rule.title for rule in terms.rules()}
    return [
        {"hold": item, "title": titles.get(item.kind), "soon": (item.until - today).days <= SOON}
        for item in Hold.objects.filter(ended__isnull=True, until__gte=today).select_related("set_by")
    ]


def title_of(kind: str) -> Any:
    """The name of a kind of data; the key where it is no longer known."""
    return next((rule.title for rule in terms.rules() if rule.kind == kind), kind)
