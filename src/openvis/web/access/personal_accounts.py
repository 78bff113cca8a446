"""What signing in keeps about people: sessions and invitations."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from . import sessions
from .models import Invitation, Session
from .personal import accounts_of
from .registry import About, Person, PersonalTable, personal


def register() -> None:
    """Say what is personal here."""
    personal.extend(TABLES)


def find_sessions(person: Person) -> Iterator[About]:
    """Where a person is signed in."""
    for row in Session.objects.filter(user__in=accounts_of(person)):
        yield About("session", sessions.handle(row.session_key), sessions.device(row.device), _("signing in"),
                    row.expire_date.date(), [
            (_("device"), sessions.device(row.device)), (_("address"), row.address or "–"),
            (_("since"), f"{row.since:%Y-%m-%d %H:%M}" if row.since else "–"),
        ])  # fmt: skip


def find_invitations(person: Person) -> Iterator[About]:
    """The invitations a person got."""
    for row in Invitation.objects.filter(user__in=accounts_of(person)):
        yield About("invitation", str(row.pk), _("invitation"), _("signing in"), row.ends.date(), [
            (_("made on"), f"{row.created:%Y-%m-%d}"), (_("used on"), f"{row.used:%Y-%m-%d}" if row.used else "–"),
        ])  # fmt: skip


TABLES = (
    PersonalTable(
        Session, ("user", "address", "device", "session_data"), "staff", find_sessions,
        kept_because="until the session ends, twelve hours at most",
    ),
    PersonalTable(Invitation, ("user",), "staff", find_invitations, kept_because="accounts for who could sign in"),
)
