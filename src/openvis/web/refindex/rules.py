"""Who may do what in the index: by ability and department; a match is its handler's alone."""

import ipaddress

import rules
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from openvis.web.access import compartments, people
from openvis.web.access.models import User

from . import terms
from .models import Entry, Match
from .states import State

CONTRIBUTE = "index.contribute"
MANAGE = "index.manage"
OVERSEE = "audit.view"
COMPARTMENT = "index"


def department_of(user: User | AnonymousUser) -> str:
    """The department for which somebody enters; empty where the account names none."""
    return user.organisation.key if isinstance(user, User) and user.organisation else ""


def contributes(user: User | AnonymousUser) -> bool:
    """Whether somebody may register in the index: the ability, the right to enter, and a department."""
    return (
        people.may(user, CONTRIBUTE) and compartments.may(user, COMPARTMENT, "e") and bool(department_of(user))
    )


def sees_entry(user: User, entry: Entry) -> bool:
    """Whether an entry is of one's own department; a silent one of one's own, or offered to this very person."""
    return (
        contributes(user) and entry.department == department_of(user)
        and (not entry.silent or entry.handler_id == user.pk or is_offered(user, entry))
    )


def is_offered(user: User, entry: Entry) -> bool:
    """Whether the handler of a silent entry offered it to this person."""
    return entry.offered_to_id == user.pk and entry.state == State.ACTIVE


def changes_entry(user: User, entry: Entry) -> bool:
    """Who withdraws or renews it: the department; of a silent one its handler."""
    return sees_entry(user, entry) and (not entry.silent or entry.handler_id == user.pk)


def left(user: User, department: str) -> bool:
    """Whether somebody enters for a department no more: their account or role has ended, or they work elsewhere."""
    return user.lapsed or not contributes(user) or department_of(user) != department


def handles_match(user: User, match: Match) -> bool:
    """Whether the match was told to this person."""
    return contributes(user) and match.entry.handler_id == user.pk


rules.add_perm("refindex.see_entry", rules.predicate(sees_entry))
rules.add_perm("refindex.change_entry", rules.predicate(changes_entry))
rules.add_perm("refindex.handle_match", rules.predicate(handles_match))


def inside(request: HttpRequest) -> bool:
    """Whether a request comes from a network of the profile: the municipal one. `access.proxies` says from where it came."""
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return any(mapped in ipaddress.ip_network(network) for network in terms.index().networks)
