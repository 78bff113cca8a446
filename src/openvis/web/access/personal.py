"""The tables of `access` that are about people: its users, and what they did."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import walls
from .finding import accounts_of, finder
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


def find_users(person: Person) -> Iterator[About]:
    """The account of a person."""
    for user in accounts_of(person):
        yield About("user", str(user.pk), str(user), _("signing in"), None, [
            (_("name"), user.name), (_("e-mail address"), user.email),
            (_("organisation"), str(user.organisation or "–")), (_("made on"), f"{user.created:%Y-%m-%d}"),
        ])  # fmt: skip


def find_audit(person: Person) -> Iterator[About]:
    """What the audit log says that somebody did, counted by action."""
    for user in accounts_of(person):
        entries = AuditEntry.objects.filter(actor=user.pk)
        if entries.exists():
            yield About("audit", str(user.pk), _("audit log"), _("to account for every look"), None, [
                (_("entries"), str(entries.count())),
            ])  # fmt: skip


def correct_user(key: str, column: str, value: str) -> int:
    """Set the name of an account right."""
    user = User.objects.select_for_update().get(pk=key)
    setattr(user, column, value)
    user.version += 1
    user.save(update_fields=[column, "version"])
    return 1


KEPT = gettext_lazy("the audit log keeps its own term: it accounts for every look at data of others")

RIGHTS = gettext_lazy("who may do what")
GRANT = ("user", "reason", "source")
NUMBERS = "keys and numbers, no content"

TABLES = (
    PersonalTable(
        User, ("email", "name"), "staff", find_users, kept_because=gettext_lazy("as long as the account is"),
        correct=correct_user, correctable=("name",), explained={"password": "a hash that nobody reads anything from"},
    ),
    PersonalTable(
        Grant, GRANT, "staff", finder(Grant, GRANT, "grant", RIGHTS, show=("role", "starts", "ends")),
        kept_because=gettext_lazy("accounts for who could see"),
    ),
    PersonalTable(
        PurposeUse, ("user",), "staff", finder(PurposeUse, ("user",), "purpose", RIGHTS, show=("purpose", "object", "at")),
        kept_because=KEPT, explained={"object": NUMBERS},
    ),
    PersonalTable(
        AuditEntry, ("actor",), "staff", find_audit, kept_because=KEPT,
        explained={"object": NUMBERS, "facts": NUMBERS, "origin": "goes with its actor", "purpose": "a key of the profile"},
    ),
    PersonalTable(AuditPending, none_because="numbers of entries only"),
    PersonalTable(RoleRight, none_because="roles of the profile, no people"),
    PersonalTable(Organisation, none_because="organisations, no people"),
)
