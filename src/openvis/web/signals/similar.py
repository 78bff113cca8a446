"""Signals that may belong together: found by fixed rules on normalised fields, within what the weigher may see.

Same address, business or telephone number, and close by within some weeks, are told as they are. A business whose name is
spelt otherwise is a question, which a person answers. Nothing here learns, scores or goes anywhere else.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rapidfuzz import fuzz, process

from openvis.web import city
from openvis.web.access.fields import normalised

from .models import Likeness, Signal

LIKE = 86.0
"""From which likeness of two spellings (0 to 100) the question is put."""
LOOKED_THROUGH = 400
"""Names of businesses that are opened to compare with: the latest ones nearby or of the same phenomenon."""
MOST = 25
TOLD = ("number", "phenomenon", "received_at")
"""What is told of another signal: the rows are wide with sealed texts, which stay unread."""
LEGAL_FORM = re.compile(
    r"\b(b\.?v\.?|n\.?v\.?|v\.?o\.?f\.?|c\.?v\.?|eenmanszaak|stichting|holding|beheer)(?=\W|$)", re.IGNORECASE
)


@dataclass
class Similar:
    """Another signal, why it may belong with this one, and what a person said about that."""

    signal: Signal
    reasons: list[str] = field(default_factory=list)
    question: str = ""
    """Empty where the fields are the same; else what somebody is asked to judge."""
    same: bool | None = None


def plain_name(text: str) -> str:
    """A business's name without its legal form, in the one way of writing by which names are compared."""
    return " ".join(plain for word in LEGAL_FORM.sub(" ", text).split() if (plain := normalised(word)))


def similar(signal: Signal) -> list[Similar]:
    """Other signals that may be about the same; surest first. Call it for who weighs: walls decide what is found."""
    found: dict[UUID, Similar] = {}
    for other, reason in _same(signal):
        found.setdefault(other.pk, Similar(other)).reasons.append(reason)
    for other, question in _alike(signal, found):
        found[other.pk] = Similar(other, question=question)
    _answered(signal, found)
    ranked = sorted(found.values(), key=lambda item: item.signal.received_at, reverse=True)
    return sorted(ranked, key=lambda item: (item.same is False, bool(item.question), -len(item.reasons)))[:MOST]


def _others(signal: Signal) -> Any:
    return Signal.objects.exclude(pk=signal.pk).only(*TOLD)


def _same(signal: Signal) -> Iterable[tuple[Signal, str]]:
    others = _others(signal).order_by("-received_at")
    if signal.address_id is not None:
        yield from ((other, _("same address")) for other in others.filter(address=signal.address_id)[:MOST])
    if signal.company:
        yield from ((other, _("same business")) for other in others.filter(company_index=signal.company)[:MOST])
    if signal.telephone:
        same = others.filter(telephone_index=signal.telephone)
        yield from ((other, _("same telephone number")) for other in same[:MOST])
    yield from _near(signal)


def _near(signal: Signal) -> Iterable[tuple[Signal, str]]:
    if signal.address is None:
        return
    near, x, y = city.profile().signals.nearby, signal.address.x, signal.address.y
    around = _others(signal).filter(
        received_at__range=(signal.received_at - timedelta(days=near.days), signal.received_at + timedelta(days=near.days)),
        address__x__range=(x - near.metres, x + near.metres), address__y__range=(y - near.metres, y + near.metres),
    ).exclude(address=signal.address_id).select_related("address").only(*TOLD, "address__x", "address__y")
    for other in around[:200]:
        away = float(np.hypot(other.address.x - x, other.address.y - y))
        if away <= near.metres:
            one, two = (timezone.localdate(item.received_at) for item in (signal, other))
            yield other, _close_by(round(away), abs((one - two).days))


def _close_by(metres: int, days: int) -> str:
    if not days:
        return _("%(metres)d metres away, on the same day") % {"metres": metres}
    text = ngettext(
        "%(metres)d metres away, %(days)d day apart", "%(metres)d metres away, %(days)d days apart", days
    )
    return text % {"metres": metres, "days": days}


def _alike(signal: Signal, known: dict[UUID, Similar]) -> Iterable[tuple[Signal, str]]:
    """Businesses that are written almost the same: a question."""
    name = plain_name(signal.company)
    if len(name) < 4:
        return
    same_place = Q(area_code=signal.area_code) if signal.area_code else Q()
    pool = Signal.objects.exclude(company=b"").filter(same_place | Q(phenomenon=signal.phenomenon))
    # Which ones is answered from an index alone; of most of them the name is all that is ever read.
    latest = pool.order_by("-received_at").values("pk")[:LOOKED_THROUGH]
    field: Any = Signal._meta.get_field("company")
    sealed = Signal.objects.filter(pk__in=latest).exclude(pk=signal.pk).order_by("-received_at").values_list("pk", "company")
    names = {key: plain_name(field.opened(company.data, key)) for key, company in sealed if key not in known}
    alike = process.extract(name, names, scorer=fuzz.token_sort_ratio, score_cutoff=LIKE, limit=MOST)
    others = _others(signal).only(*TOLD, "company").in_bulk([key for _name, _score, key in alike])
    for other in (others[key] for _name, _score, key in alike if key in others):
        yield other, _("“%(one)s” and “%(other)s”: the same business?") % {"one": signal.company, "other": other.company}


def _answered(signal: Signal, found: dict[UUID, Similar]) -> None:
    pairs = Likeness.objects.filter(
        Q(first=signal, second__in=found) | Q(second=signal, first__in=found)
    ).values_list("first_id", "second_id", "same")
    for first, second, same in pairs:
        found[second if first == signal.pk else first].same = same
