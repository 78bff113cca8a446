"""Why somebody may or may not do something, in plain words: of a kind of object, or of one object.

What is asked is what the pages ask: the ability (`people.may`), the permission on the very object (`has_perm`), and whether
the second wall lets it through. Nothing is worked out a second time here; only the reasons are.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openvis.profile import Role
from openvis.web import city

from . import opening, people, purposes, registry, second_factor, selectors, walls
from .models import Grant, User
from .registry import ObjectKind

MOST_ROLES = 6
"""How many roles are named that would give an ability."""
AND = " & "
"""Between the ability that a page asks for and the permission on the object itself."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing that can be done: whether this person may, and why."""

    what: str
    asked: str
    """The ability, and the permission where one object is meant."""
    yes: bool
    why: list[str]


@dataclass(frozen=True, slots=True)
class Explanation:
    """All answers about one kind of object for one person."""

    kind: ObjectKind
    answers: list[Answer]
    account: list[str]
    """What counts before anything else: the account is closed, a second factor is missing."""
    compartment: list[str]
    """What each role held may do in the compartment of the kind."""
    purposes: list[tuple[str, str]]
    """What the person may state to open personal data of the compartment: name and legal ground."""


def kinds() -> list[ObjectKind]:
    """The kinds of object there are, by name."""
    return sorted(registry.objects, key=lambda kind: str(kind.title).casefold())


def kind_of(key: str) -> ObjectKind | None:
    """The kind with a key."""
    return next((kind for kind in registry.objects if kind.kind == key), None)


def of_kind(user: User, kind: ObjectKind) -> Explanation:
    """What somebody may do with things of a kind, leaving open with which of them."""
    answers = []
    for what, asked in kind.rules:
        ability, _and, permission = asked.partition(AND)
        yes = people.may(user, ability)
        why = _gives(user, ability) if yes else _lacks(user, ability)
        if yes and permission:
            why.append(_("It depends on the object itself: its area, and whose it is."))
        answers.append(Answer(str(what), ability, yes, why))
    return _explained(user, kind, answers)


def of_object(user: User, kind: ObjectKind, key: str) -> Explanation:
    """What somebody may do with one object, as they themselves would find it behind both walls."""
    answers = []
    with walls.as_user(user):
        thing = kind.find(key) if kind.find is not None else None
        for what, asked in kind.rules:
            ability, _and, permission = asked.partition(AND)
            held = people.may(user, ability)
            yes = held and thing is not None and (not permission or user.has_perm(permission, thing))
            answers.append(Answer(str(what), asked, yes, _why(user, ability, held, yes, thing is not None)))
    return _explained(user, kind, answers)


def _why(user: User, ability: str, held: bool, yes: bool, found: bool) -> list[str]:
    if not held:
        return _lacks(user, ability)
    if yes:
        return _gives(user, ability)
    if not found:
        return [_("For this person there is no such object: it does not exist, or the database does not show it to them.")]
    return [*_gives(user, ability), _("But not this very object: it lies in another area, or it is not theirs.")]


def _explained(user: User, kind: ObjectKind, answers: list[Answer]) -> Explanation:
    lang = get_language()
    stated = [(item.name.get(lang), item.ground.get(lang)) for item in purposes.allowed(user, kind.compartment)]
    return Explanation(kind, answers, account(user), _cells(user, kind.compartment), stated)


def account(user: User) -> list[str]:
    """What keeps somebody out, or sends them somewhere else first, whatever their roles are."""
    found = []
    if not user.is_active:
        found.append(_("The account is closed: nobody signs in on it, and no role counts."))
    elif user.lapsed:
        found.append(_("The last day of the account is past: nobody signs in on it."))
    elif second_factor.needed(user) and not second_factor.has(user):
        found.append(
            _(
                "A role asks for a second factor and none is set up here. Until it is, or the municipality's provider "
                "asked for one, nothing opens."
            )
        )
    return found


def _gives(user: User, ability: str) -> list[str]:
    """The roles that give an ability now, where and until when."""
    return [
        _held(grant) for grant in user.grants.in_force()
        if (role := _role(grant.role)) is not None and role.may(ability)
    ]


def _lacks(user: User, ability: str) -> list[str]:
    """Why an ability is absent: what ended, what begins later, and which roles would give it."""
    if not user.is_active:
        return [_("The account is closed.")]
    now = timezone.now()
    found = []
    for grant in user.grants.all():
        role = _role(grant.role)
        if role is None or not role.may(ability):
            continue
        held = selectors.holding(grant)
        if grant.ends is not None and grant.ends <= now:
            found.append(_("The role %(role)s gave it; that has ended.") % {"role": held.role})
        elif grant.starts > now:
            found.append(_("The role %(role)s gives it, and counts only later.") % {"role": held.role})
    if not user.grants.in_force().exists():
        found.append(_("Holds no role now."))
    names = _names(role for role in city.profile().roles if role.may(ability))
    found.append(_("None of the roles held now gives it. These do: %(roles)s.") % {"roles": names} if names
                 else _("No role of this municipality gives it."))  # fmt: skip
    return found


def _held(grant: Grant) -> str:
    """`The role X, in Y until Z, gives it.`"""
    held = selectors.holding(grant)
    facts = {"role": held.role, "where": held.where, "reason": grant.reason}
    if held.last_day is None:
        return _("The role %(role)s, for %(where)s, gives it; it has no end date (%(reason)s).") % facts
    facts["day"] = f"{held.last_day:%d-%m-%Y}"
    return _("The role %(role)s, for %(where)s, gives it until %(day)s (%(reason)s).") % facts


def _cells(user: User, compartment: str) -> list[str]:
    """What each role held may do in a compartment, in words."""
    found = []
    for standing in people.standings(user):
        cell = city.profile().rights(standing.role.id, compartment)
        note = opening.note(cell)
        found.append(
            _("%(role)s: %(words)s") % {
                "role": standing.role.name.get(get_language()),
                "words": (opening.words(cell) + (f" ({note})" if note else "")) if cell else _("nothing"),
            }
        )
    return found


def _role(key: str) -> Role | None:
    return next((role for role in city.profile().roles if role.id == key), None)


def _names(roles: Iterable[Role]) -> str:
    names = [role.name.get(get_language()) for role in roles]
    more = [_("and %(number)s more") % {"number": len(names) - MOST_ROLES}] if len(names) > MOST_ROLES else []
    return ", ".join([*names[:MOST_ROLES], *more])
