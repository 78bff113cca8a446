"""Where the addresses of a day come from: dealers due for a check, places out of sight due for a control."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access import people
from openvis.web.access.models import User
from openvis.web.places.models import Address

from . import dealer_selectors, places, rules
from .models import ControlDay, Dealer
from .services import days
from .services.days import Visit


@dataclass(frozen=True, slots=True)
class Due:
    """An address that is due: from which register, since when, and as what it goes on the list."""

    key: str
    title: str
    source: str
    address: Address
    since: date | None
    dealer: Dealer | None = None
    place: UUID | None = None
    kind: str = ""


sources: list[Callable[[User], Sequence[Due]]] = []
"""Each gives what is due in a register, for a person."""


def dealers_due(user: User) -> list[Due]:
    """Dealers that were not checked within the term, for who sees them."""
    if not (people.may(user, rules.SEE_DEALERS) or people.may(user, rules.KEEP_DEALERS)):
        return []
    return [
        Due(f"dealer:{row.dealer.pk}", row.dealer.name, _("second-hand dealer"), row.dealer.address, row.due, row.dealer)
        for row in dealer_selectors.overdue(user, timezone.localdate())
    ]


sources.append(dealers_due)


def due(user: User, day: ControlDay) -> list[Due]:
    """What is due in the area of a day and not on its list yet, the longest first."""
    there = set(day.stops.values_list("address_id", flat=True))
    every = [item for source in sources for item in source(user)]
    fits = [item for item in every if item.address.pk not in there and places.inside(item.address, day.area)]
    return sorted(fits, key=lambda item: (item.since or date.min, item.key))


def number(user: User, day: ControlDay) -> int:
    """How many that are."""
    return len(due(user, day))


def put(user: User, day: ControlDay, chosen: Sequence[Due]) -> None:
    """Put what was chosen on the list. A register that knows no kind of place gives the one of its name, or the first."""
    kinds: list[Any] = city.profile().controls.places
    for item in chosen:
        kind = item.kind or _kind_for(item, [it.id for it in kinds])
        days.add(user, day.pk, Visit(item.address, kind, dealer=item.dealer, place=item.place))


def _kind_for(item: Due, kinds: list[str]) -> str:
    wanted = city.profile().controls.dealers.place if item.dealer is not None else ""
    return wanted if wanted in kinds else kinds[0]
