"""What the pages read about transfers, always for a given person: their own side, or the side that is to answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from openvis.web import city
from openvis.web.access import people
from openvis.web.access.models import Grant, User

from . import flows, rules
from .models import Received, Transfer
from .states import State

SOON = timedelta(days=3)


def _with_names() -> QuerySet[Transfer]:
    return Transfer.objects.select_related("proposed_by", "decided_by")


def _receiving(user: User) -> list[str]:
    """The compartments that somebody answers for somewhere; the areas are looked at with each transfer."""
    anywhere = [code for standing in people.standings(user) for code in standing.areas]
    return [str(item.id) for item in city.profile().compartments if rules.receives(user, item.id, anywhere)]


def inbox(user: User) -> list[Transfer]:
    """Proposals that this person can answer, the most urgent first."""
    found = _with_names().filter(
        to_compartment__in=_receiving(user), state=State.PROPOSED, answer_by__gte=timezone.localdate()
    )
    return [item for item in found.order_by("answer_by", "proposed_at") if rules.theirs(user, item)]


def answered(user: User) -> list[Transfer]:
    """What this side answered: accepted and refused, newest first."""
    found = _with_names().select_related("received").filter(
        to_compartment__in=_receiving(user), state__in=(State.ACCEPTED, State.REFUSED)
    )
    return [item for item in found.order_by("-decided_at")[:200] if rules.theirs(user, item)]


def proposed(user: User) -> list[Transfer]:
    """What this person, or somebody with the same role in the same area, proposed."""
    held = [standing.role.id for standing in people.standings(user)]
    return [item for item in _with_names().filter(role__in=held)[:500] if rules.ours(user, item)]


def of_object(user: User, kind: str, key: str) -> list[Transfer]:
    """What was proposed of one object, as far as this person sees it."""
    return [item for item in _with_names().filter(kind=kind, key=key) if rules.ours(user, item)]


def transfer(user: User, key: Any) -> Transfer:
    """One transfer; Http404 where the person is of neither side."""
    found = _with_names().select_related("received").filter(pk=key).first()
    if found is None or not user.has_perm("sharing.see_transfer", found):
        raise Http404
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """A field of a transfer; `value` is None where this reader does not see it (any more)."""

    title: Any
    value: str | None


def lines(user: User, item: Transfer) -> list[Line]:
    """The chosen fields. Values are seen while the answer is awaited, and afterwards by the receiving side alone."""
    values: dict[str, str] = {}
    if item.state == State.PROPOSED:
        values = item.values or {}
    elif item.state == State.ACCEPTED and rules.receives(user, item.to_compartment, item.areas):
        kept: Received | None = Received.objects.filter(transfer=item).first()
        values = kept.values if kept is not None else {}
    return [Line(flows.field_title(item.kind, name), values.get(name)) for name in item.fields]


def overdue(item: Transfer) -> bool:
    """Whether its term is over, also before the night's work has said so."""
    return item.state == State.PROPOSED and item.answer_by < timezone.localdate()


def urgent(found: Iterable[Transfer], today: date) -> list[Transfer]:
    """Those to be answered within three days."""
    return [item for item in found if item.answer_by - today <= SOON]


def receivers(item: Transfer) -> list[User]:
    """Everybody who can answer a proposal."""
    active = User.objects.filter(is_active=True, grants__in=Grant.objects.in_force()).distinct()
    return [user for user in active if rules.theirs(user, item)]


def proposable(user: User, kind: str, key: str) -> bool:
    """Whether this person can propose something of an object to somebody, without reading what it holds."""
    offer = flows.offer_of(kind)
    if offer is None or not flows.open_ways(offer.compartment):
        return False
    return rules.proposing_role(user, offer.compartment, offer.areas(user, key)) is not None
