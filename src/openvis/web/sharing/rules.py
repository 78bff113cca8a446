"""Who may propose a transfer, and who may answer it: by one role that gives both the act and the compartment."""

import rules
from django.contrib.auth.models import AnonymousUser

from openvis.web import city
from openvis.web.access import people, purposes
from openvis.web.access.models import User
from openvis.web.access.people import Standing

from .models import Transfer
from .states import RECEIVER_SEES

PROPOSE = "transfers.propose"
ACCEPT = "transfers.accept"
COVENANTS = "covenants.view"


def _rights(standing: Standing, compartment: str) -> frozenset[str]:
    try:
        return city.profile().rights(standing.role.id, compartment).rights
    except (KeyError, ValueError):
        # A compartment that this city never had, or has no more: it opens nothing.
        return frozenset()


def _reads(standing: Standing, compartment: str) -> bool:
    return not _rights(standing, compartment).isdisjoint({"r", "a"})


def _here(standing: Standing, areas: list[str]) -> bool:
    """Whether a role reaches something in these areas. What lies in no area belongs to the whole city."""
    return standing.role.scope == "city" or not standing.areas.isdisjoint(areas)


def proposing_role(user: User | AnonymousUser, compartment: str, areas: list[str]) -> str | None:
    """The role by which somebody may propose something of a compartment; None where no role of theirs does."""
    fits = (
        standing.role.id for standing in people.standings(user)
        if PROPOSE in standing.role.abilities and _reads(standing, compartment) and _here(standing, areas)
    )
    return next(fits, None)


def receives(user: User | AnonymousUser, compartment: str, areas: list[str]) -> bool:
    """Whether somebody answers proposals to a compartment.

    The same role gives the act, a right to enter there and to read there; and there is a purpose they may state: who
    may only put something in does not read what others put in.
    """
    fits = any(
        ACCEPT in standing.role.abilities and "e" in _rights(standing, compartment) and _reads(standing, compartment)
        and _here(standing, areas)
        for standing in people.standings(user)
    )
    return fits and bool(purposes.allowed(user, compartment))


def ours(user: User, transfer: Transfer) -> bool:
    """Whether it was proposed by the person, or by somebody with the same role in the same area."""
    return any(
        standing.role.id == transfer.role and PROPOSE in standing.role.abilities
        and _reads(standing, transfer.from_compartment) and _here(standing, transfer.areas)
        for standing in people.standings(user)
    )


def theirs(user: User, transfer: Transfer) -> bool:
    """Whether the person is of the side that is to answer; never for one's own proposal."""
    return (
        transfer.state in RECEIVER_SEES and transfer.proposed_by_id != user.pk
        and receives(user, transfer.to_compartment, transfer.areas)
    )


rules.add_perm("sharing.see_transfer", rules.predicate(ours) | rules.predicate(theirs))
rules.add_perm("sharing.answer_transfer", rules.predicate(theirs))
rules.add_perm("sharing.withdraw_transfer", rules.predicate(ours))


def sees_covenants(user: User | AnonymousUser) -> bool:
    """Whether somebody sees the register of covenants."""
    return people.may(user, COVENANTS)


def keeps_covenants(user: User | AnonymousUser) -> bool:
    """Whether the person keeps the signed texts: sees the register, and decides in administration."""
    return any(
        COVENANTS in standing.role.abilities and "d" in _rights(standing, "administration")
        for standing in people.standings(user)
    )
