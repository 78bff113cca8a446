"""The tables of `access` that are about people: its users, and what they did."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from . import walls
from .models import AuditEntry, AuditPending, Grant, Organisation, PurposeUse, RoleRight, User
from .registry import About, Person, PersonalTable, personal

OWN_PURPOSES = "user_id = openvis_user()"
NOBODY_YET = "openvis_user() IS NULL"
"""Signing in: an identity provider may bring an account and its roles."""
ANOTHERS_ROLE = f"{NOBODY_YET} OR (user_id <> openvis_user() AND openvis_holds('people.manage'))"
"""Nobody gives themselves a role, or keeps one that was ended."""


def register() -> None:
    """Say what is personal here, and put it behind the second wall."""
    walls.limit(AuditPending, "")
    walls.limit(RoleRight, "SELECT")
    walls.limit(AuditEntry, "SELECT, INSERT")
    walls.protect(
        AuditEntry, insert=walls.EVERYBODY,
        select="(SELECT openvis_holds('audit.view')) OR actor = (SELECT openvis_user())",
    )
    walls.protect(
        PurposeUse, select=f"{OWN_PURPOSES} OR openvis_holds('audit.view')", insert=OWN_PURPOSES, update=OWN_PURPOSES,
    )
    walls.protect(
        User, select=walls.EVERYBODY, insert=f"{NOBODY_YET} OR openvis_holds('people.manage')", update=walls.EVERYBODY,
    )
    personal.extend(TABLES)


def accounts_of(person: Person) -> list[User]:
    """The accounts of a person: the one that is given, or those with that e-mail address or name."""
    if person.user is not None:
        return [person.user]
    if person.email:
        return list(User.objects.filter(email__iexact=person.email))
    return list(User.objects.filter(name__iexact=person.name)) if person.name else []


def find_users(person: Person) -> Iterator[About]:
    """The account of a person."""
    for user in accounts_of(person):
        yield About("user", str(user.pk), str(user), _("signing in"), None, [
            (_("name"), user.name), (_("e-mail address"), user.email),
            (_("organisation"), str(user.organisation or "–")), (_("made on"), f"{user.created:%Y-%m-%d}"),
        ])  # fmt: skip


def find_grants(person: Person) -> Iterator[About]:
    """The roles of a person."""
    for grant in Grant.objects.filter(user__in=accounts_of(person)):
        until = grant.ends.date() if grant.ends else None
        yield About("grant", str(grant.pk), grant.role, _("who may do what"), until, [
            (_("role"), grant.role), (_("reason"), grant.reason), (_("decided by"), grant.source),
            (_("from"), f"{grant.starts:%Y-%m-%d}"), (_("until"), f"{grant.ends:%Y-%m-%d}" if grant.ends else "–"),
        ])  # fmt: skip


def find_purposes(person: Person) -> Iterator[About]:
    """The purposes somebody stated."""
    for used in PurposeUse.objects.filter(user__in=accounts_of(person)):
        yield About("purpose", str(used.pk), used.purpose, _("who may do what"), None, [
            (_("purpose"), used.purpose), (_("file"), used.object), (_("at"), f"{used.at:%Y-%m-%d %H:%M}"),
        ])  # fmt: skip


def find_audit(person: Person) -> Iterator[About]:
    """What the audit log says that somebody did, counted by action."""
    for user in accounts_of(person):
        entries = AuditEntry.objects.filter(actor=user.pk)
        if entries.exists():
            yield About("audit", str(user.pk), _("audit log"), _("to account for every look"), None, [
                (_("entries"), str(entries.count())),
            ])  # fmt: skip


KEPT = "the audit log keeps its own term: it accounts for every look at data of others"

TABLES = (
    PersonalTable(User, ("email", "name", "password"), "staff", find_users, kept_because="as long as the account is"),
    PersonalTable(Grant, ("user", "reason", "source"), "staff", find_grants, kept_because="accounts for who could see"),
    PersonalTable(PurposeUse, ("user", "object"), "staff", find_purposes, kept_because=KEPT),
    PersonalTable(AuditEntry, ("actor", "object", "origin", "facts"), "staff", find_audit, kept_because=KEPT),
    PersonalTable(AuditPending, none_because="numbers of entries only"),
    PersonalTable(RoleRight, none_because="roles of the profile, no people"),
    PersonalTable(Organisation, none_because="organisations, no people"),
)
